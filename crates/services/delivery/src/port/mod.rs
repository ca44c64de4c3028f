//! The port to couriers: what this room asks of one, whoever it is.

mod ems;
mod http;
mod seal;
mod sf;

use std::sync::Arc;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{Ends, Number, Payer};

pub use ems::{Ems, EmsAccount};
pub use seal::{digest as sf_digest, open as ems_open, seal as ems_seal};
pub use sf::{Sf, SfAccount};

/// A courier. Calls wait for the network and are never made inside a transaction.
pub trait Courier: Send + Sync {
    /// Its code in the data file.
    fn code(&self) -> &'static str;
    /// Whether a simulator stands behind it: production does not start with one.
    fn is_simulator(&self) -> bool;
    /// Asks it to carry a parcel. Asked twice under one id, it answers the same number.
    fn order(&self, order: &Order) -> Result<Answer, Trouble>;
    /// Takes an order back. One that is not there any more is taken back already.
    fn cancel(&self, order: &str, number: Option<&Number>) -> Result<(), Trouble>;
    /// All that it has to tell of a parcel.
    fn track(&self, order: &str, number: &Number) -> Result<Vec<Report>, Trouble>;
    /// What a push tells, if it really comes from the courier.
    fn push(&self, push: &Push<'_>) -> Result<Vec<Report>, BadPush>;
    /// The courier's own words for a push that was taken or not: media type and body.
    fn answer(&self, taken: Result<(), &str>) -> (&'static str, String);
}

/// The couriers that are set up.
#[derive(Default, Clone)]
pub struct Couriers(Vec<Arc<dyn Courier>>);

impl Couriers {
    /// These.
    pub fn new(couriers: Vec<Arc<dyn Courier>>) -> Couriers {
        Couriers(couriers)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Courier>> {
        self.0.iter()
    }

    /// Whether a simulator stands behind any of them.
    pub fn are_simulated(&self) -> bool {
        self.0.iter().any(|courier| courier.is_simulator())
    }

    /// The courier of this code.
    pub fn of(&self, code: &str) -> Option<&dyn Courier> {
        self.0.iter().find(|courier| courier.code() == code).map(AsRef::as_ref)
    }
}

/// What a courier is told: whom to ask for, where, and who pays. It learns nothing of the item, the papers or the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The order's name; the same one is one order.
    pub id: String,
    /// Both ends.
    pub ends: Ends,
    /// Who pays.
    pub payer: Payer,
}

/// What a courier is told that the parcel holds.
pub(crate) const CARGO: &str = "文件";

/// What a courier answers to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It carries the parcel under this number.
    Booked(Number),
    /// It will not, and trying again changes nothing.
    Refused(String),
}

/// A call that failed. No personal values: the operator reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened.
    pub reason: String,
    /// Whether another try can help.
    pub retry: bool,
}

impl Trouble {
    pub(crate) fn passing(reason: impl Into<String>) -> Trouble {
        Trouble { reason: reason.into(), retry: true }
    }
}

/// Something a courier tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of which parcel.
    pub number: Number,
    /// Our name of the order, where the courier repeats it.
    pub order: Option<String>,
    /// The courier's own name for this report.
    pub key: String,
    /// When it happened, by the courier.
    pub at: Timestamp,
    /// Its code.
    pub code: String,
    /// Its words.
    pub words: Words,
}

/// What a courier says in words, kept as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Where it happened.
    #[serde(default)]
    pub place: String,
    /// What happened.
    #[serde(default)]
    pub remark: String,
    /// The whole of it, as JSON text.
    #[serde(default)]
    pub raw: String,
}

/// A push as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// The last part of its address: the secret word that was agreed with the courier, where it signs nothing.
    pub word: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// Why a push is not believed or not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPush {
    /// It does not come from the courier, or was changed on the way.
    Signature,
    /// It is not of the agreed form.
    Form,
    /// It tells more at once than was agreed.
    TooMuch,
}

impl BadPush {
    /// For the courier's log.
    pub fn words(self) -> &'static str {
        match self {
            BadPush::Signature => "验签失败",
            BadPush::Form => "报文格式错误",
            BadPush::TooMuch => "报文条数过多",
        }
    }
}

/// Reports in one push, at most.
pub(crate) const REPORTS_MOST: usize = 200;
/// Characters of a code or a key.
const NAME_MOST: usize = 64;
/// Characters of a courier's sentence that are kept.
const WORDS_MOST: usize = 1_000;

/// The instant that a courier writes as Beijing time: `2026-09-28 10:01:02`, with or without leading zeros.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let mut parts = text.trim().split([' ', 'T', '-', ':', '/']).filter(|part| !part.is_empty());
    let mut next = || parts.next().and_then(|part| part.split('.').next()?.parse::<i16>().ok());
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next().unwrap_or(0));
    let small = |value: i16| i8::try_from(value).ok();
    let date = kernel::Date::new(year, small(month)?, small(day)?).ok()?;
    if !((0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second)) {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Timestamp::from_second(kernel::midnight(date).as_second() + seconds).ok()
}

/// Beijing time as couriers write it.
pub(crate) fn written(at: Timestamp) -> String {
    let local = kernel::local_time(at);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// A code or key of sensible length.
pub(crate) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= NAME_MOST && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// A sentence cut to what is kept.
pub(crate) fn sentence(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(WORDS_MOST).collect()
}
