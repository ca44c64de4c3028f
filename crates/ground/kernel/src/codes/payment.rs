//! The code by which a bill is paid anywhere.

use crate::text::{ascii, exactly, number, open_debug, plain, plain_code};
use crate::{BadCode, RegionCode, check};
use std::str::FromStr;

/// Payment code (缴款识别码): 6 region, 2 year, 11 serial, 1 check digit (ISO 7064 MOD 11,10) — 20 digits.
///
/// The length is that of the fiscal system's codes; their inner structure differs by province and is not published, so this
/// one is ours. A code read out at a counter with one digit wrong is never another bill. Spaces and hyphens are forgiven.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentCode([u8; 20]);

plain_code!(PaymentCode);
open_debug!(PaymentCode);

impl PaymentCode {
    /// The last serial of a year in one county.
    pub const SERIAL_MAX: u64 = 99_999_999_999;

    /// The code of the `serial`-th bill that a department in `region` opened in `year`.
    ///
    /// Fails with `Serial` above [`PaymentCode::SERIAL_MAX`], with `Date` outside 2000–2099.
    pub fn new(region: RegionCode, year: i16, serial: u64) -> Result<PaymentCode, BadCode> {
        if serial > PaymentCode::SERIAL_MAX {
            return Err(BadCode::Serial);
        }
        if !(2000..2100).contains(&year) {
            return Err(BadCode::Date);
        }
        let text = format!("{}{:02}{serial:011}", region.county6(), year - 2000);
        let digits = exactly::<19>(text.chars(), |byte| byte.is_ascii_digit())?;
        let mut code = [0; 20];
        code[..19].copy_from_slice(&digits);
        code[19] = check::mod11_10(&digits).ok_or(BadCode::Check)?;
        Ok(PaymentCode(code))
    }

    /// The county (or city, or province) whose department collects it.
    pub fn region(&self) -> RegionCode {
        RegionCode::from_short(ascii(&self.0[..6])).expect("parsing refused every code without a region")
    }

    /// The year in which it was opened.
    pub fn year(&self) -> i16 {
        2000 + i16::try_from(number(&self.0[6..8])).unwrap_or_default()
    }

    /// In groups of four, for reading aloud and typing.
    pub fn grouped(&self) -> String {
        let text = self.as_str();
        [0, 4, 8, 12, 16].map(|at| &text[at..at + 4]).join(" ")
    }
}

impl FromStr for PaymentCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<20>(plain(text).filter(|found| *found != '-'), |byte| byte.is_ascii_digit())?;
        if check::mod11_10(&code[..19]) != Some(code[19]) {
            return Err(BadCode::Check);
        }
        RegionCode::from_short(ascii(&code[..6]))?;
        Ok(PaymentCode(code))
    }
}
