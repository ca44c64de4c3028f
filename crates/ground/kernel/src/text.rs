//! From outside text to a code's bytes and back, the same way for all codes.

use crate::BadCode;
use serde::{Deserializer, Serializer, de};
use std::{fmt, marker::PhantomData, str::FromStr};

/// The characters of a code as people mean them: white space dropped, full-width forms (as Chinese input methods
/// type them) made narrow, letters made upper case. Anything else is kept, for the parser to judge.
pub(crate) fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|found| !found.is_whitespace()).map(|found| {
        let narrow = match found {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(found) - 0xfee0).unwrap_or(found),
            other => other,
        };
        narrow.to_ascii_uppercase()
    })
}

/// Exactly `N` characters, each of which `allowed` accepts. Reads no further than the first surplus character, so
/// an endless input costs nothing.
pub(crate) fn exactly<const N: usize>(
    text: impl Iterator<Item = char>,
    allowed: impl Fn(u8) -> bool,
) -> Result<[u8; N], BadCode> {
    let mut bytes = [0; N];
    let mut got = 0;
    for found in text {
        if got == N {
            return Err(BadCode::Length { want: N });
        }
        bytes[got] = match u8::try_from(found) {
            Ok(byte) if allowed(byte) => byte,
            _ => return Err(BadCode::Character { at: got + 1, found }),
        };
        got += 1;
    }
    if got == N { Ok(bytes) } else { Err(BadCode::Length { want: N }) }
}

/// The number that some ASCII digits write.
pub(crate) fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

/// The text of a code's bytes, which its parser has found to be ASCII.
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("codes hold only ASCII, their parsers see to it")
}

/// Writes a value as its `Display` text.
pub fn serialize<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads a value from its text; a wrong one is an error of the whole document.
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    struct Text<T>(PhantomData<T>);
    impl<T: FromStr> de::Visitor<'_> for Text<T>
    where
        T::Err: fmt::Display,
    {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a code as text")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text(PhantomData))
}

/// Serde as text, for any type with `Display` and `FromStr`; usable as a map's key too.
macro_rules! serde_as_text {
    ($($name:ty),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::text::serialize(self, serializer)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::deserialize(deserializer)
            }
        }
    )+};
}

/// `as_str`, `Display` and serde of a code that is its own text in ASCII bytes.
macro_rules! plain_code {
    ($name:ident) => {
        impl $name {
            /// The code as it is written.
            pub fn as_str(&self) -> &str {
                $crate::text::ascii(&self.0)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        $crate::text::serde_as_text!($name);
    };
}

/// `{:?}` that shows the whole code: for codes of things and offices.
macro_rules! open_debug {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

/// `{:?}` that shows the masked value: what belongs to a person must not get into a log by accident.
macro_rules! masked_debug {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.masked())
            }
        }
    };
}

pub(crate) use {masked_debug, open_debug, plain_code, serde_as_text};
