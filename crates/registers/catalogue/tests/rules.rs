//! 三级四同: a place can only be better for people than the base item.

use catalogue::rules::{check_adjustment, flaws, may_publish, step_days, terms};
use catalogue::{Adjustment, Basis, Certainty, Fee, Refusal, ResultKind, Step, Validity};
use kernel::{Actor, Duty, Fen, Power, Refuse, RegionCode, Scope, StaffId, WorkingDays};
use proptest::prelude::*;

use crate::Shipped;

const SANITATION: &str = "320123905000";
const IDENTITY_CARD: &str = "320709902000";

fn publisher(region: &str) -> Actor {
    let region: RegionCode = region.parse().unwrap();
    let staff: StaffId = "0190f5a0000070008000000000000001".parse().unwrap();
    let scope = Scope { region, subtree: true, kind: None };
    Actor::Staff { staff, region, post: "目录管理".into(), powers: vec![Power { duty: Duty::Publish, scope }] }
}

fn check(code: &str, adjustment: Adjustment, want: Result<(), &str>) {
    let item = Shipped::load().item(code);
    let region = "320102000000".parse().unwrap();
    let found = check_adjustment(&publisher("320102000000"), &item, region, &adjustment);
    assert_eq!(found.as_ref().copied().map_err(Refuse::code), want, "{adjustment:?}");
}

fn promised(days: u32) -> Adjustment {
    Adjustment { promised: Some(WorkingDays(days)), ..Adjustment::default() }
}

fn fee(yuan: i64) -> Adjustment {
    Adjustment { fee: Some(Fen(yuan * 100)), ..Adjustment::default() }
}

fn visits(visits: u32) -> Adjustment {
    Adjustment { visits: Some(visits), ..Adjustment::default() }
}

#[test]
fn a_promise_can_only_be_shorter() {
    check(SANITATION, promised(5), Ok(()));
    check(SANITATION, promised(3), Ok(()));
    check(SANITATION, promised(6), Err("catalogue.promise-too-long"));
    check("320709905000", promised(1), Err("catalogue.promise-kind"));
}

#[test]
fn materials_can_only_be_fewer() {
    let waived = |name: &str| Adjustment { waived: vec![name.into()], ..Adjustment::default() };
    check(IDENTITY_CARD, waived("居民户口簿"), Ok(()));
    check(IDENTITY_CARD, waived("介绍信"), Err("catalogue.unknown-material"));
}

#[test]
fn a_fee_can_only_be_lower() {
    check(IDENTITY_CARD, fee(20), Ok(()));
    check(IDENTITY_CARD, fee(0), Ok(()));
    check(IDENTITY_CARD, fee(21), Err("catalogue.fee-too-high"));
    check(IDENTITY_CARD, fee(-1), Err("catalogue.fee-too-high"));
    check(SANITATION, fee(0), Ok(()));
    check(SANITATION, fee(1), Err("catalogue.fee-without-basis"));
    check("320715901000", fee(80), Err("catalogue.fee-not-comparable"));
    check("320715901000", fee(0), Ok(()));
}

#[test]
fn visits_can_only_be_fewer() {
    check(IDENTITY_CARD, visits(0), Ok(()));
    check(IDENTITY_CARD, visits(2), Err("catalogue.too-many-visits"));
}

#[test]
fn only_the_places_own_publisher_adjusts_and_only_on_a_level_of_the_item() {
    let item = Shipped::load().item(SANITATION);
    let at = |actor: &Actor, region: &str| check_adjustment(actor, &item, region.parse().unwrap(), &promised(3));
    assert_eq!(at(&publisher("320100000000"), "320102000000"), Ok(()));
    assert_eq!(at(&publisher("320104000000"), "320102000000"), Err(Refusal::NotYours));
    assert_eq!(at(&publisher("320102000000"), "320102002000"), Err(Refusal::WrongLevel));
}

#[test]
fn only_the_province_publishes() {
    let shipped = Shipped::load();
    let item = shipped.item(SANITATION);
    let by = |actor: &Actor| may_publish(actor, shipped.regions.roots().map(|root| root.code), &item);
    assert_eq!(by(&publisher("320000000000")), Ok(()));
    assert_eq!(by(&publisher("320100000000")), Err(Refusal::NotYours));
    assert_eq!(by(&Actor::System("import")), Ok(()));
    assert_eq!(may_publish(&publisher("320000000000"), std::iter::empty(), &item), Err(Refusal::NotYours));
}

#[test]
fn every_refusal_of_an_adjustment_names_its_rule_and_its_field() {
    let refused = Refusal::PromiseTooLong { base: WorkingDays(5), asked: WorkingDays(6) };
    assert!(refused.article().is_some_and(|article| article.contains("三级四同")));
    assert_eq!(refused.fields()[0].pointer, "/promised");
}

#[test]
fn the_steps_share_the_promise() {
    let shipped = Shipped::load();
    for item in shipped.items.iter() {
        let days = step_days(&item.flow, item.promised.0);
        assert_eq!(days.iter().map(|(_, days)| days).sum::<u32>(), item.promised.0, "{}", item.name);
    }
    let all = [Step::Accept, Step::Review, Step::Decide, Step::Close, Step::Serve];
    assert_eq!(step_days(&all, 5)[1..3], [(Step::Review, 4), (Step::Decide, 1)]);
    assert_eq!(step_days(&all, 1)[1..3], [(Step::Review, 0), (Step::Decide, 1)]);
    assert_eq!(step_days(&[Step::Accept, Step::Close], 5)[1], (Step::Close, 5));
}

prop_compose! {
    fn adjustments()(promised in proptest::option::of(0u32..40), waived in proptest::collection::vec(0usize..8, 0..4),
        fee in proptest::option::of(-100i64..10_000), visits in proptest::option::of(0u32..4))
        -> (Option<u32>, Vec<usize>, Option<i64>, Option<u32>) {
        (promised, waived, fee, visits)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn what_holds_in_a_place_is_never_worse_than_the_base_item(raw in adjustments()) {
        let shipped = Shipped::load();
        let (promised, waived, fee, visits) = raw;
        for item in shipped.items.iter() {
            let names = waived.iter().filter_map(|place| item.materials.get(*place));
            let adjustment = Adjustment {
                promised: promised.map(WorkingDays),
                waived: names.map(|material| material.name.clone()).collect(),
                fee: fee.map(Fen),
                visits,
            };
            // Whether the rules let it through or an older base item did: the terms hold the bounds.
            let local = terms(item, Some(&adjustment));
            prop_assert!(local.promised <= item.promised && local.visits <= item.visits);
            prop_assert!(local.materials.iter().all(|material| item.materials.contains(material)));
            let cheaper = match (&local.fee, &item.fee) {
                (Fee::Free { .. }, _) => true,
                (here, base) => match (here.amount(), base.amount()) {
                    (Some(here), Some(base)) => here <= base,
                    (None, None) => here == base,
                    _ => false,
                },
            };
            prop_assert!(cheaper, "{:?} against {:?}", local.fee, item.fee);
        }
    }

    #[test]
    fn an_item_that_promises_more_than_the_law_is_flawed(extra in 1u32..400) {
        let mut item = Shipped::load().item(SANITATION);
        item.promised.0 = 20 + extra;
        prop_assert!(flaws(&item).iter().any(|flaw| flaw.contains("规则2")));
    }
}

#[test]
fn only_a_licence_has_a_term_and_its_law_stands_beside_it() {
    let term = |years: u32, law: &str| {
        let basis = Basis { law: law.into(), articles: vec![], certainty: Certainty::LawOnly };
        let mut item = Shipped::load().item(SANITATION);
        assert_eq!(item.validity.as_ref().map(|validity| validity.years), Some(4));
        item.validity = Some(Validity { years, basis });
        item
    };
    let fits = |item: &catalogue::BaseItem| !flaws(item).iter().any(|flaw| flaw.contains("有效期"));
    assert!(fits(&term(5, "某某办法")));
    assert!(!fits(&term(0, "某某办法")) && !fits(&term(51, "某某办法")) && !fits(&term(5, " ")));
    let decision = catalogue::BaseItem { result_kind: ResultKind::Decision, ..term(5, "某某办法") };
    assert!(!fits(&decision));
}
