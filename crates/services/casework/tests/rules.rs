//! The law as tables: who does what to which case on which day, and what comes of it.

use casework::rules::{check_materials, provided};
use casework::{
    Case, Command, Event, Material, Missing, Outcome, Progress, Refusal, Remedy, Stage, Stance, State, Subject, Tier,
    Verdict,
};
use clock::{BadExtension, Ground};
use kernel::{Actor, Date, Duty, Refuse as _, midnight};

use crate::given::*;

/// What comes of `command`, in short.
fn check(case: &Case, actor: &Actor, command: &Command, on: Date, expected: Result<&[Event], Refusal>) {
    let found = decide(case, actor, command, on);
    assert_eq!(found, expected.map(<[Event]>::to_vec), "{} on {on}", command.name());
}

fn refused(case: &Case, actor: &Actor, command: &Command, on: Date, expected: Refusal) {
    check(case, actor, command, on, Err(expected));
}

const REMEDY_DAYS: u32 = 60;

fn remedy() -> Remedy {
    Remedy { review_body: department().region, review_days: REMEDY_DAYS, suit_months: 6 }
}

/// Ten working days after Tuesday.
const DUE: Date = Date::constant(2026, 3, 17);

#[test]
fn a_complete_application_is_accepted_and_its_clock_runs_from_that_day() {
    check(&case(), &clerk(), &Command::Accept, TUESDAY, Ok(&[Event::Accepted { by: CLERK, on: TUESDAY, due: DUE }]));
    assert_eq!(accepted().clock.unwrap().started, TUESDAY);
}

#[test]
fn silence_for_five_working_days_counts_as_acceptance_from_the_day_of_receipt() {
    let by_law = Event::DeemedAccepted { since: MONDAY, due: SECOND_MONDAY };
    check(&case(), &wheel(), &Command::Tick, NEXT_MONDAY, Ok(&[]));
    check(&case(), &wheel(), &Command::Tick, NEXT_TUESDAY, Ok(&[by_law]));
}

#[test]
fn the_law_acts_before_whoever_comes_too_late() {
    // Nobody ticked, and yet a late clerk can neither ask for corrections nor decline.
    for command in [Command::Accept, correct(PLAN), decline()] {
        let too_late = Refusal::NotNow { stage: Stage::Accepted, command: command.name() };
        refused(&case(), &clerk(), &command, NEXT_TUESDAY, too_late);
    }
    // The review goes on at once, the acceptance by law noted on the way.
    let found = decide(&case(), &reviewer(), &review(), NEXT_TUESDAY).unwrap();
    assert!(matches!(found[..], [Event::DeemedAccepted { since: MONDAY, .. }, Event::Reviewed { .. }]));
}

#[test]
fn the_day_of_the_tick_is_the_first_instant_after_the_last_day() {
    assert_eq!(casework::rules::due(&case()), Some(midnight(NEXT_TUESDAY)));
    assert_eq!(casework::rules::due(&correcting()), Some(midnight(Date::constant(2026, 4, 2))));
    for quiet in [accepted(), suspended(), reviewed(), granted(), closed(), withdrawn()] {
        assert_eq!(casework::rules::due(&quiet), None);
    }
}

#[test]
fn everything_that_is_missing_is_told_once() {
    let found = decide(&case(), &clerk(), &correct(PLAN), MONDAY).unwrap();
    let [Event::CorrectionRequested { missing, on: MONDAY, until: APRIL_FIRST, by: CLERK, repeated: None }] =
        &found[..]
    else {
        panic!("{found:?}")
    };
    assert_eq!(missing.len(), 1);

    let back = after(correcting(), &[(applicant(), resubmit(PLAN), WEDNESDAY)]);
    refused(&back, &clerk(), &correct(RULES), FRIDAY, Refusal::ToldTwice);
    let excused = |actor: &Actor, reason: &str| {
        let Command::Correct { missing, .. } = correct(RULES) else { panic!() };
        let again = Command::Correct { missing, supervisor_reason: Some(reason.to_owned()) };
        decide(&back, actor, &again, FRIDAY)
    };
    assert_eq!(excused(&supervisor(), "  "), Err(Refusal::ToldTwice));
    assert_eq!(excused(&clerk(), "又发现一处"), Err(Refusal::NotEmpowered { duties: vec![Duty::Supervise] }));
    let again = excused(&supervisor(), "又发现一处").unwrap();
    assert!(matches!(&again[..], [Event::CorrectionRequested { repeated: Some(why), .. }] if why == "又发现一处"));
}

#[test]
fn a_correction_says_what_is_wrong_and_asks_only_for_what_the_list_names() {
    let ask = |missing: Vec<Missing>| Command::Correct { missing, supervisor_reason: None };
    let one = |name: &str, why: &str| vec![Missing { what: Subject::Material(name.to_owned()), why: why.to_owned() }];
    refused(&case(), &clerk(), &ask(vec![]), MONDAY, Refusal::NothingMissing);
    refused(&case(), &clerk(), &ask(one(PLAN, " ")), MONDAY, Refusal::CorrectionWithoutWords { at: 0 });
    let off = Refusal::OffTheList { name: "无犯罪记录证明".to_owned() };
    refused(&case(), &clerk(), &ask(one("无犯罪记录证明", "请补")), MONDAY, off);
    let held = Refusal::HeldByGovernment { name: CREDIT.to_owned() };
    refused(&case(), &clerk(), &ask(one(CREDIT, "请补")), MONDAY, held);
}

#[test]
fn words_that_nobody_can_see_or_read_to_the_end_are_no_words() {
    let say = |opinion: &str| Command::Review { stance: Stance::For, opinion: opinion.to_owned() };
    for unseen in ["\u{200b}", "\u{202e} \u{feff}", "\u{0}\u{1b}\u{7}"] {
        refused(&accepted(), &reviewer(), &say(unseen), TUESDAY, Refusal::ReviewWithoutWords("/opinion"));
    }
    let found = decide(&accepted(), &reviewer(), &say("同\u{0}意\u{202e}，\r\n见附页"), TUESDAY).unwrap();
    assert!(matches!(&found[..], [Event::Reviewed { opinion, .. }] if opinion == "同意，\n见附页"), "{found:?}");

    let long = "长".repeat(2001);
    let missing = vec![Missing { what: Subject::Material(PLAN.to_owned()), why: long.clone() }];
    let correct = Command::Correct { missing, supervisor_reason: None };
    refused(&case(), &clerk(), &correct, MONDAY, Refusal::TooLong { pointer: "/missing", most: 2000 });
    let Command::Decline { reason, article, .. } = decline() else { panic!() };
    let declined = Command::Decline { reason, article, elsewhere: Some(long) };
    refused(&case(), &clerk(), &declined, MONDAY, Refusal::TooLong { pointer: "/elsewhere", most: 2000 });
}

#[test]
fn five_working_days_run_anew_from_the_correction() {
    let found = decide(&correcting(), &applicant(), &resubmit(PLAN), WEDNESDAY).unwrap();
    let Event::Resubmitted { received, answer_by, .. } = &found[0] else { panic!() };
    assert_eq!((*received, *answer_by), (WEDNESDAY, Date::constant(2026, 3, 11)));
    let back = after(correcting(), &[(applicant(), resubmit(PLAN), WEDNESDAY)]);
    assert_eq!(back.materials.iter().filter(|material| material.name == PLAN).count(), 1);
}

#[test]
fn corrections_are_complete_and_come_from_the_applicant() {
    let plan = Subject::Material(PLAN.to_owned());
    refused(&correcting(), &applicant(), &resubmit(RULES), TUESDAY, Refusal::StillMissing { what: vec![plan] });
    let duties = vec![Duty::Receive];
    refused(&correcting(), &citizen(STRANGER), &resubmit(PLAN), TUESDAY, Refusal::NotEmpowered { duties });
    let field = Missing { what: Subject::Field("area".to_owned()), why: "请写建筑面积".to_owned() };
    let asked =
        after(case(), &[(clerk(), Command::Correct { missing: vec![field.clone()], supervisor_reason: None }, MONDAY)]);
    // Another name for a file re-seals the papers, but answers no question.
    let form = Some(kernel::Sealed("新封".to_owned()));
    let unanswered = Command::Resubmit { form: form.clone(), answered: false, materials: vec![] };
    refused(&asked, &applicant(), &unanswered, TUESDAY, Refusal::StillMissing { what: vec![field.what] });
    let answered = Command::Resubmit { form, answered: true, materials: vec![] };
    assert!(decide(&asked, &applicant(), &answered, TUESDAY).is_ok());
    // The clerk may take corrections in that are brought to the window.
    assert!(decide(&correcting(), &clerk(), &resubmit(PLAN), TUESDAY).is_ok());
}

#[test]
fn a_correction_that_never_comes_sends_the_case_back() {
    let late = Date::constant(2026, 4, 2);
    check(&correcting(), &wheel(), &Command::Tick, APRIL_FIRST, Ok(&[]));
    check(&correcting(), &wheel(), &Command::Tick, late, Ok(&[Event::Returned { on: late }]));
    refused(&correcting(), &applicant(), &resubmit(PLAN), late, Refusal::CorrectionLapsed { on: late });
    let returned = after(correcting(), &[(wheel(), Command::Tick, late)]);
    assert_eq!(returned.progress(), Progress::Returned);
}

#[test]
fn declining_gives_reason_article_other_body_and_remedy() {
    let found = decide(&case(), &clerk(), &decline(), TUESDAY).unwrap();
    let [Event::Declined { elsewhere: Some(_), remedy: found, serve_by: DUE, .. }] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(*found, remedy());
    let bare = |reason: &str, article: &str| Command::Decline {
        reason: reason.to_owned(),
        article: article.to_owned(),
        elsewhere: None,
    };
    refused(&case(), &clerk(), &bare("", "某条"), TUESDAY, Refusal::DeclineWithoutReason("/reason"));
    refused(&case(), &clerk(), &bare("理由", " "), TUESDAY, Refusal::DeclineWithoutReason("/article"));
}

#[test]
fn a_no_gives_reason_article_and_remedy() {
    let found = decide(&reviewed(), &decider(), &deny(), FRIDAY).unwrap();
    assert!(matches!(&found[..], [Event::Denied { remedy: found, .. }] if *found == remedy()));
    let bare = |reason: &str, article: &str| Command::Decide {
        verdict: Verdict::Deny { reason: reason.to_owned(), article: article.to_owned() },
    };
    refused(&reviewed(), &decider(), &bare("", "某条"), FRIDAY, Refusal::DenialWithoutReason("/reason"));
    refused(&reviewed(), &decider(), &bare("理由", ""), FRIDAY, Refusal::DenialWithoutReason("/article"));
}

#[test]
fn a_town_office_is_reviewed_by_the_county() {
    let town = kernel::DepartmentId::new("320102001000".parse().unwrap(), "310".parse().unwrap());
    assert_eq!(Remedy::against(&town).review_body, department().region);
    assert!(remedy().words("南京市玄武区").contains("60日内向南京市玄武区人民政府申请行政复议"));
}

#[test]
fn who_reviewed_or_accepted_does_not_decide() {
    let both = everything(REVIEWER);
    refused(&reviewed(), &both, &grant(), FRIDAY, Refusal::SamePerson { did: "审查" });
    refused(&reviewed(), &everything(CLERK), &grant(), FRIDAY, Refusal::SamePerson { did: "受理" });
    // Where the item does not demand it, only the reviewer is kept from deciding.
    let mut lenient = reviewed();
    lenient.terms.separate = false;
    assert!(decide(&lenient, &everything(CLERK), &grant(), FRIDAY).is_ok());
    refused(&lenient, &both, &grant(), FRIDAY, Refusal::SamePerson { did: "审查" });
}

#[test]
fn nothing_is_decided_before_it_is_reviewed() {
    refused(&accepted(), &decider(), &grant(), FRIDAY, Refusal::NotReviewed);
    let served_by = Date::constant(2026, 3, 20);
    check(
        &reviewed(),
        &decider(),
        &grant(),
        FRIDAY,
        Ok(&[Event::Granted { by: DECIDER, on: FRIDAY, reason: None, serve_by: served_by }]),
    );
}

#[test]
fn a_review_says_something() {
    let silent = Command::Review { stance: casework::Stance::For, opinion: " \n".to_owned() };
    refused(&accepted(), &reviewer(), &silent, WEDNESDAY, Refusal::ReviewWithoutWords("/opinion"));
    let endless = Command::Review { stance: casework::Stance::For, opinion: "长".repeat(2001) };
    refused(&accepted(), &reviewer(), &endless, WEDNESDAY, Refusal::TooLong { pointer: "/opinion", most: 2000 });
}

#[test]
fn an_instant_case_is_accepted_and_decided_by_one_clerk_in_one_step() {
    let found = decide(&instant(), &clerk(), &grant(), MONDAY).unwrap();
    assert!(matches!(found[..], [Event::Accepted { by: CLERK, .. }, Event::Granted { by: CLERK, .. }]));
    // Accepted by silence, it is decided without a review too.
    let found = decide(&instant(), &clerk(), &grant(), NEXT_TUESDAY).unwrap();
    assert!(matches!(found[..], [Event::DeemedAccepted { .. }, Event::Granted { by: CLERK, .. }]));
    // A promised case is not decided at the window.
    let not_now = Refusal::NotNow { stage: Stage::Submitted, command: "decide" };
    refused(&case(), &everything(DECIDER), &grant(), MONDAY, not_now);
}

#[test]
fn the_clock_rests_only_on_the_grounds_of_article_45() {
    for ground in Ground::ALL {
        let found = decide(&accepted(), &reviewer(), &suspend(ground), WEDNESDAY);
        match ground {
            Ground::Correction => assert_eq!(found, Err(Refusal::GroundNotLawful { ground })),
            _ => assert!(matches!(found.unwrap()[..], [Event::Suspended { on: WEDNESDAY, days: 5, .. }])),
        }
    }
    let vague = |days, reason: &str| Command::Suspend { ground: Ground::Testing, days, reason: reason.to_owned() };
    let without = Refusal::SuspensionWithoutWords;
    refused(&accepted(), &reviewer(), &vague(0, "检测"), WEDNESDAY, without("/days"));
    refused(&accepted(), &reviewer(), &vague(400, "检测"), WEDNESDAY, without("/days"));
    refused(&accepted(), &reviewer(), &vague(5, ""), WEDNESDAY, without("/reason"));
    let silent = Command::Resume { result: String::new() };
    refused(&suspended(), &reviewer(), &silent, FRIDAY, without("/result"));
}

#[test]
fn days_in_a_special_procedure_are_not_counted() {
    // Two of them, Wednesday and Thursday: due moves from Tuesday to Thursday.
    let due = Date::constant(2026, 3, 19);
    let resumed = Event::Resumed { result: "检测合格。".to_owned(), on: FRIDAY, due, by: REVIEWER };
    check(&suspended(), &reviewer(), &resume(), FRIDAY, Ok(&[resumed]));
    // A review given before is still there afterwards.
    let rested =
        after(reviewed(), &[(reviewer(), suspend(Ground::Testing), FRIDAY), (reviewer(), resume(), NEXT_MONDAY)]);
    assert_eq!(rested.state, State::Reviewed);
    assert_eq!(rested.decide_by, Some(Date::constant(2026, 3, 18)));
}

#[test]
fn who_is_late_can_neither_stop_nor_stretch_the_clock() {
    let late = Date::constant(2026, 3, 18);
    refused(&accepted(), &reviewer(), &suspend(Ground::Testing), late, Refusal::Overdue { due: DUE });
    refused(&accepted(), &decider(), &extend(5), late, Refusal::Extension(BadExtension::Overdue));
}

#[test]
fn the_limit_is_extended_once_by_ten_working_days_at_most() {
    let longer = Date::constant(2026, 3, 31);
    let extended =
        Event::Extended { days: 10, reason: "案情复杂。".to_owned(), on: WEDNESDAY, due: longer, by: DECIDER };
    check(&accepted(), &decider(), &extend(10), WEDNESDAY, Ok(&[extended]));
    refused(&accepted(), &decider(), &extend(11), WEDNESDAY, Refusal::Extension(BadExtension::TooLong));
    refused(&accepted(), &decider(), &extend(0), WEDNESDAY, Refusal::Extension(BadExtension::Nothing));
    let unreasoned = Command::Extend { days: 5, reason: " ".to_owned() };
    refused(&accepted(), &decider(), &unreasoned, WEDNESDAY, Refusal::Extension(BadExtension::NoReason));
    let once = after(accepted(), &[(decider(), extend(3), WEDNESDAY)]);
    refused(&once, &decider(), &extend(3), FRIDAY, Refusal::Extension(BadExtension::Already));
    // It is the head's to approve.
    refused(&accepted(), &reviewer(), &extend(3), WEDNESDAY, Refusal::NotEmpowered { duties: vec![Duty::Decide] });
}

#[test]
fn a_granted_licence_is_not_served_before_it_is_issued() {
    let without = Command::Serve { how: casework::Service::Window, licence: None };
    refused(&granted(), &clerk(), &without, FRIDAY, Refusal::LicenceNotIssued);
    assert!(decide(&granted(), &house(), &serve(), FRIDAY).is_ok());
    // A no needs none, and none is noted with it.
    let found = decide(&denied(), &house(), &serve(), FRIDAY).unwrap();
    assert!(matches!(found[..], [Event::Served { licence: None, .. }]));
    // Nothing is closed before it is served.
    refused(&granted(), &house(), &Command::Close, FRIDAY, Refusal::NotNow { stage: Stage::Granted, command: "close" });
    assert!(matches!(closed().state, State::Closed { outcome: Outcome::Granted, .. }));
}

#[test]
fn the_applicant_may_withdraw_until_the_decision() {
    for open in [case(), correcting(), accepted(), suspended(), reviewed()] {
        assert!(decide(&open, &applicant(), &withdraw(), WEDNESDAY).is_ok());
        refused(&open, &citizen(STRANGER), &withdraw(), WEDNESDAY, Refusal::OnlyTheApplicant);
        refused(&open, &everything(CLERK), &withdraw(), WEDNESDAY, Refusal::OnlyTheApplicant);
    }
    refused(
        &granted(),
        &applicant(),
        &withdraw(),
        FRIDAY,
        Refusal::NotNow { stage: Stage::Granted, command: "withdraw" },
    );
}

#[test]
fn each_step_needs_its_own_power_in_that_place() {
    let cases = [
        (case(), Command::Accept, vec![Duty::Receive]),
        (case(), decline(), vec![Duty::Receive]),
        (case(), correct(PLAN), vec![Duty::Receive, Duty::Supervise]),
        (accepted(), review(), vec![Duty::Review]),
        (reviewed(), grant(), vec![Duty::Decide]),
        (accepted(), suspend(Ground::Testing), vec![Duty::Review, Duty::Decide]),
        (suspended(), resume(), vec![Duty::Review, Duty::Decide]),
        (accepted(), extend(5), vec![Duty::Decide]),
        (granted(), serve(), vec![Duty::Receive]),
        (served(), Command::Close, vec![Duty::Receive]),
    ];
    let officers = staff(CLERK, &[Duty::Administer, Duty::Secure, Duty::Audit, Duty::Publish]);
    for (case, command, duties) in cases {
        for actor in [&officers, &elsewhere(), &applicant()] {
            refused(&case, actor, &command, FRIDAY, Refusal::NotEmpowered { duties: duties.clone() });
        }
    }
    // What the law gives to a person the house does not do.
    refused(&case(), &house(), &Command::Accept, MONDAY, Refusal::NotEmpowered { duties: vec![Duty::Receive] });
}

#[test]
fn an_application_brings_what_the_list_demands_and_nothing_else() {
    let all = || vec![upload(RULES), upload(PLAN)];
    assert_eq!(check_materials(&terms(), &all()), Ok(()));
    let missing = Refusal::MaterialsMissing(vec![PLAN.to_owned()]);
    assert_eq!(check_materials(&terms(), &[upload(RULES)]), Err(missing));
    let off = [all(), vec![upload("无犯罪记录证明")]].concat();
    assert_eq!(check_materials(&terms(), &off), Err(Refusal::OffTheList { name: "无犯罪记录证明".to_owned() }));
    let twice = [all(), vec![upload(PLAN)]].concat();
    assert_eq!(check_materials(&terms(), &twice), Err(Refusal::TooManyMaterials));
}

#[test]
fn nobody_uploads_the_form_they_have_filled_in_nor_what_the_government_asks_of_itself() {
    let names = |brought: &[Material]| -> Vec<(String, Tier)> {
        provided(&terms(), brought).into_iter().map(|material| (material.name, material.tier)).collect()
    };
    assert_eq!(names(&[]), [(FORM.to_owned(), Tier::D), (CREDIT.to_owned(), Tier::A)]);
    assert_eq!(names(&[upload(FORM)]), [(CREDIT.to_owned(), Tier::A)]);
}

#[test]
fn every_refusal_of_the_law_names_its_article() {
    let of_law = [
        Refusal::ToldTwice,
        Refusal::NothingMissing,
        Refusal::CorrectionWithoutWords { at: 0 },
        Refusal::OffTheList { name: PLAN.to_owned() },
        Refusal::HeldByGovernment { name: PLAN.to_owned() },
        Refusal::StillMissing { what: vec![] },
        Refusal::DeclineWithoutReason("/reason"),
        Refusal::DenialWithoutReason("/reason"),
        Refusal::ReviewWithoutWords("/opinion"),
        Refusal::NotReviewed,
        Refusal::SamePerson { did: "审查" },
        Refusal::GroundNotLawful { ground: Ground::Correction },
        Refusal::SuspensionWithoutWords("/days"),
        Refusal::Extension(BadExtension::Already),
        Refusal::Overdue { due: DUE },
        Refusal::LicenceNotIssued,
        Refusal::MaterialsMissing(vec![PLAN.to_owned()]),
        Refusal::NotEmpowered { duties: vec![] },
        Refusal::OnlyTheApplicant,
    ];
    for refusal in of_law {
        assert!(refusal.article().is_some_and(|article| article.contains("第")), "{refusal:?}");
        assert!(refusal.to_string().ends_with('。'), "{refusal}");
    }
}
