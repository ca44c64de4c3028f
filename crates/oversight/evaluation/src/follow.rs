//! What others report: an ended case may be rated, an application is counted, and what happens to a service changes the figures.

use std::collections::{BTreeMap, BTreeSet};

use casework::{Case, Channel, Outcome, Provision, State, Submitted};
use clock::{Calendar, Limit, StatutoryClock};
use kernel::{Actor, Date, StaffId, Timestamp, WorkingDays, local_date};
use store::{Db, Effectuation, Entry, Error, Event as _, Failure, Follower, Tx};

use crate::model::{county_number, month_number};
use crate::table::figure::{self, Key};
use crate::{
    Course, Ending, Invited, RedressState, Service, ServiceEvent, Settings, Subject, Sums, desk, rules, settings, table,
};

/// The house itself.
const HOUSE: Actor = Actor::System("evaluation");

/// The names of all figures that come from a service.
pub const FIGURES: [&str; 24] = [
    "ended",
    "granted",
    "decided",
    "in-time",
    "days-used",
    "days-statutory",
    "rated",
    "lapsed",
    "waiting",
    "level-1",
    "level-2",
    "level-3",
    "level-4",
    "level-5",
    "follow-ups",
    "follow-ups-poor",
    "redress",
    "set-aside",
    "contact-due",
    "contacted-in-time",
    "rectified",
    "rectified-in-time",
    "redress-overdue",
    "published",
];

type Changes = BTreeMap<(Key, String), i64>;

/// Makes services of ended cases, and counts applications.
pub struct Services;

impl Follower for Services {
    fn name(&self) -> &'static str {
        "evaluation.services"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &["casework"]
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let calendar = db.read(|read| organisation::calendar(read))?;
        let (mut ended, mut changes) = (vec![], Changes::new());
        for entry in entries {
            match entry.kind.as_str() {
                "casework.submitted" => {
                    if let casework::Event::Submitted(submitted) = entry.event()? {
                        came_in(&mut changes, &submitted);
                    }
                }
                "casework.closed" | "casework.returned" | "casework.withdrawn" => {
                    let Some(number) = casework::case_of(&entry.stream) else { continue };
                    let case = match db.read(|read| casework::query::case_for(read, &HOUSE, &number)) {
                        Ok(case) => case,
                        Err(Failure::Broken(error)) => return Err(error),
                        Err(Failure::Refused(refusal)) => {
                            return Err(Error::Corrupt(format!("case {number}: {refusal}")));
                        }
                    };
                    if let Some(invited) = invited(&case, entry.at, &calendar, settings()) {
                        ended.push((Subject::Case(number), invited));
                    }
                }
                _ => {}
            }
        }
        Ok(Box::new(move |tx| {
            figure::add(tx, &changes)?;
            ended.iter().try_for_each(|(subject, invited)| desk::invite(tx, &HOUSE, *subject, invited.clone()))
        }))
    }
}

fn way(online: bool) -> &'static str {
    if online { "online" } else { "window" }
}

/// One more application.
fn came_in(changes: &mut Changes, submitted: &Submitted) {
    let online = is_online(submitted.channel);
    let key = Key {
        month: month_number(local_date(submitted.at)),
        county: county_number(&submitted.department.region),
        department: submitted.department.to_string(),
        item: submitted.item.to_string(),
        way: way(online),
    };
    let papers = submitted.materials.iter().filter(|material| material.provision != Provision::Answers);
    let reused = |provision: &Provision| {
        matches!(provision, Provision::Licence { .. } | Provision::Earlier { .. } | Provision::Government)
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let figures = [
        ("in", 1),
        ("in-online", i64::from(online)),
        ("materials", count(papers.clone().count())),
        ("reused", count(papers.filter(|material| reused(&material.provision)).count())),
    ];
    for (what, n) in figures {
        *changes.entry((key.clone(), what.to_owned())).or_default() += n;
    }
}

fn is_online(channel: Channel) -> bool {
    matches!(channel, Channel::Online | Channel::Mobile)
}

/// What a service begins with; nothing while the case still runs.
fn invited(case: &Case, at: Timestamp, calendar: &Calendar, settings: &Settings) -> Option<Invited> {
    let ending = match &case.state {
        State::Closed { outcome: Outcome::Granted, .. } => Ending::Granted,
        State::Closed { outcome: Outcome::Denied, .. } => Ending::Denied,
        State::Closed { outcome: Outcome::Declined, .. } => Ending::Declined,
        State::Closed { outcome: Outcome::Returned, .. } => Ending::Returned,
        State::Withdrawn { .. } => Ending::Withdrawn,
        _ => return None,
    };
    let accepted_by = case.acceptance.as_ref().and_then(|acceptance| acceptance.by);
    let decided_by = case.decision.as_ref().map(|decision| decision.by);
    let reviewed_by = case.opinions.iter().map(|opinion| opinion.by);
    let staff: BTreeSet<StaffId> = accepted_by.into_iter().chain(reviewed_by).chain(decided_by).collect();
    let online = is_online(case.channel);
    let today = local_date(at);
    Some(Invited {
        item: case.item,
        item_name: case.terms.name.clone(),
        department: case.department,
        party: case.applicant,
        online,
        staff: staff.into_iter().collect(),
        clerk: if online { None } else { accepted_by.or(decided_by) },
        ended: at,
        ending,
        course: course(case, ending, calendar),
        answer_until: calendar.after(today, WorkingDays(settings.invite_days)),
        late_until: rules::days_after(today, settings.late_days),
    })
}

/// The days of a case that was granted or denied; of others only the acceptance.
fn course(case: &Case, ending: Ending, calendar: &Calendar) -> Course {
    let accepted = case.acceptance.as_ref().map(|acceptance| acceptance.on);
    let decided = matches!(ending, Ending::Granted | Ending::Denied)
        .then(|| case.decision.as_ref().map(|decision| decision.on))
        .flatten();
    let (Some(from), Some(to)) = (accepted, decided) else { return Course { accepted, ..Course::default() } };
    let paused: i64 = case.clock.iter().flat_map(|clock| &clock.pauses).map(|pause| paused(pause, to, calendar)).sum();
    let used = (calendar.working_days_between(from, to) - paused).max(0);
    let statutory = case.terms.statutory.map(|limit| match limit {
        Limit::Working(days) => i64::from(days),
        limit => calendar.working_days_between(from, StatutoryClock::start(from, limit).due(calendar).projected),
    });
    Course { accepted, decided, due: case.decide_by, used: Some(used), statutory }
}

/// Working days of a pause, up to the day of the decision.
fn paused(pause: &clock::Pause, decided: Date, calendar: &Calendar) -> i64 {
    let last = pause.until.and_then(|until| until.yesterday().ok()).unwrap_or(decided).min(decided);
    match pause.from.yesterday() {
        Ok(before) if last > before => calendar.working_days_between(before, last),
        _ => 0,
    }
}

/// Keeps the figures of services: what each gives now, less what it gave when it was counted last. So nothing is counted
/// twice, in whatever pieces the journal arrives, and a recount of all rows gives the same.
pub struct Figures;

impl Follower for Figures {
    fn name(&self) -> &'static str {
        "evaluation.figures"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[ServiceEvent::ROOM]
    }

    fn prepare(&self, _: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let subjects: BTreeSet<Subject> =
            entries.iter().filter_map(|entry| Subject::of_stream(&entry.stream)).collect();
        Ok(Box::new(move |tx| {
            let mut changes = Changes::new();
            subjects.iter().try_for_each(|subject| recount(tx, subject, &mut changes))?;
            figure::add(tx, &changes)
        }))
    }
}

fn recount(tx: &mut Tx, subject: &Subject, changes: &mut Changes) -> Result<(), Error> {
    let Some((service, before)) = table::service::counted(tx, subject)? else { return Ok(()) };
    let (key, now) = figures_of(&service);
    if now == before {
        return Ok(());
    }
    let names: BTreeSet<&String> = now.0.keys().chain(before.0.keys()).collect();
    for what in names {
        *changes.entry((key.clone(), what.clone())).or_default() += now.get(what) - before.get(what);
    }
    table::service::set_counted(tx, subject, &now)
}

/// What one service adds to the figures, under the month in which it ended.
pub(crate) fn figures_of(service: &Service) -> (Key, Sums) {
    let Service { invited, first, follow_up, redress, .. } = service;
    let mut sums = Sums::default();
    let mut count = |what: &str, is: bool| {
        if is {
            sums.add(what, 1);
        }
    };
    let course = &invited.course;
    count("ended", true);
    count("granted", invited.ending == Ending::Granted);
    count("decided", course.decided.is_some());
    count("in-time", course.decided.is_some_and(|decided| course.due.is_none_or(|due| decided <= due)));
    count("rated", first.is_some());
    count("lapsed", first.is_none() && service.lapsed.is_some());
    count("waiting", first.is_none() && service.lapsed.is_none());
    count("follow-ups", follow_up.is_some());
    count("follow-ups-poor", follow_up.as_ref().is_some_and(|rating| rating.level.is_poor()));
    count("published", service.published.is_some());
    let set_aside = redress
        .as_ref()
        .is_some_and(|redress| matches!(redress.state, RedressState::SetAside { .. } | RedressState::Contested { .. }));
    if let Some(first) = first.as_ref().filter(|_| !set_aside) {
        count(&format!("level-{}", first.level.number()), true);
    }
    if let Some(redress) = redress {
        count("redress", true);
        count("set-aside", set_aside);
        let in_time = redress.contact.as_ref().is_some_and(|contact| contact.on <= redress.contact_by);
        count("contact-due", redress.contact.is_some() || redress.contact_overdue);
        count("contacted-in-time", in_time);
        count("rectified", redress.reply.is_some());
        let rectified_in_time = redress.reply.as_ref().is_some_and(|reply| reply.on <= redress.rectify_by);
        count("rectified-in-time", rectified_in_time);
        count("redress-overdue", redress.rectify_overdue || redress.contact_overdue);
    }
    if let (Some(used), Some(statutory)) = (course.used, course.statutory) {
        sums.add("days-used", used);
        sums.add("days-statutory", statutory);
    }
    let key = Key {
        month: month_number(local_date(invited.ended)),
        county: county_number(&invited.department.region),
        department: invited.department.to_string(),
        item: invited.item.to_string(),
        way: way(invited.online),
    };
    (key, sums)
}
