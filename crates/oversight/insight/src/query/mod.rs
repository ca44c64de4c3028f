//! What faces ask. Each answer has a bound.

mod answer;
mod foresee;
mod open;
mod period;
mod recount;
mod risks;

use std::sync::Arc;

use kernel::{Actor, Level, RegionCode, Timestamp};
use store::{Error, Failure, Read, ReadExt};

use crate::book::{Book, InForce};
use crate::model::place_number;
use crate::rules::{ANALYSING, sight};
use crate::{Dimension, Figure, Refusal, table};

pub use answer::{Answer, Compared, Part, Peer, Question, Reading, answer};
pub use foresee::{Ahead, Foreseen, Hour, foresee};
pub use open::{OpenMonth, OpenTable, OpenValue, open_table};
pub use period::{Period, month_of, month_period};
pub use recount::{Difference, Recounted, recount};
pub use risks::{AtRisk, Risks, risks};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The figures in force.
pub fn book(read: &mut dyn Read) -> std::result::Result<Arc<Book>, Error> {
    Ok(Arc::new(read.cached::<InForce>()?.0.clone()))
}

/// The figures that somebody may see for a region.
pub fn figures(read: &mut dyn Read, actor: &Actor, region: &RegionCode) -> Result<Vec<Figure>> {
    if !ANALYSING.iter().any(|duty| actor.holds(*duty)) && !matches!(actor, Actor::System(_)) {
        return Err(Refusal::NotStaff.into());
    }
    let book = read.cached::<InForce>()?;
    // Who sees one kind of department only is offered what can be narrowed to it.
    let may = |figure: &&Figure| {
        let sight = sight(actor, figure.audience, region, None);
        sight.is_ok_and(|sight| sight.kind.is_none() || figure.filter.contains(&Dimension::Department))
    };
    let figures: Vec<Figure> = book.0.figures.iter().filter(may).cloned().collect();
    if figures.is_empty() { Err(Refusal::NotHere.into()) } else { Ok(figures) }
}

/// Until when the journal is in the figures: the instant of the last entry counted.
pub fn reached(read: &mut dyn Read) -> std::result::Result<Option<Timestamp>, Error> {
    Ok(table::cell::reached(read)?.map(|reached| reached.at))
}

/// A region and all below it, as numbers: first and last.
pub(crate) fn places(region: &RegionCode) -> (i64, i64) {
    let low = place_number(region);
    let beyond = match region.level() {
        Level::Province => 10_000_000_000,
        Level::City => 100_000_000,
        Level::County => 1_000_000,
        Level::Town => 1_000,
        Level::Village => 1,
    };
    (low, low + beyond - 1)
}
