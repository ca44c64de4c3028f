//! The resource catalogue, requests, uses.

use kernel::Timestamp;
use store::{Error, Read, ReadExt, Tx, params};

use crate::model::county_number;
use crate::{Request, RequestId, Resource, ResourceId, SourceId, Usage};

pub(crate) fn insert(tx: &mut Tx, resource: &Resource) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO exchange_resource (id, version, county, department, body) VALUES ($1, $2, $3, $4, $5)";
    let (county, body) = (county_number(&resource.department.region), serde_json::to_string(resource)?);
    tx.execute(INSERT, &params![resource.id, resource.version, county, resource.department, body]).map(drop)
}

/// Saves a resource that was at `version` before.
pub(crate) fn save(tx: &mut Tx, resource: &Resource, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE exchange_resource SET version = $1, body = $2 WHERE id = $3 AND version = $4";
    let body = serde_json::to_string(resource)?;
    let changed = tx.execute(UPDATE, &params![resource.version, body, resource.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &ResourceId) -> Result<Option<Resource>, Error> {
    const SELECT: &str = "SELECT body FROM exchange_resource WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| row.json(0))
}

/// The whole catalogue, in the order of publication, after a place in the list.
pub(crate) fn list(read: &mut dyn Read, after: &str, limit: usize) -> Result<Vec<Resource>, Error> {
    const LIST: &str = "SELECT body FROM exchange_resource WHERE id > $1 ORDER BY id LIMIT $2";
    read.query(LIST, &params![after, limit], |row| row.json(0))
}

pub(crate) fn insert_request(tx: &mut Tx, request: &Request) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO exchange_request (id, version, resource, asker, state, asked, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let body = serde_json::to_string(request)?;
    let Request { id, version, resource, asker, asked, state, .. } = request;
    tx.execute(INSERT, &params![id, version, resource, asker.as_str(), state.name(), asked, body]).map(drop)
}

/// Saves a request that was at `version` before.
pub(crate) fn save_request(tx: &mut Tx, request: &Request, version: i64) -> Result<(), Error> {
    const UPDATE: &str =
        "UPDATE exchange_request SET version = $1, state = $2, body = $3 WHERE id = $4 AND version = $5";
    let body = serde_json::to_string(request)?;
    let changed = tx.execute(UPDATE, &params![request.version, request.state.name(), body, request.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load_request(read: &mut dyn Read, id: &RequestId) -> Result<Option<Request>, Error> {
    const SELECT: &str = "SELECT body FROM exchange_request WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| row.json(0))
}

/// The requests for a resource, latest first.
pub(crate) fn requests(read: &mut dyn Read, resource: &ResourceId, limit: usize) -> Result<Vec<Request>, Error> {
    const LIST: &str = "SELECT body FROM exchange_request WHERE resource = $1 ORDER BY asked DESC, id DESC LIMIT $2";
    read.query(LIST, &params![resource, limit], |row| row.json(0))
}

/// The approved request by which a system may use a resource.
pub(crate) fn permit(read: &mut dyn Read, asker: &SourceId, resource: &ResourceId) -> Result<Option<Request>, Error> {
    const PERMIT: &str = "SELECT body FROM exchange_request
        WHERE asker = $1 AND resource = $2 AND state = 'approved' ORDER BY asked DESC, id DESC LIMIT 1";
    read.query_one(PERMIT, &params![asker.as_str(), resource], |row| row.json(0))
}

pub(crate) fn meter(tx: &mut Tx, request: &Request, usage: &Usage, at: Timestamp) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO exchange_use (request, version, resource, asker, project_no, for_case, purpose,
            records, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let Request { id, version, resource, asker, .. } = request;
    let Usage { project_no, for_case, purpose, rows } = usage;
    tx.execute(INSERT, &params![id, version, resource, asker.as_str(), project_no, for_case, purpose, rows, at])
        .map(drop)
}

/// The latest uses of a resource: when, by which system, of which case, for which, for what, how many records.
pub(crate) fn uses(
    read: &mut dyn Read,
    resource: &ResourceId,
    limit: usize,
) -> Result<Vec<(Timestamp, String, Usage)>, Error> {
    const LIST: &str = "SELECT at, asker, project_no, for_case, purpose, records FROM exchange_use
        WHERE resource = $1 ORDER BY at DESC, request, version DESC LIMIT $2";
    read.query(LIST, &params![resource, limit], |row| {
        let usage = Usage { project_no: row.get(2)?, for_case: row.get(3)?, purpose: row.get(4)?, rows: row.get(5)? };
        Ok((row.get(0)?, row.get(1)?, usage))
    })
}

/// How many uses of a request are on record.
pub(crate) fn count_uses(read: &mut dyn Read, request: &RequestId) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM exchange_use WHERE request = $1";
    Ok(read.query_one(COUNT, &params![request], |row| row.get(0))?.unwrap_or(0))
}
