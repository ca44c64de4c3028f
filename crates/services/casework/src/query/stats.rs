//! Figures for the public pages: kept by a follower, so that asking costs a few rows.

use kernel::{Date, Level, RegionCode};
use store::{Error, Read};

use crate::table;

/// What came in and went out in a span of days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Applications received.
    pub submitted: i64,
    /// Accepted, by a clerk or by silence.
    pub accepted: i64,
    /// Accepted by silence.
    pub by_silence: i64,
    /// Sent back once for correction.
    pub corrected: i64,
    /// Decided: granted or denied.
    pub decided: i64,
    /// Granted.
    pub granted: i64,
    /// Closed.
    pub closed: i64,
    /// Withdrawn.
    pub withdrawn: i64,
}

/// The figures of a region and all below it, from one day to another, both included.
pub fn figures(read: &mut dyn Read, region: &RegionCode, from: Date, to: Date) -> Result<Figures, Error> {
    let county = table::case::county_number(region);
    let high = match region.level() {
        Level::Province => county + 9_999,
        Level::City => county + 99,
        Level::County | Level::Town | Level::Village => county,
    };
    let mut figures = Figures::default();
    for (what, n) in table::tally::sums(read, from, to, county, high)? {
        let figure = match what.as_str() {
            "submitted" => &mut figures.submitted,
            "accepted" => &mut figures.accepted,
            "by-silence" => &mut figures.by_silence,
            "corrected" => &mut figures.corrected,
            "decided" => &mut figures.decided,
            "granted" => &mut figures.granted,
            "closed" => &mut figures.closed,
            "withdrawn" => &mut figures.withdrawn,
            _ => continue,
        };
        *figure += n;
    }
    Ok(figures)
}
