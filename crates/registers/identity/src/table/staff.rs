//! `identity_staff`: names sealed with a key of each member's own.

use kernel::{DepartmentId, PartyId, Power, Sealed, StaffId};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{PendingPowers, Staff, StaffNumber};

/// A row as stored; the name is still sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffRow {
    pub id: StaffId,
    pub number: StaffNumber,
    pub name: Sealed,
    pub person: Option<PartyId>,
    pub post: String,
    pub department: DepartmentId,
    pub powers: Vec<Power>,
    pub pending: Option<PendingPowers>,
    pub active: bool,
    pub version: i64,
}

const BY_ID: &str = "SELECT id, number, name, person, post, department, powers, pending, active, version \
    FROM identity_staff WHERE id = $1";
const BY_NUMBER: &str = "SELECT id, number, name, person, post, department, powers, pending, active, version \
    FROM identity_staff WHERE number = $1";
const OF_DEPARTMENT: &str = "SELECT id, number, name, person, post, department, powers, pending, active, version \
    FROM identity_staff WHERE department = $1 AND number > $2 ORDER BY number LIMIT $3";
const OF_PERSON: &str = "SELECT id, number, name, person, post, department, powers, pending, active, version \
    FROM identity_staff WHERE person = $1 LIMIT 50";
const INSERT: &str = "INSERT INTO identity_staff \
    (id, number, name, person, post, department, powers, pending, active, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UPDATE: &str = "UPDATE identity_staff SET post = $2, department = $3, powers = $4, pending = $5, active = $6, \
    version = $7 WHERE id = $1";

/// The holder of the key under which a member's name is sealed: staff are no parties, but their names are personal too.
pub fn key_holder(id: &StaffId) -> PartyId {
    PartyId::new(id.uuid())
}

impl StaffRow {
    fn read(row: &dyn Row) -> Result<Self, Error> {
        let pending: Option<String> = row.get(7)?;
        Ok(Self {
            id: row.parse(0)?,
            number: row.parse(1)?,
            name: row.get(2)?,
            person: row.parse_some(3)?,
            post: row.get(4)?,
            department: row.parse(5)?,
            powers: row.json(6)?,
            pending: pending.map(|text| serde_json::from_str(&text)).transpose()?,
            active: row.get(8)?,
            version: row.get(9)?,
        })
    }

    /// The member of staff, name unsealed.
    pub fn open(self, read: &mut dyn Read) -> Result<Staff, Error> {
        let name = read.vault().unseal(read, &key_holder(&self.id), &self.name)?;
        let name = name.parse().map_err(|error| Error::Corrupt(format!("identity_staff.name: {error}")))?;
        let Self { id, number, person, post, department, powers, pending, active, version, .. } = self;
        Ok(Staff { id, number, name, person, post, department, powers, pending, active, version })
    }
}

pub fn load_row(read: &mut dyn Read, id: &StaffId) -> Result<Option<StaffRow>, Error> {
    read.query_one(BY_ID, &params![id], StaffRow::read)
}

pub fn load(read: &mut dyn Read, id: &StaffId) -> Result<Option<Staff>, Error> {
    load_row(read, id)?.map(|row| row.open(read)).transpose()
}

pub fn by_number(read: &mut dyn Read, number: &StaffNumber) -> Result<Option<StaffRow>, Error> {
    read.query_one(BY_NUMBER, &params![number], StaffRow::read)
}

pub fn of_department(
    read: &mut dyn Read,
    department: &DepartmentId,
    after: Option<&StaffNumber>,
    limit: usize,
) -> Result<Vec<Staff>, Error> {
    let after = after.map_or("", StaffNumber::as_str);
    let rows = read.query(OF_DEPARTMENT, &params![department, after, limit], StaffRow::read)?;
    rows.into_iter().map(|row| row.open(read)).collect()
}

/// Every post that one person serves at.
pub fn of_person(read: &mut dyn Read, person: &PartyId) -> Result<Vec<StaffRow>, Error> {
    read.query(OF_PERSON, &params![person], StaffRow::read)
}

pub fn insert(tx: &mut Tx, staff: &Staff, name: &Sealed) -> Result<(), Error> {
    let powers = serde_json::to_string(&staff.powers)?;
    let pending = staff.pending.as_ref().map(serde_json::to_string).transpose()?;
    let values = params![
        staff.id,
        staff.number,
        name,
        staff.person,
        staff.post,
        staff.department,
        powers,
        pending,
        staff.active,
        staff.version
    ];
    tx.execute(INSERT, &values).map(drop)
}

pub fn update(tx: &mut Tx, staff: &Staff) -> Result<(), Error> {
    let powers = serde_json::to_string(&staff.powers)?;
    let pending = staff.pending.as_ref().map(serde_json::to_string).transpose()?;
    let values = params![staff.id, staff.post, staff.department, powers, pending, staff.active, staff.version];
    tx.execute(UPDATE, &values).map(drop)
}
