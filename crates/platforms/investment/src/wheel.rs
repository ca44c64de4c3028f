//! What comes due: reports that nobody sent, notices that nobody answered.

use kernel::{Actor, ProjectCode, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{Command, desk, table};

/// Knocks at projects.
pub struct ProjectWheel;

impl Wheel for ProjectWheel {
    fn name(&self) -> &'static str {
        "investment.projects"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let code: ProjectCode = key.parse().map_err(|error| Error::Corrupt(format!("project {key}: {error}")))?;
        match desk::handle(tx, &Actor::System("wheel"), &code, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("project {key} cannot be ticked: {refusal}"))),
        }
    }
}
