//! Work orders of 12345 by what was wanted; of units, what was answered in time and how content callers are. The way of the first is the
//! kind of order. Tip-offs are in none of these figures: a single one in a county, at its hour, would tell its staff that somebody tipped off.

use hotline::{Clock, Event, Kind, OrderNumber, Satisfaction};
use kernel::{DepartmentId, RegionCode};
use store::{Entry, Error};

use super::{Common, Source, Thread};
use crate::model::Fact;

pub(super) const SOURCE: Source = Source {
    room: "hotline",
    kinds: &["hotline.registered", "hotline.answered", "hotline.fed-back", "hotline.rated"],
    see,
};

/// What is remembered of a work order.
#[derive(Debug)]
pub struct Order {
    region: RegionCode,
    kind: String,
    /// The unit in whose hands it is.
    unit: Option<DepartmentId>,
    /// Its time for handling ran out.
    late: bool,
}

impl Order {
    fn of_kind(&self) -> Common {
        Common { place: self.region, kind: None, item: None, way: self.kind.clone() }
    }
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    if OrderNumber::of_stream(&entry.stream).is_none() {
        return Ok(());
    }
    let event: Event = entry.event()?;
    if let Event::Registered(new) = &event {
        if new.kind == Kind::TipOff {
            return Ok(());
        }
        let order = Order { region: new.region, kind: new.kind.name().to_owned(), unit: None, late: false };
        facts.extend(order.of_kind().fact("work-orders", entry.at, 0));
        *thread = Thread::Order(order);
        return Ok(());
    }
    let Thread::Order(order) = thread else { return Ok(()) };
    match event {
        Event::Answered { .. } => facts.extend(order.of_kind().fact("work-orders-answered", entry.at, 0)),
        Event::Dispatched { lead, .. } => (order.unit, order.late) = (Some(lead), false),
        Event::Redone { .. } => order.late = false,
        Event::Overdue { clock: Clock::Handle, .. } => order.late = true,
        Event::FedBack { .. } => {
            let Some(unit) = order.unit else { return Ok(()) };
            let common = Common::of(unit, None, "");
            facts.extend(common.fact("work-orders-done", entry.at, 0));
            if !order.late {
                facts.extend(common.fact("work-orders-done-in-time", entry.at, 0));
            }
        }
        Event::Rated { rated, .. } => {
            let (Some(unit), Some(satisfaction)) = (order.unit, rated.satisfaction) else { return Ok(()) };
            let common = Common::of(unit, None, "");
            facts.extend(common.fact("callers-rated", entry.at, 0));
            if satisfaction != Satisfaction::Dissatisfied {
                facts.extend(common.fact("callers-satisfied", entry.at, 0));
            }
        }
        _ => {}
    }
    Ok(())
}
