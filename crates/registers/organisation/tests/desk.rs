//! Importing into real databases.

use std::time::{Duration, Instant};

use kernel::{Actor, Duty, Power, Scope, StaffId};
use organisation::builtin::builtin;
use organisation::{Event, MIGRATIONS, Refusal, Regions, Settings, calendar, department, desk};
use store::testing::each_database;
use store::{Db, Error, Failure, ReadExt, journal};

const IMPORT: Actor = Actor::System("import");

fn fill(db: &Db) {
    let shipped = builtin().unwrap();
    db.write(move |tx| desk::import_builtin(tx, &IMPORT, &shipped)).unwrap();
}

fn regions(db: &Db) -> std::sync::Arc<Regions> {
    db.read::<_, Error>(|read| read.cached()).unwrap()
}

fn last_event(db: &Db, stream: &'static str) -> (i64, Event) {
    let entries = db.read::<_, Error>(|read| journal::stream(read, stream, 1, 100)).unwrap();
    let last = entries.last().unwrap();
    (last.version, last.event().unwrap())
}

#[test]
fn the_shipped_registers_are_taken_over_quickly_and_told() {
    each_database(&[MIGRATIONS], |db| {
        let began = Instant::now();
        fill(&db);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?} without optimisation", began.elapsed());
        assert_eq!(regions(&db).len(), 23_563);
        let (version, event) = last_event(&db, "organisation:regions");
        assert_eq!(version, 1);
        assert!(matches!(event, Event::RegionsImported { count: 23_563, added: 23_563, changed: 0, closed: 0, .. }));
        let days = db.read::<_, Error>(|read| calendar(read)).unwrap();
        assert!(days.covers(2026) && !days.covers(2027));
        assert!(!days.is_working("2026-10-01".parse().unwrap()) && days.is_working("2026-10-10".parse().unwrap()));
    });
}

#[test]
fn the_same_list_again_changes_nothing_but_is_told() {
    each_database(&[MIGRATIONS], |db| {
        fill(&db);
        let list = builtin().unwrap().regions;
        db.write(move |tx| desk::import_regions(tx, &IMPORT, &list)).unwrap();
        let (version, event) = last_event(&db, "organisation:regions");
        assert_eq!(version, 2);
        assert!(matches!(event, Event::RegionsImported { added: 0, changed: 0, closed: 0, .. }));
    });
}

#[test]
fn a_renamed_region_keeps_its_old_name_and_an_ended_one_can_come_back() {
    each_database(&[MIGRATIONS], |db| {
        fill(&db);
        let today = db.today();
        let mut list = builtin().unwrap().regions;
        let whole = list.clone();
        list.iter_mut().find(|line| line.code.as_str() == "320102000000").unwrap().name = "钟山区".into();
        let last = list.pop().unwrap();
        db.write(move |tx| desk::import_regions(tx, &IMPORT, &list)).unwrap();
        let renamed = "320102000000".parse().unwrap();
        let after = regions(&db);
        assert_eq!(after.get(&renamed).unwrap().name, "钟山区");
        assert_eq!(after.name_on(&renamed, "2020-01-01".parse().unwrap()), Some("玄武区"));
        assert_eq!(after.name_on(&renamed, today), Some("钟山区"));
        assert_eq!(after.find("玄武区", 3)[0].code, renamed);
        assert!(after.get(&last.code).is_none());
        let (code, whole) = (last.code, whole);
        db.write(move |tx| desk::import_regions(tx, &IMPORT, &whole)).unwrap();
        assert_eq!(regions(&db).get(&code).unwrap().valid_from, Some(today));
        assert_eq!(regions(&db).get(&renamed).unwrap().name, "玄武区");
    });
}

#[test]
fn a_bad_list_changes_nothing() {
    each_database(&[MIGRATIONS], |db| {
        fill(&db);
        let orphan = builtin().unwrap().regions.pop().unwrap();
        let refused = db.write(move |tx| desk::import_regions(tx, &IMPORT, std::slice::from_ref(&orphan)));
        assert!(matches!(refused, Err(Failure::Refused(Refusal::BadLines(_)))));
        assert_eq!(regions(&db).len(), 23_563);
    });
}

#[test]
fn a_new_notice_takes_the_place_of_its_year_alone() {
    each_database(&[MIGRATIONS], |db| {
        fill(&db);
        let notice = organisation::parse::calendar("date,kind,name\n2026-12-24,holiday,试\n").unwrap();
        db.write(move |tx| desk::import_calendar(tx, &IMPORT, &notice)).unwrap();
        let days = db.read::<_, Error>(|read| calendar(read)).unwrap();
        let works = |day: &str| days.is_working(day.parse().unwrap());
        assert!(!works("2026-12-24") && works("2026-10-01") && !works("2025-10-01"));
    });
}

#[test]
fn a_department_says_its_own_and_only_by_its_administrator() {
    each_database(&[MIGRATIONS], |db| {
        fill(&db);
        let id: kernel::DepartmentId = "320102000000-090".parse().unwrap();
        let staff: StaffId = "0190f5a0000070008000000000000001".parse().unwrap();
        let administrator = move |region: &str| {
            let region = region.parse().unwrap();
            let scope = Scope { region, subtree: true, kind: None };
            let powers = vec![Power { duty: Duty::Administer, scope }];
            Actor::Staff { staff, region, post: "系统管理员".into(), powers }
        };
        let settings = Settings {
            address: Some("某路 1 号".into()),
            phone: Some("025-12300".into()),
            complaints: Some("025-12345".into()),
            hours: Some("每天 8:00 至 18:00".into()),
            credit_code: Some("11100000000013338W".parse().unwrap()),
            ..Settings::default()
        };
        let set = |actor: Actor, id: kernel::DepartmentId| {
            let settings = settings.clone();
            db.write(move |tx| desk::set_department(tx, &actor, &id, &settings))
        };
        let refused = |result: desk::Result<()>| match result {
            Err(Failure::Refused(refusal)) => kernel::Refuse::code(&refusal),
            _ => "",
        };
        assert_eq!(refused(set(administrator("320500000000"), id)), "organisation.not-yours");
        let nowhere = "320102000000-999".parse().unwrap();
        assert_eq!(refused(set(administrator("320100000000"), nowhere)), "organisation.unknown-department");
        set(administrator("320100000000"), id).unwrap();
        let found = db.read::<_, Error>(|read| department(read, &id)).unwrap().unwrap();
        assert_eq!((found.place.address.as_str(), found.demonstration), ("某路 1 号", false));
        assert_eq!(found.credit_code.as_str(), "11100000000013338W");
        assert!(matches!(
            last_event(&db, "organisation:department:320102000000-090"),
            (1, Event::DepartmentSet { .. })
        ));
    });
}

#[test]
fn the_journal_and_the_registers_agree_until_somebody_meddles() {
    each_database(&[MIGRATIONS], |db| {
        fill(&db);
        let mut list = builtin().unwrap().regions;
        list[1].name = "金陵市".into();
        list.pop();
        db.write(move |tx| desk::import_regions(tx, &IMPORT, &list)).unwrap();
        let id = "320102000000-090".parse().unwrap();
        let settings = Settings { address: Some("某路 1 号".into()), ..Settings::default() };
        db.write(move |tx| desk::set_department(tx, &IMPORT, &id, &settings)).unwrap();
        let verify = || store::verify_journal(&db, &[&organisation::Registers], &[]).unwrap();
        assert!(verify().problems.is_empty(), "{:?}", verify());
        db.write::<_, Error, _>(|tx| {
            tx.execute("UPDATE organisation_region SET name = 'x' WHERE code = '320102000000'", &[])
        })
        .unwrap();
        assert_eq!(verify().problems.len(), 1);
    });
}
