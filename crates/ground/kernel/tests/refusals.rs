//! Every refusal has a code that programs can rely on and a sentence for people.

use kernel::{BadAmount, BadCode, BadId, BadName, Class, FieldError, Refuse};

#[test]
fn each_speaks_plain_chinese_and_has_a_code_of_its_own() {
    let refusals: [&dyn Refuse; 13] = [
        &BadCode::Length { want: 18 },
        &BadCode::Character { at: 3, found: 'Ж' },
        &BadCode::Check,
        &BadCode::Region,
        &BadCode::Date,
        &BadCode::Kind,
        &BadCode::Serial,
        &BadAmount::Shape,
        &BadAmount::TooLarge,
        &BadId,
        &BadName::Empty,
        &BadName::TooLong,
        &BadName::Invisible,
    ];
    for refusal in refusals {
        let text = refusal.to_string();
        assert!(text.ends_with('。') && !text.contains(['_', ':', ',']), "{text}");
    }
    let mut codes = refusals.map(|refusal| refusal.code());
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]), "{codes:?}");
}

#[test]
fn a_character_that_cannot_be_seen_is_not_shown() {
    assert!(!BadCode::Character { at: 1, found: '\u{7}' }.to_string().contains('\u{7}'));
}

#[test]
fn a_field_repeats_its_refusal() {
    let field = FieldError::at("/answers/id", &BadCode::Check);
    assert_eq!((field.pointer.as_str(), field.code), ("/answers/id", "code.check"));
    assert_eq!(field.detail, BadCode::Check.to_string());
}

#[test]
fn each_class_has_its_status() {
    let table = [
        (Class::Unauthenticated, 401),
        (Class::Forbidden, 403),
        (Class::NotFound, 404),
        (Class::Conflict, 409),
        (Class::Gone, 410),
        (Class::TooLarge, 413),
        (Class::Unsupported, 415),
        (Class::Invalid, 422),
        (Class::TooMany, 429),
    ];
    table.iter().for_each(|(class, status)| assert_eq!(class.status(), *status));
}
