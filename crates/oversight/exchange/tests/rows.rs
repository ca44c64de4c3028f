//! Rows by table and by property: what each must hold, what becomes of it, and that order and repetition do not matter.

use std::collections::BTreeMap;

use exchange::rules::{self, FIELDS, LATE_AFTER_S, Place, Read, Ruling, missing, place, spans};
use exchange::{Kind, Known, KnownCase, Mark, Operation};
use kernel::{CreditCode, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::*;

const ORG: &str = "11320102MB0000000X";

fn org() -> CreditCode {
    CreditCode::from_parts('1', '1', "320102", "MB000000").unwrap()
}

fn rows() -> Rows {
    Rows { org_code: org().to_string(), number: "SC20260302-001".to_owned(), day: MONDAY }
}

fn read(row: &Value) -> Read {
    rules::check(object(row.clone()), Some(org())).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// What is wrong: field and code.
fn faults(row: &Value) -> Vec<(String, String)> {
    let found = rules::check(object(row.clone()), Some(org())).err().unwrap_or_default();
    found.into_iter().map(|fault| (fault.field, fault.code)).collect()
}

#[test]
fn a_right_row_of_each_kind_is_read() {
    assert_ne!(ORG, org().to_string(), "a code whose check character is wrong stands for bad codes");
    assert_eq!(read(&rows().basic()).event_at, at(MONDAY, 510), "it happened when it was accepted");
    assert_eq!(read(&rows().process()).kind, Kind::Process);
    assert_eq!(read(&rows().result()).project_no, "SC20260302-001");
    let rfc = with(&rows().result(), json!({"result_date": "2026-03-02T08:50:00+08:00"}));
    assert_eq!(read(&rfc).event_at, at(MONDAY, 530));
}

#[test]
fn each_fault_is_told_by_field_and_code() {
    let (basic, process, result) = (rows().basic(), rows().process(), rows().result());
    let table: &[(&Value, Value, (&str, &str))] = &[
        (&basic, json!({"row_guid": null}), ("row_guid", "missing")),
        (&basic, json!({"row_guid": "有空格 的"}), ("row_guid", "shape")),
        (&basic, json!({"row_guid": 7}), ("row_guid", "not-text")),
        (&basic, json!({"table": "other"}), ("table", "unknown")),
        (&basic, json!({"cd_operation": "X"}), ("cd_operation", "unknown")),
        (&basic, json!({"cd_time": "yesterday"}), ("cd_time", "shape")),
        (&basic, json!({"project_no": "有中文"}), ("project_no", "shape")),
        (&basic, json!({"project_no": "x".repeat(51)}), ("project_no", "shape")),
        (&basic, json!({"catalog_code": "123"}), ("catalog_code", "code")),
        (&basic, json!({"task_name": "长".repeat(301)}), ("task_name", "too-long")),
        (&basic, json!({"applyer_name": " "}), ("applyer_name", "missing")),
        (&basic, json!({"applyer_type": "9"}), ("applyer_type", "not-in-list")),
        (&basic, json!({"applyer_page_code": "320102190001019998"}), ("applyer_page_code", "code")),
        (&basic, json!({"applyer_page_type": "001"}), ("applyer_page_code", "code")),
        (&basic, json!({"contact_mobile": "12345"}), ("contact_mobile", "code")),
        (&basic, json!({"accept_date": stamp(MONDAY, 470)}), ("accept_date", "order")),
        (&basic, json!({"promise_date": "soon"}), ("promise_date", "shape")),
        (&basic, json!({"org_code": ORG}), ("org_code", "code")),
        (&basic, json!({"org_code": "91350100M000100Y43"}), ("org_code", "other-department")),
        (&basic, json!({"department": "somewhere"}), ("department", "code")),
        (&basic, json!({"colour": "red"}), ("colour", "unknown-field")),
        (&basic, json!({"task_name": ["a"]}), ("task_name", "not-text")),
        (&process, json!({"event_end_time": null}), ("event_end_time", "missing")),
        (&process, json!({"event_start_time": stamp(MONDAY, 900)}), ("event_end_time", "order")),
        (&result, json!({"result_date": "20260231T000000"}), ("result_date", "shape")),
        (&result, json!({"result_date": "20260302T250000"}), ("result_date", "shape")),
        (&result, json!({"result_type": "7"}), ("result_type", "not-in-list")),
    ];
    for (row, change, (field, code)) in table {
        let found = faults(&with(row, change.clone()));
        assert_eq!(found, [((*field).to_owned(), (*code).to_owned())], "{change}");
    }
    assert_eq!(faults(&json!({})).len(), 4, "all that is wrong is told at once");
}

#[test]
fn every_required_field_is_missed_and_every_field_is_named_once() {
    for (kind, fields) in FIELDS {
        let names: std::collections::BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), fields.len(), "{}", kind.name());
        let empty = json!({"table": kind.name(), "row_guid": "g", "cd_operation": "I", "cd_time": "20260302"});
        let missing = faults(&empty);
        let required = fields.iter().filter(|field| field.required).count();
        assert_eq!(missing.len(), required, "{}: {missing:?}", kind.name());
    }
}

#[test]
fn to_take_a_row_away_its_case_and_department_are_enough() {
    let row = json!({"table": "result", "row_guid": "g", "cd_operation": "D", "cd_time": "20260302T120000",
        "project_no": "SC1", "org_code": org().to_string()});
    assert_eq!(read(&row).operation, Operation::Delete);
    assert_eq!(faults(&with(&row, json!({"project_no": null}))), [("project_no".to_owned(), "missing".to_owned())]);
}

fn known(row: &Read) -> Known {
    Known {
        kind: row.kind,
        project_no: row.project_no.clone(),
        cd_time: row.cd_time,
        event_at: row.event_at,
        removed: false,
        digest: row.digest,
        batch: "1".to_owned(),
    }
}

fn case(processes: i64, result: Option<&str>) -> KnownCase {
    KnownCase {
        department: department(),
        item: "320131907000".to_owned(),
        name: "食品经营许可".to_owned(),
        applicant: String::new(),
        blind: String::new(),
        instant: false,
        applied: at(MONDAY, 480),
        accepted: Some(at(MONDAY, 510)),
        processes,
        result: result.map(str::to_owned),
        result_at: None,
    }
}

const NOON: i64 = 12 * 60;

/// `taken`, or the code of the fault.
fn ruled(row: &Value, known: Option<&Known>, case: Option<&KnownCase>) -> String {
    match rules::decide(&read(row), known, case, at(MONDAY, NOON)) {
        Ruling::Accept => "accepted".to_owned(),
        Ruling::Replace => "replaced".to_owned(),
        Ruling::Remove => "removed".to_owned(),
        Ruling::Unchanged => "unchanged".to_owned(),
        Ruling::Quarantine(faults) => faults[0].code.clone(),
    }
}

#[test]
fn what_becomes_of_a_row_beside_what_is_known() {
    let (basic, process, result) = (rows().basic(), rows().process(), rows().result());
    let (told, case) = (known(&read(&basic)), case(1, None));
    let update = |row: &Value, minutes: i64, more: Value| {
        with(&with(row, json!({"cd_operation": "U", "cd_time": stamp(MONDAY, minutes)})), more)
    };
    let other = json!({"task_name": "食品经营许可（变更）"});
    let check = |row: &Value, known: Option<&Known>, case: Option<&KnownCase>, want: &str| {
        assert_eq!(ruled(row, known, case), want, "{row}");
    };
    check(&basic, None, None, "accepted");
    check(&basic, Some(&told), Some(&case), "unchanged");
    check(&with(&basic, other.clone()), Some(&told), Some(&case), "exists");
    check(&update(&basic, 600, other.clone()), Some(&told), Some(&case), "replaced");
    check(&update(&basic, 500, other.clone()), Some(&told), Some(&case), "unchanged");
    check(&update(&basic, 600, other), None, None, "accepted");
    check(&update(&basic, 600, json!({"project_no": "SC2"})), Some(&told), None, "taken");
    check(&process, None, None, "no-basic");
    check(&process, None, Some(&case), "accepted");
    let early = json!({"event_end_time": stamp(MONDAY, 100)});
    check(&with(&process, early), None, Some(&case), "before-application");
    check(&with(&result, json!({"result_date": stamp(MONDAY, NOON + 11)})), None, Some(&case), "future");
    check(&with(&result, json!({"result_date": stamp(MONDAY, NOON + 9)})), None, Some(&case), "accepted");
    let delete = json!({"cd_operation": "D", "cd_time": stamp(MONDAY, 700)});
    check(&with(&basic, delete.clone()), Some(&told), Some(&case), "removed");
    check(&with(&basic, delete), None, None, "unchanged");
    let removed = Known { removed: true, cd_time: at(MONDAY, 700), ..told };
    check(&basic, Some(&removed), Some(&case), "unchanged");
    check(&update(&basic, 710, json!({})), Some(&removed), Some(&case), "replaced");
}

#[test]
fn late_back_dated_and_stepless_rows_are_marked() {
    let (process, result) = (rows().process(), rows().result());
    let marks = |row: &Value, known: Option<&Known>, case: &KnownCase, now: Timestamp| {
        rules::marks(&read(row), known, Some(case), now)
    };
    let (soon, noon) = (at(MONDAY, 540), at(MONDAY, NOON));
    assert_eq!(marks(&process, None, &case(0, None), soon), []);
    let day = Timestamp::from_microsecond(at(MONDAY, 520).as_microsecond() + LATE_AFTER_S * 1_000_000).unwrap();
    assert_eq!(marks(&process, None, &case(0, None), day), [], "24 hours are allowed");
    let after = Timestamp::from_microsecond(day.as_microsecond() + 1_000_000).unwrap();
    assert_eq!(marks(&process, None, &case(0, None), after), [Mark::Late]);
    assert_eq!(marks(&process, None, &case(1, Some("0")), noon), [Mark::BackDated], "a step told after the result");
    assert_eq!(marks(&result, None, &case(0, None), noon), [Mark::NoProcess]);
    assert_eq!(marks(&result, None, &KnownCase { instant: true, ..case(0, None) }, noon), []);
    let told = Known { event_at: at(MONDAY, 600), ..known(&read(&process)) };
    assert_eq!(marks(&process, Some(&told), &case(1, None), noon), [Mark::BackDated], "moved back in time");
}

/// What a receiver keeps of one row: told again and again, in any order.
fn told(rows: &[Value]) -> BTreeMap<String, String> {
    let mut kept: BTreeMap<String, Known> = BTreeMap::new();
    let case = case(1, None);
    for row in rows {
        let read = read(row);
        match rules::decide(&read, kept.get(&read.guid), Some(&case), at(MONDAY, NOON)) {
            Ruling::Accept | Ruling::Replace => drop(kept.insert(read.guid.clone(), known(&read))),
            Ruling::Remove => drop(kept.insert(read.guid.clone(), Known { removed: true, ..known(&read) })),
            Ruling::Unchanged => {}
            Ruling::Quarantine(faults) => panic!("{faults:?}"),
        }
    }
    kept.into_iter().map(|(guid, known)| (guid, format!("{} {}", known.removed, known.cd_time))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// However rows are doubled and shuffled, the receiver ends with what the sender said last.
    #[test]
    fn the_last_word_of_the_sender_holds_in_any_order(
        updates in prop::collection::vec((0usize..3, 521i64..700, any::<bool>()), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 24),
    ) {
        let rows: Vec<Value> = updates
            .iter()
            .enumerate()
            .map(|(n, (guid, minutes, is_gone))| with(&rows().process(), json!({
                "row_guid": format!("g{guid}"), "cd_operation": if *is_gone { "D" } else { "U" },
                "cd_time": format!("{}{:02}", &stamp(MONDAY, *minutes)[..13], n), "handle_explain": format!("意见 {n}"),
            })))
            .collect();
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| read(row).cd_time);
        // A deletion of what nobody knew leaves no trace, so it only counts beside another row.
        let mut shuffled = sorted.clone();
        shuffled.extend(order.iter().map(|index| index.get(&rows).clone()));
        prop_assert_eq!(told(&shuffled), told(&sorted));
        let again: Vec<Value> = sorted.iter().chain(&sorted).cloned().collect();
        prop_assert_eq!(told(&again), told(&sorted));
    }

    /// What is missing and what is there make the whole, in spans.
    #[test]
    fn missing_numbers_are_those_that_are_not_there(there in prop::collection::btree_set(1u64..60, 0..40)) {
        let gaps = missing((1, 59), &there, 500);
        let numbers: Vec<u64> = gaps.iter().flat_map(|(first, last)| *first..=*last).collect();
        let want: Vec<u64> = (1..60).filter(|seq| !there.contains(seq)).collect();
        prop_assert_eq!(&numbers, &want);
        prop_assert_eq!(spans(want), gaps);
    }

    /// A row of nonsense is never taken and never ends the program.
    #[test]
    fn nonsense_is_answered(name in "[a-z_]{1,12}", value in "\\PC{0,40}") {
        let row = with(&json!({"table": "basic", "row_guid": "g", "cd_operation": "I", "cd_time": value.clone()}), json!({name: value}));
        prop_assert!(rules::check(object(row), None).is_err());
    }
}

#[test]
fn steps_of_a_case_are_taken_in_order() {
    assert_eq!((place(1, 0), place(2, 1)), (Place::Next, Place::Next));
    assert_eq!((place(2, 0), place(9, 1)), (Place::Ahead, Place::Ahead));
    assert_eq!((place(1, 1), place(1, 5)), (Place::Past, Place::Past));
    let waits: Vec<i64> = (0..12).map(rules::backoff).collect();
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]) && waits[11] == 300);
}
