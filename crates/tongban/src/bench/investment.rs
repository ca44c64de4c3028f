//! Investment's figure: filings from the notice to the certificate in force, each checked, given its code, sealed and kept; on a database
//! of its own, beside the server.

use super::{
    Measurement,
    load::{self, Figures},
    stage::Stage,
};
use crate::{builtin, failure::Failed, rooms};
use identity::{Organisation, Particulars, Person, Representative};
use investment::{Investor, Nature, Notice, Registration};
use kernel::{AccountId, Actor, Fen, PartyId, RegionCode, Uuid};
use std::{path::PathBuf, time::Instant};
use store::Db;

/// Filings in all.
const FILINGS: u32 = 2_000;
const BENCH: Actor = Actor::System("bench");

/// What is measured of investment.
pub const MEASUREMENTS: &[Measurement] =
    &[Measurement { key: "filing", title: "project filings certified", measure: filing }];

/// One caller after the other, as many as there are cores.
fn filing(_: &mut Stage) -> Result<Figures, Failed> {
    let folder: PathBuf = std::env::temp_dir().join(format!("tongban-bench-{}", store::fresh_uuid().simple()));
    let opened = Db::open(store::Config::new(&folder)).map_err(Failed::from).and_then(|db| {
        db.migrate(&rooms::migrations())?;
        builtin::fill(&db)?;
        Ok(db)
    });
    let figures = opened.and_then(|db| all(&db));
    std::fs::remove_dir_all(&folder).ok();
    figures
}

fn all(db: &Db) -> Result<Figures, Failed> {
    let actor = enter(db)?;
    let callers = u32::try_from(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).unwrap_or(1);
    let began = Instant::now();
    let threads: Vec<_> = (0..callers)
        .map(|caller| {
            let (db, actor) = (db.clone(), actor.clone());
            std::thread::spawn(move || {
                let mine = (0..FILINGS).filter(|n| n % callers == caller);
                mine.map(|n| one(&db, &actor, n)).collect::<Result<Vec<u32>, Failed>>()
            })
        })
        .collect();
    let mut micros = vec![];
    for thread in threads {
        micros.extend(thread.join().map_err(|_| Failed::new("a caller of the bench broke off"))??);
    }
    Ok(load::figures(micros, began.elapsed()))
}

/// One filing; how long it took in microseconds.
fn one(db: &Db, actor: &Actor, n: u32) -> Result<u32, Failed> {
    let began = Instant::now();
    let registration = Registration::prepare(db, actor, &notice(db, n)?).map_err(Failed::refused)?;
    db.write(move |tx| investment::register(tx, &registration).map(drop)).map_err(Failed::refused)?;
    Ok(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX))
}

fn region() -> Result<RegionCode, Failed> {
    "320102000000".parse().map_err(|_| Failed::new("the bench's region is no code"))
}

fn notice(db: &Db, n: u32) -> Result<Notice, Failed> {
    let start = db.today().tomorrow().ok();
    Ok(Notice {
        investor: Some(Investor::Enterprise),
        industry: "3912".parse().ok(),
        line: None,
        name: format!("量度用的示例项目{n}"),
        region: Some(region()?),
        address: "示例路 9 号".to_owned(),
        nature: Some(Nature::New),
        scale: "新建厂房两栋，共两万平方米，年产十万件。".to_owned(),
        total: Some(Fen(12_000_000_000)),
        start,
        finish: start.and_then(|day| day.tomorrow().ok()),
        declared: true,
    })
}

/// A company whose representative files.
fn enter(db: &Db) -> Result<Actor, Failed> {
    let said = |error: &dyn std::fmt::Display| Failed::new(format!("the bench's company: {error}"));
    let name: kernel::PersonName = "示例人".parse().map_err(|error| said(&error))?;
    let id: kernel::ResidentId = "320102190001019997".parse().map_err(|error| said(&error))?;
    let person = Person { name: name.clone(), id, phone: None, region: None };
    let organisation = Organisation {
        name: "量度用的示例公司".parse().map_err(|error| said(&error))?,
        code: "91350100M000100Y43".parse().map_err(|error| said(&error))?,
        representative: Representative { name, id: Some(id) },
        phone: None,
        region: None,
        address: None,
    };
    let party = |particulars: Particulars| -> Result<PartyId, Failed> {
        db.write(move |tx| identity::enter(tx, &BENCH, &particulars)).map_err(Failed::refused)
    };
    let person = party(Particulars::Person(person))?;
    let acting_for = party(Particulars::Organisation(organisation))?;
    Ok(Actor::Citizen { account: AccountId::new(Uuid::from_u128(1)), person, acting_for })
}
