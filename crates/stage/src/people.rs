//! People, officials, and what they write into forms.

use catalogue::Answers;
use identity::{Particulars, Person};
use kernel::{AccountId, Actor, BasicCode, Duty, PartyId, Power, RegionCode, Scope, StaffId, Uuid};
use store::Db;

use crate::{NAME, PHONE, RESIDENT, SETUP, XUANWU};

/// Enters a person into the register; gives them as who acts.
pub fn enter(db: &Db, account: u128, name: &str, id: &str, phone: &str) -> Actor {
    let person = Person {
        name: name.parse().unwrap(),
        id: id.parse().unwrap(),
        phone: Some(phone.parse().unwrap()),
        region: Some(region(XUANWU)),
    };
    let particulars = Particulars::Person(person);
    let party: PartyId = db.write(move |tx| identity::enter(tx, &SETUP, &particulars)).unwrap();
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(account)), person: party, acting_for: party }
}

/// An official with these duties at a place and below, for departments of one kind or of all.
pub fn staff(id: u128, place: &str, kind: Option<&str>, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(place), subtree: true, kind: kind.map(|kind| kind.parse().unwrap()) };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(id)), region: region(place), post: "测试岗".to_owned(), powers
    }
}

/// A region's code.
pub fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

/// An item's code.
pub fn code(code: &str) -> BasicCode {
    code.parse().unwrap()
}

/// Answers to the questions of these keys.
pub fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).into())).collect()
}

/// Answers to the form for renewing an identity card.
pub fn renewal() -> Answers {
    answers(&[
        ("name", NAME),
        ("resident_id", RESIDENT),
        ("phone", PHONE),
        ("reason", "坏了，看不清"),
        ("away", "否"),
        ("temporary", "否"),
    ])
}

/// Answers to the form for persons.
pub fn general() -> Answers {
    answers(&[
        ("name", NAME),
        ("resident_id", RESIDENT),
        ("phone", PHONE),
        ("matter", "按规定申请办理。"),
        ("first_time", "第一次办"),
        ("place", XUANWU),
    ])
}
