//! Values and errors between SQLite and us.

use crate::Error;
use crate::db::engine::EachRow;
use crate::db::value::{Param, Row};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, Statement};
use std::hash::Hasher;

/// Binds all parameters; a wrong number of them is a mistake in the room, and said.
pub(super) fn bind(
    statement: &mut Statement<'_>,
    parameters: usize,
    params: &[Param<'_>],
    sql: &str,
) -> Result<(), Error> {
    if parameters != params.len() {
        let given = params.len();
        return Err(Error::Database(format!("{given} parameters given, {parameters} wanted: {sql}")));
    }
    for (at, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, param).map_err(fault)?;
    }
    Ok(())
}

/// Hands over the rows. The outer error is SQLite's, the inner one the caller's.
pub(super) fn each_row(statement: &mut Statement<'_>, row: EachRow<'_>) -> rusqlite::Result<Result<(), Error>> {
    let mut rows = statement.raw_query();
    while let Some(next) = rows.next()? {
        if let Err(error) = row(next) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Int(value) => ValueRef::Integer(*value),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
            Param::Short(short) => ValueRef::Text(short.as_str().as_bytes()),
            Param::Owned(text) => ValueRef::Text(text.as_bytes()),
            Param::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Row for rusqlite::Row<'_> {
    fn int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.get_ref(column).map_err(fault)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(value) => Ok(Some(value)),
            other => Err(unexpected(column, "an integer", other)),
        }
    }

    fn text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.get_ref(column).map_err(fault)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes);
                text.map(Some).map_err(|error| Error::Corrupt(format!("column {column}: {error}")))
            }
            other => Err(unexpected(column, "text", other)),
        }
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.get_ref(column).map_err(fault)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => Err(unexpected(column, "bytes", other)),
        }
    }
}

fn unexpected(column: usize, wanted: &str, found: ValueRef<'_>) -> Error {
    Error::Corrupt(format!("column {column}: {wanted} wanted, {} found", found.data_type()))
}

/// SQLite's error as ours.
pub(crate) fn fault(error: rusqlite::Error) -> Error {
    let words = error.to_string();
    match error.sqlite_error() {
        Some(code) => match (code.code, code.extended_code) {
            (ErrorCode::DiskFull, _) => Error::Full(words),
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Error::Busy(words),
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => Error::Corrupt(words),
            (ErrorCode::SystemIoFailure | ErrorCode::CannotOpen, _) => Error::Io(words),
            (ErrorCode::ConstraintViolation, _) if words.contains("store_journal.stream") => Error::Lost,
            (
                ErrorCode::ConstraintViolation,
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
            ) => Error::Taken(words),
            _ => Error::Database(words),
        },
        None => Error::Database(words),
    }
}

/// Hashes an address: one multiplication, since addresses of texts differ already.
#[derive(Default)]
pub(super) struct Address(u64);

impl Hasher for Address {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }
    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0.rotate_left(26) ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
