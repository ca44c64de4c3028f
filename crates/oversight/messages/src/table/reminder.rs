//! Reminders that wait for their day.

use kernel::Timestamp;
use store::{Error, Read, ReadExt, Tx, params};

use crate::model::Recipient;

/// One reminder.
pub(crate) struct ReminderRow {
    pub id: String,
    pub subject: String,
    pub cause: String,
    pub recipient: Recipient,
    pub code: String,
    pub days: u32,
    pub due: Timestamp,
    /// What will be told, as JSON, its words sealed.
    pub telling: String,
}

/// Keeps a reminder; a newer due date takes the place of the old one.
pub(crate) fn put(tx: &mut Tx, row: &ReminderRow) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO messages_reminder (id, subject, cause, recipient, code, days, due, telling)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (subject, recipient, code, days) DO UPDATE SET due = excluded.due, telling = excluded.telling";
    let ReminderRow { id, subject, cause, recipient, code, days, due, telling } = row;
    tx.execute(PUT, &params![id, subject, cause, recipient, code, days, due, telling]).map(drop)
}

/// The cause is gone, and with it what was to be recalled.
pub(crate) fn withdraw(tx: &mut Tx, subject: &str, cause: &str) -> Result<u64, Error> {
    const WITHDRAW: &str = "DELETE FROM messages_reminder WHERE subject = $1 AND cause = $2";
    tx.execute(WITHDRAW, &params![subject, cause])
}

pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT id FROM messages_reminder WHERE due <= $1 ORDER BY due, id LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Takes a reminder out, to be told now.
pub(crate) fn take(tx: &mut Tx, id: &str) -> Result<Option<ReminderRow>, Error> {
    const LOAD: &str =
        "SELECT id, subject, cause, recipient, code, days, due, telling FROM messages_reminder WHERE id = $1";
    const DROP: &str = "DELETE FROM messages_reminder WHERE id = $1";
    let found = tx.query_one(LOAD, &params![id], |row| {
        Ok(ReminderRow {
            id: row.get(0)?,
            subject: row.get(1)?,
            cause: row.get(2)?,
            recipient: row.get(3)?,
            code: row.get(4)?,
            days: row.get(5)?,
            due: row.get(6)?,
            telling: row.get(7)?,
        })
    })?;
    tx.execute(DROP, &params![id])?;
    Ok(found)
}
