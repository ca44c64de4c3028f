//! What comes due: clocks of work orders.

use kernel::{Actor, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{Command, OrderNumber, desk, table};

const WHEEL: Actor = Actor::System("wheel");

/// Knocks at orders.
pub struct OrderWheel;

impl Wheel for OrderWheel {
    fn name(&self) -> &'static str {
        "hotline.orders"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::order::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let number: OrderNumber = key.parse().map_err(|error| Error::Corrupt(format!("order {key}: {error}")))?;
        match desk::handle(tx, &WHEEL, &number, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("{key} cannot be ticked: {refusal}"))),
        }
    }
}
