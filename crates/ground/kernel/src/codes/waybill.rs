//! The number on a parcel.

use crate::text::{exactly, open_debug, plain, plain_code};
use crate::{BadCode, check};
use std::str::FromStr;

/// A postal waybill number (邮件号码): 13 characters — two letters, eight digits, a check digit and two letters of the
/// country (UPU S10), or 13 digits for domestic express mail.
///
/// Source: UPU S10. Domestic numbers have no public check digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Waybill([u8; 13]);

plain_code!(Waybill);
open_debug!(Waybill);

impl FromStr for Waybill {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<13>(plain(text), |byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())?;
        if code.iter().all(u8::is_ascii_digit) {
            return Ok(Waybill(code));
        }
        let is_letter_place = |at: usize| !(2..=10).contains(&at);
        let misplaced = code.iter().enumerate().find(|(at, byte)| byte.is_ascii_digit() == is_letter_place(*at));
        if let Some((at, byte)) = misplaced {
            return Err(BadCode::Character { at: at + 1, found: char::from(*byte) });
        }
        let serial = code[2..].first_chunk::<8>().ok_or(BadCode::Length { want: 13 })?;
        if check::s10(serial) == Some(code[10]) { Ok(Waybill(code)) } else { Err(BadCode::Check) }
    }
}
