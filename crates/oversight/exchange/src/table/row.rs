//! Batches, rows, external cases, marks.

use std::collections::{HashMap, HashSet};

use kernel::{DepartmentId, Digest, Timestamp};
use store::{Error, MANY, Param, Read, ReadExt, Row, Tx, many, params};

use crate::model::county_number;
use crate::{Kind, Known, KnownCase, Mark, Origin};

/// A batch as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub batch: String,
    /// Digest of its body.
    pub digest: Digest,
    /// When.
    pub received: Timestamp,
    /// How many rows were accepted, replaced, unchanged and quarantined.
    pub counts: [i64; 4],
    /// The answer, as JSON.
    pub answer: String,
}

pub(crate) fn save_batch(tx: &mut Tx, origin: &Origin, county: i64, batch: &Batch) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO exchange_batch (origin, batch, digest, received, county, accepted, replaced,
            unchanged, quarantined, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let Batch { batch, digest, received, counts: [accepted, replaced, unchanged, quarantined], answer } = batch;
    tx.execute(
        INSERT,
        &params![origin.as_str(), batch, digest, received, county, accepted, replaced, unchanged, quarantined, answer],
    )
    .map(drop)
}

pub(crate) fn batch(read: &mut dyn Read, origin: &Origin, batch: &str) -> Result<Option<Batch>, Error> {
    const SELECT: &str = "SELECT batch, digest, received, accepted, replaced, unchanged, quarantined, answer
        FROM exchange_batch WHERE origin = $1 AND batch = $2";
    read.query_one(SELECT, &params![origin.as_str(), batch], from_row)
}

/// The latest batches of a source, latest first.
pub(crate) fn latest(read: &mut dyn Read, origin: &Origin, limit: usize) -> Result<Vec<Batch>, Error> {
    const LATEST: &str = "SELECT batch, digest, received, accepted, replaced, unchanged, quarantined, answer
        FROM exchange_batch WHERE origin = $1 ORDER BY received DESC, batch DESC LIMIT $2";
    read.query(LATEST, &params![origin.as_str(), limit], from_row)
}

/// For every source with batches since an instant: the last one, and the sums.
pub(crate) fn sums(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    since: Timestamp,
    limit: usize,
) -> Result<HashMap<String, (Timestamp, [i64; 4])>, Error> {
    const SUMS: &str = "SELECT origin, MAX(received), CAST(SUM(accepted) AS BIGINT), CAST(SUM(replaced) AS BIGINT),
            CAST(SUM(unchanged) AS BIGINT), CAST(SUM(quarantined) AS BIGINT)
        FROM exchange_batch WHERE county >= $1 AND county <= $2 AND received >= $3 GROUP BY origin LIMIT $4";
    let found = read.query(SUMS, &params![low, high, since, limit], |row| {
        Ok((row.get(0)?, (row.get(1)?, [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?])))
    })?;
    Ok(found.into_iter().collect())
}

fn from_row(row: &dyn Row) -> Result<Batch, Error> {
    Ok(Batch {
        batch: row.get(0)?,
        digest: row.get(1)?,
        received: row.get(2)?,
        counts: [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?],
        answer: row.get(7)?,
    })
}

fn with_origin<'a>(origin: &'a Origin, keys: &'a [&str]) -> Vec<Param<'a>> {
    let mut params = many(keys);
    params.push(Param::Text(origin.as_str()));
    params
}

/// What is known of these rows.
pub(crate) fn known(read: &mut dyn Read, origin: &Origin, guids: &[&str]) -> Result<HashMap<String, Known>, Error> {
    const KNOWN: &str = "SELECT guid, kind, project_no, cd_time, event_at, removed, digest, batch FROM exchange_row
        WHERE origin = $33 AND guid IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut known = HashMap::with_capacity(guids.len());
    for page in guids.chunks(MANY) {
        let found = read.query(KNOWN, &with_origin(origin, page), |row| {
            let kind: String = row.get(1)?;
            let kind = Kind::from_name(&kind).ok_or_else(|| Error::Corrupt(format!("exchange_row: kind {kind}")))?;
            let known = Known {
                kind,
                project_no: row.get(2)?,
                cd_time: row.get(3)?,
                event_at: row.get(4)?,
                removed: row.get(5)?,
                digest: row.get(6)?,
                batch: row.get(7)?,
            };
            Ok((row.get::<String>(0)?, known))
        })?;
        known.extend(found);
    }
    Ok(known)
}

/// A row to be saved.
pub(crate) struct Saved<'a> {
    pub guid: &'a str,
    pub known: &'a Known,
    pub body: &'a str,
}

pub(crate) fn save(tx: &mut Tx, origin: &Origin, now: Timestamp, rows: &[Saved]) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO exchange_row (origin, guid, kind, project_no, cd_time, event_at, received, removed,
            digest, batch, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (origin, guid) DO UPDATE SET cd_time = excluded.cd_time, event_at = excluded.event_at,
            received = excluded.received, removed = excluded.removed, digest = excluded.digest,
            batch = excluded.batch, body = excluded.body";
    let rows = rows.iter().map(|Saved { guid, known, body }| {
        [
            Param::Text(origin.as_str()),
            Param::Text(guid),
            Param::Text(known.kind.name()),
            Param::Text(&known.project_no),
            Param::from(&known.cd_time),
            Param::from(&known.event_at),
            Param::Int(now.as_microsecond()),
            Param::from(&known.removed),
            Param::from(&known.digest),
            Param::Text(&known.batch),
            Param::Text(body),
        ]
    });
    tx.insert_many(SAVE, rows).map(drop)
}

/// The bodies of one case's rows of one kind, in order of time, sealed.
pub(crate) fn of_case(
    read: &mut dyn Read,
    origin: &str,
    project_no: &str,
    limit: usize,
) -> Result<Vec<(String, Kind, Timestamp, String)>, Error> {
    const OF_CASE: &str = "SELECT guid, kind, event_at, body FROM exchange_row
        WHERE origin = $1 AND project_no = $2 AND removed = 0 ORDER BY event_at, guid LIMIT $3";
    let found = read.query(OF_CASE, &params![origin, project_no, limit], |row| {
        let kind = Kind::from_name(&row.get::<String>(1)?).unwrap_or(Kind::Basic);
        Ok((row.get(0)?, kind, row.get(2)?, row.get(3)?))
    })?;
    Ok(found)
}

/// The rows as last told: their case, and the row itself, sealed.
pub(crate) fn bodies(
    read: &mut dyn Read,
    origin: &Origin,
    guids: &[&str],
) -> Result<HashMap<String, (String, String)>, Error> {
    const BODIES: &str = "SELECT guid, project_no, body FROM exchange_row
        WHERE origin = $33 AND guid IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut bodies = HashMap::with_capacity(guids.len());
    for page in guids.chunks(MANY) {
        bodies.extend(read.query(BODIES, &with_origin(origin, page), |row| {
            Ok((row.get::<String>(0)?, (row.get(1)?, row.get(2)?)))
        })?);
    }
    Ok(bodies)
}

const CASE_COLUMNS: usize = 13;

/// What is known of these cases.
pub(crate) fn cases(
    read: &mut dyn Read,
    origin: &Origin,
    numbers: &[&str],
) -> Result<HashMap<String, KnownCase>, Error> {
    const CASES: &str = "SELECT project_no, department, item, name, applicant, blind, instant, applied, accepted,
            processes, result, result_at, origin FROM exchange_case
        WHERE origin = $33 AND project_no IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut cases = HashMap::with_capacity(numbers.len());
    for page in numbers.chunks(MANY) {
        cases.extend(read.query(CASES, &with_origin(origin, page), |row| Ok((row.get(0)?, case_from(row)?)))?);
    }
    Ok(cases)
}

/// Which of these numbers another origin told.
pub(crate) fn elsewhere(read: &mut dyn Read, origin: &Origin, numbers: &[&str]) -> Result<HashSet<String>, Error> {
    const ELSEWHERE: &str = "SELECT project_no FROM exchange_case WHERE origin <> $33 AND project_no IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut found = HashSet::new();
    for page in numbers.chunks(MANY) {
        found.extend(read.query(ELSEWHERE, &with_origin(origin, page), |row| row.get::<String>(0))?);
    }
    Ok(found)
}

fn case_from(row: &dyn Row) -> Result<KnownCase, Error> {
    Ok(KnownCase {
        department: row.get(1)?,
        item: row.get(2)?,
        name: row.get(3)?,
        applicant: row.get(4)?,
        blind: row.get(5)?,
        instant: row.get(6)?,
        applied: row.get(7)?,
        accepted: row.get(8)?,
        processes: row.get(9)?,
        result: row.get(10)?,
        result_at: row.get(11)?,
    })
}

pub(crate) fn save_cases<'a>(
    tx: &mut Tx,
    origin: &Origin,
    now: Timestamp,
    cases: impl Iterator<Item = (&'a String, &'a KnownCase)>,
) -> Result<(), Error> {
    const SAVE: &str =
        "INSERT INTO exchange_case (origin, project_no, department, county, item, name, applicant, blind,
            instant, applied, accepted, processes, result, result_at, received)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (origin, project_no) DO UPDATE SET department = excluded.department, county = excluded.county,
            item = excluded.item, name = excluded.name, applicant = excluded.applicant, blind = excluded.blind,
            instant = excluded.instant, applied = excluded.applied, accepted = excluded.accepted,
            processes = excluded.processes, result = excluded.result, result_at = excluded.result_at,
            received = excluded.received";
    let rows = cases.map(|(number, case)| {
        [
            Param::Text(origin.as_str()),
            Param::Text(number),
            Param::from(&case.department),
            Param::Int(county_number(&case.department.region)),
            Param::Text(&case.item),
            Param::Text(&case.name),
            Param::Text(&case.applicant),
            Param::Text(&case.blind),
            Param::from(&case.instant),
            Param::from(&case.applied),
            Param::from(&case.accepted),
            Param::Int(case.processes),
            Param::from(&case.result),
            Param::from(&case.result_at),
            Param::Int(now.as_microsecond()),
        ]
    });
    tx.insert_many(SAVE, rows).map(drop)
}

/// Cases with this number, from wherever they were told.
pub(crate) fn with_number(
    read: &mut dyn Read,
    number: &str,
    limit: usize,
) -> Result<Vec<(String, String, KnownCase)>, Error> {
    const FIND: &str = "SELECT project_no, department, item, name, applicant, blind, instant, applied, accepted,
            processes, result, result_at, origin FROM exchange_case WHERE project_no = $1 ORDER BY origin LIMIT $2";
    read.query(FIND, &params![number, limit], found)
}

/// The latest cases of the applicant behind a blind index.
pub(crate) fn of_applicant(
    read: &mut dyn Read,
    blind: &str,
    limit: usize,
) -> Result<Vec<(String, String, KnownCase)>, Error> {
    const FIND: &str = "SELECT project_no, department, item, name, applicant, blind, instant, applied, accepted,
            processes, result, result_at, origin FROM exchange_case WHERE blind = $1 ORDER BY received DESC LIMIT $2";
    read.query(FIND, &params![blind, limit], found)
}

fn found(row: &dyn Row) -> Result<(String, String, KnownCase), Error> {
    Ok((row.get(CASE_COLUMNS - 1)?, row.get(0)?, case_from(row)?))
}

/// A mark as the page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// From whom.
    pub origin: String,
    /// The case.
    pub project_no: String,
    /// What was noticed.
    pub mark: Mark,
    /// Who handles it.
    pub department: DepartmentId,
    /// When it happened.
    pub event_at: Timestamp,
    /// When it was told.
    pub received: Timestamp,
}

pub(crate) fn save_marks(
    tx: &mut Tx,
    origin: &Origin,
    now: Timestamp,
    marks: &[crate::model::Noted],
) -> Result<(), Error> {
    const SAVE: &str =
        "INSERT INTO exchange_mark (origin, guid, mark, project_no, county, department, event_at, received)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (origin, guid, mark) DO NOTHING";
    let rows = marks.iter().map(|noted| {
        [
            Param::Text(origin.as_str()),
            Param::Text(&noted.guid),
            Param::Text(noted.mark.name()),
            Param::Text(&noted.project_no),
            Param::Int(county_number(&noted.department.region)),
            Param::from(&noted.department),
            Param::from(&noted.event_at),
            Param::Int(now.as_microsecond()),
        ]
    });
    tx.insert_many(SAVE, rows).map(drop)
}

/// The latest marks of counties from `low` to `high`.
pub(crate) fn marks(read: &mut dyn Read, (low, high): (i64, i64), limit: usize) -> Result<Vec<Marked>, Error> {
    const LATEST: &str = "SELECT origin, project_no, mark, department, event_at, received FROM exchange_mark
        WHERE county >= $1 AND county <= $2 ORDER BY received DESC, guid DESC LIMIT $3";
    read.query(LATEST, &params![low, high, limit], |row| {
        let mark = Mark::from_name(&row.get::<String>(2)?).unwrap_or(Mark::Late);
        Ok(Marked {
            origin: row.get(0)?,
            project_no: row.get(1)?,
            mark,
            department: row.get(3)?,
            event_at: row.get(4)?,
            received: row.get(5)?,
        })
    })
}
