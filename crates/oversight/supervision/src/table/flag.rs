//! Flags.

use kernel::{CaseNumber, StaffId, Timestamp, local_date};
use store::{Error, Read, ReadExt, Row, Tx, params};

use super::Part;
use crate::model::{county_number, day_number};
use crate::rules::Sums;
use crate::{Flag, FlagId, RuleId};

/// By what a list is narrowed; empty or zero is no narrowing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Narrow {
    pub grade: i64,
    pub state: String,
    pub rule: String,
    pub low: i64,
    pub high: i64,
    pub department: String,
    /// Days from and to, as numbers.
    pub days: (i64, i64),
}

fn person(flag: &Flag) -> String {
    flag.raised.person.map_or_else(String::new, |person| person.to_string())
}

pub(crate) fn insert(tx: &mut Tx, flag: &Flag, kind: &str) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO supervision_flag (id, version, number, rule, kind, grade, state, counts, county,
            department, person, raised, day, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let Flag { id, version, raised, grade, state, .. } = flag;
    let (county, day) = (county_number(&raised.department.region), day_number(local_date(flag.since())));
    let (rule, body) = (id.rule.to_string(), serde_json::to_string(flag)?);
    tx.execute(
        INSERT,
        &params![
            id,
            version,
            id.case,
            rule,
            kind,
            grade.number(),
            state.name(),
            state.counts(),
            county,
            raised.department,
            person(flag),
            flag.since(),
            day,
            body
        ],
    )
    .map(drop)
}

/// Saves a flag that was at `version` before.
pub(crate) fn save(tx: &mut Tx, flag: &Flag, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE supervision_flag SET version = $1, grade = $2, state = $3, counts = $4, body = $5,
            raised = $6, day = $7 WHERE id = $8 AND version = $9";
    let (grade, state, counts) = (flag.grade.number(), flag.state.name(), flag.state.counts());
    let body = serde_json::to_string(flag)?;
    let (since, day) = (flag.since(), day_number(local_date(flag.since())));
    let changed =
        tx.execute(UPDATE, &params![flag.version, grade, state, counts, body, since, day, flag.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &FlagId) -> Result<Option<Flag>, Error> {
    const SELECT: &str = "SELECT body FROM supervision_flag WHERE id = $1";
    read.query_one(SELECT, &params![id], from_row)
}

/// Whether the columns say what the flag itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, flag: &Flag) -> Result<bool, Error> {
    const SELECT: &str =
        "SELECT version, grade, counts, county, day, state, department, person FROM supervision_flag WHERE id = $1";
    let found = read.query_one(SELECT, &params![flag.id], |row| {
        let numbers: [i64; 5] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let texts: [String; 3] = [row.get(5)?, row.get(6)?, row.get(7)?];
        Ok((numbers, texts))
    })?;
    let raised = &flag.raised;
    let numbers = [
        flag.version,
        flag.grade.number(),
        i64::from(flag.state.counts()),
        county_number(&raised.department.region),
        day_number(local_date(flag.since())),
    ];
    let texts = [flag.state.name().to_owned(), raised.department.to_string(), person(flag)];
    Ok(found == Some((numbers, texts)))
}

/// The flags of a case, oldest first.
pub(crate) fn of_case(read: &mut dyn Read, number: &CaseNumber, limit: usize) -> Result<Vec<Flag>, Error> {
    const OF_CASE: &str = "SELECT body FROM supervision_flag WHERE number = $1 ORDER BY raised, id LIMIT $2";
    read.query(OF_CASE, &params![number, limit], from_row)
}

/// Flags of a part, latest first, before a place in the list.
pub(crate) fn list(
    read: &mut dyn Read,
    part: &Part,
    narrow: &Narrow,
    before: (i64, &str),
    limit: usize,
) -> Result<Vec<Flag>, Error> {
    const LIST: &str = "SELECT body FROM supervision_flag
        WHERE (raised < $1 OR (raised = $1 AND id < $2)) AND county >= $3 AND county <= $4
            AND department LIKE $5 AND department LIKE $6
            AND (CAST($7 AS BIGINT) = 0 OR grade = $7) AND ($8 = '' OR state = $8) AND ($9 = '' OR rule = $9)
            AND county >= $10 AND county <= $11 AND ($12 = '' OR department = $12)
            AND day >= $13 AND day <= $14
        ORDER BY raised DESC, id DESC LIMIT $15";
    let Narrow { grade, state, rule, low, high, department, days } = narrow;
    let (at, id) = before;
    read.query(
        LIST,
        &params![
            at, id, part.low, part.high, part.place, part.kind, grade, state, rule, low, high, department, days.0,
            days.1, limit
        ],
        from_row,
    )
}

/// Open flags of a part, the gravest and then the latest first.
pub(crate) fn to_act(read: &mut dyn Read, part: &Part, limit: usize) -> Result<Vec<Flag>, Error> {
    const OPEN: &str = "SELECT body FROM supervision_flag
        WHERE state = 'open' AND county >= $1 AND county <= $2 AND department LIKE $3 AND department LIKE $4
        ORDER BY grade DESC, raised DESC, id DESC LIMIT $5";
    read.query(OPEN, &params![part.low, part.high, part.place, part.kind, limit], from_row)
}

/// When a rule last fired, and how often since.
pub(crate) fn fired(read: &mut dyn Read, rule: &RuleId, since: Timestamp) -> Result<(Option<Timestamp>, i64), Error> {
    const LAST: &str = "SELECT MAX(raised) FROM supervision_flag WHERE rule = $1";
    const COUNT: &str = "SELECT COUNT(*) FROM supervision_flag WHERE rule = $1 AND raised >= $2";
    let rule = rule.to_string();
    let last = read.query_one(LAST, &params![rule], |row| row.get(0))?.flatten();
    Ok((last, read.query_one(COUNT, &params![rule, since], |row| row.get(0))?.unwrap_or(0)))
}

/// How many flags of each grade count, in counties from `low` to `high` and these days; for one department or person, if given.
pub(crate) fn graded(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (i64, i64),
    department: &str,
    person: Option<&StaffId>,
) -> Result<Sums, Error> {
    const GRADED: &str = "SELECT grade, COUNT(*) FROM supervision_flag
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 AND counts = 1
            AND ($5 = '' OR department = $5) AND ($6 = '' OR person = $6)
        GROUP BY grade";
    let person = person.map_or_else(String::new, |person| person.to_string());
    let mut sums = Sums::default();
    let params = params![from, to, low, high, department, person];
    for (grade, n) in read.query(GRADED, &params, |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))? {
        match grade {
            1 => sums.warning = n,
            2 => sums.yellow = n,
            3 => sums.red = n,
            _ => {}
        }
    }
    Ok(sums)
}

/// How many clocks ran out, by day and county, and which rule tells of each.
pub(crate) fn overdue(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (i64, i64),
) -> Result<Vec<(i64, i64, String, i64)>, Error> {
    const OVERDUE: &str = "SELECT day, county, rule, COUNT(*) FROM supervision_flag
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 AND counts = 1 AND kind = 'time' AND grade >= 2
        GROUP BY day, county, rule";
    read.query(OVERDUE, &params![from, to, low, high], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
}

/// Departments with cards in a span of days: how many yellow and red ones each; the worst first.
pub(crate) fn carded(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (i64, i64),
    limit: usize,
) -> Result<Vec<(kernel::DepartmentId, i64, i64)>, Error> {
    const CARDED: &str = "SELECT department, CAST(SUM(CASE WHEN grade = 2 THEN 1 ELSE 0 END) AS BIGINT) AS yellow,
            CAST(SUM(CASE WHEN grade = 3 THEN 1 ELSE 0 END) AS BIGINT) AS red
        FROM supervision_flag
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 AND counts = 1 AND grade >= 2
        GROUP BY department ORDER BY red DESC, yellow DESC, department LIMIT $5";
    read.query(CARDED, &params![from, to, low, high, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn from_row(row: &dyn Row) -> Result<Flag, Error> {
    row.json(0)
}
