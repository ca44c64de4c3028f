//! People, days and bills that the tables speak of.

use std::time::Duration;

use catalogue::{Rate, Tariff};
use kernel::{
    AccountId, Actor, Date, DepartmentId, Duty, Fen, PartyId, PaymentCode, Power, Scope, StaffId, Timestamp, Uuid,
    midnight,
};
use payment::rules::{self, Facts, apply, open};
use payment::{
    Assessment, Bill, Channel, Charge, Command, Event, ORDER_LASTS, Opened, RefundOf, RefundOutcome, Refusal, Way,
};

/// Monday, 2 March 2026.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const TUESDAY: Date = Date::constant(2026, 3, 3);
/// Thirty days after Monday, the last day to pay, and the day after it.
pub const LAST_DAY: Date = Date::constant(2026, 4, 1);
pub const TOO_LATE: Date = Date::constant(2026, 4, 2);

pub const PAYER: PartyId = PartyId::new(Uuid::from_u128(1));
pub const STRANGER: PartyId = PartyId::new(Uuid::from_u128(2));
pub const CASHIER: StaffId = StaffId::new(Uuid::from_u128(11));
pub const TREASURER: StaffId = StaffId::new(Uuid::from_u128(12));

pub fn department() -> DepartmentId {
    DepartmentId::new("320102000000".parse().unwrap(), "090".parse().unwrap())
}

pub fn code() -> PaymentCode {
    PaymentCode::new(department().region, 2026, 1).unwrap()
}

pub fn staff(id: StaffId, duties: &[Duty]) -> Actor {
    let scope = Scope { region: "320102000000".parse().unwrap(), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: id, region: scope.region, post: "测试岗".to_owned(), powers }
}

pub fn cashier() -> Actor {
    staff(CASHIER, &[Duty::Collect])
}

pub fn treasurer() -> Actor {
    staff(TREASURER, &[Duty::Settle])
}

/// Somebody who holds both duties of the money desk.
pub fn both(id: StaffId) -> Actor {
    staff(id, &[Duty::Collect, Duty::Settle])
}

pub fn elsewhere() -> Actor {
    let scope = Scope { region: "320104000000".parse().unwrap(), subtree: true, kind: None };
    let powers = [Duty::Collect, Duty::Settle].map(|duty| Power { duty, scope }).to_vec();
    Actor::Staff { staff: CASHIER, region: scope.region, post: "测试岗".to_owned(), powers }
}

pub fn citizen(party: PartyId) -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(99)), person: party, acting_for: party }
}

pub fn payer() -> Actor {
    citizen(PAYER)
}

pub fn house() -> Actor {
    Actor::System("payment")
}

pub fn tariff(rates: &[(&str, i64)]) -> Tariff {
    let rate =
        |(what, amount): &(&str, i64)| Rate { what: (*what).to_owned(), amount: Fen(*amount), unit: "件".to_owned() };
    Tariff {
        name: "工本费".to_owned(),
        basis: "发改价格〔2003〕2322号".to_owned(),
        standard: "20元/件".to_owned(),
        rates: rates.iter().map(rate).collect(),
        online: true,
    }
}

pub fn opened(tariff: Tariff) -> Opened {
    rules::opening(Opened {
        payer: PAYER,
        subject: "case:3201020902603020000016".to_owned(),
        title: "居民身份证换领".to_owned(),
        department: department(),
        tariff,
        lines: vec![],
        at: midnight(MONDAY),
        pay_by: MONDAY,
    })
}

/// Twenty yuan, due.
pub fn due() -> Bill {
    open(code(), &opened(tariff(&[("", 2_000)])))
}

/// Eighty or five hundred and fifty, to be assessed.
pub fn by_choice() -> Bill {
    open(code(), &opened(tariff(&[("住宅", 8_000), ("非住宅", 55_000)])))
}

/// No amount in the standard, to be assessed.
pub fn reckoned() -> Bill {
    open(code(), &opened(tariff(&[])))
}

pub fn facts(actor: &Actor, today: Date) -> Facts<'_> {
    Facts { now: midnight(today), today, actor }
}

pub fn decide(bill: &Bill, actor: &Actor, command: &Command, today: Date) -> Result<Vec<Event>, Refusal> {
    rules::decide(bill, command, &facts(actor, today))
}

/// The bill after these steps, each of which must succeed.
pub fn after(bill: Bill, steps: &[(Actor, Command)]) -> Bill {
    steps.iter().fold(bill, |mut bill, (actor, command)| {
        let events = decide(&bill, actor, command, TUESDAY);
        let events = events.unwrap_or_else(|refusal| panic!("{}: {refusal}", command.name()));
        events.iter().for_each(|event| apply(&mut bill, event));
        bill
    })
}

pub fn order() -> Command {
    Command::Order { channel: Channel::Wechat, way: Way::Scan, lasts: ORDER_LASTS, client: None }
}

pub fn order_for(lasts: Duration) -> Command {
    Command::Order { channel: Channel::Wechat, way: Way::Scan, lasts, client: None }
}

/// Money by the `n`-th order.
pub fn charge(n: usize, transaction: &str, amount: i64) -> Command {
    Command::Charge(Charge {
        channel: Channel::Wechat,
        order: payment::order_no(&code(), n),
        transaction: transaction.to_owned(),
        amount: Fen(amount),
        at: midnight(TUESDAY),
        simulated: false,
    })
}

pub fn release(n: usize) -> Command {
    Command::Release { order: payment::order_no(&code(), n) }
}

pub fn take_in(flow: &str, amount: i64) -> Command {
    Command::TakeIn { flow: flow.to_owned(), amount: Fen(amount) }
}

pub fn exempt(amount: i64) -> Command {
    Command::Exempt {
        amount: Fen(amount), reason: "低保家庭".to_owned(), basis: "苏财综〔2009〕1号".to_owned()
    }
}

pub fn ask_refund(amount: i64) -> Command {
    Command::AskRefund { of: RefundOf::Payment, amount: Fen(amount), reason: "多缴".to_owned() }
}

pub fn ask_back(transaction: &str, amount: i64) -> Command {
    let of = RefundOf::Parked { transaction: transaction.to_owned() };
    Command::AskRefund { of, amount: Fen(amount), reason: "金额不符".to_owned() }
}

pub fn refund_no(n: usize) -> String {
    payment::refund_no(&code(), n)
}

pub fn approve(n: usize) -> Command {
    Command::ApproveRefund { no: refund_no(n) }
}

pub fn back(n: usize, reference: &str) -> Command {
    let outcome = RefundOutcome::Back { reference: reference.to_owned(), when: midnight(TUESDAY) };
    Command::EndRefund { no: refund_no(n), outcome }
}

pub fn failed(n: usize) -> Command {
    Command::EndRefund {
        no: refund_no(n), outcome: RefundOutcome::Failed { reason: "渠道：余额不足".to_owned() }
    }
}

pub fn cancel() -> Command {
    Command::Cancel { reason: "申请人撤回申请".to_owned() }
}

pub fn assess(rate: Option<usize>, quantity: u32, amount: Option<i64>, reckoning: &str) -> Command {
    Command::Assess(Assessment { rate, quantity, amount: amount.map(Fen), reckoning: reckoning.to_owned() })
}

/// Locked to the first order.
pub fn paying() -> Bill {
    after(due(), &[(payer(), order())])
}

/// Paid by the first order.
pub fn paid() -> Bill {
    after(paying(), &[(house(), charge(1, "T1", 2_000))])
}

/// Paid at a counter.
pub fn paid_at_counter() -> Bill {
    after(due(), &[(cashier(), take_in("FLOW-1", 2_000))])
}

/// An instant of Tuesday.
pub fn tuesday() -> Timestamp {
    midnight(TUESDAY)
}
