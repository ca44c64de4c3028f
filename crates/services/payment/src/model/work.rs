//! What waits for a person, and the account of a day (对账).

use kernel::{Date, DepartmentId, Digest, Fen, PaymentCode, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Bill, Channel, Parking, RefundOf, RefundState, State};

/// One thing that waits for a person at the money desk (处理单).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Which, within its owner.
    pub id: String,
    /// What is to be done.
    pub kind: WorkKind,
    /// The bill it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<PaymentCode>,
    /// Whose it is; none for the account of a whole channel, which is the province's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// What it is about, in words.
    pub title: String,
    /// The amount in question.
    pub amount: Fen,
    /// Since when it waits.
    pub since: Timestamp,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// Assess a fee (核定金额).
    Assess,
    /// Approve or refuse a refund (退付审核).
    Refund,
    /// Hand a refund back at the counter (柜台退付).
    HandBack,
    /// Look into money that is parked (款项待查).
    Parked,
    /// Look into a refund that failed (退付失败).
    Failed,
    /// Resolve a difference of a day (对账差异).
    Difference,
}

impl WorkKind {
    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            WorkKind::Assess => "assess",
            WorkKind::Refund => "refund",
            WorkKind::HandBack => "hand-back",
            WorkKind::Parked => "parked",
            WorkKind::Failed => "failed",
            WorkKind::Difference => "difference",
        }
    }

    /// The word of the field.
    pub fn word(self) -> &'static str {
        match self {
            WorkKind::Assess => "核定金额",
            WorkKind::Refund => "退付审核",
            WorkKind::HandBack => "柜台退付",
            WorkKind::Parked => "款项待查",
            WorkKind::Failed => "退付失败",
            WorkKind::Difference => "对账差异",
        }
    }
}

impl Bill {
    /// What waits for a person because of this bill.
    pub fn work(&self) -> Vec<Work> {
        let work = |id: String, kind, title: String, amount, since| Work {
            id,
            kind,
            bill: Some(self.code),
            department: Some(self.department),
            title,
            amount,
            since,
        };
        let mut all = vec![];
        if self.state == State::Assessing {
            let title = format!("{}，标准：{}", self.title, self.tariff.standard);
            all.push(work("assess".to_owned(), WorkKind::Assess, title, Fen::ZERO, self.opened));
        }
        for parked in &self.parked {
            let of = RefundOf::Parked { transaction: parked.transaction.clone() };
            if self.refundable(&of) > Fen::ZERO {
                let title = format!("{}，{}", self.title, parked.why.words());
                all.push(work(
                    format!("parked {}", parked.transaction),
                    WorkKind::Parked,
                    title,
                    parked.amount,
                    parked.at,
                ));
            }
        }
        for refund in &self.refunds {
            let by_hand = self.channel_of(&refund.of) == Some(Channel::Counter);
            let kind = match &refund.state {
                RefundState::Asked => WorkKind::Refund,
                RefundState::Approved { .. } if by_hand => WorkKind::HandBack,
                RefundState::Failed { .. } if self.refundable(&refund.of) > Fen::ZERO => WorkKind::Failed,
                _ => continue,
            };
            all.push(work(
                format!("refund {}", refund.no),
                kind,
                format!("{}，{}", self.title, refund.reason),
                refund.amount,
                refund.asked,
            ));
        }
        all
    }

    /// By which channel a sum came.
    pub fn channel_of(&self, of: &RefundOf) -> Option<Channel> {
        match of {
            RefundOf::Payment => self.payment.as_ref().map(|payment| payment.channel),
            RefundOf::Parked { transaction } => {
                self.parked.iter().find(|parked| parked.transaction == *transaction).map(|parked| parked.channel)
            }
        }
    }

    /// Whether money of this bill is parked because the amount was wrong and has not gone back yet.
    pub fn is_held(&self) -> bool {
        self.parked.iter().any(|parked| {
            let of = RefundOf::Parked { transaction: parked.transaction.clone() };
            let is_back = self.refunds.iter().any(|refund| {
                refund.of == of && matches!(refund.state, RefundState::Approved { .. } | RefundState::Done { .. })
            });
            parked.why == Parking::Amount && !is_back
        })
    }
}

/// The account of one channel and day, compared with our books.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The channel.
    pub channel: Channel,
    /// The day.
    pub day: Date,
    /// How many events made it.
    pub version: i64,
    /// Digest of the file that was compared.
    pub file: Digest,
    /// Lines of the file.
    pub lines: u32,
    /// Payments in it.
    pub paid: Fen,
    /// Refunds in it.
    pub refunded: Fen,
    /// Lines that agree (平).
    pub even: u32,
    /// Lines that do not.
    pub differences: Vec<Difference>,
    /// When it was compared.
    pub at: Timestamp,
    /// Whether the payments that agree have been settled.
    pub settled: bool,
}

/// One line that does not agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Our order or refund.
    pub own_no: String,
    /// The channel's number.
    pub reference: String,
    /// Of which class.
    pub finding: Finding,
    /// Whose bill it concerns; none when the channel names a number that is not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// In our books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<Fen>,
    /// In the channel's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Fen>,
    /// How it was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
}

/// Classes of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// 长款: the channel has it, our books do not.
    Surplus,
    /// 短款: our books have it, the channel does not.
    Shortfall,
    /// 金额不符: both have it, with different amounts.
    Amount,
    /// 状态不符: both know it, and one says that it came about, the other that it did not.
    State,
}

impl Finding {
    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Finding::Surplus => "surplus",
            Finding::Shortfall => "shortfall",
            Finding::Amount => "amount",
            Finding::State => "state",
        }
    }

    /// The word of the field.
    pub fn word(self) -> &'static str {
        match self {
            Finding::Surplus => "长款",
            Finding::Shortfall => "短款",
            Finding::Amount => "金额不符",
            Finding::State => "状态不符",
        }
    }

    /// The first thing to do.
    pub fn step(self) -> &'static str {
        match self {
            Finding::Surplus => "向渠道查询这一笔：是我们的订单就补记，不是就请渠道核实后退回",
            Finding::Shortfall => "向渠道查询这一笔：渠道确认收到的等下一日账单，确认没有收到的报主管处理",
            Finding::Amount => "款项已转入待查，核实后原路退回，请缴款人重新缴费",
            Finding::State => "向渠道查询这一笔，以渠道的最终状态为准补记",
        }
    }
}

/// How a difference was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// What was done.
    pub how: Settling,
    /// In words.
    pub words: String,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Ways to resolve a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settling {
    /// The channel was asked again and our books were put right by its answer (补记).
    Recorded,
    /// The money went back (退回).
    Returned,
    /// The other side put its account right (渠道更正).
    Corrected,
    /// Explained and closed (说明核销).
    Explained,
}

impl Settling {
    /// All ways.
    pub const ALL: [Settling; 4] = [Settling::Recorded, Settling::Returned, Settling::Corrected, Settling::Explained];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Settling::Recorded => "recorded",
            Settling::Returned => "returned",
            Settling::Corrected => "corrected",
            Settling::Explained => "explained",
        }
    }

    /// The word of the field.
    pub fn word(self) -> &'static str {
        match self {
            Settling::Recorded => "向渠道查明，已补记",
            Settling::Returned => "款项已原路退回",
            Settling::Corrected => "渠道已更正账单",
            Settling::Explained => "已查明原因，说明核销",
        }
    }
}

impl Reconciliation {
    /// The journal stream.
    pub fn stream(&self) -> String {
        day_stream(self.channel, self.day)
    }

    /// What waits for a person because of this day.
    pub fn work(&self) -> Vec<Work> {
        let open = self.differences.iter().filter(|difference| difference.resolution.is_none());
        open.map(|difference| Work {
            id: difference.reference.clone(),
            kind: WorkKind::Difference,
            bill: super::reference_bill(&difference.own_no),
            department: difference.department,
            title: format!("{} {}，{}", self.channel.words(), self.day, difference.finding.word()),
            amount: difference.theirs.or(difference.ours).unwrap_or_default(),
            since: self.at,
        })
        .collect()
    }
}

/// The journal stream of a channel's day.
pub fn day_stream(channel: Channel, day: Date) -> String {
    format!("{DAY}{channel}:{day}")
}

/// The channel and day that a stream tells of.
pub fn day_of(stream: &str) -> Option<(Channel, Date)> {
    let (channel, day) = stream.strip_prefix(DAY)?.split_once(':')?;
    Some((channel.parse().ok()?, day.parse().ok()?))
}

const DAY: &str = "account:";
