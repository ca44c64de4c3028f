//! Forms and answers.

use catalogue::builtin::FORMS;
use catalogue::form::{Kind, Prefill};
use catalogue::{Answer, Answers, Form};
use kernel::Date;
use proptest::prelude::*;
use serde_json::json;

use crate::Shipped;

fn today() -> Date {
    "2026-09-30".parse().unwrap()
}

fn answers(value: serde_json::Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

/// A little form with one question of the kind that is tried.
fn asking(kind: serde_json::Value) -> Form {
    let mut question = json!({ "key": "q", "label": "问？", "noun": "营业面积", "example": "62" });
    question.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
    let form = json!({ "title": "试", "sections": [{ "title": "试", "questions": [question] }] });
    Form::parse("try", &form.to_string()).unwrap()
}

fn check(kind: serde_json::Value, answer: serde_json::Value, want: Result<serde_json::Value, &str>) {
    let found = asking(kind).check(&answers(json!({ "q": answer })), today(), &Shipped::load().regions);
    let found = found.map(|checked| serde_json::to_value(checked.get("q")).unwrap()).map_err(|errors| errors[0].code);
    assert_eq!(found.as_ref().map_err(|code| &**code), want.as_ref().map_err(|code| &**code), "{answer}");
}

#[test]
fn every_shipped_form_is_sound_and_every_item_has_one() {
    let shipped = Shipped::load();
    assert_eq!(FORMS.len(), 20);
    for item in shipped.items.iter() {
        let form = shipped.forms.of(item).unwrap();
        assert!(form.questions().count() >= 5, "{}", form.name);
    }
    for form in shipped.forms.iter().filter(|form| form.name.starts_with('3')) {
        assert!(shipped.items.get(&form.name.parse().unwrap()).is_some(), "{}", form.name);
    }
}

#[test]
fn shipped_words_keep_to_the_house_style() {
    for form in Shipped::load().forms.iter() {
        for question in form.questions() {
            let said = [Some(&question.label), question.hint.as_ref()];
            for text in said.into_iter().flatten() {
                assert!(!text.contains(['!', '！', '!', ',', '?']), "{} {}: {text}", form.name, question.key);
                assert!(text.chars().count() <= 60, "{} {}: {text}", form.name, question.key);
            }
            assert!(question.label.ends_with(['？', '。']), "{} {}: {}", form.name, question.key, question.label);
        }
    }
}

#[test]
fn examples_are_right_answers() {
    for form in Shipped::load().forms.iter() {
        for question in form.questions() {
            let Some(example) = &question.example else { continue };
            let section = json!({ "title": "x", "questions": [{}] });
            let mut alone: Form =
                serde_json::from_value(json!({ "title": "x", "sections": [section_of(question, section)] })).unwrap();
            alone.name = "alone".into();
            let given = Answers::from([(question.key.clone(), Answer::Text(example.clone()))]);
            let found = alone.check(&given, "2026-09-02".parse().unwrap(), &Shipped::load().regions);
            assert!(found.is_ok(), "{} {}: {found:?}", form.name, question.key);
        }
    }
}

fn section_of(question: &catalogue::form::Question, mut section: serde_json::Value) -> serde_json::Value {
    let mut question = serde_json::to_value(question).unwrap();
    question.as_object_mut().unwrap().remove("when");
    section["questions"][0] = question;
    section
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let area = json!({ "kind": "number", "min": 1, "max": 1000, "unit": "平方米" });
    check(area.clone(), json!("62"), Ok(json!(62)));
    check(area.clone(), json!("６２ 平方米"), Ok(json!(62)));
    check(area.clone(), json!("1,000"), Ok(json!(1000)));
    check(area.clone(), json!(62), Ok(json!(62)));
    check(area.clone(), json!("62.0"), Ok(json!(62)));
    check(area.clone(), json!("六十二"), Err("form.number"));
    check(area.clone(), json!("62.5"), Err("form.decimals"));
    check(area.clone(), json!("0"), Err("form.range"));
    check(area.clone(), json!("1e3"), Err("form.number"));
    check(area.clone(), json!("NaN"), Err("form.number"));
    check(area, json!(["62", "63"]), Err("form.shape"));
    let money = json!({ "kind": "number", "min": 0, "max": 10, "decimals": 2 });
    check(money.clone(), json!("1.25"), Ok(json!(1.25)));
    check(money, json!("1.255"), Err("form.decimals"));
}

#[test]
fn a_place_stands_in_the_register_today() {
    let place = || json!({ "kind": "region", "level": "county" });
    check(place(), json!("320102000000"), Ok(json!("320102000000")));
    check(place(), json!("320199000000"), Err("form.region"));
    check(place(), json!("110101000000"), Err("form.region"));
    check(place(), json!("320100000000"), Err("form.region-level"));
    let regions = &Shipped::load().regions;
    let (old, new) = regions
        .aliases()
        .filter(|alias| alias.code.level() >= kernel::Level::County)
        .find_map(|alias| {
            Some((alias.code, regions.resolve(&alias.code).filter(|region| region.code != alias.code)?.code))
        })
        .unwrap();
    check(place(), json!(old.to_string()), Ok(json!(new.to_string())));
}

#[test]
fn an_error_says_what_to_write() {
    let form = asking(json!({ "kind": "number", "min": 1, "max": 1000, "unit": "平方米" }));
    let said = |value| form.check(&answers(value), today(), &Shipped::load().regions).unwrap_err()[0].clone();
    let error = said(json!({ "q": "很大" }));
    assert_eq!((error.pointer.as_str(), error.detail.as_str()), ("/answers/q", "填写营业面积，只写数字，例如 62。"));
    assert_eq!(said(json!({})).detail, "填写营业面积，只写数字，例如 62。");
    assert_eq!(said(json!({})).code, "form.missing");
    assert!(said(json!({ "q": "4000" })).detail.contains("1 至 1000 平方米"));
    assert_eq!(said(json!({ "q": "1", "z": "2" })).code, "form.unknown");
}

#[test]
fn dates_are_read_as_people_write_them() {
    let day = json!({ "kind": "date" });
    for text in ["2026-09-30", "2026/9/30", "2026.9.30", "2026年9月30日", "20260930", "２０２６-９-３０"] {
        check(day.clone(), json!(text), Ok(json!("2026-09-30")));
    }
    for text in ["2026-02-30", "26-9-30", "明天", "2026-9", "2026-09-30-1", "-"] {
        check(day.clone(), json!(text), Err("form.date"));
    }
    check(json!({ "kind": "date", "side": "past" }), json!("2026-10-01"), Err("form.date-future"));
    check(json!({ "kind": "date", "side": "past" }), json!("2026-09-30"), Ok(json!("2026-09-30")));
    check(json!({ "kind": "date", "side": "future" }), json!("2026-09-29"), Err("form.date-past"));
}

#[test]
fn codes_are_checked_and_written_one_way() {
    check(json!({ "kind": "resident_id" }), json!("11010519491231002x"), Ok(json!("11010519491231002X")));
    check(json!({ "kind": "resident_id" }), json!("110105194912310021"), Err("code.check"));
    check(json!({ "kind": "credit_code" }), json!("91350100m000100y43"), Ok(json!("91350100M000100Y43")));
    check(json!({ "kind": "phone" }), json!("138 0000 0000"), Ok(json!("13800000000")));
    check(json!({ "kind": "phone" }), json!("025-12345"), Err("code.length"));
    check(json!({ "kind": "name" }), json!("阿依古丽·买买提"), Ok(json!("阿依古丽·买买提")));
    check(json!({ "kind": "region", "level": "county" }), json!("320102000000"), Ok(json!("320102000000")));
    check(json!({ "kind": "region", "level": "county" }), json!("320100000000"), Err("form.region-level"));
    check(json!({ "kind": "region", "level": "county" }), json!("南京"), Err("form.region"));
}

#[test]
fn choices_come_back_in_their_order_and_once() {
    let kind = json!({ "kind": "choices", "options": ["甲", "乙", "丙"] });
    check(kind.clone(), json!(["丙", "甲", "丙"]), Ok(json!(["甲", "丙"])));
    check(kind.clone(), json!("乙"), Ok(json!(["乙"])));
    check(kind.clone(), json!(["丁"]), Err("form.choice"));
    check(kind, json!([]), Err("form.missing"));
    check(json!({ "kind": "choice", "options": ["甲", "乙"] }), json!("丙"), Err("form.choice"));
    check(json!({ "kind": "yes_no" }), json!("是"), Ok(json!(true)));
    check(json!({ "kind": "yes_no" }), json!(false), Ok(json!(false)));
    check(json!({ "kind": "yes_no" }), json!("maybe"), Err("form.choice"));
}

#[test]
fn texts_have_a_length_and_no_hidden_characters() {
    check(json!({ "kind": "text", "max": 3 }), json!("𠮷𠮷𠮷"), Ok(json!("𠮷𠮷𠮷")));
    check(json!({ "kind": "text", "max": 3 }), json!("一二三四"), Err("form.too-long"));
    check(json!({ "kind": "text", "max": 9 }), json!("一\n二"), Err("form.control"));
    check(json!({ "kind": "text", "max": 9 }), json!("号\u{202e}81"), Err("form.control"));
    check(json!({ "kind": "paragraph", "max": 9 }), json!("一\r\n二"), Ok(json!("一\n二")));
    check(json!({ "kind": "text", "max": 9 }), json!("   "), Err("form.missing"));
}

#[test]
fn a_question_that_is_not_asked_is_neither_missed_nor_kept() {
    let form = Shipped::load().forms.get("either").unwrap().clone();
    let person = json!({
        "applicant": "个人", "name": "陈梅", "resident_id": "11010519491231002X", "phone": "13800000000",
        "credit_code": "旧的", "matter": "办证", "place": "320102000000",
    });
    let checked = form.check(&answers(person), today(), &Shipped::load().regions).unwrap();
    assert!(checked.get("credit_code").is_none() && checked.get("name").is_some());
    let company = json!({ "applicant": "单位", "phone": "13800000000", "matter": "办证", "place": "320102000000" });
    let errors = form.check(&answers(company), today(), &Shipped::load().regions).unwrap_err();
    let at: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(at, ["/answers/organisation_name", "/answers/credit_code"]);
}

#[test]
fn a_spoilt_form_tells_all_its_faults() {
    let question = |key: &str, extra: serde_json::Value| {
        let mut question = json!({ "key": key, "label": "问？", "noun": "答", "kind": "name" });
        question.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        question
    };
    let form = json!({ "title": "坏", "sections": [{ "title": "坏", "questions": [
        question("a", json!({ "when": { "key": "b", "equals": "是" } })),
        question("a", json!({})),
        question("B", json!({})),
        question("c", json!({ "kind": "choice", "options": ["一"] })),
        question("d", json!({ "kind": "number", "min": 2, "max": 1 })),
        question("e", json!({ "label": " " })),
    ] }] });
    assert_eq!(Form::parse("bad", &form.to_string()).unwrap_err().len(), 6);
    let unknown = json!({ "title": "坏", "sections": [{ "title": "坏", "questions": [question("a", json!({ "prefill": "person.shoe" }))] }] });
    assert!(Form::parse("bad", &unknown.to_string()).unwrap_err()[0].reason.contains("person.shoe"));
    assert!(Form::parse("bad", "{").is_err());
}

#[test]
fn conditions_name_what_can_be_chosen() {
    let form = |must: serde_json::Value, spares: serde_json::Value| {
        let question = json!({
            "key": "truth", "label": "真的吗？", "noun": "是否确认", "kind": "choice", "options": ["是真的", "有假的"], "must": must
        });
        let form = json!({ "title": "试", "sections": [{ "title": "试", "questions": [question] }], "spares": spares });
        Form::parse("try", &form.to_string()).map_err(|faults| faults.len())
    };
    let must = |equals: &str, say: &str| json!({ "equals": equals, "say": say });
    let spare = |key: &str, equals: &str, say: &str| json!([{ "material": "检测报告", "when": { "key": key, "equals": equals }, "say": say }]);
    assert!(form(must("是真的", "先改好"), spare("truth", "有假的", "以后再交")).is_ok());
    assert_eq!(form(must("也许", "先改好"), json!([])), Err(1));
    assert_eq!(form(must("是真的", " "), json!([])), Err(1));
    assert_eq!(form(must("是真的", "先改好"), spare("other", "有假的", "以后再交")), Err(1));
    assert_eq!(form(must("是真的", "先改好"), spare("truth", "也许", "")), Err(2));
}

#[test]
fn the_one_right_answer_is_the_only_one_that_passes() {
    let truth = json!({ "kind": "choice", "options": ["是真的", "有假的"], "must": { "equals": "是真的", "say": "先改好，再选。" } });
    check(truth.clone(), json!("是真的"), Ok(json!("是真的")));
    check(truth.clone(), json!("有假的"), Err("form.must"));
    let wrong =
        asking(truth.clone()).check(&answers(json!({ "q": "有假的" })), today(), &Shipped::load().regions).unwrap_err();
    assert_eq!(wrong[0].detail, "先改好，再选。");
    assert_eq!(asking(truth).json_schema()["properties"]["q"]["const"], "是真的");
}

#[test]
fn answers_put_off_papers_only_where_the_question_is_asked() {
    let shipped = Shipped::load();
    let spared = |code: &str, given: serde_json::Value| {
        let form = shipped.forms.get(code).unwrap();
        form.spared(&answers(given)).iter().map(|spare| spare.material.clone()).collect::<Vec<_>>()
    };
    assert_eq!(spared("320131907000", json!({ "health_cards": "都有" })), Vec::<String>::new());
    for some in ["有的还没有", "都没有"] {
        assert_eq!(spared("320131907000", json!({ "health_cards": some })), ["从业人员健康证明"]);
    }
    assert_eq!(spared("320123905000", json!({ "report": "没有，请安排检测" })), ["卫生检测或评价报告"]);
    assert_eq!(spared("320123905000", json!({})), Vec::<String>::new());
    // The answer to a question that is not asked any more puts nothing off.
    let form = json!({ "title": "试", "sections": [{ "title": "试", "questions": [
        { "key": "a", "label": "问？", "noun": "答", "kind": "choice", "options": ["一", "二"] },
        { "key": "b", "label": "问？", "noun": "答", "kind": "choice", "options": ["有", "无"], "when": { "key": "a", "equals": "一" } },
    ] }], "spares": [{ "material": "证明", "when": { "key": "b", "equals": "无" }, "say": "不用交" }] });
    let form = Form::parse("try", &form.to_string()).unwrap();
    assert_eq!(form.spared(&answers(json!({ "a": "一", "b": "无" }))).len(), 1);
    assert_eq!(form.spared(&answers(json!({ "a": "二", "b": "无" }))).len(), 0);
}

#[test]
fn prefills_are_written_as_they_are_read() {
    for form in Shipped::load().forms.iter() {
        for prefill in form.questions().filter_map(|question| question.prefill.as_ref()) {
            assert_eq!(prefill.to_string().parse::<Prefill>().as_ref(), Ok(prefill));
        }
    }
}

#[test]
fn a_published_form_reads_back_as_it_was() {
    for form in Shipped::load().forms.iter() {
        let text = serde_json::to_string(&**form).unwrap();
        assert_eq!(Form::parse(&form.name, &text).as_ref(), Ok(&**form));
    }
}

#[test]
fn the_schema_says_what_is_asked() {
    let form = Shipped::load().forms.get("320131907000").unwrap().clone();
    let schema = form.json_schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["properties"]["area"]["maximum"], 100_000.0);
    let required = schema["required"].as_array().unwrap();
    assert!(required.contains(&json!("shop_name")) && !required.contains(&json!("lease_end")));
    assert_eq!(schema["allOf"][0]["then"]["required"], json!(["lease_end"]));
    for question in form.questions() {
        assert!(schema["properties"].get(&question.key).is_some());
        assert!(
            !matches!(question.kind, Kind::Choice { .. }) || schema["properties"][&question.key]["enum"].is_array()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_answer_makes_a_check_panic(text in "(.|\n){0,30}", many in proptest::collection::vec(".{0,8}", 0..4), pick in 0usize..19) {
        let (name, json) = FORMS[pick];
        let form = Form::parse(name, json).unwrap();
        for answer in [Answer::Text(text.clone()), Answer::Many(many), Answer::Flag(true)] {
            let given: Answers = form.questions().map(|question| (question.key.clone(), answer.clone())).collect();
            let _ = form.check(&given, today(), &Shipped::load().regions);
        }
    }

    #[test]
    fn what_was_checked_checks_again_and_stays(day in 1i8..=28, area in 1u32..1000, name in "[一-龥]{2,4}") {
        let form = Shipped::load().forms.get("person").unwrap().clone();
        let given = answers(json!({
            "name": name, "resident_id": "11010519491231002x", "phone": "+86 138-0000-0000",
            "matter": format!("要办 {area} 件，{day} 号"), "first_time": "第一次办", "place": "320102000000",
        }));
        let once = form.check(&given, today(), &Shipped::load().regions).unwrap();
        let twice = form.check(once.answers(), today(), &Shipped::load().regions).unwrap();
        prop_assert_eq!(once, twice);
    }
}
