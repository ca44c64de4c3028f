//! Evaluation's figures: what one event costs its followers. Cases are ended and rated in a database of their own, then one
//! follower alone catches up.

use super::{
    Measurement,
    load::{self, Figures},
    stage::Stage,
};
use crate::{builtin, demo, failure::Failed, rooms};
use casework::{Attachment, Brought, Channel, Command, Filing, Submission, Verdict};
use evaluation::{Level, NewRating, Turn, Way};
use kernel::{Actor, BasicCode, CaseNumber, Duty, Power, RegionCode, Scope, StaffId};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Db, Follower, Runner, Tx};

/// Cases that are ended and rated before each catching up, and how often.
const CASES: usize = 40;
const ROUNDS: usize = 6;
/// 公共图书馆读者证办理: done on the spot by one clerk, free of charge.
const ITEM: &str = "322022901000";
const REGION: &str = "320102000000";
const MATERIALS: [&str; 1] = ["申请人居民身份证"];
const ANSWERS: [(&str, &str); 6] = [
    ("name", "示例人"),
    ("resident_id", "320102190001019997"),
    ("phone", "13800000997"),
    ("matter", "按规定申请办理。"),
    ("first_time", "第一次办"),
    ("place", REGION),
];

/// What is measured of evaluation: its followers, on a database of their own beside the server.
pub const MEASUREMENTS: &[Measurement] = &[
    Measurement { key: "services", title: "events into services", measure: services },
    Measurement { key: "figures", title: "events into figures", measure: figures },
];

/// What casework reports of cases that came in and ended, made into services that may be rated.
fn services(_: &mut Stage) -> Result<Figures, Failed> {
    in_folder(|house| {
        let mut costs = Costs::default();
        for _ in 0..ROUNDS {
            house.end_cases()?;
            costs.take(&house.db, Arc::new(evaluation::Services))?;
        }
        Ok(costs)
    })
}

/// Ratings and what came before them, counted into the figures.
fn figures(_: &mut Stage) -> Result<Figures, Failed> {
    in_folder(|house| {
        let mut costs = Costs::default();
        for _ in 0..ROUNDS {
            let numbers = house.end_cases()?;
            Runner::drain(&house.db, vec![Arc::new(evaluation::Services)], vec![], vec![])?;
            house.rate(numbers)?;
            costs.take(&house.db, Arc::new(evaluation::Figures))?;
        }
        Ok(costs)
    })
}

/// What one event costs, as its share of each catching up with a durable commit.
#[derive(Default)]
struct Costs {
    seconds: f64,
    micros: Vec<u32>,
    seen: i64,
}

impl Costs {
    /// Lets the follower catch up alone, and takes its time.
    fn take(&mut self, db: &Db, follower: Arc<dyn Follower>) -> Result<(), Failed> {
        let rooms = follower.rooms();
        let entries = db.read(|read| store::journal::since(read, self.seen, 100_000))?;
        self.seen = entries.last().map_or(self.seen, |last| last.seq);
        let events = entries.iter().filter(|entry| rooms.contains(&entry.room())).count();
        let started = Instant::now();
        Runner::drain(db, vec![follower], vec![], vec![])?;
        let seconds = started.elapsed().as_secs_f64();
        let each = seconds * 1e6 / events.max(1) as f64;
        self.micros.extend(std::iter::repeat_n(each as u32, events));
        self.seconds += seconds;
        Ok(())
    }
}

/// A database with the shipped registers, one citizen and one clerk.
struct House {
    db: Db,
    citizen: Actor,
    clerk: Actor,
}

/// Measures in a fresh folder, which goes away in the end.
fn in_folder(measure: impl FnOnce(&House) -> Result<Costs, Failed>) -> Result<Figures, Failed> {
    let folder = std::env::temp_dir().join(format!("tongban-bench-{}", store::fresh_uuid().simple()));
    let costs = House::open(&folder).and_then(|house| measure(&house));
    std::fs::remove_dir_all(&folder).ok();
    let Costs { seconds, micros, .. } = costs?;
    Ok(load::figures(micros, Duration::from_secs_f64(seconds)))
}

impl House {
    fn open(folder: &Path) -> Result<House, Failed> {
        let db = Db::open(store::Config::new(folder))?;
        db.migrate(&rooms::migrations())?;
        builtin::fill(&db)?;
        demo::seed(&db)?;
        Ok(House { citizen: citizen(&db)?, clerk: clerk()?, db })
    }

    /// Cases that come in, are granted on the spot, and get their licence.
    fn end_cases(&self) -> Result<Vec<CaseNumber>, Failed> {
        let numbers = (0..CASES).map(|_| ended(&self.db, &self.citizen, &self.clerk)).collect::<Result<Vec<_>, _>>()?;
        Runner::drain(&self.db, vec![Arc::new(casework::Completion)], vec![], vec![])?;
        Ok(numbers)
    }

    fn rate(&self, numbers: Vec<CaseNumber>) -> Result<(), Failed> {
        for (number, level) in numbers.into_iter().zip(Level::ALL.into_iter().cycle()) {
            let actor = self.citizen.clone();
            let aspects = vec!["efficiency".to_owned()];
            let new = NewRating { level, way: Way::Program, aspects, text: String::new() };
            let rate = move |tx: &mut Tx<'_>| evaluation::rate(tx, &actor, &number, Turn::First, &new, None);
            self.db.write(rate).map_err(Failed::refused)?;
        }
        Ok(())
    }
}

fn citizen(db: &Db) -> Result<Actor, Failed> {
    let first = demo::people::CITIZENS.first().ok_or_else(|| Failed::new("the demonstration has no citizen"))?;
    let party = db.read(|read| identity::person_by_id(read, &first.id()))?;
    let person = party.ok_or_else(|| Failed::new("a citizen of the demonstration is not there"))?;
    let account = db.read(|read| identity::account_of(read, identity::Holder::Person(person)))?;
    let account = account.ok_or_else(|| Failed::new("a citizen of the demonstration has no account"))?.id;
    Ok(Actor::Citizen { account, person, acting_for: person })
}

fn clerk() -> Result<Actor, Failed> {
    let region = region()?;
    let scope = Scope { region, subtree: true, kind: None };
    let powers = vec![Power { duty: Duty::Receive, scope }];
    Ok(Actor::Staff { staff: StaffId::new(store::fresh_uuid()), region, post: "综合窗口".to_owned(), powers })
}

fn region() -> Result<RegionCode, Failed> {
    REGION.parse().map_err(|_| Failed::new("the bench's region is no code"))
}

fn ended(db: &Db, citizen: &Actor, clerk: &Actor) -> Result<CaseNumber, Failed> {
    let item: BasicCode = ITEM.parse().map_err(|_| Failed::new("the bench's item is no code"))?;
    let applicant = citizen.party().ok_or_else(|| Failed::new("a citizen acts for nobody"))?;
    let digest =
        casework::keep_file(db, citizen, b"%PDF-1.7 bench", Some("application/pdf")).map_err(Failed::refused)?.digest;
    let brought = |name: &str| Attachment { material: name.to_owned(), brought: Brought::File { digest, name: None } };
    let filing = Filing {
        applicant,
        item,
        region: region()?,
        answers: ANSWERS.into_iter().map(|(key, answer)| (key.to_owned(), answer.into())).collect(),
        materials: MATERIALS.map(brought).into(),
        channel: Channel::Online,
        way: casework::Way::default(),
        ticket: None,
        draft: None,
        key: None,
    };
    let submission = Submission::prepare(db, citizen, filing).map_err(Failed::refused)?;
    let number = db.write(move |tx| casework::submit(tx, &submission)).map_err(Failed::refused)?.number;
    let (clerk, grant) = (clerk.clone(), Command::Decide { verdict: Verdict::Grant { reason: None } });
    db.write(move |tx| casework::handle(tx, &clerk, &number, &grant)).map_err(Failed::refused)?;
    Ok(number)
}
