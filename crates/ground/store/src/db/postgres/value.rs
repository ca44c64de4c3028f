//! Values and errors between PostgreSQL's wire and ours.

use crate::Error;
use crate::db::value::{Param, Row};
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::error::Error as StdError;

type Refused = Box<dyn StdError + Sync + Send>;

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        let refused = |given: &str| -> Refused { format!("{given} given where {kind} is wanted").into() };
        match self {
            Param::Null => Ok(IsNull::Yes),
            Param::Int(value) => match *kind {
                Type::INT8 => value.to_sql(kind, out),
                Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*value)?.to_sql(kind, out),
                Type::BOOL => (*value != 0).to_sql(kind, out),
                _ => Err(refused("an integer")),
            },
            Param::Bytes(bytes) => match *kind {
                Type::BYTEA => bytes.to_sql(kind, out),
                _ => Err(refused("bytes")),
            },
            Param::Text(_) | Param::Short(_) | Param::Owned(_) => match *kind {
                Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                    self.as_text().unwrap_or_default().to_sql(kind, out)
                }
                _ => Err(refused("text")),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Any integer that PostgreSQL may answer with: `SUM` of BIGINT, for one, is NUMERIC there.
struct Number(i64);

impl<'a> FromSql<'a> for Number {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Refused> {
        Ok(Number(match *kind {
            Type::INT8 => i64::from_sql(kind, raw)?,
            Type::INT4 => i32::from_sql(kind, raw)?.into(),
            Type::INT2 => i16::from_sql(kind, raw)?.into(),
            Type::BOOL => bool::from_sql(kind, raw)?.into(),
            _ => numeric(raw).ok_or("a NUMERIC that is no 64-bit integer")?,
        }))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC)
    }
}

/// NUMERIC on the wire: count, weight, sign, scale, then digits to the base of 10,000.
fn numeric(raw: &[u8]) -> Option<i64> {
    let words: Vec<i16> = raw.as_chunks::<2>().0.iter().map(|word| i16::from_be_bytes(*word)).collect();
    let [_, weight, sign, _, digits @ ..] = &*words else { return None };
    let mut value: i64 = 0;
    for place in 0..=i32::from(*weight) {
        let digit = digits.get(usize::try_from(place).ok()?).copied().unwrap_or(0);
        value = value.checked_mul(10_000)?.checked_add(i64::from(digit))?;
    }
    let whole = usize::try_from(i32::from(*weight) + 1).ok()?;
    let is_whole = digits.iter().skip(whole).all(|digit| *digit == 0);
    match *sign {
        0 if is_whole => Some(value),
        0x4000 if is_whole => Some(-value),
        _ => None,
    }
}

impl Row for postgres::Row {
    fn int(&self, column: usize) -> Result<Option<i64>, Error> {
        let value: Option<Number> = self.try_get(column).map_err(|error| unexpected(column, &error))?;
        Ok(value.map(|number| number.0))
    }

    fn text(&self, column: usize) -> Result<Option<&str>, Error> {
        self.try_get(column).map_err(|error| unexpected(column, &error))
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        self.try_get(column).map_err(|error| unexpected(column, &error))
    }
}

fn unexpected(column: usize, error: &postgres::Error) -> Error {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    Error::Corrupt(format!("column {column}: {cause}"))
}

/// Whether the connection is gone: closed, cut by the network, or ended by the server's operator.
pub(super) fn is_cut(error: &postgres::Error) -> bool {
    let code = error.code().map_or("", |code| code.code());
    error.is_closed() || code.starts_with("08") || code.starts_with("57P") || is_io(error)
}

fn is_io(error: &postgres::Error) -> bool {
    error.source().is_some_and(|cause| cause.is::<std::io::Error>())
}

/// PostgreSQL's error as ours. Its detail is left out: it repeats the values of the row.
pub(super) fn fault(error: &postgres::Error) -> Error {
    let Some(db) = error.as_db_error() else {
        let words = error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        return if error.is_closed() || is_io(error) { Error::Io(words) } else { Error::Database(words) };
    };
    let words = format!("{} ({})", db.message(), db.code().code());
    match db.code().code() {
        "23505" if db.constraint() == Some("store_journal_stream") => Error::Lost,
        "23505" => Error::Taken(words),
        "53100" => Error::Full(words),
        "40001" | "40P01" | "53300" | "55P03" | "57P03" => Error::Busy(words),
        code if code.starts_with("08") || code.starts_with("57P") => Error::Io(words),
        "XX001" | "XX002" => Error::Corrupt(words),
        _ => Error::Database(words),
    }
}
