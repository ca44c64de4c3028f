//! Regions, names, money, days: what their methods say.

use crate::samples::day;
use kernel::{
    BadAmount, BadCode, BadId, BadName, BankCard, CaseNumber, DepartmentId, Digest, Fen, Level, Mobile, PartyId,
    PersonName, RegionCode, ResidentId, Sealed, Sex, Timestamp, Uuid, local_date, local_time, midnight,
};

fn region(text: &str) -> RegionCode {
    text.parse().unwrap()
}

#[test]
fn a_region_knows_its_level_and_those_above_it() {
    let village = region("320102002001");
    let above: Vec<String> = village.ancestors().map(|region| region.to_string()).collect();
    assert_eq!(above, ["320102002001", "320102002000", "320102000000", "320100000000", "320000000000"]);
    let levels: Vec<Level> = village.ancestors().map(|region| region.level()).collect();
    assert_eq!(levels, [Level::Village, Level::Town, Level::County, Level::City, Level::Province]);
    assert_eq!(village.at(Level::County), Some(region("320102000000")));
    assert_eq!(village.county6(), "320102");

    // Codes of provinces and cities may themselves end in zeros.
    assert_eq!(region("321000000000").level(), Level::City);
    assert_eq!(region("500000000000").level(), Level::Province);
    assert_eq!(region("441900003000").parent(), Some(region("441900000000")));
    assert_eq!(region("441900003000").at(Level::County), None);
    assert!(region("321000000000").contains(region("321002000000")));
    assert!(!region("320100000000").contains(region("321002000000")));

    assert_eq!(RegionCode::from_short("320102").unwrap(), region("320102000000"));
    assert_eq!(RegionCode::from_short("32").unwrap(), region("320000000000"));
    assert_eq!(RegionCode::from_short("320"), Err(BadCode::Length { want: 12 }));
    assert_eq!(RegionCode::from_short("320102002001").unwrap(), village);
}

#[test]
fn levels_have_two_numberings() {
    for level in Level::ALL {
        assert_eq!(Level::from_number(level.number()), Some(level));
        assert_eq!(Level::from_exercise_code(level.exercise_code()), Some(level));
    }
    assert_eq!((Level::Province.number(), Level::Province.exercise_code()), (1, 2));
    let unknown = [Level::from_number(0), Level::from_number(6), Level::from_exercise_code(1)];
    assert_eq!(unknown, [None; 3]);
    assert_eq!(Level::from_exercise_code(0), None);
}

#[test]
fn a_resident_id_tells_birth_and_sex() {
    let id: ResidentId = "11010519491231002x".parse().unwrap();
    assert_eq!((id.birth(), id.sex(), id.address6()), (day("1949-12-31"), Sex::Female, "110105"));
    assert_eq!(id.masked(), "110105**********2X");
    assert_eq!("320102190001019997".parse::<ResidentId>().unwrap().sex(), Sex::Male);
    let ages = [("1949-12-30", 0), ("1949-12-31", 0), ("1967-12-30", 17), ("1967-12-31", 18), ("1900-01-01", 0)];
    ages.iter().for_each(|(on, age)| assert_eq!(id.age_on(day(on)), *age, "{on}"));
    assert_eq!(ResidentId::from_parts(320_102, day("1900-01-01"), 999).unwrap().as_str(), "320102190001019997");
    assert_eq!(ResidentId::from_parts(320_102, day("1900-01-01"), 1000), Err(BadCode::Serial));
    assert_eq!(ResidentId::from_parts(3_201_020, day("1900-01-01"), 1), Err(BadCode::Length { want: 17 }));
}

#[test]
fn a_case_number_tells_its_parts() {
    let kind = "090".parse().unwrap();
    let number = CaseNumber::new(region("320102002000"), kind, day("2026-09-17"), 482).unwrap();
    assert_eq!(&number.as_str()[..21], "320102090260917000482");
    assert_eq!(number.region(), region("320102000000"));
    assert_eq!((number.kind(), number.date(), number.serial()), (kind, day("2026-09-17"), 482));
    assert_eq!(number.grouped().parse::<CaseNumber>().unwrap(), number);
    let at = region("320102000000");
    assert_eq!(CaseNumber::new(at, kind, day("2026-09-17"), 1_000_000), Err(BadCode::Serial));
    assert_eq!(CaseNumber::new(at, kind, day("2100-01-01"), 1), Err(BadCode::Date));
    assert_eq!("3201020902609170004820".parse::<CaseNumber>(), Err(BadCode::Check));
}

#[test]
fn a_department_is_a_kind_in_a_region() {
    let id: DepartmentId = "320102000000-090".parse().unwrap();
    assert_eq!(id, DepartmentId::new(region("320102000000"), "090".parse().unwrap()));
    assert_eq!((id.to_string().as_str(), id.kind.national()), ("320102000000-090", "09"));
    assert_eq!("320102000000".parse::<DepartmentId>(), Err(BadCode::Length { want: 16 }));
    assert_eq!("320102000000-09".parse::<DepartmentId>(), Err(BadCode::Length { want: 3 }));
}

#[test]
fn names_are_taken_as_they_are() {
    let table = [
        ("陈梅", "陈梅", "陈*"),
        (" 欧阳修文 ", "欧阳修文", "欧**"),
        ("𠮷田", "𠮷田", "𠮷*"),
        ("买买提•艾力", "买买提·艾力", "买**"),
        ("马丁・路德", "马丁·路德", "马**"),
        ("Anna  Maria\tO’Neill", "Anna Maria O’Neill", "A**"),
        ("葛\u{e0100}天", "葛\u{e0100}天", "葛*"),
        ("丁", "丁", "丁"),
    ];
    for (written, name, masked) in table {
        let parsed: PersonName = written.parse().unwrap();
        assert_eq!((parsed.as_str(), parsed.masked().as_str()), (name, masked));
    }
    let refused = [
        ("", BadName::Empty),
        (" \u{3000}\n", BadName::Empty),
        ("陈\0梅", BadName::Invisible),
        ("陈\u{200b}梅", BadName::Invisible),
        ("陈\u{202e}梅", BadName::Invisible),
    ];
    refused.iter().for_each(|(text, reason)| assert_eq!(text.parse::<PersonName>(), Err(*reason), "{text:?}"));
    assert!("名".repeat(50).parse::<PersonName>().is_ok());
    assert_eq!("名".repeat(51).parse::<PersonName>(), Err(BadName::TooLong));
}

#[test]
fn what_is_personal_does_not_show_itself() {
    let id: ResidentId = "320102190001019997".parse().unwrap();
    let name: PersonName = "陈梅".parse().unwrap();
    let mobile: Mobile = "13800005678".parse().unwrap();
    let card: BankCard = "4111111111111111".parse().unwrap();
    let sealed = Sealed("ciphertext".to_owned());
    assert_eq!(format!("{id:?} {name:?}"), "ResidentId(320102**********97) PersonName(陈*)");
    assert_eq!(format!("{mobile:?} {card:?}"), "Mobile(138****5678) BankCard(**** 1111)");
    assert_eq!(format!("{sealed:?}"), "Sealed(10 bytes)");
}

#[test]
fn money_is_exact_or_refused() {
    let table = [("12.50", 1250), ("12.5", 1250), ("12", 1200), ("-0.01", -1), ("0.00", 0), (" 7.05 ", 705)];
    table.iter().for_each(|(text, fen)| assert_eq!(text.parse::<Fen>(), Ok(Fen(*fen)), "{text}"));
    let refused = ["", "-", ".5", "5.", "1.234", "1,000", "12元", "--1", "1e3", "１"];
    refused.iter().for_each(|text| assert_eq!(text.parse::<Fen>(), Err(BadAmount::Shape), "{text}"));
    let large = ["92233720368547758.08", &"9".repeat(60)];
    large.iter().for_each(|text| assert_eq!(text.parse::<Fen>(), Err(BadAmount::TooLarge), "{text}"));

    assert_eq!((Fen(1250).to_string(), Fen(-1).to_string()), ("12.50".to_owned(), "-0.01".to_owned()));
    assert_eq!(Fen(1).checked_add(Fen(2)), Some(Fen(3)));
    assert_eq!(Fen(1).checked_sub(Fen(2)), Some(Fen(-1)));
    assert_eq!(Fen(150).checked_mul(3), Some(Fen(450)));
    assert_eq!(Fen::checked_sum([Fen(1), Fen(2), Fen(3)]), Some(Fen(6)));
    let over = [Fen(i64::MAX).checked_add(Fen(1)), Fen(i64::MIN).checked_sub(Fen(1)), Fen(i64::MAX).checked_mul(2)];
    assert_eq!(over, [None; 3]);
    assert_eq!(serde_json::to_string(&Fen(1250)).unwrap(), "1250");
}

#[test]
fn days_are_those_of_beijing() {
    let instant: Timestamp = "2026-09-17T15:59:59Z".parse().unwrap();
    assert_eq!((local_date(instant), local_time(instant).hour()), (day("2026-09-17"), 23));
    assert_eq!(local_date("2026-09-17T16:00:00Z".parse().unwrap()), day("2026-09-18"));
    assert_eq!(midnight(day("2026-09-18")), "2026-09-17T16:00:00Z".parse().unwrap());
    assert_eq!(kernel::ZONE.to_datetime(instant), local_time(instant));
    let ends = [kernel::Date::MIN, kernel::Date::MAX].map(midnight);
    assert!(ends[0] < instant && instant < ends[1]);
    assert!(local_date(Timestamp::MAX) > local_date(Timestamp::MIN));
}

#[test]
fn ids_have_one_form() {
    let id = PartyId::new(Uuid::from_u128(0x018f_22e2_79b0_7cc2_98c4_dc0c_0c07_398f));
    let text = "018f22e279b07cc298c4dc0c0c07398f";
    assert_eq!((id.to_string().as_str(), text.parse()), (text, Ok(id)));
    let other = [
        "",
        "018f22e2-79b0-7cc2-98c4-dc0c0c07398f",
        "018f22e279b07cc298c4dc0c0c07398",
        "g18f22e279b07cc298c4dc0c0c07398f",
    ];
    other.iter().for_each(|text| assert_eq!(text.parse::<PartyId>(), Err(BadId), "{text}"));
}

#[test]
fn digests_have_one_form() {
    let text = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
    let long = format!("{text}0");
    let other = ["", &text[1..], long.as_str(), &text.replace('6', "g"), &text.replace("66", "é")];
    other.iter().for_each(|text| assert!(text.parse::<Digest>().is_err(), "{text}"));
}
