//! Where a person can be reached.

use crate::BadCode;
use crate::text::{exactly, masked_debug, plain, plain_code};
use std::str::FromStr;

/// A mobile telephone number of the mainland (手机号码): 11 digits, from 13 to 19. A leading `+86` and hyphens are
/// forgiven.
///
/// Source: the numbering plan of YD/T 2011 (电信网编号计划).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile([u8; 11]);

plain_code!(Mobile);
masked_debug!(Mobile);

impl Mobile {
    /// The first three and last four digits: `138****5678`.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.as_str()[..3], &self.as_str()[7..])
    }
}

impl FromStr for Mobile {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let text = text.trim().trim_start_matches("+86");
        let number = exactly::<11>(plain(text).filter(|found| *found != '-'), |byte| byte.is_ascii_digit())?;
        match number {
            [b'1', b'3'..=b'9', ..] => Ok(Mobile(number)),
            [b'1', found, ..] => Err(BadCode::Character { at: 2, found: char::from(found) }),
            [found, ..] => Err(BadCode::Character { at: 1, found: char::from(found) }),
        }
    }
}
