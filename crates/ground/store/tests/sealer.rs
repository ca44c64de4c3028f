//! Nobody changes the past unseen.

use crate::{PARCELS, Told, ask, by_hand, count, counted};
use kernel::Digest;
use proptest::prelude::*;
use store::sealer::{self, seal_now, tree};
use store::testing::each_database;
use store::{Db, Entry, Error, Proof, Read, Replay, Signer, TreeHead, verify_journal};

fn leaves(size: usize) -> Vec<Digest> {
    (0..size).map(|number| tree::leaf(&number.to_be_bytes())).collect()
}

/// RFC 9162, 2.1.1, to the letter.
fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => tree::empty(),
        [single] => *single,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            tree::node(&root(left), &root(right))
        }
    }
}

fn find(leaves: &[Digest]) -> impl FnMut(u32, u64) -> Result<Digest, Error> {
    move |level, index| {
        let width = 1 << level;
        let start = index as usize * width;
        Ok(root(&leaves[start..start + width]))
    }
}

proptest! {
    #[test]
    fn paths_prove_what_they_should(size in 1_usize..200, index in 0_usize..200, earlier in 0_usize..200, wrong in 0_usize..9) {
        let (index, earlier) = (index % size, earlier % (size + 1));
        let leaves = leaves(size);
        let (whole, part) = (root(&leaves), root(&leaves[..earlier]));
        let mut frontier = tree::Frontier::default();
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
        prop_assert_eq!(frontier.root(), whole);
        prop_assert_eq!(tree::range(0, size as u64, &mut find(&leaves)).unwrap(), whole);

        let (at, of) = (index as u64, size as u64);
        let path = tree::inclusion(at, of, &mut find(&leaves)).unwrap();
        prop_assert!(tree::includes(&leaves[index], at, of, &path, &whole));
        prop_assert!(!tree::includes(&part, at, of, &path, &whole) || part == leaves[index]);
        prop_assert!(!tree::includes(&leaves[index], at + of, of, &path, &whole));
        if let Some(step) = path.get(wrong) {
            let mut bent = path.clone();
            bent[wrong] = tree::node(step, step);
            prop_assert!(!tree::includes(&leaves[index], at, of, &bent, &whole));
            prop_assert!(!tree::includes(&leaves[index], at, of, &path[1..], &whole));
        }

        let path = tree::consistency(earlier as u64, of, &mut find(&leaves)).unwrap();
        prop_assert!(tree::continues(earlier as u64, of, &part, &whole, &path));
        if earlier > 0 && earlier < size {
            prop_assert!(!tree::continues(earlier as u64, of, &whole, &whole, &path));
            prop_assert!(!tree::continues(earlier as u64, of, &part, &part, &path));
        }
    }
}

/// Applies the events of a parcel and compares with its row.
struct Parcels;

impl Replay for Parcels {
    fn room(&self) -> &'static str {
        "parcels"
    }
    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let mut sum = 0;
        for entry in entries {
            if let Told::Counted { by } = entry.event()? {
                sum += by;
            }
        }
        let stored = counted(read, stream.trim_start_matches("parcel:"))?;
        Ok((stored != sum).then(|| format!("{stored} is stored, {sum} was told")))
    }
}

/// Some entries, sealed in several runs.
fn fill(db: &Db) -> Vec<TreeHead> {
    let mut heads = Vec::new();
    for count_of in [1, 5, 250, 3, 41] {
        db.write::<_, Error, _>(move |tx| {
            for number in 0..count_of {
                count(tx, &format!("p{}", number % 17), 1)?;
            }
            Ok(())
        })
        .unwrap();
        heads.push(seal_now(db).unwrap().unwrap());
    }
    heads
}

fn problems(db: &Db) -> Vec<String> {
    let report = verify_journal(db, &[&Parcels], &[]).unwrap();
    report.problems.into_iter().map(|problem| format!("{:?} {}", problem.seq, problem.what)).collect()
}

#[test]
fn an_untouched_journal_is_sound() {
    each_database(&[PARCELS], |db| {
        let heads = fill(&db);
        db.write(|tx| count(tx, "unsealed", 1)).unwrap();
        let report = verify_journal(&db, &[&Parcels], &heads).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert_eq!((report.entries, report.sealed, report.heads, report.replayed), (301, 300, 5, 18));
        assert_eq!(report.keys.into_iter().collect::<Vec<_>>(), [db.signer().key_id()]);
        // Consecutive heads continue one another.
        for pair in heads.windows(2) {
            let path = db.read(|read| sealer::consistency(read, pair[0].size, pair[1].size)).unwrap();
            assert!(sealer::check_consistency(&pair[0], &pair[1], &path));
            assert!(!sealer::check_consistency(&pair[1], &pair[0], &path));
        }
    });
}

#[test]
fn a_changed_deleted_or_added_entry_is_found() {
    let tricks: &[(&str, &str)] = &[
        ("UPDATE store_journal SET body = replace(body, '1', '2') WHERE seq = 77", "Some(77) the entry was changed"),
        ("UPDATE store_journal SET actor = 'system:nobody' WHERE seq = 300", "Some(300) the entry was changed"),
        ("UPDATE store_journal SET at = at + 1 WHERE seq = 1", "Some(1) the entry was changed"),
        ("UPDATE store_journal SET version = 9999 WHERE seq = 5", "Some(5) the entry was changed"),
        ("DELETE FROM store_journal WHERE seq = 123", "Some(123) the entry was deleted"),
        ("UPDATE parcels_parcel SET count = count + 1 WHERE id = 'p3'", "parcel:p3"),
        ("DELETE FROM store_tree_tile WHERE level = 0 AND position = 1", "a tree head speaks of"),
        (
            "UPDATE store_tree_tile SET hashes = (SELECT root FROM store_tree_head WHERE size = 6) WHERE level = 1",
            "level 1",
        ),
        ("UPDATE store_tree_head SET root = (SELECT root FROM store_tree_head WHERE size = 6) WHERE size = 256", "256"),
        ("UPDATE store_tree_head SET at = at + 1 WHERE size = 259", "the signature of the tree head at 259"),
    ];
    for (trick, found) in tricks {
        each_database(&[PARCELS], |db| {
            fill(&db);
            assert_eq!(by_hand(&db, trick), 1, "{trick}");
            let problems = problems(&db);
            assert!(problems.iter().any(|problem| problem.contains(found)), "{trick}: {problems:?}");
        });
    }
}

#[test]
fn an_entry_slipped_in_is_found() {
    each_database(&[PARCELS], |db| {
        by_hand(&db, "INSERT INTO store_value (name, value) VALUES ('x', 1)");
        fill(&db);
        // An operator moves an entry's number to make room, or adds one in the past.
        by_hand(&db, "DELETE FROM store_journal WHERE seq = 100");
        let add = match db.dialect() {
            store::Dialect::Sqlite => {
                "INSERT INTO store_journal (seq, epoch, stream, version, kind, at, actor, body)
                 VALUES (100, 0, 'parcel:forged', 1, 'parcels.lost', 1, 'system:test', '\"lost\"')"
            }
            store::Dialect::Postgres => {
                "INSERT INTO store_journal (epoch, stream, version, kind, at, actor, body)
                 VALUES (1, 'parcel:forged', 1, 'parcels.lost', 1, 'system:test', '\"lost\"')"
            }
        };
        assert_eq!(by_hand(&db, add), 1);
        let problems = problems(&db);
        assert!(problems.iter().any(|problem| problem.contains("Some(100)")), "{problems:?}");
    });
}

#[test]
fn a_rewritten_history_contradicts_its_witness() {
    each_database(&[PARCELS], |db| {
        let witnessed = fill(&db);
        // Somebody with the signing key changes an entry and seals everything anew.
        by_hand(&db, "UPDATE store_journal SET actor = 'system:nobody' WHERE seq = 10");
        for sql in [
            "DELETE FROM store_tree_tile",
            "DELETE FROM store_tree_head",
            "UPDATE store_worker SET epoch = 0, seq = 0 WHERE name = 'store.sealer'",
        ] {
            by_hand(&db, sql);
        }
        seal_now(&db).unwrap();
        let problems = problems(&db);
        assert!(problems.iter().any(|problem| problem.contains("kept beside the database is of another journal")));
        // Who writes the folder too leaves no trace in this house.
        std::fs::remove_file(sealer::kept::path(db.data())).unwrap();
        assert!(verify_journal(&db, &[&Parcels], &[]).unwrap().is_sound());
        let report = verify_journal(&db, &[&Parcels], &witnessed).unwrap();
        assert!(report.problems.iter().all(|problem| problem.what.contains("witness")));
        assert_eq!(report.problems.len(), 3);
    });
}

#[test]
fn a_history_that_is_cut_short_contradicts_the_heads_kept_beside_the_database() {
    let cut = [
        "DELETE FROM store_journal WHERE seq > 259",
        "DELETE FROM store_tree_tile WHERE level = 0 AND position = 1",
        "DELETE FROM store_tree_head WHERE size > 256",
    ];
    for (tricks, found) in [
        (&["DELETE FROM store_tree_head"][..], "the head at 300 is kept beside the database and missing in it"),
        (&["DELETE FROM store_tree_head WHERE size = 300"], "the head at 300 is kept beside the database and missing"),
        (&cut, "a head kept beside the database speaks of 300 entries, 256 are left"),
    ] {
        each_database(&[PARCELS], |db| {
            fill(&db);
            assert!(problems(&db).is_empty());
            tricks.iter().for_each(|trick| assert!(by_hand(&db, trick) > 0, "{trick}"));
            let problems = problems(&db);
            assert!(problems.iter().any(|problem| problem.contains(found)), "{tricks:?}: {problems:?}");
        });
    }
}

#[test]
fn a_kept_head_that_somebody_wrote_is_found_and_half_a_line_is_passed_over() {
    each_database(&[PARCELS], |db| {
        let heads = fill(&db);
        let path = sealer::kept::path(db.data());
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(sealer::kept::read(db.data()).unwrap(), heads);
        std::fs::write(&path, format!("{text}{{\"size\":30")).unwrap();
        assert_eq!(sealer::kept::read(db.data()).unwrap(), heads);
        let forged = TreeHead { at: 1, ..heads[0].clone() };
        std::fs::write(&path, format!("{text}{}\n", serde_json::to_string(&forged).unwrap())).unwrap();
        let problems = problems(&db);
        assert!(problems.iter().any(|problem| problem.contains("kept beside the database is wrong")), "{problems:?}");
    });
}

#[test]
fn a_proof_convinces_a_third_party() {
    each_database(&[PARCELS], |db| {
        fill(&db);
        let key = db.signer().public_key();
        for seq in [1, 2, 7, 256, 257, 299, 300] {
            let proof = db.read(|read| sealer::prove(read, seq)).unwrap().unwrap();
            let text = serde_json::to_string(&proof).unwrap();
            let proof: Proof = serde_json::from_str(&text).unwrap();
            proof.check(&key).unwrap();
            let forged = Proof { entry: sealer::ProvedEntry { version: 99, ..proof.entry.clone() }, ..proof.clone() };
            assert!(forged.check(&key).is_err());
            let elsewhere = Proof { index: proof.index ^ 1, ..proof.clone() };
            assert!(elsewhere.check(&key).is_err());
            let other = store::testing::Folder::new();
            let other = store::SoftSigner::open(other.path(), "other").unwrap();
            assert!(proof.check(&other.public_key()).is_err());
        }
        db.write(|tx| count(tx, "a", 1)).unwrap();
        let newest = ask(&db, "SELECT MAX(seq) FROM store_journal");
        assert_eq!(db.read(|read| sealer::prove(read, newest)).unwrap(), None, "not sealed yet");
        assert_eq!(db.read(|read| sealer::prove(read, 999_999)).unwrap(), None);
    });
}

#[test]
fn a_big_journal_is_sealed_in_tiles() {
    each_database(&[PARCELS], |db| {
        db.write::<_, Error, _>(|tx| {
            let told = vec![Told::Counted { by: 1 }; 70_000];
            tx.journal(&crate::WHO, "parcel:many", 1, &told)
        })
        .unwrap();
        let head = seal_now(&db).unwrap().unwrap();
        assert_eq!(head.size, 70_000);
        assert_eq!(ask(&db, "SELECT COUNT(*) FROM store_tree_tile"), 274 + 2 + 1);
        assert!(verify_journal(&db, &[], &[]).unwrap().is_sound());
        let key = db.signer().public_key();
        db.read(|read| sealer::prove(read, 65_537)).unwrap().unwrap().check(&key).unwrap();
    });
}
