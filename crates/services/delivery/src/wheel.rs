//! What comes due: silence that becomes trouble, and couriers that are to be asked for news.

use kernel::{Actor, Timestamp};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::{Command, ParcelId, desk, rules, send, table};

/// Knocks at parcels that have been silent for too long.
pub struct ParcelWheel;

impl Wheel for ParcelWheel {
    fn name(&self) -> &'static str {
        "delivery.wheel"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        match desk::handle(tx, &Actor::System("wheel"), &parcel(key)?, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("parcel {key} cannot be ticked: {refusal}"))),
        }
    }
}

/// Asks couriers for news of parcels that they have told nothing of for hours. A courier that cannot be reached is asked again; the
/// parcel waits, and nothing else does.
pub struct AskWheel;

impl Wheel for AskWheel {
    fn name(&self) -> &'static str {
        "delivery.asking"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::to_ask(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let id = parcel(key)?;
        let Some(parcel) = table::load(tx, &id)?.filter(rules::listens) else { return table::set_ask(tx, &id, None) };
        let hours = match desk::entry(&parcel.courier) {
            Ok(courier) => courier.poll_hours,
            Err(Failure::Broken(error)) => return Err(error),
            Err(Failure::Refused(_)) => return table::set_ask(tx, &id, None),
        };
        let now = tx.now();
        table::set_ask(tx, &id, Some(desk::later(now, hours)))?;
        let key = format!("ask:{}:{}", parcel.order_id(), now.as_second());
        tx.outbox(&desk::effect(&key, &send::Errand::Ask, &parcel)?)
    }
}

fn parcel(key: &str) -> Result<ParcelId, Error> {
    key.parse().map_err(|error| Error::Corrupt(format!("parcel {key}: {error}")))
}
