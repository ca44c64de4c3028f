//! The only SQL of this room, and rows to values and back.

use kernel::{CaseNumber, CreditCode, LicenceId, LicenceTypeCode, PartyId, Sealed, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Content, Filter, Licence, LicenceType, Place, Seal, Standing};

/// A row as stored; what the licence says is still sealed with its holder's key.
#[derive(Debug, Clone)]
pub struct LicenceRow {
    pub id: LicenceId,
    pub place: Place,
    pub holder: PartyId,
    pub content: Sealed,
    pub seal: Seal,
    pub standing: Standing,
    pub issued_at: Timestamp,
    pub version: i64,
}

const BY_ID: &str = "SELECT id, place, holder, content, seal, standing, issued_at, version FROM licences_licence \
    WHERE id = $1";
const OF_CASE: &str = "SELECT id, place, holder, content, seal, standing, issued_at, version FROM licences_licence \
    WHERE case_number = $1 ORDER BY place DESC LIMIT 10";
const OF_HOLDER: &str = "SELECT id, place, holder, content, seal, standing, issued_at, version FROM licences_licence \
    WHERE holder = $1 AND place < $2 AND replaced <= $3 ORDER BY place DESC LIMIT $4";
const INSERT: &str = "INSERT INTO licences_licence (id, place, holder, name, department, case_number, replaces, content, \
    seal, standing, replaced, valid_from, valid_until, issued_at, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const SET_STANDING: &str = "UPDATE licences_licence SET standing = $2, replaced = $3, version = $4 WHERE id = $1";
const TYPE: &str = "SELECT code, name FROM licences_type WHERE code = $1";
const TYPE_NAMED: &str = "SELECT code, name FROM licences_type WHERE definer = $1 AND name = $2";
const TYPES_OF: &str = "SELECT code, name FROM licences_type WHERE definer = $1 ORDER BY code DESC LIMIT 1";
const INSERT_TYPE: &str = "INSERT INTO licences_type (code, definer, name) VALUES ($1, $2, $3)";
const ALL_TYPES: &str = "SELECT code, name FROM licences_type WHERE code > $1 ORDER BY code LIMIT $2";

/// Greater than every place, so that a list without a cursor begins at the newest.
const NEWEST: &str = "g";

impl LicenceRow {
    fn read(row: &dyn Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.parse(0)?,
            place: row.parse(1)?,
            holder: row.parse(2)?,
            content: row.get(3)?,
            seal: row.json(4)?,
            standing: row.json(5)?,
            issued_at: row.get(6)?,
            version: row.get(7)?,
        })
    }

    /// The canonical data as sealed, unparsed.
    pub fn canonical(&self, read: &mut dyn Read) -> Result<String, Error> {
        read.vault().unseal(read, &self.holder, &self.content)
    }

    /// The licence, its content unsealed.
    pub fn open(self, read: &mut dyn Read) -> Result<Licence, Error> {
        let text = self.canonical(read)?;
        let content = Content::parse(&text).map_err(|error| Error::Corrupt(format!("licence {}: {error}", self.id)))?;
        Ok(self.with(content))
    }

    /// The licence with content that was parsed before.
    pub fn with(self, content: Content) -> Licence {
        let Self { id, place, holder, seal, standing, issued_at, version, .. } = self;
        Licence { id, holder, content, seal, standing, issued_at, place, version }
    }
}

pub fn load(read: &mut dyn Read, id: &LicenceId) -> Result<Option<LicenceRow>, Error> {
    read.query_one(BY_ID, &params![id], LicenceRow::read)
}

/// The licences that a case led to, newest first.
pub fn of_case(read: &mut dyn Read, case: &CaseNumber) -> Result<Vec<LicenceRow>, Error> {
    read.query(OF_CASE, &params![case], LicenceRow::read)
}

/// A holder's licences, newest first, older than `before`.
pub fn of_holder(
    read: &mut dyn Read,
    holder: &PartyId,
    filter: Filter,
    before: Option<&Place>,
    limit: usize,
) -> Result<Vec<LicenceRow>, Error> {
    let before = before.map_or_else(|| NEWEST.to_owned(), ToString::to_string);
    let replaced = match filter {
        Filter::Current => 0,
        Filter::Everything => 1,
    };
    read.query(OF_HOLDER, &params![holder, before, replaced, limit], LicenceRow::read)
}

pub fn insert(tx: &mut Tx, row: &LicenceRow, content: &Content, replaces: Option<&LicenceId>) -> Result<(), Error> {
    let seal = serde_json::to_string(&row.seal)?;
    let standing = serde_json::to_string(&row.standing)?;
    let replaced = is_replaced(&row.standing);
    let values = params![
        row.id,
        row.place,
        row.holder,
        content.name,
        content.issuer.department,
        content.case,
        replaces,
        row.content,
        seal,
        standing,
        replaced,
        content.valid_from,
        content.valid_until,
        row.issued_at,
        row.version
    ];
    tx.execute(INSERT, &values).map(drop)
}

pub fn set_standing(tx: &mut Tx, id: &LicenceId, standing: &Standing, version: i64) -> Result<(), Error> {
    let text = serde_json::to_string(standing)?;
    tx.execute(SET_STANDING, &params![id, text, is_replaced(standing), version]).map(drop)
}

fn is_replaced(standing: &Standing) -> bool {
    matches!(standing, Standing::Replaced { .. })
}

fn read_type(row: &dyn Row) -> Result<LicenceType, Error> {
    Ok(LicenceType { code: row.parse(0)?, name: row.get(1)? })
}

pub fn licence_type(read: &mut dyn Read, code: &LicenceTypeCode) -> Result<Option<LicenceType>, Error> {
    read.query_one(TYPE, &params![code], read_type)
}

pub fn type_named(read: &mut dyn Read, definer: &CreditCode, name: &str) -> Result<Option<LicenceType>, Error> {
    read.query_one(TYPE_NAMED, &params![definer, name], read_type)
}

/// The type that a body defined last.
pub fn last_type(read: &mut dyn Read, definer: &CreditCode) -> Result<Option<LicenceType>, Error> {
    read.query_one(TYPES_OF, &params![definer], read_type)
}

pub fn insert_type(tx: &mut Tx, definer: &CreditCode, kind: &LicenceType) -> Result<(), Error> {
    tx.execute(INSERT_TYPE, &params![kind.code, definer, kind.name]).map(drop)
}

pub fn types(read: &mut dyn Read, after: Option<&LicenceTypeCode>, limit: usize) -> Result<Vec<LicenceType>, Error> {
    let after = after.map_or_else(String::new, ToString::to_string);
    read.query(ALL_TYPES, &params![after, limit], read_type)
}

/// `licences_presentation`: codes by which a licence is shown, found by a keyed digest of the code.
pub mod presentation {
    use super::{Error, LicenceId, PartyId, Read, ReadExt, Row, Timestamp, Tx, params};

    /// One code.
    #[derive(Debug, Clone)]
    pub struct Presentation {
        pub id: String,
        pub licence: LicenceId,
        pub holder: PartyId,
        pub ends_at: Timestamp,
        pub used_at: Option<Timestamp>,
    }

    const INSERT: &str = "INSERT INTO licences_presentation (code, short, id, licence, holder, ends_at, used_at) \
        VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    const BY_CODE: &str = "SELECT id, licence, holder, ends_at, used_at FROM licences_presentation WHERE code = $1";
    const BY_SHORT: &str = "SELECT id, licence, holder, ends_at, used_at FROM licences_presentation \
        WHERE short = $1 ORDER BY ends_at DESC LIMIT 1";
    const USE: &str = "UPDATE licences_presentation SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
    const OVER: &str = "SELECT ends_at FROM licences_presentation WHERE ends_at < $1 ORDER BY ends_at LIMIT 1";
    const SWEEP: &str = "DELETE FROM licences_presentation WHERE code IN \
        (SELECT code FROM licences_presentation WHERE ends_at < $1 ORDER BY ends_at LIMIT $2)";

    fn read(row: &dyn Row) -> Result<Presentation, Error> {
        Ok(Presentation {
            id: row.get(0)?,
            licence: row.parse(1)?,
            holder: row.parse(2)?,
            ends_at: row.get(3)?,
            used_at: row.get(4)?,
        })
    }

    pub fn insert(tx: &mut Tx, code: &[u8; 32], short: &[u8; 32], new: &Presentation) -> Result<(), Error> {
        tx.execute(INSERT, &params![code, short, new.id, new.licence, new.holder, new.ends_at]).map(drop)
    }

    pub fn by_code(reader: &mut dyn Read, code: &[u8; 32]) -> Result<Option<Presentation>, Error> {
        reader.query_one(BY_CODE, &params![code], read)
    }

    pub fn by_short(reader: &mut dyn Read, short: &[u8; 32]) -> Result<Option<Presentation>, Error> {
        reader.query_one(BY_SHORT, &params![short], read)
    }

    /// Uses the code up; whether it was unused.
    pub fn used(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, Error> {
        Ok(tx.execute(USE, &params![id, now])? == 1)
    }

    pub fn first_over(reader: &mut dyn Read, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        reader.query_one(OVER, &params![now], |row| row.get(0))
    }

    pub fn sweep(tx: &mut Tx, now: Timestamp, limit: usize) -> Result<u64, Error> {
        tx.execute(SWEEP, &params![now, limit])
    }
}
