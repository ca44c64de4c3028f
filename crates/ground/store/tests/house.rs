//! Time, backups, and a process that is killed.

use crate::{PARCELS, ask, by_hand, count, counted};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use store::testing::{Folder, Place, places};
use store::{Config, Db, Error, Runner, backup, restore};

#[test]
fn time_does_not_go_back_over_a_restart() {
    for place in places(&[PARCELS]) {
        let db = place.open();
        assert_eq!(db.time().rate(), 1);
        db.time().advance(Duration::from_secs(90 * 86_400));
        let then = db.now();
        db.write(|tx| count(tx, "a", 1)).unwrap();
        drop(db);
        let db = Db::open(Config { clock_rate: 1440, ..place.config() }).unwrap();
        assert!(db.now() >= then);
        let (before, _) = (db.now(), std::thread::sleep(Duration::from_millis(50)));
        let passed = db.now().duration_since(before).as_secs();
        assert!((60..3_000).contains(&passed), "{passed} seconds in 50 ms");
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM store_journal"), 1);
    }
}

#[test]
fn a_backup_is_restored_whole_or_not_at_all() {
    let place = Place::sqlite(&[PARCELS]);
    let db = place.open();
    let zhang = crate::party();
    db.write(|tx| count(tx, "a", 3)).unwrap();
    let sealed = db.seal(&zhang, "张三").unwrap();
    let digest = db.files().put(b"a picture").unwrap();
    let folder = Folder::new();
    let to = folder.path().join("backup");
    std::thread::scope(|scope| {
        // The house goes on working.
        scope.spawn(|| (0..50).for_each(|_| assert!(db.write(|tx| count(tx, "busy", 1)).is_ok())));
        assert_eq!(backup(&db, &to).unwrap(), 1 + 2 + 1);
    });
    assert!(matches!(backup(&db, &to), Err(Error::Io(_))), "a backup is not written over");
    db.write(|tx| count(tx, "later", 1)).unwrap();

    let data = folder.path().join("data");
    assert_eq!(restore(&to, &data).unwrap(), 4);
    assert!(matches!(restore(&to, &data), Err(Error::Io(_))), "a house is not written over");
    let restored = Db::open(Config::new(&data)).unwrap();
    assert_eq!(restored.read(|read| counted(read, "a")), Ok(3));
    assert_eq!(restored.read(|read| counted(read, "later")), Ok(0));
    assert_eq!(restored.unseal(&zhang, &sealed).unwrap(), "张三");
    assert_eq!(restored.files().get(&digest).unwrap(), b"a picture");
    assert_eq!(restored.signer().key_id(), db.signer().key_id());

    let again = folder.path().join("again");
    let database = std::fs::read(to.join("tongban.db")).unwrap();
    let mut bent = database.clone();
    bent[5_000] ^= 1;
    std::fs::write(to.join("tongban.db"), bent).unwrap();
    assert!(matches!(restore(&to, &again), Err(Error::Corrupt(_))));
    std::fs::write(to.join("tongban.db"), database).unwrap();
    let manifest = std::fs::read_to_string(to.join("MANIFEST")).unwrap();
    std::fs::write(to.join("MANIFEST"), manifest.replace("tongban.db", "../../data/tongban.db")).unwrap();
    assert!(matches!(restore(&to, &again), Err(Error::Corrupt(_))));
    std::fs::remove_file(to.join("MANIFEST")).unwrap();
    assert!(matches!(restore(&to, &again), Err(Error::Corrupt(_))));
    assert!(!again.exists(), "nothing was written");
}

#[test]
fn a_backup_of_postgresql_names_its_tool() {
    let Some(place) = Place::postgres(&[]) else { return };
    match backup(&place.open(), &place.folder().join("backup")) {
        Err(Error::Elsewhere(words)) => assert!(words.contains("pg_dump")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_database_restored_into_a_new_cluster_counts_on() {
    let Some(place) = Place::postgres(&[PARCELS]) else { return };
    let db = place.open();
    db.write(|tx| count(tx, "a", 1)).unwrap();
    // As if the old server had counted far more transactions than this one.
    by_hand(&db, "UPDATE store_journal SET epoch = epoch + 1000000000");
    // Other tests' transactions on the same server make followers wait.
    let seen = |db: &Db, from| {
        let after = || db.read(|read| store::follow::after(read, from, &[], 10)).unwrap();
        let found = std::iter::repeat_with(after).take(2_000).inspect(|_| std::thread::sleep(Duration::from_millis(5)));
        found.into_iter().find(|batch| !batch.entries.is_empty()).unwrap()
    };
    drop(db);
    let db = place.open();
    let first = seen(&db, store::Position::default());
    assert_eq!(first.entries.len(), 1);
    db.write(|tx| count(tx, "a", 1)).unwrap();
    assert_eq!(seen(&db, first.position).entries.len(), 1);
    drop(db);
    assert_eq!(seen(&place.open(), first.position).entries.len(), 1);
}

const KILLED: &str = "TONGBAN_TEST_TO_BE_KILLED";

/// Not a test: what the process does that is killed.
#[test]
fn a_process_that_will_be_killed() {
    let Ok(config) = std::env::var(KILLED) else { return };
    let (data, url) = config.split_once(' ').unwrap();
    let url = (!url.is_empty()).then(|| url.to_owned());
    let db = Db::open(Config { url, writers: 4, ..Config::new(data) }).unwrap();
    let _runner = Runner::start(&db, vec![], vec![], vec![]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let id = store::fresh_uuid().simple().to_string();
                    let own = id.clone();
                    db.write(move |tx| count(tx, &own, 1)).unwrap();
                    // One call, so that lines stay whole.
                    std::io::stdout().lock().write_all(format!("\ndone {id}\n").as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn what_was_answered_survives_kill_9() {
    for place in places(&[PARCELS]) {
        let config = place.config();
        let mut answered = Vec::new();
        for round in 0..5 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["house::a_process_that_will_be_killed", "--exact", "--nocapture"])
                .env(KILLED, format!("{} {}", config.data.display(), config.url.clone().unwrap_or_default()))
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            let mut done = || lines.find_map(|line| line.strip_prefix("done ").map(str::to_owned));
            for _ in 0..20 + round * 37 {
                answered.push(done().unwrap());
            }
            child.kill().unwrap();
            child.wait().unwrap();
            answered.extend(std::iter::from_fn(done));
        }
        let db = place.open();
        assert!(answered.len() > 400);
        for id in &answered {
            assert_eq!(db.read(|read| counted(read, id)), Ok(1), "{id}");
        }
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM parcels_parcel"), ask(&db, "SELECT COUNT(*) FROM store_journal"));
        store::sealer::seal_now(&db).unwrap();
        assert!(store::verify_journal(&db, &[], &[]).unwrap().is_sound());
    }
}

#[test]
fn the_bench_measures() {
    for place in places(&[]) {
        let figures = store::bench::measure(place.config(), Duration::from_millis(300)).unwrap();
        assert!(figures.transactions_per_second > 10.0, "{figures:?}");
        assert!(figures.fsyncs_per_second > 1.0 && figures.readings_per_second > 10.0);
    }
}
