//! Days at the halls: a clerk opens the window, people draw tickets or come by appointment, each is called and served.

use super::{Draw, Stage, agenda::Deed, days, instant, minutes_after};
use crate::failure::Failed;
use halls::{
    AppointmentId, Hall, HallId, Letter, Refusal, Slot, Source,
    desk::{self, Draw as Drawing, Wish},
    rules::{ticket, window},
};
use kernel::{Actor, BasicCode, Date, StaffId, Timestamp};
use store::Failure;

/// The halls that are played in.
const HALLS: [&str; 4] = ["320102000000", "320508000000", "320100000000", "320500000000"];
/// A small month plays in fewer of them.
const CASES_A_HALL: u32 = 200;
/// The machine in the hall.
const KIOSK: Actor = Actor::System("kiosk");
/// Who draws a ticket at one window in a day.
const VISITORS: (i64, i64) = (16, 26);
/// By appointment.
const BOOKED: i64 = 3;
/// What people book a time for.
const BOOKABLE: [&str; 3] = ["320709902000", "320131907000", "322014905000"];
/// Morning and afternoon, in minutes after midnight, as the rulebook of the halls has them.
const MORNING: (i64, i64) = (9 * 60, 12 * 60);
const AFTERNOON: (i64, i64) = (13 * 60 + 30, 17 * 60);

/// A window on a day.
#[derive(Clone)]
struct Counter {
    hall: HallId,
    window: u16,
    services: Vec<Letter>,
    clerk: Actor,
    day: Date,
    lane: u64,
}

/// Every working day at the windows of these halls: of one for each so many cases.
pub fn plan(stage: &Stage, cases: u32, begins: Timestamp) -> Result<Vec<Deed>, Failed> {
    let mut deeds = vec![];
    let halls = usize::try_from(cases / CASES_A_HALL).unwrap_or(usize::MAX);
    for (place, code) in HALLS.iter().enumerate().take(halls) {
        let Ok(hall) = code.parse::<HallId>() else { continue };
        let Some(clerk) = stage.cast.staff("clerk", hall.0).cloned() else { continue };
        let Some((found, number)) = seat(stage, &hall, clerk.staff())? else { continue };
        let services = found.window(number).map(|post| post.services.clone()).unwrap_or_default();
        for day in days(begins, stage.until).filter(|day| stage.calendar.is_working(*day)) {
            // Hall by hall one lane: what happens at one window follows itself.
            let lane = (2 << 32) + place as u64;
            let counter = Counter { hall, window: number, services: services.clone(), clerk: clerk.clone(), day, lane };
            deeds.extend(at_the_window(&counter));
        }
    }
    deeds.retain(|deed| deed.is_within(begins, stage.until));
    Ok(deeds)
}

/// The hall, and the window that was given to this clerk.
fn seat(stage: &Stage, id: &HallId, clerk: Option<StaffId>) -> Result<Option<(Hall, u16)>, Failed> {
    stage.db.read(|read| {
        let Some(hall) = halls::query::hall(read, id)? else { return Ok(None) };
        let windows = halls::query::windows(read, &hall)?;
        Ok(windows.iter().find(|window| window.seat == clerk).map(|window| (hall.clone(), window.number)))
    })
}

fn at_the_window(counter: &Counter) -> Vec<Deed> {
    let mut draw =
        Draw::of("counter", counter.lane ^ counter.day.to_string().bytes().fold(0, |sum, b| sum * 31 + u64::from(b)));
    let Counter { day, lane, .. } = *counter;
    let mut deeds = vec![];
    let open = counter.clone();
    deeds.push(Deed::new(instant(day, MORNING.0), lane, move |stage| sit(stage, &open, window::Command::Open)));
    for _ in 0..draw.between(VISITORS.0, VISITORS.1) {
        let minute = if draw.chance(60) {
            draw.between(MORNING.0 + 1, MORNING.1 - 20)
        } else {
            draw.between(AFTERNOON.0, AFTERNOON.1 - 40)
        };
        let (visit, draw) = (counter.clone(), Draw::of("visit", draw.between(0, i64::MAX).unsigned_abs()));
        deeds.push(Deed::new(instant(day, minute), lane, move |stage| queue(stage, &visit, draw)));
    }
    for _ in 0..BOOKED {
        let (visit, mine) = (counter.clone(), Draw::of("booking", draw.between(0, i64::MAX).unsigned_abs()));
        let eve = instant(day, -draw.between(4 * 60, 14 * 60));
        deeds.push(Deed::new(eve, lane, move |stage| book(stage, &visit, mine)));
    }
    let (first, draw) = (counter.clone(), Draw::of("calls", draw.between(0, i64::MAX).unsigned_abs()));
    let at = instant(day, MORNING.0 + 4);
    deeds.push(Deed::new(at, lane, move |stage| call(stage, at, first, draw)));
    deeds
}

fn sit(stage: &Stage, counter: &Counter, command: window::Command) -> Result<Vec<Deed>, Failed> {
    let (clerk, hall, number) = (counter.clerk.clone(), counter.hall, counter.window);
    stage.carry("window", move |tx| desk::sit(tx, &clerk, &hall, number, &command))?;
    Ok(vec![])
}

/// Somebody draws a ticket at the machine; one in six is old.
fn queue(stage: &Stage, counter: &Counter, mut draw: Draw) -> Result<Vec<Deed>, Failed> {
    let drawing = Drawing {
        hall: counter.hall,
        service: Some(*draw.of_these(&counter.services)),
        item: None,
        ground: draw.chance(16).then(|| "elder".to_owned()),
        source: Source::Kiosk,
    };
    stage.carry("draw", move |tx| desk::draw(tx, &KIOSK, &drawing))?;
    Ok(vec![])
}

/// Somebody books a time for the next day, and comes; one in eight does not.
fn book(stage: &Stage, counter: &Counter, mut draw: Draw) -> Result<Vec<Deed>, Failed> {
    let resident = draw.of_these(&stage.cast.residents).clone();
    let Ok(item) = draw.of_these(&BOOKABLE).parse::<BasicCode>() else { return Ok(vec![]) };
    let halves = [MORNING, AFTERNOON];
    let (from, to) = *draw.of_these(&halves);
    let minute = from + draw.between(0, (to - from) / 30 - 1) * 30;
    let slot = Slot { day: counter.day, minute: u16::try_from(minute).unwrap_or(0) };
    let (wish, actor) = (Wish { hall: counter.hall, item, slot, persons: 1 }, resident.actor.clone());
    let Some(booked) = stage.carry("book", move |tx| desk::book(tx, &actor, &wish))? else { return Ok(vec![]) };
    let (id, lane, begins) = (booked.id, counter.lane, instant(counter.day, minute));
    if draw.chance(12) {
        let host = counter.clone();
        let late = minutes_after(begins, 30);
        return Ok(vec![Deed::new(late, lane, move |stage| miss(stage, &host, id))]);
    }
    let early = minutes_after(begins, -draw.between(0, 15));
    Ok(vec![Deed::new(early, lane, move |stage| {
        let actor = resident.actor;
        stage.carry("check-in", move |tx| desk::check_in(tx, &actor, &id, None))?;
        Ok(vec![])
    })])
}

fn miss(stage: &Stage, counter: &Counter, id: AppointmentId) -> Result<Vec<Deed>, Failed> {
    if let Some(host) = stage.cast.staff("host", counter.hall.0).cloned() {
        stage.carry("absent", move |tx| desk::absent(tx, &host, &id, "过号三次没有应答"))?;
    }
    Ok(vec![])
}

/// The clerk is done with one and calls the next, until noon and until the evening.
fn call(stage: &Stage, at: Timestamp, counter: Counter, mut draw: Draw) -> Result<Vec<Deed>, Failed> {
    let (clerk, hall) = (counter.clerk.clone(), counter.hall);
    let noon = instant(counter.day, MORNING.1);
    let again = instant(counter.day, AFTERNOON.0 + 2);
    let evening = instant(counter.day, AFTERNOON.1);
    if at >= evening {
        return close(stage, &counter);
    }
    let called = stage.carry("call", move |tx| match desk::finish_and_call_next(tx, &clerk, &hall) {
        // A clerk with an empty queue looks up and waits.
        Err(Failure::Refused(Refusal::NobodyWaits)) => Ok(None),
        called => called,
    })?;
    let busy = matches!(called, Some(Some(_)));
    let mut next = minutes_after(at, if busy { draw.between(4, 14) } else { 6 });
    if next >= noon && next < again {
        next = again;
    }
    let (next, lane) = (next.min(evening), counter.lane);
    Ok(vec![Deed::new(next, lane, move |stage| call(stage, next, counter, draw))])
}

/// Whoever is at the window is served to the end, then it closes.
fn close(stage: &Stage, counter: &Counter) -> Result<Vec<Deed>, Failed> {
    let (hall, number) = (counter.hall, counter.window);
    let served = stage.db.read(|read| halls::query::at_window(read, &hall, number))?.called;
    if let Some(served) = served {
        let clerk = counter.clerk.clone();
        stage.carry("finish", move |tx| desk::handle(tx, &clerk, &served.id, &ticket::Command::Finish))?;
    }
    sit(stage, counter, window::Command::Close)
}
