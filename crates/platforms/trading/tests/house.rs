//! A house with registers, a tenderer, companies, experts and a centre.

use std::sync::Arc;
use std::time::Duration;

use identity::{Organisation, Particulars, Representative};
use kernel::{AccountId, Actor, Duty, Fen, PartyId, Timestamp, Uuid, local_date, midnight};
use store::{Db, Failure, Runner, Tx, testing};
use trading::envelope::{OpeningKey, Plain, seal};
use trading::{Bid, Command, Fresh, Lot, LotCode, Mark, NewExpert, NewLot, Notice, Plan, Refusal, query};

use crate::given::*;

const MIGRATIONS: &[&[store::Migration]] = &[organisation::MIGRATIONS, identity::MIGRATIONS, trading::MIGRATIONS];
const SETUP: Actor = Actor::System("import");
pub const BANK: Actor = Actor::System("bank");

pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

pub struct House {
    pub db: Db,
    pub tenderer: Actor,
    pub companies: Vec<Actor>,
    pub centre: Actor,
    pub supervisor: Actor,
    pub experts: Vec<Actor>,
}

impl House {
    pub fn open(db: Db) -> House {
        let mut day = DAY;
        while day <= db.today() {
            day = days(day, 7);
        }
        db.time().advance_to(at(day, 9, 0));
        db.write(registers).unwrap();
        let enter = |n: u32| {
            let organisation = Organisation {
                name: format!("示例公司{n}有限公司").parse().unwrap(),
                code: credit(n),
                representative: Representative { name: "示例人".parse().unwrap(), id: None },
                phone: None,
                region: None,
                address: None,
            };
            let particulars = Particulars::Organisation(organisation);
            let party: PartyId = db.write(move |tx| identity::enter(tx, &SETUP, &particulars)).unwrap();
            let account = AccountId::new(Uuid::from_u128(u128::from(n)));
            Actor::Citizen { account, person: PartyId::new(Uuid::from_u128(700 + u128::from(n))), acting_for: party }
        };
        let tenderer = enter(1);
        let companies = (11..=14).map(enter).collect();
        let experts: Vec<Actor> = (0..14).map(|n| staff(100 + n, NANJING, &[Duty::Assess])).collect();
        // Two of them work for the tenderer or a bidder: they are never drawn.
        let enrolled: Vec<NewExpert> = experts
            .iter()
            .zip([1, 11].into_iter().chain(50..))
            .map(|(expert, employer)| NewExpert {
                staff: expert.staff().unwrap(),
                name: format!("专家示例{employer}"),
                employer: credit(employer),
                specialties: vec!["市政工程".to_owned()],
            })
            .collect();
        let count = db.write(move |tx| trading::enroll(tx, &SETUP, &enrolled)).unwrap();
        assert_eq!(count, 14);
        House { db, tenderer, companies, centre: centre(), supervisor: supervisor(), experts }
    }

    pub fn pass(&self, seconds: u64) {
        self.db.time().advance(Duration::from_secs(seconds));
    }

    pub fn go_to(&self, now: Timestamp) {
        self.db.time().advance_to(now);
    }

    pub fn turn(&self) {
        let wheels: Vec<Arc<dyn store::Wheel>> = vec![Arc::new(trading::LotWheel), Arc::new(trading::ComplaintWheel)];
        Runner::drain(&self.db, vec![], wheels, vec![]).unwrap();
    }

    pub fn handle(&self, actor: &Actor, code: LotCode, command: Command) -> Result<Lot, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| trading::handle(tx, &actor, &code, &command))
    }

    pub fn must(&self, actor: &Actor, code: LotCode, command: Command) -> Lot {
        let name = command.name();
        self.handle(actor, code, command).unwrap_or_else(|failure| panic!("{name}: {failure}"))
    }

    pub fn plan(&self, procedure: &str) -> LotCode {
        let actor = self.tenderer.clone();
        let plan = Plan {
            name: "示例道路改造".to_owned(),
            procedure: procedure.to_owned(),
            region: NANJING.parse().unwrap(),
            lots: vec![NewLot { name: "一标段".to_owned(), estimate: ESTIMATE }],
        };
        self.db.write(move |tx| trading::plan(tx, &actor, &plan)).unwrap()[0]
    }

    /// A notice whose deadline is twenty days from now, at nine in the morning.
    pub fn notice(&self) -> Notice {
        let today = self.db.today();
        Notice { documents_until: days(today, 20), deadline: at(days(today, 21), 9, 0), ..notice() }
    }

    pub fn publish(&self, code: LotCode) -> Result<Lot, Failure<Refusal>> {
        let actor = self.centre.clone();
        let fresh = Fresh::make().unwrap();
        self.db.write(move |tx| trading::publish(tx, &actor, &code, &fresh))
    }

    pub fn tendering(&self) -> LotCode {
        self.tendering_by("works-open")
    }

    pub fn tendering_by(&self, procedure: &str) -> LotCode {
        let code = self.plan(procedure);
        self.must(&self.tenderer.clone(), code, Command::Notify { notice: self.notice(), reserve: None });
        self.publish(code).unwrap();
        code
    }

    pub fn join(&self, actor: &Actor, code: LotCode) -> Result<Bid, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| trading::join(tx, &actor, &code))
    }

    pub fn pay(&self, account: &str, flow: &str, amount: Fen) -> Result<Bid, Failure<Refusal>> {
        let (account, flow) = (account.to_owned(), flow.to_owned());
        self.db.write(move |tx| trading::pay(tx, &BANK, &account, &flow, amount))
    }

    pub fn sealed(&self, code: LotCode, price: i64) -> (Vec<u8>, OpeningKey) {
        let lot = self.lot(code);
        seal(&code, lot.point.as_deref().unwrap(), &plain(price)).unwrap()
    }

    pub fn submit(&self, actor: &Actor, code: LotCode, bytes: &[u8]) -> Result<Bid, Failure<Refusal>> {
        let prepared = trading::prepare(&self.db, &code, bytes)?;
        let actor = actor.clone();
        self.db.write(move |tx| trading::submit(tx, &actor, &prepared))
    }

    /// Joins, pays the deposit and brings an envelope; its key.
    pub fn bid(&self, actor: &Actor, code: LotCode, price: i64) -> OpeningKey {
        let bid = self.join(actor, code).unwrap();
        self.pay(&bid.account, "F1", Fen(10_000_000)).unwrap();
        let (envelope, key) = self.sealed(code, price);
        self.submit(actor, code, &envelope).unwrap();
        key
    }

    pub fn give(&self, actor: &Actor, code: LotCode, key: &OpeningKey) -> Result<Lot, Failure<Refusal>> {
        let unsealed = trading::unseal(&self.db, actor, &code, key)?;
        let actor = actor.clone();
        self.db.write(move |tx| trading::give_key(tx, &actor, &code, &unsealed))
    }

    pub fn draw(&self, code: LotCode) -> Result<Lot, Failure<Refusal>> {
        let actor = self.centre.clone();
        self.db.write(move |tx| trading::draw_panel(tx, &actor, &code))
    }

    pub fn return_deposits(&self, code: LotCode) -> Result<usize, Failure<Refusal>> {
        let actor = self.centre.clone();
        self.db.write(move |tx| trading::return_deposits(tx, &actor, &code))
    }

    pub fn lot(&self, code: LotCode) -> Lot {
        self.db.read(|read| query::lot_for(read, &SETUP, &code)).unwrap()
    }

    /// The first `count` companies bid, the deadline comes and the opening begins; their keys.
    pub fn opening(&self, code: LotCode, count: usize) -> Vec<OpeningKey> {
        let keys = (0..count).map(|n| self.bid(&self.companies[n], code, 400_000_000 + n as i64 * 10_000_000));
        let keys: Vec<OpeningKey> = keys.collect();
        self.go_to(self.lot(code).notice.unwrap().deadline);
        self.must(&self.centre.clone(), code, Command::Open);
        keys
    }

    /// Opened, drawn, and every expert gave the same points.
    pub fn assessed(&self, code: LotCode) {
        let keys = self.opening(code, 3);
        for (company, key) in self.companies.iter().zip(&keys) {
            self.give(company, code, key).unwrap();
        }
        self.must(&self.centre.clone(), code, Command::CloseOpening);
        self.draw(code).unwrap();
        for expert in &self.experts {
            let Some(seat) = self.db.read(|read| query::seat(read, expert, &code)).unwrap() else { continue };
            let sheet = sheet(&self.lot(code), &[150, 150, 150]);
            assert!(sheet.marks.values().all(|mark| matches!(mark, Mark::Points(_))));
            self.must(expert, code, Command::Score { seat, sheet });
        }
        self.must(&self.centre.clone(), code, Command::Report);
    }

    pub fn awarded(&self, code: LotCode) {
        self.assessed(code);
        self.must(&self.tenderer.clone(), code, Command::PublishCandidates);
        self.go_to(midnight(days(local_date(self.db.now()), 7)));
        self.must(&self.tenderer.clone(), code, Command::Award { reason: None });
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let report = store::verify_journal(&self.db, &[&trading::TradingReplay], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}

pub const MARKER: &str = "绝密投标内容";

pub fn plain(price: i64) -> Plain {
    let file = format!("%PDF-1.7 {MARKER} {price}").into_bytes();
    Plain { price: Fen(price), days: 120, name: "投标文件.pdf".to_owned(), file }
}

#[track_caller]
pub fn code_of<T: std::fmt::Debug>(result: Result<T, Failure<Refusal>>) -> &'static str {
    match result {
        Err(Failure::Refused(refusal)) => kernel::Refuse::code(&refusal),
        other => panic!("not refused: {other:?}"),
    }
}

fn registers(tx: &mut Tx<'_>) -> Result<(), Failure<organisation::Refusal>> {
    use organisation::{builtin, desk, parse};
    let here = |code: &str| code == "320000000000" || code == "320100000000" || code.starts_with("320102");
    let regions = parse::regions(builtin::REGIONS, |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().filter(|line| here(&line.code.to_string())).collect();
    desk::import_regions(tx, &SETUP, &regions)?;
    desk::import_calendar(tx, &SETUP, &parse::calendar(builtin::CALENDAR).unwrap())?;
    desk::import_kinds(tx, &SETUP, &parse::kinds(builtin::KINDS).unwrap())
}
