//! The project code, GB/T 40058-2021, and the industry, GB/T 4754.

use investment::Industry;
use kernel::{BadCode, ProjectCode};
use proptest::prelude::*;

const REAL: [&str; 3] = ["2509-320193-89-01-544060", "2603-141124-89-05-346948", "2411-130202-89-01-637015"];

#[test]
fn codes_that_were_really_given_are_right_and_one_with_another_check_digit_is_not() {
    for real in REAL {
        assert_eq!(real.parse::<ProjectCode>().map(|code| code.to_string()).as_deref(), Ok(real));
    }
    assert_eq!("2509-320193-89-01-544061".parse::<ProjectCode>(), Err(BadCode::Check));
}

#[test]
fn the_vectors_that_lie_beside_the_repository() {
    let Ok(text) = std::fs::read_to_string("../../../../shared/data/test_vectors.json") else {
        println!("skipped: no vectors beside the repository");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let of = |key: &str| vectors["investment_project_code"][key].as_array().cloned().unwrap_or_default();
    assert!(!of("valid").is_empty());
    assert!(of("valid").iter().all(|code| code.as_str().unwrap().parse::<ProjectCode>().is_ok()));
    assert!(of("invalid").iter().all(|code| code.as_str().unwrap().parse::<ProjectCode>().is_err()));
}

proptest! {
    #[test]
    fn one_wrong_digit_is_always_found(
        random in 0u32..100_000, month in 1u8..=12, year in 2020u16..2060, at in 0usize..20, by in 1u8..10,
    ) {
        let code = ProjectCode::from_parts(year, month, "320102", "89", "01", random).unwrap();
        let mut digits: Vec<u8> = code.to_string().bytes().filter(u8::is_ascii_digit).collect();
        digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
        let wrong = String::from_utf8(digits).unwrap();
        prop_assert!(wrong.parse::<ProjectCode>().is_err(), "{wrong}");
    }

    #[test]
    fn a_code_comes_back_from_its_own_writing(random in 0u32..100_000, month in 1u8..=12) {
        let code = ProjectCode::from_parts(2026, month, "320508", "89", "01", random).unwrap();
        prop_assert_eq!(code.to_string().parse::<ProjectCode>(), Ok(code));
        prop_assert_eq!(code.to_string().replace('-', "").parse::<ProjectCode>(), Ok(code));
    }
}

#[test]
fn an_industry_has_a_section_and_its_letter_must_fit() {
    let read = |text: &str| text.parse::<Industry>().map(|industry| industry.to_string());
    assert_eq!(read("3912").as_deref(), Ok("C3912"));
    assert_eq!(read("c3912").as_deref(), Ok("C3912"));
    assert_eq!(read(" 0111 ").as_deref(), Ok("A0111"));
    assert_eq!("4411".parse::<Industry>().unwrap().section(), "电力、热力、燃气及水生产和供应业");
    for wrong in ["D3912", "3900", "9812", "39", "39123", "三九一二", "", "X"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
