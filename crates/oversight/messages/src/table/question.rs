//! Questions about cases.

use kernel::{CaseNumber, RegionCode};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Question, QuestionId};

fn from_row(row: &dyn Row) -> Result<Question, Error> {
    row.json(0)
}

/// The first six digits of a region as a number.
pub(crate) fn county(region: &RegionCode) -> i64 {
    region.county6().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

pub(crate) fn insert(tx: &mut Tx, question: &Question) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO messages_question (id, case_number, party, county, waiting, answer_by, version, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let Question { id, case, party, answer_by, version, .. } = question;
    let (county, waiting) = (county(&question.department.region), question.waits());
    let body = serde_json::to_string(question)?;
    tx.execute(INSERT, &params![id, case, party, county, waiting, answer_by, version, body]).map(drop)
}

/// Saves a question that was read at `version`.
pub(crate) fn save(tx: &mut Tx, question: &Question, version: i64) -> Result<(), Error> {
    const SAVE: &str =
        "UPDATE messages_question SET waiting = $3, version = $4, body = $5 WHERE id = $1 AND version = $2";
    let body = serde_json::to_string(question)?;
    let saved = tx.execute(SAVE, &params![question.id, version, question.waits(), question.version, body])?;
    if saved == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &QuestionId) -> Result<Option<Question>, Error> {
    const LOAD: &str = "SELECT body FROM messages_question WHERE id = $1";
    read.query_one(LOAD, &params![id], from_row)
}

/// The latest questions about a case.
pub(crate) fn of_case(read: &mut dyn Read, case: &CaseNumber, limit: usize) -> Result<Vec<Question>, Error> {
    const OF: &str = "SELECT body FROM messages_question WHERE case_number = $1 ORDER BY id DESC LIMIT $2";
    read.query(OF, &params![case, limit], from_row)
}

/// Questions that wait in counties from `low` to `high`, the most pressing first, after `after`.
pub(crate) fn waiting(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    after: Option<(&str, &str)>,
    limit: usize,
) -> Result<Vec<Question>, Error> {
    const WAITING: &str = "SELECT body FROM messages_question
        WHERE waiting = 1 AND county >= $1 AND county <= $2 AND (answer_by, id) > ($3, $4)
        ORDER BY answer_by, id LIMIT $5";
    let (day, id) = after.unwrap_or(("", ""));
    read.query(WAITING, &params![low, high, day, id, limit], from_row)
}

/// Whether the columns say what the question says.
pub(crate) fn is_listed_right(read: &mut dyn Read, question: &Question) -> Result<bool, Error> {
    const COLUMNS: &str = "SELECT waiting, version, county FROM messages_question WHERE id = $1";
    let found = read.query_one(COLUMNS, &params![question.id], |row| {
        Ok((row.get::<bool>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?))
    })?;
    Ok(found == Some((question.waits(), question.version, county(&question.department.region))))
}
