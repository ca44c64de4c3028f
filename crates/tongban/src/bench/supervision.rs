//! Supervision's figures: what one event costs its watch, and how long after its due instant a flag is there while a million cases
//! are open. Both on a database of their own, beside the server.

use super::{
    Measurement,
    load::{self, Figures},
    stage::Stage,
};
use crate::{builtin, failure::Failed, rooms};
use clock::Limit;
use kernel::{Actor, CaseNumber, Date, DepartmentId, Timestamp};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Db, Read, Runner, Tx};
use supervision::{Seen, Sign, query};

/// Open cases.
const OPEN: u32 = 1_000_000;
/// Of these, how many come due at the instant that is waited for.
const DUE: u32 = 200;
/// Events in one transaction, as followers take them.
const BATCH: u32 = 256;
/// Longest wait for the flags, in seconds.
const PATIENCE: u64 = 60;
const DEPARTMENT: &str = "320102000000-310";
const BENCH: Actor = Actor::System("bench");

/// What is measured of supervision.
pub const MEASUREMENTS: &[Measurement] = &[
    Measurement { key: "watch", title: "events into watches", measure: watch },
    Measurement { key: "flag", title: "flag after its due instant, 1,000,000 open", measure: flag },
];

/// Fifty thousand applications, each a watch, in transactions of a follower's size.
fn watch(_: &mut Stage) -> Result<Figures, Failed> {
    in_folder(|db| {
        let began = Instant::now();
        let micros = open_cases(db, 50_000)?;
        Ok(load::figures(micros, began.elapsed()))
    })
}

/// A million open cases; the wheel turns; some come due; each flag says itself how late it is.
fn flag(_: &mut Stage) -> Result<Figures, Failed> {
    in_folder(|db| {
        let today = db.today();
        open_cases(db, OPEN)?;
        let first = number(today, 0)?;
        let due = db.read(|read| query::due_of(read, &first))?.ok_or_else(|| Failed::new("nothing comes due"))?;
        let soon = Timestamp::from_microsecond(due.as_microsecond() - 2_000_000).unwrap_or(due);
        db.time().advance_to(soon);
        let runner = Runner::start(db, vec![], vec![Arc::new(supervision::WatchWheel)], vec![])?;
        let (began, found) = (Instant::now(), wait(db, today));
        runner.stop();
        Ok(load::figures(found?, began.elapsed()))
    })
}

/// Waits until all that came due is flagged; how late each was, in microseconds.
fn wait(db: &Db, day: Date) -> Result<Vec<u32>, Failed> {
    let began = Instant::now();
    loop {
        let mut late = vec![];
        for serial in 0..DUE {
            let number = number(day, serial)?;
            for flag in db.read(|read| query::flags_of(read, &BENCH, &number))? {
                let micros = flag.raised.at.as_microsecond() - flag.raised.since.as_microsecond();
                late.push(u32::try_from(micros).unwrap_or(u32::MAX));
            }
        }
        if late.len() >= DUE as usize {
            return Ok(late);
        }
        if began.elapsed() > Duration::from_secs(PATIENCE) {
            return Err(Failed::new(format!("{} of {DUE} flags were there after {PATIENCE} s", late.len())));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Opens so many cases; how long each took, as its share of a transaction.
fn open_cases(db: &Db, count: u32) -> Result<Vec<u32>, Failed> {
    let today = db.today();
    let mut micros = Vec::with_capacity(count as usize);
    let mut serial = 0;
    while serial < count {
        let numbers = (serial..(serial + BATCH).min(count)).map(|serial| Ok((serial, number(today, serial)?)));
        let numbers = numbers.collect::<Result<Vec<_>, Failed>>()?;
        let n = u32::try_from(numbers.len()).unwrap_or(1);
        let department = department()?;
        let began = Instant::now();
        db.write(move |tx: &mut Tx<'_>| {
            let now = tx.now();
            numbers.iter().try_for_each(|(serial, number)| {
                let sign = Sign {
                    seq: i64::from(*serial) + 1,
                    version: Some(1),
                    at: now,
                    saw: submitted(department, today, *serial),
                };
                supervision::observe(tx, number, std::slice::from_ref(&sign))
            })
        })?;
        let each = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX) / n;
        micros.extend(std::iter::repeat_n(each, n as usize));
        serial += n;
    }
    Ok(micros)
}

fn department() -> Result<DepartmentId, Failed> {
    DEPARTMENT.parse().map_err(|_| Failed::new("the bench's department is no code"))
}

/// The number of one of the cases: so many a day, back from today.
fn number(today: Date, serial: u32) -> Result<CaseNumber, Failed> {
    const A_DAY: u32 = 90_000;
    let department = department()?;
    let day = (0..serial / A_DAY).try_fold(today, |day, _| day.yesterday()).unwrap_or(today);
    CaseNumber::new(department.region, department.kind, day, serial % A_DAY + 1)
        .map_err(|error| Failed::new(format!("the bench has no more case numbers: {error}")))
}

/// An application; all but the first ones wait for an answer that is due years later.
fn submitted(department: DepartmentId, today: Date, serial: u32) -> Seen {
    let received =
        if serial < DUE { today } else { today.checked_add(Duration::from_secs(730 * 86_400)).unwrap_or(today) };
    Seen::Submitted {
        department,
        item: "食品经营许可".to_owned(),
        instant: false,
        online: true,
        limit: Limit::Working(10),
        statutory: Some(Limit::Working(20)),
        listed: vec!["营业执照".to_owned(), "食品安全管理制度".to_owned()],
        received,
        answer_by: received.checked_add(Duration::from_secs(7 * 86_400)).unwrap_or(received),
    }
}

/// Measures in a fresh folder, which goes away in the end.
fn in_folder(measure: impl FnOnce(&Db) -> Result<Figures, Failed>) -> Result<Figures, Failed> {
    let folder: PathBuf = std::env::temp_dir().join(format!("tongban-bench-{}", store::fresh_uuid().simple()));
    let opened = Db::open(store::Config::new(&folder)).map_err(Failed::from).and_then(|db| {
        db.migrate(&rooms::migrations())?;
        builtin::fill(&db)?;
        Ok(db)
    });
    let figures = opened.and_then(|db| measure(&db));
    std::fs::remove_dir_all(&folder).ok();
    figures
}
