//! Lists of cases, each with a limit and a place to go on from.

use kernel::{CaseNumber, PartyId, Timestamp};
use store::{Error, Read, ReadExt, Row, params};

use crate::{Case, Material, Stage};

/// Where a queue goes on: after this day and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueuePlace {
    pub next_by: i64,
    pub number: CaseNumber,
}

/// One county's part of a queue, by time left: places only. `kind` and `department` are LIKE patterns.
pub(crate) fn queue(
    read: &mut dyn Read,
    county: i64,
    stage: Stage,
    kind: &str,
    department: &str,
    after: Option<&QueuePlace>,
    limit: usize,
) -> Result<Vec<QueuePlace>, Error> {
    const QUEUE: &str = "SELECT next_by, number FROM casework_case
        WHERE county = $1 AND stage = $2 AND stage < 90 AND (next_by, number) > ($3, $4)
            AND substr(number, 7, 3) LIKE $5 AND department LIKE $6
        ORDER BY next_by, number LIMIT $7";
    let (next_by, number) = after.map_or((-1, String::new()), |place| (place.next_by, place.number.to_string()));
    read.query(QUEUE, &params![county, stage.number(), next_by, number, kind, department, limit], |row| {
        Ok(QueuePlace { next_by: row.get(0)?, number: row.parse(1)? })
    })
}

/// How many cases of one county stand at a stage, counted up to `most`.
pub(crate) fn count(
    read: &mut dyn Read,
    county: i64,
    stage: Stage,
    kind: &str,
    department: &str,
    most: usize,
) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM casework_case
        WHERE county = $1 AND stage = $2 AND stage < 90 AND substr(number, 7, 3) LIKE $3 AND department LIKE $4
        LIMIT $5) AS found";
    let found = read.query_one(COUNT, &params![county, stage.number(), kind, department, most], |row| row.get(0))?;
    Ok(found.unwrap_or(0))
}

/// The cases with these numbers, without form and materials, in no order: one question for each page of a list.
pub(crate) fn lines(read: &mut dyn Read, numbers: &[CaseNumber]) -> Result<Vec<Case>, Error> {
    const LINES: &str = "SELECT body FROM casework_case WHERE number IN
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
         $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut lines = Vec::with_capacity(numbers.len());
    for page in numbers.chunks(store::MANY) {
        lines.extend(read.query(LINES, &store::many(page), from_row)?);
    }
    Ok(lines)
}

/// Cases of one applicant, latest first, before `before`.
pub(crate) fn of(
    read: &mut dyn Read,
    applicant: &PartyId,
    before: Option<(Timestamp, CaseNumber)>,
    limit: usize,
) -> Result<Vec<Case>, Error> {
    const LATEST: &str = "SELECT body FROM casework_case WHERE applicant = $1
        ORDER BY submitted DESC, number DESC LIMIT $2";
    const BEFORE: &str = "SELECT body FROM casework_case WHERE applicant = $1 AND (submitted, number) < ($2, $3)
        ORDER BY submitted DESC, number DESC LIMIT $4";
    match before {
        None => read.query(LATEST, &params![applicant, limit], from_row),
        Some((submitted, number)) => read.query(BEFORE, &params![applicant, submitted, number, limit], from_row),
    }
}

/// What one applicant handed in with their latest cases.
pub(crate) fn materials_of(
    read: &mut dyn Read,
    applicant: &PartyId,
    limit: usize,
) -> Result<Vec<(CaseNumber, Timestamp, Vec<Material>)>, Error> {
    const LATEST: &str = "SELECT number, submitted, materials FROM casework_case WHERE applicant = $1
        ORDER BY submitted DESC, number DESC LIMIT $2";
    read.query(LATEST, &params![applicant, limit], |row| Ok((row.parse(0)?, row.get(1)?, row.json(2)?)))
}

/// Cases on which the law acts by itself at `now`.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT number FROM casework_case WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

fn from_row(row: &dyn Row) -> Result<Case, Error> {
    row.json(0)
}
