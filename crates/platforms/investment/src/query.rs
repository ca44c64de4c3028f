//! What faces ask. Each answer has a bound.

use kernel::{Actor, CaseNumber, Date, Duty, KindCode, Level, ProjectCode, RegionCode, Timestamp};
use store::{Error, Failure, Read};

use crate::model::{county_number, day_number};
use crate::{Event, Project, Refusal, Route, Rulebook, Stage, registration, rulebook, rules, table};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;
/// Events of one project that are shown at most.
const STORY_MOST: usize = 500;
/// The duties that let staff see the projects of their place.
pub const SEEING: [Duty; 4] = [Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise];

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// A project, for those who may know of it: its unit (or who acts for it), and staff of its place. To everybody else there is none.
pub fn project_for(read: &mut dyn Read, actor: &Actor, code: &ProjectCode) -> Result<Project> {
    let project = table::load(read, code)?.filter(|project| may_see(actor, project)).ok_or(Refusal::NotFound)?;
    if actor.party().is_some() {
        // An agent whose mandate names other items does not learn of it.
        match registration::unit(read, actor, rulebook()) {
            Err(Failure::Refused(_)) => return Err(Refusal::NotFound.into()),
            other => other.map(drop)?,
        }
    }
    Ok(project)
}

/// The kinds of department that have to do with projects.
fn kinds(book: &Rulebook) -> impl Iterator<Item = KindCode> {
    book.stages.iter().map(|terms| terms.lead).chain([book.lead])
}

fn concerns(book: &Rulebook, power: &kernel::Power) -> bool {
    SEEING.contains(&power.duty) && power.scope.kind.is_none_or(|kind| kinds(book).any(|own| own == kind))
}

/// Whether somebody may know all of a project.
pub fn may_see(actor: &Actor, project: &Project) -> bool {
    match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == project.unit,
        Actor::Staff { powers, .. } => powers.iter().filter(|power| concerns(rulebook(), power)).any(|power| {
            let (here, scope) = (project.lead.region, &power.scope);
            scope.region == here || (scope.subtree && scope.region.contains(here))
        }),
    }
}

/// Whether somebody works with projects at all: for showing a menu.
pub fn works_here(actor: &Actor) -> bool {
    matches!(actor, Actor::Staff { powers, .. } if powers.iter().any(|power| concerns(rulebook(), power)))
}

/// The counties that somebody may see, as ranges of numbers.
fn counties(actor: &Actor) -> Vec<(i64, i64)> {
    let powers = match actor {
        Actor::Staff { powers, .. } => powers.as_slice(),
        Actor::System(_) => return vec![(0, i64::MAX)],
        Actor::Citizen { .. } => &[],
    };
    let seeing = powers.iter().filter(|power| concerns(rulebook(), power));
    let mut ranges: Vec<(i64, i64)> = seeing.map(|power| range(&power.scope.region, power.scope.subtree)).collect();
    ranges.sort_unstable();
    // A range within another adds nothing, and a project would stand on the page twice.
    let mut apart: Vec<(i64, i64)> = vec![];
    for (low, high) in ranges {
        match apart.last_mut() {
            Some(last) if low <= last.1 => last.1 = last.1.max(high),
            _ => apart.push((low, high)),
        }
    }
    apart
}

fn range(region: &RegionCode, subtree: bool) -> (i64, i64) {
    let low = county_number(region);
    let more = match region.level() {
        Level::Province if subtree => 9_999,
        Level::City if subtree => 99,
        _ => 0,
    };
    (low, low + more)
}

/// One page of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The projects.
    pub lines: Vec<Project>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

fn place(cursor: Option<&str>, start: (i64, &str)) -> (i64, String) {
    let read = |cursor: &str| {
        let (day, code) = cursor.split_once('.')?;
        Some((day.parse().ok()?, code.parse::<ProjectCode>().ok()?.to_string()))
    };
    cursor.and_then(read).unwrap_or((start.0, start.1.to_owned()))
}

fn cut(mut lines: Vec<Project>, limit: usize, key: impl Fn(&Project) -> i64) -> Page {
    let has_more = lines.len() > limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| has_more).map(|project| format!("{}.{}", key(project), project.code));
    Page { lines, next }
}

/// The projects of the unit for which somebody acts, latest first.
pub fn own(read: &mut dyn Read, actor: &Actor, limit: usize, cursor: Option<&str>) -> Result<Page> {
    let unit = registration::unit(read, actor, rulebook())?;
    let limit = limit.clamp(1, PAGE_MOST);
    let before = place(cursor, (i64::MAX, ""));
    let lines = table::of_unit(read, &unit, (before.0, &before.1), limit + 1)?;
    Ok(cut(lines, limit, |project| day_number(project.registered)))
}

/// What of the projects of one's place is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All, or those in one stage.
    InStage(Option<Stage>),
    /// Those on the abnormal list.
    Listed,
    /// Those that owe a report, the most urgent first.
    Owing,
}

/// Projects of the places that somebody may see.
pub fn list(
    read: &mut dyn Read,
    actor: &Actor,
    asked: Asked,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let calendar = organisation::calendar(read)?;
    let owed =
        |project: &Project| rules::owed(project, rulebook(), &calendar).map_or(i64::MAX, |owed| day_number(owed.due));
    let mut lines = vec![];
    for counties in counties(actor) {
        let (first, most) = (place(cursor, (i64::MAX, "")), limit + 1);
        lines.extend(match asked {
            Asked::InStage(stage) => {
                let stage = stage.map_or(0, Stage::number);
                table::of_place(read, counties, stage, (first.0, &first.1), most)?
            }
            Asked::Listed => table::listed(read, counties, (first.0, &first.1), most)?,
            Asked::Owing => {
                let first = place(cursor, (0, ""));
                table::owing(read, counties, (first.0, &first.1), most)?
            }
        });
    }
    if asked == Asked::Owing {
        lines.sort_by_cached_key(|project| (owed(project), project.code.to_string()));
        return Ok(cut(lines, limit, owed));
    }
    lines.sort_by_cached_key(|project| std::cmp::Reverse((day_number(project.registered), project.code.to_string())));
    Ok(cut(lines, limit, |project| day_number(project.registered)))
}

/// How many projects of the places that somebody may see stand in each stage, 1 to 4; the fifth number is those that are through.
pub fn by_stage(read: &mut dyn Read, actor: &Actor) -> std::result::Result<[i64; 5], Error> {
    let mut all = [0; 5];
    for counties in counties(actor) {
        for (stage, n) in table::by_stage(read, counties)? {
            if let Some(sum) = usize::try_from(stage - 1).ok().and_then(|place| all.get_mut(place)) {
                *sum += n;
            }
        }
    }
    Ok(all)
}

/// What anybody may know of a project (公开查询): nothing personal, and no material.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicView {
    /// Its code.
    pub code: ProjectCode,
    /// Its name.
    pub name: String,
    /// By which procedure.
    pub route: Route,
    /// The region of the department that leads.
    pub region: RegionCode,
    /// The day on which it got its code.
    pub registered: Date,
    /// Number of the certificate of filing.
    pub certificate: Option<String>,
    /// The stage in which it is; none when all are done.
    pub stage: Option<Stage>,
    /// The latest result of each approval: its name, the stage, where it stands, when it ended.
    pub approvals: Vec<(String, Stage, crate::CaseState, Option<Date>)>,
    /// On the abnormal list since.
    pub listed: Option<Date>,
}

/// The project with this code, as anybody may see it.
pub fn public(read: &mut dyn Read, code: &ProjectCode) -> Result<PublicView> {
    let project = table::load(read, code)?.ok_or(Refusal::NotFound)?;
    let is_latest =
        |case: &&crate::ProjectCase| project.case_for(&case.item).is_some_and(|latest| latest.number == case.number);
    let approvals = project.cases.iter().filter(is_latest);
    Ok(PublicView {
        code: project.code,
        name: project.particulars.name.clone(),
        route: project.route,
        region: project.lead.region,
        registered: project.registered,
        certificate: project.certificate.as_ref().map(|certificate| certificate.number.clone()),
        stage: rules::current(&project, rulebook()),
        approvals: approvals.map(|case| (case.name.clone(), case.stage, case.state, case.ended)).collect(),
        listed: project.finding.as_ref().and_then(|finding| finding.listed),
    })
}

/// The project that a case belongs to, for those who may know of it.
pub fn project_of(
    read: &mut dyn Read,
    actor: &Actor,
    number: &CaseNumber,
) -> std::result::Result<Option<ProjectCode>, Error> {
    let Some(code) = table::linked(read, number)? else { return Ok(None) };
    Ok(table::load(read, &code)?.filter(|project| may_see(actor, project)).map(|project| project.code))
}

/// What happened to a project, in order: journal number, instant, event.
pub fn story(read: &mut dyn Read, project: &Project) -> std::result::Result<Vec<(i64, Timestamp, Event)>, Error> {
    let entries = store::journal::stream(read, &project.stream(), 1, STORY_MOST)?;
    entries.iter().map(|entry| Ok((entry.seq, entry.at, entry.event()?))).collect()
}
