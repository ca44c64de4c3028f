//! Sessions: what a bearer of a token may do, and for how long.

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{AccountId, Actor, DepartmentId, Digest, PartyId, RegionCode, Timestamp};
use serde::{Deserialize, Serialize};

use super::{PartyKind, StaffNumber};

/// The secret that a browser or a program holds: 32 random bytes. Only its SM3 digest is stored, so that a copy of
/// the database opens no session. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key under which the session is stored.
    #[must_use]
    pub fn key(&self) -> SessionKey {
        SessionKey(store::sm3(&self.0))
    }

    /// The text for a cookie or an `Authorization` header: 43 characters of URL-safe base64.
    #[must_use]
    pub fn reveal(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let mut bytes = [0; 33];
        match BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => {
                let mut token = [0; 32];
                token.copy_from_slice(&bytes[..32]);
                Ok(Self(token))
            }
            _ => Err(BadToken),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The text is not a session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session token")]
pub struct BadToken;

/// Names a session without opening it: the SM3 digest of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey(pub(crate) Digest);

impl SessionKey {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.0
    }
}

/// A session that is open now.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Names it for [`crate::sign_out`], [`crate::act_for`] and [`crate::touch`].
    pub key: SessionKey,
    /// The account signed in.
    pub account: AccountId,
    /// Who acts, with powers: hand it to the desks.
    pub actor: Actor,
    /// Name of the person signed in.
    pub name: String,
    /// Name and kind of the party acted for, if it is not the person's own.
    pub acting_for: Option<ActingFor>,
    /// Where the person lives or serves: the first guess for the place.
    pub region: Option<RegionCode>,
    /// Citizen or staff.
    pub role: Role,
    /// Synchroniser token for forms.
    pub csrf: String,
    /// It ends then at the latest.
    pub ends_at: Timestamp,
    /// Whether [`crate::touch`] should note, off the request path, that it was used.
    pub wants_touch: bool,
}

/// The party that a session acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingFor {
    /// Whom.
    pub party: PartyId,
    /// Their name, for the bar 代 … 办理.
    pub name: String,
    /// Person or organisation.
    pub kind: PartyKind,
    /// The right ends then, even if the session does not.
    pub until: Option<Timestamp>,
}

/// Which side of the counter somebody stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A person who applies.
    Citizen,
    /// A member of staff.
    Staff {
        /// Staff number (工号).
        number: StaffNumber,
        /// Post (岗位).
        post: String,
        /// Home department.
        department: DepartmentId,
    },
}

/// How long sessions live and when a place that guesses has to wait. The house's configuration may change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// A citizen's session ends when unused so long.
    pub citizen_idle: Duration,
    /// A citizen's session ends so long after sign-in in any case.
    pub citizen_absolute: Duration,
    /// A staff session ends when unused so long.
    pub staff_idle: Duration,
    /// A staff session ends so long after sign-in in any case.
    pub staff_absolute: Duration,
    /// After that many wrong passwords a place waits before the next,
    pub wrong_max: u32,
    /// so long at first,
    pub first_wait: Duration,
    /// and at most so long.
    pub lock: Duration,
    /// A place that was quiet so long begins anew.
    pub forgotten: Duration,
    /// So many wrong passwords from unknown places together keep all of them waiting,
    pub ceiling: u32,
    /// counted over so long.
    pub ceiling_span: Duration,
    /// Between password and code of a second factor no more time passes than that.
    pub code_span: Duration,
    /// Staff are let in with a second factor only.
    pub staff_second: bool,
}

impl Default for Policy {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        Self {
            citizen_idle: minutes(2 * 60),
            citizen_absolute: minutes(12 * 60),
            staff_idle: minutes(30),
            staff_absolute: minutes(12 * 60),
            wrong_max: 5,
            first_wait: Duration::from_secs(30),
            lock: minutes(15),
            forgotten: minutes(24 * 60),
            ceiling: 100,
            ceiling_span: minutes(60),
            code_span: minutes(10),
            staff_second: false,
        }
    }
}

impl Policy {
    /// The same spans of *real* time in a house whose clock runs `rate` times as fast: a demonstration that lives
    /// through ninety days in an hour must not sign its visitors out every few seconds.
    #[must_use]
    pub fn at_rate(self, rate: u32) -> Self {
        let rate = rate.max(1);
        Self {
            citizen_idle: self.citizen_idle * rate,
            citizen_absolute: self.citizen_absolute * rate,
            staff_idle: self.staff_idle * rate,
            staff_absolute: self.staff_absolute * rate,
            first_wait: self.first_wait * rate,
            lock: self.lock * rate,
            forgotten: self.forgotten * rate,
            ceiling_span: self.ceiling_span * rate,
            code_span: self.code_span * rate,
            ..self
        }
    }
}
