//! A bill as pages show it.

use kernel::{Fen, local_date};
use payment::{Bill, RefundState, Stage, State, receipt::line_words};
use store::{Error, Read};
use web::words;

use crate::citizen::{case, words as prose};

/// What the pages of a bill show.
pub struct BillView {
    /// The payment code in groups of four.
    pub groups: Vec<String>,
    /// The code itself.
    pub code: String,
    /// What it is for.
    pub title: String,
    /// Where what it is for is followed.
    pub back: Option<String>,
    /// Who owes it.
    pub payer: String,
    /// Who collects it.
    pub collector: String,
    /// Name of the charge.
    pub charge: String,
    /// What it rests on.
    pub basis: String,
    /// The published standard.
    pub standard: String,
    /// The lines, in words.
    pub lines: Vec<String>,
    /// What was remitted, with its reason.
    pub remitted: Vec<String>,
    /// What is to be paid, or was.
    pub amount: String,
    /// The last day.
    pub pay_by: String,
    /// Whether somebody began to pay it.
    pub tried: bool,
    /// Where it stands.
    pub standing: Standing,
    /// In a word.
    pub word: &'static str,
    /// How the word is coloured.
    pub tone: &'static str,
    /// When and how it was paid.
    pub paid: Option<String>,
    /// Its receipt.
    pub receipt: Option<String>,
    /// Refunds, in words.
    pub refunds: Vec<String>,
    /// Money that is being looked into.
    pub held: Vec<String>,
}

/// Where a bill stands, as a page must tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A clerk reckons it first.
    Assessing,
    /// It can be paid.
    Open,
    /// Under way at the channel: nobody knows yet.
    Underway,
    /// Money of a wrong amount is being looked into.
    Held,
    /// Paid, or remitted.
    Cleared,
    /// No longer owed.
    Void,
}

impl Standing {
    /// Whether it can be paid now.
    pub fn is_open(&self) -> bool {
        *self == Standing::Open
    }

    /// Whether the channel has it.
    pub fn is_underway(&self) -> bool {
        *self == Standing::Underway
    }

    /// Whether it is paid or remitted.
    pub fn is_cleared(&self) -> bool {
        *self == Standing::Cleared
    }

    /// Whether a clerk must reckon it.
    pub fn is_assessing(&self) -> bool {
        *self == Standing::Assessing
    }

    /// Whether it is no longer owed.
    pub fn is_void(&self) -> bool {
        *self == Standing::Void
    }
}

fn standing(bill: &Bill) -> Standing {
    match bill.state {
        State::Assessing => Standing::Assessing,
        State::Due | State::Overdue if bill.is_held() => Standing::Held,
        State::Due | State::Overdue => Standing::Open,
        State::Paying { .. } => Standing::Underway,
        State::Paid | State::Settled { .. } | State::Exempted => Standing::Cleared,
        State::Void { .. } => Standing::Void,
    }
}

/// The word of a state, and its colour.
pub fn word(bill: &Bill) -> (&'static str, &'static str) {
    match bill.stage() {
        Stage::Due => ("待缴", "plum"),
        Stage::Overdue => ("逾期未缴", "plum"),
        Stage::Assessing => ("金额待核定", "osmanthus"),
        Stage::Paying => ("缴费中", "water"),
        Stage::Paid | Stage::Settled => ("已缴", "bamboo"),
        Stage::Exempted => ("已减免", "bamboo"),
        Stage::Void => ("已作废", ""),
    }
}

impl BillView {
    /// Everything that its payer may see.
    pub fn gather(read: &mut dyn Read, bill: &Bill) -> Result<BillView, Error> {
        let today = local_date(read.now());
        let payer = identity::party(read, &bill.payer)?.map_or_else(String::new, |party| party.name);
        let collector =
            organisation::department(read, &bill.department)?.map_or_else(String::new, |office| office.name);
        let (word, tone) = word(bill);
        let refund = |refund: &payment::Refund| {
            let state = match &refund.state {
                RefundState::Asked => "正在审核",
                RefundState::Approved { .. } => "已审核，正在退回",
                RefundState::Refused { .. } => "没有通过审核",
                RefundState::Failed { .. } => "退回时遇到问题，工作人员正在处理",
                RefundState::Done { .. } => "已退回",
            };
            format!("退付 {} 元，{state}。原因：{}", refund.amount, refund.reason)
        };
        let remitted =
            |one: &payment::Exemption| format!("减免 {} 元：{}（依据：{}）", one.amount, one.reason, one.basis);
        Ok(BillView {
            groups: words::groups(bill.code),
            code: bill.code.to_string(),
            title: bill.title.clone(),
            back: casework::case_of(&bill.subject).map(|number| format!("/case/{number}")),
            payer,
            collector,
            charge: bill.tariff.name.clone(),
            basis: bill.tariff.basis.clone(),
            standard: bill.tariff.standard.clone(),
            lines: bill.lines.iter().map(|line| format!("{}：{}", line.name, line_words(line))).collect(),
            remitted: bill.exemptions.iter().map(remitted).collect(),
            amount: bill.payment.as_ref().map_or(bill.payable(), |payment| payment.amount).to_string(),
            pay_by: words::day(bill.pay_by, today),
            tried: !bill.orders.is_empty(),
            standing: standing(bill),
            word,
            tone,
            paid: bill.payment.as_ref().map(|paid| {
                format!("{}，{}，流水号 {}", prose::moment(paid.at, today), paid.channel.words(), paid.transaction)
            }),
            receipt: bill.receipt.as_ref().map(|receipt| receipt.number.to_string()),
            refunds: bill.refunds.iter().filter(|refund| refund.amount > Fen::ZERO).map(refund).collect(),
            held: bill.parked.iter().map(|parked| format!("{} 元：{}", parked.amount, parked.why.words())).collect(),
        })
    }
}

/// What the progress page of a case says about its fee.
pub struct Notice {
    /// The payment code.
    pub code: String,
    /// How much, and where it stands.
    pub say: String,
    /// In a word.
    pub word: &'static str,
    /// How the word is coloured.
    pub tone: &'static str,
    /// Until when it is to be paid, if it can be paid now.
    pub due: Option<case::view::Todo>,
}

impl Notice {
    /// The fee of a case, for its applicant.
    pub fn of(bill: &Bill, today: kernel::Date) -> Notice {
        let (word, tone) = word(bill);
        let say = match standing(bill) {
            Standing::Assessing => {
                format!("{}，工作人员核定金额后通知您。标准：{}", bill.tariff.name, bill.tariff.standard)
            }
            Standing::Void => format!("{}，不用缴了", bill.tariff.name),
            _ => format!("{} {} 元", bill.tariff.name, bill.payable()),
        };
        let due = (standing(bill) == Standing::Open).then(|| case::view::Todo {
            say: format!("缴 {} 元，", bill.payable()),
            until: words::day(bill.pay_by, today),
            after: "审批不等缴费，结果在缴清以后发给您。",
            href: format!("/pay/{}", bill.code),
            action: "去缴费",
        });
        Notice { code: bill.code.to_string(), say, word, tone, due }
    }
}
