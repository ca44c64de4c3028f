//! Whatever is done to a case, by whomever and whenever: its events replayed give the case, and it never leaves the law.

use casework::rules::{apply, open, replay};
use casework::{
    Case, Command, Event, Missing, Outcome, Service, Stage, Stance, State, Subject, Verdict, WithdrawGround,
};
use clock::Ground;
use kernel::{Actor, Date, Duty, StaffId, Uuid};
use proptest::prelude::*;

use crate::given::*;

pub fn anybody() -> impl Strategy<Value = Actor> {
    let person = (0u128..3).prop_map(|id| StaffId::new(Uuid::from_u128(11 + id)));
    let official =
        (person, prop::sample::subsequence(vec![Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise], 1..=4))
            .prop_map(|(id, duties)| staff(id, &duties));
    prop_oneof![6 => official, 2 => Just(applicant()), 1 => Just(citizen(STRANGER)), 1 => Just(house())]
}

/// Who gives a command when all goes by the book.
fn proper(command: &Command) -> Actor {
    match command {
        Command::Accept | Command::Decline { .. } | Command::Correct { supervisor_reason: None, .. } => clerk(),
        Command::Correct { .. } => supervisor(),
        Command::Resubmit { .. } | Command::Withdraw { .. } | Command::ChooseWay { .. } => applicant(),
        Command::Review { .. } | Command::Suspend { .. } | Command::Resume { .. } => reviewer(),
        Command::Decide { .. } | Command::Extend { .. } => decider(),
        Command::Serve { .. } | Command::Prepare { .. } | Command::Arrived { .. } | Command::Close => house(),
        Command::Tick => wheel(),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("理由充分。".to_owned()), 1 => Just(" ".to_owned())]
}

pub fn anything() -> impl Strategy<Value = Command> {
    let material = prop::sample::select(vec![RULES, PLAN, IDENTITY, CREDIT, "不在清单上的材料"]);
    let missing =
        (material.clone(), text()).prop_map(|(name, why)| Missing { what: Subject::Material(name.to_owned()), why });
    prop_oneof![
        2 => Just(Command::Accept),
        1 => (text(), text()).prop_map(|(reason, article)| Command::Decline { reason, article, elsewhere: None }),
        2 => (prop::collection::vec(missing, 0..3), prop::option::of(text()))
            .prop_map(|(missing, supervisor_reason)| Command::Correct { missing, supervisor_reason }),
        2 => (prop::collection::vec(material, 0..3), any::<bool>()).prop_map(|(names, answered)| Command::Resubmit {
            form: answered.then(|| kernel::Sealed("新封".to_owned())),
            answered,
            materials: names.into_iter().map(upload).collect(),
        }),
        3 => (any::<bool>(), text()).prop_map(|(agree, opinion)| Command::Review {
            stance: if agree { Stance::For } else { Stance::Against },
            opinion,
        }),
        3 => prop::option::of(text()).prop_map(|reason| Command::Decide { verdict: Verdict::Grant { reason } }),
        1 => (text(), text()).prop_map(|(reason, article)| Command::Decide { verdict: Verdict::Deny { reason, article } }),
        2 => (prop::sample::select(Ground::ALL.to_vec()), 0u32..40, text())
            .prop_map(|(ground, days, reason)| Command::Suspend { ground, days, reason }),
        2 => text().prop_map(|result| Command::Resume { result }),
        1 => (0u32..13, text()).prop_map(|(days, reason)| Command::Extend { days, reason }),
        2 => any::<bool>().prop_map(|made| Command::Serve { how: Service::Window, licence: made.then(licence) }),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(made, post)| Command::Prepare {
            how: if post { Service::Post } else { Service::Window },
            licence: made.then(licence),
            parcel: None,
        }),
        1 => Just(Command::Arrived { how: Service::Post, on: MONDAY }),
        1 => any::<bool>().prop_map(|form| Command::ChooseWay {
            how: Service::Window,
            form: form.then(|| kernel::Sealed("新封".to_owned())),
        }),
        1 => Just(Command::Close),
        1 => Just(Command::Withdraw { ground: WithdrawGround::Other }),
        3 => Just(Command::Tick),
    ]
}

fn next(day: Date, days: u32) -> Date {
    (0..days).fold(day, |day, _| day.tomorrow().unwrap())
}

/// Who gives which command, if not whom it belongs to, and how many days later.
pub type Life = Vec<(Option<Actor>, Command, u32)>;

/// Whatever people may try in a case's life.
pub fn history() -> impl Strategy<Value = Life> {
    let days = prop::sample::select(vec![0u32, 0, 0, 1, 1, 3, 8, 40]);
    prop::collection::vec((prop::option::weighted(0.4, anybody()), anything(), days), 0..40)
}

/// The case after all of it that the rules let happen, and the day it has become.
pub fn lived(is_instant: bool, life: Life) -> (Case, Date) {
    let mut case = open(number(), &submitted(if is_instant { instant_terms() } else { terms() }));
    let mut today = MONDAY;
    for (actor, command, days) in life {
        today = next(today, days);
        let actor = actor.unwrap_or_else(|| proper(&command));
        let happened = decide(&case, &actor, &command, today).unwrap_or_default();
        happened.iter().for_each(|event| apply(&mut case, event));
    }
    (case, today)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn replay_gives_the_case_and_the_law_holds(
        is_instant in any::<bool>(),
        steps in history(),
    ) {
        let begun = submitted(if is_instant { instant_terms() } else { terms() });
        let mut case = open(number(), &begun);
        let mut events = vec![Event::Submitted(Box::new(begun))];
        let mut today = MONDAY;
        for (actor, command, days) in steps {
            today = next(today, days);
            let actor = actor.unwrap_or_else(|| proper(&command));
            let before = case.clone();
            let Ok(happened) = decide(&case, &actor, &command, today) else { continue };
            happened.iter().for_each(|event| apply(&mut case, event));
            lawful(&before, &case, &happened, today)?;
            events.extend(happened);
        }
        prop_assert_eq!(case.version, events.len() as i64);
        // Through the journal and back: what is read is what was written.
        let kept: Vec<Event> = events.iter().map(|event| {
            serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap()
        }).collect();
        prop_assert_eq!(replay(number(), &kept).unwrap(), case.clone());
        let body = serde_json::to_string(&case).unwrap();
        let row: Case = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(Case { form: case.form.clone(), materials: case.materials.clone(), ..row }, case);
    }
}

/// What must hold of every case, whatever was done to it.
fn lawful(before: &Case, case: &Case, happened: &[Event], today: Date) -> Result<(), TestCaseError> {
    // What is over stays over.
    if !before.stage().is_open() {
        prop_assert_eq!(&before.state, &case.state);
    }
    // Nobody decides what they reviewed, nor, of a promised case, what they accepted.
    if let (Some(decision), false) = (&case.decision, case.terms.is_instant())
        && decision.outcome != Outcome::Declined
    {
        prop_assert!(case.opinions.iter().all(|opinion| opinion.by != decision.by));
        prop_assert!(!case.opinions.is_empty());
        prop_assert!(case.acceptance.as_ref().is_some_and(|acceptance| acceptance.by != Some(decision.by)));
    }
    // What the last reviewer was against is granted with reasons only.
    if let (Some(decision), true) = (&case.decision, case.opinions.last().is_some_and(casework::Opinion::is_against))
        && decision.outcome == Outcome::Granted
    {
        prop_assert!(decision.reason.is_some());
    }
    // A no has its reason, its article and its remedy.
    if let Some(decision) = case.decision.as_ref().filter(|decision| decision.outcome != Outcome::Granted) {
        prop_assert!(decision.reason.is_some() && decision.article.is_some() && decision.remedy.is_some());
    }
    // Told once, unless a supervisor gave a reason.
    for event in happened {
        if let Event::CorrectionRequested { repeated, missing, .. } = event {
            prop_assert_eq!(repeated.is_some(), before.corrections > 0);
            let on_the_list = missing.iter().all(|missing| match &missing.what {
                Subject::Material(name) => case.terms.listed(name).is_some(),
                Subject::Field(_) => true,
            });
            prop_assert!(on_the_list);
        }
    }
    // Whoever waits to be accepted has not waited longer than five working days.
    if let (State::Submitted { answer_by, .. }, false) = (&case.state, happened.is_empty()) {
        prop_assert!(today <= *answer_by);
    }
    // The clock runs exactly from acceptance on, extended once at most, and rests only in a special procedure.
    prop_assert_eq!(case.clock.is_some(), case.acceptance.is_some());
    if let Some(clock) = &case.clock {
        let rests = clock.open_pause().is_some();
        let withdrawn = case.stage() == Stage::Withdrawn;
        prop_assert!(withdrawn || rests == (case.stage() == Stage::Suspended));
        let added = clock.extension.as_ref().map_or(0, clock::Extension::days);
        prop_assert!(added <= clock::EXTENSION_MAX);
        if !rests {
            prop_assert_eq!(case.decide_by, Some(clock.due(&calendar()).projected));
        }
    }
    Ok(())
}
