//! What may be done to a service and to a report, pure: what a command does, what an event did, when time speaks next.
//!
//! Sources: 国办发〔2019〕51号 (voluntary, every poor rating is followed up), GB/T 39734-2020 (one rating and one follow-up a
//! service), GB/T 39735-2020. The numbers of days stand in the settings.

mod apply;
mod exposure;
mod redress;
mod refusal;

use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, Date, Duty, Sealed, StaffId, Timestamp, WorkingDays, midnight};

use crate::{Command, NewRating, Rating, Service, ServiceEvent, Settings, Turn};

pub use apply::{apply, open, replay};
pub use exposure::{apply_exposure, decide_exposure, exposure_due, replay_exposure, report};
pub use redress::possible;
pub use refusal::Refusal;
pub(crate) use refusal::{clean, written};

/// Characters of a rating's words, at most.
pub const WORDS_MOST: usize = 500;
/// Characters of what staff write, at most.
pub const TEXT_MOST: usize = 2_000;

/// What rules need to know and cannot see in the service.
#[derive(Clone)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// Who asks.
    pub actor: &'a Actor,
    /// Limits and lists.
    pub settings: &'a Settings,
    /// The command's personal words, sealed with the citizen's key; none if it has none.
    pub sealed: Option<Sealed>,
}

impl Facts<'_> {
    fn after(&self, days: u32) -> Date {
        self.calendar.after(self.today, WorkingDays(days))
    }

    /// The member of staff who asks, if they hold one of `duties` there and were not the ones who were rated.
    fn staff(&self, service: &Service, duties: &[Duty]) -> Result<StaffId, Refusal> {
        let department = &service.invited.department;
        match self.actor {
            Actor::Staff { staff, .. } if service.is_about(staff) => Err(Refusal::OwnService),
            Actor::Staff { staff, .. } if duties.iter().any(|duty| self.actor.may(*duty, department)) => Ok(*staff),
            _ => Err(Refusal::NotEmpowered { duties: duties.to_vec() }),
        }
    }

    fn is_served(&self, service: &Service) -> bool {
        self.actor.party() == Some(service.invited.party)
    }

    /// The sealed words; `Broken` states cannot arise here, because the desk seals what [`written`] has found good.
    fn sealed(&self, pointer: &'static str) -> Result<Sealed, Refusal> {
        self.sealed.clone().ok_or(Refusal::WordsMissing(pointer))
    }
}

/// What happens if `command` reaches `service` now. What time alone has done comes first.
pub fn decide(service: &Service, command: &Command, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    let mut events = by_time(service, facts);
    let mut service = std::borrow::Cow::Borrowed(service);
    for event in &events {
        apply(service.to_mut(), event);
    }
    events.extend(on_command(&service, command, facts)?);
    Ok(events)
}

fn on_command(service: &Service, command: &Command, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    match command {
        Command::Tick => Ok(vec![]),
        Command::Rate(Turn::First, new) => first(service, new, facts),
        Command::Rate(Turn::FollowUp, new) => follow_up(service, new, facts),
        Command::Publish { text, reply } => publish(service, text, reply, facts),
        Command::Withhold { reason } => withhold(service, reason, facts),
        command => redress::decide(service, command, facts),
    }
}

/// What the passing of time alone does: silence is noted as silence, clocks that ran out are noted as such.
fn by_time(service: &Service, facts: &Facts) -> Vec<ServiceEvent> {
    let mut events = vec![];
    if service.first.is_none() && service.lapsed.is_none() && facts.today > service.invited.answer_until {
        events.push(ServiceEvent::Lapsed { on: facts.today });
    }
    if let Some(redress) = &service.redress {
        if contact_runs(redress) && facts.today > redress.contact_by {
            events.push(ServiceEvent::ContactOverdue { due: redress.contact_by });
        }
        if rectify_runs(redress) && facts.today > redress.rectify_by {
            events.push(ServiceEvent::RectifyOverdue { due: redress.rectify_by });
        }
    }
    events
}

fn contact_runs(redress: &crate::Redress) -> bool {
    redress.contact.is_none() && !redress.contact_overdue && redress.stage().is_open()
}

fn rectify_runs(redress: &crate::Redress) -> bool {
    !redress.rectify_overdue && redress.stage().is_open()
}

/// When [`Command::Tick`] must be sent.
pub fn due(service: &Service) -> Option<Timestamp> {
    let answer = (service.first.is_none() && service.lapsed.is_none()).then_some(service.invited.answer_until);
    let redress = service.redress.as_ref();
    let contact = redress.filter(|redress| contact_runs(redress)).map(|redress| redress.contact_by);
    let rectify = redress.filter(|redress| rectify_runs(redress)).map(|redress| redress.rectify_by);
    let last_day = [answer, contact, rectify].into_iter().flatten().min()?;
    last_day.tomorrow().ok().map(midnight)
}

/// The one first rating. Whoever holds a link or stands at the tablet comes as the house itself: the desk has checked that.
fn first(service: &Service, new: &NewRating, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    may_rate(service, facts)?;
    if service.first.is_some() {
        return Err(Refusal::AlreadyRated);
    }
    let rating = rating(service, new, facts)?;
    let poor = rating.level.is_poor();
    let mut events = vec![ServiceEvent::Rated(rating)];
    if poor {
        events.push(ServiceEvent::RedressOpened {
            on: facts.today,
            contact_by: facts.after(facts.settings.contact_days),
            rectify_by: facts.after(facts.settings.rectify_days),
        });
    }
    Ok(events)
}

/// The one follow-up. While a redress is under way it waits, so that it can say something of the redress.
fn follow_up(service: &Service, new: &NewRating, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    may_rate(service, facts)?;
    if service.first.is_none() {
        return Err(Refusal::NothingToFollow);
    }
    if service.follow_up.is_some() {
        return Err(Refusal::AlreadyFollowed);
    }
    if let Some(redress) = service.redress.as_ref().filter(|redress| redress.stage().is_open()) {
        return Err(Refusal::RedressUnderWay { until: redress.rectify_by });
    }
    Ok(vec![ServiceEvent::FollowedUp(rating(service, new, facts)?)])
}

fn may_rate(service: &Service, facts: &Facts) -> Result<(), Refusal> {
    let is_house = matches!(facts.actor, Actor::System("rating-link" | "rating-tablet"));
    if !is_house && !facts.is_served(service) {
        return Err(Refusal::OnlyTheServed);
    }
    // A redress may end later than the time for ratings: what came of it can still be told.
    let answered = service.redress.as_ref().and_then(|redress| redress.reply.as_ref()).map(|reply| reply.on);
    let late_until = match answered {
        Some(on) => days_after(on, facts.settings.late_days).max(service.invited.late_until),
        None => service.invited.late_until,
    };
    if facts.today > late_until { Err(Refusal::TooLate { until: late_until }) } else { Ok(()) }
}

/// So many calendar days later.
pub(crate) fn days_after(day: Date, days: u32) -> Date {
    day.checked_add(kernel_span(days)).unwrap_or(Date::MAX)
}

fn kernel_span(days: u32) -> std::time::Duration {
    std::time::Duration::from_secs(u64::from(days) * 86_400)
}

fn rating(service: &Service, new: &NewRating, facts: &Facts) -> Result<Rating, Refusal> {
    let known = facts.settings.aspects(service.invited.online);
    let mut aspects: Vec<String> = vec![];
    for code in &new.aspects {
        if !known.iter().any(|aspect| aspect.code == *code) {
            return Err(Refusal::UnknownAspect);
        }
        if !aspects.contains(code) {
            aspects.push(code.clone());
        }
    }
    let text = match clean(&new.text) {
        text if text.is_empty() => None,
        text if text.chars().count() > WORDS_MOST => {
            return Err(Refusal::TooLong { pointer: "/text", most: WORDS_MOST });
        }
        _ => Some(facts.sealed("/text")?),
    };
    Ok(Rating { level: new.level, way: new.way, aspects, text, at: facts.now })
}

const READING: [Duty; 2] = [Duty::Redress, Duty::Supervise];

fn publish(service: &Service, text: &str, reply: &str, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    let by = facts.staff(service, &READING)?;
    if !service.waits_for_review() {
        return Err(Refusal::NothingToPublish);
    }
    let text = written(text, "/text")?;
    let reply = clean(reply);
    if reply.chars().count() > TEXT_MOST {
        return Err(Refusal::TooLong { pointer: "/reply", most: TEXT_MOST });
    }
    impersonal(&text, "/text")?;
    impersonal(&reply, "/reply")?;
    let what = crate::Published { text, reply, at: facts.now };
    Ok(vec![ServiceEvent::Published { by, what }])
}

fn withhold(service: &Service, reason: &str, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    let by = facts.staff(service, &READING)?;
    if !service.waits_for_review() {
        return Err(Refusal::NothingToPublish);
    }
    let reason = written(reason, "/reason")?;
    impersonal(&reason, "/reason")?;
    Ok(vec![ServiceEvent::Withheld { by, reason }])
}

/// Nothing by which a person is known may go to the public (个人信息保护法 art. 25).
fn impersonal(text: &str, pointer: &'static str) -> Result<(), Refusal> {
    if crate::is_masked(text) { Ok(()) } else { Err(Refusal::Personal(pointer)) }
}
