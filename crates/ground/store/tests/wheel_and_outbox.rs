//! What comes due, and what goes out.

use crate::{PARCELS, ask, by_hand};
use kernel::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::testing::each_database;
use store::{Db, Effect, Error, Message, Read, ReadExt, Runner, SendError, Sender, Tx, Wheel, params, parked, status};

/// Parcels come due; a knock takes the due instant away. Those called "bad" fail.
struct Parcels(AtomicU32);

impl Wheel for Parcels {
    fn name(&self) -> &'static str {
        "parcels.wheel"
    }
    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        const DUE: &str = "SELECT id FROM parcels_parcel WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2";
        read.query(DUE, &params![now, limit], |row| row.get(0))
    }
    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        if key.starts_with("bad") {
            return Err(Error::Lost);
        }
        if key.starts_with("stuck") {
            return Ok(());
        }
        tx.execute("UPDATE parcels_parcel SET due_at = NULL, count = count + 1 WHERE id = $1", &params![key])?;
        Ok(())
    }
}

fn put(db: &Db, ids: Vec<String>, due: Timestamp) {
    db.write::<_, Error, _>(move |tx| {
        const PUT: &str = "INSERT INTO parcels_parcel (id, count, due_at) VALUES ($1, 0, $2)";
        tx.insert_many(PUT, ids.iter().map(|id| params![*id, due]))
    })
    .unwrap();
}

#[test]
fn the_wheel_catches_up_and_knocks_once() {
    each_database(&[PARCELS], |db| {
        let parcels = Arc::new(Parcels(AtomicU32::new(0)));
        put(&db, (0..700).map(|number| format!("p{number}")).collect(), db.now());
        put(&db, vec!["tomorrow".to_owned()], db.now() + Duration::from_secs(86_400));
        Runner::drain(&db, vec![], vec![parcels.clone()], vec![]).unwrap();
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_parcel WHERE count = 1"), 700);
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_parcel WHERE due_at IS NOT NULL"), 1);
        db.time().advance(Duration::from_secs(86_401));
        Runner::drain(&db, vec![], vec![parcels.clone()], vec![]).unwrap();
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_parcel WHERE due_at IS NOT NULL"), 0);
        assert_eq!(parcels.0.load(Ordering::Relaxed), 701);
    });
}

#[test]
fn many_that_fail_do_not_hold_up_the_rest() {
    each_database(&[PARCELS], |db| {
        put(&db, (0..400).map(|number| format!("bad{number}")).collect(), db.now());
        put(&db, (0..10).map(|number| format!("stuck{number}")).collect(), db.now());
        put(&db, (0..300).map(|number| format!("good{number}")).collect(), db.now());
        let runner = Runner::start(&db, vec![], vec![Arc::new(Parcels(AtomicU32::new(0)))], vec![]).unwrap();
        let began = Instant::now();
        while ask(&db, "SELECT COUNT(*) FROM parcels_parcel WHERE count = 1") < 300 {
            assert!(began.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(5));
        }
        runner.stop();
        let seen = db.read(|read| status(read)).unwrap();
        assert!(seen.iter().any(|status| status.name == "parcels.wheel" && status.last_error.is_some()));
    });
}

/// Refuses each message some times before it takes it.
struct Post {
    refusals: u32,
    retry: bool,
    tries: Mutex<BTreeMap<String, u32>>,
}

impl Sender for Post {
    fn channel(&self) -> &str {
        "sms"
    }
    fn send(&self, message: &Message) -> Result<(), SendError> {
        let mut tries = self.tries.lock().unwrap();
        let tried = tries.entry(message.key.clone()).or_default();
        *tried += 1;
        assert_eq!(message.attempts + 1, *tried);
        if *tried <= self.refusals {
            return Err(SendError { reason: "the line is busy".to_owned(), retry: self.retry });
        }
        Ok(())
    }
}

fn effect(key: &str) -> Effect {
    Effect { channel: "sms".to_owned(), key: key.to_owned(), party: None, body: "{}".to_owned() }
}

fn post(refusals: u32, retry: bool) -> Arc<Post> {
    Arc::new(Post { refusals, retry, tries: Mutex::default() })
}

#[test]
fn an_effect_is_sent_once_though_asked_for_twice() {
    each_database(&[PARCELS], |db| {
        let post = post(0, true);
        for _ in 0..2 {
            db.write(|tx: &mut Tx<'_>| tx.outbox(&effect("case-1"))).unwrap();
        }
        let undone: Result<(), Error> = db.write(|tx| tx.outbox(&effect("case-2")).and(Err(Error::Lost)));
        assert!(undone.is_err());
        Runner::drain(&db, vec![], vec![], vec![post.clone()]).unwrap();
        Runner::drain(&db, vec![], vec![], vec![post.clone()]).unwrap();
        assert_eq!(*post.tries.lock().unwrap(), BTreeMap::from([("case-1".to_owned(), 1)]));
    });
}

#[test]
fn a_refused_message_is_tried_again_later_and_parked_in_the_end() {
    const COME: &str = "UPDATE store_outbox SET next_at = 0 WHERE next_at IS NOT NULL";
    each_database(&[PARCELS], |db| {
        let post = post(store::ATTEMPTS_MAX, true);
        db.write(|tx: &mut Tx<'_>| tx.outbox(&effect("case-1"))).unwrap();
        for round in 1..=store::ATTEMPTS_MAX {
            Runner::drain(&db, vec![], vec![], vec![post.clone()]).unwrap();
            assert_eq!(post.tries.lock().unwrap()["case-1"], round, "it waits before the next try");
            let parked = db.read(|read| parked(read, 10)).unwrap();
            assert_eq!(parked.len(), usize::from(round == store::ATTEMPTS_MAX));
            by_hand(&db, COME);
        }
        let found = db.read(|read| parked(read, 10)).unwrap().remove(0);
        assert_eq!(found.reason, "the line is busy");
        *post.tries.lock().unwrap() = BTreeMap::new();
        assert_eq!(db.write(move |tx: &mut Tx<'_>| tx.unpark(&found.message.id)), Ok(true));
        assert_eq!(db.read(|read| parked(read, 10)).unwrap().len(), 0);
    });
}

#[test]
fn a_message_that_cannot_be_sent_is_parked_at_once() {
    each_database(&[PARCELS], |db| {
        db.write(|tx: &mut Tx<'_>| tx.outbox(&effect("case-1"))).unwrap();
        Runner::drain(&db, vec![], vec![], vec![post(1, false)]).unwrap();
        assert_eq!(db.read(|read| parked(read, 10)).unwrap().len(), 1);
    });
}
