//! The only SQL of the exchange.

pub(crate) mod node;
pub(crate) mod peer;
pub(crate) mod quarantine;
pub(crate) mod resource;
pub(crate) mod row;
pub(crate) mod source;
