//! Taking other figures, taking figures out, and what the journal says of it.

use insight::{BUILT_IN, Insights, export, import, query};
use kernel::{Actor, Duty, Refuse, Uuid};
use store::{Failure, Tx};

use crate::given::*;

const IMPORT: Actor = Actor::System("import");

fn code<T: std::fmt::Debug>(told: Result<T, Failure<insight::Refusal>>) -> &'static str {
    match told {
        Err(Failure::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn other_figures_hold_from_the_commit_on() {
    each_house(|house| {
        let other = BUILT_IN.replace("\"version\": \"2026.1\"", "\"version\": \"2026.2\"");
        let text = other.clone();
        house.db.write(move |tx: &mut Tx<'_>| import(tx, &IMPORT, &text)).unwrap();
        assert_eq!(house.db.read(|read| query::book(read)).unwrap().version, "2026.2");
        let bad = other.replacen("{\"count\": \"submitted\"}", "{\"count\": \"rain\"}", 1);
        assert_eq!(code(house.db.write(move |tx: &mut Tx<'_>| import(tx, &IMPORT, &bad))), "insight.bad-figures");
        let analyst = analyst(NANJING);
        let text = BUILT_IN.to_owned();
        let told = house.db.write(move |tx: &mut Tx<'_>| import(tx, &analyst, &text));
        assert_eq!(code(told), "insight.not-publisher");
        let report = store::verify_journal(&house.db, &[&Insights], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
    });
}

#[test]
fn who_takes_figures_out_is_written_down() {
    each_house(|house| {
        house.submit(1, FOOD, "320102000000-310");
        house.drain();
        let asked = question("submitted", XUANWU, house.month());
        let take = |actor: Actor, id: u128| {
            let asked = asked.clone();
            house.db.write(move |tx: &mut Tx<'_>| export(tx, &actor, Uuid::from_u128(id), &asked))
        };
        assert_eq!(code(take(staff(XUANWU, true, None, &[Duty::Receive]), 1)), "insight.not-exporter");
        assert_eq!(code(take(analyst(QINHUAI), 2)), "insight.not-here");
        take(analyst(XUANWU), 3).unwrap();
        let entries = house.db.read(|read| store::journal::latest(read, 1)).unwrap();
        assert_eq!(entries[0].kind, "insight.figures-exported");
        assert!(entries[0].actor.starts_with("staff:") && entries[0].body.contains("\"figure\":\"submitted\""));
        assert!(
            matches!(take(analyst(XUANWU), 3), Err(Failure::Broken(store::Error::Lost))),
            "one name, one taking out"
        );
        let report = store::verify_journal(&house.db, &[&Insights], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
    });
}

const SPOIL: &str = "UPDATE insight_cell SET n = n + 1 WHERE cube = 2";
const MEND: &str = "UPDATE insight_cell SET n = n - 1 WHERE cube = 2";

/// A recount names the cell that differs.
#[test]
fn a_recount_says_what_differs() {
    each_house(|house| {
        house.submit(1, FOOD, "320102000000-310");
        house.drain();
        let found = house.db.snapshot(|read| query::recount(read, 10)).unwrap();
        assert_eq!((found.entries, found.cells, found.differ), (1, 3, 0));
        house.db.write(|tx: &mut Tx<'_>| tx.execute(SPOIL, &[]).map(drop)).unwrap();
        let spoilt = house.db.snapshot(|read| query::recount(read, 10)).unwrap();
        let named: Vec<String> = spoilt.differences.iter().map(|one| one.key.to_string()).collect();
        assert_eq!(spoilt.differ, 1);
        assert!(named[0].starts_with("submitted/2") && named[0].contains(FOOD), "{named:?}");
        assert_eq!((spoilt.differences[0].kept.n, spoilt.differences[0].counted.n), (2, 1));
        house.db.write(|tx: &mut Tx<'_>| tx.execute(MEND, &[]).map(drop)).unwrap();
        // What the journal has and no roll-up: as if the follower had been cut off between the two, which its transaction forbids.
        house.submit(2, FOOD, "320102000000-310");
        let found = house.db.snapshot(|read| query::recount(read, 10)).unwrap();
        assert_eq!((found.entries, found.differ), (1, 0), "a recount goes as far as the follower has come");
    });
}
