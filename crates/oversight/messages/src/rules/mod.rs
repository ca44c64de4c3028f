//! The rules of this room, pure: who may say what, and whether an SMS goes out, when, or why not.

pub mod code;
pub mod preference;
pub mod question;
mod refusal;
mod sending;

pub use refusal::Refusal;
pub use sending::{Asked, Plan, Why, plan};

use kernel::{Actor, Duty};

/// Whether the actor may put a routing in force: the platform, or a system administrator anywhere.
pub fn may_publish(actor: &Actor) -> Result<(), Refusal> {
    match actor {
        Actor::System(_) => Ok(()),
        _ if actor.holds(Duty::Administer) => Ok(()),
        _ => Err(Refusal::NotAllowed),
    }
}

/// Whether the actor runs the system: looks at what is parked and sends it again, with a reason.
pub fn may_operate(actor: &Actor, reason: &str) -> Result<(), Refusal> {
    may_publish(actor)?;
    if reason.trim().is_empty() { Err(Refusal::ReasonMissing) } else { Ok(()) }
}
