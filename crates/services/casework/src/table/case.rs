//! One case: its row.

use kernel::{CaseNumber, Date, DepartmentId, PartyId, Sealed, Timestamp};
use store::{Error, Read, ReadExt, Tx, params};

use crate::{Case, Material, rules};

/// The row of a new case, written out as far as that can be done before it has its number.
#[derive(Debug, Clone)]
pub(crate) struct Fresh {
    version: i64,
    department: DepartmentId,
    applicant: PartyId,
    stage: i64,
    submitted: Timestamp,
    next_by: i64,
    due: Option<Timestamp>,
    form: Sealed,
    materials: String,
    body: String,
}

impl Fresh {
    /// `case` stands under a number of its kind that is not its own.
    pub fn new(case: Case) -> Result<Fresh, Error> {
        Ok(Fresh {
            version: case.version,
            department: case.department,
            applicant: case.applicant,
            stage: case.stage().number(),
            submitted: case.submitted,
            next_by: day_number(case.next_by()),
            due: rules::due(&case),
            materials: serde_json::to_string(&case.materials)?,
            body: serde_json::to_string(&case)?,
            form: case.form,
        })
    }

    /// The body with the number that the case got: it is the first member, and all numbers are of one length.
    fn body(&self, number: &CaseNumber) -> String {
        const HEAD: &str = "{\"number\":\"";
        let number = number.to_string();
        let rest = self.body.get(HEAD.len() + number.len()..).unwrap_or_default();
        [HEAD, &number, rest].concat()
    }
}

/// A case that is not there yet, under its number.
pub(crate) fn insert(tx: &mut Tx, number: &CaseNumber, fresh: &Fresh) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO casework_case
        (number, version, county, department, applicant, stage, submitted, next_by, due, form, materials, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let Fresh { version, department, applicant, stage, submitted, next_by, due, form, materials, .. } = fresh;
    let (county, body) = (county_number(&department.region), fresh.body(number));
    tx.execute(
        INSERT,
        &params![number, version, county, department, applicant, stage, submitted, next_by, due, form, materials, body],
    )
    .map(drop)
}

/// A case that was at `version` when it was loaded. Fails with `Lost` when somebody else changed it since.
///
/// What was handed in is written again only `with_papers`: most steps change neither answers nor materials.
pub(crate) fn save(tx: &mut Tx, case: &Case, version: i64, with_papers: bool) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE casework_case
        SET version = $1, stage = $2, next_by = $3, due = $4, body = $5 WHERE number = $6 AND version = $7";
    const PAPERS: &str = "UPDATE casework_case SET form = $1, materials = $2 WHERE number = $3";
    let body = serde_json::to_string(case)?;
    let (stage, next_by, due) = (case.stage().number(), day_number(case.next_by()), rules::due(case));
    let changed = tx.execute(UPDATE, &params![case.version, stage, next_by, due, body, case.number, version])?;
    if changed != 1 {
        return Err(Error::Lost);
    }
    if with_papers {
        let materials = serde_json::to_string(&case.materials)?;
        tx.execute(PAPERS, &params![case.form, materials, case.number])?;
    }
    Ok(())
}

/// The whole case, if there is one of this number.
pub(crate) fn load(read: &mut dyn Read, number: &CaseNumber) -> Result<Option<Case>, Error> {
    const SELECT: &str = "SELECT form, materials, body FROM casework_case WHERE number = $1";
    read.query_one(SELECT, &params![number], |row| {
        let case: Case = row.json(2)?;
        Ok(Case { form: row.get(0)?, materials: row.json(1)?, ..case })
    })
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

/// The materials of a case of this applicant, in the order they were given; none if it is not theirs.
pub(crate) fn materials(read: &mut dyn Read, number: &CaseNumber, applicant: &PartyId) -> Result<Vec<Material>, Error> {
    const SELECT: &str = "SELECT materials FROM casework_case WHERE number = $1 AND applicant = $2";
    let found = read.query_one(SELECT, &params![number, applicant], |row| row.json(0))?;
    Ok(found.unwrap_or_default())
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
