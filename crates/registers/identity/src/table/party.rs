//! `identity_party`: particulars sealed with the party's own key, found by the blind index of the ID number or code.

use kernel::{CreditCode, PartyId, RegionCode, ResidentId, Sealed, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Particulars, Party, PartyKind, Representative};

/// A row as stored; the particulars are still sealed.
#[derive(Debug, Clone)]
pub struct PartyRow {
    pub id: PartyId,
    pub kind: PartyKind,
    pub particulars: Sealed,
    pub region: Option<RegionCode>,
    pub version: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

const SELECT: &str =
    "SELECT id, kind, particulars, region, version, created_at, changed_at FROM identity_party WHERE id = $1";
const SELECT_MANY: &str = "SELECT id, kind, particulars, region, version, created_at, changed_at FROM identity_party \
    WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
    $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
const BY_IDENTIFIER: &str = "SELECT id FROM identity_party WHERE identifier = $1";
const IDENTIFIER_OF: &str = "SELECT identifier FROM identity_party WHERE id = $1";
const BY_REPRESENTATIVE: &str = "SELECT id FROM identity_party WHERE representative = $1 ORDER BY id LIMIT $2";
const INSERT: &str = "INSERT INTO identity_party \
    (id, kind, particulars, identifier, representative, region, version, created_at, changed_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
const UPDATE: &str = "UPDATE identity_party SET particulars = $2, representative = $3, region = $4, version = $5, \
    changed_at = $6 WHERE id = $1";

impl PartyRow {
    fn read(row: &dyn Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.parse(0)?,
            kind: row.parse(1)?,
            particulars: row.get(2)?,
            region: row.parse_some(3)?,
            version: row.get(4)?,
            created_at: row.get(5)?,
            changed_at: row.get(6)?,
        })
    }

    /// Opens the particulars with the party's key.
    pub fn open(&self, read: &mut dyn Read) -> Result<Particulars, Error> {
        let text = read.vault().unseal(read, &self.id, &self.particulars)?;
        Ok(serde_json::from_str(&text)?)
    }

    /// As pages show it.
    pub fn shown(&self, read: &mut dyn Read) -> Result<Party, Error> {
        let particulars = self.open(read)?;
        let (name_masked, identifier_masked, representative) = match &particulars {
            Particulars::Person(person) => (person.name.masked(), person.id.masked(), None),
            Particulars::Organisation(organisation) => (
                organisation.name.to_string(),
                organisation.code.to_string(),
                Some(organisation.representative.name.to_string()),
            ),
        };
        Ok(Party {
            id: self.id,
            kind: self.kind,
            name: particulars.name(),
            name_masked,
            identifier_masked,
            phone_masked: particulars.phone().map(|phone| phone.masked()),
            region: self.region,
            representative,
            since: self.created_at,
            version: self.version,
        })
    }
}

/// Seals particulars with the key of `id`.
pub fn seal(tx: &mut Tx, id: &PartyId, particulars: &Particulars) -> Result<Sealed, Error> {
    let text = serde_json::to_string(particulars)?;
    tx.seal(id, &text)
}

pub fn load(read: &mut dyn Read, id: &PartyId) -> Result<Option<PartyRow>, Error> {
    read.query_one(SELECT, &params![id], PartyRow::read)
}

/// The rows of several parties, in no order.
pub fn load_many(read: &mut dyn Read, ids: &[PartyId]) -> Result<Vec<PartyRow>, Error> {
    let mut rows = Vec::with_capacity(ids.len());
    for page in ids.chunks(store::MANY) {
        rows.extend(read.query(SELECT_MANY, &store::many(page), PartyRow::read)?);
    }
    Ok(rows)
}

pub fn by_person_id(read: &mut dyn Read, id: &ResidentId) -> Result<Option<PartyId>, Error> {
    let blind = blind_person(read, id);
    read.query_one(BY_IDENTIFIER, &params![blind], |row| row.parse(0))
}

pub fn by_code(read: &mut dyn Read, code: &CreditCode) -> Result<Option<PartyId>, Error> {
    let blind = read.vault().blind("identity.credit-code", &code.to_string());
    read.query_one(BY_IDENTIFIER, &params![blind], |row| row.parse(0))
}

/// The organisations whose legal representative has this ID number.
pub fn represented_by(read: &mut dyn Read, id: &ResidentId, limit: usize) -> Result<Vec<PartyId>, Error> {
    let blind = blind_person(read, id);
    read.query(BY_REPRESENTATIVE, &params![blind, limit], |row| row.parse(0))
}

pub fn insert(tx: &mut Tx, row: &PartyRow, particulars: &Particulars) -> Result<(), Error> {
    let identifier = blind_identifier(tx, particulars);
    let representative = blind_representative(tx, particulars);
    let values =
        params![row.id, row.kind, row.particulars, identifier, representative, row.region, row.version, row.created_at];
    tx.execute(INSERT, &values).map(drop)
}

pub fn update(tx: &mut Tx, row: &PartyRow, particulars: &Particulars) -> Result<(), Error> {
    let representative = blind_representative(tx, particulars);
    let values = params![row.id, row.particulars, representative, row.region, row.version, row.changed_at];
    tx.execute(UPDATE, &values).map(drop)
}

/// Whether the blind index of a row still belongs to its particulars.
pub fn index_fits(read: &mut dyn Read, id: &PartyId, particulars: &Particulars) -> Result<bool, Error> {
    let want = blind_identifier(read, particulars);
    let stored: Option<Vec<u8>> = read.query_one(IDENTIFIER_OF, &params![id], |row| row.get(0))?;
    Ok(stored.is_some_and(|stored| stored == want))
}

fn blind_identifier(read: &dyn Read, particulars: &Particulars) -> Vec<u8> {
    match particulars {
        Particulars::Person(person) => blind_person(read, &person.id),
        Particulars::Organisation(organisation) => {
            read.vault().blind("identity.credit-code", &organisation.code.to_string()).to_vec()
        }
    }
}

fn blind_representative(read: &dyn Read, particulars: &Particulars) -> Option<Vec<u8>> {
    match particulars {
        Particulars::Organisation(organisation) => {
            let Representative { id, .. } = &organisation.representative;
            id.as_ref().map(|id| blind_person(read, id))
        }
        Particulars::Person(_) => None,
    }
}

fn blind_person(read: &dyn Read, id: &ResidentId) -> Vec<u8> {
    read.vault().blind("identity.resident-id", &id.to_string()).to_vec()
}
