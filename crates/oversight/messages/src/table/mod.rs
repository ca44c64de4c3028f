//! The only SQL of this room.

pub(crate) mod code;
pub(crate) mod message;
pub(crate) mod preference;
pub(crate) mod question;
pub(crate) mod reminder;
pub(crate) mod routing;
pub(crate) mod sms;
pub(crate) mod thread;
