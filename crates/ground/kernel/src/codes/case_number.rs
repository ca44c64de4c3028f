//! The number under which a case is known to everybody.

use crate::text::{ascii, exactly, number, open_debug, plain, plain_code};
use crate::{BadCode, Date, KindCode, RegionCode, check};
use std::str::FromStr;

/// Case number (办件编号): 6 region, 3 kind of department, 6 day of submission (YYMMDD), 6 serial, 1 check digit
/// (ISO 7064 MOD 11,10) — 22 digits.
///
/// The standards fix only that it has at most 50 characters (GB/T 39046-2020); the form is ours. A number read out
/// over the telephone with one digit wrong is never another case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber([u8; 22]);

plain_code!(CaseNumber);
open_debug!(CaseNumber);

impl CaseNumber {
    /// The last serial of a day in one office.
    pub const SERIAL_MAX: u32 = 999_999;

    /// The number of the case that an office of `kind` in `region` got on `day` as its `serial`-th.
    ///
    /// Fails with `Serial` above [`CaseNumber::SERIAL_MAX`], with `Date` outside 2000–2099.
    pub fn new(region: RegionCode, kind: KindCode, day: Date, serial: u32) -> Result<CaseNumber, BadCode> {
        if serial > CaseNumber::SERIAL_MAX {
            return Err(BadCode::Serial);
        }
        if !(2000..2100).contains(&day.year()) {
            return Err(BadCode::Date);
        }
        let mut code = [0; 22];
        code[..6].copy_from_slice(region.county6().as_bytes());
        code[6..9].copy_from_slice(kind.as_str().as_bytes());
        write_digits(&mut code[9..11], day.year().rem_euclid(100).unsigned_abs().into());
        write_digits(&mut code[11..13], day.month().unsigned_abs().into());
        write_digits(&mut code[13..15], day.day().unsigned_abs().into());
        write_digits(&mut code[15..21], serial);
        code[21] = check::mod11_10(&code[..21]).ok_or(BadCode::Check)?;
        Ok(CaseNumber(code))
    }

    /// The county (or city, or province) whose office got it.
    pub fn region(&self) -> RegionCode {
        RegionCode::from_short(ascii(&self.0[..6])).expect("parsing refused every number without a region")
    }

    /// The kind of department that got it.
    pub fn kind(&self) -> KindCode {
        ascii(&self.0[6..9]).parse().expect("three digits are a kind")
    }

    /// The day of submission.
    pub fn date(&self) -> Date {
        date_of(&self.0).expect("parsing refused every number without a date")
    }

    /// Its serial within office and day.
    pub fn serial(&self) -> u32 {
        number(&self.0[15..21])
    }

    /// In groups for reading aloud: `320102 090 260917 0004822`.
    pub fn grouped(&self) -> String {
        let text = self.as_str();
        format!("{} {} {} {}", &text[..6], &text[6..9], &text[9..15], &text[15..])
    }
}

impl FromStr for CaseNumber {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<22>(plain(text), |byte| byte.is_ascii_digit())?;
        if check::mod11_10(&code[..21]) != Some(code[21]) {
            return Err(BadCode::Check);
        }
        RegionCode::from_short(ascii(&code[..6]))?;
        date_of(&code).ok_or(BadCode::Date)?;
        Ok(CaseNumber(code))
    }
}

fn date_of(code: &[u8; 22]) -> Option<Date> {
    let part = |from, to| i8::try_from(number(&code[from..to])).ok();
    Date::new(2000 + i16::from(part(9, 11)?), part(11, 13)?, part(13, 15)?).ok()
}

fn write_digits(place: &mut [u8], mut value: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}
