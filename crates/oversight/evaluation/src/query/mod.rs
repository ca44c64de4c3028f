//! What faces ask. Each answer has a bound.

mod export;
mod exposures;
mod index;
mod report;

use kernel::{
    Actor, BasicCode, CaseNumber, Date, Duty, Level as Rank, PartyId, RegionCode, StaffId, Timestamp, local_date,
};
use store::{Error, Failure, Read, Vault};

use crate::model::{county_number, month_number};
use crate::table::{self, Part};
use crate::{Level, Refusal, Service, Stage, Subject, Sums, Turn, desk, settings};

pub use export::{National, export};
pub(crate) use exposures::{EXPOSURE_TEXT, REPORTER, reporter_mark};
pub use exposures::{
    Page as ExposurePage, by_secret, exposed, exposure_for, exposure_queue, exposure_words, my_exposures,
    published_exposure,
};
pub use index::{Computed, Scored, index};
pub use report::{Difference, MonthReport, Place, Unit, months, recount, report};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;
/// Redresses of one stage are counted up to here.
const COUNT_MOST: usize = 1_000;

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// A service for those who may know of it: whoever was served (or acts for them), and staff who look after ratings there and did
/// not handle it themselves. To everybody else there is none.
pub fn service_for(read: &mut dyn Read, actor: &Actor, subject: &Subject) -> Result<Service> {
    let service = table::service::load(read, subject)?.ok_or(Refusal::NotFound)?;
    match actor {
        Actor::System(_) => Ok(service),
        Actor::Citizen { acting_for, .. } => {
            let is_own = *acting_for == service.invited.party;
            match identity::may_act(read, actor, Some(&service.invited.item)) {
                Ok(()) if is_own => Ok(service),
                Err(Failure::Broken(error)) => Err(error.into()),
                _ => Err(Refusal::NotFound.into()),
            }
        }
        Actor::Staff { staff, .. } => {
            if !CARING.iter().any(|duty| actor.may(*duty, &service.invited.department)) {
                return Err(Refusal::NotFound.into());
            }
            // Said alike whether it was rated or not, so that it tells nothing.
            if service.is_about(staff) {
                return Err(Refusal::OwnService.into());
            }
            if service.first.is_none() { Err(Refusal::NotFound.into()) } else { Ok(service) }
        }
    }
}

const CARING: [Duty; 2] = [Duty::Redress, Duty::Supervise];

/// The service of a case, if it has ended and the actor may know of it.
pub fn of_case(read: &mut dyn Read, actor: &Actor, number: &CaseNumber) -> std::result::Result<Option<Service>, Error> {
    match service_for(read, actor, &Subject::Case(*number)) {
        Ok(service) => Ok(Some(service)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Broken(error)) => Err(error),
    }
}

/// The link with which one rating of a service is given without signing in: derived by a key, kept nowhere.
pub fn link(vault: &Vault, subject: &Subject, turn: Turn) -> String {
    desk::hex(&vault.blind("evaluation.link", &format!("{subject} {}", turn as u8)))
}

pub(crate) fn mark_of(vault: &Vault, token: &str) -> String {
    desk::hex(&vault.blind("evaluation.mark", token))
}

/// The service and the turn that a link stands for. A link whose turn is over is used up.
pub fn by_link(read: &mut dyn Read, token: &str) -> Result<(Service, Turn)> {
    let mark = mark_of(&read.vault(), token);
    let (subject, turn) = table::service::link(read, &mark)?.ok_or(Refusal::LinkUnknown)?;
    let service = table::service::load(read, &subject)?.ok_or(Refusal::LinkUnknown)?;
    let turn = if turn == Turn::First as i64 { Turn::First } else { Turn::FollowUp };
    let is_used = match turn {
        Turn::First => service.first.is_some(),
        Turn::FollowUp => service.follow_up.is_some(),
    };
    if is_used { Err(Refusal::LinkUsed.into()) } else { Ok((service, turn)) }
}

pub(crate) fn tablet_mark(vault: &Vault, staff: &StaffId, day: Date) -> String {
    desk::hex(&vault.blind("evaluation.tablet", &format!("{staff} {day}")))
}

/// What a window's tablet shows: the case that its clerk finished in the last minutes, until it is rated.
pub fn at_tablet(read: &mut dyn Read, token: &str) -> Result<Option<Service>> {
    let (staff, mark) = desk::tablet_staff(token).ok_or(Refusal::LinkUnknown)?;
    let today = local_date(read.now());
    if tablet_mark(&read.vault(), &staff, today) != mark {
        return Err(Refusal::LinkUnknown.into());
    }
    let micros = read.now().as_microsecond() - settings().tablet_minutes * 60_000_000;
    let since = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN);
    let found = table::service::latest_at_window(read, &staff, since)?;
    Ok(found.filter(|service| service.first.is_none()))
}

/// One page of services.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The services.
    pub services: Vec<Service>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// What a party may rate or has rated, latest first.
pub fn mine(
    read: &mut dyn Read,
    party: &PartyId,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let services = table::service::of_party(read, party, cursor.and_then(place), limit + 1)?;
    Ok(paged(services, limit, |service| service.invited.ended))
}

fn paged(mut services: Vec<Service>, limit: usize, at: impl Fn(&Service) -> Timestamp) -> Page {
    let has_more = services.len() > limit;
    services.truncate(limit);
    let last = services.last().filter(|_| has_more);
    Page { next: last.map(|last| format!("{}.{}", at(last).as_microsecond(), last.subject)), services }
}

fn place(cursor: &str) -> Option<(Timestamp, Subject)> {
    let (at, subject) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, subject.parse().ok()?))
}

/// What people said of an item, for everybody: figures of the last twelve months, within a region and all below it.
pub fn item_sums(read: &mut dyn Read, item: &BasicCode, region: &RegionCode) -> std::result::Result<Sums, Error> {
    let today = local_date(read.now());
    let since = month_number(today.checked_sub(std::time::Duration::from_secs(365 * 86_400)).unwrap_or(today));
    table::figure::of_item(read, item, since, counties(region))
}

/// What was published of an item within a region, latest first.
pub fn comments(
    read: &mut dyn Read,
    item: &BasicCode,
    region: &RegionCode,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let before = cursor.and_then(place);
    let services = table::service::published(read, item, counties(region), before, limit + 1)?;
    Ok(paged(services, limit, |service| service.published.as_ref().map_or(Timestamp::MIN, |found| found.at)))
}

/// The counties of a region, as numbers: first and last.
pub(crate) fn counties(region: &RegionCode) -> (i64, i64) {
    let low = county_number(region);
    let high = match region.level() {
        Rank::Province => low + 9_999,
        Rank::City => low + 99,
        Rank::County | Rank::Town | Rank::Village => low,
    };
    (low, high)
}

/// What of the desk's lists an actor may see.
pub(crate) fn parts(actor: &Actor) -> Result<Vec<Part>> {
    let Actor::Staff { powers, .. } = actor else {
        return Err(Refusal::NotEmpowered { duties: CARING.to_vec() }.into());
    };
    let powers = powers.iter().filter(|power| CARING.contains(&power.duty));
    let mut parts: Vec<Part> = powers
        .map(|power| {
            let scope = &power.scope;
            let (low, high) = if scope.subtree {
                counties(&scope.region)
            } else {
                let county = county_number(&scope.region);
                (county, county)
            };
            let place = match (scope.subtree, scope.region.level()) {
                (true, Rank::Town) => format!("{}%", &scope.region.to_string()[..9]),
                (true, Rank::Province | Rank::City | Rank::County) => "%".to_owned(),
                _ => format!("{}-%", scope.region),
            };
            Part { low, high, place, kind: scope.kind.map_or("%".to_owned(), |kind| format!("%-{kind}")) }
        })
        .collect();
    if parts.is_empty() {
        return Err(Refusal::NotEmpowered { duties: CARING.to_vec() }.into());
    }
    parts.sort();
    parts.dedup();
    Ok(parts)
}

/// The redresses that stand at `stage` in the actor's scope, the most pressing first; none of those that they handled themselves.
pub fn queue(read: &mut dyn Read, actor: &Actor, stage: Stage, limit: usize, cursor: Option<&str>) -> Result<Page> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = after(cursor);
    let mut found = vec![];
    for part in parts(actor)? {
        found.extend(table::service::staged(read, &part, stage, (after.0, &after.1), limit + 1)?);
    }
    Ok(merged(found, limit, actor))
}

/// Words that nobody looked through yet, the oldest first.
pub fn to_review(read: &mut dyn Read, actor: &Actor, limit: usize, cursor: Option<&str>) -> Result<Page> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = after(cursor);
    let mut found = vec![];
    for part in parts(actor)? {
        found.extend(table::service::to_review(read, &part, (after.0, &after.1), limit + 1)?);
    }
    Ok(merged(found, limit, actor))
}

pub(crate) fn after(cursor: Option<&str>) -> (i64, String) {
    let read = |cursor: &str| {
        let (key, subject) = cursor.split_once('.')?;
        Some((key.parse().ok()?, subject.to_owned()))
    };
    cursor.and_then(read).unwrap_or((-1, String::new()))
}

/// Parts of a list as one page. A service that lies in two parts stands there once.
fn merged(mut found: Vec<(i64, Service)>, limit: usize, actor: &Actor) -> Page {
    found.sort_by_key(|(key, service)| (*key, service.subject.to_string()));
    found.dedup_by(|one, other| one.1.subject == other.1.subject);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(key, service)| format!("{key}.{}", service.subject));
    let staff = actor.staff();
    let is_other = |service: &Service| staff.is_none_or(|staff| !service.is_about(&staff));
    Page { services: found.into_iter().map(|(_, service)| service).filter(is_other).collect(), next }
}

/// How many redresses stand at each open stage in the actor's scope, counted up to a thousand a part.
pub fn counts(read: &mut dyn Read, actor: &Actor) -> Result<Vec<(Stage, i64)>> {
    let parts = parts(actor)?;
    let mut counts = vec![];
    for stage in Stage::ALL {
        let mut sum = 0;
        for part in &parts {
            sum += table::service::count(read, part, stage, COUNT_MOST)?;
        }
        counts.push((stage, sum));
    }
    Ok(counts)
}

/// What was written about a service, opened for those who may read it. Whoever was erased has left nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The first rating's words.
    pub first: String,
    /// The follow-up's.
    pub follow_up: String,
    /// What was said when somebody called.
    pub note: String,
    /// What was found, the latest last.
    pub findings: Vec<String>,
    /// The citizen's objection.
    pub objection: String,
    /// What the citizen was told.
    pub reply: String,
}

/// The words of a service that [`service_for`] has found may be known.
pub fn words(read: &mut dyn Read, service: &Service) -> std::result::Result<Words, Error> {
    let vault = read.vault();
    let party = service.invited.party;
    let mut open = |sealed: Option<&kernel::Sealed>| match sealed {
        None => Ok(String::new()),
        Some(sealed) => match vault.unseal(read, &party, sealed) {
            Err(Error::Erased) => Ok("（已按本人要求删除）".to_owned()),
            other => other,
        },
    };
    let redress = service.redress.as_ref();
    let findings = redress.map_or(&[][..], |redress| &redress.findings);
    Ok(Words {
        first: open(service.first.as_ref().and_then(|rating| rating.text.as_ref()))?,
        follow_up: open(service.follow_up.as_ref().and_then(|rating| rating.text.as_ref()))?,
        note: open(redress.and_then(|redress| redress.contact.as_ref()).map(|contact| &contact.note))?,
        findings: findings.iter().map(|finding| open(Some(finding))).collect::<std::result::Result<_, _>>()?,
        objection: open(redress.and_then(|redress| redress.objection.as_ref()))?,
        reply: open(redress.and_then(|redress| redress.reply.as_ref()).map(|reply| &reply.words))?,
    })
}

/// The chosen aspects of a rating in words, as praise or as faults.
pub fn aspects(online: bool, level: Level, codes: &[String]) -> Vec<&'static str> {
    let known = settings().aspects(online);
    let word = |code: &String| {
        let aspect = known.iter().find(|aspect| aspect.code == *code)?;
        Some(match level {
            Level::Very | Level::Well => aspect.good.as_str(),
            Level::Fairly => aspect.name.as_str(),
            Level::Poor | Level::Bad => aspect.poor.as_str(),
        })
    };
    codes.iter().filter_map(word).collect()
}
