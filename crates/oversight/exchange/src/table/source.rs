//! Departmental systems.

use kernel::Digest;
use store::{Error, Read, ReadExt, Tx, params};

use crate::model::county_number;
use crate::{Source, SourceId};

pub(crate) fn insert(tx: &mut Tx, source: &Source) -> Result<bool, Error> {
    const INSERT: &str = "INSERT INTO exchange_source (id, version, key, county, department, body)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    let (county, body) = (county_number(&source.department.region), serde_json::to_string(source)?);
    let Source { id, version, key, department, .. } = source;
    Ok(tx.execute(INSERT, &params![id.as_str(), version, key, county, department, body])? == 1)
}

/// Saves a source that was at `version` before.
pub(crate) fn save(tx: &mut Tx, source: &Source, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE exchange_source SET version = $1, key = $2, body = $3 WHERE id = $4 AND version = $5";
    let body = serde_json::to_string(source)?;
    let changed = tx.execute(UPDATE, &params![source.version, source.key, body, source.id.as_str(), version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &SourceId) -> Result<Option<Source>, Error> {
    const SELECT: &str = "SELECT body FROM exchange_source WHERE id = $1";
    read.query_one(SELECT, &params![id.as_str()], |row| row.json(0))
}

/// The source whose secret has this digest.
pub(crate) fn by_key(read: &mut dyn Read, key: &Digest) -> Result<Option<Source>, Error> {
    const SELECT: &str = "SELECT body FROM exchange_source WHERE key = $1";
    read.query_one(SELECT, &params![key], |row| row.json(0))
}

/// Whether the columns say what the source itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, source: &Source) -> Result<bool, Error> {
    const SELECT: &str = "SELECT version, county, key FROM exchange_source WHERE id = $1";
    let found = read.query_one(SELECT, &params![source.id.as_str()], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<Option<Digest>>(2)?))
    })?;
    Ok(found == Some((source.version, county_number(&source.department.region), source.key)))
}

/// Sources of counties from `low` to `high`, by name.
pub(crate) fn list(read: &mut dyn Read, (low, high): (i64, i64), limit: usize) -> Result<Vec<Source>, Error> {
    const LIST: &str =
        "SELECT body FROM exchange_source WHERE county >= $1 AND county <= $2 ORDER BY county, id LIMIT $3";
    read.query(LIST, &params![low, high, limit], |row| row.json(0))
}
