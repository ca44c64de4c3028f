//! Whatever the journal tells, in whatever pieces it is followed: what is kept is what a recount gives.

use casework::Event;
use evaluation::ServiceEvent;
use halls::TicketEvent;
use kernel::{DepartmentId, Uuid};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::given::*;

/// Something that happens: to which of a few things, and what.
#[derive(Debug, Clone, Copy)]
struct Happening {
    thing: u8,
    what: u8,
    /// Minutes after what happened before.
    minutes: u64,
    /// Whether the follower looks now.
    follows: bool,
}

fn happening() -> impl Strategy<Value = Happening> {
    (0u8..9, 0u8..8, prop::sample::select(vec![1u64, 7, 90, 800, 1_500]), prop::bool::weighted(0.3))
        .prop_map(|(thing, what, minutes, follows)| Happening { thing, what, minutes, follows })
}

#[test]
fn what_is_kept_is_what_a_recount_gives() {
    each_house(|house| {
        let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
        let round = std::cell::Cell::new(0u32);
        runner
            .run(&prop::collection::vec(happening(), 1..60), |happenings| {
                round.set(round.get() + 1);
                let mut versions = [0i64; 9];
                for Happening { thing, what, minutes, follows } in happenings {
                    house.pass_minutes(minutes);
                    let at = usize::from(thing);
                    versions[at] += 1;
                    tell(&house, round.get() * 10 + u32::from(thing), thing % 3, versions[at], what);
                    if follows {
                        house.drain();
                        house.recounted();
                    }
                }
                house.drain();
                house.recounted();
                Ok(())
            })
            .unwrap();
        assert!(house.recounted() > 50);
    });
}

/// The next event of a case, a ticket or a service; the first of each begins it.
fn tell(house: &House, id: u32, sort: u8, version: i64, what: u8) {
    let (today, now) = (house.today(), house.db.now());
    let department: DepartmentId = format!("{XUANWU}-{}", ["310", "090"][id as usize % 2]).parse().unwrap();
    match sort {
        0 => {
            let number = kernel::CaseNumber::new(department.region, department.kind, START, id).unwrap();
            let due = days_after(today, i64::from(what));
            let event = match (version, what) {
                (1, _) => submitted(if id % 4 < 2 { RENEWAL } else { FOOD }, department, today),
                (_, 0) => accepted(today, due),
                (_, 1) => Event::DeemedAccepted { since: today, due },
                (_, 2) => granted(today),
                (_, 3) => closed(today),
                (_, 4) => Event::Extended { days: 5, reason: String::new(), on: today, due, by: staff_id(2) },
                (_, 5) => Event::Withdrawn { ground: casework::WithdrawGround::NotNeeded, on: today },
                _ => Event::Returned { on: today },
            };
            house.tell(&casework::stream(&number), version, &[event]);
        }
        1 => {
            let stream = format!("ticket:{}", Uuid::from_u128(u128::from(id)).simple());
            let event = match (version, what) {
                (1, _) => drawn(house),
                (_, 0 | 1) => TicketEvent::Called { window: 1, by: staff_id(2), at: now, calls: 1 },
                (_, 2) => TicketEvent::Held { at: now },
                (_, 3) => TicketEvent::Missed { at: now },
                (_, 4) => TicketEvent::Finished { at: now },
                (_, 5) => TicketEvent::Left { at: now },
                (_, 6) => TicketEvent::Rejoined { at: now },
                _ => TicketEvent::Lapsed,
            };
            house.tell(&stream, version, &[halls::Event::Ticket(event)]);
        }
        _ => {
            let number = kernel::CaseNumber::new(department.region, department.kind, START, id).unwrap();
            let event = match (version, what) {
                (1, _) => invited(department, house),
                (_, 0 | 1) => rated(house, if what == 0 { 1 } else { 5 }),
                (_, 2) => ServiceEvent::Lapsed { on: today },
                (_, 3 | 4) => set_aside(house),
                (_, 5) => settled(house),
                _ => ServiceEvent::ContactOverdue { due: today },
            };
            house.tell(&format!("service:case-{number}"), version, &[event]);
        }
    }
}

pub fn drawn(house: &House) -> TicketEvent {
    TicketEvent::Drawn {
        hall: halls::HallId(region(XUANWU)),
        day: house.today(),
        number: halls::TicketNumber { letter: "A".parse().unwrap(), serial: 1 },
        lane: halls::Lane::Ordinary,
        ground: None,
        source: halls::Source::Kiosk,
        party: None,
        item: None,
        appointment: None,
        at: house.db.now(),
        turn: house.db.now(),
    }
}

pub fn invited(department: DepartmentId, house: &House) -> ServiceEvent {
    ServiceEvent::Invited(Box::new(evaluation::Invited {
        item: RENEWAL.parse().unwrap(),
        item_name: "示例".to_owned(),
        department,
        party: kernel::PartyId::new(Uuid::from_u128(7)),
        online: true,
        staff: vec![],
        clerk: None,
        ended: house.db.now(),
        ending: evaluation::Ending::Granted,
        course: evaluation::Course { used: Some(3), ..evaluation::Course::default() },
        answer_until: house.today(),
        late_until: house.today(),
    }))
}

pub fn rated(house: &House, level: u8) -> ServiceEvent {
    let level = evaluation::Level::try_from(level).unwrap();
    let way = evaluation::Way::Page;
    ServiceEvent::Rated(evaluation::Rating { level, way, aspects: vec![], text: None, at: house.db.now() })
}

pub fn set_aside(house: &House) -> ServiceEvent {
    ServiceEvent::SetAside {
        kind: evaluation::Dismissal::Mistaken,
        by: vec![],
        on: house.today(),
        reason: kernel::Sealed(String::new()),
        object_until: house.today(),
    }
}

pub fn settled(house: &House) -> ServiceEvent {
    ServiceEvent::Settled {
        valid: true,
        by: staff_id(2),
        on: house.today(),
        reason: kernel::Sealed(String::new()),
        rectify_by: house.today(),
    }
}
