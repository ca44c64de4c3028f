//! Money in fen: never a fraction, never silently too large.

use crate::{Class, Refuse};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An amount of money in fen (分, a hundredth of a yuan). Shown and read in yuan with two decimals (`12.50`),
/// stored and serialised as the whole number of fen.
///
/// There is no `+`: what adds up money says what happens when it does not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// Nothing to pay.
    pub const ZERO: Fen = Fen(0);

    /// The sum, unless it does not fit.
    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// The difference, unless it does not fit.
    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// So many times the amount, unless it does not fit.
    pub fn checked_mul(self, times: u32) -> Option<Fen> {
        self.0.checked_mul(i64::from(times)).map(Fen)
    }

    /// The sum of all, unless it does not fit.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::checked_add)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", whole / 100, whole % 100)
    }
}

impl FromStr for Fen {
    type Err = BadAmount;

    /// Yuan with at most two decimals: `12`, `12.5`, `12.50`, `-0.01`. No grouping, no sign of currency.
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let text = text.trim();
        let (sign, amount) = text.strip_prefix('-').map_or((1, text), |amount| (-1, amount));
        let (yuan, fraction) = amount.split_once('.').unwrap_or((amount, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(yuan) || !digits(fraction) || fraction.len() > 2 {
            return Err(BadAmount::Shape);
        }
        let fen = i128::from(number(fraction)) * if fraction.len() == 1 { 10 } else { 1 };
        let yuan: i128 = yuan.parse().map_err(|_| BadAmount::TooLarge)?;
        yuan.checked_mul(100)
            .and_then(|whole| i64::try_from(sign * (whole + fen)).ok())
            .map(Fen)
            .ok_or(BadAmount::TooLarge)
    }
}

fn number(digits: &str) -> u32 {
    crate::text::number(digits.as_bytes())
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadAmount {
    /// Not a number of yuan with at most two decimals.
    Shape,
    /// More than can be counted.
    TooLarge,
}

impl fmt::Display for BadAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadAmount::Shape => "金额应以元为单位，最多两位小数，例如 12.50。",
            BadAmount::TooLarge => "金额过大，请核对。",
        })
    }
}

impl std::error::Error for BadAmount {}

impl Refuse for BadAmount {
    fn code(&self) -> &'static str {
        match self {
            BadAmount::Shape => "amount.shape",
            BadAmount::TooLarge => "amount.too-large",
        }
    }

    fn class(&self) -> Class {
        Class::Invalid
    }
}
