//! What comes due: the end of the quiet hours, and the day of a reminder.

use kernel::Timestamp;
use store::{Error, Read, Tx, Wheel};

use crate::model::MessageId;
use crate::table;
use crate::tell::{self, Telling};

/// Lets SMS go that waited for the morning.
pub struct HoldWheel;

impl Wheel for HoldWheel {
    fn name(&self) -> &'static str {
        "messages.hold"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::sms::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let id: MessageId = key.parse().map_err(|error| Error::Corrupt(format!("sms {key}: {error}")))?;
        tell::release(tx, &id)
    }
}

/// Tells reminders on their day, each once.
pub struct ReminderWheel {
    /// Whether an SMS channel is set up.
    pub has_channel: bool,
}

impl Wheel for ReminderWheel {
    fn name(&self) -> &'static str {
        "messages.reminders"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::reminder::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let Some(row) = table::reminder::take(tx, key)? else { return Ok(()) };
        let telling: Telling = serde_json::from_str(&row.telling)?;
        if tell::write(tx, &[&telling], self.has_channel)? > 0 {
            let now = tx.now();
            table::routing::fire(tx, &telling.route, now, 1, 0)?;
        }
        Ok(())
    }
}
