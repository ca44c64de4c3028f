//! The code without which no approval of an investment project begins.

use crate::text::{ascii, exactly, number, open_debug, plain, serde_as_text};
use crate::{BadCode, check};
use std::{fmt, str::FromStr};

/// Investment project code (投资项目代码): `YYMM-RRRRRR-DD-TT-NNNNNC` — month of assignment, region, central guiding
/// department, project type, random digits and a check digit (ISO 7064 MOD 11,10 over the other 19).
///
/// Source: GB/T 40058-2021. Missing hyphens are forgiven. The codes of before 2020-11 (four digits of year first,
/// no check digit) are refused: those projects have been given new ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectCode([u8; 20]);

serde_as_text!(ProjectCode);
open_debug!(ProjectCode);

impl ProjectCode {
    /// A code from its parts, the check digit computed. `random` is drawn by the caller: five digits.
    pub fn from_parts(
        year: u16,
        month: u8,
        region6: &str,
        department2: &str,
        type2: &str,
        random: u32,
    ) -> Result<ProjectCode, BadCode> {
        if random > 99_999 {
            return Err(BadCode::Serial);
        }
        let text = format!("{:02}{month:02}{region6}{department2}{type2}{random:05}", year % 100);
        let digits = exactly::<19>(text.chars(), |byte| byte.is_ascii_digit())?;
        let mut code = [0; 20];
        code[..19].copy_from_slice(&digits);
        code[19] = check::mod11_10(&digits).ok_or(BadCode::Check)?;
        checked(code)
    }

    /// The six digits of the region.
    pub fn region6(&self) -> &str {
        ascii(&self.0[4..10])
    }

    /// The two digits of the project type.
    pub fn type2(&self) -> &str {
        ascii(&self.0[12..14])
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = ascii(&self.0);
        let parts = [&code[..4], &code[4..10], &code[10..12], &code[12..14], &code[14..]];
        f.pad(&parts.join("-"))
    }
}

impl FromStr for ProjectCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        checked(exactly(plain(text).filter(|found| *found != '-'), |byte| byte.is_ascii_digit())?)
    }
}

fn checked(code: [u8; 20]) -> Result<ProjectCode, BadCode> {
    if !(1..=12).contains(&number(&code[2..4])) {
        return Err(BadCode::Date);
    }
    if check::mod11_10(&code[..19]) == Some(code[19]) { Ok(ProjectCode(code)) } else { Err(BadCode::Check) }
}
