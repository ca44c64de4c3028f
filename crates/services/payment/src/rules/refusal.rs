//! Why the money desk said no, in the reader's words.

use std::fmt;

use kernel::{BadCode, Class, Duty, Fen, FieldError, Refuse, Timestamp, local_time};

use crate::{Stage, statement::BadStatement};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such bill, or none that this person may know of.
    NotFound,
    /// What was typed is no payment code.
    Code(BadCode),
    /// The state of the bill does not allow this.
    NotNow {
        /// Where it stands.
        stage: Stage,
        /// What was asked.
        command: &'static str,
    },
    /// This member of staff does not hold the duty for this department.
    NotEmpowered {
        /// Any of these would do.
        duties: Vec<Duty>,
    },
    /// Only who owes it may begin to pay it here.
    OnlyThePayer,
    /// What channels tell is not entered by hand.
    OnlyTheHouse,
    /// The bill is locked to an order.
    Locked {
        /// When the lock ends.
        until: Timestamp,
    },
    /// Money with a wrong amount is being looked into.
    Held,
    /// The amount has not been reckoned yet.
    NotAssessed,
    /// This charge cannot be paid online, or not by this channel.
    NotOnline,
    /// There is no way of paying online here.
    NoChannel,
    /// Too many attempts.
    TooManyOrders,
    /// Too many refunds.
    TooManyRefunds,
    /// A channel told of an order that is not ours.
    NoSuchOrder,
    /// No such refund.
    NoSuchRefund,
    /// The refund is not where this could be done.
    RefundNotNow,
    /// Who asked may not approve.
    SamePerson,
    /// More than is left.
    MoreThanRemains {
        /// What is left.
        left: Fen,
    },
    /// Not the amount that is due.
    WrongAmount {
        /// What is due.
        due: Fen,
    },
    /// No amount, or none above zero.
    NoAmount,
    /// None of the rates of the standard was chosen.
    NoRate,
    /// A quantity that cannot be.
    Quantity {
        /// The most.
        most: u32,
    },
    /// More than the published standard allows.
    AboveStandard {
        /// The most.
        most: Fen,
    },
    /// Words that must be there are not.
    WithoutWords {
        /// The field.
        pointer: &'static str,
    },
    /// A text that is far too long.
    TooLong {
        /// The field.
        pointer: &'static str,
        /// Characters at most.
        most: usize,
    },
    /// No number of a counter.
    FlowShape,
    /// The counter's number was used for another bill.
    FlowUsed,
    /// No such difference.
    NoSuchDifference,
    /// Somebody resolved it already.
    ResolvedBefore,
    /// The file is no account of a channel's day.
    Statement(BadStatement),
    /// The day is not over.
    DayNotOver,
    /// No receipt of this number.
    NoReceipt,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有这张缴款单。"),
            Refusal::Code(bad) => write!(f, "缴款识别码不对：{bad}"),
            Refusal::NotNow { stage, .. } => write!(f, "这张缴款单现在是“{}”，不能这样办。", stage.word()),
            Refusal::NotEmpowered { duties } => {
                let needs: Vec<&str> = duties.iter().map(|duty| duty_word(*duty)).collect();
                write!(f, "您的岗位没有这个单位的{}职权。", needs.join("或"))
            }
            Refusal::OnlyThePayer => f.write_str("只有缴款人可以在网上缴这张单。"),
            Refusal::OnlyTheHouse => f.write_str("渠道的结果只能由渠道报来，不能手工录入。"),
            Refusal::Locked { until } => {
                let local = local_time(*until);
                write!(f, "这张缴款单正在线上缴费，锁定到 {:02}:{:02}。", local.hour(), local.minute())
            }
            Refusal::Held => f.write_str("有一笔金额不符的款项正在核实，核实退回以前不能再缴。"),
            Refusal::NotAssessed => f.write_str("金额还没有核定，现在不能缴。"),
            Refusal::NotOnline => f.write_str("这项收费不能在网上缴。"),
            Refusal::NoChannel => f.write_str("这里还没有接通网上缴费。"),
            Refusal::TooManyOrders => f.write_str("这张缴款单尝试缴费的次数太多。"),
            Refusal::TooManyRefunds => f.write_str("这张缴款单的退付次数太多。"),
            Refusal::NoSuchOrder => f.write_str("渠道报来的订单不是我们的。"),
            Refusal::NoSuchRefund => f.write_str("没有这笔退付。"),
            Refusal::RefundNotNow => f.write_str("这笔退付现在不能这样办。"),
            Refusal::SamePerson => f.write_str("申请退付的人不能自己审核。"),
            Refusal::MoreThanRemains { left } => write!(f, "最多 {left} 元，不能超过。"),
            Refusal::WrongAmount { due } => write!(f, "应缴 {due} 元，收的金额必须与它一致。"),
            Refusal::NoAmount => f.write_str("写明金额，大于零。"),
            Refusal::NoRate => f.write_str("选一档收费标准。"),
            Refusal::Quantity { most } => write!(f, "数量应在 1 到 {most} 之间。"),
            Refusal::AboveStandard { most } => write!(f, "按公布的标准最多 {most} 元，不能超过。"),
            Refusal::WithoutWords { .. } => f.write_str("这一栏要写。"),
            Refusal::TooLong { most, .. } => write!(f, "文字太长，最多 {most} 个字。"),
            Refusal::FlowShape => f.write_str("流水号是 4 到 40 位字母、数字或短横线。"),
            Refusal::FlowUsed => f.write_str("这个流水号已经用在另一笔款项上。"),
            Refusal::NoSuchDifference => f.write_str("没有这笔差异。"),
            Refusal::ResolvedBefore => f.write_str("这笔差异已经处理过。"),
            Refusal::Statement(bad) => bad.fmt(f),
            Refusal::DayNotOver => f.write_str("这一天还没有过完，账单还不全。"),
            Refusal::NoReceipt => f.write_str("没有这张票据。"),
        }
    }
}

impl std::error::Error for Refusal {}

fn duty_word(duty: Duty) -> &'static str {
    match duty {
        Duty::Collect => "收费",
        Duty::Settle => "减免、退付审核和对账",
        _ => "相应的",
    }
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "payment.not-found",
            Refusal::Code(_) => "payment.code",
            Refusal::NotNow { .. } => "payment.not-now",
            Refusal::NotEmpowered { .. } => "payment.not-empowered",
            Refusal::OnlyThePayer => "payment.only-the-payer",
            Refusal::OnlyTheHouse => "payment.only-the-house",
            Refusal::Locked { .. } => "payment.locked",
            Refusal::Held => "payment.held",
            Refusal::NotAssessed => "payment.not-assessed",
            Refusal::NotOnline => "payment.not-online",
            Refusal::NoChannel => "payment.no-channel",
            Refusal::TooManyOrders => "payment.too-many-orders",
            Refusal::TooManyRefunds => "payment.too-many-refunds",
            Refusal::NoSuchOrder => "payment.no-such-order",
            Refusal::NoSuchRefund => "payment.no-such-refund",
            Refusal::RefundNotNow => "payment.refund-not-now",
            Refusal::SamePerson => "payment.same-person",
            Refusal::MoreThanRemains { .. } => "payment.more-than-remains",
            Refusal::WrongAmount { .. } => "payment.wrong-amount",
            Refusal::NoAmount => "payment.no-amount",
            Refusal::NoRate => "payment.no-rate",
            Refusal::Quantity { .. } => "payment.quantity",
            Refusal::AboveStandard { .. } => "payment.above-standard",
            Refusal::WithoutWords { .. } => "payment.without-words",
            Refusal::TooLong { .. } => "payment.too-long",
            Refusal::FlowShape => "payment.flow-shape",
            Refusal::FlowUsed => "payment.flow-used",
            Refusal::NoSuchDifference => "payment.no-such-difference",
            Refusal::ResolvedBefore => "payment.resolved-before",
            Refusal::Statement(_) => "payment.statement",
            Refusal::DayNotOver => "payment.day-not-over",
            Refusal::NoReceipt => "payment.no-receipt",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound
            | Refusal::NoSuchOrder
            | Refusal::NoSuchRefund
            | Refusal::NoSuchDifference
            | Refusal::NoReceipt => Class::NotFound,
            Refusal::NotEmpowered { .. } | Refusal::OnlyThePayer | Refusal::OnlyTheHouse | Refusal::SamePerson => {
                Class::Forbidden
            }
            Refusal::NotNow { .. }
            | Refusal::Locked { .. }
            | Refusal::Held
            | Refusal::NotAssessed
            | Refusal::NotOnline
            | Refusal::NoChannel
            | Refusal::TooManyOrders
            | Refusal::TooManyRefunds
            | Refusal::RefundNotNow
            | Refusal::FlowUsed
            | Refusal::ResolvedBefore
            | Refusal::DayNotOver => Class::Conflict,
            Refusal::Code(_)
            | Refusal::MoreThanRemains { .. }
            | Refusal::WrongAmount { .. }
            | Refusal::NoAmount
            | Refusal::NoRate
            | Refusal::Quantity { .. }
            | Refusal::AboveStandard { .. }
            | Refusal::WithoutWords { .. }
            | Refusal::TooLong { .. }
            | Refusal::FlowShape
            | Refusal::Statement(_) => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            // A fee is charged by the published items and standards only.
            Refusal::AboveStandard { .. } | Refusal::NotAssessed => Some("行政许可法 第五十九条"),
            Refusal::SamePerson => Some("会计法 第二十七条"),
            _ => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let text = match self {
            Refusal::NotFound => "请核对 20 位缴款识别码，或者换成办这件事时的身份再看。",
            Refusal::Code(_) => "缴款识别码是 20 位数字，在缴款单和办件进度页上都有。",
            Refusal::NotNow { .. } | Refusal::RefundNotNow => "请刷新页面，看它现在的状态。",
            Refusal::NotEmpowered { .. } => "请交给有这项职权的同事办。",
            Refusal::OnlyThePayer => "别人代缴，可以持缴款识别码到柜台办理。",
            Refusal::OnlyTheHouse => "请在缴款单上点“向渠道查询”。",
            Refusal::Locked { .. } => "等它缴完或者到期；不想这样缴了，先取消这次缴费。",
            Refusal::Held => "不用再缴。核实以后会原路退回，进度页上会告诉您。",
            Refusal::NotAssessed => "工作人员核定以后会通知您，进度页上看得到。",
            Refusal::NotOnline | Refusal::NoChannel | Refusal::TooManyOrders => "请持缴款识别码到柜台缴费。",
            Refusal::TooManyRefunds => "请联系省级收费管理部门。",
            Refusal::NoSuchOrder | Refusal::NoSuchRefund => "请核对商户订单号或退付单号。",
            Refusal::SamePerson => "请由另一位有审核职权的同事审核。",
            Refusal::MoreThanRemains { .. } | Refusal::WrongAmount { .. } | Refusal::AboveStandard { .. } => {
                "请改正金额后再提交。"
            }
            Refusal::FlowUsed => "请核对凭证上的流水号。",
            Refusal::NoSuchDifference => "请从对账的差异清单里重新打开。",
            Refusal::ResolvedBefore => "刷新页面可以看到处理结果。",
            Refusal::Statement(_) => "请向渠道重新下载这一天的账单，不要打开后另存。",
            Refusal::DayNotOver => "第二天再对这一天的账。",
            Refusal::NoReceipt => "请核对票据代码和票据号码。",
            Refusal::NoAmount
            | Refusal::NoRate
            | Refusal::Quantity { .. }
            | Refusal::WithoutWords { .. }
            | Refusal::TooLong { .. }
            | Refusal::FlowShape => return None,
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        let pointer = match self {
            Refusal::Code(_) => "/code",
            Refusal::WrongAmount { .. }
            | Refusal::NoAmount
            | Refusal::MoreThanRemains { .. }
            | Refusal::AboveStandard { .. } => "/amount",
            Refusal::NoRate => "/rate",
            Refusal::Quantity { .. } => "/quantity",
            Refusal::WithoutWords { pointer } | Refusal::TooLong { pointer, .. } => pointer,
            Refusal::FlowShape | Refusal::FlowUsed => "/flow",
            Refusal::Statement(_) => "/file",
            _ => return vec![],
        };
        vec![FieldError::at(pointer, self)]
    }
}
