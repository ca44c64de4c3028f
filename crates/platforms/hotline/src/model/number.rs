//! The number of a work order.

use std::fmt;
use std::str::FromStr;

use kernel::{BadCode, Date, check};
use serde::{Deserialize, Serialize};

/// The number of a work order (工单编号): 13 digits that can be read out on the telephone — the day, a serial, a check digit
/// (GB/T 17710, MOD 11,10).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber([u8; 13]);

impl OrderNumber {
    /// The `serial`-th of a day.
    pub fn new(day: Date, serial: i64) -> OrderNumber {
        let text = format!(
            "{:02}{:02}{:02}{:06}",
            day.year().rem_euclid(100),
            day.month(),
            day.day(),
            serial.rem_euclid(1_000_000)
        );
        let mut digits = [b'0'; 13];
        digits[..12].copy_from_slice(text.as_bytes());
        digits[12] = check::mod11_10(&digits[..12]).unwrap_or(b'0');
        OrderNumber(digits)
    }

    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("{STREAM}{self}")
    }

    /// The order that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<OrderNumber> {
        stream.strip_prefix(STREAM)?.parse().ok()
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("parsing and making it see to it that these are digits")
    }

    /// In groups for reading aloud: `260928 000008 3`.
    pub fn grouped(&self) -> String {
        let text = self.as_str();
        format!("{} {} {}", &text[..6], &text[6..12], &text[12..])
    }
}

const STREAM: &str = "work-order:";

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrderNumber({self})")
    }
}

impl FromStr for OrderNumber {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<OrderNumber, BadCode> {
        let plain: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).take(14).collect();
        let digits: [u8; 13] = plain.try_into().map_err(|_| BadCode::Length { want: 13 })?;
        if let Some(at) = digits.iter().position(|byte| !byte.is_ascii_digit()) {
            return Err(BadCode::Character { at: at + 1, found: char::from(digits[at]) });
        }
        match check::mod11_10(&digits[..12]) {
            Some(check) if check == digits[12] => Ok(OrderNumber(digits)),
            _ => Err(BadCode::Check),
        }
    }
}

impl Serialize for OrderNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrderNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<OrderNumber, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

store::text_column!(OrderNumber);
