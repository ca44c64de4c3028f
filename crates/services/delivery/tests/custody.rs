//! Scan by scan: who has the papers, what cannot be, what is missing from the chain; and what is done about trouble.

use delivery::{
    Act, Command, Direction, Event, Gap, Holder, Meaning, Parcel, Place, Refusal, State, Step, Trouble, rules,
};
use kernel::{Duty, Refuse};

use crate::given::*;

fn scan(parcel: &Parcel, step: Step, at: i64) -> Result<Vec<Event>, Refusal> {
    decide(parcel, &clerk(), &Command::Scan { step }, minute(at))
}

fn scanned(parcel: &mut Parcel, step: Step, at: i64) {
    super::given::step(parcel, &clerk(), &Command::Scan { step }, minute(at));
}

fn tell(parcel: &mut Parcel, key: &str, at: i64, meaning: Meaning) {
    let mut trace = told(key, at, meaning);
    trace.attempt = parcel.attempt;
    super::given::step(parcel, &house(), &Command::Report { traces: vec![trace] }, minute(at));
}

#[test]
fn a_result_is_packed_booked_given_and_signed_for() {
    let (_, mut parcel) = parcel(Direction::Deliver);
    assert_eq!((rules::holder(&parcel), rules::place(&parcel)), (Holder::Office, Place::ToPack));
    assert_eq!(scan(&parcel, Step::Given, 5), Err(Refusal::NotPacked));
    let events = scan(&parcel, Step::Packed, 10).unwrap();
    assert!(matches!(events[..], [Event::Scanned { .. }, Event::Ordered { attempt: 1, .. }]));
    scanned(&mut parcel, Step::Packed, 10);
    assert_eq!(rules::place(&parcel), Place::ToGive);
    assert_eq!(scan(&parcel, Step::Packed, 12), Err(Refusal::ScannedBefore { step: Step::Packed }));
    assert_eq!(scan(&parcel, Step::Given, 12), Err(Refusal::NotBookedYet));
    step(&mut parcel, &house(), &Command::Booked { attempt: 1, number: number() }, minute(13));
    scanned(&mut parcel, Step::Given, 20);
    assert_eq!((rules::holder(&parcel), rules::place(&parcel)), (Holder::Courier, Place::UnderWay));
    // What the courier has cannot be handed to anybody by the window.
    for wrong in [Step::ToApplicant, Step::ToArchive, Step::Packed] {
        let refused = scan(&parcel, wrong, 30);
        assert_eq!(refused, Err(Refusal::Impossible { step: wrong, holder: Holder::Courier }));
    }
    tell(&mut parcel, "a", 60, Meaning::PickedUp);
    tell(&mut parcel, "b", 90, Meaning::Delivered);
    assert_eq!((rules::holder(&parcel), rules::place(&parcel)), (Holder::Citizen, Place::Done));
    assert!(rules::gaps(&parcel).is_empty());
    assert_eq!(rules::trouble(&parcel), None);
}

#[test]
fn a_hand_over_that_nobody_scanned_is_shown() {
    let (_, mut parcel) = parcel(Direction::Deliver);
    scanned(&mut parcel, Step::Packed, 10);
    step(&mut parcel, &house(), &Command::Booked { attempt: 1, number: number() }, minute(13));
    tell(&mut parcel, "a", 60, Meaning::PickedUp);
    assert_eq!(rules::gaps(&parcel), [Gap::NotScannedOut]);
    // Scanned late, it stays on record as late.
    scanned(&mut parcel, Step::Given, 70);
    assert_eq!(rules::gaps(&parcel), [Gap::NotScannedOut]);
    assert_eq!(scan(&parcel, Step::Given, 71), Err(Refusal::ScannedBefore { step: Step::Given }));
}

#[test]
fn originals_come_in_and_go_to_the_archive_or_back() {
    let (_, mut parcel) = parcel(Direction::Collect);
    assert_eq!((rules::holder(&parcel), rules::place(&parcel)), (Holder::Citizen, Place::UnderWay));
    assert!(matches!(scan(&parcel, Step::Packed, 5), Err(Refusal::Impossible { .. })));
    assert!(matches!(scan(&parcel, Step::ToArchive, 5), Err(Refusal::Impossible { .. })));
    step(&mut parcel, &house(), &Command::Booked { attempt: 1, number: number() }, minute(13));
    tell(&mut parcel, "a", 60, Meaning::PickedUp);
    assert_eq!(rules::holder(&parcel), Holder::Courier);
    tell(&mut parcel, "b", 90, Meaning::Delivered);
    assert_eq!(rules::place(&parcel), Place::ToReceive);
    scanned(&mut parcel, Step::Received, 95);
    assert_eq!((rules::holder(&parcel), rules::place(&parcel)), (Holder::Office, Place::Held));
    scanned(&mut parcel, Step::ToArchive, 99);
    assert_eq!((rules::holder(&parcel), rules::place(&parcel)), (Holder::Archive, Place::Done));
    assert!(rules::gaps(&parcel).is_empty());
}

#[test]
fn originals_that_came_without_a_word_leave_a_gap() {
    let (_, mut parcel) = parcel(Direction::Collect);
    scanned(&mut parcel, Step::Received, 95);
    assert_eq!(rules::gaps(&parcel), [Gap::NotToldPickedUp]);
    let (_, mut parcel) = super::given::parcel(Direction::Collect);
    tell(&mut parcel, "a", 60, Meaning::PickedUp);
    scanned(&mut parcel, Step::Received, 95);
    assert_eq!(rules::gaps(&parcel), [Gap::NotToldArrived]);
}

#[test]
fn what_came_back_is_sent_again_or_kept_for_the_window() {
    let mut parcel = given_away();
    tell(&mut parcel, "a", 60, Meaning::PickedUp);
    let again = Command::Act { act: Act::SentAgain, note: None };
    assert_eq!(decide(&parcel, &clerk(), &again, minute(70)), Err(Refusal::WithCourier));
    tell(&mut parcel, "b", 90, Meaning::Refused);
    assert_eq!(rules::trouble(&parcel), Some(Trouble::Refused));
    tell(&mut parcel, "c", 200, Meaning::Returned);
    assert_eq!((rules::trouble(&parcel), rules::place(&parcel)), (Some(Trouble::Returned), Place::ToReceive));
    scanned(&mut parcel, Step::Received, 220);
    assert_eq!(rules::place(&parcel), Place::Held);
    let mut at_window = parcel.clone();
    step(&mut at_window, &clerk(), &Command::Act { act: Act::AtWindow, note: None }, minute(230));
    assert_eq!((rules::trouble(&at_window), rules::place(&at_window)), (None, Place::Held));
    scanned(&mut at_window, Step::ToApplicant, 240);
    assert_eq!((rules::holder(&at_window), rules::place(&at_window)), (Holder::Citizen, Place::Done));

    step(&mut parcel, &clerk(), &again, minute(230));
    assert_eq!((parcel.attempt, parcel.state, rules::place(&parcel)), (2, State::Created, Place::ToPack));
    // News of the first attempt no longer moves it.
    let late = told("z", 210, Meaning::Delivered);
    step(&mut parcel, &house(), &Command::Report { traces: vec![late] }, minute(231));
    assert_eq!(parcel.state, State::Created);
    scanned(&mut parcel, Step::Packed, 240);
    let second: delivery::Number = "1130000000029".parse().unwrap();
    step(&mut parcel, &house(), &Command::Booked { attempt: 2, number: second }, minute(241));
    scanned(&mut parcel, Step::Given, 250);
    tell(&mut parcel, "d", 260, Meaning::PickedUp);
    tell(&mut parcel, "e", 300, Meaning::Delivered);
    assert_eq!((parcel.state, rules::place(&parcel), rules::trouble(&parcel)), (State::Delivered, Place::Done, None));
}

#[test]
fn an_order_that_is_refused_is_trouble_and_can_be_asked_again() {
    let (_, mut parcel) = parcel(Direction::Deliver);
    scanned(&mut parcel, Step::Packed, 10);
    let no = Command::NotBooked { attempt: 1, reason: "超出服务范围".to_owned() };
    step(&mut parcel, &house(), &no, minute(11));
    assert_eq!(rules::trouble(&parcel), Some(Trouble::NotBooked));
    step(&mut parcel, &clerk(), &Command::Act { act: Act::SentAgain, note: None }, minute(12));
    assert_eq!((parcel.attempt, rules::trouble(&parcel)), (2, None));
    // An answer to the first attempt comes too late to count.
    let late = decide(&parcel, &house(), &Command::Booked { attempt: 1, number: number() }, minute(13));
    assert_eq!(late, Ok(vec![]));
}

#[test]
fn silence_becomes_trouble_after_three_working_days_and_news_ends_it() {
    let mut parcel = given_away();
    tell(&mut parcel, "a", 60, Meaning::PickedUp);
    let day = 24 * 60;
    assert_eq!(decide(&parcel, &house(), &Command::Tick, minute(3 * day + 600)), Ok(vec![]));
    // Monday's news, silent through Thursday.
    step(&mut parcel, &house(), &Command::Tick, minute(4 * day + 10));
    assert_eq!(rules::trouble(&parcel), Some(Trouble::Silent));
    assert_eq!(rules::due(&parcel), None);
    tell(&mut parcel, "b", 4 * day + 100, Meaning::InTransit);
    assert_eq!(rules::trouble(&parcel), None);
    assert!(rules::due(&parcel).is_some());
}

#[test]
fn a_parcel_is_taken_back_only_before_the_courier_has_it() {
    let (_, fresh) = parcel(Direction::Deliver);
    for actor in [citizen(party()), clerk(), house()] {
        let events = decide(&fresh, &actor, &Command::Cancel, minute(5)).unwrap();
        assert!(matches!(events[..], [Event::Cancelled { .. }]));
    }
    assert_eq!(decide(&given_away(), &house(), &Command::Cancel, minute(40)), Err(Refusal::WithCourier));
    let mut told_first = fresh.clone();
    scanned(&mut told_first, Step::Packed, 10);
    tell(&mut told_first, "a", 60, Meaning::PickedUp);
    assert_eq!(decide(&told_first, &house(), &Command::Cancel, minute(70)), Err(Refusal::WithCourier));
}

#[test]
fn putting_right_needs_a_name_and_a_reason() {
    let parcel = given_away();
    let correct = |state, reason: &str| Command::Correct { state, reason: reason.to_owned() };
    let supervisor = staff(14, "320100000000", &[Duty::Supervise]);
    let check = |actor: kernel::Actor, command: &Command, want| {
        assert_eq!(decide(&parcel, &actor, command, minute(90)), Err(want))
    };
    check(clerk(), &correct(State::Delivered, "  "), Refusal::NoReason);
    check(supervisor, &correct(State::Delivered, "电话核实"), Refusal::NotEmpowered);
    check(house(), &correct(State::Delivered, "电话核实"), Refusal::NotEmpowered);
    let back = Refusal::NotNow { state: State::Created, what: "correct" };
    check(clerk(), &correct(State::Cancelled, "电话核实"), back);
    let mut right = parcel.clone();
    step(&mut right, &clerk(), &correct(State::Delivered, "电话核实，本人已收到"), minute(90));
    assert_eq!(right.state, State::Delivered);
    // What the courier told of earlier times no longer decides.
    tell(&mut right, "a", 80, Meaning::Returned);
    assert_eq!((right.state, rules::is_contradicted(&right)), (State::Delivered, false));
}

#[test]
fn other_departments_and_citizens_scan_nothing() {
    let (_, fresh) = parcel(Direction::Deliver);
    let elsewhere = staff(15, "320104000000", &[Duty::Receive]);
    let reviewer = staff(12, XUANWU, &[Duty::Review]);
    for actor in [elsewhere, reviewer, citizen(party())] {
        let refused = decide(&fresh, &actor, &Command::Scan { step: Step::Packed }, minute(5));
        assert_eq!(refused, Err(Refusal::NotEmpowered));
    }
}

#[test]
fn every_refusal_speaks() {
    let all = [
        Refusal::NotFound,
        Refusal::UnknownNumber,
        Refusal::NotEmpowered,
        Refusal::NotNow { state: State::Lost, what: "correct" },
        Refusal::Impossible { step: Step::Given, holder: Holder::Archive },
        Refusal::ScannedBefore { step: Step::Packed },
        Refusal::NotPacked,
        Refusal::NotBookedYet,
        Refusal::WithCourier,
        Refusal::NoReason,
        Refusal::End(vec![]),
        Refusal::Empty,
        Refusal::NoCourier("ems".to_owned()),
    ];
    let mut codes: Vec<&str> = all.iter().map(Refuse::code).collect();
    for refusal in &all {
        assert!(refusal.to_string().ends_with('。'), "{refusal}");
        assert!(refusal.code().starts_with("delivery."));
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len());
}
