//! What comes due: invitations nobody answered, calls nobody made, redress and reports that wait too long.

use kernel::{Actor, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{Command, ExposureCommand, ExposureId, Refusal, Subject, desk, table};

const WHEEL: Actor = Actor::System("wheel");

/// Knocks at services.
pub struct ServiceWheel;

impl Wheel for ServiceWheel {
    fn name(&self) -> &'static str {
        "evaluation.services"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::service::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let subject: Subject = key.parse().map_err(|error| Error::Corrupt(format!("service {key}: {error}")))?;
        done(key, desk::handle(tx, &WHEEL, &subject, &Command::Tick))
    }
}

/// Knocks at reports.
pub struct ExposureWheel;

impl Wheel for ExposureWheel {
    fn name(&self) -> &'static str {
        "evaluation.exposures"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::exposure::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let id: ExposureId = key.parse().map_err(|error| Error::Corrupt(format!("report {key}: {error}")))?;
        done(key, desk::handle_exposure(tx, &WHEEL, &id, &ExposureCommand::Tick))
    }
}

fn done<T>(key: &str, result: Result<T, Failure<Refusal>>) -> Result<(), Error> {
    match result {
        Ok(_) => Ok(()),
        Err(Failure::Broken(error)) => Err(error),
        Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("{key} cannot be ticked: {refusal}"))),
    }
}
