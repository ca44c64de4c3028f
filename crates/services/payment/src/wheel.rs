//! What comes due: bills that are late, channels that say nothing, the account of yesterday.

use kernel::{Date, PaymentCode, Timestamp, local_date, local_time};
use store::{Error, Failure, Read, Tx, Wheel};

use crate::courier::{Errand, LOOKS};
use crate::{Channel, Command, desk, table};

/// Marks bills that were not paid in time.
pub struct BillWheel;

impl Wheel for BillWheel {
    fn name(&self) -> &'static str {
        "payment.bills"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::bill::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let code: PaymentCode = key.parse().map_err(|error| Error::Corrupt(format!("bill {key}: {error}")))?;
        match desk::handle(tx, &desk::HOUSE, &code, &Command::Tick) {
            Ok(_) => Ok(()),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("bill {key} cannot be ticked: {refusal}"))),
        }
    }
}

/// Asks channels that say nothing; closes orders whose time is over. An order that was paid and never told of ends as paid.
pub struct SilenceWheel {
    /// How many times as fast as real time the house's clock runs: channels live by the real one.
    pub pace: u32,
}

impl Wheel for SilenceWheel {
    fn name(&self) -> &'static str {
        "payment.silence"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::flow::to_ask(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let Some(probe) = table::flow::probe(tx, key)? else { return Ok(()) };
        let bill = table::bill::load(tx, &probe.bill)?;
        let now = tx.now();
        let own_no = probe.own_no.clone();
        let errand = match bill.as_ref().map(|bill| &bill.state) {
            _ if own_no.contains('R') => Errand::QueryRefund { no: own_no },
            Some(crate::State::Paying { order, expires }) if *order == own_no && *expires > now => {
                Errand::Query { order: own_no }
            }
            _ => Errand::Close { order: own_no },
        };
        desk::send(tx, probe.channel, format!("look {key} {}", now.as_microsecond()), &errand)?;
        let place = usize::try_from(probe.asked).unwrap_or(usize::MAX).saturating_add(1).min(LOOKS.len() - 1);
        table::flow::asked(tx, key, desk::later(now, LOOKS[place], self.pace))
    }
}

/// The hour in China after which a channel has the account of the day before.
const ACCOUNT_HOUR: i8 = 10;

/// Has the account of yesterday fetched from a channel, once a day after ten.
pub struct AccountWheel {
    /// Which channel.
    pub channel: Channel,
}

impl Wheel for AccountWheel {
    fn name(&self) -> &'static str {
        "payment.account"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, _: usize) -> Result<Vec<String>, Error> {
        let Ok(day) = local_date(now).yesterday() else { return Ok(vec![]) };
        if local_time(now).hour() < ACCOUNT_HOUR || table::account::load(read, self.channel, day)?.is_some() {
            return Ok(vec![]);
        }
        let key = format!("account:{day}");
        // Asked for already: its outcome is awaited.
        let is_asked = table::flow::is_marked(read, &key)?;
        Ok(if is_asked { vec![] } else { vec![key] })
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let day: Option<Date> = key.strip_prefix("account:").and_then(|day| day.parse().ok());
        let Some(day) = day else { return Ok(()) };
        desk::send(tx, self.channel, key.to_owned(), &Errand::Account { day })?;
        table::flow::mark(tx, key, self.channel)
    }
}
