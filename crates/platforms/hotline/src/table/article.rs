//! The knowledge base, and keys of programs.

use kernel::Timestamp;
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::query::Key;
use crate::{Article, ArticleId, ArticleState};

pub(crate) fn insert(tx: &mut Tx, article: &Article) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO hotline_article (id, version, state, body) VALUES ($1, $2, $3, $4)";
    let body = serde_json::to_string(article)?;
    tx.execute(INSERT, &params![article.id, article.version, article.state as i64, body]).map(drop)
}

/// Saves an article that was at `version` before.
pub(crate) fn save(tx: &mut Tx, article: &Article, version: i64) -> Result<(), Error> {
    const UPDATE: &str =
        "UPDATE hotline_article SET version = $1, state = $2, body = $3 WHERE id = $4 AND version = $5";
    let body = serde_json::to_string(article)?;
    let changed = tx.execute(UPDATE, &params![article.version, article.state as i64, body, article.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

fn from_row(row: &dyn Row) -> Result<Article, Error> {
    row.json(0)
}

pub(crate) fn load(read: &mut dyn Read, id: &ArticleId) -> Result<Option<Article>, Error> {
    const SELECT: &str = "SELECT body FROM hotline_article WHERE id = $1";
    read.query_one(SELECT, &params![id], from_row)
}

/// The state as the column has it.
pub(crate) fn listed(read: &mut dyn Read, id: &ArticleId) -> Result<Option<(i64, i64)>, Error> {
    const SELECT: &str = "SELECT version, state FROM hotline_article WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Whether nobody has ever written an article.
pub(crate) fn is_empty(read: &mut dyn Read) -> Result<bool, Error> {
    const ANY: &str = "SELECT 1 FROM hotline_article LIMIT 1";
    Ok(read.query_one(ANY, &[], |row| row.get::<i64>(0))?.is_none())
}

/// Articles of one state, latest first, at most `limit`.
pub(crate) fn staged(read: &mut dyn Read, state: ArticleState, limit: usize) -> Result<Vec<Article>, Error> {
    const SELECT: &str = "SELECT body FROM hotline_article WHERE state = $1 ORDER BY id DESC LIMIT $2";
    read.query(SELECT, &params![state as i64, limit], from_row)
}

pub(crate) fn insert_key(tx: &mut Tx, id: &str, mark: &str, name: &str, now: Timestamp) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO hotline_key (id, mark, name, issued) VALUES ($1, $2, $3, $4)";
    tx.execute(INSERT, &params![id, mark, name, now]).map(drop)
}

/// The key with this mark that is still good.
pub(crate) fn key(read: &mut dyn Read, mark: &str) -> Result<Option<String>, Error> {
    const SELECT: &str = "SELECT id FROM hotline_key WHERE mark = $1 AND revoked IS NULL";
    read.query_one(SELECT, &params![mark], |row| row.get(0))
}

/// A key by its id: name, and whether it is good no more.
pub(crate) fn key_row(read: &mut dyn Read, id: &str) -> Result<Option<(String, bool)>, Error> {
    const SELECT: &str = "SELECT name, revoked FROM hotline_key WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| Ok((row.get(0)?, row.get::<Option<Timestamp>>(1)?.is_some())))
}

pub(crate) fn revoke_key(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, Error> {
    const UPDATE: &str = "UPDATE hotline_key SET revoked = $1 WHERE id = $2 AND revoked IS NULL";
    Ok(tx.execute(UPDATE, &params![now, id])? == 1)
}

/// The latest keys.
pub(crate) fn keys(read: &mut dyn Read, limit: usize) -> Result<Vec<Key>, Error> {
    const SELECT: &str = "SELECT id, name, issued, revoked FROM hotline_key ORDER BY issued DESC LIMIT $1";
    read.query(SELECT, &params![limit], |row| {
        Ok(Key { id: row.get(0)?, name: row.get(1)?, issued: row.get(2)?, revoked: row.get(3)? })
    })
}
