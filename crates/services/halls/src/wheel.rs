//! What comes due: tickets whose day is over.

use kernel::{Actor, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::rules::ticket::Command;
use crate::{TicketId, desk, table};

/// Ends tickets that nobody called on their day.
pub struct TicketWheel;

impl Wheel for TicketWheel {
    fn name(&self) -> &'static str {
        "halls.tickets"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        let due = table::ticket::due_now(read, now, limit)?;
        Ok(due.iter().map(ToString::to_string).collect())
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let id: TicketId = key.parse().map_err(|error| Error::Corrupt(format!("ticket {key}: {error}")))?;
        match desk::handle(tx, &Actor::System("wheel"), &id, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("ticket {key} cannot be ticked: {refusal}"))),
        }
    }
}
