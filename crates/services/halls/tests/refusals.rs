//! What is refused, and that each refusal speaks.

use std::collections::BTreeSet;

use halls::desk::{self, Draw, Wish};
use halls::rules::{Refusal, hall, ticket};
use halls::{AppointmentId, HallId, Slot, Source, TicketId, TicketNumber};
use kernel::{Actor, Date, Duty, Refuse, Timestamp, Uuid};

use crate::house::{KIOSK, RENEWAL, code, each_house, hall_id, letter, refusal, region};

#[test]
fn what_cannot_be_booked() {
    each_house(|house| {
        let try_wish = |wish: Wish| {
            let actor = house.citizen.clone();
            refusal(house.write(move |tx| desk::book(tx, &actor, &wish)))
        };
        let good = || Wish { hall: hall_id(), item: code(RENEWAL), slot: house.slot(1, 10, 0), persons: 1 };
        let at = |slot: Slot| Wish { slot, ..good() };
        assert_eq!(try_wish(Wish { hall: HallId(region("320000000000")), ..good() }), Refusal::NoSuchHall);
        assert_eq!(try_wish(Wish { hall: HallId(region("320100000000")), ..good() }), Refusal::NotHandledHere);
        assert_eq!(try_wish(Wish { persons: 0, ..good() }), Refusal::TooManyPersons { most: 5 });
        assert_eq!(try_wish(Wish { persons: 6, ..good() }), Refusal::TooManyPersons { most: 5 });
        assert_eq!(try_wish(at(house.slot(1, 10, 10))), Refusal::NoSuchSlot);
        assert_eq!(try_wish(at(house.slot(1, 12, 0))), Refusal::NoSuchSlot);
        assert_eq!(try_wish(at(house.slot(5, 10, 0))), Refusal::NoSuchSlot, "a Saturday");
        assert_eq!(try_wish(at(house.slot(0, 9, 0))), Refusal::SlotPast);
        assert!(matches!(try_wish(at(house.slot(15, 10, 0))), Refusal::TooFar { .. }));
        for minute in [600, 630, 660] {
            house.book(&house.citizen, house.slot(1, minute / 60, minute % 60), 1).unwrap();
        }
        assert_eq!(try_wish(at(house.slot(1, 9, 0))), Refusal::TooManyOpen { most: 3 });
        let clerk = house.clerk.clone();
        let wish = good();
        assert_eq!(refusal(house.write(move |tx| desk::book(tx, &clerk, &wish))), Refusal::OnlyTheParty);
        // Somebody else's name needs somebody else's mandate.
        let (Actor::Citizen { account, person, .. }, other) = (house.citizen.clone(), house.other.party().unwrap())
        else {
            panic!("a citizen")
        };
        let agent = Actor::Citizen { account, person, acting_for: other };
        let wish = good();
        assert_eq!(refusal(house.write(move |tx| desk::book(tx, &agent, &wish))), Refusal::NoMandate);
    });
}

#[test]
fn what_cannot_be_drawn() {
    each_house(|house| {
        house.go_to(house.today(), 12, 30);
        assert!(matches!(refusal(house.draw(&KIOSK, "A", None)), Refusal::HallClosed { opens: Some(_) }));
        assert!(house.draw(&house.clerk, "A", None).is_ok(), "staff hand out numbers before the doors open");
        house.go_to(house.today(), 14, 0);
        assert_eq!(refusal(house.draw(&KIOSK, "Z", None)), Refusal::NotHandledHere);
        assert!(matches!(refusal(house.draw(&house.elsewhere, "A", None)), Refusal::NotEmpowered { .. }));
        let nowhere = Draw {
            hall: HallId(region("320000000000")),
            service: Some(letter("A")),
            item: None,
            ground: None,
            source: Source::Kiosk,
        };
        assert_eq!(refusal(house.write(move |tx| desk::draw(tx, &KIOSK, &nowhere))), Refusal::NoSuchHall);
        let (actor, id) = (house.clerk.clone(), TicketId::new(Uuid::nil()));
        let unknown = house.write(move |tx| desk::handle(tx, &actor, &id, &ticket::Command::Finish));
        assert_eq!(refusal(unknown), Refusal::NoSuchTicket);
        let code = "000000".to_owned();
        let unknown = house.write(move |tx| desk::check_in_by_code(tx, &KIOSK, &hall_id(), &code, None));
        assert_eq!(refusal(unknown), Refusal::NoSuchAppointment);
        assert_eq!(refusal(house.next(&house.clerk)), Refusal::WindowNotOpen);
        assert_eq!(refusal(house.sit(&house.clerk, 99, halls::rules::window::Command::Open)), Refusal::NoSuchWindow);
    });
}

#[test]
fn what_a_hall_cannot_set() {
    each_house(|house| {
        let arrange = |command: hall::Command| {
            let host = house.host.clone();
            refusal(house.write(move |tx| desk::arrange(tx, &host, &hall_id(), &command)))
        };
        let (today, yesterday) = (house.today(), house.today().yesterday().unwrap());
        let close = |from, to| hall::Command::Close { from, to, reason: "检修".into() };
        assert_eq!(arrange(close(yesterday, today)), Refusal::BadClosure);
        assert_eq!(arrange(close(today, yesterday)), Refusal::BadClosure);
        let silent = hall::Command::Close { from: today, to: today, reason: "\u{200b}".into() };
        assert_eq!(arrange(silent), Refusal::WordsMissing { field: "reason" });
        let long = hall::Command::Close { from: today, to: today, reason: "长".repeat(101) };
        assert_eq!(arrange(long), Refusal::TooLong { field: "reason", most: 100 });
        assert_eq!(arrange(hall::Command::Reopen { from: today }), Refusal::NoSuchClosure);
        assert_eq!(arrange(hall::Command::SetWindow { number: 0, services: vec![] }), Refusal::BadWindow);
        let capacity = hall::Command::SetCapacity { service: letter("A"), persons: 501 };
        assert_eq!(arrange(capacity), Refusal::BadCapacity);
        assert_eq!(arrange(hall::Command::SetHours { hours: vec![] }), Refusal::BadHours);
        let coordinates = Some(halls::Coordinates { latitude: 90_000_001, longitude: 0 });
        assert_eq!(arrange(hall::Command::SetPlace { address: None, phone: None, coordinates }), Refusal::BadPlace);
    });
}

#[test]
fn every_refusal_speaks_in_its_own_words_under_its_own_code() {
    let at = Timestamp::from_second(1_800_000_000).unwrap();
    let number = TicketNumber { letter: letter("A"), serial: 17 };
    let day = Date::constant(2026, 3, 2);
    let all = [
        Refusal::NoSuchHall,
        Refusal::NoSuchAppointment,
        Refusal::NoSuchTicket,
        Refusal::NoSuchWindow,
        Refusal::NoSuchClosure,
        Refusal::NotTheKiosk,
        Refusal::NotEmpowered { duties: vec![Duty::Host] },
        Refusal::OnlyTheParty,
        Refusal::NoMandate,
        Refusal::NotHandledHere,
        Refusal::NotByAppointment,
        Refusal::HallClosed { opens: Some(at) },
        Refusal::NoSuchSlot,
        Refusal::SlotPast,
        Refusal::SlotFull { left: 1 },
        Refusal::TooFar { last: day },
        Refusal::TooManyPersons { most: 5 },
        Refusal::TooManyOpen { most: 3 },
        Refusal::AlreadyBooked { id: AppointmentId::new(Uuid::nil()) },
        Refusal::Blocked { until: day },
        Refusal::TooLate { minutes: 60 },
        Refusal::TooEarly { from: at },
        Refusal::GraceNotOver { until: at },
        Refusal::AppointmentNotNow { is: "已取消" },
        Refusal::DayOver,
        Refusal::TicketNotNow { number, is: "办完" },
        Refusal::AlreadyWaiting { number },
        Refusal::BadGround,
        Refusal::NobodyWaits,
        Refusal::StillServing { number },
        Refusal::AtAnotherWindow { window: 3 },
        Refusal::CallFirst { calls: 1, most: 3 },
        Refusal::WindowNotOpen,
        Refusal::WindowTaken { window: 3 },
        Refusal::SitsElsewhere { window: 3 },
        Refusal::WordsMissing { field: "reason" },
        Refusal::TooLong { field: "reason", most: 100 },
        Refusal::BadClosure,
        Refusal::BadHours,
        Refusal::BadWindow,
        Refusal::BadCapacity,
        Refusal::BadPlace,
    ];
    let codes: BTreeSet<&str> = all.iter().map(Refuse::code).collect();
    assert_eq!(codes.len(), all.len(), "a code stands for one refusal");
    let words: BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), all.len(), "two refusals in the same words");
    for refusal in &all {
        assert!(refusal.code().starts_with("halls.") && refusal.to_string().ends_with('。'), "{refusal}");
    }
}
