//! Batches on both databases: answered row by row, idempotent, quarantined and mended, sealed, told.

use exchange::query;
use exchange::{Again, Mark, Outcome, QuarantineState};
use kernel::{Duty, Refuse};
use serde_json::json;
use store::{Db, Failure, ReadExt, testing};

use crate::given::*;
use crate::permits::verify;

fn each(test: impl Fn(Db, kernel::Date)) {
    testing::each_database(MIGRATIONS, |db| {
        setup(&db);
        let day = begin(&db);
        test(db, day);
    });
}

fn waiting(db: &Db) -> Vec<exchange::Quarantine> {
    db.read(|read| query::quarantine(read, &carer(), true, None, 50)).unwrap().rows
}

#[test]
fn a_batch_is_answered_row_by_row_and_happens_once() {
    each(|db, day| {
        let (source, _) = register(&db, "xuanwu-scjg");
        let rows = Rows::of(&source, "SC1", day);
        let bad = with(&rows.result(), json!({"row_guid": "bad", "result_type": "9"}));
        // A result before its case: the order within a batch is the sender's own affair.
        let sent = [rows.result(), rows.process(), rows.basic(), bad, json!({"table": "basic"})];
        let answer = send(&db, &source, "2026-1", &sent).unwrap();
        use Outcome::{Accepted as A, Quarantined as Q, Replaced as R, Unchanged as U};
        assert_eq!(outcomes(&answer), [A, A, A, Q, Q]);
        assert_eq!(answer.counts, [3, 0, 0, 2]);
        assert_eq!(
            (answer.rows[3].faults[0].field.as_str(), answer.rows[3].faults[0].code.as_str()),
            ("result_type", "not-in-list")
        );
        assert!(answer.rows[3].faults[0].detail.contains("办结类型"));
        assert_eq!(send(&db, &source, "2026-1", &sent).unwrap(), answer, "the same batch again is answered as before");
        let other = send(&db, &source, "2026-1", &sent[..1]);
        assert_eq!(code(other), "exchange.batch-other");
        assert_eq!(outcomes(&send(&db, &source, "2026-2", &sent[..3]).unwrap()), [U, U, U]);
        let update = with(
            &rows.basic(),
            json!({"cd_operation": "U", "cd_time": stamp(day, 535), "task_name": "食品经营许可变更"}),
        );
        assert_eq!(outcomes(&send(&db, &source, "2026-3", &[update]).unwrap()), [R]);
        let twice = [rows.process(), rows.process()];
        assert_eq!(outcomes(&send(&db, &source, "2026-4", &twice).unwrap()), [U, Q]);
        assert_eq!(code(send(&db, &source, "", &sent)), "exchange.batch-number");
        assert_eq!(code(send(&db, &source, "2026-5", &[])), "exchange.rows");
        let many = vec![json!({}); exchange::ROWS_MOST + 1];
        assert_eq!(code(send(&db, &source, "2026-5", &many)), "exchange.rows");
        let told = db.read(|read| query::batch_answer(read, &source, "2026-1")).unwrap();
        assert_eq!(serde_json::from_str::<exchange::BatchAnswer>(&told).unwrap(), answer);
        verify(&db);
    });
}

#[test]
fn a_quarantined_row_is_mended_by_sending_it_again_by_a_person_or_let_go() {
    each(|db, day| {
        let (source, _) = register(&db, "xuanwu-scjg");
        let rows = Rows::of(&source, "SC1", day);
        let bad = with(&rows.process(), json!({"event_name": null}));
        send(&db, &source, "1", &[rows.result(), bad.clone()]).unwrap();
        assert_eq!(waiting(&db).len(), 2);
        send(&db, &source, "2", &[rows.basic(), bad]).unwrap();
        assert_eq!(waiting(&db).len(), 2, "the same row waits once");
        let of = |guid: &str| waiting(&db).into_iter().find(|row| row.guid == guid).unwrap();
        // The result only waited for its case: checked again it is right. The process row is still wrong.
        let requeue = |guid: &str| {
            let again = Again::prepare(&db, &carer(), of(guid).id).unwrap();
            db.write(move |tx| exchange::requeue(tx, &carer(), &again)).unwrap()
        };
        assert_eq!(outcomes(&requeue("SC1-process")), [Outcome::Quarantined]);
        assert_eq!(outcomes(&requeue("SC1-result")), [Outcome::Accepted]);
        assert_eq!(waiting(&db).len(), 1);
        let stranger = Again::prepare(&db, &elsewhere(), of("SC1-process").id);
        assert!(matches!(stranger, Err(Failure::Refused(refusal)) if refusal.code() == "exchange.not-found"));
        // Sent again, right this time.
        assert_eq!(outcomes(&send(&db, &source, "3", &[rows.process()]).unwrap()), [Outcome::Accepted]);
        assert!(waiting(&db).is_empty());
        let done = db.read(|read| query::quarantine(read, &carer(), false, None, 50)).unwrap().rows;
        assert!(done.iter().all(|row| row.state == QuarantineState::Mended) && done.len() == 2);

        send(&db, &source, "4", &[json!({"table": "basic", "row_guid": "x"})]).unwrap();
        let id = of("x").id;
        let resolve =
            |actor: kernel::Actor, reason: &'static str| db.write(move |tx| exchange::resolve(tx, &actor, &id, reason));
        assert_eq!(code(resolve(carer(), "")), "exchange.words");
        assert_eq!(code(resolve(supervisor(), "测试数据")), "exchange.not-found");
        assert_eq!(resolve(carer(), "测试数据，发送方不再重报").unwrap().state, QuarantineState::Resolved);
        assert_eq!(code(resolve(carer(), "再来")), "exchange.not-open");
        verify(&db);
    });
}

#[test]
fn what_happened_beside_the_system_is_marked_and_told() {
    each(|db, day| {
        let (source, _) = register(&db, "xuanwu-scjg");
        let rows = Rows::of(&source, "SC1", day);
        let answer = send(&db, &source, "1", &[rows.basic(), rows.result()]).unwrap();
        assert_eq!(answer.rows[1].marks, [Mark::NoProcess]);
        db.time().advance(std::time::Duration::from_secs(3 * 86_400));
        let answer = send(&db, &source, "2", &[rows.process()]).unwrap();
        assert_eq!(answer.rows[0].marks, [Mark::Late, Mark::BackDated]);
        let marks = db.read(|read| query::marks(read, &supervisor(), 10)).unwrap();
        assert_eq!(marks.len(), 3);
        assert!(db.read(|read| query::marks(read, &elsewhere(), 10)).unwrap().is_empty());
        let entries = db.read(|read| store::journal::since(read, 0, 1_000)).unwrap();
        assert_eq!(entries.iter().filter(|entry| entry.kind == "exchange.rows-noticed").count(), 2);
        verify(&db);
    });
}

#[test]
fn a_case_is_found_by_who_may_see_it_and_nobody_reads_a_person_from_the_tables() {
    each(|db, day| {
        let (source, _) = register(&db, "xuanwu-scjg");
        let rows = Rows::of(&source, "SC1", day);
        send(&db, &source, "1", &[rows.basic(), rows.process(), with(&rows.result(), json!({"result_type": "9"}))])
            .unwrap();
        let find = |actor: &kernel::Actor, words: &str| db.read(|read| query::external(read, actor, words)).unwrap();
        let clerk = staff(50, XUANWU, &[Duty::Receive]);
        let found = find(&clerk, "SC1");
        assert_eq!((found[0].applicant.as_str(), found[0].code.as_str()), ("林**", "320102**********97"));
        let of = |actor: &kernel::Actor, code: &str| db.read(|read| query::external_of(read, actor, code)).unwrap();
        assert!(find(&clerk, RESIDENT).is_empty() && of(&elsewhere(), RESIDENT).is_empty());
        assert_eq!(of(&clerk, RESIDENT).len(), 1, "by the whole number, through the blind index");
        assert!(of(&clerk, "320102").is_empty());
        for stranger in [carer(), elsewhere(), staff(51, XUANWU, &[Duty::Publish])] {
            assert!(find(&stranger, "SC1").is_empty());
        }
        let steps = db.read(|read| query::steps(read, &found[0])).unwrap();
        assert_eq!(steps.len(), 2);
        let number = "SC9";
        let other = register(&db, "xuanwu-other").0;
        let answer =
            send(&db, &other, "1", &[Rows::of(&other, "SC1", day).basic(), Rows::of(&other, number, day).basic()]);
        assert_eq!(outcomes(&answer.unwrap()), [Outcome::Quarantined, Outcome::Accepted], "a number has one system");

        const TEXTS: [&str; 5] = [
            "SELECT body FROM exchange_row",
            "SELECT applicant FROM exchange_case",
            "SELECT body FROM exchange_quarantine",
            "SELECT answer FROM exchange_batch",
            "SELECT body FROM store_journal",
        ];
        for sql in TEXTS {
            let texts = db.read(|read| read.query(sql, &[], |row| row.get::<String>(0))).unwrap();
            assert!(!texts.is_empty(), "{sql}");
            for text in texts {
                for secret in ["林示范", RESIDENT, "13800000997"] {
                    assert!(!text.contains(secret), "{sql}: {secret}");
                }
            }
        }
        verify(&db);
    });
}

#[test]
fn a_changed_row_does_not_verify() {
    each(|db, day| {
        let (source, _) = register(&db, "xuanwu-scjg");
        send(&db, &source, "1", &[Rows::of(&source, "SC1", day).basic()]).unwrap();
        verify(&db);
        db.write(|tx: &mut store::Tx<'_>| {
            const CHANGE: &str = "UPDATE exchange_row SET digest = (SELECT digest FROM exchange_batch LIMIT 1)";
            tx.execute(CHANGE, &[]).map(drop)
        })
        .unwrap();
        let report = store::verify_journal(&db, &[&exchange::Exchanges], &[]).unwrap();
        assert!(!report.is_sound());
    });
}
