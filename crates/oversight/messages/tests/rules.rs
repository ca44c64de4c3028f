//! Quiet hours, sending, preferences and questions as tables.

use std::sync::Arc;

use clock::Calendar;
use identity::{Extent, Mandate, Via};
use kernel::{Actor, Date, Duty, PartyId, Refuse, Sealed, StaffId, Timestamp, Uuid, midnight};
use messages::rules::{
    self, Asked, Plan, Refusal, Why,
    code::{self, Before, Code, Limits, Purpose},
    plan, preference,
    question::{self, Command, Facts},
};
use messages::{Question, QuestionId, QuestionState, Quiet, Urgency, builtin};

const FRIDAY: Date = Date::constant(2026, 3, 6);

/// An instant of Friday or Saturday in China.
fn at(day: Date, hour: i64, minute: i64) -> Timestamp {
    midnight(day).saturating_add(std::time::Duration::from_secs((hour * 3_600 + minute * 60) as u64)).unwrap()
}

#[test]
fn quiet_hours_end_at_eight_in_the_morning() {
    let saturday = FRIDAY.tomorrow().unwrap();
    let quiet = Quiet::default();
    let table = [
        (at(FRIDAY, 20, 59), None),
        (at(FRIDAY, 21, 0), Some(at(saturday, 8, 0))),
        (at(FRIDAY, 23, 59), Some(at(saturday, 8, 0))),
        (at(saturday, 0, 0), Some(at(saturday, 8, 0))),
        (at(saturday, 7, 59), Some(at(saturday, 8, 0))),
        (at(saturday, 8, 0), None),
        (at(saturday, 12, 0), None),
    ];
    for (now, release) in table {
        assert_eq!(quiet.release(now), release, "{now}");
    }
    // A pause at noon does not reach into the next day.
    let noon = Quiet { from: 12 * 60, until: 14 * 60 };
    assert_eq!(noon.release(at(FRIDAY, 13, 0)), Some(at(FRIDAY, 14, 0)));
    assert_eq!(noon.release(at(FRIDAY, 14, 0)), None);
}

#[test]
fn an_sms_goes_at_once_in_the_morning_or_not_at_all() {
    let day = Asked {
        now: at(FRIDAY, 10, 0),
        happened: at(FRIDAY, 9, 59),
        stale_hours: 24,
        quiet: Quiet::default(),
        urgency: Urgency::Normal,
        has_channel: true,
        wanted: true,
    };
    let night = Asked { now: at(FRIDAY, 22, 0), happened: at(FRIDAY, 22, 0), ..day };
    let morning = at(FRIDAY.tomorrow().unwrap(), 8, 0);
    let table = [
        (day, Plan::Send),
        (night, Plan::Hold(morning)),
        (Asked { urgency: Urgency::Urgent, ..night }, Plan::Send),
        (Asked { wanted: false, ..day }, Plan::Not(Why::SwitchedOff)),
        (Asked { has_channel: false, ..day }, Plan::Not(Why::NoChannel)),
        (Asked { wanted: false, has_channel: false, ..day }, Plan::Not(Why::SwitchedOff)),
        (Asked { happened: at(FRIDAY.yesterday().unwrap(), 9, 59), ..day }, Plan::Not(Why::Stale)),
        (Asked { happened: at(FRIDAY.yesterday().unwrap(), 10, 0), ..day }, Plan::Send),
    ];
    for (asked, wanted) in table {
        assert_eq!(plan(&asked), wanted, "{asked:?}");
    }
}

#[test]
fn what_the_law_serves_cannot_be_switched_off() {
    let routing = builtin().unwrap();
    let mandate = |via| Mandate { via, extent: Extent::Everything, until: None };
    let own = mandate(Via::Own);
    let decide = |group: &str, channel: &str, wanted: bool, mandate: Option<&Mandate>| {
        preference::decide(routing.group(group), channel, wanted, mandate)
    };
    assert_eq!(decide("progress", "sms", false, Some(&own)), Ok(()));
    assert_eq!(decide("served", "sms", true, Some(&own)), Ok(()));
    assert!(matches!(decide("served", "sms", false, Some(&own)), Err(Refusal::MustBeServed { .. })));
    assert_eq!(decide("nothing", "sms", false, Some(&own)), Err(Refusal::UnknownGroup));
    assert_eq!(decide("progress", "page", false, Some(&own)), Err(Refusal::UnknownGroup));
    assert_eq!(decide("progress", "sms", false, Some(&mandate(Via::Representative))), Ok(()));
    assert_eq!(decide("progress", "sms", false, Some(&mandate(Via::Delegation))), Err(Refusal::NotYours));
    assert_eq!(decide("progress", "sms", false, None), Err(Refusal::NotYours));
}

#[test]
fn words_are_trimmed_visible_and_bearable() {
    assert_eq!(question::words("  什么时候能拿？ \r\n谢谢 "), Ok("什么时候能拿？ \n谢谢".to_owned()));
    assert_eq!(question::words(" \n "), Err(Refusal::NoWords));
    assert_eq!(question::words(&"字".repeat(500)).map(|text| text.chars().count()), Ok(500));
    assert_eq!(question::words(&"字".repeat(501)), Err(Refusal::TooLong { most: 500 }));
    assert_eq!(question::words("好\u{202e}坏"), Err(Refusal::Hidden));
    assert_eq!(question::words("好\u{7}坏"), Err(Refusal::Hidden));
}

const ASKER: PartyId = PartyId::new(Uuid::from_u128(1));
const STRANGER: PartyId = PartyId::new(Uuid::from_u128(2));

fn citizen(party: PartyId) -> Actor {
    let account = kernel::AccountId::new(Uuid::from_u128(9));
    Actor::Citizen { account, person: party, acting_for: party }
}

fn facts(actor: &Actor) -> Facts<'_> {
    Facts { now: midnight(FRIDAY), today: FRIDAY, calendar: Arc::new(Calendar::default()), actor }
}

fn asked() -> Question {
    Question {
        id: QuestionId::new(Uuid::from_u128(7)),
        case: crate::house::some_case(),
        item: "320709902000".parse().unwrap(),
        party: ASKER,
        by: ASKER,
        department: "320102000000-090".parse().unwrap(),
        at: midnight(FRIDAY),
        text: Sealed("…".to_owned()),
        answer_by: FRIDAY,
        state: QuestionState::Waiting,
        helpful: None,
        version: 1,
    }
}

#[test]
fn a_question_is_answered_on_the_next_working_day() {
    let me = citizen(ASKER);
    // From Friday over the weekend.
    assert_eq!(question::ask(0, &facts(&me)), Ok(Date::constant(2026, 3, 9)));
    let saturday = Facts { today: FRIDAY.tomorrow().unwrap(), ..facts(&me) };
    assert_eq!(question::ask(2, &saturday), Ok(Date::constant(2026, 3, 10)));
    assert_eq!(question::ask(3, &facts(&me)), Err(Refusal::EnoughAsked { most: 3 }));
}

#[test]
fn the_office_answers_once_and_the_asker_judges_once() {
    let clerk = crate::house::staff(11, "320102000000", None, &[Duty::Receive]);
    let elsewhere = crate::house::staff(12, "320104000000", None, &[Duty::Receive]);
    let operator = crate::house::staff(13, "320102000000", None, &[Duty::Administer]);
    let answer = Command::Answer { text: Sealed("答".to_owned()) };
    let judge = Command::Judge { helpful: true };
    let decide = |question: &Question, command: &Command, actor: &Actor| {
        question::decide(question, command, &facts(actor)).map(|event| store::Event::kind(&event))
    };
    let waiting = asked();
    assert_eq!(decide(&waiting, &answer, &clerk), Ok("answered"));
    assert_eq!(decide(&waiting, &answer, &elsewhere), Err(Refusal::NotFound));
    assert_eq!(decide(&waiting, &answer, &operator), Err(Refusal::NotFound));
    assert_eq!(decide(&waiting, &answer, &citizen(ASKER)), Err(Refusal::NotFound));
    assert_eq!(decide(&waiting, &judge, &citizen(ASKER)), Err(Refusal::NotAnsweredYet));

    let mut answered = waiting;
    let event = question::decide(&answered, &answer, &facts(&clerk)).unwrap();
    question::apply(&mut answered, &event);
    let by = StaffId::new(Uuid::from_u128(11));
    assert_eq!(answered.state, QuestionState::Answered { by, on: FRIDAY, text: Sealed("答".to_owned()) });
    assert_eq!(decide(&answered, &answer, &clerk), Err(Refusal::AlreadyAnswered));
    assert_eq!(decide(&answered, &judge, &citizen(STRANGER)), Err(Refusal::NotFound));
    assert_eq!(decide(&answered, &judge, &citizen(ASKER)), Ok("judged"));
    let event = question::decide(&answered, &judge, &facts(&citizen(ASKER))).unwrap();
    question::apply(&mut answered, &event);
    assert_eq!((answered.helpful, answered.version), (Some(true), 3));
    assert_eq!(decide(&answered, &judge, &citizen(ASKER)), Err(Refusal::AlreadyJudged));
}

#[test]
fn operators_need_the_duty_and_a_reason() {
    let operator = crate::house::staff(13, "320102000000", None, &[Duty::Administer]);
    let clerk = crate::house::staff(11, "320102000000", None, &[Duty::Receive]);
    assert_eq!(rules::may_publish(&Actor::System("import")), Ok(()));
    assert_eq!(rules::may_publish(&operator), Ok(()));
    assert_eq!(rules::may_publish(&clerk), Err(Refusal::NotAllowed));
    assert_eq!(rules::may_publish(&citizen(ASKER)), Err(Refusal::NotAllowed));
    assert_eq!(rules::may_operate(&operator, " "), Err(Refusal::ReasonMissing));
    assert_eq!(rules::may_operate(&operator, "运营商恢复了"), Ok(()));
}

#[test]
fn every_refusal_speaks_and_has_a_code_of_its_own() {
    let law = || "行政许可法 第四十四条".to_owned();
    let all = [
        Refusal::NotFound,
        Refusal::NotAllowed,
        Refusal::ReasonMissing,
        Refusal::BadRouting { faults: vec!["x: y".to_owned()] },
        Refusal::UnknownGroup,
        Refusal::MustBeServed { group: "依法送达".to_owned(), law: law() },
        Refusal::NotYours,
        Refusal::NoWords,
        Refusal::TooLong { most: 500 },
        Refusal::Hidden,
        Refusal::EnoughAsked { most: 3 },
        Refusal::AlreadyAnswered,
        Refusal::NotAnsweredYet,
        Refusal::AlreadyJudged,
        Refusal::NotParked,
        Refusal::CodeTooSoon { seconds: 30 },
        Refusal::CodesEnough,
        Refusal::CodeWrong { left: 4 },
        Refusal::CodeOver,
        Refusal::NoNumber,
    ];
    let codes: std::collections::BTreeSet<&str> = all.iter().map(Refuse::code).collect();
    assert_eq!(codes.len(), all.len());
    for refusal in &all {
        assert!(refusal.code().starts_with("messages."), "{refusal:?}");
        assert!(refusal.to_string().chars().count() > 5, "{refusal:?}");
        let says_what_to_do = refusal.remedy().is_some() || !refusal.fields().is_empty();
        assert!(says_what_to_do, "{refusal:?}");
    }
}

#[test]
fn a_code_is_sent_once_a_minute_and_some_times_a_day() {
    let limits = Limits::default();
    let now = at(FRIDAY, 10, 0);
    let ago = |seconds: i64| Some(Timestamp::from_second(now.as_second() - seconds).unwrap());
    let before = |last, number, address| code::may_send(&Before { now, last, number, address }, &limits);
    assert_eq!(before(None, 0, 0), Ok(()));
    assert_eq!(before(ago(60), 9, 29), Ok(()));
    assert_eq!(before(ago(59), 0, 0), Err(Refusal::CodeTooSoon { seconds: 1 }));
    assert_eq!(before(None, 10, 0), Err(Refusal::CodesEnough));
    assert_eq!(before(None, 0, 30), Err(Refusal::CodesEnough));
    // Where the clock runs fast, a minute of real time is an hour of it.
    let fast = limits.at_rate(60);
    assert_eq!((fast.interval_seconds, fast.valid_minutes, fast.tries), (3_600, 300, 5));
}

#[test]
fn a_code_holds_five_minutes_and_five_tries_and_works_once() {
    let limits = Limits::default();
    let sent = at(FRIDAY, 10, 0);
    let mut one = Code {
        id: messages::CodeId::new(Uuid::from_u128(5)),
        account: kernel::AccountId::new(Uuid::from_u128(9)),
        purpose: "sign-in".to_owned(),
        sent,
        ends: at(FRIDAY, 10, 5),
        tries: 0,
        used: false,
        version: 1,
    };
    let decide = |code: &Code, purpose, right, now| code::decide(code, purpose, right, now, &limits);
    assert_eq!(decide(&one, Purpose::SignIn, true, at(FRIDAY, 10, 5)), Err(Refusal::CodeOver));
    assert_eq!(decide(&one, Purpose::Recover, true, sent), Err(Refusal::CodeOver));
    for left in (1..=4).rev() {
        let (event, refusal) = decide(&one, Purpose::SignIn, false, sent).unwrap();
        assert_eq!(refusal, Some(Refusal::CodeWrong { left }));
        code::apply(&mut one, &event);
    }
    assert_eq!(decide(&one, Purpose::SignIn, true, sent), Ok((messages::Event::CodeUsed, None)));
    let (event, refusal) = decide(&one, Purpose::SignIn, false, sent).unwrap();
    assert_eq!(refusal, Some(Refusal::CodeOver));
    code::apply(&mut one, &event);
    assert_eq!(decide(&one, Purpose::SignIn, true, sent), Err(Refusal::CodeOver));
    let used = Code { tries: 0, used: true, ..one };
    assert_eq!(decide(&used, Purpose::SignIn, true, sent), Err(Refusal::CodeOver));
}
