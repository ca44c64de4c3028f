//! Values on their way into a statement and out of a row.

use crate::Error;
use kernel::{
    AccountId, BankCard, BasicCode, CaseNumber, CreditCode, Date, DepartmentId, Digest, DraftId, Fen, HandleItemCode,
    ImplementationCode, KindCode, LicenceId, LicenceTypeCode, Mobile, OrganisationCode, PartyId, PaymentCode,
    PersonName, ProjectCode, RegionCode, ResidentId, Sealed, StaffId, Timestamp, Waybill,
};
use std::fmt::{Display, Write};
use std::str::FromStr;

/// One bound parameter. Build it with [`params!`](crate::params) or `Param::from`; no variant but the rare `Owned`
/// allocates.
#[derive(Debug, Clone, PartialEq)]
pub enum Param<'a> {
    /// SQL NULL.
    Null,
    /// An integer: counts, fen, instants in microseconds, booleans as 0/1.
    Int(i64),
    /// Text.
    Text(&'a str),
    /// Short text made on the spot, such as a code's `Display`.
    Short(Short),
    /// Text made on the spot that did not fit into `Short`.
    Owned(String),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// Up to 46 bytes of text held in place, so that a code costs no allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Short {
    length: u8,
    bytes: [u8; Short::MOST],
}

impl Short {
    const MOST: usize = 46;

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

/// Writes into the inline buffer and moves to the heap only when that is full.
struct Filling {
    short: Short,
    long: Option<String>,
}

impl Write for Filling {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        if let Some(long) = &mut self.long {
            long.push_str(text);
            return Ok(());
        }
        let start = usize::from(self.short.length);
        match self.short.bytes.get_mut(start..start + text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.short.length += text.len() as u8;
            }
            None => self.long = Some(self.short.as_str().to_owned() + text),
        }
        Ok(())
    }
}

impl Param<'_> {
    /// Any code as its `Display` text.
    pub fn display(value: impl Display) -> Param<'static> {
        let mut filling = Filling { short: Short { length: 0, bytes: [0; Short::MOST] }, long: None };
        // A `Filling` never refuses; a `Display` that does leaves what it wrote so far.
        let _ = write!(filling, "{value}");
        match filling.long {
            Some(long) => Param::Owned(long),
            None => Param::Short(filling.short),
        }
    }

    /// The text of the text variants.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Param::Text(text) => Some(text),
            Param::Short(short) => Some(short.as_str()),
            Param::Owned(text) => Some(text),
            Param::Null | Param::Int(_) | Param::Bytes(_) => None,
        }
    }
}

/// A value that can be bound by reference: `params![id, &name, count]` calls it for each argument.
pub trait AsParam {
    /// The value as a parameter.
    fn as_param(&self) -> Param<'_>;
}

impl<T: AsParam + ?Sized> AsParam for &T {
    fn as_param(&self) -> Param<'_> {
        (**self).as_param()
    }
}

impl<T: AsParam> AsParam for Option<T> {
    fn as_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, AsParam::as_param)
    }
}

impl AsParam for Param<'_> {
    fn as_param(&self) -> Param<'_> {
        self.clone()
    }
}

impl AsParam for bool {
    fn as_param(&self) -> Param<'_> {
        Param::Int(i64::from(*self))
    }
}

impl AsParam for str {
    fn as_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl AsParam for String {
    fn as_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl AsParam for std::borrow::Cow<'_, str> {
    fn as_param(&self) -> Param<'_> {
        Param::Text(self)
    }
}

impl AsParam for [u8] {
    fn as_param(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}

impl AsParam for Vec<u8> {
    fn as_param(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}

impl<const N: usize> AsParam for [u8; N] {
    fn as_param(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}

impl AsParam for Timestamp {
    fn as_param(&self) -> Param<'_> {
        Param::Int(self.as_microsecond())
    }
}

impl AsParam for Fen {
    fn as_param(&self) -> Param<'_> {
        Param::Int(self.0)
    }
}

impl AsParam for Sealed {
    fn as_param(&self) -> Param<'_> {
        Param::Text(&self.0)
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl AsParam for $integer {
            fn as_param(&self) -> Param<'_> {
                Param::Int(i64::from(*self))
            }
        }
    )*};
}
integers!(i64, i32, i16, i8, u32, u16, u8);

macro_rules! wide_integers {
    ($($integer:ty),*) => {$(
        impl AsParam for $integer {
            fn as_param(&self) -> Param<'_> {
                Param::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )*};
}
wide_integers!(u64, usize);

macro_rules! texts {
    ($($code:ty),* $(,)?) => {$(
        impl AsParam for $code {
            fn as_param(&self) -> Param<'_> {
                Param::display(self)
            }
        }
    )*};
}
texts!(
    AccountId,
    BankCard,
    BasicCode,
    CaseNumber,
    CreditCode,
    Date,
    DepartmentId,
    Digest,
    DraftId,
    HandleItemCode,
    ImplementationCode,
    KindCode,
    LicenceId,
    LicenceTypeCode,
    Mobile,
    OrganisationCode,
    PartyId,
    PaymentCode,
    PersonName,
    ProjectCode,
    RegionCode,
    ResidentId,
    StaffId,
    Waybill,
);

impl<'a, T: AsParam + ?Sized> From<&'a T> for Param<'a> {
    fn from(value: &'a T) -> Self {
        value.as_param()
    }
}

/// So many keys a statement that asks for several at once takes: `WHERE id IN ($1, $2, …, $32)`.
pub const MANY: usize = 32;

/// The keys of one page as the parameters of such a statement; the last one fills the rest. Give it at most [`MANY`], and at least
/// one: `keys.chunks(MANY)` does.
pub fn many<T: AsParam>(keys: &[T]) -> Vec<Param<'_>> {
    let last = keys.last().map_or(Param::Null, AsParam::as_param);
    let mut page: Vec<Param> = keys.iter().map(AsParam::as_param).collect();
    page.resize(MANY, last);
    page
}

/// The parameters of a statement: `params![id, name, limit]`, taken by reference, in the order of `$1`, `$2`, ….
///
/// Where a closure returns them, as for [`Tx::insert_many`](crate::Tx::insert_many), say what they point to:
/// `lines.iter().map(|line| params![line.code, line.name])`, or `params![*id]` for an `id: &String`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::AsParam::as_param(&$value)),*]
    };
}

/// Makes a room's own code usable in `params!` and readable from a column, by its `Display` and `FromStr`.
#[macro_export]
macro_rules! text_column {
    ($($code:ty),* $(,)?) => {$(
        impl $crate::AsParam for $code {
            fn as_param(&self) -> $crate::Param<'_> {
                $crate::Param::display(self)
            }
        }
        impl $crate::FromColumn for $code {
            fn from_column_or_null(row: &dyn $crate::Row, column: usize) -> Result<Option<Self>, $crate::Error> {
                row.parse_some(column)
            }
        }
    )*};
}

/// One row of an answer. Columns count from 0.
pub trait Row {
    /// The column as an integer; `None` is NULL.
    fn int(&self, column: usize) -> Result<Option<i64>, Error>;
    /// The column as text; `None` is NULL.
    fn text(&self, column: usize) -> Result<Option<&str>, Error>;
    /// The column as bytes; `None` is NULL.
    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Error>;
}

impl dyn Row + '_ {
    /// The column as a value of type `T`.
    pub fn get<T: FromColumn>(&self, column: usize) -> Result<T, Error> {
        T::from_column(self, column)
    }

    /// The column's text parsed as a code. Fails with `Corrupt` when the stored text is no such code.
    pub fn parse<T: FromStr<Err: Display>>(&self, column: usize) -> Result<T, Error> {
        let text = present(self.text(column)?, column)?;
        text.parse().map_err(|error| Error::Corrupt(format!("column {column}: {error}")))
    }

    /// As `parse`, with NULL as `None`.
    pub fn parse_some<T: FromStr<Err: Display>>(&self, column: usize) -> Result<Option<T>, Error> {
        if self.text(column)?.is_none() { Ok(None) } else { self.parse(column).map(Some) }
    }

    /// The column's JSON text as a value.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, Error> {
        let text = present(self.text(column)?, column)?;
        serde_json::from_str(text).map_err(|error| Error::Corrupt(format!("column {column}: {error}")))
    }
}

fn present<T>(value: Option<T>, column: usize) -> Result<T, Error> {
    value.ok_or_else(|| Error::Corrupt(format!("column {column} is NULL")))
}

/// A type that a column can be read as.
pub trait FromColumn: Sized {
    /// Reads it; a NULL is `Corrupt` unless the type is an `Option`.
    fn from_column(row: &dyn Row, column: usize) -> Result<Self, Error> {
        present(Self::from_column_or_null(row, column)?, column)
    }
    /// Reads it; a NULL is `None`.
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error>;
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(row: &dyn Row, column: usize) -> Result<Self, Error> {
        T::from_column_or_null(row, column)
    }
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        T::from_column_or_null(row, column).map(Some)
    }
}

impl FromColumn for String {
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        Ok(row.text(column)?.map(str::to_owned))
    }
}

impl FromColumn for Vec<u8> {
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        Ok(row.bytes(column)?.map(<[u8]>::to_vec))
    }
}

impl FromColumn for bool {
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        Ok(row.int(column)?.map(|value| value != 0))
    }
}

impl FromColumn for Timestamp {
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        let Some(micros) = row.int(column)? else { return Ok(None) };
        let instant = Timestamp::from_microsecond(micros);
        instant.map(Some).map_err(|error| Error::Corrupt(format!("column {column}: {error}")))
    }
}

impl FromColumn for Fen {
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        Ok(row.int(column)?.map(Fen))
    }
}

impl FromColumn for Sealed {
    fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
        Ok(row.text(column)?.map(|text| Sealed(text.to_owned())))
    }
}

macro_rules! integer_columns {
    ($($integer:ty),*) => {$(
        impl FromColumn for $integer {
            fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
                let Some(value) = row.int(column)? else { return Ok(None) };
                let value = <$integer>::try_from(value);
                value.map(Some).map_err(|error| Error::Corrupt(format!("column {column}: {error}")))
            }
        }
    )*};
}
integer_columns!(i64, i32, i16, i8, u64, u32, u16, u8, usize);

macro_rules! text_columns {
    ($($code:ty),* $(,)?) => {$(
        impl FromColumn for $code {
            fn from_column_or_null(row: &dyn Row, column: usize) -> Result<Option<Self>, Error> {
                row.parse_some(column)
            }
        }
    )*};
}
text_columns!(
    AccountId,
    BankCard,
    BasicCode,
    CaseNumber,
    CreditCode,
    Date,
    DepartmentId,
    Digest,
    DraftId,
    HandleItemCode,
    ImplementationCode,
    KindCode,
    LicenceId,
    LicenceTypeCode,
    Mobile,
    OrganisationCode,
    PartyId,
    PaymentCode,
    PersonName,
    ProjectCode,
    RegionCode,
    ResidentId,
    StaffId,
    Waybill,
);
