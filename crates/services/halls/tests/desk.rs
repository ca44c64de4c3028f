//! The desk: book, check in, be called, become a case; on both databases.

use halls::desk;
use halls::rules::{Refusal, hall, ticket, window};
use halls::{Attendance, Coordinates, Day, Lane, Source, State, query};
use kernel::{CaseNumber, PartyId};

use crate::house::{House, KIOSK, RENEWAL, code, each_house, hall_id, letter, refusal};

fn party(house: &House) -> PartyId {
    house.citizen.party().unwrap()
}

#[test]
fn from_booking_to_the_case_at_the_window() {
    each_house(|house| {
        let slot = house.slot(1, 10, 0);
        let booked = house.book(&house.citizen, slot, 1).unwrap();
        assert_eq!((booked.service, booked.sequence), (letter("B"), 0));
        assert_eq!(refusal(house.book(&house.citizen, slot, 1)), Refusal::AlreadyBooked { id: booked.id });

        house.go_to(slot.day, 9, 40);
        let walk_in = house.draw(&KIOSK, "B", None).unwrap();
        assert_eq!(walk_in.number.to_string(), "B001");
        let code = booked.code.clone();
        let ticket = house.write(move |tx| desk::check_in_by_code(tx, &KIOSK, &hall_id(), &code, None)).unwrap();
        assert_eq!((ticket.number.to_string().as_str(), ticket.lane), ("B002", Lane::Booked));
        assert_eq!((ticket.turn, ticket.source), (slot.begins(), Source::Appointment));

        house.open_window(&house.clerk, 1);
        // Before ten it is not yet the appointment's turn.
        let first = house.next(&house.clerk).unwrap();
        assert_eq!(first.id, walk_in.id);
        house.pass_minutes(5);
        let done = house.on(&house.clerk, first.id, ticket::Command::Finish).unwrap();
        assert!((300..310).contains(&done.served), "{}", done.served);
        house.go_to(slot.day, 10, 1);
        let called = house.next(&house.clerk).unwrap();
        assert_eq!(called.id, ticket.id);

        let number = CaseNumber::new(hall_id().0, "090".parse().unwrap(), slot.day, 1).unwrap();
        let (clerk, id) = (house.clerk.clone(), called.id);
        let other = house.other.party().unwrap();
        let with_case = house.write(move |tx| desk::open_case(tx, &clerk, &id, number, other)).unwrap();
        assert_eq!((with_case.cases, with_case.party), (vec![number], house.citizen.party()), "whose it is stays");
        house.on(&house.clerk, called.id, ticket::Command::Finish).unwrap();

        // One record for the citizen: the appointment names the ticket, the ticket the case.
        let appointments = house.db.read(|read| query::appointments_of(read, &party(&house), 10, None)).unwrap();
        assert!(
            matches!(&appointments.lines[0].attendance, Attendance::Arrived { ticket, .. } if *ticket == called.id)
        );
        let tickets = house.db.read(|read| query::tickets_of(read, &party(&house), 10, None)).unwrap();
        assert_eq!((tickets.lines[0].appointment, &tickets.lines[0].cases), (Some(booked.id), &vec![number]));
        house.verify();
    });
}

#[test]
fn changing_takes_the_new_place_and_frees_the_old() {
    each_house(|house| {
        let (first, second) = (house.slot(1, 10, 0), house.slot(2, 9, 30));
        let booked = house.book(&house.citizen, first, 2).unwrap();
        let left = |slot: halls::Slot| {
            let hall = house.hall();
            let days = house.db.read(|read| query::free(read, &hall, letter("B"))).unwrap();
            let day = days.into_iter().find(|day| day.day == slot.day).unwrap();
            day.slots.into_iter().find(|free| free.slot == slot).unwrap().left
        };
        let whole = house.hall().capacity(halls::rulebook(), letter("B"));
        assert_eq!((left(first), left(second)), (whole - 2, whole));
        let (actor, id) = (house.citizen.clone(), booked.id);
        let changed = house.write(move |tx| desk::change(tx, &actor, &id, &second, 1)).unwrap();
        assert_eq!((changed.slot, changed.persons, changed.sequence), (second, 1, 1));
        assert_eq!((left(first), left(second)), (whole, whole - 1));
        let actor = house.citizen.clone();
        let cancelled = house.write(move |tx| desk::cancel(tx, &actor, &id)).unwrap();
        assert_eq!((cancelled.sequence, left(second)), (2, whole));
        let stranger = house.other.clone();
        assert_eq!(refusal(house.write(move |tx| desk::cancel(tx, &stranger, &id))), Refusal::NoSuchAppointment);
        house.verify();
    });
}

#[test]
fn a_ticket_is_called_again_held_handed_on_and_passed_over() {
    each_house(|house| {
        use ticket::Command as C;
        house.open_window(&house.clerk, 1);
        house.open_window(&house.colleague, 2);
        let ticket = house.draw(&house.citizen, "C", None).unwrap();
        assert_eq!(refusal(house.draw(&house.citizen, "C", None)), Refusal::AlreadyWaiting { number: ticket.number });
        let call = |command| house.on(&house.clerk, ticket.id, command);
        house.next(&house.clerk).unwrap();
        assert_eq!(refusal(house.next(&house.clerk)), Refusal::StillServing { number: ticket.number });
        call(C::Hold).unwrap();
        assert_eq!(refusal(house.next(&house.clerk)), Refusal::NobodyWaits);
        call(C::Call).unwrap();
        assert_eq!(
            refusal(call(C::Transfer { service: letter("A"), window: Some(5) })),
            Refusal::NotHandledHere,
            "window 5 handles B only"
        );
        call(C::Transfer { service: letter("A"), window: Some(2) }).unwrap();
        assert_eq!(refusal(house.next(&house.clerk)), Refusal::NobodyWaits, "it was handed to window 2");
        let handed = house.next(&house.colleague).unwrap();
        assert_eq!((handed.id, handed.service, handed.number), (ticket.id, letter("A"), ticket.number));
        let call = |command| house.on(&house.colleague, ticket.id, command);
        call(C::CallAgain).unwrap();
        call(C::CallAgain).unwrap();
        assert!(matches!(call(C::Skip).unwrap().state, State::Missed { .. }));
        let back = house.on(&house.citizen, ticket.id, C::Rejoin).unwrap();
        assert_eq!(back.state, State::Waiting { window: None });
        assert_eq!(house.next(&house.colleague).unwrap().id, ticket.id);
        house.verify();
    });
}

#[test]
fn done_and_next_in_one_go() {
    each_house(|house| {
        house.open_window(&house.clerk, 1);
        let (first, second) = (house.draw(&KIOSK, "A", None).unwrap(), house.draw(&KIOSK, "A", None).unwrap());
        let go_on = || {
            let actor = house.clerk.clone();
            house.write(move |tx| desk::finish_and_call_next(tx, &actor, &hall_id()))
        };
        assert_eq!(go_on().unwrap().map(|ticket| ticket.id), Some(first.id));
        assert_eq!(go_on().unwrap().map(|ticket| ticket.id), Some(second.id));
        assert_eq!(go_on().unwrap(), None);
        assert_eq!(refusal(go_on()), Refusal::NobodyWaits);
        let board = house.db.read(|read| query::board(read, &house.hall())).unwrap();
        assert_eq!((board.calls.len(), board.waiting[0].people), (0, 0));
        house.verify();
    });
}

#[test]
fn elders_and_appointments_are_interleaved_with_everybody_else() {
    each_house(|house| {
        house.open_window(&house.clerk, 1);
        for ground in [None, None, Some("elder"), None, Some("soldier")] {
            house.draw(&KIOSK, "A", ground).unwrap();
        }
        assert_eq!(refusal(house.draw(&KIOSK, "A", Some("rich"))), Refusal::BadGround);
        let called: Vec<String> = (0..5)
            .map(|_| {
                let ticket = house.next(&house.clerk).unwrap();
                house.on(&house.clerk, ticket.id, ticket::Command::Finish).unwrap();
                ticket.number.to_string()
            })
            .collect();
        assert_eq!(called, ["A003", "A001", "A005", "A002", "A004"]);
        house.verify();
    });
}

#[test]
fn numbers_begin_anew_each_day_and_old_tickets_lapse() {
    each_house(|house| {
        let old = house.draw(&KIOSK, "A", None).unwrap();
        house.go_to(house.slot(1, 0, 0).day, 9, 0);
        let report = store::Runner::drain(&house.db, vec![], vec![std::sync::Arc::new(halls::TicketWheel)], vec![]);
        report.unwrap();
        let lapsed = house.db.read(|read| query::ticket(read, &old.id)).unwrap();
        assert_eq!(lapsed.state, State::Lapsed);
        assert_eq!(house.draw(&KIOSK, "A", None).unwrap().number.to_string(), "A001");
        house.verify();
    });
}

#[test]
fn the_place_in_the_queue_and_the_wait_are_told() {
    each_house(|house| {
        let tickets: Vec<_> = (0..3).map(|_| house.draw(&KIOSK, "E", None).unwrap()).collect();
        let place = |n: usize| {
            let ticket = house.db.read(|read| query::ticket(read, &tickets[n].id)).unwrap();
            house.db.read(|read| query::place(read, &house.hall(), &ticket)).unwrap()
        };
        use halls::rules::estimate::Wait;
        assert_eq!(place(2).map(|place| (place.ahead, place.wait)), Some((2, Wait::NoWindow)));
        house.open_window(&house.clerk, 11);
        assert_eq!(place(2).map(|place| (place.ahead, place.wait)), Some((2, Wait::TooFewTimed)));
        house.next(&house.clerk).unwrap();
        assert_eq!((place(0), place(2).map(|place| place.ahead)), (None, Some(1)));
        for n in 3..8 {
            house.pass_minutes(6);
            let actor = house.clerk.clone();
            house.write(move |tx| desk::finish_and_call_next(tx, &actor, &hall_id())).unwrap();
            let _ = n;
            house.draw(&KIOSK, "E", None).unwrap();
        }
        let last = house.draw(&KIOSK, "E", None).unwrap();
        let place = house.db.read(|read| query::place(read, &house.hall(), &last)).unwrap().unwrap();
        let ahead = u32::try_from(place.ahead).unwrap();
        assert!(
            matches!(place.wait, Wait::Minutes { from, to } if from >= 6 * ahead && to <= 7 * (ahead + 1)),
            "{place:?}"
        );
    });
}

#[test]
fn a_hall_closes_on_days_of_its_own_and_gives_windows_other_work() {
    each_house(|house| {
        let day = house.slot(2, 0, 0).day;
        let arrange = |actor: &kernel::Actor, command: hall::Command| {
            let actor = actor.clone();
            house.write(move |tx| desk::arrange(tx, &actor, &hall_id(), &command))
        };
        let close = hall::Command::Close { from: day, to: day, reason: "系统升级".into() };
        assert!(matches!(refusal(arrange(&house.clerk, close.clone())), Refusal::NotEmpowered { .. }));
        house.book(&house.citizen, house.slot(2, 10, 0), 1).unwrap();
        let hall = arrange(&house.host, close.clone()).unwrap();
        let calendar = house.db.read(|read| organisation::calendar(read)).unwrap();
        assert_eq!(hall.day(&calendar, day), Day::Closed("系统升级".into()));
        assert_eq!(refusal(house.book(&house.other, house.slot(2, 10, 0), 1)), Refusal::NoSuchSlot);
        let counts = house.db.read(|read| query::counts(read, &house.host, &house.hall())).unwrap();
        assert_eq!(counts.on_closed_days, 1);
        assert_eq!(refusal(arrange(&house.host, close)), Refusal::BadClosure);
        arrange(&house.host, hall::Command::Reopen { from: day }).unwrap();
        house.book(&house.other, house.slot(2, 10, 0), 1).unwrap();

        arrange(&house.host, hall::Command::SetWindow { number: 11, services: vec![letter("A")] }).unwrap();
        let hall = arrange(&house.host, hall::Command::SetCapacity { service: letter("B"), persons: 1 }).unwrap();
        assert_eq!(hall.window(11).map(|post| post.services.clone()), Some(vec![letter("A")]));
        assert_eq!(refusal(house.book(&house.citizen, house.slot(1, 10, 0), 2)), Refusal::SlotFull { left: 1 });
        assert_eq!(hall.coordinates, None);
        let place = hall::Command::SetPlace {
            address: Some("真实路 1 号".into()),
            phone: Some("025-00000000".into()),
            coordinates: Some(Coordinates { latitude: 32_058_380, longitude: 118_796_470 }),
        };
        let hall = arrange(&house.host, place).unwrap();
        assert_eq!(hall.coordinates.unwrap().to_string(), "32.058380,118.796470");
        assert!(!hall.demonstration);
        let hours = hall::Command::SetHours { hours: vec!["09:00-18:00".parse().unwrap()] };
        assert_eq!(arrange(&house.host, hours).unwrap().hours.len(), 1);
        house.verify();
    });
}

#[test]
fn absences_are_kept_and_close_the_booking() {
    each_house(|house| {
        let ids: Vec<_> = [600, 630, 660]
            .map(|minute| house.book(&house.citizen, house.slot(0, minute / 60, minute % 60), 1).unwrap().id)
            .into();
        house.go_to(house.slot(0, 0, 0).day, 11, 30);
        for id in &ids {
            let (clerk, id) = (house.clerk.clone(), *id);
            house.write(move |tx| desk::absent(tx, &clerk, &id, "没有到厅，电话没有人接。")).unwrap();
        }
        let blocked = refusal(house.book(&house.citizen, house.slot(1, 10, 0), 1));
        assert!(matches!(blocked, Refusal::Blocked { .. }));
        // Walking in is open to everybody all the same.
        assert!(house.draw(&house.citizen, "B", None).is_ok());
        let (host, id) = (house.host.clone(), ids[0]);
        house.write(move |tx| desk::excuse(tx, &host, &id, "当天停电。")).unwrap();
        house.book(&house.citizen, house.slot(1, 10, 0), 1).unwrap();
        house.verify();
    });
}

#[test]
fn windows_are_given_to_clerks_and_found_again() {
    each_house(|house| {
        let clerk = house.clerk.staff().unwrap();
        house.sit(&house.host, 4, window::Command::Seat { clerk: Some(clerk) }).unwrap();
        let (sits, own) = house.db.read(|read| query::seats_of(read, &clerk)).unwrap();
        assert_eq!((sits.len(), own.iter().map(|window| window.number).collect::<Vec<_>>()), (0, vec![4]));
        house.open_window(&house.clerk, 4);
        let (sits, _) = house.db.read(|read| query::seats_of(read, &clerk)).unwrap();
        assert_eq!(sits[0].number, 4);
        assert_eq!(refusal(house.sit(&house.clerk, 5, window::Command::Open)), Refusal::SitsElsewhere { window: 4 });
        assert!(matches!(refusal(house.sit(&house.elsewhere, 5, window::Command::Open)), Refusal::NotEmpowered { .. }));
        house.sit(&house.clerk, 4, window::Command::Pause { reason: "取材料".into() }).unwrap();
        assert_eq!(refusal(house.next(&house.clerk)), Refusal::WindowNotOpen);
        house.sit(&house.clerk, 4, window::Command::Resume).unwrap();
        house.sit(&house.clerk, 4, window::Command::Close).unwrap();
        house.verify();
    });
}

#[test]
fn halls_are_found_for_an_item() {
    each_house(|house| {
        let here = hall_id().0;
        let halls = house.db.read(|read| query::halls_for(read, &code(RENEWAL), &here)).unwrap();
        assert_eq!(halls[0].id, hall_id());
        assert!(halls.len() > 1 && halls.iter().all(|hall| hall.name.ends_with("中心")));
        let agenda = house.db.read(|read| query::agenda(read, &house.clerk, &hall_id(), house.today(), 10, None));
        assert_eq!(agenda.unwrap().lines, []);
        let none = house.db.read(|read| query::agenda(read, &house.citizen, &hall_id(), house.today(), 10, None));
        assert!(matches!(refusal(none), Refusal::NotEmpowered { .. }));
    });
}
