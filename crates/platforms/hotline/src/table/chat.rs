//! Conversations by WeChat: one sealed row a follower, under a keyed digest of who it is.

use kernel::Timestamp;
use store::{Error, Read, ReadExt as _, Tx, params};

pub(crate) fn load(read: &mut dyn Read, mark: &str) -> Result<Option<(Timestamp, String)>, Error> {
    const FIND: &str = "SELECT at, body FROM hotline_chat WHERE mark = $1";
    read.query_one(FIND, &params![mark], |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn save(tx: &mut Tx, mark: &str, at: Timestamp, body: &str) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO hotline_chat (mark, at, body) VALUES ($1, $2, $3)
        ON CONFLICT (mark) DO UPDATE SET at = excluded.at, body = excluded.body";
    tx.execute(SAVE, &params![mark, at, body]).map(drop)
}
