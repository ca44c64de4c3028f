//! Lists: a person's cases, an office's queue.

use std::collections::{BTreeSet, HashMap};

use kernel::{Actor, BasicCode, CaseNumber, Date, DepartmentId, Duty, Level, PartyId, Power, RegionCode, Timestamp};
use organisation::Regions;
use store::{Error, Failure, Read, ReadExt};

use crate::{Case, Progress, Refusal, Stage, table, table::list::QueuePlace};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;
/// Cases of one stage and county are counted up to here; beyond it a face says "more than".
const COUNT_MOST: usize = 1_000;
/// Cases of one applicant looked through for one page.
const LOOKED_THROUGH: usize = 500;

/// One page of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The lines.
    pub lines: Vec<T>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// A case as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseLine {
    /// Its number.
    pub number: CaseNumber,
    /// The base item.
    pub item: BasicCode,
    /// The item's name.
    pub item_name: String,
    /// The department that handles it.
    pub department: DepartmentId,
    /// Whose it is. Names are asked of identity by the face.
    pub applicant: PartyId,
    /// Where staff find it.
    pub stage: Stage,
    /// What its applicant is shown.
    pub progress: Progress,
    /// When it came in.
    pub submitted: Timestamp,
    /// The day of acceptance.
    pub accepted: Option<Date>,
    /// The day by which somebody must act next.
    pub next_by: Option<Date>,
    /// Whether it is done on the spot.
    pub instant: bool,
    /// How often it went back for correction.
    pub corrections: u32,
}

impl From<Case> for CaseLine {
    fn from(case: Case) -> CaseLine {
        CaseLine {
            stage: case.stage(),
            progress: case.progress(),
            accepted: case.acceptance.as_ref().map(|acceptance| acceptance.on),
            next_by: case.next_by(),
            instant: case.terms.is_instant(),
            number: case.number,
            item: case.item,
            item_name: case.terms.name,
            department: case.department,
            applicant: case.applicant,
            submitted: case.submitted,
            corrections: case.corrections,
        }
    }
}

/// The cases of one party, latest first; only those whose progress is in `wanted`, unless that is empty.
pub fn cases_of(
    read: &mut dyn Read,
    party: &PartyId,
    wanted: &[Progress],
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<CaseLine>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let mut before = cursor.and_then(owner_place);
    let mut lines: Vec<CaseLine> = Vec::new();
    let mut looked = 0;
    loop {
        let found = table::list::of(read, party, before, limit + 1)?;
        let is_end = found.len() <= limit;
        looked += found.len();
        for case in found.into_iter().take(limit) {
            if lines.len() == limit {
                return Ok(Page { next: before.map(owner_cursor), lines });
            }
            before = Some((case.submitted, case.number));
            if wanted.is_empty() || wanted.contains(&case.progress()) {
                lines.push(case.into());
            }
        }
        if is_end {
            return Ok(Page { lines, next: None });
        }
        if lines.len() == limit || looked >= LOOKED_THROUGH {
            return Ok(Page { lines, next: before.map(owner_cursor) });
        }
    }
}

fn owner_cursor((submitted, number): (Timestamp, CaseNumber)) -> String {
    format!("{}.{number}", submitted.as_microsecond())
}

fn owner_place(cursor: &str) -> Option<(Timestamp, CaseNumber)> {
    let (submitted, number) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(submitted.parse().ok()?).ok()?, number.parse().ok()?))
}

/// The cases that wait at `stage` in the actor's scope, by time left, the most pressing first.
pub fn queue(
    read: &mut dyn Read,
    actor: &Actor,
    stage: Stage,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<CaseLine>, Failure<Refusal>> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = cursor.and_then(queue_place);
    let mut places = BTreeSet::new();
    for part in parts(read, actor, stage)? {
        let Part { county, kind, department } = &part;
        places.extend(table::list::queue(read, *county, stage, kind, department, after.as_ref(), limit + 1)?);
        // Only the first of all can be on this page.
        while places.len() > limit + 1 {
            places.pop_last();
        }
    }
    let has_more = places.len() > limit;
    let places: Vec<QueuePlace> = places.into_iter().take(limit).collect();
    let next = places.last().filter(|_| has_more).map(|place| format!("{}.{}", place.next_by, place.number));
    let numbers: Vec<CaseNumber> = places.iter().map(|place| place.number).collect();
    let mut found: HashMap<CaseNumber, Case> =
        table::list::lines(read, &numbers)?.into_iter().map(|case| (case.number, case)).collect();
    let lines = numbers.iter().filter_map(|number| found.remove(number)).map(CaseLine::from).collect();
    Ok(Page { lines, next })
}

fn queue_place(cursor: &str) -> Option<QueuePlace> {
    let (next_by, number) = cursor.split_once('.')?;
    Some(QueuePlace { next_by: next_by.parse().ok()?, number: number.parse().ok()? })
}

/// How many cases wait at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageCount {
    /// The stage.
    pub stage: Stage,
    /// How many.
    pub cases: i64,
    /// Whether there are more than were counted.
    pub or_more: bool,
}

/// How many cases wait at each open stage in the actor's scope; stages of which the actor sees nothing are left out.
pub fn counts(read: &mut dyn Read, actor: &Actor) -> Result<Vec<StageCount>, Failure<Refusal>> {
    let mut counts = vec![];
    for stage in Stage::ALL.into_iter().filter(|stage| stage.is_open()) {
        let Ok(parts) = parts(read, actor, stage) else { continue };
        let mut count = StageCount { stage, cases: 0, or_more: false };
        for Part { county, kind, department } in parts {
            let found = table::list::count(read, county, stage, &kind, &department, COUNT_MOST)?;
            count.or_more |= found >= COUNT_MOST as i64;
            count.cases += found;
        }
        counts.push(count);
    }
    Ok(counts)
}

/// One county's share of an actor's scope, with what must match there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    county: i64,
    kind: String,
    department: String,
}

/// What of a queue the actor may see: by the duties that work at this stage.
fn parts(read: &mut dyn Read, actor: &Actor, stage: Stage) -> Result<BTreeSet<Part>, Failure<Refusal>> {
    let duties = working_at(stage);
    let Actor::Staff { powers, .. } = actor else {
        return Err(Refusal::NotEmpowered { duties: duties.to_vec() }.into());
    };
    let powers: Vec<&Power> = powers.iter().filter(|power| duties.contains(&power.duty)).collect();
    if powers.is_empty() {
        return Err(Refusal::NotEmpowered { duties: duties.to_vec() }.into());
    }
    let regions = read.cached::<Regions>()?;
    Ok(powers.into_iter().flat_map(|power| parts_of(&regions, power)).collect())
}

fn working_at(stage: Stage) -> &'static [Duty] {
    match stage {
        Stage::Submitted | Stage::Correcting | Stage::Granted | Stage::Denied | Stage::Declined | Stage::Served => {
            &[Duty::Receive, Duty::Supervise]
        }
        Stage::Accepted | Stage::Suspended => &[Duty::Review, Duty::Decide, Duty::Supervise],
        Stage::Reviewed => &[Duty::Decide, Duty::Supervise],
        Stage::Closed | Stage::Withdrawn => &[Duty::Supervise],
    }
}

/// The queues are kept by county: one part for a scope inside a county, one for each county below a city or province.
fn parts_of(regions: &Regions, power: &Power) -> Vec<Part> {
    let scope = &power.scope;
    let kind = scope.kind.map_or_else(|| "%".to_owned(), |kind| kind.to_string());
    let part = |region: &RegionCode, department: String| Part {
        county: table::case::county_number(region),
        kind: kind.clone(),
        department,
    };
    let exactly = part(&scope.region, format!("{}-%", scope.region));
    let whole = |region: &RegionCode| part(region, "%".to_owned());
    let below = |region: &RegionCode| regions.children(region).map(|child| child.code).collect::<Vec<_>>();
    match (scope.subtree, scope.region.level()) {
        (false, _) | (true, Level::Village) => vec![exactly],
        (true, Level::Town) => vec![part(&scope.region, format!("{}%", &scope.region.to_string()[..9]))],
        (true, Level::County) => vec![whole(&scope.region)],
        (true, Level::City) => {
            std::iter::once(scope.region).chain(below(&scope.region)).map(|region| whole(&region)).collect()
        }
        (true, Level::Province) => {
            let cities = below(&scope.region);
            let counties: Vec<RegionCode> = cities.iter().flat_map(below).collect();
            std::iter::once(scope.region).chain(cities).chain(counties).map(|region| whole(&region)).collect()
        }
    }
}
