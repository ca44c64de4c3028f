//! Whatever is done to a bill, by whomever and in whatever order: the books balance at every instant, nothing is paid or given back
//! beyond what came, and the events replayed give the bill.

use std::collections::BTreeMap;

use kernel::{Actor, Date, Fen};
use payment::rules::{Account, apply, postings, replay};
use payment::{Bill, Command, Event, RefundOf, RefundState, State};
use proptest::prelude::*;

use crate::given::*;

fn anybody() -> impl Strategy<Value = Actor> {
    prop_oneof![
        3 => Just(payer()),
        3 => Just(cashier()),
        3 => Just(treasurer()),
        1 => Just(elsewhere()),
        1 => Just(citizen(STRANGER)),
        6 => Just(house()),
    ]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![4 => Just(2_000_i64), 2 => 1..4_000_i64, 1 => Just(0_i64), 1 => Just(-5_i64)]
}

fn anything() -> impl Strategy<Value = Command> {
    let transaction = prop::sample::select(vec!["T1", "T2", "T3"]);
    prop_oneof![
        3 => Just(order()),
        1 => Just(order_for(std::time::Duration::ZERO)),
        2 => (1..4_usize).prop_map(release),
        5 => (1..4_usize, transaction.clone(), amount()).prop_map(|(n, transaction, amount)| charge(n, transaction, amount)),
        2 => amount().prop_map(|amount| take_in("FLOW-1", amount)),
        2 => amount().prop_map(exempt),
        2 => amount().prop_map(ask_refund),
        2 => (transaction, amount()).prop_map(|(transaction, amount)| ask_back(transaction, amount)),
        4 => (1..5_usize).prop_map(approve),
        1 => (1..5_usize).prop_map(|n| Command::RefuseRefund { no: refund_no(n), reason: "不符合".to_owned() }),
        4 => (1..5_usize).prop_map(|n| back(n, &format!("R{n}"))),
        2 => (1..5_usize).prop_map(failed),
        1 => (1..5_usize).prop_map(|n| Command::HandBack { no: refund_no(n), flow: format!("BACK-{n}") }),
        1 => Just(cancel()),
        1 => Just(Command::Settle { on: TUESDAY }),
        1 => Just(Command::Tick),
        1 => (0..3_usize, 0..3_u32, prop::option::of(0..60_000_i64)).prop_map(|(rate, quantity, amount)| assess(Some(rate), quantity, amount, "按标准")),
    ]
}

/// Who gives a command when all goes by the book.
fn proper(command: &Command) -> Actor {
    match command {
        Command::Order { .. } => payer(),
        Command::Assess(_) | Command::TakeIn { .. } | Command::AskRefund { .. } | Command::HandBack { .. } => cashier(),
        Command::Exempt { .. } | Command::ApproveRefund { .. } | Command::RefuseRefund { .. } => treasurer(),
        _ => house(),
    }
}

fn holds(bill: &Bill, books: &BTreeMap<Account, i64>) {
    let balance = |account| books.get(&account).copied().unwrap_or_default();
    assert_eq!(books.values().sum::<i64>(), 0, "the books do not balance: {books:?}");
    assert_eq!(balance(Account::Receivable), bill.outstanding().0, "receivable of {:?}", bill.state);
    assert_eq!(balance(Account::Exemption), bill.remitted().0);
    // What has gone back is never more than what came, of each sum by itself.
    let mut sums = vec![RefundOf::Payment];
    sums.extend(bill.parked.iter().map(|one| RefundOf::Parked { transaction: one.transaction.clone() }));
    for of in &sums {
        assert!(bill.refundable(of) >= Fen::ZERO, "more went back than came: {of:?}");
    }
    // The money that we hold is the money that came less the money that went.
    let came: i64 =
        bill.payment.iter().map(|paid| paid.amount.0).chain(bill.parked.iter().map(|one| one.amount.0)).sum();
    let done = |refund: &&payment::Refund| matches!(refund.state, RefundState::Done { .. });
    let gone: i64 = bill.refunds.iter().filter(done).map(|refund| refund.amount.0).sum();
    let held = balance(Account::Treasury)
        + payment::Channel::ALL.iter().map(|channel| balance(Account::Clearing(*channel))).sum::<i64>();
    assert_eq!(held, came - gone);
    // Approved and not yet back is what is owed back.
    let underway = |refund: &&payment::Refund| matches!(refund.state, RefundState::Approved { .. });
    let owed: i64 = bill.refunds.iter().filter(underway).map(|refund| refund.amount.0).sum();
    assert_eq!(-balance(Account::RefundPayable), owed);
    // Paid is only what was exactly due.
    if let Some(payment) = &bill.payment {
        assert_eq!(payment.amount, bill.payable());
    }
    assert!(bill.payable() >= Fen::ZERO);
    assert!(!matches!(bill.state, State::Paid | State::Settled { .. }) || bill.payment.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_books_balance_over_every_history(
        assessed in any::<bool>(),
        steps in prop::collection::vec((anything(), anybody(), any::<bool>(), 0..40_i32), 1..60),
    ) {
        let mut bill = if assessed { by_choice() } else { due() };
        let first = Event::Opened(Box::new(if assessed { opened(by_choice().tariff) } else { opened(due().tariff) }));
        let mut history = vec![first.clone()];
        let mut books: BTreeMap<Account, i64> = BTreeMap::new();
        for (account, amount) in postings(&bill, &first) {
            *books.entry(account).or_default() += amount.0;
        }
        holds(&bill, &books);
        for (command, somebody, by_the_book, days) in steps {
            let actor = if by_the_book { proper(&command) } else { somebody };
            let today: Date = (0..days).fold(MONDAY, |day, _| day.tomorrow().unwrap());
            let Ok(events) = decide(&bill, &actor, &command, today) else { continue };
            for event in events {
                let lines = postings(&bill, &event);
                prop_assert_eq!(lines.iter().map(|(_, amount)| amount.0).sum::<i64>(), 0);
                for (account, amount) in lines {
                    *books.entry(account).or_default() += amount.0;
                }
                apply(&mut bill, &event);
                history.push(event);
            }
            holds(&bill, &books);
        }
        let json: Vec<String> = history.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read: Vec<Event> = json.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        prop_assert_eq!(replay(code(), &read), Some(bill));
    }
}
