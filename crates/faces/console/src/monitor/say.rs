//! What supervision's values are in words.

use kernel::Date;
use supervision::{Cause, ClockName, FlagEvent, FlagState, Grade, Level, OrderEvent, OrderState, RuleKind, Seen};
use web::words;

/// Tenths of a point.
pub fn tenths(tenths: i64) -> String {
    format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
}

/// A badge's colour and word.
pub fn grade(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::Warning => ("osmanthus", "预警"),
        Grade::Yellow => ("osmanthus", "黄牌"),
        Grade::Red => ("plum", "红牌"),
    }
}

pub fn flag_state(state: &FlagState) -> &'static str {
    match state {
        FlagState::Open => "待处理",
        FlagState::Ordered { .. } => "已督办",
        FlagState::Lifted => "已消牌",
        FlagState::Upheld => "维持",
        FlagState::Withdrawn { .. } => "已撤销",
    }
}

pub fn order_state(state: &OrderState) -> &'static str {
    match state {
        OrderState::Issued { .. } => "待签收",
        OrderState::Signed { .. } => "整改中",
        OrderState::Appealed { .. } => "申诉中",
        OrderState::Answered { .. } => "待核查",
        OrderState::Closed { lifted: true } => "已消牌",
        OrderState::Closed { lifted: false } => "维持",
    }
}

pub fn level(level: Level) -> &'static str {
    match level {
        Level::Ordinary => "一般",
        Level::Important => "重点",
        Level::Listed => "挂牌",
    }
}

pub fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Time => "时限",
        RuleKind::Process => "流程",
        RuleKind::Fee => "收费",
        RuleKind::Conduct => "服务",
    }
}

pub fn clock(name: ClockName) -> &'static str {
    match name {
        ClockName::Answer => "受理答复",
        ClockName::Promised => "承诺时限",
        ClockName::Statutory => "法定时限",
        ClockName::Service => "送达",
    }
}

fn yuan(fen: kernel::Fen) -> String {
    format!("{}.{:02} 元", fen.0 / 100, fen.0 % 100)
}

/// What was found, in a sentence.
pub fn cause(cause: &Cause, today: Date) -> String {
    let day = |day: &Date| words::day(*day, today);
    match cause {
        Cause::Near { due } => format!("期限到{}，快到了", day(due)),
        Cause::Over { due, beyond: 0 } => format!("期限到{}，已经超过", day(due)),
        Cause::Over { due, beyond } => format!("期限到{}，超过了 {beyond} 个工作日以上", day(due)),
        Cause::CorrectedAgain { times, reasoned: true } => format!("第 {times} 次告知补正，有主管理由"),
        Cause::CorrectedAgain { times, reasoned: false } => format!("第 {times} 次告知补正，没有主管理由"),
        Cause::SamePerson => "受理或者审查的人自己作了决定".to_owned(),
        Cause::StepSkipped => "没有审查意见就作了决定".to_owned(),
        Cause::SpecialWithoutReason => "特别程序没有写理由".to_owned(),
        Cause::SpecialAgain => "同一件第二次启动特别程序".to_owned(),
        Cause::SpecialTooLate { due } => format!("期限到{}，过了期限才启动特别程序", day(due)),
        Cause::ExtendedAgain => "同一件第二次延期".to_owned(),
        Cause::ExtendedTooLong { days, most } => format!("延期 {days} 个工作日，最多 {most} 个"),
        Cause::ExtendedWithoutReason => "延期没有写理由".to_owned(),
        Cause::OffList { material } => format!("要了清单以外的材料：{material}"),
        Cause::Unreasoned => "不予办理，没有写清理由、依据或者救济途径".to_owned(),
        Cause::BackDated { on, entered } => format!("办理日期写的是{}，{}才录入", day(on), day(entered)),
        Cause::TooQuick { minutes } => format!("受理到决定只隔 {minutes} 分钟，又不是即办件"),
        Cause::AboveStandard { amount, standard } => format!("收费 {}，标准是 {}", yuan(*amount), yuan(*standard)),
        Cause::RefundLate { due } => format!("退费应在{}前到账，还没有到", day(due)),
        Cause::RedressLate { rectify: false, due } => format!("差评应在{}前联系，没有联系", day(due)),
        Cause::RedressLate { rectify: true, due } => format!("差评应在{}前整改，没有整改", day(due)),
        Cause::NoReply { due } => format!("督办单应在{}前反馈，没有反馈", day(due)),
    }
}

/// What an entry of a case says.
pub fn seen(saw: &Seen, today: Date) -> String {
    let day = |day: &Date| words::day(*day, today);
    match saw {
        Seen::Submitted { received, answer_by, .. } => format!("提交，{}收到，{}前答复", day(received), day(answer_by)),
        Seen::Accepted { by: None, on } => format!("视为受理，从{}起算", day(on)),
        Seen::Accepted { on, .. } => format!("受理，{}起算", day(on)),
        Seen::Corrected { reason: Some(_), .. } => "再次告知补正".to_owned(),
        Seen::Corrected { .. } => "告知补正".to_owned(),
        Seen::Resubmitted { answer_by, .. } => format!("补正交来，{}前答复", day(answer_by)),
        Seen::Reviewed { .. } => "审查意见".to_owned(),
        Seen::Suspended { expected, .. } => format!("特别程序停表，预计到{}", day(expected)),
        Seen::Resumed { .. } => "恢复计时".to_owned(),
        Seen::Extended { days, .. } => format!("延期 {days} 个工作日"),
        Seen::Decided { granted: true, .. } => "准予".to_owned(),
        Seen::Decided { .. } => "不予".to_owned(),
        Seen::Declined { .. } => "不予受理".to_owned(),
        Seen::Served { .. } => "送达".to_owned(),
        Seen::Closed { .. } => "办结".to_owned(),
        Seen::Ended { .. } => "退件或者撤回".to_owned(),
        Seen::Billed { amount, .. } => format!("开缴款单 {}", yuan(*amount)),
        Seen::RefundDue { .. } => "批准退费".to_owned(),
        Seen::RefundDone { .. } => "退费办完".to_owned(),
        Seen::Rated { poor: true } => "差评".to_owned(),
        Seen::Rated { .. } => "评价".to_owned(),
        Seen::SetAside => "差评不计入".to_owned(),
        Seen::RedressLate { .. } => "差评超期".to_owned(),
        Seen::Other => "其他记录".to_owned(),
    }
}

pub fn flag_event(event: &FlagEvent, today: Date) -> String {
    match event {
        FlagEvent::Raised(raised) => format!("发出{}：{}", grade(raised.grade).1, cause(&raised.cause, today)),
        FlagEvent::Escalated { grade: now, cause: why, .. } => format!("升为{}：{}", grade(*now).1, cause(why, today)),
        FlagEvent::Ordered { order } => format!("发出督办单 {order}"),
        FlagEvent::Settled { lifted: true } => "消牌".to_owned(),
        FlagEvent::Settled { lifted: false } => "维持".to_owned(),
        FlagEvent::Withdrawn { reason, .. } => format!("撤销：{reason}"),
    }
}

pub fn order_event(event: &OrderEvent, today: Date) -> String {
    let day = |day: &Date| words::day(*day, today);
    match event {
        OrderEvent::Issued { demand, sign_by, reply_by, .. } => {
            format!("发出，{}前签收，{}前反馈：{demand}", day(sign_by), day(reply_by))
        }
        OrderEvent::SignOverdue { due } => format!("{}前没有签收", day(due)),
        OrderEvent::Signed { appeal_by, .. } => format!("签收，{}前可以申诉", day(appeal_by)),
        OrderEvent::Appealed { reason, .. } => format!("申诉：{reason}"),
        OrderEvent::AppealDecided { allowed: true, reason, .. } => format!("申诉成立，消牌：{reason}"),
        OrderEvent::AppealDecided { reason, reply_by, .. } => {
            format!("申诉不成立，{}前整改反馈：{reason}", day(reply_by))
        }
        OrderEvent::ReplyOverdue { due } => format!("{}前没有反馈，升为红牌", day(due)),
        OrderEvent::Answered { measures, .. } => format!("整改反馈：{measures}"),
        OrderEvent::Closed { lifted: true, reason, .. } => format!("核查通过，消牌：{reason}"),
        OrderEvent::Closed { reason, .. } => format!("核查后维持：{reason}"),
    }
}
