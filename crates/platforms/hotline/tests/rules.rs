//! What may be done when, by whom, and what is said when it may not.

use std::fmt::Write as _;

use hotline::rules::{Refusal, due, mask, next};
use hotline::{
    Clock, Command, Ending, Event, Kind, Next, OrderNumber, Outcome, Satisfaction, Stage, State, Supervised, WorkOrder,
};
use kernel::{Duty, Refuse};

use crate::given::*;

use Satisfaction::{Dissatisfied, Fairly, Satisfied};

fn refused(order: &WorkOrder, actor: &kernel::Actor, command: &Command, now: kernel::Timestamp) -> Refusal {
    match decide(order, actor, command, now) {
        Err(refusal) => refusal,
        Ok(events) => panic!("{} was allowed: {events:?}", command.name()),
    }
}

#[test]
fn each_stage_has_its_clock() {
    let waiting = order(Kind::Complaint);
    assert_eq!(next(&waiting).map(|next| next.clock), Some(Clock::Dispatch));
    let dispatched = dispatched();
    let round = dispatched.round().unwrap();
    assert_eq!((round.sign_by, round.return_by), (at(MONDAY, 930), TUESDAY));
    assert_eq!((round.contact_by, round.handle_by), (Some(TUESDAY), HANDLE_BY));
    assert_eq!(next(&handling()).map(|next| (next.clock, next.day)), Some((Clock::Contact, TUESDAY)));
    assert_eq!(next(&contacted()).map(|next| (next.clock, next.day)), Some((Clock::Handle, HANDLE_BY)));
    assert_eq!(next(&fed_back()).map(|next| next.clock), Some(Clock::FollowUp));
    assert!(next(&closed()).is_none() && due(&closed()).is_none());
}

#[test]
fn what_is_urgent_has_minutes() {
    let mut urgent = registered(Kind::Request);
    urgent.urgent = true;
    let order = hotline::rules::begin(number(), &urgent);
    let order = after(order, &[(agent(), dispatch(), at(MONDAY, 1_380))]);
    assert_eq!(order.round().unwrap().sign_by, at(MONDAY, 1_410), "at eleven at night too");
    assert_eq!(hotline::rules::dispatch_by(hotline::book(), true, ten(MONDAY)), at(MONDAY, 610));
}

#[test]
fn the_list_speaks_for_itself_and_departing_from_it_needs_a_reason() {
    let waiting = order(Kind::Complaint);
    let events = decide(&waiting, &agent(), &dispatch(), ten(MONDAY)).unwrap();
    assert!(matches!(&events[0], Event::Dispatched { suggested, basis, reason: None, .. }
        if *suggested == Some(unit()) && basis.contains("噪声污染防治法")));
    let other = dispatch_to(other_unit(), " ");
    assert_eq!(refused(&waiting, &agent(), &other, ten(MONDAY)), Refusal::OtherUnit { returned: false });
    assert!(decide(&waiting, &agent(), &dispatch_to(other_unit(), "夜间扰民由公安管"), ten(MONDAY)).is_ok());
    let mut facts = facts(&LEAD, ten(MONDAY));
    facts.units_exist = false;
    let unknown = hotline::rules::decide(&waiting, &dispatch(), &facts);
    assert_eq!(unknown, Err(Refusal::UnknownUnit));
}

static LEAD: std::sync::LazyLock<kernel::Actor> = std::sync::LazyLock::new(leader);

#[test]
fn a_unit_returns_once_in_time_with_a_ground_then_it_is_a_dispute() {
    let order = dispatched();
    let bad = Command::Return { ground: "no-time".to_owned(), reason: words() };
    assert_eq!(refused(&order, &handler(), &bad, at(MONDAY, 660)), Refusal::UnknownGround);
    assert_eq!(refused(&order, &handler(), &dispute(), at(MONDAY, 660)), Refusal::ReturnFirst);
    assert_eq!(refused(&order, &handler(), &give_back(), ten(WEDNESDAY)), Refusal::ReturnLate { until: TUESDAY });
    let returned = after(order, &[(handler(), give_back(), at(MONDAY, 660))]);
    assert_eq!((returned.stage(), returned.returned), (Stage::Waiting, true));
    // To the same unit again only with a reason.
    assert_eq!(refused(&returned, &agent(), &dispatch(), at(MONDAY, 665)), Refusal::OtherUnit { returned: true });
    let second = second_unit();
    assert_eq!(refused(&second, &other_handler(), &give_back(), at(MONDAY, 700)), Refusal::ReturnedAlready);
    let disputed = disputed();
    assert!(matches!(disputed.state, State::Disputed { on } if on == MONDAY));
    assert!(
        matches!(refused(&disputed, &agent(), &coordinate(), at(MONDAY, 710)), Refusal::NotEmpowered { duties } if duties == [Duty::LeadHotline])
    );
    let settled = after(disputed, &[(leader(), coordinate(), at(MONDAY, 720))]);
    assert_eq!(
        (settled.round().unwrap().lead, settled.round().unwrap().assisting.clone()),
        (unit(), vec![other_unit()])
    );
    for command in [give_back(), dispute()] {
        assert_eq!(refused(&settled, &handler(), &command, at(MONDAY, 730)), Refusal::CoordinationFinal);
    }
}

#[test]
fn a_caller_is_contacted_before_the_feedback() {
    assert_eq!(refused(&handling(), &handler(), &feed_back(), ten(TUESDAY)), Refusal::NotContacted);
    let mut silent = registered(Kind::Suggestion);
    silent.has_phone = false;
    let silent = hotline::rules::begin(number(), &silent);
    let silent = after(silent, &[(agent(), dispatch(), ten(MONDAY)), (handler(), Command::Sign, at(MONDAY, 660))]);
    assert_eq!(refused(&silent, &handler(), &contact(), ten(TUESDAY)), Refusal::NoPhone);
    assert!(decide(&silent, &handler(), &feed_back(), ten(TUESDAY)).is_ok());
}

#[test]
fn who_tips_off_is_protected_from_the_unit() {
    let see = Command::See { purpose: "核实".to_owned() };
    let steps = [(agent(), dispatch(), ten(MONDAY)), (handler(), Command::Sign, at(MONDAY, 660))];
    let tip = after(order(Kind::TipOff), &steps);
    assert!(tip.is_protected() && !tip.is_public() && tip.round().unwrap().contact_by.is_none());
    assert_eq!(refused(&tip, &handler(), &see, ten(TUESDAY)), Refusal::Protected);
    assert_eq!(refused(&tip, &handler(), &contact(), ten(TUESDAY)), Refusal::Protected);
    for of_centre in [agent(), officer(), leader()] {
        assert!(matches!(decide(&tip, &of_centre, &see, ten(TUESDAY)).unwrap()[..], [Event::Seen { .. }]));
    }
    let empty = Command::See { purpose: " ".to_owned() };
    assert_eq!(refused(&tip, &agent(), &empty, ten(TUESDAY)), Refusal::WordsMissing("/purpose"));
    // A complaint's handler may look, and it is noted; another unit may not.
    assert!(decide(&handling(), &handler(), &see, ten(TUESDAY)).is_ok());
    assert!(matches!(refused(&handling(), &other_handler(), &see, ten(TUESDAY)), Refusal::NotEmpowered { .. }));
    // Who asked for confidence is protected alike.
    let mut secret = registered(Kind::Complaint);
    secret.confidential = true;
    assert!(hotline::rules::begin(number(), &secret).is_protected());
}

#[test]
fn the_clock_rests_and_is_extended_once_and_only_in_time() {
    let order = contacted();
    assert!(matches!(refused(&order, &handler(), &pause(), ten(TUESDAY)), Refusal::NotEmpowered { .. }));
    let paused = after(order.clone(), &[(leader(), pause(), ten(WEDNESDAY))]);
    assert_eq!(refused(&paused, &leader(), &pause(), ten(WEDNESDAY)), Refusal::Paused);
    assert_eq!(refused(&paused, &handler(), &extend(3), ten(WEDNESDAY)), Refusal::Paused);
    assert_eq!(
        decide(&paused, &wheel(), &Command::Tick, ten(AFTER_HANDLE_BY)),
        Ok(vec![]),
        "a clock that rests does not run out"
    );
    // Five working days were left on Wednesday; five are left a week later.
    let resumed = after(paused, &[(leader(), resume(), ten(AFTER_HANDLE_BY))]);
    assert_eq!(resumed.round().unwrap().handle_by, kernel::Date::constant(2026, 3, 19));
    assert_eq!(refused(&resumed, &leader(), &resume(), ten(AFTER_HANDLE_BY)), Refusal::NotPaused);

    for days in [0, 16] {
        assert_eq!(refused(&order, &handler(), &extend(days), ten(WEDNESDAY)), Refusal::ExtensionLength { most: 15 });
    }
    let extended = after(order.clone(), &[(handler(), extend(5), ten(WEDNESDAY))]);
    assert_eq!(extended.round().unwrap().handle_by, kernel::Date::constant(2026, 3, 18));
    assert_eq!(refused(&extended, &handler(), &extend(5), ten(WEDNESDAY)), Refusal::ExtendedAlready);
    let late = Refusal::Overdue { due: HANDLE_BY };
    assert_eq!(refused(&order, &handler(), &extend(5), ten(AFTER_HANDLE_BY)), late);
    assert_eq!(refused(&order, &leader(), &pause(), ten(AFTER_HANDLE_BY)), late);
}

#[test]
fn what_is_late_is_seen_once_and_supervised() {
    let late = decide(&order(Kind::Complaint), &wheel(), &Command::Tick, at(MONDAY, 631)).unwrap();
    assert!(matches!(
        late[..],
        [Event::Overdue { clock: Clock::Dispatch, .. }, Event::Supervised { ground: Supervised::Overdue, .. }]
    ));
    let quiet = after(dispatched(), &[(wheel(), Command::Tick, at(MONDAY, 930))]);
    assert!(quiet.supervised.is_empty(), "the last minute is in time");
    let late = after(dispatched(), &[(wheel(), Command::Tick, ten(AFTER_HANDLE_BY))]);
    let clocks: Vec<Clock> = late.round().unwrap().late.iter().copied().collect();
    assert_eq!(clocks, [Clock::Sign, Clock::Contact, Clock::Handle]);
    assert_eq!(decide(&late, &wheel(), &Command::Tick, ten(AFTER_HANDLE_BY)), Ok(vec![]));
    // Even if the wheel has not knocked, the command finds that it is late.
    let events = decide(&contacted(), &handler(), &feed_back(), ten(AFTER_HANDLE_BY)).unwrap();
    assert!(matches!(
        events[..],
        [Event::Overdue { clock: Clock::Handle, .. }, Event::Supervised { .. }, Event::FedBack { .. }]
    ));
}

#[test]
fn somebody_else_asks_the_caller_and_it_is_closed_or_redone() {
    let order = fed_back();
    let own = staff(HANDLER, &[Duty::FollowUp], None);
    assert_eq!(refused(&order, &own, &follow_up(true, Satisfied, Next::Close), ten(THURSDAY)), Refusal::OwnFeedback);
    assert_eq!(
        refused(&order, &officer(), &follow_up(true, Fairly, Next::Redo), ten(THURSDAY)),
        Refusal::NothingToRedo
    );
    assert!(matches!(closed().state, State::Closed { ending: Ending::Handled, .. }));
    let redo = follow_up(false, Dissatisfied, Next::Redo);
    let redone = after(order.clone(), &[(officer(), redo.clone(), ten(THURSDAY))]);
    assert_eq!((redone.stage(), redone.rounds.len()), (Stage::Dispatched, 2));
    assert!(redone.supervised.contains(&Supervised::Unsatisfied));
    assert_eq!(refused(&redone, &handler(), &give_back(), ten(THURSDAY)), Refusal::RedoIsYours);
    let against = Command::FollowUp { solved: false, satisfaction: None, words: String::new(), next: Next::Close };
    assert_eq!(refused(&order, &officer(), &against, ten(THURSDAY)), Refusal::WordsMissing("/words"));
    let settled = after(order, &[(officer(), follow_up(false, Dissatisfied, Next::Close), ten(THURSDAY))]);
    assert!(matches!(settled.state, State::Closed { ending: Ending::Settled, .. }));
    let mut many = redone;
    for _ in 0..2 {
        let again = [
            (handler(), Command::Sign, ten(THURSDAY)),
            (handler(), contact(), ten(THURSDAY)),
            (handler(), feed_back(), ten(THURSDAY)),
        ];
        many = after(many, &again);
        if many.rounds.len() < 3 {
            many = after(many, &[(officer(), redo.clone(), ten(THURSDAY))]);
        }
    }
    assert_eq!(refused(&many, &officer(), &redo, ten(THURSDAY)), Refusal::RedoneEnough { most: 2 });
}

#[test]
fn three_calls_in_vain_close_it_and_nobody_is_counted_as_satisfied() {
    let missed = || (officer(), Command::Missed, ten(THURSDAY));
    let order = after(fed_back(), &[missed(), missed()]);
    assert_eq!(order.stage(), Stage::FedBack);
    let order = after(order, &[missed()]);
    assert!(
        matches!(order.state, State::Closed { ending: Ending::Handled, .. }) && order.round().unwrap().rated.is_none()
    );
    // The caller may still say it, for thirty days.
    let late = kernel::Date::constant(2026, 4, 5);
    assert_eq!(refused(&order, &caller(), &rate(true, Satisfied), ten(late)), Refusal::RateLate { days: 30 });
    let rated = after(order, &[(caller(), rate(false, Dissatisfied), ten(THURSDAY))]);
    assert!(rated.supervised.contains(&Supervised::Unsatisfied));
    assert_eq!(refused(&rated, &caller(), &rate(true, Satisfied), ten(THURSDAY)), Refusal::AlreadyRated);
}

#[test]
fn the_caller_says_it_by_themselves() {
    assert_eq!(refused(&fed_back(), &officer(), &rate(true, Satisfied), ten(THURSDAY)), Refusal::OnlyTheCaller);
    let content = after(fed_back(), &[(caller(), rate(true, Satisfied), ten(THURSDAY))]);
    assert!(matches!(content.state, State::Closed { ending: Ending::Handled, .. }));
    let not = after(fed_back(), &[(caller(), rate(false, Dissatisfied), ten(THURSDAY))]);
    assert_eq!(not.stage(), Stage::FedBack);
    // What the caller said stands, whatever the officer notes.
    let events = decide(&not, &officer(), &follow_up(true, Satisfied, Next::Close), ten(THURSDAY)).unwrap();
    assert!(matches!(events[..], [Event::Closed { ending: Ending::Settled, .. }]));
    assert!(matches!(refused(&handling(), &caller(), &rate(true, Satisfied), ten(THURSDAY)), Refusal::NotNow { .. }));
}

#[test]
fn one_matter_is_one_order() {
    let into = OrderNumber::new(MONDAY, 9);
    assert_eq!(
        refused(&order(Kind::Complaint), &agent(), &Command::Merge { into: number() }, ten(MONDAY)),
        Refusal::MergeSelf
    );
    let merged = after(order(Kind::Complaint), &[(agent(), Command::Merge { into }, ten(MONDAY))]);
    assert!(!merged.is_public() && merged.stage() == Stage::Closed);
    let join = |same_caller| Command::Join { from: number(), same_caller, tip_off: false };
    let main = after(handling(), &[(agent(), join(true), ten(TUESDAY))]);
    assert!(main.supervised.contains(&Supervised::Repeat) && main.joined == [number()]);
    assert!(after(handling(), &[(agent(), join(false), ten(TUESDAY))]).supervised.is_empty());
    assert_eq!(refused(&closed(), &agent(), &join(true), ten(THURSDAY)), Refusal::MergeClosed);
    let mut full = handling();
    full.joined = vec![number(); hotline::rules::JOINED_MOST];
    assert_eq!(
        refused(&full, &agent(), &join(true), ten(TUESDAY)),
        Refusal::MergeFull { most: hotline::rules::JOINED_MOST }
    );
}

#[test]
fn a_tip_off_is_merged_with_tip_offs_only() {
    let join = |tip_off| Command::Join { from: OrderNumber::new(MONDAY, 9), same_caller: false, tip_off };
    assert_eq!(refused(&handling(), &agent(), &join(true), ten(TUESDAY)), Refusal::MergeTipOff);
    let tip = after(order(Kind::TipOff), &[(agent(), dispatch(), ten(MONDAY))]);
    assert_eq!(refused(&tip, &agent(), &join(false), ten(TUESDAY)), Refusal::MergeTipOff);
    assert_eq!(after(tip, &[(agent(), join(true), ten(TUESDAY))]).joined.len(), 1);
}

#[test]
fn what_the_other_one_was_answered_is_passed_on_by_the_house_alone() {
    let relay = Command::Relay { outcome: Some(Outcome::Solved), words: words() };
    let into = OrderNumber::new(MONDAY, 9);
    let merged = after(order(Kind::Complaint), &[(agent(), Command::Merge { into }, ten(MONDAY))]);
    for actor in [agent(), handler(), officer(), leader(), caller()] {
        assert!(matches!(refused(&merged, &actor, &relay, ten(TUESDAY)), Refusal::NotNow { .. }));
    }
    assert!(matches!(refused(&handling(), &wheel(), &relay, ten(TUESDAY)), Refusal::NotNow { .. }));
    let told = after(merged.clone(), &[(wheel(), relay, ten(TUESDAY))]);
    assert!(told.answer.is_some() && told.state == merged.state);
}

#[test]
fn numbers_in_words_are_hidden_from_units_and_kept_out_of_the_knowledge_base() {
    assert_eq!(mask("我是 13800000997，打给我"), "我是 138****，打给我");
    assert_eq!(mask("证号 32010219000101999X，房号 1203"), "证号 320****，房号 1203");
    assert_eq!(mask("9月27日 21:00"), "9月27日 21:00");
}

#[test]
fn every_refusal_says_what_to_do_and_has_a_code_of_its_own() {
    let all = refusals();
    let mut codes: Vec<&str> = all.iter().map(|refusal| refusal.code()).collect();
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
    for refusal in &all {
        assert!(
            refusal.code().starts_with("hotline.") && refusal.to_string().ends_with('。'),
            "{refusal:?}: {refusal}"
        );
        assert!((400..500).contains(&refusal.class().status()));
    }
}

fn refusals() -> Vec<Refusal> {
    use Refusal as R;
    vec![
        R::NotFound,
        R::NotEmpowered { duties: vec![Duty::Handle] },
        R::NotNow { stage: Stage::Closed, command: "sign" },
        R::WordsMissing("/text"),
        R::TooLong { pointer: "/text", most: 9 },
        R::UnknownKind,
        R::UnknownCategory,
        R::UnknownRegion,
        R::UnknownUnit,
        R::UnknownGround,
        R::OtherUnit { returned: false },
        R::ReturnedAlready,
        R::ReturnFirst,
        R::ReturnLate { until: MONDAY },
        R::CoordinationFinal,
        R::RedoIsYours,
        R::NotContacted,
        R::NoPhone,
        R::Protected,
        R::Paused,
        R::NotPaused,
        R::ExtendedAlready,
        R::ExtensionLength { most: 15 },
        R::Overdue { due: MONDAY },
        R::OwnFeedback,
        R::NothingToRedo,
        R::RedoneEnough { most: 2 },
        R::OnlyTheCaller,
        R::AlreadyRated,
        R::RateLate { days: 30 },
        R::MergeSelf,
        R::MergeClosed,
        R::MergeTipOff,
        R::MergeFull { most: 200 },
        R::PhoneMissing,
        R::PhoneWrong,
        R::CallOver,
        R::WrongCode,
        R::LookupLocked { until: ten(MONDAY) },
        R::TooMany { most: 10 },
        R::UnknownKey,
        R::NotByProgram,
        R::OwnArticle,
        R::AlreadyExpired,
        R::ArticleNotNow { state: hotline::ArticleState::Draft },
        R::Personal("/text"),
        R::NotClosed,
        R::KeyReused,
    ]
}

/// Every state asked every command by whoever would be right: the table that the rules give.
#[test]
fn which_state_answers_which_command() {
    let states = [
        ("waiting", order(Kind::Complaint)),
        ("dispatched", dispatched()),
        ("second unit", second_unit()),
        ("disputed", disputed()),
        ("handling", handling()),
        ("contacted", contacted()),
        ("paused", after(contacted(), &[(leader(), pause(), ten(TUESDAY))])),
        ("fed back", fed_back()),
        ("closed", closed()),
    ];
    let into = OrderNumber::new(MONDAY, 9);
    let commands = [
        Command::Answer { words: words() },
        dispatch(),
        Command::Merge { into },
        Command::Join { from: into, same_caller: false, tip_off: false },
        Command::Sign,
        give_back(),
        dispute(),
        coordinate(),
        contact(),
        pause(),
        resume(),
        extend(5),
        Command::FeedBack { outcome: Outcome::Explained, words: words() },
        Command::Missed,
        follow_up(true, Satisfied, Next::Close),
        rate(true, Satisfied),
        Command::Supervise { demand: words() },
        Command::See { purpose: words() },
        Command::Tick,
    ];
    let everybody = {
        let scope = kernel::Scope { region: region(), subtree: true, kind: None };
        let duties = [Duty::Dispatch, Duty::Handle, Duty::FollowUp, Duty::LeadHotline];
        let powers = duties.map(|duty| kernel::Power { duty, scope }).into();
        kernel::Actor::Staff { staff: OFFICER, region: region(), post: "全".to_owned(), powers }
    };
    let mut table = String::new();
    for (name, order) in &states {
        for command in &commands {
            let who = if matches!(command, Command::Rate { .. }) { caller() } else { everybody.clone() };
            let answer = match decide(order, &who, command, at(TUESDAY, 601)) {
                Ok(events) => events.iter().map(store::Event::kind).collect::<Vec<_>>().join(" + "),
                Err(refusal) => format!("({})", refusal.code().trim_start_matches("hotline.")),
            };
            writeln!(table, "{name:<12} {:<11} {answer}", command.name()).unwrap();
        }
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/states.txt");
    if std::env::var("TONGBAN_GOLDEN").is_ok_and(|word| word == "write") {
        std::fs::write(&file, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(&file).unwrap_or_default(), "write it anew with TONGBAN_GOLDEN=write");
}
