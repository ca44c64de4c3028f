//! One bill at the money desk: what is owed and why, what came and went, and the acts that the state and the post allow.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use kernel::{Duty, Fen, PaymentCode};
use licences::document::Fonts;
use payment::{
    Assessment, Bill, Channel, Command, RefundOf, RefundState, Refusal, State as Standing, query,
    receipt::{Particulars, line_words},
};
use store::Failure;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, words};

use super::guard;
use crate::deck::{self, Desk};

struct Entry {
    when: String,
    account: &'static str,
    amount: String,
}

struct RefundLine {
    no: String,
    say: String,
    state: String,
    may_approve: bool,
    may_hand_back: bool,
}

struct ParkedLine {
    transaction: String,
    say: String,
    /// What may still go back, in yuan; empty when nothing.
    left: String,
}

#[derive(Template)]
#[template(path = "console/bill.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: String,
    groups: Vec<String>,
    title: String,
    word: &'static str,
    payer: String,
    collector: String,
    case: Option<String>,
    /// Whether this post may open the case.
    opens_case: bool,
    charge: String,
    basis: String,
    standard: String,
    lines: Vec<String>,
    amount: String,
    paid: Option<String>,
    receipt: Option<String>,
    exemptions: Vec<String>,
    orders: Vec<String>,
    parked: Vec<ParkedLine>,
    refunds: Vec<RefundLine>,
    entries: Vec<Entry>,
    /// Forms that this post may use now.
    take_in: Option<Field>,
    assess: Vec<Field>,
    exempt: Vec<Field>,
    refund: Vec<Field>,
    underway: bool,
}

fn code(text: &str) -> Result<PaymentCode, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// The page.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(bill): Path<String>,
) -> Result<Response, Fault> {
    guard(&visitor.staff()?.actor)?;
    shown(&house, &visitor, code(&bill)?, &Fields::default(), vec![])
}

fn shown(
    house: &Arc<House>,
    visitor: &Visitor,
    code: PaymentCode,
    typed: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    guard(&session.actor)?;
    let today = house.db.today();
    let (bill, entries, payer, collector) = house.ask(|read| {
        let bill = query::bill_for(read, &session.actor, &code)?;
        let entries = query::entries(read, &session.actor, &code)?;
        let payer = identity::party(read, &bill.payer)?.map_or_else(String::new, |party| party.name);
        let collector = organisation::department(read, &bill.department)?.map_or_else(String::new, |one| one.name);
        Ok::<_, Failure<Refusal>>((bill, entries, payer, collector))
    })?;
    let may = |duty| session.actor.may(duty, &bill.department);
    let (collects, settles) = (may(Duty::Collect), may(Duty::Settle));
    let payable = bill.is_payable() && !bill.is_held();
    let left = bill.refundable(&RefundOf::Payment);
    let fill = |field: Field| {
        let value = typed.get(&field.key).unwrap_or_default().to_owned();
        if value.is_empty() { field.wrong(&wrongs) } else { field.value(value).wrong(&wrongs) }
    };
    let entry = |line: &query::LedgerLine| Entry {
        when: words::moment(line.at, today),
        account: line.account.words(),
        amount: line.amount.to_string(),
    };
    let page = Page {
        code: bill.code.to_string(),
        groups: words::groups(bill.code),
        title: bill.title.clone(),
        word: bill.stage().word(),
        payer,
        collector,
        opens_case: may(Duty::Receive) || may(Duty::Supervise),
        case: casework::case_of(&bill.subject).map(|number| number.to_string()),
        charge: bill.tariff.name.clone(),
        basis: bill.tariff.basis.clone(),
        standard: bill.tariff.standard.clone(),
        lines: bill.lines.iter().map(|line| format!("{}：{}", line.name, line_words(line))).collect(),
        amount: bill.payable().to_string(),
        paid: bill.payment.as_ref().map(|paid| {
            let simulated = if paid.simulated { "（模拟，未发生真实支付）" } else { "" };
            let when = words::moment(paid.at, today);
            format!("{} 元，{}，{when}，流水号 {}{simulated}", paid.amount, paid.channel.words(), paid.transaction)
        }),
        receipt: bill
            .receipt
            .as_ref()
            .map(|one| format!("{} {}，校验码 {}", one.number.code(), one.number.number(), one.check)),
        exemptions: bill
            .exemptions
            .iter()
            .map(|one| format!("减免 {} 元：{}。依据：{}", one.amount, one.reason, one.basis))
            .collect(),
        orders: bill
            .orders
            .iter()
            .map(|order| {
                let state = if order.closed { "已关闭" } else { "" };
                format!(
                    "{} {} {} 元 {} {state}",
                    order.no,
                    order.channel.words(),
                    order.amount,
                    words::moment(order.at, today)
                )
            })
            .collect(),
        parked: parked(&bill),
        refunds: bill
            .refunds
            .iter()
            .map(|refund| refund_line(&bill, refund, session.actor.staff(), collects, settles))
            .collect(),
        entries: entries.iter().map(entry).collect(),
        take_in: (collects && payable).then(|| {
            let field = Field::new(FieldKind::Text, "flow", "收款流水号")
                .hint("柜台凭证上的号码，4 到 40 位字母或数字")
                .width("w-18");
            fill(field)
        }),
        assess: if collects && bill.state == Standing::Assessing {
            assess_fields(&bill).into_iter().map(fill).collect()
        } else {
            vec![]
        },
        exempt: if settles && payable { exempt_fields(&bill).into_iter().map(fill).collect() } else { vec![] },
        refund: if (collects || settles) && left > Fen::ZERO {
            refund_fields(left).into_iter().map(fill).collect()
        } else {
            vec![]
        },
        underway: bill.open_order().is_some(),
        frame: deck::frame(visitor, house, session, &bill.title, Desk::Cashier).with_errors(!wrongs.is_empty()),
        wrongs,
    };
    let status = if page.wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(web::page_with(status, &page))
}

fn parked(bill: &Bill) -> Vec<ParkedLine> {
    let line = |one: &payment::Parked| {
        let left = bill.refundable(&RefundOf::Parked { transaction: one.transaction.clone() });
        ParkedLine {
            transaction: one.transaction.clone(),
            say: format!("{} 元（应为 {} 元）：{}。流水号 {}", one.amount, one.asked, one.why.words(), one.transaction),
            left: if left > Fen::ZERO { left.to_string() } else { String::new() },
        }
    };
    bill.parked.iter().map(line).collect()
}

fn refund_line(
    bill: &Bill,
    refund: &payment::Refund,
    me: Option<kernel::StaffId>,
    collects: bool,
    settles: bool,
) -> RefundLine {
    let state = match &refund.state {
        RefundState::Asked => "待审核".to_owned(),
        RefundState::Approved { .. } => "已审核，退回中".to_owned(),
        RefundState::Refused { reason, .. } => format!("不同意：{reason}"),
        RefundState::Failed { reason } => format!("没有退成：{reason}"),
        RefundState::Done { reference, .. } => format!("已退付，流水号 {reference}"),
    };
    let is_mine = refund.asked_by.is_some() && refund.asked_by == me;
    let waits = matches!(refund.state, RefundState::Asked | RefundState::Failed { .. });
    let at_counter = bill.channel_of(&refund.of) == Some(Channel::Counter);
    RefundLine {
        no: refund.no.clone(),
        say: format!("{} {} 元，{}", refund.no, refund.amount, refund.reason),
        state,
        may_approve: settles && waits && !is_mine,
        may_hand_back: collects && at_counter && matches!(refund.state, RefundState::Approved { .. }),
    }
}

fn assess_fields(bill: &Bill) -> Vec<Field> {
    let amount = Field::new(FieldKind::Text, "amount", "核定金额").hint("单位：元，例如 80.00").width("w-8");
    let reckoning = Field::new(FieldKind::Area, "reckoning", "怎么算的")
        .hint("写明计费的基数、比例或者减少的理由，缴款人会看到原文");
    if bill.tariff.rates.is_empty() {
        return vec![amount, reckoning];
    }
    let mut rate = Field::new(FieldKind::Radio, "rate", "哪一档标准");
    let choice = |(at, rate): (usize, &catalogue::Rate)| {
        Choice::new(at.to_string(), format!("{} {} 元/{}", rate.what, rate.amount, rate.unit))
    };
    rate.choices = bill.tariff.rates.iter().enumerate().map(choice).collect();
    let quantity = Field::new(FieldKind::Number, "quantity", "数量").value("1").width("w-4");
    vec![rate, quantity, amount.optional(), reckoning.optional()]
}

fn exempt_fields(bill: &Bill) -> Vec<Field> {
    vec![
        Field::new(FieldKind::Text, "exempt_amount", "减免金额")
            .hint(format!("最多 {} 元", bill.payable()))
            .width("w-8"),
        Field::new(FieldKind::Text, "exempt_reason", "理由").hint("缴款人会看到原文"),
        Field::new(FieldKind::Text, "exempt_basis", "依据").hint("文件名和文号"),
    ]
}

fn refund_fields(left: Fen) -> Vec<Field> {
    vec![
        Field::new(FieldKind::Text, "refund_amount", "退付金额").hint(format!("最多 {left} 元")).width("w-8"),
        Field::new(FieldKind::Text, "refund_reason", "理由").hint("缴款人会看到原文"),
    ]
}

fn money(fields: &Fields, key: &'static str) -> Result<Fen, Wrong> {
    let text = fields.get(key).unwrap_or_default();
    text.parse().map_err(|error: kernel::BadAmount| Wrong::new(key, error.to_string()))
}

fn text(fields: &Fields, key: &str) -> String {
    fields.get(key).unwrap_or_default().to_owned()
}

/// Gives the command; what is wrong with its words is shown at the fields, which bear the `prefix` of their form.
async fn act(
    house: Arc<House>,
    visitor: Visitor,
    bill: String,
    fields: Fields,
    command: Result<Command, Wrong>,
    prefix: &'static str,
) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    guard(&actor)?;
    let code = code(&bill)?;
    let command = match command {
        Ok(command) => command,
        Err(wrong) => return shown(&house, &visitor, code, &fields, vec![wrong]),
    };
    match house.write(move |tx| payment::handle(tx, &actor, &code, &command)).await {
        Ok(_) => Ok(web::redirect(&format!("/cashier/{code}"))),
        Err(fault) if !fault.errors.is_empty() => {
            let at = |wrong: Wrong| Wrong::new(format!("{prefix}{}", wrong.key), wrong.detail);
            let wrongs = Wrong::of(&fault.errors).into_iter().map(at).collect();
            shown(&house, &visitor, code, &fields, wrongs)
        }
        Err(fault) => Err(fault),
    }
}

macro_rules! acts {
    ($($name:ident($fields:ident) $prefix:literal $doc:literal => $command:expr;)+) => {$(
        #[doc = $doc]
        pub async fn $name(
            State(house): State<Arc<House>>,
            visitor: Visitor,
            Path(bill): Path<String>,
            $fields: Fields,
        ) -> Result<Response, Fault> {
            let command: Result<Command, Wrong> = $command;
            act(house, visitor, bill, $fields, command, $prefix).await
        }
    )+};
}

acts! {
    assess(fields) "" "Assesses the fee (核定)." => assessment(&fields).map(Command::Assess);
    exempt(fields) "exempt_" "Remits (减免)." => money(&fields, "exempt_amount").map(|amount| Command::Exempt {
        amount, reason: text(&fields, "exempt_reason"), basis: text(&fields, "exempt_basis"),
    });
    ask_refund(fields) "refund_" "Asks for a refund (退付申请)." => money(&fields, "refund_amount").map(|amount| Command::AskRefund {
        of: refund_of(&fields), amount, reason: text(&fields, "refund_reason"),
    });
    approve(fields) "" "Approves a refund (退付审核)." => Ok(Command::ApproveRefund { no: text(&fields, "no") });
    refuse(fields) "refuse_" "Refuses a refund." => Ok(Command::RefuseRefund { no: text(&fields, "no"), reason: text(&fields, "refuse_reason") });
    hand_back(fields) "back_" "Notes that a refund was handed back at the counter." => Ok(Command::HandBack {
        no: text(&fields, "no"), flow: text(&fields, "back_flow"),
    });
}

/// Takes in at the counter what is due (柜台收款): the amount is the bill's own, so that nobody types it wrong.
pub async fn take_in(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(bill): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let amount = money(&fields, "due");
    let command = amount.map(|amount| Command::TakeIn { flow: text(&fields, "flow"), amount });
    act(house, visitor, bill, fields, command, "").await
}

/// The receipt of a paid bill, to be printed for whoever stands at the counter.
pub async fn receipt(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(bill): Path<String>,
) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    guard(&actor)?;
    let code = code(&bill)?;
    let (bill, payer, collector) = house.ask(|read| {
        let bill = query::bill_for(read, &actor, &code)?;
        let payer = identity::party(read, &bill.payer)?.map_or_else(String::new, |party| party.name);
        let collector = organisation::department(read, &bill.department)?.map_or_else(String::new, |one| one.name);
        Ok::<_, Failure<Refusal>>((bill, payer, collector))
    })?;
    let Some(number) = bill.receipt.as_ref().map(|receipt| receipt.number) else {
        return Err(Fault::refused(&Refusal::NoReceipt));
    };
    let link = house.address(&format!("/receipt/{number}"));
    let own = Arc::clone(&house);
    let printed = tokio::task::spawn_blocking(move || {
        let fonts = Fonts::find().ok_or("no Chinese font was found; install fonts-noto-cjk")?;
        let particulars = Particulars { payer, collector, link, demo: own.config.demo };
        let page = payment::receipt::pdf(&bill, &particulars, &fonts, own.signer.as_ref());
        page.ok_or("the bill has no receipt")?.map_err(|error| error.to_string())
    });
    let pdf = printed.await.map_err(|error| Fault::broken(error.to_string()))?.map_err(Fault::broken)?;
    let mut response = Response::new(Body::from(pdf.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Asks the channel what became of the open order.
pub async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(bill): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    guard(&actor)?;
    let code = code(&bill)?;
    house.write(move |tx| payment::ask_channel(tx, &actor, &code)).await?;
    Ok(web::redirect(&format!("/cashier/{code}")))
}

fn refund_of(fields: &Fields) -> RefundOf {
    match fields.get("transaction").filter(|text| !text.is_empty()) {
        Some(transaction) => RefundOf::Parked { transaction: transaction.to_owned() },
        None => RefundOf::Payment,
    }
}

fn assessment(fields: &Fields) -> Result<Assessment, Wrong> {
    let amount = match fields.get("amount").filter(|text| !text.is_empty()) {
        Some(_) => Some(money(fields, "amount")?),
        None => None,
    };
    let quantity = match fields.get("quantity") {
        Some(text) => text.parse().map_err(|_| Wrong::new("quantity", "填数量，只写数字，例如 1"))?,
        None => 1,
    };
    let rate = fields.get("rate").and_then(|text| text.parse().ok());
    Ok(Assessment { rate, quantity, amount, reckoning: text(fields, "reckoning") })
}
