//! What the rooms' events tell of: one file a room. A new source is a file and a line in [`SOURCES`].
//!
//! Most events do not name department, item or hall again: they are in the first event of their stream. So a source remembers a little
//! of each stream, its [`Thread`], which is a pure fold of the stream and is stored nowhere; whoever needs it reads the stream again.

mod casework;
mod delivery;
mod evaluation;
mod halls;
mod hotline;
mod payment;
mod supervision;

use kernel::{BasicCode, DepartmentId, KindCode, RegionCode, Timestamp, local_date, local_time};
use store::{Entry, Error};

use crate::model::{Fact, measure};

/// A room whose events are counted.
pub struct Source {
    /// The room.
    pub room: &'static str,
    /// The kinds of event that tell facts. The others are only looked at where a thread is needed.
    pub kinds: &'static [&'static str],
    /// Looks at one event of a stream: remembers in the thread, and tells the facts.
    see: fn(&mut Thread, &Entry, &mut Vec<Fact>) -> Result<(), Error>,
}

/// All sources.
pub static SOURCES: [Source; 7] = [
    casework::SOURCE,
    halls::SOURCE,
    evaluation::SOURCE,
    payment::SOURCE,
    delivery::SOURCE,
    supervision::SOURCE,
    hotline::SOURCE,
];

/// The rooms that are followed.
pub(crate) const ROOMS: [&str; 7] =
    ["casework", "halls", "evaluation", "payment", "delivery", "supervision", "hotline"];

/// What is remembered of one stream.
#[derive(Debug, Default)]
pub enum Thread {
    /// Nothing yet, or nothing that is counted.
    #[default]
    Empty,
    /// A case.
    Case(casework::Case),
    /// A ticket.
    Ticket(halls::Ticket),
    /// An appointment.
    Appointment(halls::Appointment),
    /// A service that may be rated.
    Service(evaluation::Service),
    /// A bill.
    Bill(payment::Bill),
    /// A parcel.
    Parcel(delivery::Parcel),
    /// A flag.
    Flag(supervision::Flag),
    /// A work order.
    Order(hotline::Order),
}

/// Whether an event of this kind tells a fact.
pub(crate) fn tells(entry: &Entry) -> bool {
    source(entry).is_some_and(|source| source.kinds.contains(&&*entry.kind))
}

fn source(entry: &Entry) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.room == entry.room())
}

/// The facts that one event tells, given what came before it in its stream.
pub fn observe(thread: &mut Thread, entry: &Entry) -> Result<Vec<Fact>, Error> {
    let mut facts = vec![];
    if let Some(source) = source(entry) {
        (source.see)(thread, entry, &mut facts)?;
    }
    Ok(facts)
}

/// What most facts of a stream have in common.
#[derive(Debug, Clone)]
pub struct Common {
    place: RegionCode,
    kind: Option<KindCode>,
    item: Option<BasicCode>,
    way: String,
}

impl Common {
    fn of(department: DepartmentId, item: Option<BasicCode>, way: impl Into<String>) -> Common {
        Common { place: department.region, kind: Some(department.kind), item, way: way.into() }
    }

    /// A fact of a measure at an instant. Measures are named by sources only, each by one that is in the list; the tests walk all.
    fn fact(&self, name: &str, at: Timestamp, value: i64) -> Option<Fact> {
        Some(Fact {
            measure: measure(name)?,
            day: local_date(at),
            hour: local_time(at).hour().unsigned_abs(),
            place: self.place,
            kind: self.kind,
            item: self.item,
            way: self.way.clone(),
            value,
            n: 1,
        })
    }
}

/// The same fact taken back.
fn less(fact: &Fact) -> Fact {
    Fact { n: -fact.n, ..fact.clone() }
}
