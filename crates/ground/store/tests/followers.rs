//! Followers lose nothing and double nothing.

use crate::{PARCELS, ask, count};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use store::follow::{self, Position};
use store::testing::{each_database, places};
use store::{Db, Effectuation, Entry, Error, Follower, Runner, Tx, params, status};

/// Writes down each entry it hears of.
struct Notes {
    name: &'static str,
    rooms: &'static [&'static str],
    stumbles: AtomicU32,
}

impl Notes {
    fn taking(name: &'static str) -> Arc<dyn Follower> {
        Arc::new(Notes { name, rooms: &["parcels"], stumbles: AtomicU32::new(0) })
    }
}

impl Follower for Notes {
    fn name(&self) -> &'static str {
        self.name
    }
    fn rooms(&self) -> &'static [&'static str] {
        self.rooms
    }
    fn prepare(&self, _: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        assert!(entries.len() <= follow::BATCH_MAX);
        if self.stumbles.load(Ordering::Relaxed) > 0 {
            self.stumbles.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Io("stumbled".to_owned()));
        }
        let (name, entries) = (self.name, entries.to_vec());
        Ok(Box::new(move |tx: &mut Tx<'_>| {
            const NOTE: &str = "INSERT INTO parcels_seen (seq, follower, place) VALUES ($1, $2, $3)";
            let rows = entries.iter().map(|entry| params![entry.seq, name, entry.version]);
            tx.insert_many(NOTE, rows).map(drop)
        }))
    }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

const MISSED: &str = "SELECT COUNT(*) FROM store_journal WHERE seq NOT IN (SELECT seq FROM parcels_seen)";
const DOUBLED: &str =
    "SELECT COUNT(*) FROM (SELECT seq FROM parcels_seen GROUP BY seq, follower HAVING COUNT(*) > 1) AS doubled";

#[test]
fn with_concurrent_writers_nothing_is_lost_or_doubled() {
    each_database(&[PARCELS], |db| {
        let runner = Runner::start(&db, vec![Notes::taking("notes")], vec![], vec![]).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let db = &db;
                scope.spawn(move || {
                    for number in 0..60 {
                        let pause = (writer * 7 + number) % 5;
                        db.write(move |tx| {
                            let done = count(tx, &format!("w{writer}"), 1)?;
                            // Commits come in another order than numbers are given.
                            std::thread::sleep(Duration::from_millis(pause));
                            Ok::<_, Error>(done)
                        })
                        .unwrap();
                    }
                });
            }
        });
        until("all entries are seen", || ask(&db, MISSED) == 0);
        runner.stop();
        assert_eq!(ask(&db, DOUBLED), 0);
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_seen"), 480);
    });
}

#[test]
fn two_processes_run_one_follower_once() {
    for place in places(&[PARCELS]) {
        let (one, two) = (place.open(), place.open());
        let first = Runner::start(&one, vec![Notes::taking("notes")], vec![], vec![]).unwrap();
        let second = Runner::start(&two, vec![Notes::taking("notes")], vec![], vec![]).unwrap();
        for number in 0..100 {
            let db = if number % 2 == 0 { &one } else { &two };
            db.write(move |tx| count(tx, "a", 1)).unwrap();
        }
        until("all entries are seen", || ask(&one, MISSED) == 0);
        assert_eq!(ask(&one, DOUBLED), 0);
        // When one goes, the other takes over.
        first.stop();
        one.write(|tx| count(tx, "a", 1)).unwrap();
        until("the second took over", || ask(&one, MISSED) == 0);
        second.stop();
        assert_eq!(ask(&one, DOUBLED), 0);
    }
}

#[test]
fn an_entry_is_followed_within_milliseconds() {
    each_database(&[PARCELS], |db| {
        let runner = Runner::start(&db, vec![Notes::taking("notes")], vec![], vec![]).unwrap();
        db.write(|tx| count(tx, "a", 1)).unwrap();
        until("it runs", || ask(&db, MISSED) == 0);
        let mut spans: Vec<Duration> = (0..20)
            .map(|_| {
                db.write(|tx| count(tx, "a", 1)).unwrap();
                until("it follows", || ask(&db, MISSED) == 0)
            })
            .collect();
        runner.stop();
        spans.sort();
        assert!(spans[10] < Duration::from_millis(200), "{:?}", spans[10]);
    });
}

#[test]
fn after_an_error_it_goes_on_and_the_error_is_seen() {
    each_database(&[PARCELS], |db| {
        for _ in 0..10 {
            db.write(|tx| count(tx, "a", 1)).unwrap();
        }
        let notes = Notes { name: "notes", rooms: &["parcels"], stumbles: AtomicU32::new(1) };
        let runner = Runner::start(&db, vec![Arc::new(notes)], vec![], vec![]).unwrap();
        until("all entries are seen", || ask(&db, MISSED) == 0);
        let seen = db.read(|read| status(read)).unwrap();
        let notes = seen.iter().find(|status| status.name == "notes").unwrap();
        assert!(notes.last_error.as_deref().unwrap().contains("stumbled"));
        until("it is well again", || {
            db.read(|read| status(read)).unwrap().iter().any(|status| status.name == "notes" && status.failures == 0)
        });
        runner.stop();
        assert_eq!(ask(&db, DOUBLED), 0);
    });
}

#[test]
fn other_rooms_are_passed_over() {
    each_database(&[PARCELS], |db| {
        for _ in 0..5 {
            db.write(|tx| count(tx, "a", 1)).unwrap();
        }
        let deaf = Notes { name: "deaf", rooms: &["casework"], stumbles: AtomicU32::new(9) };
        Runner::drain(&db, vec![Arc::new(deaf), Notes::taking("notes")], vec![], vec![]).unwrap();
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_seen WHERE follower = 'notes'"), 5);
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_seen WHERE follower = 'deaf'"), 0);
    });
}

#[test]
fn an_effect_that_fails_moves_no_cursor() {
    struct Failing(AtomicBool);
    impl Follower for Failing {
        fn name(&self) -> &'static str {
            "failing"
        }
        fn rooms(&self) -> &'static [&'static str] {
            &[]
        }
        fn prepare(&self, _: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
            let (fails, seq) = (self.0.swap(false, Ordering::Relaxed), entries[0].seq);
            Ok(Box::new(move |tx: &mut Tx<'_>| {
                const NOTE: &str = "INSERT INTO parcels_seen (seq, follower, place) VALUES ($1, 'failing', 0)";
                tx.execute(NOTE, &params![seq])?;
                if fails { Err(Error::Lost) } else { Ok(()) }
            }))
        }
    }
    each_database(&[PARCELS], |db| {
        db.write(|tx| count(tx, "a", 1)).unwrap();
        let failing: Arc<dyn Follower> = Arc::new(Failing(AtomicBool::new(true)));
        assert_eq!(Runner::drain(&db, vec![failing.clone()], vec![], vec![]), Err(Error::Lost));
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_seen"), 0);
        Runner::drain(&db, vec![failing], vec![], vec![]).unwrap();
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_seen"), 1);
    });
}

#[test]
fn entries_behind_an_open_transaction_wait() {
    each_database(&[PARCELS], |db| {
        if db.dialect() == store::Dialect::Sqlite {
            return;
        }
        let (wrote, has_written) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let slow = db.clone();
            let gate = Arc::new(AtomicBool::new(false));
            let opened = gate.clone();
            scope.spawn(move || {
                slow.write::<_, Error, _>(move |tx| {
                    count(tx, "slow", 1)?;
                    let _ = wrote.send(());
                    while !opened.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    Ok(())
                })
                .unwrap();
            });
            has_written.recv().unwrap();
            db.write(|tx| count(tx, "quick", 1)).unwrap();
            let after = |from| db.read(|read| follow::after(read, from, &[], 10)).unwrap();
            assert!(after(Position::default()).entries.is_empty(), "the quick one must wait for the slow one");
            gate.store(true, Ordering::Relaxed);
            until("both are there", || after(Position::default()).entries.len() == 2);
        });
    });
}
