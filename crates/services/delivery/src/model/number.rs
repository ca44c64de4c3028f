//! What couriers write on parcels.

use std::{fmt, str::FromStr};

use kernel::{BadCode, Waybill};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A waybill number, of whichever courier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// China Post: S10/UPU with its check digit, or 13 digits at home.
    Postal(Waybill),
    /// SF-Express.
    Sf(SfNumber),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Postal(number) => number.fmt(f),
            Number::Sf(number) => number.fmt(f),
        }
    }
}

impl FromStr for Number {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Number, BadCode> {
        text.parse().map(Number::Sf).or_else(|_| text.parse().map(Number::Postal))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A waybill number of SF-Express (顺丰运单号): `SF` and 13 digits, or the 12 digits of before 2020.
///
/// Source: the courier's public samples; no check digit is published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SfNumber {
    lettered: bool,
    digits: u64,
}

impl fmt::Display for SfNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lettered { write!(f, "SF{:013}", self.digits) } else { write!(f, "{:012}", self.digits) }
    }
}

impl fmt::Debug for SfNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SfNumber({self})")
    }
}

impl FromStr for SfNumber {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<SfNumber, BadCode> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let (lettered, digits) = match text.strip_prefix("SF") {
            Some(digits) => (true, digits),
            None => (false, text.as_str()),
        };
        let want = if lettered { 13 } else { 12 };
        if let Some((at, found)) = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
            return Err(BadCode::Character { at: at + 1 + usize::from(lettered) * 2, found });
        }
        if digits.len() != want {
            return Err(BadCode::Length { want: want + usize::from(lettered) * 2 });
        }
        let digits = digits.parse().map_err(|_| BadCode::Serial)?;
        Ok(SfNumber { lettered, digits })
    }
}
