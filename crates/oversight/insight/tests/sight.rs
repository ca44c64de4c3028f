//! Who sees what.

use insight::Audience::{Public, Staff, Supervise};
use insight::rules::{Refusal, sight};
use kernel::{AccountId, Actor, Duty, KindCode, PartyId, Refuse, Uuid};

use crate::given::{NANJING, PROVINCE, QINHUAI, XUANWU, analyst, region, staff};

#[test]
fn staff_see_their_region_and_what_lies_below() {
    let kind = |text: &str| -> KindCode { text.parse().unwrap() };
    let of_kind = staff(XUANWU, true, Some("310"), &[Duty::Receive]);
    let exactly = staff(NANJING, false, None, &[Duty::Receive]);
    let supervisor = staff(NANJING, true, None, &[Duty::Supervise]);
    let administrator = staff(PROVINCE, true, None, &[Duty::Administer]);
    let person = PartyId::new(Uuid::from_u128(1));
    let citizen = Actor::Citizen { account: AccountId::new(Uuid::from_u128(1)), person, acting_for: person };
    let cases = [
        (&analyst(NANJING), Staff, XUANWU, None, Ok(None)),
        (&analyst(NANJING), Public, NANJING, None, Ok(None)),
        (&analyst(NANJING), Staff, PROVINCE, None, Err(Refusal::NotHere)),
        (&analyst(XUANWU), Staff, QINHUAI, None, Err(Refusal::NotHere)),
        (&analyst(NANJING), Supervise, NANJING, None, Err(Refusal::NoSuchFigure)),
        (&supervisor, Supervise, XUANWU, None, Ok(None)),
        (&exactly, Staff, NANJING, None, Ok(None)),
        (&exactly, Staff, XUANWU, None, Err(Refusal::NotHere)),
        (&of_kind, Staff, XUANWU, None, Ok(Some(kind("310")))),
        (&of_kind, Staff, XUANWU, Some(kind("310")), Ok(Some(kind("310")))),
        (&of_kind, Staff, XUANWU, Some(kind("090")), Err(Refusal::NotHere)),
        (&administrator, Staff, PROVINCE, None, Err(Refusal::NotStaff)),
        (&citizen, Public, XUANWU, None, Err(Refusal::NotStaff)),
    ];
    for (actor, audience, place, asked, told) in cases {
        let found = sight(actor, audience, &region(place), asked).map(|sight| sight.kind);
        assert_eq!(found, told, "{} {audience:?} {place} {asked:?}", actor.label());
    }
}

/// A refusal says in Chinese what is the matter and what to do now.
#[test]
fn each_refusal_speaks() {
    let all = [
        Refusal::NoSuchFigure,
        Refusal::NotHere,
        Refusal::NotStaff,
        Refusal::NotExporter,
        Refusal::NotBy { by: "item" },
        Refusal::NotTogether,
        Refusal::NotGrain,
        Refusal::Unreadable { pointer: "month" },
        Refusal::NoForecast,
        Refusal::BadBook(vec!["x".to_owned()]),
        Refusal::NotPublisher,
    ];
    let mut codes: Vec<&str> = all.iter().map(|refusal| refusal.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len());
    for refusal in &all {
        assert!(refusal.code().starts_with("insight.") && refusal.to_string().chars().count() > 12, "{refusal:?}");
        assert!((400..500).contains(&refusal.class().status()));
    }
}
