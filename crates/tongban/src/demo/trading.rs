//! Trading in the demonstration: experts in the pool, lots at several stages (brought in as if they had run elsewhere), and two doors
//! that only a demonstration has — a lot that is opened in a moment, and a simulated bank.

use super::{
    DEMO,
    people::COMPANIES,
    staff::{EXPERTS, Member},
};
use crate::failure::Failed;
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use identity::Imported;
use kernel::{
    Actor, CreditCode, Duty, Fen, PartyId, Power, RegionCode, Scope, StaffId, Timestamp, local_date, midnight,
};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use store::Db;
use trading::{
    Command, Desk, Fresh, LotCode, Mark, NewExpert, NewLot, Notice, Plan, Rounds, Sheet,
    envelope::{Plain, seal},
    query,
};
use web::{Fault, House};

/// The county whose trading centre hosts.
const PLACE: &str = "320102";
/// The tenderer, by its place among the companies.
pub const TENDERER: usize = 2;
/// Those who bid.
pub const BIDDERS: [usize; 3] = [3, 4, 5];
const SPECIALTY: &str = "市政工程";
const DAY: i64 = 86_400;
const BANK: Actor = Actor::System("bank-simulator");

/// Enters the experts.
pub fn seed(db: &Db, members: &[Member], imported: &Imported) -> Result<(), Failed> {
    let staff = members.iter().zip(&imported.staff).filter(|(member, _)| member.role == "expert");
    let new: Vec<NewExpert> = staff.enumerate().map(|(n, (member, id))| expert(n, member, *id)).collect();
    db.write(move |tx| trading::enroll(tx, &DEMO, &new).map(drop)).map_err(Failed::refused)
}

/// Enters lots at several stages as of now, if there are none yet.
pub fn lots(db: &Db) -> Result<(), Failed> {
    let tenderer = company(db, TENDERER)?;
    if !db.read(|read| query::tenders(read, &tenderer, 1, None)).map_err(Failed::refused)?.lines.is_empty() {
        return Ok(());
    }
    let mut experts = vec![];
    for n in 1..=EXPERTS {
        let number = format!("expert{n}-{PLACE}").parse().map_err(super::said)?;
        let staff = db.read(|read| identity::staff_by_number(read, &number))?;
        experts.extend(staff.map(|staff| member(staff.id, Duty::Assess)));
    }
    let now = db.now();
    let open = begin(db, "青云路雨污分流改造工程", "works-open", back(now, 8 * DAY), forward(now, 20 * DAY))?;
    said(db, &open, now)?;
    begin(db, "区政务中心保安服务采购", "procurement-open", back(now, 2 * DAY), forward(now, 26 * DAY))?;
    let few = begin(db, "锁金村口袋公园整治工程", "works-open", back(now, 30 * DAY), back(now, 9 * DAY))?;
    bids(db, few, &BIDDERS[..1], back(now, 12 * DAY))?;
    handle(db, &centre(), few, Command::Open, back(now, 9 * DAY - 60))?;
    let published = begin(db, "珠江路道路养护工程", "works-open", back(now, 24 * DAY), back(now, 2 * DAY))?;
    assess(db, published, &experts, back(now, 2 * DAY))?;
    handle(db, &tenderer, published, Command::PublishCandidates, back(now, DAY))?;
    let done = begin(db, "进香河路照明更新工程", "works-open", back(now, 50 * DAY), back(now, 27 * DAY))?;
    assess(db, done, &experts, back(now, 27 * DAY))?;
    handle(db, &tenderer, done, Command::PublishCandidates, back(now, 26 * DAY))?;
    handle(db, &tenderer, done, Command::Award { reason: None }, back(now, 16 * DAY))?;
    let lot = db.read(|read| query::lot_for(read, &DEMO, &done)).map_err(Failed::refused)?;
    let amount = lot.winner().map_or(Fen::ZERO, |bid| bid.price);
    handle(db, &tenderer, done, Command::Sign { amount }, back(now, 10 * DAY))?;
    return_deposits(db, done, back(now, 8 * DAY))?;
    listed(db, now)?;
    sold(db, now)
}

fn return_deposits(db: &Db, code: LotCode, at: Timestamp) -> Result<(), Failed> {
    let (desk, host) = (Desk::then(at), centre());
    db.write(move |tx| desk.return_deposits(tx, &host, &code).map(drop)).map_err(Failed::refused)
}

/// A piece of land whose quotes run: two have given some, registration is still open.
fn listed(db: &Db, now: Timestamp) -> Result<(), Failed> {
    let at = back(now, 26 * DAY);
    let begins = forward(at, 22 * DAY);
    let land = Sale {
        name: "示例新城 2026G07 号地块",
        lot: "国有建设用地使用权",
        procedure: "land-listing",
        estimate: Fen(9_200_000_000),
        deposit: Fen(1_600_000_000),
        registers: forward(at, 34 * DAY),
        rounds: Rounds {
            start: Fen(8_000_000_000),
            step: Fen(50_000_000),
            begins,
            ends: moved(forward(at, 36 * DAY), 6 * 3_600),
            reserve: None,
            approval: None,
        },
        reserve: Some(Fen(8_500_000_000)),
    };
    let code = offer(db, &land, at)?;
    quotes(db, code, &land, moved(begins, 3_600), 4)
}

/// A share of a company that was sold, and whose price is paid in part.
fn sold(db: &Db, now: Timestamp) -> Result<(), Failed> {
    let at = back(now, 52 * DAY);
    let registers = forward(at, 33 * DAY);
    let (begins, ends) = (moved(registers, 3_600), moved(registers, 3 * 3_600));
    let share = Sale {
        name: "示例物业公司 60% 股权",
        lot: "转让",
        procedure: "property-transfer",
        estimate: Fen(1_260_000_000),
        deposit: Fen(300_000_000),
        registers,
        rounds: Rounds {
            start: Fen(1_260_000_000),
            step: Fen(10_000_000),
            begins,
            ends,
            reserve: None,
            approval: None,
        },
        reserve: None,
    };
    let code = offer(db, &share, at)?;
    quotes(db, code, &share, moved(begins, 60), 7)?;
    handle(db, &Actor::System("wheel"), code, Command::Tick, ends)?;
    let tenderer = company(db, TENDERER)?;
    handle(db, &tenderer, code, Command::Award { reason: None }, moved(ends, DAY))?;
    let lot = db.read(|read| query::lot_for(read, &DEMO, &code)).map_err(Failed::refused)?;
    let amount = lot.winner().map_or(Fen::ZERO, |bid| bid.price);
    return_deposits(db, code, moved(ends, 2 * DAY))?;
    handle(db, &tenderer, code, Command::Sign { amount }, moved(ends, 3 * DAY))?;
    let flow = "DEMO-PRICE-1".to_owned();
    handle(db, &centre(), code, Command::Settle { flow, amount: Fen(200_000_000) }, moved(ends, 5 * DAY))
}

/// Something that is sold by quotes.
struct Sale {
    name: &'static str,
    lot: &'static str,
    procedure: &'static str,
    estimate: Fen,
    deposit: Fen,
    /// Registration and deposit end then.
    registers: Timestamp,
    rounds: Rounds,
    reserve: Option<Fen>,
}

fn offer(db: &Db, sale: &Sale, at: Timestamp) -> Result<LotCode, Failed> {
    let plan = Plan {
        name: sale.name.to_owned(),
        procedure: sale.procedure.to_owned(),
        region: region(),
        lots: vec![NewLot { name: sale.lot.to_owned(), estimate: sale.estimate }],
    };
    let notice = Notice {
        text: format!(
            "{}公开{}。境内外的企业和其他组织都可以报名。文件在竞价室领取。本项目为演示数据，内容均为虚构。",
            sale.name,
            if sale.procedure == "land-listing" { "挂牌出让" } else { "转让" }
        ),
        documents_until: local_date(sale.registers),
        deadline: sale.registers,
        deposit: sale.deposit,
        seats: 0,
        specialty: String::new(),
        rounds: Some(sale.rounds.clone()),
    };
    publish(db, plan, notice, sale.reserve, at)
}

/// Two companies register, pay and outbid one another so many times, a quarter of an hour apart.
fn quotes(db: &Db, code: LotCode, sale: &Sale, from: Timestamp, count: i64) -> Result<(), Failed> {
    let desk = Desk::then(back(sale.rounds.begins, 2 * DAY));
    for (place, n) in BIDDERS[..2].iter().zip(0i64..) {
        let by = company(db, *place)?;
        let bid = db.write(move |tx| desk.join(tx, &by, &code)).map_err(Failed::refused)?;
        let (flow, deposit) = (format!("DEMO{n}"), sale.deposit);
        db.write(move |tx| desk.pay(tx, &BANK, &bid.account, &flow, deposit)).map_err(Failed::refused)?;
    }
    for n in 0..count {
        let by = company(db, BIDDERS[usize::from(n % 2 == 1)])?;
        let price = Fen(sale.rounds.start.0 + n * sale.rounds.step.0);
        handle(db, &by, code, Command::Quote { price }, moved(from, n * 900))?;
    }
    Ok(())
}

/// Two of the experts work for a bidder: in the demonstration the draw passes them over.
fn expert(n: usize, member: &Member, staff: StaffId) -> NewExpert {
    let own = BIDDERS.get(n).filter(|_| n < 2).map(|place| COMPANIES[*place].code());
    let employer = own.or_else(|| CreditCode::from_parts('1', '2', PLACE, &format!("MADEX{n:03}")).ok());
    NewExpert {
        staff,
        name: member.name.clone(),
        employer: employer.unwrap_or_else(|| COMPANIES[0].code()),
        specialties: vec![SPECIALTY.to_owned(), "物业服务".to_owned()],
    }
}

fn region() -> RegionCode {
    super::county(PLACE)
}

fn member(staff: StaffId, duty: Duty) -> Actor {
    let scope = Scope { region: region(), subtree: true, kind: None };
    Actor::Staff { staff, region: region(), post: "演示".to_owned(), powers: vec![Power { duty, scope }] }
}

/// The centre's staff of the past: nobody who signs in today.
fn centre() -> Actor {
    member(StaffId::new(kernel::Uuid::from_u128(1)), Duty::Trade)
}

/// Somebody who acts for one of the companies, as its representative.
fn company(db: &Db, place: usize) -> Result<Actor, Failed> {
    let company = &COMPANIES[place];
    let found = db.read::<Option<(PartyId, PartyId, kernel::AccountId)>, store::Error>(|read| {
        let Some(party) = identity::organisation_by_code(read, &company.code())? else { return Ok(None) };
        let person = super::citizen(company.representative).id();
        let Some(person) = identity::person_by_id(read, &person)? else { return Ok(None) };
        let account = identity::account_of(read, identity::Holder::Person(person))?;
        Ok(account.map(|account| (party, person, account.id)))
    })?;
    let (party, person, account) = found.ok_or_else(|| Failed::new("a company of the demonstration is not there"))?;
    Ok(Actor::Citizen { account, person, acting_for: party })
}

fn moved(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond() + seconds * 1_000_000).unwrap_or(at)
}

fn back(at: Timestamp, seconds: i64) -> Timestamp {
    moved(at, -seconds)
}

/// Nine o'clock of the day so much later.
fn forward(at: Timestamp, seconds: i64) -> Timestamp {
    moved(midnight(local_date(moved(at, seconds))), 9 * 3_600)
}

fn handle(db: &Db, actor: &Actor, code: LotCode, command: Command, at: Timestamp) -> Result<(), Failed> {
    let (desk, actor) = (Desk::then(at), actor.clone());
    db.write(move |tx| desk.handle(tx, &actor, &code, &command).map(drop)).map_err(Failed::refused)
}

/// A lot whose notice went out then.
fn begin(db: &Db, name: &str, procedure: &str, at: Timestamp, deadline: Timestamp) -> Result<LotCode, Failed> {
    let works = procedure == "works-open";
    let plan = Plan {
        name: name.to_owned(),
        procedure: procedure.to_owned(),
        region: region(),
        lots: vec![NewLot { name: if works { "一标段" } else { "1包" }.to_owned(), estimate: Fen(480_000_000) }],
    };
    let notice = Notice {
        text: format!(
            "{name}公开招标。凡具备相应资质、信用良好的单位都可以参加。招标文件在投标室领取。本项目为演示数据，内容均为虚构。"
        ),
        documents_until: local_date(deadline),
        deadline,
        deposit: Fen(9_000_000),
        seats: 5,
        specialty: if works { SPECIALTY } else { "物业服务" }.to_owned(),
        rounds: None,
    };
    publish(db, plan, notice, None, at)
}

/// Planned, handed in and published then.
fn publish(db: &Db, plan: Plan, notice: Notice, reserve: Option<Fen>, at: Timestamp) -> Result<LotCode, Failed> {
    let tenderer = company(db, TENDERER)?;
    let (desk, by) = (Desk::then(at), tenderer.clone());
    let codes = db.write(move |tx| desk.plan(tx, &by, &plan)).map_err(Failed::refused)?;
    let code = *codes.first().ok_or_else(|| Failed::new("a lot of the demonstration was not planned"))?;
    handle(db, &tenderer, code, Command::Notify { notice, reserve }, at)?;
    let (fresh, host) = (Fresh::make()?, centre());
    db.write(move |tx| desk.publish(tx, &host, &code, &fresh).map(drop)).map_err(Failed::refused)?;
    Ok(code)
}

/// A question and its answer.
fn said(db: &Db, code: &LotCode, now: Timestamp) -> Result<(), Failed> {
    let (bidder, tenderer) = (company(db, BIDDERS[0])?, company(db, TENDERER)?);
    let ask = Command::Ask { text: "施工期间管线迁改由谁负责？".to_owned() };
    handle(db, &bidder, *code, ask, back(now, 5 * DAY))?;
    let text = "管线迁改由招标人另行委托，不在本标段范围内。".to_owned();
    handle(db, &tenderer, *code, Command::Clarify { text, deadline: None }, back(now, 4 * DAY))
}

/// These companies pay and bring their envelopes; their keys.
fn bids(
    db: &Db,
    code: LotCode,
    who: &[usize],
    at: Timestamp,
) -> Result<Vec<(Actor, trading::envelope::OpeningKey)>, Failed> {
    let lot = db.read(|read| query::lot_for(read, &DEMO, &code)).map_err(Failed::refused)?;
    let point = lot.point.unwrap_or_default();
    let desk = Desk::then(at);
    let mut keys = vec![];
    for (place, n) in who.iter().zip(0i64..) {
        let actor = company(db, *place)?;
        let plain = Plain {
            price: Fen(431_000_000 + n * 8_800_000),
            days: 120 - u32::try_from(n).unwrap_or(0) * 5,
            name: "投标文件.pdf".to_owned(),
            file: crate::tour::paper(&format!("bid {n} for {code}")),
        };
        let (envelope, key) =
            seal(&code, &point, &plain).map_err(|_| Failed::new("a bid of the demonstration cannot be sealed"))?;
        let prepared = trading::prepare(db, &code, &envelope).map_err(Failed::refused)?;
        let by = actor.clone();
        let bid = db.write(move |tx| desk.join(tx, &by, &code)).map_err(Failed::refused)?;
        let deposit = lot.notice.as_ref().map_or(Fen::ZERO, |notice| notice.deposit);
        let flow = format!("DEMO{n}");
        db.write(move |tx| desk.pay(tx, &BANK, &bid.account, &flow, deposit)).map_err(Failed::refused)?;
        let by = actor.clone();
        db.write(move |tx| desk.submit(tx, &by, &prepared)).map_err(Failed::refused)?;
        keys.push((actor, key));
    }
    Ok(keys)
}

/// From the bids to the panel's report, at the deadline.
fn assess(db: &Db, code: LotCode, experts: &[Actor], deadline: Timestamp) -> Result<(), Failed> {
    let keys = bids(db, code, &BIDDERS, back(deadline, DAY))?;
    let (host, at) = (centre(), moved(deadline, 60));
    handle(db, &host, code, Command::Open, at)?;
    let desk = Desk::then(at);
    for (actor, key) in keys {
        let unsealed = desk.unseal(db, &actor, &code, &key).map_err(Failed::refused)?;
        db.write(move |tx| desk.give_key(tx, &actor, &code, &unsealed)).map_err(Failed::refused)?;
    }
    handle(db, &host, code, Command::CloseOpening, at)?;
    db.write(move |tx| desk.draw(tx, &host, &code)).map_err(Failed::refused)?;
    for expert in experts {
        let Some(seat) = db.read(|read| query::seat(read, expert, &code))? else { continue };
        let lot = db.read(|read| query::lot_for(read, &DEMO, &code)).map_err(Failed::refused)?;
        let procedure = trading::book().procedure(&lot.procedure);
        let mut sheet = Sheet::default();
        for (bid, n) in lot.bids.iter().zip(0u32..) {
            let judged = procedure.into_iter().flat_map(|procedure| procedure.judged());
            let points: BTreeMap<String, u32> =
                judged.map(|one| (one.code.clone(), one.points * 9 - n * 10 - seat)).collect();
            sheet.marks.insert(bid.bid, Mark::Points(points));
        }
        handle(db, expert, code, Command::Score { seat, sheet }, at)?;
    }
    handle(db, &centre(), code, Command::Report, at)
}

/// What the two doors are asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Soon {
    /// Seconds until the deadline.
    seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transfer {
    account: String,
    flow: String,
    amount_fen: i64,
}

/// `POST /demo/lot`: a lot that is opened in so many seconds. `POST /demo/bank`: money on a sub-account.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/demo/trading.json", get(|| async { Json(parties()) }))
        .route("/demo/lot", post(lot))
        .route("/demo/bank", post(bank))
}

/// Who tenders and who bids: account and company.
fn parties() -> serde_json::Value {
    let one = |place: usize| {
        let company = &COMPANIES[place];
        json!({"account": company.representative, "company": company.name, "code": company.code().to_string()})
    };
    json!({"tenderer": one(TENDERER), "bidders": BIDDERS.map(one)})
}

async fn lot(State(house): State<Arc<House>>, Json(soon): Json<Soon>) -> Result<Response, Fault> {
    let db = house.db.clone();
    let made = tokio::task::spawn_blocking(move || {
        let now = db.now();
        let deadline = moved(now, soon.seconds.clamp(1, 86_400));
        begin(&db, "演示开标项目", "works-open", back(now, 22 * DAY), deadline)
    });
    let code = made.await.map_err(|error| Fault::broken(error.to_string()))?;
    let code = code.map_err(|error| Fault::broken(error.to_string()))?;
    Ok((StatusCode::CREATED, Json(json!({"code": code.to_string()}))).into_response())
}

async fn bank(State(house): State<Arc<House>>, Json(sent): Json<Transfer>) -> Result<Response, Fault> {
    house.write(move |tx| trading::pay(tx, &BANK, &sent.account, &sent.flow, Fen(sent.amount_fen))).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
