//! Fiscal receipts (财政电子票据): their numbers and their check.

use std::{fmt, str::FromStr};

use kernel::{BadCode, Date, Fen, PaymentCode, RegionCode};
use serde::{Deserialize, Serialize};

/// The number of a fiscal receipt: the code of its kind (票据代码, 8 digits: 2 supervising province, 2 class, 2 kind, 2 year)
/// and its number (票据号码, 10 digits), 18 in all.
///
/// Class 01 and kind 01 are this product's: the provinces' lists of kinds are not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptNumber([u8; 18]);

impl ReceiptNumber {
    /// The `serial`-th receipt of a province and year. Fails with `Serial` beyond ten digits.
    pub fn new(region: RegionCode, year: i16, serial: i64) -> Result<ReceiptNumber, BadCode> {
        if !(1..=9_999_999_999).contains(&serial) {
            return Err(BadCode::Serial);
        }
        let province = region.county6();
        format!("{}0101{:02}{serial:010}", &province[..2], year.rem_euclid(100)).parse()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// 票据代码
    pub fn code(&self) -> &str {
        &self.text()[..8]
    }

    /// 票据号码
    pub fn number(&self) -> &str {
        &self.text()[8..]
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

impl FromStr for ReceiptNumber {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let bytes = <[u8; 18]>::try_from(text.as_bytes()).map_err(|_| BadCode::Length { want: 18 })?;
        match text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
            Some((at, found)) => Err(BadCode::Character { at: at + 1, found }),
            None => Ok(ReceiptNumber(bytes)),
        }
    }
}

impl Serialize for ReceiptNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReceiptNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A fiscal receipt that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its number.
    pub number: ReceiptNumber,
    /// Six characters that somebody who reads the number and the amount aloud can compare (校验码).
    pub check: String,
    /// The day on which it was given.
    pub on: Date,
}

impl Receipt {
    /// The receipt of this number for a payment.
    pub fn new(number: ReceiptNumber, bill: &PaymentCode, amount: Fen, on: Date) -> Receipt {
        Receipt { number, check: check(&number, bill, amount, on), on }
    }
}

/// The check of a receipt: the first six characters, base 32 without look-alikes, of the SM3 digest of what it says.
fn check(number: &ReceiptNumber, bill: &PaymentCode, amount: Fen, on: Date) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRTUWXYZ";
    let digest = store::sm3(format!("{number}|{bill}|{}|{on}", amount.0).as_bytes());
    digest.0[..6].iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
