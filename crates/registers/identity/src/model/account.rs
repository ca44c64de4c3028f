//! Accounts, login names and passwords.

use std::{fmt, str::FromStr};

use kernel::{AccountId, PartyId, StaffId, Timestamp};

use crate::rules::Refusal;

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A natural person who applies.
    Person(PartyId),
    /// A member of staff.
    Staff(StaffId),
}

/// An account (账号) as its rules see it; the password hash stays in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub holder: Holder,
    /// Wrong passwords in a row since the last right one.
    pub failures: u32,
    /// Was locked until then, under the rules of earlier versions; nothing depends on it any more.
    pub locked_until: Option<Timestamp>,
    /// A disabled account cannot sign in at all.
    pub enabled: bool,
    /// Version of the row.
    pub version: i64,
}

/// A login name: 4 to 64 letters, digits or `_ - . @`, compared without case. Chinese characters are letters here.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LoginName(String);

impl LoginName {
    /// The name in the form in which it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LoginName {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let name = text.trim().to_lowercase();
        let length = name.chars().count();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
        if (4..=64).contains(&length) && name.chars().all(allowed) { Ok(Self(name)) } else { Err(Refusal::BadLogin) }
    }
}

/// Login names are often phone numbers, so they are kept out of logs.
impl fmt::Debug for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginName(…)")
    }
}

/// A password in clear, on its way to being hashed; never shown by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// Longer texts are refused before hashing, so that nobody pays for a megabyte of password.
const LENGTH_MAX: usize = 128;

impl Password {
    /// A password somebody gives at sign-in; only its length is bounded.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`] when it is empty or too long to be anybody's.
    pub fn given(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() || text.len() > LENGTH_MAX * 4 {
            return Err(Refusal::WrongCredentials);
        }
        Ok(Self(text.to_owned()))
    }

    /// A password somebody chooses: 8 to 128 characters, of at least two of the kinds letter, digit, other sign, and
    /// without the login name in it (GB/T 22239-2019, 身份鉴别: complexity).
    ///
    /// # Errors
    /// [`Refusal::WeakPassword`] naming what is missing.
    pub fn chosen(text: &str, login: &LoginName) -> Result<Self, Refusal> {
        if text.to_lowercase().contains(login.as_str()) {
            return Err(Refusal::WeakPassword { why: "不能包含账号" });
        }
        Self::renewed(text)
    }

    /// A password somebody chooses in place of another: as [`Password::chosen`], but for the login name, which is not kept in clear and
    /// so cannot be looked for.
    ///
    /// # Errors
    /// [`Refusal::WeakPassword`] naming what is missing.
    pub fn renewed(text: &str) -> Result<Self, Refusal> {
        let length = text.chars().count();
        let kinds = [
            text.chars().any(char::is_alphabetic),
            text.chars().any(|c| c.is_ascii_digit()),
            text.chars().any(|c| !c.is_alphanumeric()),
        ];
        let why = if length < 8 {
            "至少 8 个字符"
        } else if length > LENGTH_MAX {
            "最多 128 个字符"
        } else if kinds.iter().filter(|&&has| has).count() < 2 {
            "要包含字母、数字、符号中的至少两种"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(Refusal::WeakPassword { why })
    }

    /// A password that is compared with when there is no account, so that the time is spent all the same.
    pub(crate) fn nobodys() -> Self {
        Self("nobody signs in with this".to_owned())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password hash in PHC text form (argon2id); never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phc(pub(crate) String);

impl fmt::Debug for Phc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phc(…)")
    }
}
