//! The life of a ticket, a window and an appointment as tables.

use halls::rules::{self, Facts, Refusal, appointment, ticket, window};
use halls::{
    Appointment, AppointmentEvent, AppointmentId, Lane, Occupation, Rulebook, Slot, Source, State, Ticket, TicketEvent,
    TicketId, TicketNumber, Window, rulebook,
};
use kernel::{Actor, Date, Duty, PartyId, Timestamp, Uuid};

use crate::house::{KIOSK, RENEWAL, XUANWU, citizen, code, hall_id, later, letter, staff};

const MONDAY: Date = Date::constant(2026, 3, 2);

fn nine() -> Timestamp {
    halls::instant(MONDAY, 9 * 60)
}

fn party() -> PartyId {
    PartyId::new(Uuid::from_u128(77))
}

fn clerk() -> Actor {
    staff(11, XUANWU, Duty::Receive)
}

fn host() -> Actor {
    staff(13, XUANWU, Duty::Host)
}

fn owner() -> Actor {
    citizen(1, party())
}

/// The actor at nine o'clock; a clerk sits at window 3.
fn facts(actor: &Actor) -> Facts<'_> {
    let seat = (actor.staff() == clerk().staff()).then_some(3);
    Facts { now: nine(), today: MONDAY, actor, book: rulebook(), seat, serving: None }
}

fn waiting() -> Ticket {
    let drawn = TicketEvent::Drawn {
        hall: hall_id(),
        day: MONDAY,
        number: TicketNumber { letter: letter("B"), serial: 7 },
        lane: Lane::Ordinary,
        ground: None,
        source: Source::Phone,
        party: Some(party()),
        item: None,
        appointment: None,
        at: nine(),
        turn: nine(),
    };
    ticket::open(TicketId::new(Uuid::from_u128(5)), &drawn).unwrap()
}

fn after(mut one: Ticket, commands: &[ticket::Command]) -> Ticket {
    for command in commands {
        let actor = clerk();
        let events = ticket::decide(&one, command, &facts(&actor)).unwrap();
        events.iter().for_each(|event| ticket::apply(&mut one, event));
    }
    one
}

#[test]
fn every_state_of_a_ticket_answers_every_command() {
    use ticket::Command as C;
    let called = || after(waiting(), &[C::Call]);
    let states = [
        waiting(),
        called(),
        after(called(), &[C::Hold]),
        after(called(), &[C::CallAgain, C::CallAgain, C::Skip]),
        after(called(), &[C::Finish]),
        after(waiting(), &[C::Leave]),
    ];
    let case = kernel::CaseNumber::new(hall_id().0, "090".parse().unwrap(), MONDAY, 1).unwrap();
    let commands = [
        C::Call,
        C::CallAgain,
        C::Hold,
        C::Transfer { service: letter("A"), window: None },
        C::Skip,
        C::Rejoin,
        C::Finish,
        C::Leave,
        C::OpenCase { case, party: party() },
    ];
    let actor = clerk();
    let table: Vec<String> = states
        .iter()
        .map(|state| {
            let answer = |command: &C| if ticket::decide(state, command, &facts(&actor)).is_ok() { 'x' } else { '.' };
            format!("{:<8} {}", state.state.name(), commands.iter().map(answer).collect::<String>())
        })
        .collect();
    // call, again, hold, transfer, skip, rejoin, finish, leave, open-case; the one call so far allows no skipping.
    let want = [
        "waiting  x......x.",
        "called   .xxx..x.x",
        "held     x..x.....",
        "missed   x....x.x.",
        "done     .........",
        "left     .........",
    ];
    assert_eq!(table, want);
}

#[test]
fn only_who_sits_at_the_window_acts_on_its_ticket() {
    use ticket::Command as C;
    let called = after(waiting(), &[C::Call]);
    let (other, stranger, owner) = (staff(12, XUANWU, Duty::Receive), citizen(9, PartyId::new(Uuid::nil())), owner());
    let at_four = Facts { seat: Some(4), ..facts(&other) };
    let decide = |one: &Ticket, command: C, facts: &Facts| ticket::decide(one, &command, facts);
    assert_eq!(decide(&called, C::Finish, &at_four), Err(Refusal::AtAnotherWindow { window: 3 }));
    assert_eq!(decide(&called, C::Skip, &facts(&owner)), Err(Refusal::AtAnotherWindow { window: 3 }));
    assert_eq!(decide(&waiting(), C::Call, &facts(&other)), Err(Refusal::WindowNotOpen));
    let clerk = clerk();
    let number = TicketNumber { letter: letter("B"), serial: 1 };
    let busy = Facts { serving: Some(number), ..facts(&clerk) };
    assert_eq!(decide(&waiting(), C::Call, &busy), Err(Refusal::StillServing { number }));
    assert!(matches!(decide(&waiting(), C::Call, &facts(&owner)), Err(Refusal::NotEmpowered { .. })));
    assert!(matches!(decide(&waiting(), C::Leave, &facts(&stranger)), Err(Refusal::NotEmpowered { .. })));
    assert!(decide(&waiting(), C::Leave, &facts(&owner)).is_ok());
    let missed = after(called.clone(), &[C::CallAgain, C::CallAgain, C::Skip]);
    assert!(decide(&missed, C::Rejoin, &facts(&KIOSK)).is_ok());
    let handed = after(called, &[C::Transfer { service: letter("A"), window: Some(4) }]);
    assert_eq!(decide(&handed, C::Call, &facts(&clerk)), Err(Refusal::AtAnotherWindow { window: 4 }));
}

#[test]
fn three_calls_come_before_passing_over() {
    use ticket::Command as C;
    let clerk = clerk();
    let mut one = after(waiting(), &[C::Call]);
    for calls in 1..3 {
        assert_eq!(ticket::decide(&one, &C::Skip, &facts(&clerk)), Err(Refusal::CallFirst { calls, most: 3 }));
        one = after(one, &[C::CallAgain]);
    }
    assert!(ticket::decide(&one, &C::Skip, &facts(&clerk)).is_ok());
}

#[test]
fn time_held_back_is_not_time_served() {
    let mut one = waiting();
    let called = |at, calls| TicketEvent::Called { window: 3, by: clerk().staff().unwrap(), at, calls };
    let minute = |n| later(nine(), n);
    for event in [
        called(minute(0), 1),
        called(minute(1), 2),
        TicketEvent::Held { at: minute(5) },
        called(minute(30), 1),
        TicketEvent::Finished { at: minute(34) },
    ] {
        ticket::apply(&mut one, &event);
    }
    assert_eq!((one.served, one.called), (9 * 60, Some(minute(0))));
    assert!(matches!(one.state, State::Done { window: 3, .. }));
}

#[test]
fn a_ticket_holds_for_its_day() {
    use ticket::Command as C;
    let clerk = clerk();
    let tomorrow = Facts { now: later(nine(), 24 * 60), today: Date::constant(2026, 3, 3), ..facts(&clerk) };
    assert_eq!(ticket::decide(&waiting(), &C::Call, &tomorrow), Err(Refusal::DayOver));
    assert_eq!(ticket::decide(&waiting(), &C::Tick, &tomorrow), Ok(vec![TicketEvent::Lapsed]));
    assert_eq!(ticket::decide(&waiting(), &C::Tick, &facts(&clerk)), Ok(vec![]));
    assert_eq!(ticket::due(&waiting()), Some(kernel::midnight(Date::constant(2026, 3, 3))));
    assert_eq!(ticket::due(&after(waiting(), &[C::Call, C::Finish])), None);
}

#[test]
fn a_window_is_one_clerks_for_the_day() {
    use window::Command as C;
    let (clerk, other, host) = (clerk(), staff(12, XUANWU, Duty::Receive), host());
    let mut one = Window::untouched(hall_id(), 3);
    let decide = |one: &Window, command: C, facts: &Facts| window::decide(one, &command, None, facts);
    for event in decide(&one, C::Open, &facts(&clerk)).unwrap() {
        window::apply(&mut one, &event);
    }
    assert!(one.is_open(MONDAY));
    assert_eq!(decide(&one, C::Open, &facts(&clerk)), Ok(vec![]));
    assert_eq!(decide(&one, C::Open, &facts(&other)), Err(Refusal::WindowTaken { window: 3 }));
    assert!(matches!(decide(&one, C::Close, &facts(&other)), Err(Refusal::NotEmpowered { .. })));
    assert!(decide(&one, C::Close, &facts(&host)).is_ok());
    let number = TicketNumber { letter: letter("A"), serial: 1 };
    let serving = Facts { serving: Some(number), ..facts(&clerk) };
    assert_eq!(decide(&one, C::Close, &serving), Err(Refusal::StillServing { number }));
    assert_eq!(
        decide(&one, C::Pause { reason: " ".into() }, &facts(&clerk)),
        Err(Refusal::WordsMissing { field: "reason" })
    );
    // Overnight nobody sits there.
    let tuesday = Facts { today: Date::constant(2026, 3, 3), ..facts(&other) };
    assert!(decide(&one, C::Open, &tuesday).is_ok());
    let fresh = Window::untouched(hall_id(), 3);
    assert_eq!(window::decide(&fresh, &C::Open, Some(4), &facts(&clerk)), Err(Refusal::SitsElsewhere { window: 4 }));
    assert!(matches!(
        decide(&fresh, C::Seat { clerk: clerk.staff() }, &facts(&clerk)),
        Err(Refusal::NotEmpowered { .. })
    ));
    for event in decide(&one, C::Pause { reason: "取材料".into() }, &facts(&clerk)).unwrap() {
        window::apply(&mut one, &event);
    }
    assert!(matches!(&one.occupation, Occupation::Paused { reason, .. } if reason == "取材料"));
    assert!(decide(&one, C::Resume, &facts(&clerk)).is_ok());
}

/// Booked for ten o'clock.
fn booked() -> Appointment {
    let event = AppointmentEvent::Booked {
        hall: hall_id(),
        service: letter("B"),
        item: code(RENEWAL),
        party: party(),
        booked_by: party(),
        persons: 1,
        slot: Slot { day: MONDAY, minute: 600 },
        code: "123456".into(),
        at: nine(),
    };
    appointment::open(AppointmentId::new(Uuid::from_u128(3)), &event).unwrap()
}

#[test]
fn absence_is_a_persons_decision_after_the_grace_time() {
    use appointment::Command as C;
    let (clerk, owner, host) = (clerk(), owner(), host());
    let absent = || C::Absent { reason: "叫号三次没有到。".into() };
    let at = |actor, minutes| Facts { now: later(nine(), minutes), ..facts(actor) };
    let until = later(nine(), 75);
    assert_eq!(appointment::decide(&booked(), &absent(), &at(&clerk, 60)), Err(Refusal::GraceNotOver { until }));
    assert!(matches!(appointment::decide(&booked(), &absent(), &at(&owner, 80)), Err(Refusal::NotEmpowered { .. })));
    let mut one = booked();
    for event in appointment::decide(&one, &absent(), &at(&clerk, 75)).unwrap() {
        appointment::apply(&mut one, &event);
    }
    let excuse = C::Excuse { reason: "当天停电。".into() };
    assert!(matches!(appointment::decide(&one, &excuse, &at(&clerk, 80)), Err(Refusal::NotEmpowered { .. })));
    assert!(appointment::decide(&one, &excuse, &at(&host, 80)).is_ok());
    assert_eq!(appointment::decide(&one, &C::Cancel, &at(&owner, 80)), Err(Refusal::AppointmentNotNow { is: "未到" }));
}

#[test]
fn checking_in_has_its_time_and_lateness_its_lane() {
    use appointment::Command as C;
    let arrive = C::Arrive { ticket: TicketId::new(Uuid::from_u128(8)) };
    let owner = owner();
    let at = |minutes| Facts { now: later(nine(), minutes), ..facts(&owner) };
    let from = later(nine(), 30);
    assert_eq!(appointment::decide(&booked(), &arrive, &at(29)), Err(Refusal::TooEarly { from }));
    assert!(appointment::decide(&booked(), &arrive, &at(30)).is_ok());
    let tuesday = Facts { today: Date::constant(2026, 3, 3), ..at(24 * 60) };
    assert_eq!(appointment::decide(&booked(), &arrive, &tuesday), Err(Refusal::DayOver));
    let place = |minutes, ground| appointment::place(&booked().slot, ground, rulebook(), later(nine(), minutes));
    assert_eq!(place(40, false), (Lane::Booked, later(nine(), 60)));
    assert_eq!(place(70, false), (Lane::Booked, later(nine(), 70)));
    assert_eq!(place(90, false), (Lane::Ordinary, later(nine(), 90)));
    assert_eq!(place(90, true), (Lane::Priority, later(nine(), 90)));
}

#[test]
fn changing_and_giving_up_end_an_hour_before() {
    use appointment::Command as C;
    let (owner, clerk) = (owner(), clerk());
    let at = |actor, minutes| Facts { now: later(nine(), minutes), ..facts(actor) };
    assert!(appointment::decide(&booked(), &C::Cancel, &at(&owner, 0)).is_ok());
    assert_eq!(appointment::decide(&booked(), &C::Cancel, &at(&owner, 1)), Err(Refusal::TooLate { minutes: 60 }));
    assert_eq!(appointment::decide(&booked(), &C::Cancel, &at(&clerk, 0)), Err(Refusal::OnlyTheParty));
}

#[test]
fn repeated_absence_closes_booking_for_a_while_and_no_longer() {
    let day = |n: i64| later(nine(), n * 24 * 60);
    let record = |days: &[i64]| appointment::Record {
        absences: days.iter().map(|n| day(*n)).collect(),
        ..appointment::Record::default()
    };
    let may = |days: &[i64], now: i64| appointment::may_book(&record(days), rulebook(), day(now));
    assert_eq!(may(&[1, 2], 3), Ok(()));
    assert_eq!(may(&[1, 2, 3], 4), Err(Refusal::Blocked { until: Date::constant(2026, 4, 4) }));
    assert_eq!(may(&[1, 2, 3], 33), Ok(()));
    assert_eq!(may(&[-200, 2, 3], 4), Ok(()), "what lies half a year back is forgotten");
    let open = appointment::Record { open: 3, ..appointment::Record::default() };
    assert_eq!(appointment::may_book(&open, rulebook(), nine()), Err(Refusal::TooManyOpen { most: 3 }));
}

#[test]
fn the_shipped_rulebook_is_right_and_a_wrong_one_is_told() {
    let text = include_str!("../../../../data/halls.json");
    assert!(Rulebook::parse(text).is_ok());
    for (from, to) in [
        ("\"calls\": 3", "\"calls\": 0"),
        ("\"ordinary\": 2", "\"ordinary\": 0"),
        ("\"13:30-17:00\"", "\"11:30-17:00\""),
        ("\"13:30-17:00\"", "\"17:00-13:30\""),
        ("\"slot_minutes\": 30", "\"slot_minutes\": 30, \"surprise\": 1"),
    ] {
        assert!(Rulebook::parse(&text.replace(from, to)).is_err(), "{to}");
    }
    assert!(rules::works_at(&clerk(), &hall_id(), &[Duty::Receive]).is_some());
}
