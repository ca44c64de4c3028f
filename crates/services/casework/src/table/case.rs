//! One case: its row and its materials.

use kernel::{CaseNumber, Date, Timestamp};
use store::{Error, Param, Read, ReadExt, Tx, params};

use crate::{Case, Material, Tier, rules};

/// The row of a new case, written out as far as that can be done before it has its number.
#[derive(Debug, Clone)]
pub(crate) struct Fresh {
    case: Case,
    body: String,
    provisions: Vec<String>,
}

impl Fresh {
    /// `case` stands under a number of its kind that is not its own.
    pub fn new(case: Case) -> Result<Fresh, Error> {
        Ok(Fresh { body: serde_json::to_string(&case)?, provisions: provisions(&case)?, case })
    }

    /// The body with the number that the case got: it is the first member, and all numbers are of one length.
    fn body(&self, number: &CaseNumber) -> String {
        const HEAD: &str = "{\"number\":\"";
        let rest = self.body.get(HEAD.len() + number.to_string().len()..).unwrap_or_default();
        format!("{HEAD}{number}{rest}")
    }
}

/// A case that is not there yet, under its number.
pub(crate) fn insert(tx: &mut Tx, number: &CaseNumber, fresh: &Fresh) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO casework_case
        (number, version, county, department, applicant, stage, submitted, next_by, due, form, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let case = &fresh.case;
    let body = fresh.body(number);
    tx.execute(
        INSERT,
        &params![
            number,
            case.version,
            county(case),
            case.department,
            case.applicant,
            case.stage().number(),
            case.submitted,
            day_number(case.next_by()),
            rules::due(case),
            case.form,
            body
        ],
    )?;
    insert_materials(tx, number, &case.materials, &fresh.provisions)
}

/// A case that was at `version` when it was loaded. Fails with `Lost` when somebody else changed it since.
pub(crate) fn save(tx: &mut Tx, case: &Case, version: i64, with_materials: bool) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE casework_case
        SET version = $1, stage = $2, next_by = $3, due = $4, form = $5, body = $6 WHERE number = $7 AND version = $8";
    const DROP_MATERIALS: &str = "DELETE FROM casework_material WHERE case_number = $1";
    let body = serde_json::to_string(case)?;
    let changed = tx.execute(
        UPDATE,
        &params![
            case.version,
            case.stage().number(),
            day_number(case.next_by()),
            rules::due(case),
            case.form,
            body,
            case.number,
            version
        ],
    )?;
    if changed != 1 {
        return Err(Error::Lost);
    }
    if with_materials {
        tx.execute(DROP_MATERIALS, &params![case.number])?;
        insert_materials(tx, &case.number, &case.materials, &provisions(case)?)?;
    }
    Ok(())
}

fn provisions(case: &Case) -> Result<Vec<String>, Error> {
    Ok(case.materials.iter().map(|material| serde_json::to_string(&material.provision)).collect::<Result<_, _>>()?)
}

fn insert_materials(
    tx: &mut Tx,
    number: &CaseNumber,
    materials: &[Material],
    provisions: &[String],
) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO casework_material (case_number, position, name, tier, provision)
        VALUES ($1, $2, $3, $4, $5)";
    let rows = materials.iter().zip(provisions).zip(0..).map(|((material, provision), position)| {
        [
            Param::from(number),
            Param::Int(position),
            Param::from(&material.name),
            Param::Text(material.tier.letter()),
            Param::from(provision),
        ]
    });
    tx.insert_many(INSERT, rows).map(drop)
}

/// The whole case, if there is one of this number.
pub(crate) fn load(read: &mut dyn Read, number: &CaseNumber) -> Result<Option<Case>, Error> {
    const SELECT: &str = "SELECT form, body FROM casework_case WHERE number = $1";
    let found = read.query_one(SELECT, &params![number], |row| {
        let case: Case = row.json(1)?;
        Ok(Case { form: row.get(0)?, ..case })
    })?;
    let Some(mut case) = found else { return Ok(None) };
    case.materials = materials(read, number)?;
    Ok(Some(case))
}

/// Whether the columns by which lists, queues and the wheel find the case say what the case itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, case: &Case) -> Result<bool, Error> {
    const SELECT: &str = "SELECT version, county, department, applicant, stage, submitted, next_by, due
        FROM casework_case WHERE number = $1";
    let found = read.query_one(SELECT, &params![case.number], |row| {
        let whose: (String, String) = (row.get(2)?, row.get(3)?);
        let when: (Timestamp, i64, Option<Timestamp>) = (row.get(5)?, row.get(6)?, row.get(7)?);
        let place: (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(4)?);
        Ok((place, whose, when))
    })?;
    let place = (case.version, county(case), case.stage().number());
    let whose = (case.department.to_string(), case.applicant.to_string());
    Ok(found == Some((place, whose, (case.submitted, day_number(case.next_by()), rules::due(case)))))
}

/// The materials of a case, in the order they were given.
pub(crate) fn materials(read: &mut dyn Read, number: &CaseNumber) -> Result<Vec<Material>, Error> {
    const SELECT: &str = "SELECT name, tier, provision FROM casework_material WHERE case_number = $1 ORDER BY position";
    read.query(SELECT, &params![number], |row| {
        let tier: String = row.get(1)?;
        let tier = Tier::from_letter(&tier).ok_or_else(|| Error::Corrupt(format!("a material has tier {tier}")))?;
        Ok(Material { name: row.get(0)?, tier, provision: row.json(2)? })
    })
}

/// The county of a case's department (or its city, or province) as the number that queues are kept by.
fn county(case: &Case) -> i64 {
    county_number(&case.department.region)
}

/// The first six digits of a region as a number.
pub(crate) fn county_number(region: &kernel::RegionCode) -> i64 {
    region.county6().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// A day as a number that sorts like it; 0 for no day.
pub(crate) fn day_number(day: Option<Date>) -> i64 {
    day.map_or(0, |day| i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day()))
}
