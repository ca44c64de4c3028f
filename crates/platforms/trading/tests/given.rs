//! What the tests of the rules begin with: one lot in memory, and who is around it.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Calendar;
use kernel::{
    AccountId, Actor, CreditCode, Date, DepartmentId, Digest, Duty, Fen, PartyId, Power, Scope, Sealed, StaffId,
    Timestamp, Uuid, midnight,
};
use trading::rules::{self, Facts, Refusal};
use trading::{
    BidId, Command, Created, Lot, LotCode, LotEvent, Mark, Notice, OpenBid, Procedure, ProjectId, Sheet, book,
};

/// Monday.
pub const DAY: Date = Date::constant(2026, 3, 2);
pub const NANJING: &str = "320100000000";
pub const TENDERER: u128 = 1;
pub const ESTIMATE: Fen = Fen(500_000_000);

pub fn at(day: Date, hour: i64, minute: i64) -> Timestamp {
    Timestamp::from_microsecond(midnight(day).as_microsecond() + (hour * 60 + minute) * 60_000_000).unwrap()
}

pub fn days(from: Date, days: i64) -> Date {
    (0..days).fold(from, |day, _| day.tomorrow().unwrap())
}

pub fn calendar() -> Arc<Calendar> {
    Arc::new(Calendar::new([]))
}

pub fn credit(n: u32) -> CreditCode {
    CreditCode::from_parts('9', '1', "320100", &format!("MATET{n:03}")).unwrap()
}

pub fn party(n: u128) -> PartyId {
    PartyId::new(Uuid::from_u128(n))
}

pub fn company(n: u128) -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(1_000 + n)), person: party(500 + n), acting_for: party(n) }
}

pub fn tenderer() -> Actor {
    company(TENDERER)
}

pub fn staff(n: u128, place: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: place.parse().unwrap(), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: staff_id(n), region: place.parse().unwrap(), post: "交易岗".to_owned(), powers }
}

pub fn staff_id(n: u128) -> StaffId {
    StaffId::new(Uuid::from_u128(9_000 + n))
}

pub fn centre() -> Actor {
    staff(1, NANJING, &[Duty::Trade])
}

pub fn supervisor() -> Actor {
    staff(2, NANJING, &[Duty::Supervise])
}

pub fn works() -> &'static Procedure {
    book().procedure("works-open").unwrap()
}

pub fn procurement() -> &'static Procedure {
    book().procedure("procurement-open").unwrap()
}

pub fn code(procedure: &Procedure) -> LotCode {
    LotCode::new(&procedure.letter, &credit(TENDERER as u32), DAY, 1).unwrap()
}

pub fn notice() -> Notice {
    Notice {
        text: "示例道路改造工程施工招标。".to_owned(),
        documents_until: days(DAY, 10),
        deadline: at(days(DAY, 20), 9, 0),
        deposit: Fen(10_000_000),
        seats: 5,
        specialty: "市政工程".to_owned(),
        rounds: None,
    }
}

pub fn lot_of(procedure: &Procedure) -> Lot {
    let created = Created {
        project: ProjectId::new(Uuid::from_u128(77)),
        project_name: "示例道路改造".to_owned(),
        name: "一标段".to_owned(),
        procedure: procedure.code.clone(),
        centre: DepartmentId::new(NANJING.parse().unwrap(), book().centre_kind),
        tenderer: party(TENDERER),
        tenderer_name: "示例建设中心".to_owned(),
        tenderer_code: credit(TENDERER as u32),
        estimate: ESTIMATE,
        at: at(DAY, 9, 0),
        brought: false,
    };
    rules::begin(code(procedure), &created)
}

pub fn lot() -> Lot {
    lot_of(works())
}

pub fn facts<'a>(lot: &Lot, actor: &'a Actor, now: Timestamp) -> Facts<'a> {
    Facts {
        now,
        today: kernel::local_date(now),
        calendar: calendar(),
        procedure: book().procedure(&lot.procedure).unwrap(),
        actor,
        is_company: actor.party().is_some_and(|party| party.uuid().as_u128() < 500),
        is_bidder: actor.party().is_some_and(|party| lot.bids.iter().any(|bid| bid.party == party)),
        own: None,
        admitted: false,
        ended: None,
        reserve: None,
        envelopes: vec![],
        fresh: Some(("04".to_owned(), Digest([7; 32]))),
        seat: None,
    }
}

pub fn act(lot: &Lot, actor: &Actor, command: &Command, now: Timestamp) -> Result<Vec<LotEvent>, Refusal> {
    rules::decide(lot, command, &facts(lot, actor, now))
}

/// Carries out a step that must succeed.
pub fn step(lot: &mut Lot, actor: &Actor, command: &Command, now: Timestamp) {
    let events = act(lot, actor, command, now).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", command.name()));
    events.iter().for_each(|event| rules::apply(lot, event));
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>, code: &str) {
    assert_eq!(kernel::Refuse::code(&result.unwrap_err()), code);
}

/// Published on Monday at ten.
pub fn tendering(procedure: &Procedure, notice: Notice) -> Lot {
    let mut lot = lot_of(procedure);
    step(&mut lot, &tenderer(), &Command::Notify { notice, reserve: None }, at(DAY, 9, 0));
    step(&mut lot, &centre(), &Command::Publish, at(DAY, 10, 0));
    lot
}

pub fn bid_id(n: u128) -> BidId {
    BidId::new(Uuid::from_u128(n))
}

pub fn open_bid(n: u128, price: i64, has_deposit: bool) -> OpenBid {
    OpenBid {
        bid: bid_id(n),
        party: party(n),
        name: format!("示例公司{n}"),
        code: credit(n as u32),
        price: Fen(price),
        days: 120,
        file: "投标文件.pdf".to_owned(),
        digest: Digest([n as u8; 32]),
        has_deposit,
        at: at(days(DAY, 20), 9, 5),
    }
}

pub const DUE: Date = Date::constant(2026, 3, 22);

/// Opened at the due instant with bids of these prices, by companies 11, 12, …
pub fn opening(procedure: &Procedure, prices: &[i64]) -> Lot {
    let mut lot = tendering(procedure, notice());
    let now = at(DUE, 9, 0);
    let host = centre();
    let mut facts = facts(&lot, &host, now);
    facts.envelopes = (11..).take(prices.len().max(3)).map(bid_id).collect();
    let events = rules::decide(&lot, &Command::Open, &facts).unwrap();
    events.iter().for_each(|event| rules::apply(&mut lot, event));
    // Fewer than three are never opened; tests of what comes later may look at fewer.
    lot.envelopes.truncate(prices.len());
    for (price, n) in prices.iter().zip(11..) {
        rules::apply(&mut lot, &LotEvent::BidOpened(Box::new(open_bid(n, *price, true))));
    }
    lot
}

/// The experts were drawn.
pub fn assessing(procedure: &Procedure, prices: &[i64]) -> Lot {
    let mut lot = opening(procedure, prices);
    step(&mut lot, &centre(), &Command::CloseOpening, at(DUE, 9, 30));
    let host = centre();
    let drawn =
        rules::drawn(&lot, Sealed("封".to_owned()), Digest([1; 32]), &facts(&lot, &host, at(DUE, 10, 0))).unwrap();
    rules::apply(&mut lot, &drawn);
    lot
}

/// The same points for all criteria of each bid, tenths.
pub fn sheet(lot: &Lot, tenths: &[u32]) -> Sheet {
    let procedure = book().procedure(&lot.procedure).unwrap();
    let points = |given: u32| -> BTreeMap<String, u32> {
        procedure.judged().map(|one| (one.code.clone(), given.min(one.points * 10))).collect()
    };
    let marks = lot.bids.iter().zip(tenths).map(|(bid, given)| (bid.bid, Mark::Points(points(*given))));
    Sheet { marks: marks.collect() }
}

pub fn score(lot: &mut Lot, seat: u32, sheet: Sheet) {
    let expert = staff(20 + u128::from(seat), NANJING, &[Duty::Assess]);
    let mut facts = facts(lot, &expert, at(DUE, 11, 0));
    facts.seat = Some(seat);
    let events = rules::decide(lot, &Command::Score { seat, sheet }, &facts).unwrap();
    events.iter().for_each(|event| rules::apply(lot, event));
}

/// All experts agreed; the panel reported on the day of the opening.
pub fn assessed(procedure: &Procedure, prices: &[i64], tenths: &[u32]) -> Lot {
    let mut lot = assessing(procedure, prices);
    for seat in 1..=5 {
        let sheet = sheet(&lot, tenths);
        score(&mut lot, seat, sheet);
    }
    step(&mut lot, &centre(), &Command::Report, at(DUE, 15, 0));
    lot
}
