//! Showing a licence (亮证): a code that lives for a minute and works once.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kernel::{Actor, LicenceId, Timestamp, local_date};
use store::{Error, Read, Tx};

use super::Result;
use crate::{
    model::{Event, PublicView, State},
    query,
    rules::Refusal,
    table::{self, presentation as rows},
};

/// How long a code lives, in real time: multiply by the rate of the house's clock.
pub const PRESENTATION: Duration = Duration::from_secs(60);

/// A code to show.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// For the QR code: 128 random bits as 22 characters of URL-safe base64.
    pub code: String,
    /// For reading aloud: 8 digits.
    pub digits: String,
    /// Over from then.
    pub ends_at: Timestamp,
}

/// Kept out of logs.
impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented(until {})", self.ends_at)
    }
}

/// Makes a code by which somebody else may see the licence once, masked. Only its holder, or who acts for the holder.
///
/// # Errors
/// [`Refusal::Unknown`] for somebody else's licence; [`Refusal::NotValid`] unless it is in force.
pub fn present(tx: &mut Tx, actor: &Actor, id: &LicenceId, lasts: Duration) -> Result<Presented> {
    let licence = query::get(tx, id)?.filter(|licence| actor.party() == Some(licence.holder));
    let licence = licence.ok_or(Refusal::Unknown)?;
    let now = tx.now();
    let state = licence.state(local_date(now));
    if state != State::Valid {
        return Err(Refusal::NotValid { state }.into());
    }
    let code = BASE64_URL_SAFE_NO_PAD.encode(store::random_bytes::<16>());
    let digits = free_digits(tx, now)?;
    let ends_at = now.saturating_add(lasts).unwrap_or(Timestamp::MAX);
    let presentation = rows::Presentation {
        id: store::fresh_uuid().simple().to_string(),
        licence: id.clone(),
        holder: licence.holder,
        ends_at,
        used_at: None,
    };
    let (code_key, digits_key) = (key(tx, &code), key(tx, &digits));
    rows::insert(tx, &code_key, &digits_key, &presentation)?;
    let event = Event::Presented { licence: id.clone(), holder: licence.holder };
    tx.journal(actor, &stream(&presentation.id), 1, &[event])?;
    Ok(Presented { code, digits, ends_at })
}

/// Eight digits that no code in use has.
fn free_digits(tx: &mut Tx, now: Timestamp) -> Result<String> {
    for _ in 0..8 {
        let number = u64::from_be_bytes(store::random_bytes()) % 100_000_000;
        let digits = format!("{number:08}");
        let key = key(tx, &digits);
        let in_use = rows::by_short(tx, &key)?.is_some_and(|other| other.used_at.is_none() && now < other.ends_at);
        if !in_use {
            return Ok(digits);
        }
    }
    Err(Refusal::TooManyCodes.into())
}

/// Uses a code up and shows the licence, masked. The holder sees under 谁看过我的数据 that it was read, and by whom if
/// `actor` is somebody signed in; for others pass `Actor::System("anyone")`.
///
/// # Errors
/// [`Refusal::CodeOver`] when the code is over, used or never was.
pub fn redeem(tx: &mut Tx, actor: &Actor, code: &str) -> Result<PublicView> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let hidden = key(tx, &code);
    let found = match code.len() {
        8 => rows::by_short(tx, &hidden)?,
        22 => rows::by_code(tx, &hidden)?,
        _ => None,
    };
    let now = tx.now();
    let usable = found.filter(|found| found.used_at.is_none() && now < found.ends_at);
    let presentation = usable.ok_or(Refusal::CodeOver)?;
    if !rows::used(tx, &presentation.id, now)? {
        return Err(Refusal::CodeOver.into());
    }
    let row = table::load(tx, &presentation.licence)?.ok_or(Refusal::Unknown)?;
    let view = PublicView::of(&row.open(tx)?, local_date(now));
    let purpose = format!("亮证核验：{}", view.name);
    identity::look(tx, actor, &presentation.holder, &["证照照面信息（已遮盖）"], &purpose)
        .map_err(|failure| failure.map_refusal(|_| Refusal::Unknown))?;
    let event = Event::Redeemed { licence: presentation.licence, holder: presentation.holder };
    tx.journal(actor, &stream(&presentation.id), 2, &[event])?;
    Ok(view)
}

fn key(tx: &Tx, code: &str) -> [u8; 32] {
    tx.vault().blind("licences.presentation", code)
}

fn stream(id: &str) -> String {
    format!("presentation:{id}")
}

/// Clears away codes that are over: a wheel of the house.
pub struct Sweeper;

/// How many rows one turn clears, so that no transaction grows long.
const SWEEP: usize = 500;

impl store::Wheel for Sweeper {
    fn name(&self) -> &'static str {
        "licences.presentations"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, _limit: usize) -> std::result::Result<Vec<String>, Error> {
        let first = rows::first_over(read, now)?;
        Ok(first.map(|first| first.as_microsecond().to_string()).into_iter().collect())
    }

    fn tick(&self, tx: &mut Tx, _key: &str) -> std::result::Result<(), Error> {
        let now = tx.now();
        rows::sweep(tx, now, SWEEP).map(drop)
    }
}
