//! Where money is paid back to.

use crate::text::{ascii, masked_debug, plain, serde_as_text};
use crate::{BadCode, check};
use std::{fmt, str::FromStr};

/// A bank card number (银行卡号): 12 to 19 digits, the last by Luhn's rule. Spaces between groups are forgiven.
///
/// Source: ISO/IEC 7812-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankCard {
    digits: [u8; MAX],
    length: u8,
}

const MIN: usize = 12;
const MAX: usize = 19;

serde_as_text!(BankCard);
masked_debug!(BankCard);

impl BankCard {
    /// The number.
    pub fn as_str(&self) -> &str {
        ascii(&self.digits[..usize::from(self.length)])
    }

    /// The last four digits: `**** 1234`.
    pub fn masked(&self) -> String {
        let digits = self.as_str();
        format!("**** {}", &digits[digits.len() - 4..])
    }
}

impl fmt::Display for BankCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for BankCard {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let mut digits = [0; MAX];
        let mut length = 0;
        for found in plain(text) {
            if length == MAX {
                return Err(BadCode::Length { want: MAX });
            }
            digits[length] = match u8::try_from(found) {
                Ok(byte) if byte.is_ascii_digit() => byte,
                _ => return Err(BadCode::Character { at: length + 1, found }),
            };
            length += 1;
        }
        if length < MIN {
            return Err(BadCode::Length { want: MAX });
        }
        let (body, check) = digits[..length].split_at(length - 1);
        if check::luhn(body) == check.first().copied() {
            Ok(BankCard { digits, length: length as u8 })
        } else {
            Err(BadCode::Check)
        }
    }
}
