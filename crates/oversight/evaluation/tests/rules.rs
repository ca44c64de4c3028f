//! What may be done when, by whom, and what is said when it may not.

use evaluation::rules::{Refusal, due};
use evaluation::{Command, Dismissal, Level, NewRating, RedressState, ServiceEvent, Stage, Turn, Way};
use kernel::{Duty, Refuse, midnight};

use crate::given::*;

#[test]
fn one_service_is_rated_once_and_followed_up_once() {
    let good = after(service(), &[(served(), rate(Level::Very), TUESDAY)]);
    assert!(good.redress.is_none());
    assert_eq!(decide(&good, &served(), &rate(Level::Bad), TUESDAY), Err(Refusal::AlreadyRated));
    assert_eq!(decide(&good, &link(), &rate(Level::Bad), TUESDAY), Err(Refusal::AlreadyRated));
    assert_eq!(decide(&service(), &served(), &follow_up(Level::Well), TUESDAY), Err(Refusal::NothingToFollow));
    let twice = after(good, &[(served(), follow_up(Level::Poor), WEDNESDAY)]);
    assert_eq!(decide(&twice, &served(), &follow_up(Level::Well), WEDNESDAY), Err(Refusal::AlreadyFollowed));
    // A poor follow-up says what it says; there is one redress a service, and it belongs to the first rating.
    assert!(twice.redress.is_none());
}

#[test]
fn only_whoever_was_served_rates() {
    for actor in [citizen(STRANGER), officer(), rated(), wheel()] {
        assert_eq!(decide(&service(), &actor, &rate(Level::Very), TUESDAY), Err(Refusal::OnlyTheServed));
    }
    assert!(decide(&service(), &link(), &rate(Level::Very), TUESDAY).is_ok());
}

#[test]
fn nobody_is_forced_and_silence_is_no_satisfaction() {
    assert_eq!(due(&service()), Some(midnight(NEXT_TUESDAY)));
    assert_eq!(decide(&service(), &wheel(), &Command::Tick, NEXT_MONDAY), Ok(vec![]));
    let lapsed = after(service(), &[(wheel(), Command::Tick, NEXT_TUESDAY)]);
    assert_eq!((lapsed.lapsed, lapsed.first.is_none(), due(&lapsed)), (Some(NEXT_TUESDAY), true, None));
    // Late is better than never, up to ninety days.
    assert!(decide(&lapsed, &served(), &rate(Level::Well), LATE).is_ok());
    assert_eq!(decide(&lapsed, &served(), &rate(Level::Well), TOO_LATE), Err(Refusal::TooLate { until: LATE }));
}

#[test]
fn a_rating_needs_a_level_and_nothing_else() {
    let bare = NewRating { level: Level::Fairly, way: Way::Link, aspects: vec![], text: " \u{200b}".to_owned() };
    let rated = after(service(), &[(served(), Command::Rate(Turn::First, bare.clone()), TUESDAY)]);
    assert!(rated.first.as_ref().unwrap().text.is_none() && rated.redress.is_none());
    let strange = NewRating { aspects: vec!["attitude".to_owned()], ..bare.clone() };
    let command = Command::Rate(Turn::First, strange);
    assert_eq!(decide(&service(), &served(), &command, TUESDAY), Err(Refusal::UnknownAspect));
    let long = NewRating { text: "慢".repeat(501), ..bare };
    let command = Command::Rate(Turn::First, long);
    assert_eq!(decide(&service(), &served(), &command, TUESDAY), Err(Refusal::TooLong { pointer: "/text", most: 500 }));
}

#[test]
fn levels_are_those_of_the_standard_and_turned_round_at_the_border() {
    assert_eq!(Level::ALL.map(Level::number), [1, 2, 3, 4, 5]);
    assert_eq!(Level::ALL.map(Level::national), [5, 4, 3, 2, 1]);
    assert_eq!(Level::ALL.map(Level::is_poor), [false, false, false, true, true]);
}

#[test]
fn a_poor_rating_is_called_back_the_next_working_day_and_put_right_in_fifteen() {
    for level in [Level::Poor, Level::Bad] {
        let poor = after(service(), &[(served(), rate(level), TUESDAY)]);
        let redress = poor.redress.as_ref().unwrap();
        assert_eq!((redress.contact_by, redress.rectify_by), (WEDNESDAY, RECTIFY_BY));
        assert_eq!(due(&poor), Some(midnight(WEDNESDAY.tomorrow().unwrap())));
    }
    let answered = answered();
    assert!(matches!(answered.redress.as_ref().unwrap().state, RedressState::Answered { on } if on == NEXT_MONDAY));
    assert_eq!(due(&answered), None);
    assert!(decide(&answered, &served(), &follow_up(Level::Very), NEXT_TUESDAY).is_ok());
    let early = decide(&rectifying(), &served(), &follow_up(Level::Very), NEXT_MONDAY);
    assert_eq!(early, Err(Refusal::RedressUnderWay { until: RECTIFY_BY }));
}

#[test]
fn what_is_overdue_is_seen_once_and_stays_to_be_done() {
    let late = after(poor(), &[(wheel(), Command::Tick, AFTER_RECTIFY_BY)]);
    let redress = late.redress.as_ref().unwrap();
    assert!(redress.contact_overdue && redress.rectify_overdue && redress.is_overdue());
    assert_eq!(decide(&late, &wheel(), &Command::Tick, AFTER_RECTIFY_BY), Ok(vec![]));
    assert_eq!(due(&late), None);
    assert!(decide(&late, &officer(), &contact(), AFTER_RECTIFY_BY).is_ok());
    // Even if the wheel has not knocked, the command finds that it is late.
    let events = decide(&poor(), &officer(), &contact(), NEXT_MONDAY).unwrap();
    assert!(
        matches!(events[..], [ServiceEvent::ContactOverdue { due }, ServiceEvent::Contacted(_)] if due == WEDNESDAY)
    );
}

#[test]
fn which_state_answers_which_command() {
    let states = [
        (Stage::Contact, poor()),
        (Stage::Verify, contacted()),
        (Stage::Confirm, proposed()),
        (Stage::Rectify, rectifying()),
        (Stage::Contested, contested()),
        (Stage::Answered, answered()),
        (Stage::SetAside, set_aside()),
    ];
    let commands = [
        (officer(), contact()),
        (officer(), verify(None)),
        (second(), confirm(true)),
        (supervisor(), settle(true)),
        (officer(), extend(5)),
        (officer(), reply()),
    ];
    for (stage, service) in &states {
        assert_eq!(service.redress.as_ref().unwrap().stage(), *stage);
        for (actor, command) in &commands {
            let expected = evaluation::rules::possible(*stage).contains(&command.name());
            let found = decide(service, actor, command, NEXT_MONDAY);
            assert_eq!(found.is_ok(), expected, "{} at {}: {found:?}", command.name(), stage.name());
            if !expected {
                assert_eq!(found, Err(Refusal::NotNow { stage: *stage, command: command.name() }));
            }
        }
    }
}

#[test]
fn who_was_rated_has_no_hand_in_it() {
    let commands = [contact(), verify(None), confirm(true), settle(true), extend(1), reply(), publish("慢")];
    for service in [poor(), contacted(), proposed(), rectifying(), contested(), answered()] {
        for command in &commands {
            assert_eq!(
                decide(&service, &rated(), command, NEXT_MONDAY),
                Err(Refusal::OwnService),
                "{}",
                command.name()
            );
        }
    }
}

#[test]
fn handling_needs_the_duty_for_that_department() {
    let clerk = staff(OFFICER, &[Duty::Receive, Duty::Review, Duty::Decide]);
    let refused = decide(&poor(), &clerk, &contact(), WEDNESDAY);
    assert_eq!(refused, Err(Refusal::NotEmpowered { duties: vec![Duty::Redress] }));
    // A supervisor checks what others found, and does not do their work.
    assert!(decide(&poor(), &supervisor(), &contact(), WEDNESDAY).is_err());
    assert!(decide(&proposed(), &supervisor(), &confirm(true), WEDNESDAY).is_ok());
    assert!(decide(&contested(), &officer(), &settle(true), NEXT_TUESDAY).is_err());
}

#[test]
fn setting_a_rating_aside_takes_two_and_an_objection_a_third() {
    assert_eq!(decide(&proposed(), &officer(), &confirm(true), WEDNESDAY), Err(Refusal::SecondPerson));
    let refused = after(proposed(), &[(second(), confirm(false), WEDNESDAY)]);
    assert_eq!(refused.redress.unwrap().stage(), Stage::Rectify);
    let both = staff(SECOND, &[Duty::Redress, Duty::Supervise]);
    assert_eq!(decide(&contested(), &both, &settle(true), NEXT_TUESDAY), Err(Refusal::ThirdPerson));
    let valid = after(contested(), &[(supervisor(), settle(true), NEXT_TUESDAY)]);
    let redress = valid.redress.unwrap();
    assert_eq!((redress.stage(), redress.rectify_by), (Stage::Rectify, kernel::Date::constant(2026, 3, 31)));
    let upheld = after(contested(), &[(supervisor(), settle(false), NEXT_TUESDAY)]);
    assert_eq!(decide(&upheld, &served(), &object(), NEXT_TUESDAY), Err(Refusal::Settled));
}

#[test]
fn the_citizen_may_object_for_five_working_days() {
    let last = kernel::Date::constant(2026, 3, 11);
    assert!(decide(&set_aside(), &served(), &object(), last).is_ok());
    let late = decide(&set_aside(), &served(), &object(), last.tomorrow().unwrap());
    assert_eq!(late, Err(Refusal::ObjectionLate { until: last }));
    assert_eq!(decide(&set_aside(), &officer(), &object(), WEDNESDAY), Err(Refusal::OnlyTheServed));
    let empty = Command::Object { reason: " ".to_owned() };
    assert_eq!(decide(&set_aside(), &served(), &empty, WEDNESDAY), Err(Refusal::WordsMissing("/reason")));
}

#[test]
fn one_extension_with_a_reason_and_in_time() {
    let longer = after(rectifying(), &[(officer(), extend(10), RECTIFY_BY)]);
    assert_eq!(longer.redress.as_ref().unwrap().rectify_by, kernel::Date::constant(2026, 4, 8));
    assert_eq!(decide(&longer, &officer(), &extend(1), RECTIFY_BY), Err(Refusal::ExtendedAlready));
    for days in [0, 16] {
        assert_eq!(
            decide(&rectifying(), &officer(), &extend(days), WEDNESDAY),
            Err(Refusal::ExtensionLength { most: 15 })
        );
    }
    assert_eq!(
        decide(&rectifying(), &officer(), &extend(1), AFTER_RECTIFY_BY),
        Err(Refusal::Overdue { due: RECTIFY_BY })
    );
    let silent = Command::Extend { days: 1, reason: String::new() };
    assert_eq!(decide(&rectifying(), &officer(), &silent, WEDNESDAY), Err(Refusal::WordsMissing("/reason")));
}

#[test]
fn nothing_personal_is_published() {
    for text in ["我电话 13800000997", "身份证 320102190001019997", "a@b.example"] {
        assert_eq!(decide(&answered(), &officer(), &publish(text), NEXT_MONDAY), Err(Refusal::Personal("/text")));
    }
    let measures = Command::Reply { measures: "已致电 025-01234567".to_owned(), words: "好".to_owned() };
    assert_eq!(decide(&rectifying(), &officer(), &measures, NEXT_MONDAY), Err(Refusal::Personal("/measures")));
    let shown = after(answered(), &[(officer(), publish("等了 40 分钟"), NEXT_MONDAY)]);
    assert_eq!(shown.published.as_ref().unwrap().text, "等了 40 分钟");
    assert_eq!(decide(&shown, &officer(), &publish("再来"), NEXT_MONDAY), Err(Refusal::NothingToPublish));
    // While it is being put right there is no answer yet that could stand beside it.
    assert_eq!(decide(&rectifying(), &officer(), &publish("慢"), NEXT_MONDAY), Err(Refusal::NothingToPublish));
    let held = Command::Withhold { reason: "骂人。".to_owned() };
    let held = after(answered(), &[(officer(), held, NEXT_MONDAY)]);
    assert_eq!(decide(&held, &officer(), &publish("慢"), NEXT_MONDAY), Err(Refusal::NothingToPublish));
}

#[test]
fn without_a_poor_rating_there_is_no_redress() {
    let good = after(service(), &[(served(), rate(Level::Well), TUESDAY)]);
    assert_eq!(decide(&good, &officer(), &contact(), TUESDAY), Err(Refusal::NoRedress));
    assert_eq!(decide(&good, &served(), &object(), TUESDAY), Err(Refusal::NoRedress));
}

#[test]
fn every_refusal_speaks() {
    let all = [
        Refusal::NotFound,
        Refusal::LinkUnknown,
        Refusal::LinkUsed,
        Refusal::OnlyTheServed,
        Refusal::NotEmpowered { duties: vec![] },
        Refusal::OwnService,
        Refusal::AlreadyRated,
        Refusal::AlreadyFollowed,
        Refusal::NothingToFollow,
        Refusal::RedressUnderWay { until: MONDAY },
        Refusal::TooLate { until: MONDAY },
        Refusal::LevelMissing,
        Refusal::UnknownAspect,
        Refusal::WordsMissing("/reason"),
        Refusal::TooLong { pointer: "/text", most: 500 },
        Refusal::NoRedress,
        Refusal::NotNow { stage: Stage::Contact, command: "reply" },
        Refusal::SecondPerson,
        Refusal::ThirdPerson,
        Refusal::Settled,
        Refusal::ObjectionLate { until: MONDAY },
        Refusal::ExtendedAlready,
        Refusal::ExtensionLength { most: 15 },
        Refusal::Overdue { due: MONDAY },
        Refusal::Personal("/text"),
        Refusal::NothingToPublish,
        Refusal::UnknownKind,
        Refusal::UnknownUnit,
        Refusal::TooManyReports { most: 5 },
        Refusal::ExposureNotNow { state: evaluation::ExposureState::Reported, command: "close" },
        Refusal::KeyReused,
    ];
    let mut codes: Vec<&str> = all.iter().map(Refuse::code).collect();
    codes.sort_unstable();
    let before = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), before);
    for refusal in &all {
        assert!(refusal.code().starts_with("evaluation."));
        assert!(refusal.to_string().ends_with('。'), "{refusal}");
    }
    let malicious = Dismissal::Malicious.word();
    assert_eq!(malicious, "恶意评价");
}
