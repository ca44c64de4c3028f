//! Real open cases beside a past that is written into the journal: who is likely to be late, and why.

use casework::{Attachment, Brought, Channel, Command, Filing, Submission, Way};
use identity::{Particulars, Person};
use insight::query::{self, Risks};
use kernel::{AccountId, Actor, CaseNumber, Duty, Refuse, Uuid};
use store::{Db, Failure, Tx};

use crate::given::*;

const IMPORT: Actor = Actor::System("import");
const POLICE: &str = "320102000000-090";

fn catalogue(db: &Db) {
    db.write(|tx: &mut Tx<'_>| {
        let kinds = store::ReadExt::cached::<organisation::Kinds>(tx)?;
        let builtin = catalogue::builtin::builtin(&kinds).unwrap();
        catalogue::desk::publish_builtin(tx, &IMPORT, &builtin)
    })
    .unwrap();
}

fn citizen(db: &Db) -> Actor {
    let person = Person {
        name: "林示范".parse().unwrap(),
        id: "320102190001019997".parse().unwrap(),
        phone: Some("13800000997".parse().unwrap()),
        region: Some(region(XUANWU)),
    };
    let particulars = Particulars::Person(person);
    let person = db.write(move |tx| identity::enter(tx, &IMPORT, &particulars)).unwrap();
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(1)), person, acting_for: person }
}

/// An identity card is to be renewed, and the application is accepted.
fn accepted_case(db: &Db, citizen: &Actor) -> CaseNumber {
    let file = casework::keep_file(db, citizen, b"%PDF-1.7 x", Some("application/pdf")).unwrap();
    let paper = |name: &str| Attachment {
        material: name.to_owned(),
        brought: Brought::File { digest: file.digest, name: None },
    };
    let answers = [
        ("name", "林示范"),
        ("resident_id", "320102190001019997"),
        ("phone", "13800000997"),
        ("reason", "坏了，看不清"),
        ("away", "否"),
        ("temporary", "否"),
    ];
    let filing = Filing {
        applicant: citizen.party().unwrap(),
        item: RENEWAL.parse().unwrap(),
        region: region(XUANWU),
        answers: answers.into_iter().map(|(key, answer)| (key.to_owned(), answer.into())).collect(),
        materials: vec![paper("居民户口簿"), paper("原居民身份证")],
        channel: Channel::Online,
        way: Way::Electronic,
        ticket: None,
        draft: None,
        key: None,
    };
    let submission = Submission::prepare(db, citizen, filing).unwrap();
    let number = db.write(move |tx| casework::submit(tx, &submission)).unwrap().number;
    let clerk = staff(XUANWU, true, None, &[Duty::Receive]);
    db.write(move |tx| casework::handle(tx, &clerk, &number, &Command::Accept)).unwrap();
    number
}

fn risks(house: &House, actor: &Actor) -> Risks {
    house.db.read(|read| query::risks(read, actor)).unwrap()
}

#[test]
fn open_cases_are_told_by_their_risk_and_only_to_those_who_work_on_them() {
    each_house(|house| {
        catalogue(&house.db);
        let citizen = citizen(&house.db);
        // Eighty days in which every third case of the police is decided too late.
        for serial in 1..=120u32 {
            let stream = house.submit(90_000 + serial, RENEWAL, POLICE);
            let today = house.today();
            house.tell(&stream, 2, &[accepted(today, days_after(today, 10))]);
            let took = if serial % 3 == 0 { 12 } else { 4 };
            house.tell(&stream, 3, &[granted(days_after(today, took))]);
            if serial % 3 == 0 {
                house.next_day();
                house.next_day();
            }
        }
        let reviewer = staff(XUANWU, true, None, &[Duty::Review]);
        let number = accepted_case(&house.db, &citizen);
        house.drain();
        house.recounted();

        let told = risks(&house, &reviewer);
        assert_eq!((told.past, told.looked_at, told.lines.len()), (120, 1, 1));
        let first = &told.lines[0];
        assert_eq!((first.case.number, first.risk.tenths, first.risk.own), (number, 0, (120, 40)));
        assert!((0.30..0.37).contains(&first.risk.share), "{:?}", first.risk);
        let test = told.test.unwrap_or_else(|| panic!("twenty of eighty days are held out: {told:?}"));
        assert!(test.cases > 0 && test.brier < test.base, "{test:?}");

        // Six days on, who decides in time would have decided.
        house.go_to(days_after(house.today(), 8), 9);
        let later = risks(&house, &reviewer);
        assert!(later.lines[0].risk.share > 0.9, "{:?}", later.lines[0].risk);
        house.go_to(days_after(house.today(), 30), 9);
        assert!((risks(&house, &reviewer).lines[0].risk.share - 1.0).abs() < 1e-9);

        let elsewhere = staff(QINHUAI, true, None, &[Duty::Review]);
        assert!(risks(&house, &elsewhere).lines.is_empty(), "other departments' cases do not exist for them");
        match house.db.read(|read| query::risks(read, &analyst(XUANWU))) {
            Err(Failure::Refused(refusal)) => assert_eq!(refusal.code(), "insight.not-staff"),
            other => panic!("{other:?}"),
        }
    });
}

/// With a handful of past cases nothing is said of one that is not late yet.
#[test]
fn without_a_past_there_is_no_risk() {
    each_house(|house| {
        catalogue(&house.db);
        let citizen = citizen(&house.db);
        accepted_case(&house.db, &citizen);
        house.drain();
        let reviewer = staff(XUANWU, true, None, &[Duty::Review]);
        let told = risks(&house, &reviewer);
        assert_eq!((told.lines.len(), told.looked_at, told.past), (0, 1, 0));
        assert!(told.past < told.need && told.test.is_none());
    });
}
