//! What this machine can do, so that figures from elsewhere need not be believed: `tongban bench` prints it.

use crate::{Config, Db, Error, Event, Migration, ReadExt, Tx, params};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Callers that wait for their answers at the same time.
const CALLERS: usize = 64;

const MIGRATIONS: &[Migration] = &[Migration {
    room: "bench",
    number: 1,
    name: "cases of a measurement",
    sql: include_str!("../migrations/bench.sql"),
}];

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Times per second that the disk makes 4 KiB durable, one after another.
    pub fsyncs_per_second: f64,
    /// Durable transactions of seven rows per second, 64 callers.
    pub transactions_per_second: f64,
    /// Half of the transactions were answered within as many microseconds …
    pub answer_p50_us: u64,
    /// … and 99 of 100 within as many.
    pub answer_p99_us: u64,
    /// Single rows found by key per second, on one thread.
    pub readings_per_second: f64,
}

/// Measures for about twice the span. `config` names an empty folder or database of its own: rows are left in it.
pub fn measure(config: Config, span: Duration) -> Result<Figures, Error> {
    let fsyncs_per_second = fsyncs(&config.data, span.min(Duration::from_secs(1)))?;
    let db = Db::open(config)?;
    db.migrate(&[MIGRATIONS])?;
    let (took, mut spans) = submit_for(&db, span)?;
    spans.sort_unstable();
    let at = |share: f64| spans.get((spans.len() as f64 * share) as usize).copied().unwrap_or_default();
    Ok(Figures {
        fsyncs_per_second,
        transactions_per_second: spans.len() as f64 / took.as_secs_f64(),
        answer_p50_us: at(0.50),
        answer_p99_us: at(0.99),
        readings_per_second: readings(&db, span.min(Duration::from_secs(1)))?,
    })
}

/// How often per second the disk under this folder makes a block durable.
pub fn fsyncs(folder: &Path, span: Duration) -> Result<f64, Error> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(".fsync");
    let mut file = File::create(&path)?;
    let (began, mut times) = (Instant::now(), 0_u32);
    while began.elapsed() < span {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[times as u8; 4096])?;
        file.sync_data()?;
        times += 1;
    }
    let rate = f64::from(times) / began.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(&path)?;
    Ok(rate)
}

/// Submits cases from many callers; how long it took, and each answer's microseconds.
fn submit_for(db: &Db, span: Duration) -> Result<(Duration, Vec<u64>), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let began = Instant::now();
    let spans = Mutex::new(Vec::new());
    runtime.block_on(async {
        let callers: Vec<_> = (0..CALLERS).map(|caller| call(db.clone(), caller, began + span)).collect();
        let tasks: Vec<_> = callers.into_iter().map(tokio::spawn).collect();
        for task in tasks {
            let own = task.await.map_err(|error| Error::Panicked(error.to_string()))??;
            spans.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(own);
        }
        Ok::<_, Error>(())
    })?;
    Ok((began.elapsed(), spans.into_inner().unwrap_or_default()))
}

async fn call(db: Db, caller: usize, until: Instant) -> Result<Vec<u64>, Error> {
    let form = "一".repeat(340);
    let mut spans = Vec::new();
    for serial in 0_u32.. {
        let asked = Instant::now();
        if asked >= until {
            break;
        }
        let (form, number) = (form.clone(), crate::fresh_uuid().simple().to_string());
        db.write_async(move |tx| submit(tx, &number, caller, serial, &form)).await?;
        spans.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(spans)
}

#[derive(Serialize, Deserialize)]
struct Submitted {
    region: String,
    item: String,
}

impl Event for Submitted {
    const ROOM: &'static str = "bench";
    fn kind(&self) -> &'static str {
        "submitted"
    }
}

/// Seven rows, as submitting a case writes them: the case, three materials, two journal entries, a count.
fn submit(tx: &mut Tx<'_>, number: &str, caller: usize, serial: u32, form: &str) -> Result<(), Error> {
    const CASE: &str = "INSERT INTO bench_case (number, region, item, item_version, department, applicant, filed_by,
            state, submitted_at, due_at, accepted_at, decided_at, corrections, source, priority, outcome, fee, version,
            title, form)
        VALUES ($1, $2, $3, 1, $4, $5, $5, 'submitted', $6, $7, NULL, NULL, 0, 'web', 0, NULL, 0, 2, $8, $9)";
    const MATERIAL: &str = "INSERT INTO bench_material (number, place, name, digest) VALUES ($1, $2, $3, $4)";
    const COUNT: &str = "INSERT INTO bench_count (caller, count) VALUES ($1, 1)
        ON CONFLICT (caller) DO UPDATE SET count = bench_count.count + 1";
    let now = crate::Read::now(tx).as_microsecond();
    let applicant = &number[16..];
    let (region, item, title) = ("320102000000", "000109001000", "设立登记");
    tx.execute(CASE, &params![number, region, item, "320102000000-090", applicant, now, now + 1, title, form])?;
    let digest = [serial as u8; 32];
    tx.insert_many(
        MATERIAL,
        (0..3_i64).map(|place| [number.into(), crate::Param::Int(place), title.into(), (&digest).into()]),
    )?;
    let told = || Submitted { region: region.to_owned(), item: item.to_owned() };
    tx.journal(&Actor::System("bench"), number, 1, &[told(), told()])?;
    tx.execute(COUNT, &params![caller]).map(drop)
}

fn readings(db: &Db, span: Duration) -> Result<f64, Error> {
    const COUNT: &str = "SELECT count FROM bench_count WHERE caller = $1";
    let (began, mut times) = (Instant::now(), 0_u32);
    while began.elapsed() < span {
        let caller = times % CALLERS as u32;
        db.read::<_, Error>(|read| read.query_one(COUNT, &params![caller], |row| row.get::<i64>(0)))?;
        times += 1;
    }
    Ok(f64::from(times) / began.elapsed().as_secs_f64())
}
