//! Publishing into real databases.

use catalogue::{
    Adjustment, Answer, BaseItem, Event, Form, Guide, Implementation, Items, Refusal, Step, desk, form, guide,
    implementation, query,
};
use clock::Limit;
use kernel::{Actor, BasicCode, Duty, Power, RegionCode, Scope, StaffId, WorkingDays};
use organisation::Kinds;
use store::testing::each_database;
use store::{Db, Error, Failure, ReadExt, journal};

const ROOMS: [&[store::Migration]; 2] = [organisation::MIGRATIONS, catalogue::MIGRATIONS];
const IMPORT: Actor = Actor::System("import");
const SANITATION: &str = "320123905000";

fn fill(db: &Db) {
    let places = organisation::builtin::builtin().unwrap();
    let shipped = catalogue::builtin::builtin(&Kinds::new(places.kinds.clone())).unwrap();
    db.write(move |tx| organisation::desk::import_builtin(tx, &IMPORT, &places)).unwrap();
    db.write(move |tx| desk::publish_builtin(tx, &IMPORT, &shipped)).unwrap();
}

fn code(text: &str) -> BasicCode {
    text.parse().unwrap()
}

fn region(text: &str) -> RegionCode {
    text.parse().unwrap()
}

fn item(db: &Db, text: &str) -> BaseItem {
    let items = db.read::<_, Error>(|read| read.cached::<Items>()).unwrap();
    BaseItem::clone(items.get(&code(text)).unwrap())
}

fn publish(db: &Db, items: Vec<BaseItem>) -> desk::Result<usize> {
    db.write(move |tx| desk::publish(tx, &IMPORT, &items))
}

fn here(db: &Db, item: &str, place: &str) -> desk::Result<Implementation> {
    let (item, place) = (code(item), region(place));
    db.read(move |read| implementation(read, &item, place))
}

fn events(db: &Db, stream: &str) -> Vec<Event> {
    let stream = stream.to_owned();
    let entries = db.read::<_, Error>(move |read| journal::stream(read, &stream, 1, 100)).unwrap();
    entries.iter().map(|entry| entry.event().unwrap()).collect()
}

fn refusal<T>(result: desk::Result<T>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(error)) => panic!("broken: {error}"),
        Ok(_) => panic!("it was let through"),
    }
}

#[test]
fn an_unchanged_item_makes_no_new_version_and_a_changed_one_closes_the_last() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let mut changed = item(&db, SANITATION);
        assert_eq!(publish(&db, vec![changed.clone()]).unwrap(), 0);
        changed.promised = WorkingDays(4);
        assert_eq!(publish(&db, vec![changed, item(&db, "320131907000")]).unwrap(), 1);

        let now = here(&db, SANITATION, "320102000000").unwrap();
        assert_eq!((now.version, now.promised, now.since), (2, WorkingDays(4), db.today()));
        let sanitation = code(SANITATION);
        let old = db.read::<_, Error>(|read| query::version(read, &sanitation, 1)).unwrap().unwrap();
        assert_eq!(old.promised, WorkingDays(5), "a running case keeps the version under which it began");
        let versions = db.read::<_, Error>(|read| query::versions(read, &sanitation, 10)).unwrap();
        assert_eq!(versions.iter().map(|(version, ..)| *version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((versions[0].2, versions[1].2), (None, Some(db.today())));
        let told = events(&db, &format!("item:{SANITATION}"));
        assert!(matches!(&told[1], Event::ItemPublished { version: 2, changed, .. } if changed == &["promised"]));
    });
}

#[test]
fn one_flawed_item_stops_them_all() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let mut good = item(&db, SANITATION);
        good.promised = WorkingDays(4);
        let mut bad = item(&db, "320131907000");
        bad.promised = WorkingDays(400);
        let refused = refusal(publish(&db, vec![good, bad]));
        assert!(matches!(refused, Refusal::Flawed(lines) if lines.len() == 1 && lines[0].line == 2));
        assert_eq!(here(&db, SANITATION, "320102000000").unwrap().version, 1);
    });
}

#[test]
fn an_item_that_is_withdrawn_cannot_be_applied_for_and_can_come_back() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let before = item(&db, SANITATION);
        let withdraw =
            |reason: &'static str| db.write(move |tx| desk::withdraw(tx, &IMPORT, &code(SANITATION), reason));
        assert_eq!(refusal(withdraw(" ")), Refusal::NoReason);
        withdraw("国务院决定取消").unwrap();
        assert!(matches!(refusal(here(&db, SANITATION, "320102000000")), Refusal::UnknownItem(_)));
        assert!(matches!(refusal(withdraw("再取消一次")), Refusal::UnknownItem(_)));
        assert_eq!(publish(&db, vec![before]).unwrap(), 1, "the same content is published anew");
        assert_eq!(here(&db, SANITATION, "320102000000").unwrap().version, 2);
        assert_eq!(events(&db, &format!("item:{SANITATION}")).len(), 3);
    });
}

#[test]
fn a_place_is_better_there_and_stays_lawful_when_the_base_changes() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let place = region("320102000000");
        let staff: StaffId = "0190f5a0000070008000000000000001".parse().unwrap();
        let scope = Scope { region: place, subtree: false, kind: None };
        let powers = vec![Power { duty: Duty::Publish, scope }];
        let publisher = Actor::Staff { staff, region: place, post: "目录管理".into(), powers };
        let adjust = |adjustment: Adjustment, place: RegionCode| {
            let publisher = publisher.clone();
            db.write(move |tx| desk::adjust(tx, &publisher, &code(SANITATION), place, &adjustment))
        };
        let better = Adjustment { promised: Some(WorkingDays(4)), ..Adjustment::default() };
        assert_eq!(refusal(adjust(better.clone(), region("320104000000"))), Refusal::NotYours);
        assert!(matches!(refusal(adjust(better.clone(), region("329999000000"))), Refusal::UnknownRegion(_)));
        adjust(better, place).unwrap();
        let at = |text: &str| here(&db, SANITATION, text).unwrap();
        assert_eq!((at("320102002001").promised, at("320102002001").adjusted), (WorkingDays(4), true));
        assert_eq!((at("320104000000").promised, at("320104000000").adjusted), (WorkingDays(5), false));

        let mut changed = item(&db, SANITATION);
        changed.promised = WorkingDays(3);
        publish(&db, vec![changed]).unwrap();
        assert_eq!(at("320102000000").promised, WorkingDays(3), "the base item's promise is shorter now");
        adjust(Adjustment::default(), place).unwrap();
        assert!(!at("320102000000").adjusted);
        assert_eq!(events(&db, &format!("implementation:{SANITATION}-320102000000")).len(), 2);
    });
}

#[test]
fn a_guide_holds_what_its_page_shows() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let (item, place) = (code(SANITATION), region("320102002001"));
        let Guide { implementation, path, own_materials, steps, statutory, questions, elsewhere, places, .. } =
            db.read(|read| guide(read, &item, place)).unwrap();
        assert_eq!(implementation.department.name, "南京市玄武区卫生健康委员会");
        assert_eq!(implementation.code.to_string().len(), 31);
        assert_eq!((implementation.code.basic(), implementation.code.level()), (item, kernel::Level::County));
        assert_eq!(implementation.code.body(), implementation.department.credit_code);
        assert_eq!(path.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["江苏省", "南京市", "玄武区"]);
        assert_eq!(statutory, Some(Limit::Working(20)));
        assert_eq!(steps.iter().map(|(_, days)| days).sum::<u32>(), 5);
        assert!(steps.iter().any(|(step, _)| *step == Step::Decide) && questions > 5 && own_materials > 0);
        assert_eq!((elsewhere.len(), places), (10, 104));
        assert!(implementation.base.summary.contains("理发店"));
    });
}

#[test]
fn who_must_choose_further_is_told_among_which() {
    each_database(&ROOMS, |db| {
        fill(&db);
        assert!(
            matches!(refusal(here(&db, "320709905000", "320100000000")), Refusal::NotHere { options, .. } if options.len() == 11)
        );
        assert!(matches!(refusal(here(&db, SANITATION, "110000000000")), Refusal::UnknownRegion(_)));
        assert!(matches!(refusal(here(&db, "000000000000", "320000000000")), Refusal::UnknownItem(_)));
        assert_eq!(here(&db, SANITATION, "320611000000").unwrap().region, region("320613000000"), "an old code");
    });
}

#[test]
fn forms_are_published_in_versions() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let (own, common) = (code(SANITATION), code("320131908000"));
        let of = |item: BasicCode| db.read(move |read| form(read, &item)).unwrap();
        assert_eq!((of(own).name.as_str(), of(own).version), (SANITATION, 1));
        assert_eq!(of(common).name, "organisation");
        let mut changed = Form::clone(&of(own));
        changed.title = "新表".into();
        let publish = |form: Form| db.write(move |tx| desk::publish_forms(tx, &IMPORT, std::slice::from_ref(&form)));
        assert_eq!(publish(changed.clone()).unwrap(), 1);
        assert_eq!(publish(changed.clone()).unwrap(), 0);
        assert_eq!((of(own).title.as_str(), of(own).version), ("新表", 2));
        let old = db.read::<_, Error>(|read| query::form_version(read, SANITATION, 1)).unwrap().unwrap();
        assert_eq!((old.version, old.title == "新表"), (1, false));
        // Only what stands on the item's own list can be put off, and only by the item's own form.
        let mut off_the_list = changed.clone();
        off_the_list.spares[0].material = "介绍信".into();
        assert!(matches!(refusal(publish(off_the_list)), Refusal::Flawed(lines) if lines[0].reason.contains("介绍信")));
        let mut everybodys = Form::clone(&of(common));
        everybodys.spares = changed.spares.clone();
        assert!(matches!(refusal(publish(everybodys)), Refusal::Flawed(_)));
        changed.sections.clear();
        assert!(matches!(refusal(publish(changed)), Refusal::Flawed(_)));
        let given = [("name".to_owned(), Answer::from("陈梅"))].into();
        assert!(of(own).check(&given, db.today(), &crate::Shipped::load().regions).is_err());
    });
}

#[test]
fn every_implementation_of_a_town_can_be_asked_for() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let items = db.read::<_, Error>(|read| read.cached::<Items>()).unwrap();
        for item in items.iter().filter(|item| item.is_on(kernel::Level::Town)) {
            let found = here(&db, item.code.as_str(), "320102002000").unwrap();
            assert_eq!(found.region, region("320102002000"), "{}", item.name);
            assert!(!found.department.name.is_empty() && found.code.basic() == item.code);
        }
    });
}

#[test]
fn the_journal_and_the_catalogue_agree_until_somebody_meddles() {
    each_database(&ROOMS, |db| {
        fill(&db);
        let mut changed = item(&db, SANITATION);
        changed.promised = WorkingDays(4);
        publish(&db, vec![changed]).unwrap();
        db.write(|tx| desk::withdraw(tx, &IMPORT, &code("320131907000"), "试")).unwrap();
        let better = Adjustment { promised: Some(WorkingDays(2)), ..Adjustment::default() };
        db.write(move |tx| desk::adjust(tx, &IMPORT, &code(SANITATION), region("320102000000"), &better)).unwrap();
        let rooms: [&dyn store::Replay; 2] = [&organisation::Registers, &catalogue::Catalogue];
        let verify = || store::verify_journal(&db, &rooms, &[]).unwrap().problems;
        assert!(verify().is_empty(), "{:?}", verify());
        let meddle = |sql: &'static str| db.write::<_, Error, _>(move |tx| tx.execute(sql, &[])).unwrap();
        meddle(
            "UPDATE catalogue_item SET body = replace(body, '理发店', '美发店') WHERE code = '320123905000' AND version = 2",
        );
        meddle("DELETE FROM catalogue_adjustment");
        meddle("UPDATE catalogue_form SET valid_to = '2026-01-01' WHERE name = 'person'");
        assert_eq!(verify().len(), 3, "{:?}", verify());
    });
}
