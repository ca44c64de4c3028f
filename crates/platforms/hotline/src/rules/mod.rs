//! What may be done to a work order, pure: what a command does, what an event did, when time speaks next.
//!
//! Sources: GB/T 33358-2016 and 国办发〔2020〕53号 (one number, every call answered, every order followed up), 信访工作条例 第三十条
//! (who tips off is protected). The numbers of minutes and days stand in the [`Book`].

mod acts;
mod apply;
mod article;
mod chat;
mod handling;
mod outcome;
mod refusal;
mod time;
mod words;

use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, Date, DepartmentId, Duty, Sealed, StaffId, Timestamp, WorkingDays};

use crate::{Book, Command, Ending, Event, Kind, Registered, State, Supervised, WorkOrder, book::later};

pub use acts::{Act, allowed};
pub use apply::{apply, begin, replay};
pub use article::{apply_article, decide_article, replay_article, written_article};
pub use chat::{Turn, answer};
pub use refusal::Refusal;
pub use time::{NextStep, due, next};
pub use words::mask;
pub(crate) use words::{clean, impersonal, written};

/// Characters of what is written, at most.
pub const TEXT_MOST: usize = 2_000;
/// Orders merged into one, at most: each of their callers is told in the transaction of the answer.
pub const JOINED_MOST: usize = 200;
/// Characters of a title or a place, at most.
pub const LINE_MOST: usize = 100;

/// What rules need to know and cannot see in the order.
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
    pub book: &'a Book,
    /// The command's words, sealed with the holder's key; none if it has none.
    pub sealed: Option<Sealed>,
    /// Whether the units that the command names exist.
    pub units_exist: bool,
    /// Whether whoever asks is the caller: signed in as the party, or with the query code.
    pub is_caller: bool,
}

impl Facts<'_> {
    pub(crate) fn after(&self, days: u32) -> Date {
        self.calendar.after(self.today, WorkingDays(days))
    }

    /// The sealed words of a command whose words must not be empty.
    fn sealed(&self, words: &str, pointer: &'static str) -> Result<Sealed, Refusal> {
        written(words, pointer)?;
        self.sealed.clone().ok_or(Refusal::WordsMissing(pointer))
    }

    /// The member of the centre who asks.
    fn centre(&self, order: &WorkOrder, duties: &[Duty]) -> Result<StaffId, Refusal> {
        self.of(&order.centre(), duties)
    }

    /// The member of the unit who asks.
    fn unit(&self, unit: &DepartmentId) -> Result<StaffId, Refusal> {
        self.of(unit, &[Duty::Handle])
    }

    fn of(&self, department: &DepartmentId, duties: &[Duty]) -> Result<StaffId, Refusal> {
        match self.actor {
            Actor::Staff { staff, .. } if duties.iter().any(|duty| self.actor.may(*duty, department)) => Ok(*staff),
            _ => Err(Refusal::NotEmpowered { duties: duties.to_vec() }),
        }
    }
}

/// Who takes orders down and dispatches them.
pub(crate) const DISPATCHING: [Duty; 2] = [Duty::Dispatch, Duty::LeadHotline];
/// Who asks callers afterwards.
pub(crate) const ASKING: [Duty; 2] = [Duty::FollowUp, Duty::LeadHotline];
/// Everybody of the centre.
pub(crate) const CENTRE: [Duty; 3] = [Duty::Dispatch, Duty::FollowUp, Duty::LeadHotline];

/// The event of an article that is shipped and has no author.
pub(crate) fn checked_article(content: &crate::NewArticle, facts: &Facts) -> Result<crate::ArticleEvent, Refusal> {
    article::checked(content, facts, None)
}

/// The events with which an order begins. A caller who comes again with the same matter is supervised from the start.
pub fn registered(registered: Registered, repeat: bool) -> Vec<Event> {
    let at = registered.at;
    let mut events = vec![Event::Registered(Box::new(registered))];
    if repeat {
        events.push(Event::Supervised { at, ground: Supervised::Repeat, demand: None, unit: None });
    }
    events
}

/// When an order must be dispatched that comes in at `now`.
pub fn dispatch_by(book: &Book, urgent: bool, now: Timestamp) -> Timestamp {
    later(now, if urgent { book.urgent_dispatch_minutes } else { book.dispatch_minutes })
}

/// What happens if `command` reaches `order` now. What time alone has done comes first.
pub fn decide(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let mut events = time::by_time(order, facts);
    let mut order = std::borrow::Cow::Borrowed(order);
    for event in &events {
        apply(order.to_mut(), event);
    }
    events.extend(on_command(&order, command, facts)?);
    Ok(events)
}

fn on_command(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use Command as C;
    let at = facts.now;
    match command {
        C::Tick => Ok(vec![]),
        C::Answer { words } => {
            let by = facts.centre(order, &DISPATCHING)?;
            waiting(order, command)?;
            Ok(vec![Event::Answered { by, at, words: facts.sealed(words, "/words")? }])
        }
        C::Dispatch { .. } | C::Coordinate { .. } => handling::dispatch(order, command, facts).map(|event| vec![event]),
        C::Merge { into } => {
            let by = facts.centre(order, &DISPATCHING)?;
            waiting(order, command)?;
            if *into == order.number {
                return Err(Refusal::MergeSelf);
            }
            Ok(vec![Event::Merged { by, at, into: *into }])
        }
        C::Join { from, same_caller, tip_off } => {
            facts.centre(order, &DISPATCHING)?;
            if matches!(order.state, State::Closed { .. }) {
                return Err(Refusal::MergeClosed);
            }
            // A unit and a caller read of what was merged: beside another matter that would tell that somebody tipped off.
            if *tip_off != (order.kind == Kind::TipOff) {
                return Err(Refusal::MergeTipOff);
            }
            if order.joined.len() >= JOINED_MOST {
                return Err(Refusal::MergeFull { most: JOINED_MOST });
            }
            let mut events = vec![Event::Joined { at, from: *from }];
            if *same_caller {
                events.extend(supervised(order, Supervised::Repeat, at));
            }
            Ok(events)
        }
        C::Relay { outcome, words } => match (facts.actor, &order.state) {
            (Actor::System(_), State::Closed { ending: Ending::Merged { .. }, .. }) => {
                Ok(vec![Event::Relayed { at, outcome: *outcome, words: facts.sealed(words, "/words")? }])
            }
            // Nobody answers a merged order by hand.
            _ => Err(not_now(order, command)),
        },
        C::Supervise { demand } => {
            facts.centre(order, &[Duty::LeadHotline, Duty::Supervise])?;
            if matches!(order.state, State::Closed { .. }) {
                return Err(not_now(order, command));
            }
            let demand = Some(facts.sealed(demand, "/demand")?);
            Ok(vec![Event::Supervised { at, ground: Supervised::Ordered, demand, unit: unit_of(order) }])
        }
        C::See { purpose } => see(order, purpose, facts),
        C::Missed | C::FollowUp { .. } | C::Rate { .. } => outcome::decide(order, command, facts),
        _ => handling::decide(order, command, facts),
    }
}

/// Who may learn who called: the centre always, the handling unit only where the caller is not protected.
fn see(order: &WorkOrder, purpose: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let of_centre = facts.centre(order, &CENTRE);
    let by = match (of_centre, order.round()) {
        (Ok(by), _) => by,
        (Err(_), Some(round)) => {
            let by = facts.unit(&round.lead)?;
            if order.is_protected() {
                return Err(Refusal::Protected);
            }
            by
        }
        (Err(refusal), None) => return Err(refusal),
    };
    Ok(vec![Event::Seen { by, at: facts.now, purpose: facts.sealed(purpose, "/purpose")? }])
}

/// Supervision for this reason, if it is not supervised for it already.
pub(crate) fn supervised(order: &WorkOrder, ground: Supervised, at: Timestamp) -> Option<Event> {
    (!order.supervised.contains(&ground)).then(|| Event::Supervised { at, ground, demand: None, unit: unit_of(order) })
}

/// The unit in whose hands it is.
fn unit_of(order: &WorkOrder) -> Option<DepartmentId> {
    order.round().filter(|round| round.returned.is_none()).map(|round| round.lead)
}

fn waiting(order: &WorkOrder, command: &Command) -> Result<(), Refusal> {
    if matches!(order.state, State::Waiting { .. }) { Ok(()) } else { Err(not_now(order, command)) }
}

pub(crate) fn not_now(order: &WorkOrder, command: &Command) -> Refusal {
    Refusal::NotNow { stage: order.stage(), command: command.name() }
}
