//! The shipped data are whole, and the list of responsibility names somebody for every matter everywhere.

use std::collections::BTreeSet;

use clock::Calendar;
use hotline::{Kind, OrderNumber, book};
use kernel::Level;

use crate::given::*;

#[test]
fn the_book_is_whole() {
    let book = book();
    assert_eq!(Kind::ALL.map(|kind| book.days(kind)), [3, 5, 7, 7, 5, 5]);
    assert!(book.categories().len() >= 20 && book.category("other").is_some());
    let codes: BTreeSet<&str> = book.lines.iter().map(|line| line.category.as_str()).collect();
    assert_eq!(codes.len(), book.categories().len());
    assert!(book.lines.iter().all(|line| !line.basis.is_empty() && !line.name.is_empty()));
}

#[test]
fn the_list_names_the_office_on_its_level() {
    let suggestion = book().suggest("noise-business", &"320102002000".parse().unwrap()).unwrap();
    assert_eq!(suggestion.unit, unit());
    // 公积金 is the city's, wherever the caller lives.
    let fund = book().suggest("fund", &region()).unwrap().unit;
    assert_eq!((fund.region.level(), fund.kind.to_string().as_str()), (Level::City, "171"));
    assert!(book().suggest("nothing", &region()).is_none());
}

#[test]
fn words_lead_to_a_category() {
    let guess = |text: &str| book().guess(text).map(|line| line.category.as_str());
    assert_eq!(guess("楼下酒吧夜间音响扰民"), Some("noise-business"));
    assert_eq!(guess("老板欠薪三个月工资没发"), Some("wages"));
    assert_eq!(guess("您好"), None);
}

#[test]
fn working_hours_are_counted_over_noon_night_and_weekend() {
    let calendar = Calendar::new([]);
    let after = |from, minutes| book().after_working_minutes(&calendar, from, minutes);
    // Four hours from ten: two before noon, two from half past one.
    assert_eq!(after(ten(MONDAY), 240), at(MONDAY, 930));
    // From three in the afternoon: two and a half hours today, one and a half tomorrow.
    assert_eq!(after(at(MONDAY, 900), 240), at(TUESDAY, 630));
    // At night and on Saturday nothing runs.
    let saturday = kernel::Date::constant(2026, 3, 7);
    assert_eq!(after(at(saturday, 600), 240), at(kernel::Date::constant(2026, 3, 9), 870));
    assert_eq!(after(at(MONDAY, 1_300), 10), at(TUESDAY, 550));
}

#[test]
fn numbers_can_be_read_out_and_checked() {
    let number = OrderNumber::new(MONDAY, 8);
    assert_eq!(number.to_string().len(), 13);
    assert!(number.to_string().starts_with("260302000008"));
    assert_eq!(number.grouped().parse::<OrderNumber>(), Ok(number));
    let wrong = number.to_string().replacen("0302", "0303", 1);
    assert!(wrong.parse::<OrderNumber>().is_err() && "26030200000８".parse::<OrderNumber>().is_err());
}
