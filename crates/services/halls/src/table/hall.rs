//! What halls set for themselves.

use std::collections::HashMap;

use store::{Cached, Error, Read, ReadExt, Tx, params};

use crate::{HallId, Settings};

/// What every hall sets, in memory: a few hundred rows at most.
#[derive(Debug, Default)]
pub(crate) struct Own(HashMap<HallId, Settings>);

impl Own {
    pub fn get(&self, id: &HallId) -> Option<&Settings> {
        self.0.get(id)
    }
}

impl Cached for Own {
    const NAME: &'static str = "halls.own";

    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        const ALL: &str = "SELECT id, body FROM halls_hall ORDER BY id";
        let rows = read.query(ALL, &[], |row| Ok((row.get(0)?, row.json(1)?)))?;
        Ok(Own(rows.into_iter().collect()))
    }
}

pub(crate) fn load(read: &mut dyn Read, id: &HallId) -> Result<Option<Settings>, Error> {
    const SELECT: &str = "SELECT body FROM halls_hall WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| row.json(0))
}

/// Saves settings that were at `version` when they were loaded; 0 for a hall that set nothing.
pub(crate) fn save(tx: &mut Tx<'_>, id: &HallId, settings: &Settings, version: i64) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO halls_hall (id, version, body) VALUES ($1, $2, $3)";
    const UPDATE: &str = "UPDATE halls_hall SET version = $1, body = $2 WHERE id = $3 AND version = $4";
    let body = serde_json::to_string(settings)?;
    let changed = match version {
        0 => tx.execute(INSERT, &params![id, settings.version, body])?,
        _ => tx.execute(UPDATE, &params![settings.version, body, id, version])?,
    };
    tx.invalidate::<Own>()?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}
