//! `identity_look`: who saw whose unmasked data, for the person concerned to read.

use kernel::{PartyId, Sealed, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Look, LookedBy};

const INSERT: &str = "INSERT INTO identity_look (id, party, seen_by, purpose, fields, at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const OF_PARTY: &str = "SELECT id, seen_by, purpose, fields, at FROM identity_look \
    WHERE party = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

const ONE: &str = "SELECT id, seen_by, purpose, fields, at FROM identity_look WHERE party = $1 AND id = $2";

/// Greater than every id, so that a list without a cursor begins at the newest.
const NEWEST: &str = "g";

pub fn insert(
    tx: &mut Tx,
    id: &str,
    party: &PartyId,
    by: &LookedBy,
    purpose: &Sealed,
    fields: &[&str],
    at: Timestamp,
) -> Result<(), Error> {
    let by = serde_json::to_string(by)?;
    let fields = serde_json::to_string(fields)?;
    tx.execute(INSERT, &params![id, party, by, purpose, fields, at]).map(drop)
}

/// Looks at `party`, newest first, older than `before`.
pub fn of(read: &mut dyn Read, party: &PartyId, before: Option<&str>, limit: usize) -> Result<Vec<Look>, Error> {
    let before = before.unwrap_or(NEWEST);
    let rows = read.query(OF_PARTY, &params![party, before, limit], LookRow::read)?;
    rows.into_iter().map(|row| row.open(read, party)).collect()
}

pub fn find(read: &mut dyn Read, party: &PartyId, id: &str) -> Result<Option<Look>, Error> {
    let row = read.query_one(ONE, &params![party, id], LookRow::read)?;
    row.map(|row| row.open(read, party)).transpose()
}

struct LookRow {
    id: String,
    by: LookedBy,
    purpose: Sealed,
    fields: Vec<String>,
    at: Timestamp,
}

impl LookRow {
    fn read(row: &dyn Row) -> Result<Self, Error> {
        Ok(Self { id: row.get(0)?, by: row.json(1)?, purpose: row.get(2)?, fields: row.json(3)?, at: row.get(4)? })
    }

    fn open(self, read: &mut dyn Read, party: &PartyId) -> Result<Look, Error> {
        let Self { id, by, purpose, fields, at } = self;
        let purpose = read.vault().unseal(read, party, &purpose)?;
        Ok(Look { id, at, by, purpose, fields })
    }
}
