//! The rules of halls, pure: what a command does or why it may not, what an event did, who is called next, how long it may take.

pub mod appointment;
pub mod estimate;
pub mod fairness;
pub mod hall;
mod refusal;
pub mod ticket;
pub mod window;

use kernel::{Actor, Date, Duty, StaffId, Timestamp};

use crate::{HallId, Rulebook, TicketNumber};

pub use refusal::Refusal;

/// What rules need to know and cannot see in the thing itself.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// Who asks.
    pub actor: &'a Actor,
    /// What is data.
    pub book: &'a Rulebook,
    /// The open window at which the actor sits in this hall today.
    pub seat: Option<u16>,
    /// Whom the actor's window serves at the moment.
    pub serving: Option<TicketNumber>,
}

/// The member of staff, if they hold one of `duties` for the hall's region, for whatever kind of department.
pub fn works_at(actor: &Actor, hall: &HallId, duties: &[Duty]) -> Option<StaffId> {
    let Actor::Staff { staff, powers, .. } = actor else { return None };
    let covers = |scope: &kernel::Scope| scope.region == hall.0 || (scope.subtree && scope.region.contains(hall.0));
    powers.iter().any(|power| duties.contains(&power.duty) && covers(&power.scope)).then_some(*staff)
}

/// Who works in a hall: clerks and those who keep it in order.
pub const WORKING: [Duty; 2] = [Duty::Receive, Duty::Host];

impl Facts<'_> {
    fn staff(&self, hall: &HallId, duties: &[Duty]) -> Result<StaffId, Refusal> {
        works_at(self.actor, hall, duties).ok_or_else(|| Refusal::NotEmpowered { duties: duties.to_vec() })
    }
}

/// Characters that a written reason may have.
const TEXT_MOST: usize = 100;

/// `text` without outer spaces and without what nobody can see.
fn written(text: &str, field: &'static str) -> Result<String, Refusal> {
    let seen = |found: &char| {
        !(found.is_control()
            || matches!(found, '\u{200b}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
    };
    let text: String = text.chars().filter(seen).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Refusal::WordsMissing { field }),
        n if n > TEXT_MOST => Err(Refusal::TooLong { field, most: TEXT_MOST }),
        _ => Ok(text.to_owned()),
    }
}
