//! What comes due: the end of an opening, days that were missed.

use kernel::{Actor, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{Command, ComplaintCommand, ComplaintId, LotCode, desk, table};

const WHEEL: Actor = Actor::System("wheel");

/// Knocks at lots.
pub struct LotWheel;

impl Wheel for LotWheel {
    fn name(&self) -> &'static str {
        "trading.lots"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::due_lots(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let code: LotCode = key.parse().map_err(|error| Error::Corrupt(format!("lot {key}: {error}")))?;
        match desk::handle(tx, &WHEEL, &code, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("lot {key} cannot be ticked: {refusal}"))),
        }
    }
}

/// Knocks at complaints.
pub struct ComplaintWheel;

impl Wheel for ComplaintWheel {
    fn name(&self) -> &'static str {
        "trading.complaints"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::due_complaints(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let id: ComplaintId = key.parse().map_err(|error| Error::Corrupt(format!("complaint {key}: {error}")))?;
        match desk::handle_complaint(tx, &WHEEL, &id, &ComplaintCommand::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => {
                Err(Error::Corrupt(format!("complaint {key} cannot be ticked: {refusal}")))
            }
        }
    }
}
