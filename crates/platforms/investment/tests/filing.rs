//! A notice is complete, or everything that is missing is told at once (条例 第十三条).

use investment::rules::{Refusal, complete};
use investment::{Element, Investor, Nature, Notice, Route};
use kernel::{Date, Fen};
use organisation::Regions;

use crate::given::{MONDAY, book};

fn regions() -> Regions {
    let lines = organisation::parse::regions(organisation::builtin::REGIONS, |_| false).unwrap();
    let stands = lines.into_iter().map(|line| organisation::Region {
        code: line.code,
        name: line.name,
        kind: line.kind,
        valid_from: None,
        valid_to: None,
    });
    Regions::new(stands, vec![])
}

pub fn notice() -> Notice {
    Notice {
        investor: Some(Investor::Enterprise),
        industry: Some("3912".parse().unwrap()),
        line: None,
        name: "示例精密制造一期".to_owned(),
        region: Some("320102000000".parse().unwrap()),
        address: "示例路 9 号".to_owned(),
        nature: Some(Nature::New),
        scale: "新建厂房两栋，共两万平方米，年产十万台。".to_owned(),
        total: Some(Fen(12_000_000_000)),
        start: Some(Date::constant(2026, 6, 1)),
        finish: Some(Date::constant(2027, 12, 31)),
        declared: true,
    }
}

fn check(change: impl Fn(&mut Notice), want: &[Element]) {
    let mut notice = notice();
    change(&mut notice);
    let missing = match complete(book(), &regions(), &notice, MONDAY) {
        Ok((_, decision)) => {
            assert_eq!(decision.route, Route::Filing);
            vec![]
        }
        Err(Refusal::Incomplete { missing }) => missing,
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(missing, want);
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    check(|_| {}, &[]);
    check(|notice| notice.name.clear(), &[Element::Name]);
    check(|notice| notice.name = "三个字".to_owned(), &[Element::Name]);
    check(|notice| notice.address = "甲\n乙".to_owned(), &[Element::Address]);
    check(|notice| notice.scale = "很大".to_owned(), &[Element::Scale]);
    check(|notice| notice.scale = "字".repeat(501), &[Element::Scale]);
    check(|notice| notice.region = Some("320000000000".parse().unwrap()), &[Element::Region]);
    check(|notice| notice.region = "990000000000".parse().ok(), &[Element::Region]);
    check(|notice| notice.total = Some(Fen::ZERO), &[Element::Total]);
    check(|notice| notice.total = Some(Fen(i64::MAX)), &[Element::Total]);
    check(|notice| notice.start = Some(Date::constant(2026, 3, 1)), &[Element::Start]);
    check(|notice| notice.finish = notice.start, &[Element::Finish]);
    check(|notice| notice.start = Some(Date::constant(2099, 1, 1)), &[Element::Start]);
    check(|notice| notice.declared = false, &[Element::Declaration]);
    check(|notice| notice.industry = Some("4415".parse().unwrap()), &[Element::Line]);
    let all = Notice::default();
    let Err(Refusal::Incomplete { missing }) = complete(book(), &regions(), &all, MONDAY) else {
        panic!("an empty notice is not complete")
    };
    assert_eq!(missing.len(), 11);
}
