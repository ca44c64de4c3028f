//! A month that was lived before anybody came, so that a demonstration's pages show what a used house shows.
//!
//! Everybody in it acts through the rooms' own commands, at the instant at which they would: a fresh demonstration's clock begins
//! some weeks ago ([`store::Config::begins`]), and is moved from deed to deed until it is today. The same seed gives the same month.
//! Commands of visitors wait meanwhile ([`web::Prelude`]), because they would fall into the past.

mod agenda;
mod calls;
mod cases;
mod cast;
mod counter;
mod draw;
mod quality;

use crate::failure::Failed;
use agenda::Agenda;
use cast::Cast;
use clock::Calendar;
use kernel::{Date, Refuse, Timestamp, WorkingDays, local_date, local_time};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::{Db, Failure, Follower, Runner, Tx, Wheel};
use web::Prelude;

pub use draw::Draw;

/// How long ago the month begins.
pub const SPAN: Duration = Duration::from_secs(31 * 86_400);

/// Whose hands do what follows from the deeds: the house's own followers and wheels.
pub struct Crew {
    /// Those who follow the journal.
    pub followers: Vec<Arc<dyn Follower>>,
    /// Those who act when time has passed.
    pub wheels: Vec<Arc<dyn Wheel>>,
}

/// Where the month is played: the house, its people and the calendar.
pub struct Stage {
    db: Db,
    cast: Cast,
    calendar: Arc<Calendar>,
    until: Timestamp,
    done: AtomicUsize,
    refused: AtomicUsize,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lived {
    /// Deeds that were done.
    pub done: usize,
    /// Deeds that a rule refused, as happens in every office.
    pub refused: usize,
}

/// Lives from now, the house's now, to `until`, with so many cases; stops early when told to.
pub fn live(
    db: &Db,
    crew: &Crew,
    cases: u32,
    until: Timestamp,
    prelude: &Prelude,
    stop: &AtomicBool,
) -> Result<Lived, Failed> {
    let calendar = db.read(|read| organisation::calendar(read))?;
    let (done, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let stage = Stage { db: db.clone(), cast: Cast::enter(db)?, calendar, until, done, refused };
    let begins = db.now();
    let mut agenda = Agenda::default();
    agenda.add(cases::plan(&stage, cases, begins));
    agenda.add(counter::plan(&stage, cases, begins)?);
    agenda.add(quality::plan(&stage, begins));
    agenda.add(calls::plan(&stage, begins));
    let span = until.as_microsecond() - begins.as_microsecond();
    let mut hour = None;
    while let Some(at) = agenda.next().filter(|at| *at < until) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let now = (local_date(at), local_time(at).hour());
        if hour.replace(now) != Some(now) {
            follow(db, crew)?;
            prelude.tell(
                usize::try_from(at.as_microsecond() - begins.as_microsecond()).unwrap_or(0),
                usize::try_from(span).unwrap_or(1),
            );
        }
        db.time().advance_to(at);
        let more = agenda::play(&stage, agenda.take(at))?;
        agenda.add(more);
    }
    db.time().advance_to(until);
    follow(db, crew)?;
    Ok(Lived { done: stage.done.into_inner(), refused: stage.refused.into_inner() })
}

/// Lets followers and wheels catch up.
fn follow(db: &Db, crew: &Crew) -> Result<(), Failed> {
    Ok(Runner::drain(db, crew.followers.clone(), crew.wheels.clone(), vec![])?)
}

impl Stage {
    /// Carries out a command. A refusal is no failure of the month: people try what is not allowed.
    fn carry<T, R, F>(&self, what: &'static str, command: F) -> Result<Option<T>, Failed>
    where
        T: Send + 'static,
        R: Refuse,
        F: FnMut(&mut Tx<'_>) -> Result<T, Failure<R>> + Send + 'static,
    {
        match self.db.write(command) {
            Ok(done) => {
                self.done.fetch_add(1, Ordering::Relaxed);
                Ok(Some(done))
            }
            Err(Failure::Refused(refusal)) => {
                self.decline(what, &refusal);
                Ok(None)
            }
            Err(Failure::Broken(error)) => Err(error.into()),
        }
    }

    fn decline(&self, what: &'static str, refusal: &impl Refuse) {
        tracing::debug!(what, code = refusal.code(), "refused");
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Some minute of this day on which offices work.
    fn at_work(&self, day: Date, draw: &mut Draw) -> Timestamp {
        let minute = if draw.chance(55) {
            draw.between(9 * 60 + 5, 11 * 60 + 50)
        } else {
            draw.between(13 * 60 + 35, 16 * 60 + 55)
        };
        instant(day, minute)
    }

    /// So many working days after `at`; for none, a little later, or the next time that offices work.
    fn later(&self, at: Timestamp, days: u32, draw: &mut Draw) -> Timestamp {
        let day = local_date(at);
        if days > 0 {
            return self.at_work(self.calendar.after(day, WorkingDays(days)), draw);
        }
        let soon = minutes_after(at, draw.between(8, 90));
        let clock = local_time(soon);
        let minute = i64::from(clock.hour()) * 60 + i64::from(clock.minute());
        let works = (9 * 60..12 * 60).contains(&minute) || (13 * 60 + 30..17 * 60).contains(&minute);
        match works && local_date(soon) == day && self.calendar.is_working(day) {
            true => soon,
            false if minute < 12 * 60 && self.calendar.is_working(day) => self.afternoon(day, draw),
            false => self.at_work(self.calendar.after(day, WorkingDays(1)), draw),
        }
    }

    fn afternoon(&self, day: Date, draw: &mut Draw) -> Timestamp {
        instant(day, draw.between(13 * 60 + 35, 16 * 60 + 55))
    }
}

/// So many minutes after midnight of a day.
fn instant(day: Date, minute: i64) -> Timestamp {
    minutes_after(kernel::midnight(day), minute)
}

fn minutes_after(at: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond() + minutes * 60_000_000).unwrap_or(at)
}

/// The days from the one of `from` to that of `to`.
fn days(from: Timestamp, to: Timestamp) -> impl Iterator<Item = Date> {
    let last = local_date(to);
    std::iter::successors(Some(local_date(from)), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
}
