//! Commands, each inside the caller's transaction: all of it happens, or none.

pub(crate) mod batch;
mod quarantine;
mod resource;
mod source;

pub use batch::{Incoming, Prepared, prepare, receive};
pub(crate) use batch::{prepare_node, take_in};
pub use quarantine::{Again, requeue, resolve, row_of};
pub use resource::{ask, handle_request, publish, revise, usage};
pub use source::{register, reissue, revoke};

use kernel::Actor;
use store::Failure;

use crate::Refusal;

pub(crate) type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The house itself.
pub(crate) const HOUSE: Actor = Actor::System("exchange");
