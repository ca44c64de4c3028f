//! The money desk on both databases.

use kernel::{Actor, Duty, Fen, midnight};
use payment::rules::FlowKind;
use payment::statement::{self, Line};
use payment::{Channel, Command, Finding, RefundState, Refusal, Settling, Stage, WorkKind, query};
use store::Failure;

use crate::given::*;
use crate::house::{House, each_house, refusal, somebody, today_is_over};

#[test]
fn a_bill_is_opened_once_and_paid_at_a_counter_once() {
    each_house(|house| {
        let bill = house.bill("case:1");
        assert_eq!(house.bill("case:1").code, bill.code);
        assert_ne!(house.bill("case:2").code, bill.code);
        let paid = house.steps(
            bill.code,
            &[(&house.cashier, take_in("FLOW-1", 2_000)), (&house.cashier, take_in("FLOW-1", 2_000))],
        );
        assert_eq!((paid.stage(), paid.payment.as_ref().unwrap().amount), (Stage::Paid, Fen(2_000)));
        let receipt = paid.receipt.unwrap();
        let found = house.db.read(|read| query::bill_of_receipt(read, &house.payer, &receipt.number)).unwrap();
        assert_eq!(found.code, bill.code);
        // One number of the counter is one payment.
        let other = house.bill("case:3");
        assert_eq!(refusal(house.handle(&house.cashier, other.code, take_in("FLOW-1", 2_000))), Refusal::FlowUsed);
        assert!(house.db.read(|read| query::is_cleared(read, "case:1")).unwrap());
        assert!(!house.db.read(|read| query::is_cleared(read, "case:3")).unwrap());
        house.verify();
    });
}

#[test]
fn other_peoples_bills_are_not_there() {
    each_house(|house| {
        let bill = house.bill("case:1");
        for stranger in [citizen(STRANGER), elsewhere()] {
            assert_eq!(refusal(house.handle(&stranger, bill.code, order())), Refusal::NotFound);
            assert_eq!(house.db.read(|read| query::bill_of_subject(read, &stranger, "case:1")).unwrap(), None);
        }
        let number = house.steps(bill.code, &[(&house.cashier, take_in("FLOW-1", 2_000))]).receipt.unwrap().number;
        let stranger = citizen(STRANGER);
        let found = house.db.read(|read| query::bill_of_receipt(read, &stranger, &number));
        assert_eq!(refusal(found), Refusal::NoReceipt);
        let mine = house.db.read(|read| query::bills_of(read, &house.payer.party().unwrap(), 10, None)).unwrap();
        assert_eq!(mine.lines.len(), 1);
    });
}

#[test]
fn lists_go_on_where_they_stopped() {
    each_house(|house| {
        let codes: Vec<_> = (0..5).map(|n| house.bill(&format!("case:{n}")).code).collect();
        let party = house.payer.party().unwrap();
        let (mut found, mut cursor) = (vec![], None);
        loop {
            let page = house.db.read(|read| query::bills_of(read, &party, 2, cursor.as_deref())).unwrap();
            found.extend(page.lines.into_iter().map(|bill| bill.code));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        found.sort_unstable();
        assert_eq!(found, codes);
    });
}

#[test]
fn what_waits_for_a_person_is_listed_for_whom_it_concerns_and_goes_when_it_is_done() {
    each_house(|house| {
        let bill = house.bill_for("case:1", tariff(&[("住宅", 8_000), ("非住宅", 55_000)]));
        let work = |actor: &Actor| house.db.read(|read| query::work(read, actor, 10, None)).unwrap().lines;
        assert_eq!(work(&house.cashier)[0].kind, WorkKind::Assess);
        assert!(work(&elsewhere()).is_empty() && work(&somebody(50, &[Duty::Receive])).is_empty());
        house.steps(
            bill.code,
            &[
                (&house.cashier, assess(Some(0), 1, None, "")),
                (&house.cashier, take_in("FLOW-1", 8_000)),
                (&house.cashier, ask_refund(8_000)),
            ],
        );
        let waits = work(&house.treasurer);
        assert_eq!((waits.len(), waits[0].kind, waits[0].amount), (1, WorkKind::Refund, Fen(8_000)));
        let no = house.look(bill.code).refunds[0].no.clone();
        house.steps(bill.code, &[(&house.treasurer, Command::ApproveRefund { no: no.clone() })]);
        assert_eq!(work(&house.cashier)[0].kind, WorkKind::HandBack);
        let done = house.steps(bill.code, &[(&house.cashier, Command::HandBack { no, flow: "BACK-1".to_owned() })]);
        assert!(matches!(done.refunds[0].state, RefundState::Done { .. }));
        assert!(work(&house.cashier).is_empty());
        house.verify();
    });
}

#[test]
fn a_bill_lapses_by_itself() {
    each_house(|house| {
        let bill = house.bill("case:1");
        house.pass(31 * 24 * 3600);
        house.drain(None);
        assert_eq!(house.look(bill.code).stage(), Stage::Overdue);
        house.steps(bill.code, &[(&house.cashier, take_in("FLOW-1", 2_000))]);
        house.verify();
    });
}

#[test]
fn what_is_cancelled_is_void_or_asked_back() {
    each_house(|house| {
        let (unpaid, paid) = (house.bill("case:1"), house.bill("case:2"));
        house.steps(paid.code, &[(&house.cashier, take_in("FLOW-1", 2_000))]);
        for subject in ["case:1", "case:2", "case:none"] {
            house.db.write(move |tx| payment::cancel(tx, subject, "申请人撤回申请")).unwrap();
            house.db.write(move |tx| payment::cancel(tx, subject, "申请人撤回申请")).unwrap();
        }
        assert_eq!(house.look(unpaid.code).stage(), Stage::Void);
        let refunds = house.look(paid.code).refunds;
        assert_eq!((refunds.len(), refunds[0].amount), (1, Fen(2_000)));
        // A new bill may be opened in the place of a void one.
        assert_ne!(house.bill("case:1").code, unpaid.code);
        house.verify();
    });
}

fn counter_line(house: &House, code: kernel::PaymentCode, reference: &str, amount: i64) -> Line {
    let at = house.look(code).payment.map_or_else(|| house.db.now(), |payment| payment.at);
    Line { kind: FlowKind::Pay, own_no: code.to_string(), reference: reference.to_owned(), amount: Fen(amount), at }
}

#[test]
fn a_day_is_compared_settled_and_its_differences_wait_for_a_person() {
    each_house(|house| {
        let bills: Vec<_> = (1..=3).map(|n| house.bill(&format!("case:{n}")).code).collect();
        for (n, code) in bills.iter().enumerate() {
            house.steps(*code, &[(&house.cashier, take_in(&format!("FLOW-{n}"), 2_000))]);
        }
        let day = house.db.today();
        let lines = [
            counter_line(&house, bills[0], "FLOW-0", 2_000),
            counter_line(&house, bills[1], "FLOW-1", 1_000),
            counter_line(&house, bills[0], "FLOW-9", 2_000),
        ];
        let file = statement::parse(statement::write(Channel::Counter, day, &lines).as_bytes()).unwrap();
        assert_eq!(refusal(payment::reconcile(&house.db, &file)), Refusal::DayNotOver);
        today_is_over(&house);
        let account = payment::reconcile(&house.db, &file).unwrap();
        assert_eq!((account.even, account.settled), (1, true));
        let found: Vec<_> = account.differences.iter().map(|one| one.finding).collect();
        assert_eq!(found, [Finding::Amount, Finding::Surplus, Finding::Shortfall]);
        assert_eq!(house.look(bills[0]).stage(), Stage::Settled);
        assert_eq!(house.look(bills[1]).stage(), Stage::Paid);
        // The same file again changes nothing.
        assert_eq!(payment::reconcile(&house.db, &file).unwrap(), account);

        let work = house.db.read(|read| query::work(read, &house.treasurer, 10, None)).unwrap().lines;
        assert_eq!(work.iter().filter(|work| work.kind == WorkKind::Difference).count(), 3);
        let resolve = |actor: &Actor, reference: &'static str, words: &'static str| {
            let actor = actor.clone();
            house.db.write(move |tx| {
                payment::resolve(tx, &actor, Channel::Counter, day, reference, Settling::Corrected, words)
            })
        };
        let duties = vec![Duty::Settle];
        assert_eq!(refusal(resolve(&house.cashier, "FLOW-1", "已更正")), Refusal::NotEmpowered { duties });
        assert_eq!(refusal(resolve(&house.treasurer, "FLOW-1", " ")), Refusal::WithoutWords { pointer: "/words" });
        assert_eq!(refusal(resolve(&house.treasurer, "FLOW-7", "已更正")), Refusal::NoSuchDifference);
        resolve(&house.treasurer, "FLOW-1", "银行更正了金额").unwrap();
        assert_eq!(refusal(resolve(&house.treasurer, "FLOW-1", "银行更正了金额")), Refusal::ResolvedBefore);
        let work = house.db.read(|read| query::work(read, &house.treasurer, 10, None)).unwrap().lines;
        assert_eq!(work.iter().filter(|work| work.kind == WorkKind::Difference).count(), 2);
        house.verify();
    });
}

#[test]
fn two_who_act_at_once_do_not_both_win() {
    each_house(|house| {
        let bill = house.bill("case:1");
        let workers: Vec<_> = (0..6)
            .map(|n| {
                let (db, actor) = (house.db.clone(), house.cashier.clone());
                std::thread::spawn(move || {
                    db.write(move |tx| payment::handle(tx, &actor, &bill.code, &take_in(&format!("FLOW-{n}"), 2_000)))
                })
            })
            .collect();
        let ended: Vec<_> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
        assert_eq!(ended.iter().filter(|end| end.is_ok()).count(), 1, "{ended:?}");
        assert!(
            ended.iter().all(|end| !matches!(end, Err(Failure::Broken(error)) if !matches!(error, store::Error::Lost)))
        );
        house.verify();
    });
}

#[test]
fn the_days_of_the_books_are_kept() {
    each_house(|house| {
        let bill = house.bill("case:1");
        house.steps(bill.code, &[(&house.cashier, take_in("FLOW-1", 2_000))]);
        house.drain(None);
        let today = house.db.today();
        let books = house.db.read(|read| query::books(read, &house.treasurer, today)).unwrap();
        assert_eq!(books.days.len(), 1);
        assert_eq!(books.days[0].1.iter().map(|(_, amount)| amount.0).sum::<i64>(), 0);
        let refused = house.db.read(|read| query::books(read, &house.cashier, today));
        assert_eq!(refusal(refused), Refusal::NotEmpowered { duties: vec![Duty::Settle] });
        assert!(midnight(today) <= house.db.now());
    });
}
