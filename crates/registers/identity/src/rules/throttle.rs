//! How often somebody may try a password, and who has to wait for it.
//!
//! Two things are wanted at once: nobody guesses a password by trying, and nobody keeps another person out by guessing wrong. So tries
//! are counted by where they come from, and only that place waits, longer each time. Guesses from everywhere together have a ceiling;
//! a browser that was let in before, or a second factor, goes past it. An account that does not exist is counted like one that does.

use kernel::Timestamp;

use crate::model::Policy;

/// Wrong tries of one subject from one place, or from all unknown places together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub wrong: u32,
    /// When the first of them was.
    pub since: Timestamp,
    /// When the last was.
    pub last: Timestamp,
}

/// As whom somebody comes before they said a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From a network address, unknown.
    Unknown,
    /// From a browser that was let in before.
    Device,
    /// With a code of a second factor, which will be checked together with the password.
    Code,
}

/// Whether a try may be made now; otherwise until when there is waiting. `here` counts the tries of this place, `everywhere` those of
/// all unknown places.
pub fn decide(
    way: Way,
    here: Option<&Tally>,
    everywhere: Option<&Tally>,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), Timestamp> {
    let until = here.map_or(now, |here| after(here.last, wait(live(here, now, policy), policy)));
    if now < until {
        return Err(until);
    }
    let reopens = everywhere
        .filter(|tally| way == Way::Unknown && tally.wrong >= policy.ceiling)
        .map(|tally| after(tally.since, policy.ceiling_span));
    match reopens {
        Some(until) if now < until => Err(until),
        _ => Ok(()),
    }
}

/// The tally of a place after one more try.
pub fn count_here(before: Option<Tally>, now: Timestamp, policy: &Policy) -> Tally {
    match before {
        Some(tally) if live(&tally, now, policy) > 0 => {
            Tally { wrong: tally.wrong.saturating_add(1), last: now, ..tally }
        }
        _ => Tally { wrong: 1, since: now, last: now },
    }
}

/// The tally of all unknown places after one more try: a new one begins when its span is over.
pub fn count_everywhere(before: Option<Tally>, now: Timestamp, policy: &Policy) -> Tally {
    match before {
        Some(tally) if now < after(tally.since, policy.ceiling_span) => {
            Tally { wrong: tally.wrong.saturating_add(1), last: now, ..tally }
        }
        _ => Tally { wrong: 1, since: now, last: now },
    }
}

/// How long a place waits after so many wrong tries: the first few are anybody's slips, then it doubles.
fn wait(wrong: u32, policy: &Policy) -> std::time::Duration {
    match wrong.checked_sub(policy.wrong_max) {
        None => std::time::Duration::ZERO,
        Some(more) => policy.first_wait.saturating_mul(1_u32 << more.min(16)).min(policy.lock),
    }
}

/// What still counts of a tally: nothing after a long quiet.
fn live(tally: &Tally, now: Timestamp, policy: &Policy) -> u32 {
    if now < after(tally.last, policy.forgotten) { tally.wrong } else { 0 }
}

fn after(from: Timestamp, span: std::time::Duration) -> Timestamp {
    from.saturating_add(span).unwrap_or(Timestamp::MAX)
}
