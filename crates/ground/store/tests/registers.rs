//! Registers in memory, numbers in blocks, commands that happen once, tables that move on.

use crate::{PARCELS, ask, by_hand, count};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use store::testing::{Place, each_database, places};
use store::{Cached, Db, Error, Migration, Once, Read, ReadExt, Tx};

/// How many parcels there are, kept in memory.
struct Total(i64);

impl Cached for Total {
    const NAME: &'static str = "parcels.total";
    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        let total = read.query_one("SELECT COUNT(*) FROM parcels_parcel", &[], |row| row.get(0))?;
        Ok(Total(total.unwrap_or(0)))
    }
}

fn total(db: &Db) -> i64 {
    db.read::<_, Error>(|read| Ok(read.cached::<Total>()?.0)).unwrap()
}

fn add(db: &Db, id: &'static str) {
    db.write::<_, Error, _>(move |tx| {
        tx.invalidate::<Total>()?;
        let before = tx.cached::<Total>()?.0;
        count(tx, id, 1)?;
        assert_eq!(tx.cached::<Total>()?.0, before + 1, "a transaction sees its own change");
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_register_is_read_anew_after_a_change() {
    each_database(&[PARCELS], |db| {
        assert_eq!(total(&db), 0);
        db.write(|tx| count(tx, "unseen", 1)).unwrap();
        assert_eq!(total(&db), 0, "kept in memory until somebody says that it changed");
        add(&db, "a");
        assert_eq!(total(&db), 2);
        let failed: Result<(), Error> = db.write(|tx: &mut Tx<'_>| {
            count(tx, "b", 1)?;
            tx.invalidate::<Total>()?;
            assert_eq!(tx.cached::<Total>()?.0, 3);
            Err(Error::Lost)
        });
        assert_eq!(failed, Err(Error::Lost));
        assert_eq!(total(&db), 2, "what was rolled back is not in memory");
    });
}

#[test]
fn another_process_hears_of_a_change_within_a_second() {
    for place in places(&[PARCELS]) {
        let (one, two) = (place.open(), place.open());
        assert_eq!((total(&one), total(&two)), (0, 0));
        add(&one, "a");
        std::thread::sleep(Duration::from_millis(1_100));
        assert_eq!((total(&one), total(&two)), (1, 1));
    }
}

#[test]
fn numbers_are_never_given_twice() {
    for place in places(&[PARCELS]) {
        let (one, two) = (place.open(), place.open());
        let given = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for db in [&one, &two, &one, &two, &one, &two] {
                scope.spawn(|| {
                    for round in 0..100 {
                        let number = db.write(move |tx| {
                            let number = tx.number("cases")?;
                            if round % 7 == 3 { Err(Error::Lost) } else { Ok(number) }
                        });
                        given.lock().unwrap().extend(number.ok());
                    }
                });
            }
        });
        let given = given.into_inner().unwrap();
        assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), given.len());
        assert!(*given.iter().min().unwrap() >= 1);
        assert_eq!(one.number("other"), Ok(1));
        assert_eq!(one.number("other"), Ok(2));
        let end = ask(&one, "SELECT next FROM store_number WHERE series = 'cases'");
        drop((one, two));
        assert!(place.open().number("cases").unwrap() >= end, "a new process begins beyond all blocks");
    }
}

#[test]
fn a_command_under_one_key_happens_once() {
    fn submit(db: &Db, request: &'static str) -> Result<String, Error> {
        db.write(move |tx| match tx.once("client", "key-1", request.as_bytes())? {
            Once::New => {
                count(tx, "a", 1)?;
                tx.remember("case 1")?;
                Ok("case 1".to_owned())
            }
            Once::Done(outcome) => Ok(format!("again {outcome}")),
            Once::Other => Ok("another request".to_owned()),
        })
    }
    each_database(&[PARCELS], |db| {
        assert_eq!(submit(&db, "form").unwrap(), "case 1");
        assert_eq!(submit(&db, "form").unwrap(), "again case 1");
        assert_eq!(submit(&db, "other form").unwrap(), "another request");
        assert_eq!(ask(&db, "SELECT count FROM parcels_parcel"), 1);
        // Forgotten after a day.
        by_hand(&db, "UPDATE store_once SET at = at - 86400000000");
        store::Runner::drain(&db, vec![], vec![], vec![]).unwrap();
        assert_eq!(submit(&db, "other form").unwrap(), "case 1");
    });
}

#[test]
fn the_same_key_at_once_still_happens_once() {
    each_database(&[PARCELS], |db| {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    db.write::<_, Error, _>(|tx| {
                        if tx.once("client", "key", b"form")? == Once::New {
                            tx.execute("INSERT INTO parcels_seen (seq, follower, place) VALUES (1, 'once', 1)", &[])?;
                            tx.remember("done")?;
                        }
                        Ok(())
                    })
                    .unwrap();
                });
            }
        });
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_seen"), 1);
    });
}

#[test]
fn a_released_migration_is_never_edited() {
    const EDITED: &[Migration] = &[Migration { sql: "CREATE TABLE parcels_other (id BIGINT);", ..PARCELS[0] }];
    const MORE: &[Migration] = &[
        PARCELS[0],
        Migration {
            room: "parcels",
            number: 2,
            name: "shelves",
            sql: "-- A comment; with a semicolon and 'TEXT'.
                CREATE TABLE parcels_shelf (id BIGINT, name TEXT NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;
                INSERT INTO parcels_shelf (id, name) VALUES (1, 'BIGINT; TEXT');",
        },
    ];
    const GAP: &[Migration] = &[Migration { number: 3, ..PARCELS[0] }];
    const BROKEN: &[Migration] = &[
        MORE[0],
        MORE[1],
        Migration {
            room: "parcels",
            number: 3,
            name: "broken",
            sql: "CREATE TABLE parcels_third (id BIGINT); CREATE NONSENSE;",
        },
    ];
    each_database(&[PARCELS], |db| {
        let refused = |rooms: &'static [Migration]| match db.migrate(&[rooms]) {
            Err(Error::Migration(words)) => words,
            other => panic!("{other:?}"),
        };
        assert_eq!(db.migrate(&[PARCELS]), Ok(0));
        assert!(refused(EDITED).contains("never"));
        assert!(refused(GAP).contains("number 1 is due"));
        assert_eq!(db.migrate(&[MORE]), Ok(1));
        assert_eq!(db.migrate(&[MORE]), Ok(0));
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_shelf WHERE name = 'BIGINT; TEXT'"), 1);
        assert!(refused(PARCELS).contains("newer"));
        assert!(refused(BROKEN).contains("parcels 3"));
        // Nothing of the broken one stays.
        let third = db.write::<_, Error, _>(|tx| tx.execute("INSERT INTO parcels_third (id) VALUES (1)", &[]));
        assert!(third.is_err());
    });
}

#[test]
fn processes_that_start_together_migrate_once() {
    let Some(place) = Place::postgres(&[]) else { return };
    let db = place.open();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| place.open().migrate(&[PARCELS]).unwrap());
        }
    });
    assert_eq!(ask(&db, "SELECT COUNT(*) FROM store_migration WHERE room = 'parcels'"), 1);
}
