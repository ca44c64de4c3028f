//! `bench`: how fast this build is on this machine, beside the machine's own limits from the same run. A figure to read, never a
//! test that can fail.
//!
//! Each room that has something to measure has a file of its own here, with its `MEASUREMENTS`; the rest is the stage on
//! which they play.

mod casework;
mod catalogue;
mod evaluation;
mod exchange;
mod followers;
mod halls;
mod hotline;
mod insight;
mod investment;
mod load;
mod payment;
mod report;
mod script;
mod stage;
mod subject;
mod supervision;
mod trading;
mod wire;

use crate::{cli, failure::Failed};
use clap::builder::{PossibleValue, PossibleValuesParser};
use load::Figures;
use report::Report;
use stage::Stage;
use subject::Subject;

/// Every room's measurements, in the order in which they run. A new room is a file and a line here.
const ROOMS: [&[Measurement]; 11] = [
    casework::MEASUREMENTS,
    catalogue::MEASUREMENTS,
    evaluation::MEASUREMENTS,
    payment::MEASUREMENTS,
    halls::MEASUREMENTS,
    hotline::MEASUREMENTS,
    investment::MEASUREMENTS,
    supervision::MEASUREMENTS,
    insight::MEASUREMENTS,
    trading::MEASUREMENTS,
    exchange::MEASUREMENTS,
];

/// One figure: what many callers ask of the server, again and again.
#[derive(Clone, Copy)]
pub struct Measurement {
    /// Its name for `--only` and in JSON.
    pub key: &'static str,
    /// Its name in the table.
    pub title: &'static str,
    /// Puts in place what it needs, then [drives](Stage::drive) its script.
    pub measure: fn(&mut Stage) -> Result<Figures, Failed>,
}

/// Measures and prints.
pub fn run(flags: &cli::Bench, common: &cli::Common) -> Result<(), Failed> {
    let subject = Subject::start(flags, common)?;
    let limits = report::machine_limits(&subject.folder())?;
    let mut stage = Stage::open(&subject.address, flags)?;
    let idle = subject.memory_kib();
    let is_wanted = |one: &&Measurement| flags.only.is_empty() || flags.only.iter().any(|key| key == one.key);
    let mut figures = Vec::new();
    for one in ROOMS.into_iter().flatten().filter(is_wanted) {
        figures.push((*one, (one.measure)(&mut stage)?));
    }
    let costs = followers::costs(&stage);
    let beside = match (&flags.resting, &flags.server) {
        (Some(resting), None) => {
            Some(followers::beside(flags, common, resting, &casework::MEASUREMENTS[0], &mut stage)?)
        }
        _ => None,
    };
    let report = Report {
        figures,
        costs,
        beside,
        limits,
        idle_memory_kib: idle,
        binary_bytes: report::binary_bytes(),
        callers: flags.callers,
    };
    if flags.json {
        println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        println!("{report}");
    }
    Ok(())
}

/// What `--only` takes.
pub fn keys() -> PossibleValuesParser {
    let value = |one: &Measurement| PossibleValue::new(one.key).help(one.title);
    ROOMS.into_iter().flatten().map(value).collect::<Vec<_>>().into()
}
