//! Time, backups, and a process that is killed.

use crate::{PARCELS, ask, count};
use std::time::Duration;
use store::Db;
use store::testing::places;

#[test]
fn time_does_not_go_back_over_a_restart() {
    for place in places(&[PARCELS]) {
        let db = place.open();
        assert_eq!(db.time().rate(), 1);
        db.time().advance(Duration::from_secs(90 * 86_400));
        let then = db.now();
        db.write(|tx| count(tx, "a", 1)).unwrap();
        drop(db);
        let db = Db::open(store::Config { clock_rate: 1440, ..place.config() }).unwrap();
        assert!(db.now() >= then);
        let (before, _) = (db.now(), std::thread::sleep(Duration::from_millis(50)));
        let passed = db.now().duration_since(before).as_secs();
        assert!((60..3_000).contains(&passed), "{passed} seconds in 50 ms");
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM store_journal"), 1);
    }
}
