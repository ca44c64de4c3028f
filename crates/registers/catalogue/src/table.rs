//! The only SQL of this room, and row ↔ value.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{BasicCode, Date, Digest, RegionCode};
use store::{AsParam, Error, Param, Read, ReadExt, Row, Tx, params};

use crate::adjust::Adjustment;
use crate::form::Form;
use crate::item::BaseItem;
use crate::items::Published;

/// What holds of one item or form, without its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub version: u32,
    pub digest: Digest,
    /// Whether it still holds.
    pub holds: bool,
}

/// A version about to be written.
pub(crate) struct Line<'a> {
    pub key: Param<'a>,
    pub version: u32,
    pub from: Date,
    pub digest: Digest,
    pub body: &'a str,
}

pub(crate) fn published(read: &mut dyn Read) -> Result<Vec<Published>, Error> {
    const CURRENT: &str = "SELECT version, valid_from, body FROM catalogue_item WHERE valid_to IS NULL ORDER BY code";
    read.query(CURRENT, &[], |row| {
        Ok(Published { version: row.get(0)?, since: row.get(1)?, item: Arc::new(row.json(2)?) })
    })
}

/// One version of one item.
pub(crate) fn version(read: &mut dyn Read, code: &BasicCode, version: u32) -> Result<Option<BaseItem>, Error> {
    const VERSION: &str = "SELECT body FROM catalogue_item WHERE code = $1 AND version = $2";
    read.query_one(VERSION, &params![code, version], |row| row.json(0))
}

/// Numbers and days of an item's versions, the latest first.
pub(crate) fn versions(
    read: &mut dyn Read,
    code: &BasicCode,
    limit: usize,
) -> Result<Vec<(u32, Date, Option<Date>)>, Error> {
    const VERSIONS: &str = "SELECT version, valid_from, valid_to FROM catalogue_item WHERE code = $1
        ORDER BY version DESC LIMIT $2";
    read.query(VERSIONS, &params![code, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The latest version of every item, ended ones included, in one reading.
pub(crate) fn item_heads(read: &mut dyn Read) -> Result<HashMap<BasicCode, Head>, Error> {
    const HEADS: &str = "SELECT code, version, digest, valid_to FROM catalogue_item ORDER BY code, version";
    let heads = read.query(HEADS, &[], |row| {
        let holds = row.get::<Option<Date>>(3)?.is_none();
        Ok((row.get(0)?, Head { version: row.get(1)?, digest: row.get(2)?, holds }))
    })?;
    Ok(heads.into_iter().collect())
}

/// The latest version of every form.
pub(crate) fn form_heads(read: &mut dyn Read) -> Result<HashMap<String, Head>, Error> {
    const HEADS: &str = "SELECT name, version, digest, valid_to FROM catalogue_form ORDER BY name, version";
    let heads = read.query(HEADS, &[], |row| {
        let holds = row.get::<Option<Date>>(3)?.is_none();
        Ok((row.get(0)?, Head { version: row.get(1)?, digest: row.get(2)?, holds }))
    })?;
    Ok(heads.into_iter().collect())
}

/// One version with its body, for comparing it with the journal.
pub(crate) struct Stored {
    pub version: u32,
    pub digest: Digest,
    pub body: String,
    /// Whether it still holds.
    pub holds: bool,
}

/// All versions of an item, the first one first.
pub(crate) fn stored_items(read: &mut dyn Read, code: &BasicCode) -> Result<Vec<Stored>, Error> {
    const ALL: &str = "SELECT version, digest, body, valid_to FROM catalogue_item WHERE code = $1 ORDER BY version";
    read.query(ALL, &params![code], stored)
}

/// All versions of a form, the first one first.
pub(crate) fn stored_forms(read: &mut dyn Read, name: &str) -> Result<Vec<Stored>, Error> {
    const ALL: &str = "SELECT version, digest, body, valid_to FROM catalogue_form WHERE name = $1 ORDER BY version";
    read.query(ALL, &params![name], stored)
}

fn stored(row: &dyn Row) -> Result<Stored, Error> {
    let holds = row.get::<Option<Date>>(3)?.is_none();
    Ok(Stored { version: row.get(0)?, digest: row.get(1)?, body: row.get(2)?, holds })
}

pub(crate) fn close_item(tx: &mut Tx<'_>, code: &BasicCode, to: Date) -> Result<(), Error> {
    const CLOSE: &str = "UPDATE catalogue_item SET valid_to = $2 WHERE code = $1 AND valid_to IS NULL";
    tx.execute(CLOSE, &params![code, to]).map(drop)
}

pub(crate) fn close_form(tx: &mut Tx<'_>, name: &str, to: Date) -> Result<(), Error> {
    const CLOSE: &str = "UPDATE catalogue_form SET valid_to = $2 WHERE name = $1 AND valid_to IS NULL";
    tx.execute(CLOSE, &params![name, to]).map(drop)
}

pub(crate) fn insert_items(tx: &mut Tx<'_>, lines: &[Line<'_>]) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO catalogue_item (code, version, valid_from, digest, body)
        VALUES ($1, $2, $3, $4, $5)";
    tx.insert_many(INSERT, lines.iter().map(row)).map(drop)
}

pub(crate) fn insert_forms(tx: &mut Tx<'_>, lines: &[Line<'_>]) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO catalogue_form (name, version, valid_from, digest, body)
        VALUES ($1, $2, $3, $4, $5)";
    tx.insert_many(INSERT, lines.iter().map(row)).map(drop)
}

fn row<'a>(line: &'a Line<'a>) -> [Param<'a>; 5] {
    let Line { key, version, from, digest, body } = line;
    [key.clone(), version.as_param(), from.as_param(), digest.as_param(), Param::Text(body)]
}

pub(crate) fn adjustments(read: &mut dyn Read) -> Result<Vec<(BasicCode, RegionCode, Adjustment)>, Error> {
    const ALL: &str = "SELECT code, region, body FROM catalogue_adjustment ORDER BY code, region";
    read.query(ALL, &[], |row| Ok((row.get(0)?, row.get(1)?, row.json(2)?)))
}

pub(crate) fn put_adjustment(
    tx: &mut Tx<'_>,
    code: &BasicCode,
    region: &RegionCode,
    adjustment: &Adjustment,
) -> Result<(), Error> {
    const DROP: &str = "DELETE FROM catalogue_adjustment WHERE code = $1 AND region = $2";
    const PUT: &str = "INSERT INTO catalogue_adjustment (code, region, body) VALUES ($1, $2, $3)
        ON CONFLICT (code, region) DO UPDATE SET body = excluded.body";
    if adjustment.is_empty() {
        return tx.execute(DROP, &params![code, region]).map(drop);
    }
    let body = serde_json::to_string(adjustment)?;
    tx.execute(PUT, &params![code, region, body]).map(drop)
}

pub(crate) fn forms(read: &mut dyn Read) -> Result<Vec<Form>, Error> {
    read.query("SELECT version, body FROM catalogue_form WHERE valid_to IS NULL ORDER BY name", &[], |row| {
        let mut form: Form = row.json(1)?;
        form.version = row.get(0)?;
        Ok(form)
    })
}

/// One version of one form: a running case keeps the one that it was filled in by.
pub(crate) fn form_version(read: &mut dyn Read, name: &str, version: u32) -> Result<Option<Form>, Error> {
    const VERSION: &str = "SELECT version, body FROM catalogue_form WHERE name = $1 AND version = $2";
    read.query_one(VERSION, &params![name, version], |row| {
        let mut form: Form = row.json(1)?;
        form.version = row.get(0)?;
        Ok(form)
    })
}

/// The number of the next event of a stream; taken by asking.
pub(crate) fn next_version(tx: &mut Tx<'_>, stream: &str) -> Result<i64, Error> {
    const NEXT: &str = "INSERT INTO catalogue_stream (name, version) VALUES ($1, 1)
        ON CONFLICT (name) DO UPDATE SET version = catalogue_stream.version + 1 RETURNING version";
    let version = tx.query_one(NEXT, &params![stream], |row| row.get(0))?;
    version.ok_or_else(|| Error::Corrupt("catalogue_stream gave no version".into()))
}
