//! Whatever is done, by whomever and whenever: one rating and one follow-up, the events replayed give the service, and nobody
//! who was rated has done anything.

use evaluation::rules::{apply, due, replay};
use evaluation::{Command, Dismissal, Level, Service, ServiceEvent};
use kernel::{Actor, Date};
use proptest::prelude::*;

use crate::given::*;

fn anybody() -> impl Strategy<Value = Actor> {
    prop_oneof![
        3 => Just(served()),
        1 => Just(citizen(STRANGER)),
        1 => Just(link()),
        3 => Just(officer()),
        2 => Just(second()),
        2 => Just(supervisor()),
        1 => Just(rated()),
    ]
}

fn anything() -> impl Strategy<Value = Command> {
    let level = prop::sample::select(Level::ALL.to_vec());
    let dismissal = prop::option::of(prop::sample::select(vec![Dismissal::Mistaken, Dismissal::Malicious]));
    prop_oneof![
        3 => level.clone().prop_map(rate),
        2 => level.prop_map(follow_up),
        3 => Just(contact()),
        3 => dismissal.prop_map(verify),
        3 => any::<bool>().prop_map(confirm),
        2 => Just(object()),
        2 => any::<bool>().prop_map(settle),
        1 => (0u32..20).prop_map(extend),
        3 => Just(reply()),
        1 => Just(publish("慢")),
        1 => Just(publish("打 13800000997")),
        1 => Just(Command::Withhold { reason: "与服务无关。".to_owned() }),
        3 => Just(Command::Tick),
    ]
}

/// Who gives a command when all goes by the book.
fn proper(command: &Command) -> Actor {
    match command {
        Command::Rate(..) | Command::Object { .. } => served(),
        Command::Confirm { .. } => second(),
        Command::Settle { .. } => supervisor(),
        Command::Tick => wheel(),
        _ => officer(),
    }
}

fn next(day: Date, days: u32) -> Date {
    (0..days).fold(day, |day, _| day.tomorrow().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn replay_gives_the_service_and_the_rules_hold(
        steps in prop::collection::vec(
            (prop::option::weighted(0.3, anybody()), anything(), prop::sample::select(vec![0u32, 0, 0, 1, 1, 3, 8, 30])),
            0..30,
        ),
    ) {
        let mut service = service();
        let mut events = vec![ServiceEvent::Invited(Box::new(invited()))];
        let mut today = MONDAY;
        for (actor, command, days) in steps {
            today = next(today, days);
            let actor = actor.unwrap_or_else(|| proper(&command));
            let Ok(happened) = decide(&service, &actor, &command, today) else { continue };
            if actor == rated() {
                prop_assert!(matches!(command, Command::Tick) && happened.iter().all(is_time));
            }
            happened.iter().for_each(|event| apply(&mut service, event));
            events.extend(happened);
            // After any command time has nothing left to do today.
            prop_assert_eq!(decide(&service, &wheel(), &Command::Tick, today), Ok(vec![]));
            prop_assert!(due(&service).is_none_or(|due| kernel::local_date(due) > today));
        }
        prop_assert_eq!(service.version, events.len() as i64);
        let count = |is: fn(&ServiceEvent) -> bool| events.iter().filter(|event| is(event)).count();
        let counts = [
            count(|event| matches!(event, ServiceEvent::Rated(_))),
            count(|event| matches!(event, ServiceEvent::FollowedUp(_))),
            count(|event| matches!(event, ServiceEvent::Extended { .. })),
            count(|event| matches!(event, ServiceEvent::RedressOpened { .. })),
            count(|event| matches!(event, ServiceEvent::Lapsed { .. })),
        ];
        prop_assert!(counts.iter().all(|n| *n <= 1), "{:?}", counts);
        let kept: Vec<ServiceEvent> = events
            .iter()
            .map(|event| serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap())
            .collect();
        prop_assert_eq!(replay(service.subject, &kept).unwrap(), service.clone());
        let row: Service = serde_json::from_str(&serde_json::to_string(&service).unwrap()).unwrap();
        prop_assert_eq!(row, service);
    }
}

fn is_time(event: &ServiceEvent) -> bool {
    matches!(
        event,
        ServiceEvent::Lapsed { .. } | ServiceEvent::ContactOverdue { .. } | ServiceEvent::RectifyOverdue { .. }
    )
}
