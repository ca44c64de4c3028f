//! What comes due: rules that become true by themselves, orders that nobody answered.

use kernel::{Actor, CaseNumber, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{OrderCommand, OrderNumber, desk, table};

/// Knocks at cases.
pub struct WatchWheel;

impl Wheel for WatchWheel {
    fn name(&self) -> &'static str {
        "supervision.watch"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::watch::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let number: CaseNumber = key.parse().map_err(|error| Error::Corrupt(format!("watch {key}: {error}")))?;
        desk::tick(tx, &number)
    }
}

/// Knocks at supervision orders.
pub struct OrderWheel;

impl Wheel for OrderWheel {
    fn name(&self) -> &'static str {
        "supervision.orders"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::order::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let number: OrderNumber = key.parse().map_err(|error| Error::Corrupt(format!("order {key}: {error}")))?;
        match desk::handle(tx, &Actor::System("wheel"), &number, &OrderCommand::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("order {key} cannot be ticked: {refusal}"))),
        }
    }
}
