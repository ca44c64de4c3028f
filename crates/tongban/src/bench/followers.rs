//! What followers cost an event, as the runner counts it, and what a follower costs the command beside it.

use super::{Measurement, load::Figures, stage::Stage, subject::Subject};
use crate::{cli, failure::Failed};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a follower costs an event.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Cost {
    /// Events it had seen by the end of the run.
    pub entries: u64,
    /// Microseconds on its own thread: reading, reckoning, sealing.
    pub prepare_us: f64,
    /// Microseconds on the writer.
    pub write_us: f64,
}

/// The cost of each follower so far, by name.
pub fn costs(stage: &Stage) -> BTreeMap<String, Cost> {
    let mut costs: BTreeMap<String, Cost> = BTreeMap::new();
    let text = stage.text("/metrics").unwrap_or_default();
    for line in text.lines().filter(|line| line.starts_with("tongban_follower_")) {
        let label = |name: &str| line.split(&format!("{name}=\"")).nth(1)?.split('"').next();
        let value = line.rsplit(' ').next().and_then(|text| text.parse::<f64>().ok());
        let (Some(name), Some(value)) = (label("name"), value) else { continue };
        let cost = costs.entry(name.to_owned()).or_default();
        match label("part") {
            Some("prepare") => cost.prepare_us = value,
            Some("write") => cost.write_us = value,
            _ => cost.entries = value as u64,
        }
    }
    costs.retain(|_, cost| cost.entries > 0);
    for cost in costs.values_mut() {
        cost.prepare_us /= cost.entries as f64;
        cost.write_us /= cost.entries as f64;
    }
    costs
}

/// A command's rate with all followers and with one of them resting, measured in turn.
#[derive(Clone, Debug, Serialize)]
pub struct Beside {
    /// The follower that rests.
    pub resting: String,
    /// A second, with all.
    pub with: f64,
    /// A second, while it rests.
    pub without: f64,
}

/// Turns of each of the two servers; the better one of each counts, for what disturbs makes slower, never faster.
const TURNS: usize = 3;

/// Measures `one` on the server at hand and on a second one in which `resting` does not run.
pub fn beside(
    flags: &cli::Bench,
    common: &cli::Common,
    resting: &str,
    one: &Measurement,
    stage: &mut Stage,
) -> Result<Beside, Failed> {
    let other = Subject::start_with(flags, common, &[("TONGBAN__DEMO__RESTING", resting)])?;
    let mut second = Stage::open(&other.address, flags)?;
    let (mut with, mut without) = (0f64, 0f64);
    for _ in 0..TURNS {
        let rate = |figures: Figures| figures.per_second;
        with = with.max(rate((one.measure)(stage)?));
        without = without.max(rate((one.measure)(&mut second)?));
    }
    Ok(Beside { resting: resting.to_owned(), with, without })
}
