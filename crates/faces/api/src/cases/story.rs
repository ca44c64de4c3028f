//! What happened to a case, and its dates, in words.

use super::view::Viewer;
use casework::{
    Case, Event, Stance, Subject,
    query::{ClockKind, Hand, Reckoning, Step},
};
use clock::{Day, DayLine, Ground};
use serde::Serialize;
use store::{Error, Read};
use utoipa::ToSchema;

/// What happened to a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    /// The events in order.
    pub events: Vec<EventView>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 2, "seq": 40113, "at": "2026-11-20T03:20:00Z", "kind": "accepted", "by": "staff", "name": "玄武区示例窗口收件",
    "post": "综合窗口", "text": "已受理，2026-11-27 前作出决定"
}))]
pub struct EventView {
    /// Its place in the case, from 1.
    pub version: i64,
    /// Its number in the journal, for a proof.
    pub seq: i64,
    /// When (RFC 3339).
    pub at: String,
    /// For programs: submitted, accepted, deemed-accepted, correction-requested, resubmitted, returned, declined, reviewed, suspended,
    /// resumed, extended, granted, denied, served, closed, withdrawn.
    pub kind: &'static str,
    /// Whose doing it was: `applicant`, `staff`, or `house` for what the law does by itself.
    pub by: &'static str,
    /// Name of the official.
    pub name: Option<String>,
    /// Post of the official.
    pub post: Option<String>,
    /// In words.
    pub text: String,
}

/// The steps of a case for `viewer`.
pub fn events(read: &mut dyn Read, steps: &[Step], viewer: Viewer) -> Result<EventList, Error> {
    let mut events = Vec::with_capacity(steps.len());
    for step in steps {
        let staff = match &step.by {
            Hand::Staff(id) => identity::staff(read, id)?,
            _ => None,
        };
        let by = match step.by {
            Hand::Citizen(_) => "applicant",
            Hand::Staff(_) => "staff",
            Hand::House(_) => "house",
        };
        events.push(EventView {
            version: step.version,
            seq: step.seq,
            at: step.at.to_string(),
            kind: store::Event::kind(&step.event),
            by,
            name: staff.as_ref().map(|staff| staff.name.to_string()),
            post: staff.map(|staff| staff.post),
            text: words(&step.event, viewer),
        });
    }
    Ok(EventList { events })
}

fn words(event: &Event, viewer: Viewer) -> String {
    match event {
        Event::Submitted(submitted) => format!("已提交，{} 前答复是否受理", submitted.answer_by),
        Event::Accepted { due, .. } => format!("已受理，{due} 前作出决定"),
        Event::DeemedAccepted { since, due } => {
            format!("五个工作日内没有答复，自 {since} 起视为受理，{due} 前作出决定")
        }
        Event::CorrectionRequested { missing, until, .. } => {
            let list = missing.iter().map(|missing| match &missing.what {
                Subject::Material(name) => format!("{name}:{}", missing.why),
                Subject::Field(_) => missing.why.clone(),
            });
            format!("需要补正，请在 {until} 前完成：{}", list.collect::<Vec<_>>().join("；"))
        }
        Event::Resubmitted { answer_by, .. } => format!("已补正，{answer_by} 前答复是否受理"),
        Event::Returned { .. } => "逾期没有补正，已退件，可以重新申请".to_owned(),
        Event::Declined { reason, article, .. } => format!("不予受理：{reason}（{article}）"),
        Event::Reviewed { stance, opinion, .. } if viewer == Viewer::Staff => {
            let stance = if *stance == Stance::For { "建议准予" } else { "建议不予" };
            format!("审查意见：{stance}。{opinion}")
        }
        Event::Reviewed { .. } => "已完成审查".to_owned(),
        Event::Suspended { ground, days, expected, .. } => {
            let name = ground_name(*ground);
            format!("因{name}暂停计时，所需 {days} 个工作日，预计 {expected} 结束")
        }
        Event::Resumed { result, due, .. } => format!("恢复计时：{result}，{due} 前作出决定"),
        Event::Extended { days, reason, due, .. } => {
            format!("经批准延长 {days} 个工作日：{reason}，{due} 前作出决定")
        }
        Event::Granted { reason: Some(reason), .. } if viewer == Viewer::Staff => format!("准予：{reason}"),
        Event::Granted { .. } => "准予".to_owned(),
        Event::Denied { reason, article, .. } => format!("不予：{reason}（{article}）"),
        Event::Served { licence: Some(licence), .. } => format!("已送达，电子证照 {licence}"),
        Event::Served { .. } => "已送达".to_owned(),
        Event::Prepared { .. } => "结果已经做好，等待领取或者寄送".to_owned(),
        Event::WayChosen { .. } => "申请人改了领取方式".to_owned(),
        Event::Closed { .. } => "已办结".to_owned(),
        Event::Withdrawn { .. } => "申请人已撤回".to_owned(),
        Event::LookupLocked { .. } => "多次输错查询密码，公开查询暂停".to_owned(),
    }
}

/// The clock of a case, day by day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "clock": "handling", "due": "2026-11-27", "projected": "2026-11-27", "today": "2026-11-20", "total": 5, "used": 0, "paused": 0,
    "left": 5, "statutory": "2026-12-18", "without_notice": [], "unlisted": 0, "lines": [
        {"date": "2026-11-20", "day": "start", "counts": false, "due": false, "text": "受理当日不计入", "basis": "民法典 第二百零一条"}]
}))]
pub struct ClockView {
    /// `acceptance` (five working days to answer), `handling` (the promised limit), or `none` while the applicant has the turn.
    pub clock: &'static str,
    /// The last day; null while the clock rests.
    pub due: Option<String>,
    /// The last day if the clock ran on from today.
    pub projected: Option<String>,
    /// The day of this explanation.
    pub today: Option<String>,
    /// Days of the limit, with its extension.
    pub total: i64,
    /// Days used.
    pub used: i64,
    /// Days that stood still.
    pub paused: i64,
    /// Days left; negative when overdue.
    pub left: i64,
    /// Last day of the statutory limit, where a law sets one beside the promise.
    pub statutory: Option<String>,
    /// Years for which there is no holiday notice yet: there only weekends are known.
    pub without_notice: Vec<i16>,
    /// Each day.
    pub lines: Vec<DayView>,
    /// Days at the end that are not listed.
    pub unlisted: usize,
}

/// One day of a clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    pub date: String,
    /// start, counted, ahead, make-up, calendar, rest, holiday, paused, moved or overdue.
    pub day: &'static str,
    /// Whether it uses up a day of the limit.
    pub counts: bool,
    /// Whether it is the last day.
    pub due: bool,
    /// In words.
    pub text: String,
    /// The article or notice that makes it so.
    pub basis: &'static str,
}

/// The clock of `case`, explained.
pub fn clock(_case: &Case, reckoning: Option<Reckoning>) -> ClockView {
    let Some(Reckoning { kind, explanation, statutory }) = reckoning else {
        return ClockView {
            clock: "none",
            due: None,
            projected: None,
            today: None,
            total: 0,
            used: 0,
            paused: 0,
            left: 0,
            statutory: None,
            without_notice: vec![],
            lines: vec![],
            unlisted: 0,
        };
    };
    ClockView {
        clock: match kind {
            ClockKind::Acceptance => "acceptance",
            ClockKind::Handling => "handling",
        },
        due: explanation.due.date.map(|date| date.to_string()),
        projected: Some(explanation.due.projected.to_string()),
        today: Some(explanation.today.to_string()),
        total: explanation.total,
        used: explanation.used,
        paused: explanation.paused,
        left: explanation.left,
        statutory: statutory.map(|date| date.to_string()),
        without_notice: explanation.due.without_notice,
        lines: explanation.lines.iter().map(day).collect(),
        unlisted: explanation.unlisted,
    }
}

fn day(line: &DayLine) -> DayView {
    let (day, text) = match &line.what {
        Day::Start => ("start", "起算当日不计入".to_owned()),
        Day::Counted(n) => ("counted", format!("第 {n} 个工作日")),
        Day::Ahead(n) => ("ahead", format!("第 {n} 个工作日")),
        Day::MakeUp(n, name) => ("make-up", format!("第 {n} 个工作日({name}调休上班)")),
        Day::Calendar(n) => ("calendar", format!("第 {n} 日")),
        Day::Rest => ("rest", "周末，不计入".to_owned()),
        Day::Holiday(name) => ("holiday", format!("{name}放假，不计入")),
        Day::Paused(ground) => ("paused", format!("{}期间，停止计时", ground_name(*ground))),
        Day::Moved => ("moved", "最后一日是休息日，顺延至此日".to_owned()),
        Day::Overdue(n) => ("overdue", format!("已超期 {n} 日")),
    };
    DayView {
        date: line.date.to_string(),
        day,
        counts: line.what.counts(),
        due: line.due,
        text,
        basis: line.what.article(),
    }
}

/// The ground in the words of 行政许可法 第四十五条.
fn ground_name(ground: Ground) -> &'static str {
    match ground {
        Ground::Hearing => "听证",
        Ground::Tender => "招标",
        Ground::Auction => "拍卖",
        Ground::Inspection => "检验",
        Ground::Testing => "检测",
        Ground::Quarantine => "检疫",
        Ground::Appraisal => "鉴定",
        Ground::ExpertReview => "专家评审",
        Ground::Correction => "补正",
    }
}
