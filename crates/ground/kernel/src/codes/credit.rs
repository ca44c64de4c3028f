//! The codes of organisations.

use crate::text::{exactly, open_debug, plain, plain_code};
use crate::{BadCode, check};
use std::str::FromStr;

/// Unified social credit code (统一社会信用代码): 1 registering authority, 1 category, 6 region, 9 organisation code,
/// and a check character.
///
/// Source: GB 32100-2015. Lower case and spaces are forgiven; a wrong check character is not. The organisation code
/// inside has a check character of its own, which a few old codes miss: see [`CreditCode::organisation`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; 18]);

plain_code!(CreditCode);
open_debug!(CreditCode);

impl CreditCode {
    /// A code from its parts, both check characters computed: `authority` and `category` as in GB 32100 table 2, six
    /// digits of region, and the eight characters of the organisation code proper.
    ///
    /// For codes that are visibly nobody's (demo data, tests) and for offices whose code is derived.
    pub fn from_parts(authority: char, category: char, region6: &str, body: &str) -> Result<CreditCode, BadCode> {
        let organisation = OrganisationCode::from_parts(body)?;
        let front = [authority, category].into_iter().chain(region6.chars());
        let text: [u8; 17] = exactly(front.chain(organisation.as_str().chars()), in_alphabet)?;
        let mut code = [0; 18];
        code[..17].copy_from_slice(&text);
        code[17] = check::mod31(&text).ok_or(BadCode::Check)?;
        checked(code)
    }

    /// Who registered it: 1 the establishment office, 5 civil affairs, 9 market supervision, …
    pub fn authority(&self) -> char {
        char::from(self.0[0])
    }

    /// What it is, within its authority: 91 a company, 92 a self-employed person, 11 an organ of state, …
    pub fn category(&self) -> char {
        char::from(self.0[1])
    }

    /// The six digits of the region of its registration.
    pub fn region6(&self) -> &str {
        &self.as_str()[2..8]
    }

    /// The organisation code inside, GB 11714. Fails for the few old codes whose inner check character is wrong:
    /// a reason to look twice, none to refuse.
    pub fn organisation(&self) -> Result<OrganisationCode, BadCode> {
        self.as_str()[8..17].parse()
    }
}

impl FromStr for CreditCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        checked(exactly(plain(text), in_alphabet)?)
    }
}

fn in_alphabet(byte: u8) -> bool {
    check::CREDIT_ALPHABET.contains(&byte)
}

fn checked(code: [u8; 18]) -> Result<CreditCode, BadCode> {
    if let Some(at) = code[2..8].iter().position(|byte| !byte.is_ascii_digit()) {
        return Err(BadCode::Character { at: at + 3, found: char::from(code[at + 2]) });
    }
    if check::mod31(&code[..17]) == Some(code[17]) { Ok(CreditCode(code)) } else { Err(BadCode::Check) }
}

/// Organisation code (组织机构代码): 8 digits or letters and a check character.
///
/// Source: GB 11714-1997. Since 2015 it lives on inside the [`CreditCode`]. A hyphen before the check character is
/// forgiven.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationCode([u8; 9]);

plain_code!(OrganisationCode);
open_debug!(OrganisationCode);

impl OrganisationCode {
    /// The code of these eight characters, the check character computed.
    pub fn from_parts(body: &str) -> Result<OrganisationCode, BadCode> {
        let body = exactly::<8>(plain(body), is_digit_or_letter)?;
        let mut code = [0; 9];
        code[..8].copy_from_slice(&body);
        code[8] = check::organisation(&body).ok_or(BadCode::Check)?;
        Ok(OrganisationCode(code))
    }
}

impl FromStr for OrganisationCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let characters = plain(text).enumerate().filter(|(at, found)| (*at, *found) != (8, '-'));
        let code = exactly::<9>(characters.map(|(_, found)| found), is_digit_or_letter)?;
        let (body, check) = code.split_first_chunk::<8>().ok_or(BadCode::Length { want: 9 })?;
        if check::organisation(body) == check.first().copied() {
            Ok(OrganisationCode(code))
        } else {
            Err(BadCode::Check)
        }
    }
}

fn is_digit_or_letter(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}
