//! Reports, the abnormal list, and leaving it by mending.

use investment::rules::{self, Command, Refusal, due, owed};
use investment::{Event, Ground, Period, Project, ReportKind, Route, Stage};
use kernel::{Actor, Date, Duty, Fen, midnight};

use crate::given::{MONDAY, book, calendar, facts, official, pass, project, unit};

/// A project with its construction permit of Monday, 2 March.
fn permitted() -> Project {
    let mut project = project(Route::Filing);
    for stage in [Stage::Land, Stage::Works, Stage::Construction] {
        pass(&mut project, stage, MONDAY);
    }
    project
}

fn report(kind: ReportKind, day: Date) -> Command {
    Command::Report { kind, day, invested: Fen(100), say: "按计划进行。".to_owned() }
}

fn act(project: &mut Project, actor: &Actor, command: &Command, on: Date) -> Result<Vec<Event>, Refusal> {
    let events = rules::decide(project, command, &facts(actor, on))?;
    events.iter().for_each(|event| rules::apply(project, event));
    Ok(events)
}

const SECOND_QUARTER: Period = Period { year: 2026, to: 6, months: 3 };
const FIRST_QUARTER: Period = Period { year: 2026, to: 3, months: 3 };

#[test]
fn nothing_is_owed_before_the_permit_and_building_does_not_begin_before_it() {
    let mut early = project(Route::Filing);
    assert_eq!(owed(&early, book(), &calendar()), None);
    assert_eq!(due(&early, book(), &calendar()), None);
    let start = report(ReportKind::Start, MONDAY);
    assert_eq!(act(&mut early, &unit(), &start, MONDAY), Err(Refusal::NoPermitYet));
    let completion = report(ReportKind::Completion, MONDAY);
    assert_eq!(act(&mut early, &unit(), &completion, MONDAY), Err(Refusal::NotStarted));
}

#[test]
fn start_then_each_quarter_then_completion() {
    let mut project = permitted();
    // Thirty days after Monday, 2 March.
    let first = owed(&project, book(), &calendar()).unwrap();
    assert_eq!((first.kind, first.due), (ReportKind::Start, Date::constant(2026, 4, 1)));
    assert_eq!(due(&project, book(), &calendar()), Some(midnight(Date::constant(2026, 4, 2))));

    let march = Date::constant(2026, 3, 20);
    let progress = |period| ReportKind::Progress(period);
    assert_eq!(act(&mut project, &unit(), &report(progress(FIRST_QUARTER), march), march), Err(Refusal::NotStarted));
    let before = report(ReportKind::Start, Date::constant(2026, 3, 1));
    assert_eq!(act(&mut project, &unit(), &before, march), Err(Refusal::BadDay));
    act(&mut project, &unit(), &report(ReportKind::Start, march), march).unwrap();
    assert_eq!(act(&mut project, &unit(), &report(ReportKind::Start, march), march), Err(Refusal::ReportedBefore));

    let next = owed(&project, book(), &calendar()).unwrap();
    assert_eq!((next.kind, next.due), (progress(FIRST_QUARTER), Date::constant(2026, 4, 10)));
    let other = report(progress(SECOND_QUARTER), march);
    assert!(matches!(act(&mut project, &unit(), &other, march), Err(Refusal::OtherPeriod { .. })));
    act(&mut project, &unit(), &report(progress(FIRST_QUARTER), march), march).unwrap();
    let ahead = report(progress(SECOND_QUARTER), march);
    let refused = act(&mut project, &unit(), &ahead, march);
    assert_eq!(refused, Err(Refusal::PeriodAhead { from: Date::constant(2026, 4, 1) }));
    let less = Command::Report {
        kind: progress(SECOND_QUARTER),
        day: Date::constant(2026, 5, 6),
        invested: Fen(99),
        say: "少了".to_owned(),
    };
    assert_eq!(act(&mut project, &unit(), &less, Date::constant(2026, 5, 6)), Err(Refusal::InvestedLess));

    let end = Date::constant(2026, 5, 6);
    assert_eq!(act(&mut project, &unit(), &report(ReportKind::Completion, end), end), Err(Refusal::NotAcceptedYet));
    pass(&mut project, Stage::Completion, end);
    let last = owed(&project, book(), &calendar()).unwrap();
    assert_eq!((last.kind, last.due), (ReportKind::Completion, Date::constant(2026, 5, 26)));
    act(&mut project, &unit(), &report(ReportKind::Completion, end), end).unwrap();
    assert_eq!(owed(&project, book(), &calendar()), None);
    assert_eq!(act(&mut project, &unit(), &report(ReportKind::Start, end), end), Err(Refusal::AllReported));
}

#[test]
fn a_large_project_reports_each_month() {
    let mut project = permitted();
    project.particulars.total = Fen(20_000_000_000);
    act(&mut project, &unit(), &report(ReportKind::Start, MONDAY), MONDAY).unwrap();
    let next = owed(&project, book(), &calendar()).unwrap();
    assert_eq!(next.kind, ReportKind::Progress(Period { year: 2026, to: 3, months: 1 }));
    assert_eq!(next.kind.to_string(), "2026年3月进度报告");
}

#[test]
fn a_missing_report_is_noticed_then_listed_and_mended_by_reporting() {
    let wheel = Actor::System("wheel");
    let mut project = permitted();
    let on_time = Date::constant(2026, 4, 1);
    assert_eq!(act(&mut project, &wheel, &Command::Tick, on_time), Ok(vec![]));
    let late = Date::constant(2026, 4, 2);
    let events = act(&mut project, &wheel, &Command::Tick, late).unwrap();
    let Event::Noticed { until, ground: Ground::NoReport { report: ReportKind::Start, .. }, .. } = &events[0] else {
        panic!("{events:?}")
    };
    // Ten working days.
    assert_eq!(*until, Date::constant(2026, 4, 16));
    assert!(!project.is_listed());
    assert_eq!(act(&mut project, &wheel, &Command::Tick, *until), Ok(vec![]));
    assert_eq!(due(&project, book(), &calendar()), Some(midnight(Date::constant(2026, 4, 17))));
    act(&mut project, &wheel, &Command::Tick, Date::constant(2026, 4, 17)).unwrap();
    assert!(project.is_listed());
    assert_eq!(due(&project, book(), &calendar()), None);

    let today = Date::constant(2026, 4, 20);
    let words = Command::Explain { words: "忘了".to_owned() };
    assert_eq!(act(&mut project, &unit(), &words, today), Err(Refusal::ReportInstead));
    let settle = Command::Settle { lift: true, reason: "算了".to_owned() };
    assert_eq!(act(&mut project, &official(Duty::Decide), &settle, today), Err(Refusal::ReportInstead));
    // The start was in March: the first quarter's report is missing by now too, so one report does not mend it.
    let start = report(ReportKind::Start, Date::constant(2026, 3, 20));
    assert_eq!(act(&mut project, &unit(), &start, today).unwrap().len(), 1);
    assert!(project.is_listed() && project.reports[0].late);
    let first = report(ReportKind::Progress(FIRST_QUARTER), today);
    let events = act(&mut project, &unit(), &first, today).unwrap();
    assert!(matches!(&events[1], Event::Lifted { was_listed: true, by: None, .. }), "{events:?}");
    assert!(project.finding.is_none());
}

#[test]
fn false_facts_are_answered_before_they_are_listed() {
    let wheel = Actor::System("wheel");
    let (lead, clerk) = (official(Duty::Decide), official(Duty::Receive));
    let mut project = permitted();
    let challenge = Command::Challenge { what: "建设规模与现场不符".to_owned() };
    assert_eq!(act(&mut project, &clerk, &challenge, MONDAY), Err(Refusal::NotLead));
    assert_eq!(act(&mut project, &unit(), &challenge, MONDAY), Err(Refusal::NotLead));
    let blank = Command::Challenge { what: " ".to_owned() };
    assert_eq!(act(&mut project, &lead, &blank, MONDAY), Err(Refusal::Words { pointer: "/what" }));
    act(&mut project, &lead, &challenge, MONDAY).unwrap();
    assert_eq!(act(&mut project, &lead, &challenge, MONDAY), Err(Refusal::FoundAlready));
    let settle = |lift| Command::Settle { lift, reason: "核实情况".to_owned() };
    let until = Date::constant(2026, 3, 9);
    let early = act(&mut project, &lead, &settle(false), MONDAY);
    assert_eq!(early, Err(Refusal::MayStillAnswer { until }));
    let words = Command::Explain { words: "已经按备案规模改正。".to_owned() };
    assert_eq!(act(&mut project, &lead, &words, MONDAY), Err(Refusal::OnlyTheUnit));
    act(&mut project, &unit(), &words, MONDAY).unwrap();
    // Who answered is not listed by the passing of time.
    assert_eq!(act(&mut project, &wheel, &Command::Tick, Date::constant(2026, 3, 30)), Ok(vec![]));
    assert_eq!(due(&project, book(), &calendar()), None);
    act(&mut project, &lead, &settle(false), MONDAY).unwrap();
    assert!(project.is_listed());
    assert_eq!(act(&mut project, &lead, &settle(false), MONDAY), Err(Refusal::ListedAlready));
    act(&mut project, &unit(), &words, MONDAY).unwrap();
    act(&mut project, &lead, &settle(true), MONDAY).unwrap();
    assert!(project.finding.is_none());
    assert_eq!(act(&mut project, &lead, &settle(true), MONDAY), Err(Refusal::NothingFound));
    assert_eq!(act(&mut project, &unit(), &words, MONDAY), Err(Refusal::NothingFound));
}

#[test]
fn false_facts_that_nobody_answers_are_listed_by_time() {
    let wheel = Actor::System("wheel");
    let mut project = permitted();
    act(&mut project, &official(Duty::Decide), &Command::Challenge { what: "查无此地".to_owned() }, MONDAY).unwrap();
    assert_eq!(act(&mut project, &wheel, &Command::Tick, Date::constant(2026, 3, 9)), Ok(vec![]));
    act(&mut project, &wheel, &Command::Tick, Date::constant(2026, 3, 10)).unwrap();
    assert!(project.is_listed());
}
