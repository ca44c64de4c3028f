//! One-time codes by SMS: how often they are sent, how long they hold, how often they may be missed. The bounds are data.

use kernel::{AccountId, Timestamp};
use serde::Deserialize;

use super::Refusal;
use crate::{Event, model::CodeId};

/// The bounds on codes, the table `[codes]` of the routing.
///
/// Source: what operators of SMS ask for (a minute between two codes, a few a day for one number); the rest is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Seconds between two codes for one account.
    pub interval_seconds: u32,
    /// Codes to one number a day.
    pub number_day: u32,
    /// Codes asked for from one address a day.
    pub address_day: u32,
    /// Minutes that a code holds.
    pub valid_minutes: u32,
    /// Wrong tries after which it is worth nothing.
    pub tries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { interval_seconds: 60, number_day: 10, address_day: 30, valid_minutes: 5, tries: 5 }
    }
}

impl Limits {
    /// The same spans of real time where the house's clock runs `rate` times as fast.
    #[must_use]
    pub fn at_rate(self, rate: u32) -> Limits {
        let rate = rate.max(1);
        Limits {
            interval_seconds: self.interval_seconds.saturating_mul(rate),
            valid_minutes: self.valid_minutes.saturating_mul(rate),
            ..self
        }
    }
}

/// What a code is for. One for signing in changes no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing in.
    SignIn,
    /// Setting a new password.
    Recover,
}

impl Purpose {
    /// The word for it in rows and events.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::SignIn => "sign-in",
            Purpose::Recover => "recover",
        }
    }
}

/// A code as its rules see it; the digits themselves are nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its id.
    pub id: CodeId,
    /// Whose account it opens.
    pub account: AccountId,
    /// What for.
    pub purpose: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// It holds until then.
    pub ends: Timestamp,
    /// Wrong tries.
    pub tries: u32,
    /// Whether it was used.
    pub used: bool,
    /// Version of its stream.
    pub version: i64,
}

/// What is known when a code is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// The instant.
    pub now: Timestamp,
    /// When the account last got one.
    pub last: Option<Timestamp>,
    /// Codes to the same number today.
    pub number: i64,
    /// Codes asked for from the same address today.
    pub address: i64,
}

/// Whether another code may be sent.
pub fn may_send(before: &Before, limits: &Limits) -> Result<(), Refusal> {
    let since = before.last.map(|last| before.now.as_second() - last.as_second());
    let wait = i64::from(limits.interval_seconds);
    if let Some(since) = since.filter(|since| *since < wait) {
        return Err(Refusal::CodeTooSoon { seconds: wait - since });
    }
    let is_enough = before.number >= i64::from(limits.number_day) || before.address >= i64::from(limits.address_day);
    if is_enough { Err(Refusal::CodesEnough) } else { Ok(()) }
}

/// What happens when digits are given; a miss is both an event to keep and a refusal to show.
pub fn decide(
    code: &Code,
    purpose: Purpose,
    right: bool,
    now: Timestamp,
    limits: &Limits,
) -> Result<(Event, Option<Refusal>), Refusal> {
    let is_over = code.used || now >= code.ends || code.tries >= limits.tries || code.purpose != purpose.name();
    if is_over {
        return Err(Refusal::CodeOver);
    }
    if right {
        return Ok((Event::CodeUsed, None));
    }
    let left = limits.tries.saturating_sub(code.tries + 1);
    Ok((Event::CodeMissed, Some(if left == 0 { Refusal::CodeOver } else { Refusal::CodeWrong { left } })))
}

/// What `event` did to `code`.
pub fn apply(code: &mut Code, event: &Event) {
    match event {
        Event::CodeMissed => code.tries += 1,
        Event::CodeUsed => code.used = true,
        _ => {}
    }
    code.version += 1;
}
