//! Threads and the count of unread messages.

use std::collections::BTreeMap;

use kernel::{BasicCode, Timestamp};
use store::{Error, Param, Read, ReadExt, Row, Tx, params};

use crate::model::{Filing, MessageId, Recipient, ThreadId, ThreadKind};

/// One thread, with its latest message as it is stored.
pub(crate) struct ThreadRow {
    pub id: ThreadId,
    pub recipient: Recipient,
    pub subject: String,
    pub kind: ThreadKind,
    pub item: Option<BasicCode>,
    pub title: String,
    pub latest: Timestamp,
    pub unread: i64,
    pub body: Option<kernel::Sealed>,
    pub settled: bool,
}

fn from_row(row: &dyn Row) -> Result<ThreadRow, Error> {
    Ok(ThreadRow {
        id: row.get(0)?,
        recipient: row.get(1)?,
        subject: row.get(2)?,
        kind: row.get(3)?,
        item: row.get(4)?,
        title: row.get(5)?,
        latest: row.get(6)?,
        unread: row.get(7)?,
        body: row.get(8)?,
        settled: row.get::<Option<bool>>(9)?.unwrap_or(false),
    })
}

/// The id of the thread of this recipient about this subject: worked out, so that nobody must look it up to write into it.
pub(crate) fn id_of(filing: &Filing) -> ThreadId {
    let digest = store::sm3(format!("{} {}", filing.recipient, filing.subject).as_bytes());
    let [bytes, _] = digest.0.as_chunks::<16>().0 else { unreachable!("32 bytes are two halves of 16") };
    ThreadId::new(kernel::Uuid::from_bytes(*bytes))
}

/// What messages add to one thread.
pub(crate) struct Growth<'a> {
    pub id: ThreadId,
    pub filing: &'a Filing,
    pub latest: Timestamp,
    /// The last of them.
    pub message: MessageId,
    /// How many of them are unread.
    pub unread: i64,
}

/// Messages were added to threads, each of which stands here once; threads that are not there are opened.
pub(crate) fn grown(tx: &mut Tx, growths: &[Growth<'_>]) -> Result<(), Error> {
    const GROWN: &str = "INSERT INTO messages_thread (id, recipient, subject, kind, item, title, latest, message, unread)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id) DO UPDATE SET message = excluded.message, unread = messages_thread.unread + excluded.unread,
            latest = CASE WHEN messages_thread.latest > excluded.latest THEN messages_thread.latest ELSE excluded.latest END";
    const MORE: &str = "INSERT INTO messages_box (recipient, unread) VALUES ($1, $2)
        ON CONFLICT (recipient) DO UPDATE SET unread = messages_box.unread + excluded.unread";
    let rows = growths.iter().map(|growth| {
        let Growth { id, filing, latest, message, unread } = growth;
        let Filing { recipient, subject, kind, item, title } = filing;
        [
            Param::display(id),
            Param::display(recipient),
            Param::Text(subject),
            Param::Text(kind.name()),
            item.as_ref().map_or(Param::Null, Param::display),
            Param::Text(title),
            Param::Int(latest.as_microsecond()),
            Param::display(message),
            Param::Int(*unread),
        ]
    });
    tx.insert_many(GROWN, rows)?;
    let mut boxes: BTreeMap<String, i64> = BTreeMap::new();
    for growth in growths.iter().filter(|growth| growth.unread > 0) {
        *boxes.entry(growth.filing.recipient.to_string()).or_default() += growth.unread;
    }
    tx.insert_many(MORE, boxes.iter().map(|(recipient, unread)| [Param::Text(recipient), Param::Int(*unread)]))?;
    Ok(())
}

/// Everything in the thread is read; how many messages were not.
pub(crate) fn read_all(tx: &mut Tx, id: &ThreadId, recipient: &Recipient, at: Timestamp) -> Result<u64, Error> {
    const READ: &str = "UPDATE messages_message SET read_at = $2 WHERE thread = $1 AND read_at IS NULL";
    const NONE: &str = "UPDATE messages_thread SET unread = 0 WHERE id = $1";
    const LESS: &str = "UPDATE messages_box SET unread = unread - $2 WHERE recipient = $1";
    let read = tx.execute(READ, &params![id, at])?;
    if read > 0 {
        tx.execute(NONE, &params![id])?;
        tx.execute(LESS, &params![recipient, read])?;
    }
    Ok(read)
}

/// How many messages wait unread: one indexed read.
pub(crate) fn unread(read: &mut dyn Read, recipient: &Recipient) -> Result<i64, Error> {
    const UNREAD: &str = "SELECT unread FROM messages_box WHERE recipient = $1";
    Ok(read.query_one(UNREAD, &params![recipient], |row| row.get(0))?.unwrap_or(0))
}

/// How many messages wait unread for these, at most [`store::MANY`].
pub(crate) fn unread_of(read: &mut dyn Read, recipients: &[Recipient]) -> Result<i64, Error> {
    const UNREAD: &str = "SELECT COALESCE(SUM(unread), 0) FROM messages_box WHERE recipient IN (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    Ok(read.query_one(UNREAD, &store::many(recipients), |row| row.get(0))?.unwrap_or(0))
}

/// Threads of these recipients, at most [`store::MANY`], latest first.
pub(crate) fn of_any(read: &mut dyn Read, recipients: &[Recipient], limit: usize) -> Result<Vec<ThreadRow>, Error> {
    const FIRST: &str =
        "SELECT t.id, t.recipient, t.subject, t.kind, t.item, t.title, t.latest, t.unread, m.body, m.settled
        FROM messages_thread t LEFT JOIN messages_message m ON m.id = t.message
        WHERE t.recipient IN (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
        ORDER BY t.latest DESC, t.id DESC LIMIT $33";
    let mut page = store::many(recipients);
    page.push(Param::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
    read.query(FIRST, &page, from_row)
}

pub(crate) fn load(read: &mut dyn Read, id: &ThreadId) -> Result<Option<ThreadRow>, Error> {
    const LOAD: &str =
        "SELECT t.id, t.recipient, t.subject, t.kind, t.item, t.title, t.latest, t.unread, m.body, m.settled
        FROM messages_thread t LEFT JOIN messages_message m ON m.id = t.message WHERE t.id = $1";
    read.query_one(LOAD, &params![id], from_row)
}

/// Threads of one recipient, latest first, before `before`.
pub(crate) fn of(
    read: &mut dyn Read,
    recipient: &Recipient,
    before: Option<(Timestamp, ThreadId)>,
    limit: usize,
) -> Result<Vec<ThreadRow>, Error> {
    const FIRST: &str =
        "SELECT t.id, t.recipient, t.subject, t.kind, t.item, t.title, t.latest, t.unread, m.body, m.settled
        FROM messages_thread t LEFT JOIN messages_message m ON m.id = t.message
        WHERE t.recipient = $1 ORDER BY t.latest DESC, t.id DESC LIMIT $2";
    const NEXT: &str =
        "SELECT t.id, t.recipient, t.subject, t.kind, t.item, t.title, t.latest, t.unread, m.body, m.settled
        FROM messages_thread t LEFT JOIN messages_message m ON m.id = t.message
        WHERE t.recipient = $1 AND (t.latest, t.id) < ($3, $4) ORDER BY t.latest DESC, t.id DESC LIMIT $2";
    match before {
        None => read.query(FIRST, &params![recipient, limit], from_row),
        Some((at, id)) => read.query(NEXT, &params![recipient, limit, at, id], from_row),
    }
}
