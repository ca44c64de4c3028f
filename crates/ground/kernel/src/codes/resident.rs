//! The number that every resident has.

use crate::text::{ascii, exactly, masked_debug, number, plain, plain_code};
use crate::{BadCode, Date, check};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Resident ID number (公民身份号码): 6 address, 8 birth, 3 sequence and a check character.
///
/// Source: GB 11643-1999. The residence permits of Hong Kong, Macao and Taiwan compatriots (81, 82, 83) and the
/// permanent residence cards of foreigners since 2023 (9…) are built alike. The province must exist; the rest of
/// the address need not, since it is that of the first registration and may be long abolished. That the birth lies
/// in the past can only be told by who knows today.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId([u8; 18]);

plain_code!(ResidentId);
masked_debug!(ResidentId);

/// Nobody born earlier has ever had a number; the printed examples of the standard begin here.
const BIRTH_YEAR_MIN: i16 = 1800;

impl ResidentId {
    /// The day of birth.
    pub fn birth(&self) -> Date {
        birth_of(&self.0).expect("parsing refused every number without a birth date")
    }

    /// The sex, from the 17th digit.
    pub fn sex(&self) -> Sex {
        if self.0[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Completed years of age on `day`; none before birth. By law a year of age is completed on the birthday, which
    /// for those born on 29 February is 1 March in other years.
    pub fn age_on(&self, day: Date) -> u8 {
        let birth = self.birth();
        let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
        let years = i32::from(day.year()) - i32::from(birth.year()) - i32::from(before_birthday);
        u8::try_from(years.max(0)).unwrap_or(u8::MAX)
    }

    /// The six digits of the address at first registration.
    pub fn address6(&self) -> &str {
        &self.as_str()[..6]
    }

    /// The first six and the last two characters, the birth hidden: `320102**********97`.
    pub fn masked(&self) -> String {
        format!("{}**********{}", self.address6(), &self.as_str()[16..])
    }

    /// The number that a 15-digit one of before 1999 became: `19` put before the year, the check character added.
    /// Such numbers are no proof of identity since 2013; this is for matching old records only.
    pub fn upgrade(old: &str) -> Result<ResidentId, BadCode> {
        let old = exactly::<15>(plain(old), |byte| byte.is_ascii_digit())?;
        let mut digits = [0; 17];
        digits[..6].copy_from_slice(&old[..6]);
        digits[6..8].copy_from_slice(b"19");
        digits[8..].copy_from_slice(&old[6..]);
        with_check(digits)
    }

    /// A number from its parts, the check character computed. With the year 1900 and sequence 998 or 999 it is
    /// visibly nobody's, as demo data and tests need it.
    pub fn from_parts(address: u32, birth: Date, sequence: u16) -> Result<ResidentId, BadCode> {
        if sequence > 999 {
            return Err(BadCode::Serial);
        }
        let (year, month, day) = (birth.year(), birth.month(), birth.day());
        let text = format!("{address:06}{year:04}{month:02}{day:02}{sequence:03}");
        with_check(exactly(text.chars(), |byte| byte.is_ascii_digit())?)
    }
}

impl FromStr for ResidentId {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<18>(plain(text), |byte| byte.is_ascii_digit() || byte == b'X')?;
        if let Some(at) = code[..17].iter().position(|byte| *byte == b'X') {
            return Err(BadCode::Character { at: at + 1, found: 'X' });
        }
        checked(code)
    }
}

fn with_check(digits: [u8; 17]) -> Result<ResidentId, BadCode> {
    let mut code = [0; 18];
    code[..17].copy_from_slice(&digits);
    code[17] = check::mod11_2(&digits).ok_or(BadCode::Check)?;
    checked(code)
}

/// The parts are looked at before the check character: they can say more about what is wrong.
fn checked(code: [u8; 18]) -> Result<ResidentId, BadCode> {
    if !is_province(&code[..2]) {
        return Err(BadCode::Region);
    }
    birth_of(&code).ok_or(BadCode::Date)?;
    if check::mod11_2(&code[..17]) == Some(code[17]) { Ok(ResidentId(code)) } else { Err(BadCode::Check) }
}

fn birth_of(code: &[u8; 18]) -> Option<Date> {
    let part = |from, to| i16::try_from(number(&code[from..to])).ok();
    let (year, month, day) = (part(6, 10)?, part(10, 12)?, part(12, 14)?);
    let birth = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (birth.year() >= BIRTH_YEAR_MIN).then_some(birth)
}

/// The provinces of GB/T 2260 that have issued numbers, the three special ones, and foreigners' cards.
fn is_province(code: &[u8]) -> bool {
    matches!(
        ascii(code).parse(),
        Ok(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 90..=99)
    )
}

/// The sex that a resident ID states, GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}
