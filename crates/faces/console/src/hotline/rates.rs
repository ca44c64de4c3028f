//! The rates of units by month, each with what it is made of.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use hotline::query;
use hotline::query::Rate;
use kernel::RegionCode;
use serde::Deserialize;
use store::Failure;
use web::{Fault, Frame, House, Query, Visitor};

use super::{Tab, nav, place, session, unit_name};
use crate::deck::{self, Desk};

/// Months that can be chosen.
const MONTHS: usize = 6;

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    month: Option<i64>,
    region: Option<String>,
}

/// One unit.
struct Line {
    unit: String,
    dispatched: i64,
    rates: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/hotline/rates.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    place: String,
    months: Vec<Tab>,
    names: Vec<(&'static str, &'static str)>,
    lines: Vec<Line>,
}

/// `83.3%（5/6）`; a dash where there is nothing to count.
fn shown(rate: &Rate) -> String {
    if rate.all == 0 {
        return "—".to_owned();
    }
    let tenths = (rate.of * 1_000 + rate.all / 2) / rate.all;
    format!("{}.{}%（{}/{}）", tenths / 10, tenths % 10, rate.of, rate.all)
}

/// The rates of a month within the place of whoever asks.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let today = house.db.today();
    let this = i64::from(today.year()) * 100 + i64::from(today.month());
    let month = asked.month.unwrap_or(this);
    let own = place(session).ok_or_else(Fault::not_found)?;
    let wanted: Option<RegionCode> = asked.region.as_deref().and_then(|text| text.parse().ok());
    let region = wanted.filter(|region| own.contains(*region)).unwrap_or(own);
    let lines = house.ask(|read| {
        let mut lines = vec![];
        for unit in query::rates(read, &session.actor, &region, month)? {
            let name = unit_name(read, &unit.unit)?;
            lines.push((name, unit));
        }
        Ok::<_, Failure<hotline::Refusal>>(lines)
    })?;
    let names = query::formulas();
    let line = |(unit, found): (String, query::UnitRates)| Line {
        unit,
        dispatched: found.dispatched,
        rates: found.rates.iter().map(shown).collect(),
    };
    let months = std::iter::successors(Some(this), |month| Some(if month % 100 == 1 { month - 89 } else { month - 1 }));
    let months = months.take(MONTHS).map(|of| {
        let name = format!("{}年{}月", of / 100, of % 100);
        Tab::new(name, format!("/hotline/rates?month={of}&region={region}"), of == month)
    });
    let page = Page {
        frame: deck::frame(&visitor, &house, session, "热线指标", Desk::Hotline),
        nav: nav(&session.actor, "/hotline/rates"),
        place: house.regions()?.full_name(&region),
        months: months.collect(),
        names,
        lines: lines.into_iter().map(line).collect(),
    };
    Ok(web::page(&page))
}
