//! `identity_delegation`.

use kernel::{Date, PartyId};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Delegation, delegation::DelegationId};

const BY_ID: &str = "SELECT id, principal, agent, extent, from_day, until_day, revoked_at, version \
    FROM identity_delegation WHERE id = $1";
const OF_PRINCIPAL: &str = "SELECT id, principal, agent, extent, from_day, until_day, revoked_at, version \
    FROM identity_delegation WHERE principal = $1 AND id > $2 ORDER BY id LIMIT $3";
const BETWEEN: &str = "SELECT id, principal, agent, extent, from_day, until_day, revoked_at, version \
    FROM identity_delegation WHERE agent = $1 AND principal = $2 AND revoked_at IS NULL \
    AND from_day <= $3 AND until_day >= $3 ORDER BY until_day DESC LIMIT 20";
const OF_AGENT: &str = "SELECT id, principal, agent, extent, from_day, until_day, revoked_at, version \
    FROM identity_delegation WHERE agent = $1 AND revoked_at IS NULL AND from_day <= $2 AND until_day >= $2 \
    ORDER BY principal, until_day DESC LIMIT $3";
const INSERT: &str = "INSERT INTO identity_delegation \
    (id, principal, agent, extent, from_day, until_day, revoked_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const UPDATE: &str = "UPDATE identity_delegation SET revoked_at = $2, version = $3 WHERE id = $1";

fn read(row: &dyn Row) -> Result<Delegation, Error> {
    Ok(Delegation {
        id: row.parse(0)?,
        principal: row.parse(1)?,
        agent: row.parse(2)?,
        extent: row.json(3)?,
        from: row.get(4)?,
        until: row.get(5)?,
        revoked: row.get(6)?,
        version: row.get(7)?,
    })
}

pub fn load(reader: &mut dyn Read, id: &DelegationId) -> Result<Option<Delegation>, Error> {
    reader.query_one(BY_ID, &params![id], read)
}

/// Delegations given by `principal`, held or not, in the order they were given.
pub fn given(
    reader: &mut dyn Read,
    principal: &PartyId,
    after: Option<&DelegationId>,
    limit: usize,
) -> Result<Vec<Delegation>, Error> {
    let after = after.map_or_else(String::new, ToString::to_string);
    reader.query(OF_PRINCIPAL, &params![principal, after, limit], read)
}

/// Delegations from `principal` to `agent` that hold on `today`.
pub fn between(
    reader: &mut dyn Read,
    agent: &PartyId,
    principal: &PartyId,
    today: Date,
) -> Result<Vec<Delegation>, Error> {
    reader.query(BETWEEN, &params![agent, principal, today], read)
}

/// Delegations to `agent` that hold on `today`.
pub fn held(reader: &mut dyn Read, agent: &PartyId, today: Date, limit: usize) -> Result<Vec<Delegation>, Error> {
    reader.query(OF_AGENT, &params![agent, today, limit], read)
}

pub fn insert(tx: &mut Tx, row: &Delegation) -> Result<(), Error> {
    let extent = serde_json::to_string(&row.extent)?;
    let values = params![row.id, row.principal, row.agent, extent, row.from, row.until, row.revoked, row.version];
    tx.execute(INSERT, &values).map(drop)
}

pub fn update(tx: &mut Tx, row: &Delegation) -> Result<(), Error> {
    tx.execute(UPDATE, &params![row.id, row.revoked, row.version]).map(drop)
}
