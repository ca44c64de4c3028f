//! The code under which a lot is known everywhere.

use std::fmt;
use std::str::FromStr;

use kernel::{BadCode, CreditCode, Date, check};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Unified trade code (统一交易标识码) of a lot: kind of trade, the tenderer's credit code, day, serial, check character, with
/// hyphens between: `A01-11320102014002001X-20260301-000001-K`.
///
/// The national data norm (发改办法规〔2018〕1156号) demands one code a lot and names its parts; writing and check character (ISO 7064
/// MOD 37,36 over all parts) are our own choice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotCode([u8; 36]);

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [3, 22, 31, 38];

impl LotCode {
    /// The last serial of a day.
    pub const SERIAL_MAX: u32 = 999_999;

    /// The code of the `serial`-th lot.
    pub fn new(letter: &str, tenderer: &CreditCode, day: Date, serial: u32) -> Result<LotCode, BadCode> {
        if serial > LotCode::SERIAL_MAX {
            return Err(BadCode::Serial);
        }
        let date = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
        let body = format!("{letter}{tenderer}{date}{serial:06}");
        let check = check::mod37_36(body.as_bytes()).ok_or(BadCode::Check)?;
        let whole = format!("{body}{}", char::from(check));
        whole.as_bytes().try_into().map(LotCode).map_err(|_| BadCode::Length { want: 40 })
    }

    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("lot:{self}")
    }

    /// The lot that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<LotCode> {
        stream.strip_prefix("lot:")?.parse().ok()
    }
}

impl fmt::Display for LotCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = std::str::from_utf8(&self.0).unwrap_or_default();
        let part = |from, to| text.get(from..to).unwrap_or_default();
        write!(f, "{}-{}-{}-{}-{}", part(0, 3), part(3, 21), part(21, 29), part(29, 35), part(35, 36))
    }
}

impl fmt::Debug for LotCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LotCode({self})")
    }
}

impl FromStr for LotCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<LotCode, BadCode> {
        let text = text.trim().to_ascii_uppercase();
        let is_cut = HYPHENS.iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
        let code: String = text.chars().filter(|c| *c != '-').collect();
        if !is_cut || text.len() != 40 || code.len() != 36 {
            return Err(BadCode::Length { want: 40 });
        }
        let (body, check) = code.split_at_checked(35).ok_or(BadCode::Length { want: 40 })?;
        if check::mod37_36(body.as_bytes()).map(char::from) != check.chars().next() {
            return Err(BadCode::Check);
        }
        body.get(3..21).unwrap_or_default().parse::<CreditCode>()?;
        let part = |from: usize, to: usize| body.get(from..to).and_then(|digits| digits.parse::<i16>().ok());
        let small = |from, to| part(from, to).and_then(|n| i8::try_from(n).ok());
        let day = part(21, 25).zip(small(25, 27)).zip(small(27, 29));
        day.and_then(|((year, month), day)| Date::new(year, month, day).ok()).ok_or(BadCode::Date)?;
        if !body.get(29..35).is_some_and(|serial| serial.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(BadCode::Serial);
        }
        let mut whole = [0; 36];
        whole.copy_from_slice(code.as_bytes());
        Ok(LotCode(whole))
    }
}

impl Serialize for LotCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LotCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LotCode, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
