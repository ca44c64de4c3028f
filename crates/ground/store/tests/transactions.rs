//! All of a command happens, or none; it is durable when the caller hears of it.

use crate::{PARCELS, ask, count, counted};
use kernel::{Class, Date, Refuse, RegionCode, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use store::testing::{Place, each_database};
use store::{Db, Error, Failure, Param, ReadExt, Tx, params};

#[derive(Debug, PartialEq)]
struct TooMany;
impl std::fmt::Display for TooMany {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("too many")
    }
}
impl Refuse for TooMany {
    fn code(&self) -> &'static str {
        "parcels.too-many"
    }
    fn class(&self) -> Class {
        Class::Conflict
    }
}

#[test]
fn a_command_that_is_refused_leaves_nothing() {
    each_database(&[PARCELS], |db| {
        let refused: Result<i64, Failure<TooMany>> = db.write(|tx| {
            let now = count(tx, "a", 5)?;
            if now > 4 { Err(TooMany)? } else { Ok(now) }
        });
        assert_eq!(refused, Err(Failure::Refused(TooMany)));
        assert_eq!(db.read(|read| counted(read, "a")), Ok(0));
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM store_journal"), 0);
        assert_eq!(db.write(|tx| count(tx, "a", 5)), Ok(5));
    });
}

#[test]
fn a_panic_is_an_error_and_the_writer_goes_on() {
    each_database(&[PARCELS], |db| {
        let broken: Result<(), Error> = db.write(|tx| {
            count(tx, "a", 1)?;
            panic!("a defect")
        });
        assert_eq!(broken, Err(Error::Panicked("a defect".to_owned())));
        assert_eq!(db.write(|tx| count(tx, "a", 1)), Ok(1));
    });
}

#[test]
fn after_a_failed_statement_nothing_of_the_command_is_kept() {
    each_database(&[PARCELS], |db| {
        let swallowed: Result<(), Error> = db.write(|tx| {
            count(tx, "a", 1)?;
            let _ = tx.execute("INSERT INTO parcels_parcel (id) VALUES ('b')", &[]);
            Ok(())
        });
        assert!(matches!(swallowed, Err(Error::Database(_))), "{swallowed:?}");
        assert_eq!(db.read(|read| counted(read, "a")), Ok(0));
    });
}

#[test]
fn a_key_that_is_taken_says_so() {
    each_database(&[PARCELS], |db| {
        let twice = |tx: &mut Tx<'_>| tx.execute("INSERT INTO parcels_parcel (id, count) VALUES ('a', 1)", &[]);
        assert_eq!(db.write(twice), Ok(1));
        assert!(matches!(db.write(twice), Err(Error::Taken(_))));
    });
}

#[test]
fn values_come_back_as_they_went() {
    const PUT: &str = "INSERT INTO parcels_parcel (id, count, due_at, note, picture) VALUES ($1, $2, $3, $4, $5)";
    // The parameters in another order than their numbers, and a $ inside a string.
    const GET: &str = "SELECT picture, note, due_at, count, '$1', $2, id FROM parcels_parcel WHERE id = $1 AND $2 = $2";
    each_database(&[PARCELS], |db| {
        let at: Timestamp = "2026-11-22T08:00:00.123456Z".parse().unwrap();
        let region: RegionCode = "320102000000".parse().unwrap();
        let day: Date = "2026-11-22".parse().unwrap();
        db.write::<_, Error, _>(move |tx| {
            let note = "生僻字𠮷 '$5'";
            tx.execute(PUT, &params![region, i64::MIN, at, note, vec![0_u8, 255]])?;
            tx.execute(PUT, &params![day, true, None::<i64>, None::<&str>, Param::Null])
        })
        .unwrap();
        db.read::<_, Error>(|read| {
            let found = read.query_one(GET, &params![region, "x"], |row| {
                assert_eq!(row.get::<Vec<u8>>(0)?, [0, 255]);
                assert_eq!(row.get::<String>(1)?, "生僻字𠮷 '$5'");
                assert_eq!(row.get::<Timestamp>(2)?, at);
                assert_eq!(row.get::<i64>(3)?, i64::MIN);
                assert_eq!(row.get::<String>(4)?, "$1");
                assert_eq!(row.get::<String>(5)?, "x");
                assert_eq!(row.get::<RegionCode>(6)?, region);
                assert!(row.get::<bool>(6).is_err());
                Ok(())
            })?;
            assert!(found.is_some());
            let found = read.query_one(GET, &params![day, ""], |row| {
                assert_eq!(row.get::<Option<Vec<u8>>>(0)?, None);
                assert_eq!(row.get::<Option<Timestamp>>(2)?, None);
                assert!(row.get::<bool>(3)?);
                assert!(matches!(row.get::<String>(1), Err(Error::Corrupt(_))));
                Ok(())
            })?;
            assert!(found.is_some());
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_sum_is_an_integer_on_both() {
    each_database(&[PARCELS], |db| {
        let rows = (0..1000).map(|n| (format!("p{n:04}"), n * 12_345));
        let rows: Vec<_> = rows.collect();
        let written = db.write::<_, Error, _>(move |tx| {
            let rows = rows.iter().map(|(id, count)| params![*id, *count]);
            tx.insert_many("INSERT INTO parcels_parcel (id, count) VALUES ($1, $2) ON CONFLICT DO NOTHING", rows)
        });
        assert_eq!(written, Ok(1000));
        assert_eq!(ask(&db, "SELECT SUM(count) FROM parcels_parcel"), 499_500 * 12_345);
        assert_eq!(ask(&db, "SELECT -SUM(count) FROM parcels_parcel"), -499_500 * 12_345);
        assert_eq!(ask(&db, "SELECT COUNT(*) = 1000 FROM parcels_parcel"), 1);
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_parcel WHERE id LIKE 'P%'"), 0);
    });
}

#[test]
fn concurrent_commands_lose_no_update() {
    each_database(&[PARCELS], |db| {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..25).for_each(|_| assert!(db.write(|tx| count(tx, "hot", 1)).is_ok())));
            }
        });
        assert_eq!(db.read(|read| counted(read, "hot")), Ok(200));
        assert_eq!(ask(&db, "SELECT MAX(version) FROM store_journal"), 200);
    });
}

#[test]
fn what_one_command_leaves_undone_touches_no_other() {
    each_database(&[PARCELS], |db| {
        let done = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for caller in 0..16_u32 {
                let (db, done) = (&db, &done);
                scope.spawn(move || {
                    for round in 0..20 {
                        // Some fail after they wrote, some panic, some statements fail, some are refused at once.
                        let outcome: Result<i64, Failure<TooMany>> = db.write(move |tx| {
                            let fate = (caller * 7 + round) % 9;
                            if fate == 0 {
                                Err(TooMany)?;
                            }
                            let now = count(tx, &format!("p{caller}"), 1)?;
                            match fate {
                                1 => Err(TooMany)?,
                                2 => panic!("a defect"),
                                3 => drop(tx.execute("INSERT INTO parcels_parcel (id) VALUES ('b')", &[])),
                                _ => {}
                            }
                            Ok(now)
                        });
                        done.fetch_add(u32::from(outcome.is_ok()), Ordering::Relaxed);
                    }
                });
            }
        });
        let done = i64::from(done.into_inner());
        assert!(done > 100);
        assert_eq!(ask(&db, "SELECT SUM(count) FROM parcels_parcel"), done);
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM store_journal"), done);
    });
}

#[test]
fn a_command_inside_a_command_is_an_error() {
    each_database(&[PARCELS], |db| {
        let inner = db.clone();
        let outcome: Result<i64, Error> = db.write(move |_| inner.write(|tx| count(tx, "a", 1)));
        assert!(matches!(outcome, Err(Error::Database(_))));
        assert_eq!(db.write(|tx| count(tx, "a", 1)), Ok(1));
    });
}

#[test]
fn a_version_that_exists_is_a_lost_race() {
    each_database(&[PARCELS], |db| {
        let told = |tx: &mut Tx<'_>| tx.journal(&crate::WHO, "parcel:x", 1, &[crate::Told::Lost]);
        assert_eq!(db.write(told), Ok(()));
        assert_eq!(db.write(told), Err(Error::Lost));
    });
}

#[test]
fn asynchronous_callers_are_answered_and_may_read_anywhere() {
    each_database(&[PARCELS], |db| {
        for flavour in [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()] {
            let mut flavour = flavour;
            let runtime = flavour.worker_threads(2).enable_all().build().unwrap();
            let db = db.clone();
            runtime.block_on(async move {
                let tasks: Vec<_> = (0..50)
                    .map(|number| {
                        let db = db.clone();
                        tokio::spawn(async move {
                            let id = format!("async{number}");
                            let key = id.clone();
                            let written = db.write_async(move |tx| count(tx, &key, 2)).await.unwrap();
                            assert!(written >= 2);
                            assert_eq!(db.read(|read| counted(read, &id)), Ok(written));
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
        }
    });
}

#[test]
fn a_snapshot_sees_one_state() {
    each_database(&[PARCELS], |db| {
        db.write(|tx| count(tx, "a", 1)).unwrap();
        db.snapshot::<_, Error>(|read| {
            assert_eq!(counted(read, "a")?, 1);
            std::thread::scope(|scope| {
                scope.spawn(|| db.write(|tx| count(tx, "a", 1)).unwrap());
            });
            assert_eq!(counted(read, "a")?, 1);
            Ok(())
        })
        .unwrap();
        assert_eq!(db.read(|read| counted(read, "a")), Ok(2));
    });
}

#[test]
fn a_reader_does_not_write() {
    each_database(&[PARCELS], |db| {
        let tried = db.read::<_, Error>(|read| {
            read.query("INSERT INTO parcels_parcel (id, count) VALUES ('x', 1) RETURNING id", &[], |_| Ok(()))
        });
        assert!(tried.is_err());
    });
}

#[test]
fn a_full_disk_is_said_and_heals_by_itself() {
    let place = Place::sqlite(&[PARCELS]);
    let db = place.open();
    db.write(|tx| count(tx, "a", 1)).unwrap();
    // A disk with room for some pages more.
    let limit = |db: &Db, pages: &'static str| {
        db.write::<_, Error, _>(move |tx| tx.query(pages, &[], |row| row.get::<i64>(0))).unwrap();
    };
    limit(&db, "PRAGMA max_page_count = 60");
    let fill = |tx: &mut Tx<'_>| {
        let id = store::fresh_uuid().simple().to_string();
        let picture = vec![7_u8; 20_000];
        tx.execute("INSERT INTO parcels_parcel (id, count, picture) VALUES ($1, 1, $2)", &params![id, picture])
    };
    let mut kept = 0;
    let error = loop {
        match db.write(fill) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Full(_)), "{error:?}");
    // Many callers at once: those that were told "done" are there, the others are not.
    let done = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| match db.write(fill) {
                Ok(_) => drop(done.fetch_add(1, Ordering::Relaxed)),
                Err(error) => assert!(matches!(error, Error::Full(_)), "{error:?}"),
            });
        }
    });
    kept += i64::from(done.load(Ordering::Relaxed));
    assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_parcel WHERE picture IS NOT NULL"), kept);
    limit(&db, "PRAGMA max_page_count = 1073741823");
    assert_eq!(db.write(fill), Ok(1));
    assert_eq!(db.read(|read| counted(read, "a")), Ok(1));
}

#[test]
fn the_log_of_a_busy_database_stays_bounded() {
    let place = Place::sqlite(&[PARCELS]);
    let db = place.open();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..60 {
                    db.write::<_, Error, _>(|tx| {
                        let id = store::fresh_uuid().simple().to_string();
                        let picture = vec![1_u8; 1_000_000];
                        const PUT: &str = "INSERT INTO parcels_parcel (id, count, picture) VALUES ($1, 1, $2)";
                        tx.execute(PUT, &params![id, picture])
                    })
                    .unwrap();
                }
            });
        }
    });
    let log = std::fs::metadata(place.folder().join("tongban.db-wal")).unwrap().len();
    assert!(log < 200_000_000, "the log has {log} bytes");
}

#[test]
fn closing_waits_for_what_was_queued() {
    let place = Place::sqlite(&[PARCELS]);
    let db = place.open();
    let asked = Arc::new(AtomicU32::new(0));
    for number in 0..200 {
        let asked = asked.clone();
        drop(db.write_async::<_, Error, _>(move |tx| {
            asked.fetch_add(1, Ordering::Relaxed);
            count(tx, &format!("p{number}"), 1)
        }));
    }
    drop(db);
    assert_eq!(asked.load(Ordering::Relaxed), 200);
    assert_eq!(ask(&place.open(), "SELECT COUNT(*) FROM parcels_parcel"), 200);
}

#[test]
fn a_cut_connection_is_made_anew() {
    let Some(place) = Place::postgres(&[PARCELS]) else { return };
    let db = place.open();
    db.write(|tx| count(tx, "a", 1)).unwrap();
    assert_eq!(db.read(|read| counted(read, "a")), Ok(1));
    let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let _ = db.read::<_, Error>(|read| read.query_one(cut, &[], |row| row.get::<i64>(0)));
    let _ = db.write::<_, Error, _>(move |tx| tx.query_one(cut, &[], |row| row.get::<i64>(0)));
    let began = Instant::now();
    for expected in 2..12 {
        assert_eq!(db.write(|tx| count(tx, "a", 1)), Ok(expected));
        assert_eq!(db.read(|read| counted(read, "a")), Ok(expected));
    }
    assert!(began.elapsed() < Duration::from_secs(5));
}
