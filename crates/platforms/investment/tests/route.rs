//! Which procedure, by table.

use investment::rules::{Question, Refusal, Verdict, route};
use investment::{Investor, Nature, Route};

use crate::given::book;

fn check(investor: Investor, industry: &str, nature: Nature, line: Option<&str>, want: Result<Option<Route>, &str>) {
    let asked = Question { investor, industry: industry.parse().unwrap(), nature, line: line.map(str::to_owned) };
    let found = route(book(), &asked);
    match (found, want) {
        (Ok(Verdict::Decided(decision)), Ok(Some(route))) => {
            assert_eq!(decision.route, route, "{asked:?}");
            assert!(!decision.reasons.is_empty());
            assert!(decision.reasons.iter().all(|reason| reason.article.contains('第')));
        }
        (Ok(Verdict::Ask(lines)), Ok(None)) => assert!(!lines.is_empty()),
        (Err(refusal), Err(code)) => assert_eq!(kernel::Refuse::code(&refusal), code, "{asked:?}"),
        (found, want) => panic!("{asked:?}: {found:?}, not {want:?}"),
    }
}

#[test]
fn the_procedure_follows_from_who_invests_and_what() {
    use {Investor as I, Nature as N, Route as R};
    check(I::Enterprise, "3912", N::New, None, Ok(Some(R::Filing)));
    check(I::Aided, "3912", N::Conversion, None, Ok(Some(R::Filing)));
    check(I::Government, "3912", N::New, None, Ok(Some(R::Approval)));
    check(I::Government, "4415", N::New, None, Ok(Some(R::Approval)));
    // An industry of the catalogue: it must be said whether the project is that.
    check(I::Enterprise, "4415", N::New, None, Ok(None));
    check(I::Enterprise, "4415", N::New, Some("wind"), Ok(Some(R::Ratification)));
    check(I::Aided, "4415", N::New, Some("wind"), Ok(Some(R::Ratification)));
    check(I::Enterprise, "4415", N::New, Some("none"), Ok(Some(R::Filing)));
    // The line of another industry does not count.
    check(I::Enterprise, "4415", N::New, Some("nuclear"), Err("investment.unknown-line"));
    // New capacity where there is too much of it; whoever pays.
    check(I::Enterprise, "3011", N::New, None, Err("investment.barred"));
    check(I::Enterprise, "3120", N::Expansion, None, Err("investment.barred"));
    check(I::Government, "3041", N::New, None, Err("investment.barred"));
    check(I::Enterprise, "3011", N::Conversion, None, Ok(Some(R::Filing)));
}

#[test]
fn a_refusal_names_the_article() {
    let asked =
        Question { investor: Investor::Enterprise, industry: "3216".parse().unwrap(), nature: Nature::New, line: None };
    let Err(refusal @ Refusal::Barred { .. }) = route(book(), &asked) else {
        panic!("electrolytic aluminium is barred")
    };
    assert!(kernel::Refuse::article(&refusal).is_some_and(|article| article.contains("2016 年本")));
}

#[test]
fn a_rulebook_with_faults_tells_them() {
    let text = std::fs::read_to_string("../../../data/investment.json").unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(investment::Rulebook::parse(&text).is_ok());
    json["stages"][1]["days"] = 100.into();
    json["stages"][2]["approvals"][0]["item"] = "320115901000".into();
    json["ratified"][0]["industries"] = serde_json::json!(["x"]);
    let faults = investment::Rulebook::parse(&json.to_string()).unwrap_err().0;
    assert_eq!(faults.len(), 3, "{faults:?}");
}
