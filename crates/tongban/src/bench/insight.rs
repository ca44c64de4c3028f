//! Insight's figures: what one event costs its roll-ups, on a database of their own; and how far the roll-ups are behind the journal while
//! the server takes as many applications as it can.

use super::{
    Measurement, casework,
    load::{self, Figures},
    stage::Stage,
};
use crate::{builtin, failure::Failed, rooms};
use clock::Limit;
use kernel::{Actor, BasicCode, CaseNumber, Date, DepartmentId, PartyId, Sealed, Timestamp};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Db, Runner, Tx};

/// Events that are followed at a time, and how often.
const EVENTS: u32 = 20_000;
const ROUNDS: u32 = 3;
/// How often the lag is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(25);
const BENCH: Actor = Actor::System("bench");
/// What is applied for, and at which departments.
const ITEM: &str = "320131901000";
const DEPARTMENTS: [&str; 4] = ["320102000000-310", "320104000000-090", "320508000000-140", "320500000000-010"];

/// What is measured of insight.
pub const MEASUREMENTS: &[Measurement] = &[
    Measurement { key: "rollup", title: "events into roll-ups", measure: rollup },
    Measurement { key: "insight-lag", title: "roll-ups behind journal", measure: lag },
];

/// Applications, as the journal tells of them, counted by the follower alone.
fn rollup(_: &mut Stage) -> Result<Figures, Failed> {
    let folder = std::env::temp_dir().join(format!("tongban-bench-{}", store::fresh_uuid().simple()));
    let measured = Db::open(store::Config::new(&folder)).map_err(Failed::from).and_then(|db| {
        db.migrate(&rooms::migrations())?;
        builtin::fill(&db)?;
        Runner::drain(&db, vec![Arc::new(insight::Follow)], vec![], vec![])?;
        let (mut micros, mut seconds) = (vec![], 0.0);
        for round in 0..ROUNDS {
            applications(&db, round)?;
            let began = Instant::now();
            Runner::drain(&db, vec![Arc::new(insight::Follow)], vec![], vec![])?;
            let took = began.elapsed().as_secs_f64();
            let each = (took * 1e6 / f64::from(EVENTS)) as u32;
            micros.extend(std::iter::repeat_n(each, EVENTS as usize));
            seconds += took;
        }
        Ok(load::figures(micros, Duration::from_secs_f64(seconds)))
    });
    std::fs::remove_dir_all(&folder).ok();
    measured
}

/// Writes the journal entries of applications, without the cases.
fn applications(db: &Db, round: u32) -> Result<(), Failed> {
    const AT_A_TIME: u32 = 500;
    for first in (0..EVENTS).step_by(AT_A_TIME as usize) {
        let mut events = vec![];
        for serial in first..first + AT_A_TIME {
            let department: DepartmentId = DEPARTMENTS[serial as usize % DEPARTMENTS.len()].parse().map_err(said)?;
            let serial = round * EVENTS + serial + 1;
            let number = CaseNumber::new(department.region, department.kind, db.today(), serial).map_err(said)?;
            events.push((::casework::stream(&number), submitted(department, db.today(), db.now())?));
        }
        db.write(move |tx: &mut Tx<'_>| {
            events.iter().try_for_each(|(stream, event)| tx.journal(&BENCH, stream, 1, std::slice::from_ref(event)))
        })?;
    }
    Ok(())
}

fn said(error: impl std::fmt::Display) -> Failed {
    Failed::new(format!("the bench's own data are wrong: {error}"))
}

/// An application as large as they are.
fn submitted(department: DepartmentId, today: Date, now: Timestamp) -> Result<::casework::Event, Failed> {
    let item: BasicCode = ITEM.parse().map_err(said)?;
    let party = PartyId::new(store::fresh_uuid());
    Ok(::casework::Event::Submitted(Box::new(::casework::Submitted {
        item,
        terms: ::casework::Terms {
            name: "食品经营许可".to_owned(),
            version: 1,
            form: "either".to_owned(),
            form_version: 1,
            handling: catalogue::Handling::Promised,
            limit: Limit::Working(10),
            statutory: Some(Limit::Working(20)),
            separate: true,
            materials: vec![],
            result: catalogue::ResultKind::Licence,
            result_name: "食品经营许可证".to_owned(),
            validity_years: Some(5),
            courier: true,
            correction_days: 30,
            fee: None,
        },
        region: department.region,
        department,
        applicant: party,
        filed_by: party,
        channel: ::casework::Channel::Online,
        at: now,
        form: Sealed("x".repeat(600)),
        materials: vec![],
        lookup: "0".repeat(64),
        received: today,
        answer_by: today,
        way: ::casework::Service::Electronic,
        counter: None,
        project: None,
    })))
}

/// How old the oldest entry was each time that the roll-ups took some in, while the callers submit.
fn lag(stage: &mut Stage) -> Result<Figures, Failed> {
    let done = AtomicBool::new(false);
    let began = Instant::now();
    let seen = std::thread::scope(|scope| {
        let stage: &Stage = stage;
        let looking = scope.spawn(|| {
            let mut micros = vec![];
            while !done.load(Ordering::Relaxed) {
                micros.extend(behind(stage));
                std::thread::sleep(LOOK_EVERY);
            }
            micros
        });
        let submitted = casework::submit_only(stage);
        done.store(true, Ordering::Relaxed);
        submitted.map(|()| looking.join().unwrap_or_default())
    })?;
    if seen.is_empty() {
        return Err(Failed::new(
            "the server tells nothing of its roll-ups at /metrics; set server.metrics_listen to nothing",
        ));
    }
    Ok(load::figures(seen, began.elapsed()))
}

/// How far the roll-ups were behind when they last took something in, in microseconds.
fn behind(stage: &Stage) -> Option<u32> {
    let text = stage.text("/metrics")?;
    let line = text.lines().find(|line| line.starts_with("tongban_insight_behind_microseconds "))?;
    line.rsplit_once(' ')?.1.parse::<f64>().ok().map(|micros| micros as u32)
}
