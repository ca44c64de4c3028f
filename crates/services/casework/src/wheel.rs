//! What comes due: silence that becomes acceptance, corrections that never came, drafts whose time is over.

use kernel::{Actor, CaseNumber, DraftId, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{Command, desk, table};

/// Knocks at cases on which the law acts by itself.
pub struct CaseWheel;

impl Wheel for CaseWheel {
    fn name(&self) -> &'static str {
        "casework.wheel"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::list::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let number: CaseNumber = key.parse().map_err(|error| Error::Corrupt(format!("case {key}: {error}")))?;
        match desk::handle(tx, &Actor::System("wheel"), &number, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("case {key} cannot be ticked: {refusal}"))),
        }
    }
}

/// Clears away drafts after thirty days.
pub struct DraftWheel;

impl Wheel for DraftWheel {
    fn name(&self) -> &'static str {
        "casework.drafts"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        let expired = table::draft::expired(read, now, limit)?;
        Ok(expired.iter().map(ToString::to_string).collect())
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let id: DraftId = key.parse().map_err(|error| Error::Corrupt(format!("draft {key}: {error}")))?;
        table::draft::drop(tx, &id)
    }
}
