//! The identifiers of electronic licences.

use crate::text::{exactly, open_debug, plain, plain_code, serde_as_text};
use crate::{BadCode, CreditCode, check};
use std::{fmt, str::FromStr};

/// What every identifier begins with: the object identifier of electronic licences, GB/T 36904-2018.
const ROOT: &str = "1.2.156.3005.2";

const ISSUER_MAX: usize = 18;
const SERIAL_MAX: usize = 32;

/// Licence type code (证照类型代码): the 18 characters of the credit code of the body that defined the type, and 3
/// digits that it gave.
///
/// Source: GB/T 36904-2018.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LicenceTypeCode([u8; 21]);

plain_code!(LicenceTypeCode);
open_debug!(LicenceTypeCode);

impl LicenceTypeCode {
    /// The `serial`-th type that `definer` defined. Fails with `Serial` outside 1–999.
    pub fn new(definer: CreditCode, serial: u16) -> Result<LicenceTypeCode, BadCode> {
        if !(1..=999).contains(&serial) {
            return Err(BadCode::Serial);
        }
        format!("{definer}{serial:03}").parse()
    }
}

impl FromStr for LicenceTypeCode {
    type Err = BadCode;

    /// The credit code inside is not checked again: identifiers from elsewhere must be readable, and the check
    /// character of the whole identifier covers it.
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<21>(plain(text), is_digit_or_letter)?;
        match code[18..].iter().position(|byte| !byte.is_ascii_digit()) {
            Some(at) => Err(BadCode::Character { at: at + 19, found: char::from(code[at + 18]) }),
            None => Ok(LicenceTypeCode(code)),
        }
    }
}

/// Licence identifier (证照标识): root, type code, issuer, serial, version and a check character (ISO 7064 MOD 37,36
/// over all but the root), with dots between.
///
/// Source: GB/T 36904-2018. The issuer is a credit code; older identifiers carry an organisation code or a region in
/// its place, so up to 18 letters and digits are read. The serial is the issuer's own, up to 32 letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LicenceId {
    type_code: LicenceTypeCode,
    issuer: Box<str>,
    serial: Box<str>,
    version: u16,
    check: u8,
}

serde_as_text!(LicenceId);
open_debug!(LicenceId);

impl LicenceId {
    /// The identifier of the `version`-th version (from 1) of a licence, its check character computed.
    ///
    /// Fails with `Serial` when the serial is empty, too long or not of letters and digits, or the version outside
    /// 1–999.
    pub fn new(
        type_code: LicenceTypeCode,
        issuer: CreditCode,
        serial: &str,
        version: u16,
    ) -> Result<LicenceId, BadCode> {
        LicenceId::build(type_code, issuer.as_str(), serial, version)
    }

    /// The identifier of the next version of the same licence.
    pub fn next_version(&self) -> Result<LicenceId, BadCode> {
        LicenceId::build(self.type_code, &self.issuer, &self.serial, self.version + 1)
    }

    /// The type of licence.
    pub fn type_code(&self) -> LicenceTypeCode {
        self.type_code
    }

    /// Who issued it: a credit code, or what older identifiers have in its place.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer's own number for it.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Its version, from 1.
    pub fn version(&self) -> u16 {
        self.version
    }

    fn build(type_code: LicenceTypeCode, issuer: &str, serial: &str, version: u16) -> Result<LicenceId, BadCode> {
        if !is_word(issuer, ISSUER_MAX) {
            return Err(BadCode::Kind);
        }
        if !is_word(serial, SERIAL_MAX) || !(1..=999).contains(&version) {
            return Err(BadCode::Serial);
        }
        let checked = format!("{type_code}{issuer}{serial}{version:03}");
        let check = check::mod37_36(checked.as_bytes()).ok_or(BadCode::Check)?;
        Ok(LicenceId { type_code, issuer: issuer.into(), serial: serial.into(), version, check })
    }
}

impl fmt::Display for LicenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LicenceId { type_code, issuer, serial, version, check } = self;
        write!(f, "{ROOT}.{type_code}.{issuer}.{serial}.{version:03}.{}", char::from(*check))
    }
}

impl FromStr for LicenceId {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let text: String = plain(text).take(LENGTH_MAX + 1).collect();
        let parts = text.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('.')).ok_or(BadCode::Kind)?;
        let mut parts = parts.split('.');
        let mut part = || parts.next().ok_or(BadCode::Length { want: LENGTH_USUAL });
        let (type_code, issuer, serial, version, check) = (part()?, part()?, part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(BadCode::Length { want: LENGTH_USUAL });
        }
        let version = exactly::<3>(version.chars(), |byte| byte.is_ascii_digit()).map_err(|_| BadCode::Serial)?;
        let version = crate::text::number(&version);
        let id = LicenceId::build(type_code.parse()?, issuer, serial, version as u16)?;
        if check.as_bytes() == [id.check] { Ok(id) } else { Err(BadCode::Check) }
    }
}

/// With a credit code as issuer and a serial of ten.
const LENGTH_USUAL: usize = ROOT.len() + 1 + 21 + 1 + 18 + 1 + 10 + 1 + 3 + 1 + 1;
const LENGTH_MAX: usize = LENGTH_USUAL + SERIAL_MAX - 10;

fn is_word(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(is_digit_or_letter)
}

fn is_digit_or_letter(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}
