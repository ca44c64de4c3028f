//! Queues, a person's cases, figures.

use std::collections::BTreeSet;

use casework::query::{Page, cases_of, counts, figures, queue};
use casework::{Command, Progress, Refusal, Stage};
use kernel::{Actor, Duty};

use crate::desk::refusal;
use crate::given::{grant, withdraw};
use crate::house::{self, *};

fn numbers(page: &Page<casework::query::CaseLine>) -> Vec<String> {
    page.lines.iter().map(|line| line.number.to_string()).collect()
}

#[test]
fn a_queue_is_ordered_by_time_left_and_goes_on_where_it_stopped() {
    each_house(|house| {
        let mut filed = vec![];
        for day in 0..4 {
            filed.push(house.submit(if day % 2 == 0 { RENEWAL } else { TEMPORARY }).number.to_string());
            house.pass_days(1);
        }
        let ask = |limit, cursor: Option<&str>| {
            house.db.read(|read| queue(read, &house.clerk, Stage::Submitted, limit, cursor)).unwrap()
        };
        let first = ask(3, None);
        assert_eq!(numbers(&first), filed[..3]);
        let rest = ask(3, first.next.as_deref());
        assert_eq!((numbers(&rest), rest.next), (filed[3..].to_vec(), None));
        let line = &first.lines[0];
        assert_eq!(
            (line.item_name.as_str(), line.instant, line.progress),
            ("居民身份证换领", false, Progress::Received)
        );
    });
}

#[test]
fn everybody_sees_the_queue_of_their_own_scope_and_duty() {
    each_house(|house| {
        let police = house.submit(RENEWAL).number;
        let civil = house.submit(ALLOWANCE).number;
        let seen = |actor: &Actor, stage| -> BTreeSet<String> {
            let page = house.db.read(|read| queue(read, actor, stage, 50, None)).unwrap();
            numbers(&page).into_iter().collect()
        };
        let both: BTreeSet<String> = [police.to_string(), civil.to_string()].into();
        assert_eq!(seen(&house.clerk, Stage::Submitted), both);
        // A city's supervisor sees its districts, a province's too; the neighbour sees nothing.
        assert_eq!(seen(&house.supervisor, Stage::Submitted), both);
        let province = house::staff(20, "320000000000", None, &[Duty::Supervise]);
        assert_eq!(seen(&province, Stage::Submitted), both);
        assert!(seen(&house.elsewhere, Stage::Submitted).is_empty());
        let by_kind = house::staff(21, XUANWU, Some("110"), &[Duty::Receive]);
        assert_eq!(seen(&by_kind, Stage::Submitted), [civil.to_string()].into());
        // Whoever decides has no queue of what is to be accepted; citizens have none at all.
        let none = house.db.read(|read| queue(read, &house.decider, Stage::Submitted, 50, None));
        assert!(matches!(refusal(none), Refusal::NotEmpowered { .. }));
        let none = house.db.read(|read| queue(read, &house.citizen, Stage::Submitted, 50, None));
        assert!(matches!(refusal(none), Refusal::NotEmpowered { .. }));

        house.steps(police, &[(&house.clerk, Command::Accept)]);
        assert_eq!(seen(&house.reviewer, Stage::Accepted), [police.to_string()].into());
        let counted = house.db.read(|read| counts(read, &house.clerk)).unwrap();
        let submitted = counted.iter().find(|count| count.stage == Stage::Submitted).unwrap();
        assert_eq!((submitted.cases, submitted.or_more), (1, false));
        assert!(counted.iter().all(|count| count.stage != Stage::Reviewed));
    });
}

#[test]
fn a_person_sees_their_own_cases_latest_first() {
    each_house(|house| {
        let mut filed: Vec<_> = (0..5).map(|_| house.submit(RENEWAL).number).collect();
        house.steps(filed[1], &[(&house.citizen, withdraw())]);
        filed.reverse();
        let words: Vec<String> = filed.iter().map(ToString::to_string).collect();
        let party = house.citizen.party().unwrap();
        let ask = |wanted: &[Progress], limit, cursor: Option<&str>| {
            house.db.read(|read| cases_of(read, &party, wanted, limit, cursor)).unwrap()
        };
        let first = ask(&[], 2, None);
        let second = ask(&[], 2, first.next.as_deref());
        let third = ask(&[], 2, second.next.as_deref());
        assert_eq!([numbers(&first), numbers(&second), numbers(&third)].concat(), words);
        assert_eq!(third.next, None);
        assert_eq!(numbers(&ask(&[Progress::Withdrawn], 10, None)), [words[3].clone()]);
        // A cursor that somebody made up begins at the beginning.
        assert_eq!(numbers(&ask(&[], 2, Some("nonsense"))), words[..2]);
    });
}

#[test]
fn figures_count_what_happened_once() {
    each_house(|house| {
        let today = house.today();
        let number = house.submit(TEMPORARY).number;
        house.submit(RENEWAL);
        house.steps(number, &[(&house.clerk, grant())]);
        house.drain();
        house.drain();
        for place in [XUANWU, "320100000000", "320000000000"] {
            let found = house.db.read(|read| figures(read, &region(place), today, today)).unwrap();
            assert_eq!((found.submitted, found.accepted, found.granted, found.closed), (2, 1, 1, 1), "{place}");
        }
        let beside = house.db.read(|read| figures(read, &region("320104000000"), today, today)).unwrap();
        assert_eq!(beside.submitted, 0);
    });
}
