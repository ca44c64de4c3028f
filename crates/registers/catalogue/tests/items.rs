//! Reading the catalogue file.

use catalogue::builtin::{ITEMS, SUMMARIES};
use catalogue::{Fee, ItemType, Subject, diff, parse};
use kernel::{Fen, Level};
use organisation::BadLine;
use proptest::prelude::*;

use crate::Shipped;

/// The shipped file with one line put in the place of another.
fn with_line(number: usize, line: &str) -> Vec<BadLine> {
    let text: Vec<&str> =
        ITEMS.lines().enumerate().map(|(place, own)| if place + 1 == number { line } else { own }).collect();
    let summaries = parse::summaries(SUMMARIES).unwrap();
    parse::items(&text.join("\n"), &Shipped::load().kinds, &summaries).err().unwrap_or_default()
}

/// What is said of line 2 when something in it is put in the place of something else.
fn spoilt(from: &str, to: &str) -> String {
    let line = ITEMS.lines().nth(1).unwrap();
    assert!(line.contains(from), "{from}");
    let bad = with_line(2, &line.replacen(from, to, 1));
    assert!(bad.iter().all(|bad| bad.line == 2), "{bad:?}");
    bad.into_iter().map(|bad| bad.reason).collect::<Vec<_>>().join("|")
}

#[test]
fn two_hundred_items_are_read_with_a_sentence_each() {
    let shipped = Shipped::load();
    assert_eq!(shipped.items.len(), 201);
    for item in shipped.items.iter() {
        assert!(item.summary.ends_with('。') && item.summary.chars().count() <= 40, "{}：{}", item.name, item.summary);
        assert!(!item.synonyms.is_empty());
    }
    let summaries = parse::summaries(SUMMARIES).unwrap();
    assert!(shipped.items.iter().all(|item| summaries.contains_key(&item.code)));
}

#[test]
fn each_quality_rule_finds_its_breach() {
    let check = |from, to, rule: &str| {
        let said = spoilt(from, to);
        assert!(said.contains(rule), "{from} → {to}: {said}");
    };
    check(r#""promised_days":10"#, r#""promised_days":0"#, "规则1");
    check(r#""promised_days":10"#, r#""promised_days":50"#, "规则2");
    check(r#""online_depth":3"#, r#""online_depth":4"#, "规则3");
    check(r#""on_site_trips":1"#, r#""on_site_trips":0"#, "规则4");
    check(r#""standard":"20元/证","#, "", "规则6");
    check(r#""subjects":["natural"]"#, r#""subjects":["natural","legal"]"#, "规则8");
    check(r#""name":"居民户口簿""#, r#""name":"其他材料""#, "规则11");
    check(r#""type_code":"07""#, r#""type_code":"01""#, "行政许可");
    check(r#""basic_code":"320709902000""#, r#""basic_code":"320731902000""#, "部门");
    check(r#""basic_code":"320709902000""#, r#""basic_code":"320709901000""#, "重复");
    check(r#""levels":[4,5,6]"#, r#""levels":[4,5,9]"#, "行使层级");
    check(r#""department":"公安部门""#, r#""department":"警察""#, "部门类别");
    check(r#""conditions":["#, r#""conditions":[],"x":["#, "受理条件");
    check(r#"{"name""#, r#"{"name"#, "读不出");
}

#[test]
fn every_bad_line_is_told_at_once() {
    let text = ITEMS.lines().enumerate().map(|(place, line)| if place % 50 == 0 { "{" } else { line });
    let text: Vec<&str> = text.collect();
    let bad = parse::items(&text.join("\n"), &Shipped::load().kinds, &parse::Summaries::new()).unwrap_err();
    assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [1, 51, 101, 151, 201]);
}

#[test]
fn an_amount_is_taken_from_a_standard_only_when_it_is_one_amount() {
    let shipped = Shipped::load();
    let amount = |code| shipped.item(code).fee.amount();
    assert_eq!(amount("320709902000"), Some(Fen(2000)));
    assert_eq!(amount("320109901000"), Some(Fen(12000)));
    assert_eq!(amount("320715901000"), None, "住宅 80 元，非住宅 550 元");
    assert_eq!(amount("320709905000"), Some(Fen::ZERO));
    assert!(matches!(shipped.item("320709909000").fee, Fee::Free { note: Some(_) }));
}

#[test]
fn themes_count_their_items() {
    let shipped = Shipped::load();
    for subject in [Subject::Person, Subject::Organisation] {
        let themes = shipped.items.themes(subject);
        assert!(themes.len() > 10);
        for (theme, count) in themes {
            assert_eq!(shipped.items.by_theme(subject, &theme.code).count(), count, "{}", theme.name);
        }
    }
}

#[test]
fn several_hundred_thousand_implementations_follow() {
    let shipped = Shipped::load();
    let counts = shipped.items.count_implementations(&shipped.regions);
    assert!(counts.values().sum::<u64>() >= 400_000, "{counts:?}");
    assert_eq!(counts[&Level::Province], 47);
}

#[test]
fn every_implementation_has_a_department() {
    let shipped = Shipped::load();
    for item in shipped.items.iter() {
        let kind = shipped.kinds.get(&item.department).unwrap();
        for region in shipped.regions.iter().filter(|region| item.is_on(region.level())) {
            assert!(kind.patterns.get(region.kind).is_some(), "{} in {}", item.name, region.name);
        }
    }
}

#[test]
fn two_versions_are_compared_element_by_element() {
    let old = Shipped::load().item("320123905000");
    let mut new = old.clone();
    assert!(diff(&old, &new).is_empty());
    new.promised.0 = 3;
    new.materials.pop();
    let changes = diff(&old, &new);
    assert_eq!(changes.iter().map(|change| change.element.as_str()).collect::<Vec<_>>(), ["materials", "promised"]);
    assert_eq!(changes[1].after, 3);
}

#[test]
fn what_binds_others_is_decided_by_a_second_person() {
    let shipped = Shipped::load();
    assert!(shipped.item("320131907000").separates_duties(), "食品经营许可");
    assert!(!shipped.item("320109904000").separates_duties(), "驾驶证期满换证 is done on the spot");
    assert!(!shipped.item("322017904000").separates_duties(), "公积金提取 is a public service");
}

#[test]
fn names_and_codes_are_those_of_the_national_code_sets() {
    let sets: serde_json::Value = serde_json::from_str(include_str!("../../../../data/codesets.json")).unwrap();
    let named = |set: &str, code: &str| sets[set]["values"][code].as_str().unwrap_or_default().to_owned();
    for kind in ItemType::ALL {
        assert_eq!(named("item_type", kind.digits()), kind.name());
    }
    for level in Level::ALL {
        assert!(named("use_level", &level.exercise_code().to_string()).ends_with('级'));
    }
    let shipped = Shipped::load();
    for item in shipped.items.iter() {
        for (set, theme) in [("theme_natural", &item.personal_theme), ("theme_legal", &item.company_theme)] {
            assert!(theme.as_ref().is_none_or(|theme| named(set, &theme.code) == theme.name), "{}", item.name);
        }
        assert!(item.depth_codes.iter().all(|code| !named("online_depth", &code.to_string()).is_empty()));
    }
    for kind in shipped.kinds.iter() {
        // 01, 36, 75 and 93 are assignments of our own.
        let nation = named("national_department", &kind.national_code);
        assert!(!nation.is_empty() || ["01", "36", "75", "93"].contains(&kind.national_code.as_str()), "{}", kind.name);
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(cut in 0usize..2000, junk in "(.|\n){0,40}") {
        let line: String = ITEMS.chars().take(cut).collect();
        let kinds = organisation::Kinds::default();
        let _ = parse::items(&format!("{line}{junk}"), &kinds, &parse::Summaries::new());
        let _ = parse::summaries(&junk);
    }
}
