//! The codes of service items, from the base item to the way it is done at one counter.

use crate::text::{ascii, exactly, open_debug, plain, plain_code};
use crate::{BadCode, CreditCode, Level, check};
use std::str::FromStr;

/// Basic code (基本编码): 2 region (00 the state, else the province that made it), 2 item type, 2 national
/// department, 3 main item, 3 sub-item (000 for the main item itself) — 12 digits, the same at every level
/// (三级四同).
///
/// Source: GB/T 39554.1-2020.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasicCode([u8; 12]);

plain_code!(BasicCode);
open_debug!(BasicCode);

impl BasicCode {
    /// `00` for an item of the state, else the province that added it.
    pub fn region2(&self) -> &str {
        &self.as_str()[..2]
    }

    /// The item type (事项类型), GB/T 39046-2020 A.1: `01` permit, `20` public service, …
    pub fn item_type(&self) -> &str {
        &self.as_str()[2..4]
    }

    /// The national department code: `09` public security, …
    pub fn department2(&self) -> &str {
        &self.as_str()[4..6]
    }

    /// The main item this belongs to; itself, if it is one.
    pub fn main(&self) -> BasicCode {
        let mut code = *self;
        code.0[9..].fill(b'0');
        code
    }
}

impl FromStr for BasicCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        exactly(plain(text), |byte| byte.is_ascii_digit()).map(BasicCode)
    }
}

/// Implementation code (实施编码): 18 credit code of the implementing body, 1 exercising level (2 province to
/// 6 village), 12 basic code — 31 characters.
///
/// Source: GB/T 39554.1-2020.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImplementationCode([u8; 31]);

plain_code!(ImplementationCode);
open_debug!(ImplementationCode);

impl ImplementationCode {
    /// The code of `basic` as `body` does it on `level`.
    pub fn new(body: CreditCode, level: Level, basic: BasicCode) -> ImplementationCode {
        let mut code = [0; 31];
        code[..18].copy_from_slice(body.as_str().as_bytes());
        code[18] = b'0' + level.exercise_code();
        code[19..].copy_from_slice(basic.as_str().as_bytes());
        ImplementationCode(code)
    }

    /// Who does it.
    pub fn body(&self) -> CreditCode {
        ascii(&self.0[..18]).parse().expect("parsing checked the credit code")
    }

    /// On which level.
    pub fn level(&self) -> Level {
        level_of(self.0[18]).expect("parsing checked the level")
    }

    /// What is done.
    pub fn basic(&self) -> BasicCode {
        ascii(&self.0[19..]).parse().expect("parsing checked the basic code")
    }
}

impl FromStr for ImplementationCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<31>(plain(text), |byte| check::CREDIT_ALPHABET.contains(&byte))?;
        ascii(&code[..18]).parse::<CreditCode>()?;
        level_of(code[18]).ok_or(BadCode::Kind)?;
        digits_from(&code, 19)?;
        Ok(ImplementationCode(code))
    }
}

/// Handled item code (业务办理项编码): an implementation code and 2 digits for the case at hand (01–99), such as
/// "first application" or "renewal" — 33 characters.
///
/// Source: GB/T 39554.1-2020.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandleItemCode([u8; 33]);

plain_code!(HandleItemCode);
open_debug!(HandleItemCode);

impl HandleItemCode {
    /// The `serial`-th case of `implementation`. Fails with `Serial` outside 1–99.
    pub fn new(implementation: ImplementationCode, serial: u8) -> Result<HandleItemCode, BadCode> {
        if !(1..=99).contains(&serial) {
            return Err(BadCode::Serial);
        }
        let mut code = [0; 33];
        code[..31].copy_from_slice(implementation.as_str().as_bytes());
        code[31] = b'0' + serial / 10;
        code[32] = b'0' + serial % 10;
        Ok(HandleItemCode(code))
    }

    /// Whose case it is.
    pub fn implementation(&self) -> ImplementationCode {
        ascii(&self.0[..31]).parse().expect("parsing checked the implementation code")
    }
}

impl FromStr for HandleItemCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = exactly::<33>(plain(text), |byte| check::CREDIT_ALPHABET.contains(&byte))?;
        ascii(&code[..31]).parse::<ImplementationCode>()?;
        digits_from(&code, 31)?;
        if &code[31..] == b"00" { Err(BadCode::Serial) } else { Ok(HandleItemCode(code)) }
    }
}

fn level_of(digit: u8) -> Option<Level> {
    Level::from_exercise_code(digit.checked_sub(b'0')?)
}

fn digits_from(code: &[u8], start: usize) -> Result<(), BadCode> {
    match code[start..].iter().position(|byte| !byte.is_ascii_digit()) {
        Some(at) => Err(BadCode::Character { at: start + at + 1, found: char::from(code[start + at]) }),
        None => Ok(()),
    }
}
