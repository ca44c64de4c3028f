//! What portal and console both say of an investment project: its words, its stages, and the drawing of what goes on side by side.

use clock::Calendar;
use investment::rules::{self, ApprovalState, StageState, Used};
use investment::{CaseState, Event, Finding, Ground, Investor, Project, ProjectCase, ReportKind, Rulebook, Stage};
use kernel::{Date, Fen};

use crate::chart::{self, Caption, Pace, Part, Strand};
use crate::words;

/// Calendar days that a drawing shows at most: the latest.
const DAYS_MOST: usize = 400;

/// 12,000.50 as people read an investment, in ten thousand yuan.
pub fn ten_thousands(amount: Fen) -> String {
    let whole = words::thousands((amount.0 / 1_000_000).unsigned_abs());
    match amount.0 / 10_000 % 100 {
        0 => format!("{whole} 万元"),
        rest => format!("{whole}.{rest:02} 万元"),
    }
}

/// Who invests, as one chooses it.
pub fn investor(investor: Investor) -> &'static str {
    match investor {
        Investor::Enterprise => "企业自己出资",
        Investor::Aided => "企业出资，另有政府投资补助或者贷款贴息",
        Investor::Government => "政府直接投资或者注入资本金",
    }
}

/// Badge and word of an approval.
pub fn state(state: CaseState) -> (&'static str, &'static str) {
    match state {
        CaseState::Submitted => ("water", "等受理"),
        CaseState::Correcting => ("plum", "轮到您补正"),
        CaseState::Accepted | CaseState::Reviewed => ("water", "办理中"),
        CaseState::Suspended => ("osmanthus", "停表"),
        CaseState::Granted => ("bamboo", "准予"),
        CaseState::Denied => ("plum-t", "不予"),
        CaseState::Declined => ("plum-t", "不予受理"),
        CaseState::Returned => ("", "退件"),
        CaseState::Withdrawn => ("", "已撤回"),
    }
}

/// Badge and word of a stage.
pub fn stage_state(state: StageState) -> (&'static str, &'static str) {
    match state {
        StageState::Done => ("bamboo", "已办成"),
        StageState::Running => ("water", "办理中"),
        StageState::Open => ("outline", "可以申请"),
        StageState::Locked { .. } => ("", "还不能申请"),
    }
}

/// The name of a stage.
pub fn stage_name(book: &Rulebook, stage: Stage) -> String {
    book.stage(stage).map_or_else(String::new, |terms| terms.name.clone())
}

/// What is found, in a sentence.
pub fn ground(ground: &Ground, today: Date) -> String {
    match ground {
        Ground::NoReport { report, due } => format!("{report}应当在{}前报，没有报。", words::day(*due, today)),
        Ground::FalseFacts { what } => format!("填报的信息与实际不符：{what}"),
    }
}

/// Where a finding stands.
pub fn finding(finding: &Finding, today: Date) -> String {
    match finding.listed {
        Some(on) => format!("{}列入异常名录", words::short_day(on, today)),
        None => format!(
            "{}告知，{}前改正或者说明，就不列入异常名录",
            words::short_day(finding.noticed, today),
            words::short_day(finding.until, today)
        ),
    }
}

/// What happened, in a line.
pub fn event(event: &Event, project: &Project, book: &Rulebook, today: Date) -> String {
    let name = |number: &kernel::CaseNumber| {
        project.cases.iter().find(|case| case.number == *number).map_or("", |case| case.name.as_str())
    };
    match event {
        Event::Registered(registered) => format!("取得项目代码，按{}办理", registered.route.word()),
        Event::Certified(certificate) => format!("备案，备案证号 {}", certificate.number),
        Event::StageSubmitted { stage, cases, .. } => {
            format!("“{}”阶段一起提交 {} 项", stage_name(book, *stage), cases.len())
        }
        Event::CaseMoved { number, to, .. } => format!("{}：{}", name(number), moved(to)),
        Event::Reported { report, .. } => {
            format!(
                "报{}，累计完成投资 {}{}",
                report.kind,
                ten_thousands(report.invested),
                if report.late { "，晚了" } else { "" }
            )
        }
        Event::Noticed { ground: found, .. } => format!("告知：{}", ground(found, today)),
        Event::Explained { words, .. } => format!("项目单位说明：{words}"),
        Event::Listed { reason, .. } => format!("列入异常名录{}", because(reason.as_deref())),
        Event::Lifted { was_listed: true, reason, .. } => format!("移出异常名录{}", because(reason.as_deref())),
        Event::Lifted { reason, .. } => format!("问题了结{}", because(reason.as_deref())),
    }
}

fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| format!("：{reason}"))
}

fn moved(to: &investment::Move) -> &'static str {
    use investment::Move as M;
    match to {
        M::Accepted { .. } => "受理",
        M::Correcting => "要补正",
        M::Resubmitted => "补正交回",
        M::Reviewed { against: false, .. } => "审查，建议准予",
        M::Reviewed { against: true, .. } => "审查，建议不予",
        M::Suspended => "停表",
        M::Resumed => "恢复计时",
        M::Granted => "准予",
        M::Denied => "不予",
        M::Declined => "不予受理",
        M::Returned => "退件",
        M::Withdrawn => "撤回",
    }
}

/// The report that comes next, and until when.
pub fn owed(project: &Project, book: &Rulebook, calendar: &Calendar) -> Option<(ReportKind, Date)> {
    rules::owed(project, book, calendar).map(|owed| (owed.kind, owed.due))
}

/// Days used of all that may be used, in figures and for a bar.
pub struct Clock {
    /// Working days on which offices worked.
    pub counted: u32,
    /// Working days on which all clocks stood still.
    pub paused: u32,
    /// All that may be used.
    pub limit: u32,
    /// Class of the bar.
    pub class: &'static str,
}

impl Clock {
    /// The clock of a project, or of a stage.
    pub fn of(used: Used, limit: u32) -> Clock {
        let class = match used.counted {
            counted if counted > limit => "over",
            counted if counted * 5 > limit * 4 => "near",
            _ => "",
        };
        Clock { counted: used.counted, paused: used.paused, limit, class }
    }
}

/// One approval of a stage as a row.
pub struct Approval {
    /// The item's code.
    pub item: String,
    /// Its name.
    pub name: String,
    /// Number of its latest case; empty for none.
    pub number: String,
    /// Badge and word.
    pub badge: (&'static str, &'static str),
    /// Whether the project cannot do without.
    pub is_must: bool,
    /// What the unit is asked, if it is one of those that it must say.
    pub question: String,
    /// From when to when.
    pub dates: String,
}

/// The approvals of a stage, with names from the catalogue for those that nobody has asked for.
pub fn approvals(
    project: &Project,
    terms: &investment::StageTerms,
    names: &dyn Fn(&kernel::BasicCode) -> String,
    today: Date,
) -> Vec<Approval> {
    let places = rules::places(project, terms);
    let row = |place: &rules::Place| Approval {
        item: place.approval.item.to_string(),
        name: names(&place.approval.item),
        number: place.case.map_or_else(String::new, |case| case.number.to_string()),
        badge: match place.state {
            ApprovalState::Filed(found) => state(found),
            ApprovalState::NotFiled if place.is_must => ("", "还没申请"),
            ApprovalState::NotFiled => ("", "需要时申请"),
        },
        is_must: place.is_must,
        question: place.approval.question.clone().unwrap_or_default(),
        dates: place.case.map_or_else(String::new, |case| dates(case, today)),
    };
    places.iter().map(row).collect()
}

fn dates(case: &ProjectCase, today: Date) -> String {
    let from = words::short_day(case.submitted, today);
    match (case.ended, case.accepted) {
        (Some(ended), _) => format!("{from}提交，{}办结", words::short_day(ended, today)),
        (None, Some(accepted)) => format!("{from}提交，{}受理", words::short_day(accepted, today)),
        (None, None) => format!("{from}提交"),
    }
}

/// The cases of a stage as lines side by side; none where nothing was filed.
pub fn chart(project: &Project, book: &Rulebook, stage: Stage, id: &'static str, today: Date) -> Option<String> {
    let cases: Vec<&ProjectCase> = project.cases_of(stage).collect();
    let first = cases.iter().map(|case| case.submitted).min()?;
    let last = cases.iter().map(|case| case.ended.unwrap_or(today)).max().unwrap_or(today).max(first);
    let mut days = vec![last];
    while days.len() < DAYS_MOST
        && let Some(before) = days.last().filter(|day| **day > first).and_then(|day| day.yesterday().ok())
    {
        days.push(before);
    }
    days.reverse();
    let strands: Vec<Strand> = cases.iter().map(|case| strand(case, &days)).collect();
    let running = cases.iter().filter(|case| case.state.is_open()).count();
    let caption = Caption {
        id,
        title: format!("{}：各项同时在办", stage_name(book, stage)),
        finding: format!("共 {} 项，{running} 项在办，{} 项已办结", cases.len(), cases.len() - running),
    };
    let labels: Vec<String> = days.iter().map(|day| words::short_day(*day, today)).collect();
    Some(chart::spans(&caption, &labels, &strands))
}

fn strand(case: &ProjectCase, days: &[Date]) -> Strand {
    let pace = |day: Date| {
        if day < case.submitted || case.ended.is_some_and(|ended| day > ended) {
            return None;
        }
        Some(match case.accepted {
            Some(accepted) if day > accepted || case.ended == Some(day) => {
                if case.pauses.iter().any(|pause| pause.covers(day)) { Pace::Rests } else { Pace::Runs }
            }
            _ => Pace::Waits,
        })
    };
    let mut parts: Vec<Part> = vec![];
    for (at, day) in days.iter().enumerate() {
        let Some(pace) = pace(*day) else { continue };
        match parts.last_mut() {
            Some(part) if part.pace == pace && part.to + 1 == at => part.to = at,
            _ => parts.push(Part { from: at, to: at, pace }),
        }
    }
    Strand { name: case.name.clone(), say: state(case.state).1.to_owned(), parts }
}
