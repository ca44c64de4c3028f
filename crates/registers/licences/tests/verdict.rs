//! Canonical data, seals and masks.

use identity::PartyKind;
use licences::{BadContent, Content, Draft, mask};

use crate::fixtures::{content, day, holder, keys, sealed, signer};

#[test]
fn canonical_data_have_sorted_keys_no_spaces_and_read_back() {
    let text = content().canonical();
    assert!(text.starts_with(r#"{"case":null,"fields":[["单位名称","梅园理发店"],"#), "{text}");
    assert!(text.ends_with(r#""valid_from":"2026-09-30","valid_until":"2030-09-29"}"#), "{text}");
    assert_eq!(Content::parse(&text).unwrap(), content());
    let spaced = text.replacen(':', ": ", 1);
    assert!(matches!(Content::parse(&spaced), Err(BadContent::Format(_))));
    let surplus = text.replacen('{', r#"{"a":1,"#, 1);
    assert!(matches!(Content::parse(&surplus), Err(BadContent::Format(_))));
}

#[test]
fn a_seal_holds_over_its_own_data_and_key_only() {
    let (own, other) = (signer(), signer());
    let licence = sealed(content(), &own);
    let bytes = content().canonical();
    assert!(licence.seal().holds(bytes.as_bytes(), &keys(&own)));
    assert!(!licence.seal().holds(bytes.as_bytes(), &keys(&other)));
    let changed = bytes.replace("陈梅", "陈海");
    assert!(!licence.seal().holds(changed.as_bytes(), &keys(&own)));
}

#[test]
fn what_does_not_hang_together_is_not_sealed() {
    let draft = |content| Draft::new(holder(), content).err();
    assert_eq!(draft(content()), None);
    let elsewhere = crate::fixtures::organ("320102", "90000023");
    let mut other_issuer = content();
    other_issuer.issuer.code = elsewhere;
    assert!(matches!(draft(other_issuer), Some(BadContent::Issuer(_))));
    let backwards = Content { valid_until: Some(day("2026-09-29")), ..content() };
    assert_eq!(draft(backwards), Some(BadContent::Period));
    let unnamed = Content { name: String::new(), ..content() };
    assert_eq!(draft(unnamed), Some(BadContent::Text("name")));
    let many = Content { fields: vec![("项".to_owned(), "值".to_owned()); 31], ..content() };
    assert_eq!(draft(many), Some(BadContent::TooManyFields));
    let control = Content { fields: vec![("项".to_owned(), "一\u{7}".to_owned())], ..content() };
    assert_eq!(draft(control), Some(BadContent::Text("field value")));
}

#[test]
fn the_public_sees_no_whole_name_or_number_of_a_person() {
    for (text, want) in [
        ("陈梅", "陈*"),
        ("负责人陈梅，电话13800001234", "负责人陈*，电话138****1234"),
        ("320102190001019997", "320102**********97"),
        // One mistyped digit must not make it public.
        ("320102190001019998", "320102**********98"),
        ("32010219000101999X。", "320102**********9X。"),
        ("观前街 18 号 102 室", "观前街 18 号 102 室"),
        ("", ""),
    ] {
        assert_eq!(mask(text, PartyKind::Person, "陈梅"), want);
    }
    assert_eq!(mask("梅园有限公司", PartyKind::Organisation, "梅园有限公司"), "梅园有限公司");
    assert_eq!(mask("91320508MA1ABCDE0X", PartyKind::Organisation, "梅园有限公司"), "91320508MA1ABCDE0X");
}
