//! The exchange's figure: rows of departmental systems, read, checked, sealed and durable in batches over the desk, on a database of
//! its own beside the server.

use super::{
    Measurement,
    load::{self, Figures},
    stage::Stage,
};
use crate::{builtin, failure::Failed, rooms};
use exchange::{Incoming, Outcome, ROWS_MOST, Secret, Source};
use kernel::{Actor, Duty, Power, Scope, StaffId, Timestamp, Uuid};
use serde_json::{Map, Value, json};
use std::{path::PathBuf, sync::Arc, thread, time::Instant};
use store::{Db, Tx};

/// Batches in all; each has as many rows as one may have.
const BATCHES: usize = 60;
/// Senders at the same time.
const SENDERS: usize = 4;
const DEPARTMENT: &str = "320102000000-310";
const RESIDENT: &str = "320102190001019997";

/// What is measured of the exchange.
pub const MEASUREMENTS: &[Measurement] =
    &[Measurement { key: "exchange", title: "rows of departments checked and durable", measure: rows }];

/// Sixty thousand rows of twenty thousand cases, from four senders; each row counts with its share of its batch's time.
fn rows(_: &mut Stage) -> Result<Figures, Failed> {
    in_folder(|db| {
        let source = register(db)?;
        let bodies: Vec<String> = (0..BATCHES).map(|batch| body(&source, batch, db.now())).collect();
        let (bodies, source) = (Arc::new(bodies), Arc::new(source));
        let began = Instant::now();
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let (db, bodies, source) = (db.clone(), Arc::clone(&bodies), Arc::clone(&source));
                thread::spawn(move || {
                    (sender..BATCHES).step_by(SENDERS).map(|batch| send(&db, &source, &bodies[batch])).collect()
                })
            })
            .collect();
        let mut micros: Vec<u32> = vec![];
        for sender in senders {
            let sent: Result<Vec<u32>, Failed> = sender.join().map_err(|_| Failed::new("a sender stopped"))?;
            micros.extend(sent?.into_iter().flat_map(|each| std::iter::repeat_n(each, ROWS_MOST)));
        }
        Ok(load::figures(micros, began.elapsed()))
    })
}

/// Sends one batch; microseconds per row.
fn send(db: &Db, source: &Source, body: &str) -> Result<u32, Failed> {
    let began = Instant::now();
    let incoming: Incoming = serde_json::from_str(body).map_err(|error| Failed::new(error.to_string()))?;
    let prepared =
        exchange::prepare(db, source, incoming, body.as_bytes()).map_err(|refusal| Failed::new(refusal.to_string()))?;
    let answer = db.write(move |tx: &mut Tx<'_>| exchange::receive(tx, &prepared)).map_err(Failed::refused)?;
    if answer.rows.iter().any(|row| row.outcome != Outcome::Accepted) {
        return Err(Failed::new(format!("a row of the bench was not accepted: {:?}", answer.counts)));
    }
    Ok(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX) / u32::try_from(ROWS_MOST).unwrap_or(1))
}

fn register(db: &Db) -> Result<Source, Failed> {
    let department: kernel::DepartmentId =
        DEPARTMENT.parse().map_err(|_| Failed::new("the bench's department is no code"))?;
    let scope = Scope { region: department.region, subtree: false, kind: None };
    let carer = Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(1)),
        region: department.region,
        post: "bench".to_owned(),
        powers: vec![Power { duty: Duty::Exchange, scope }],
    };
    let id = "bench".parse().map_err(|_| Failed::new("the bench's source has no name"))?;
    let secret = Secret::fresh();
    db.write(move |tx: &mut Tx<'_>| exchange::register(tx, &carer, &id, "bench", department, &secret))
        .map_err(Failed::refused)
}

/// A third cases, a third steps, a third results.
fn body(source: &Source, batch: usize, now: Timestamp) -> String {
    let at = |minutes: i64| {
        let at = Timestamp::from_microsecond(now.as_microsecond() - minutes * 60_000_000);
        at.unwrap_or(Timestamp::UNIX_EPOCH).to_string()
    };
    let (applied, accepted, reviewed, ended) = (at(60), at(50), at(40), at(30));
    let org = source.org_code.to_string();
    let row = |n: usize| -> Map<String, Value> {
        let (number, table) = (format!("B{batch}-{}", n / 3), ["basic", "process", "result"][n % 3]);
        let more = match n % 3 {
            0 => json!({"catalog_code": "320131907000", "task_name": "食品经营许可", "applyer_name": "林示范",
                "applyer_type": "0", "applyer_page_type": "111", "applyer_page_code": RESIDENT,
                "contact_name": "林示范", "contact_mobile": "13800000997", "apply_date": applied,
                "accept_date": accepted, "org_name": "玄武区市场监督管理局", "project_type": "2"}),
            1 => json!({"process_name": "审查", "event_name": "通过", "event_end_time": reviewed,
                "handle_user_name": "示例审查员", "handle_explain": "材料齐全，符合法定形式。",
                "org_name": "玄武区市场监督管理局"}),
            _ => json!({"result_type": "0", "result_date": ended, "result_cetr_name": "食品经营许可证",
                "result_cetr_no": "JY13201020000001"}),
        };
        let common = json!({"table": table, "row_guid": format!("{number}-{table}"), "cd_operation": "I",
            "cd_time": accepted, "project_no": number, "org_code": org});
        [common, more]
            .into_iter()
            .filter_map(|value| if let Value::Object(map) = value { Some(map) } else { None })
            .flatten()
            .collect()
    };
    let rows: Vec<Map<String, Value>> = (0..ROWS_MOST).map(row).collect();
    json!({"cd_batch": format!("bench-{batch}"), "rows": rows}).to_string()
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
