//! The only SQL of this room, and row ↔ value.

use kernel::{CaseNumber, Date, PartyId, ProjectCode, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{county_number, day_number};
use crate::{Project, Stage, rulebook, rules};

/// What time does next to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    /// When the wheel knocks.
    pub knock: Option<Timestamp>,
    /// The last day of the report that is owed.
    pub owed: Option<Date>,
}

/// The number of the stage in which a project is; 5 when all are done.
fn stage(project: &Project) -> u8 {
    rules::current(project, rulebook()).map_or(5, Stage::number)
}

pub(crate) fn insert(tx: &mut Tx, project: &Project, due: Due) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO investment_project (code, version, unit, name, county, stage, is_listed, owed, due,
            registered, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let body = serde_json::to_string(project)?;
    let (county, owed) = (county_number(&project.lead.region), due.owed.map(day_number));
    let (name, registered) = (&project.particulars.name, day_number(project.registered));
    let Project { code, version, unit, .. } = project;
    tx.execute(
        INSERT,
        &params![
            code,
            version,
            unit,
            name,
            county,
            stage(project),
            project.is_listed(),
            owed,
            due.knock,
            registered,
            body
        ],
    )
    .map(drop)
}

/// Saves a project that was at `version` before.
pub(crate) fn save(tx: &mut Tx, project: &Project, version: i64, due: Due) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE investment_project SET version = $1, stage = $2, is_listed = $3, owed = $4, due = $5,
            body = $6
        WHERE code = $7 AND version = $8";
    let body = serde_json::to_string(project)?;
    let (stage, is_listed, owed) = (stage(project), project.is_listed(), due.owed.map(day_number));
    let values = params![project.version, stage, is_listed, owed, due.knock, body, project.code, version];
    if tx.execute(UPDATE, &values)? == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, code: &ProjectCode) -> Result<Option<Project>, Error> {
    const SELECT: &str = "SELECT body FROM investment_project WHERE code = $1";
    read.query_one(SELECT, &params![code], from_row)
}

/// Whether the columns say what the project itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, project: &Project, due: Due) -> Result<bool, Error> {
    const SELECT: &str = "SELECT version, county, stage, is_listed, registered, owed, due, unit, name
        FROM investment_project WHERE code = $1";
    let found = read.query_one(SELECT, &params![project.code], |row| {
        let numbers: [i64; 5] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let next: (Option<i64>, Option<Timestamp>) = (row.get(5)?, row.get(6)?);
        let whose: (PartyId, String) = (row.get(7)?, row.get(8)?);
        Ok((numbers, next, whose))
    })?;
    let numbers = [
        project.version,
        county_number(&project.lead.region),
        i64::from(stage(project)),
        i64::from(project.is_listed()),
        day_number(project.registered),
    ];
    let next = (due.owed.map(day_number), due.knock);
    Ok(found == Some((numbers, next, (project.unit, project.particulars.name.clone()))))
}

/// The unit's project of this name.
pub(crate) fn named(read: &mut dyn Read, unit: &PartyId, name: &str) -> Result<Option<ProjectCode>, Error> {
    const SELECT: &str = "SELECT code FROM investment_project WHERE unit = $1 AND name = $2 LIMIT 1";
    read.query_one(SELECT, &params![unit, name], |row| row.parse(0))
}

/// The projects of a unit, latest first, before a place in the list.
pub(crate) fn of_unit(
    read: &mut dyn Read,
    unit: &PartyId,
    before: (i64, &str),
    limit: usize,
) -> Result<Vec<Project>, Error> {
    const LIST: &str = "SELECT body FROM investment_project
        WHERE unit = $1 AND (registered < $2 OR (registered = $2 AND code < $3))
        ORDER BY registered DESC, code DESC LIMIT $4";
    let (day, code) = before;
    read.query(LIST, &params![unit, day, code, limit], from_row)
}

/// The projects of counties, latest first, before a place in the list; of one stage, if it is not 0.
pub(crate) fn of_place(
    read: &mut dyn Read,
    counties: (i64, i64),
    stage: u8,
    before: (i64, &str),
    limit: usize,
) -> Result<Vec<Project>, Error> {
    const LIST: &str = "SELECT body FROM investment_project
        WHERE county >= $1 AND county <= $2 AND ($3 = 0 OR stage = $3)
            AND (registered < $4 OR (registered = $4 AND code < $5))
        ORDER BY registered DESC, code DESC LIMIT $6";
    let (day, code) = before;
    read.query(LIST, &params![counties.0, counties.1, stage, day, code, limit], from_row)
}

/// How many projects of counties stand in each stage.
pub(crate) fn by_stage(read: &mut dyn Read, counties: (i64, i64)) -> Result<Vec<(i64, i64)>, Error> {
    const COUNT: &str = "SELECT stage, COUNT(*) FROM investment_project WHERE county >= $1 AND county <= $2
        GROUP BY stage ORDER BY stage";
    read.query(COUNT, &params![counties.0, counties.1], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The projects of counties on the abnormal list, latest first.
pub(crate) fn listed(
    read: &mut dyn Read,
    counties: (i64, i64),
    before: (i64, &str),
    limit: usize,
) -> Result<Vec<Project>, Error> {
    const LIST: &str = "SELECT body FROM investment_project
        WHERE is_listed = 1 AND county >= $1 AND county <= $2
            AND (registered < $3 OR (registered = $3 AND code < $4))
        ORDER BY registered DESC, code DESC LIMIT $5";
    let (day, code) = before;
    read.query(LIST, &params![counties.0, counties.1, day, code, limit], from_row)
}

/// The projects of counties that owe a report, the most urgent first, after a place in the list.
pub(crate) fn owing(
    read: &mut dyn Read,
    counties: (i64, i64),
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<Project>, Error> {
    const LIST: &str = "SELECT body FROM investment_project
        WHERE owed IS NOT NULL AND county >= $1 AND county <= $2 AND (owed > $3 OR (owed = $3 AND code > $4))
        ORDER BY owed, code LIMIT $5";
    let (day, code) = after;
    read.query(LIST, &params![counties.0, counties.1, day, code, limit], from_row)
}

/// The projects on which time acts now.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT code FROM investment_project WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

pub(crate) fn link(tx: &mut Tx, number: &CaseNumber, code: &ProjectCode) -> Result<(), Error> {
    const LINK: &str = "INSERT INTO investment_case (number, code) VALUES ($1, $2)";
    tx.execute(LINK, &params![number, code]).map(drop)
}

/// The project of a case.
pub(crate) fn linked(read: &mut dyn Read, number: &CaseNumber) -> Result<Option<ProjectCode>, Error> {
    const SELECT: &str = "SELECT code FROM investment_case WHERE number = $1";
    read.query_one(SELECT, &params![number], |row| row.parse(0))
}

fn from_row(row: &dyn Row) -> Result<Project, Error> {
    row.json(0)
}
