//! The rules, read like the regulation: who may do what when, and why not.

use kernel::{Actor, Date, Duty, Fen, Refuse as _, StaffId, Uuid};
use payment::{Bill, Command, Event, Parking, RefundState, Refusal, Stage, State, Way, WorkKind};
use store::Event as _;

use crate::given::*;

fn kinds(bill: &Bill, actor: &Actor, command: &Command, on: Date, expected: &[&str]) {
    let events = decide(bill, actor, command, on).unwrap_or_else(|refusal| panic!("{}: {refusal}", command.name()));
    assert_eq!(events.iter().map(Event::kind).collect::<Vec<_>>(), expected, "{}", command.name());
}

fn refused(bill: &Bill, actor: &Actor, command: &Command, expected: Refusal) {
    assert_eq!(decide(bill, actor, command, TUESDAY), Err(expected), "{}", command.name());
}

#[test]
fn a_fixed_fee_is_due_at_once_and_any_other_is_assessed_first() {
    assert_eq!((due().stage(), due().payable(), due().pay_by), (Stage::Due, Fen(2_000), LAST_DAY));
    assert_eq!((by_choice().stage(), reckoned().stage()), (Stage::Assessing, Stage::Assessing));
    assert_eq!(by_choice().work()[0].kind, WorkKind::Assess);
    for command in [order(), take_in("FLOW-1", 0), exempt(1)] {
        let actor = match command {
            Command::Order { .. } => payer(),
            Command::TakeIn { .. } => cashier(),
            _ => treasurer(),
        };
        refused(&by_choice(), &actor, &command, Refusal::NotAssessed);
    }
}

#[test]
fn an_assessment_never_goes_above_the_standard_and_says_how_it_was_reckoned() {
    let assessed = after(by_choice(), &[(cashier(), assess(Some(1), 2, None, ""))]);
    assert_eq!((assessed.stage(), assessed.payable()), (Stage::Due, Fen(110_000)));
    let less = after(by_choice(), &[(cashier(), assess(Some(0), 1, Some(4_000), "小微企业减半"))]);
    assert_eq!(less.payable(), Fen(4_000));
    let most = Refusal::AboveStandard { most: Fen(8_000) };
    refused(&by_choice(), &cashier(), &assess(Some(0), 1, Some(8_001), "多收"), most);
    refused(&by_choice(), &cashier(), &assess(None, 1, None, ""), Refusal::NoRate);
    refused(&by_choice(), &cashier(), &assess(Some(0), 0, None, ""), Refusal::Quantity { most: 10_000 });
    let wordless = Refusal::WithoutWords { pointer: "/reckoning" };
    refused(&by_choice(), &cashier(), &assess(Some(0), 1, Some(1), " "), wordless.clone());
    refused(&reckoned(), &cashier(), &assess(None, 1, Some(100), ""), wordless);
    refused(&reckoned(), &cashier(), &assess(None, 1, None, "计税价格 10%"), Refusal::NoAmount);
    let most = Refusal::AboveStandard { most: payment::rules::ASSESSED_MOST };
    refused(&reckoned(), &cashier(), &assess(None, 1, Some(i64::MAX), "计税价格 10%"), most);
    let bill = after(reckoned(), &[(cashier(), assess(None, 1, Some(123_456), "计税价格 12345.60 元的 10%"))]);
    assert_eq!((bill.payable(), bill.lines[0].rate), (Fen(123_456), None));
    let again = Refusal::NotNow { stage: Stage::Due, command: "assess" };
    refused(&due(), &cashier(), &assess(Some(0), 1, None, ""), again);
}

#[test]
fn only_who_owes_it_pays_online_and_by_one_order_at_a_time() {
    let bill = paying();
    assert_eq!(bill.orders[0].no, format!("{}01", code()));
    kinds(&bill, &payer(), &order(), MONDAY, &[]);
    let State::Paying { expires, .. } = bill.state.clone() else { panic!("{:?}", bill.state) };
    let other = Command::Order {
        channel: payment::Channel::Wechat,
        way: Way::Phone,
        lasts: payment::ORDER_LASTS,
        client: None,
    };
    refused(&bill, &payer(), &other, Refusal::Locked { until: expires });
    refused(&bill, &cashier(), &take_in("FLOW-1", 2_000), Refusal::Locked { until: expires });
    refused(&bill, &treasurer(), &exempt(1), Refusal::Locked { until: expires });
    for stranger in [citizen(STRANGER), cashier(), house()] {
        refused(&due(), &stranger, &order(), Refusal::OnlyThePayer);
    }
    let freed = after(bill, &[(house(), release(1))]);
    assert_eq!(freed.stage(), Stage::Due);
    assert_eq!(after(freed, &[(payer(), other)]).orders[1].no, format!("{}02", code()));
    let mut offline = due();
    offline.tariff.online = false;
    refused(&offline, &payer(), &order(), Refusal::NotOnline);
}

#[test]
fn the_same_money_told_twice_is_paid_once() {
    let bill = paying();
    kinds(&bill, &house(), &charge(1, "T1", 2_000), TUESDAY, &["paid"]);
    kinds(&paid(), &house(), &charge(1, "T1", 2_000), TUESDAY, &[]);
    kinds(&paid(), &house(), &release(1), TUESDAY, &[]);
    refused(&bill, &house(), &charge(7, "T1", 2_000), Refusal::NoSuchOrder);
    for hand in [payer(), cashier(), treasurer()] {
        refused(&bill, &hand, &charge(1, "T1", 2_000), Refusal::OnlyTheHouse);
    }
}

#[test]
fn money_that_is_not_what_was_due_is_parked_and_pays_nothing() {
    let wrong = after(paying(), &[(house(), charge(1, "T1", 1_999))]);
    assert_eq!((wrong.stage(), wrong.payment.is_none(), wrong.parked[0].why), (Stage::Due, true, Parking::Amount));
    assert!(wrong.is_held());
    refused(&wrong, &payer(), &order(), Refusal::Held);
    refused(&wrong, &cashier(), &take_in("FLOW-1", 2_000), Refusal::Held);
    assert_eq!(wrong.work()[0].kind, WorkKind::Parked);
    kinds(&wrong, &house(), &charge(1, "T1", 1_999), TUESDAY, &[]);
    // Sent back, the bill can be paid again.
    let returned = after(wrong, &[(cashier(), ask_back("T1", 1_999)), (treasurer(), approve(1))]);
    assert!(!returned.is_held() && returned.is_payable());
    let returned = after(returned, &[(house(), back(1, "R1")), (payer(), order())]);
    assert_eq!(returned.stage(), Stage::Paying);

    // A second payment, and one for a bill that is void, are parked too.
    let double = after(paying(), &[(house(), release(1)), (payer(), order()), (house(), charge(2, "T2", 2_000))]);
    let double = after(double, &[(house(), charge(1, "T1", 2_000))]);
    assert_eq!((double.stage(), double.parked[0].why), (Stage::Paid, Parking::Double));
    let void = after(paying(), &[(house(), cancel()), (house(), charge(1, "T1", 2_000))]);
    assert_eq!((void.stage(), void.parked[0].why), (Stage::Void, Parking::NotOwed));
    // What changed between the order and the money is told by the amount.
    let lowered = after(paying(), &[(house(), release(1)), (treasurer(), exempt(500))]);
    let late = after(lowered, &[(house(), charge(1, "T1", 2_000))]);
    assert_eq!((late.stage(), late.parked[0].why), (Stage::Due, Parking::Amount));
}

#[test]
fn an_order_that_was_closed_here_and_paid_there_is_paid() {
    let bill = after(paying(), &[(house(), release(1)), (house(), charge(1, "T1", 2_000))]);
    assert_eq!(bill.stage(), Stage::Paid);
}

#[test]
fn a_counter_takes_in_exactly_what_is_due_once() {
    let bill = paid_at_counter();
    assert_eq!(bill.stage(), Stage::Paid);
    kinds(&bill, &cashier(), &take_in("FLOW-1", 2_000), TUESDAY, &[]);
    let over = Refusal::NotNow { stage: Stage::Paid, command: "take-in" };
    refused(&bill, &cashier(), &take_in("FLOW-2", 2_000), over);
    refused(&due(), &cashier(), &take_in("FLOW-1", 1_999), Refusal::WrongAmount { due: Fen(2_000) });
    for flow in ["", "abc", "流水号一二三", "A B C D"] {
        refused(&due(), &cashier(), &take_in(flow, 2_000), Refusal::FlowShape);
    }
    let duties = vec![Duty::Collect];
    for nobody in [treasurer(), elsewhere(), payer(), house()] {
        refused(&due(), &nobody, &take_in("FLOW-1", 2_000), Refusal::NotEmpowered { duties: duties.clone() });
    }
}

#[test]
fn remitting_is_a_decision_with_reason_and_basis_and_never_more_than_is_due() {
    let part = after(due(), &[(treasurer(), exempt(500))]);
    assert_eq!((part.stage(), part.payable()), (Stage::Due, Fen(1_500)));
    let whole = after(part.clone(), &[(treasurer(), exempt(1_500))]);
    assert_eq!((whole.stage(), whole.is_cleared()), (Stage::Exempted, true));
    refused(&part, &treasurer(), &exempt(1_501), Refusal::MoreThanRemains { left: Fen(1_500) });
    refused(&part, &treasurer(), &exempt(0), Refusal::MoreThanRemains { left: Fen(1_500) });
    for (reason, basis, pointer) in [(" ", "文件", "/reason"), ("困难", "", "/basis")] {
        let command = Command::Exempt { amount: Fen(1), reason: reason.to_owned(), basis: basis.to_owned() };
        refused(&part, &treasurer(), &command, Refusal::WithoutWords { pointer });
    }
    let long = Command::Exempt { amount: Fen(1), reason: "长".repeat(501), basis: "文件".to_owned() };
    refused(&part, &treasurer(), &long, Refusal::TooLong { pointer: "/reason", most: 500 });
    refused(&due(), &cashier(), &exempt(1), Refusal::NotEmpowered { duties: vec![Duty::Settle] });
}

#[test]
fn refunds_are_several_never_above_what_remains_and_not_approved_by_who_asked() {
    let bill = after(paid(), &[(cashier(), ask_refund(500)), (cashier(), ask_refund(1_500))]);
    refused(&bill, &cashier(), &ask_refund(1), Refusal::MoreThanRemains { left: Fen(0) });
    let one = StaffId::new(Uuid::from_u128(40));
    let own = after(paid(), &[(both(one), ask_refund(500))]);
    refused(&own, &both(one), &approve(1), Refusal::SamePerson);
    let refuse = Command::RefuseRefund { no: refund_no(1), reason: "不符合规定".to_owned() };
    refused(&own, &both(one), &refuse, Refusal::SamePerson);
    refused(&own, &cashier(), &approve(1), Refusal::NotEmpowered { duties: vec![Duty::Settle] });
    let no = after(own, &[(treasurer(), refuse)]);
    assert_eq!(no.refundable(&payment::RefundOf::Payment), Fen(2_000));

    let sent = after(bill, &[(treasurer(), approve(1))]);
    // What the channel tells, in whatever order and however often.
    let done = after(sent.clone(), &[(house(), back(1, "R1"))]);
    assert_eq!(done.refunded(), Fen(500));
    kinds(&done, &house(), &back(1, "R1"), TUESDAY, &[]);
    kinds(&done, &house(), &failed(1), TUESDAY, &[]);
    refused(&done, &treasurer(), &approve(1), Refusal::RefundNotNow);
    refused(&sent, &house(), &back(2, "R2"), Refusal::RefundNotNow);
    refused(&sent, &house(), &back(9, "R9"), Refusal::NoSuchRefund);
    let broke = after(sent, &[(house(), failed(1))]);
    assert!(broke.work().iter().any(|work| work.kind == WorkKind::Failed));
    let again = after(broke.clone(), &[(treasurer(), approve(1)), (house(), back(1, "R1"))]);
    assert_eq!(again.refunded(), Fen(500));
    // A refund that failed here and came about there is back.
    assert_eq!(after(broke, &[(house(), back(1, "R1"))]).refunded(), Fen(500));
}

#[test]
fn what_was_taken_in_at_a_counter_is_handed_back_there() {
    let bill = after(paid_at_counter(), &[(cashier(), ask_refund(2_000)), (treasurer(), approve(1))]);
    assert_eq!(bill.work()[0].kind, WorkKind::HandBack);
    let hand_back = |flow: &str| Command::HandBack { no: refund_no(1), flow: flow.to_owned() };
    let done = after(bill, &[(cashier(), hand_back("BACK-1"))]);
    assert!(matches!(done.refunds[0].state, RefundState::Done { .. }));
    kinds(&done, &cashier(), &hand_back("BACK-1"), TUESDAY, &[]);
    refused(&done, &cashier(), &hand_back("BACK-2"), Refusal::RefundNotNow);
    let online = after(paid(), &[(cashier(), ask_refund(2_000)), (treasurer(), approve(1))]);
    refused(&online, &cashier(), &hand_back("BACK-1"), Refusal::RefundNotNow);
}

#[test]
fn what_does_not_come_about_is_void_or_goes_back() {
    for bill in [due(), by_choice(), paying()] {
        assert_eq!(after(bill, &[(house(), cancel())]).stage(), Stage::Void);
    }
    let bill = after(paid(), &[(cashier(), ask_refund(500)), (house(), cancel())]);
    assert_eq!((bill.refunds.len(), bill.refunds[1].amount, bill.refunds[1].asked_by), (2, Fen(1_500), None));
    kinds(&bill, &house(), &cancel(), TUESDAY, &[]);
    let exempted = after(due(), &[(treasurer(), exempt(2_000))]);
    kinds(&exempted, &house(), &cancel(), TUESDAY, &[]);
    refused(&due(), &treasurer(), &cancel(), Refusal::OnlyTheHouse);
}

#[test]
fn a_bill_that_is_late_can_still_be_paid() {
    kinds(&due(), &house(), &Command::Tick, LAST_DAY, &[]);
    kinds(&due(), &house(), &Command::Tick, TOO_LATE, &["lapsed"]);
    let mut late = due();
    payment::rules::apply(&mut late, &Event::Lapsed { on: TOO_LATE });
    assert_eq!((late.stage(), late.is_payable()), (Stage::Overdue, true));
    kinds(&late, &cashier(), &take_in("FLOW-1", 2_000), TOO_LATE, &["paid"]);
    let events = decide(&paying(), &house(), &release(1), TOO_LATE).unwrap();
    assert_eq!(events, [Event::Released { order: payment::order_no(&code(), 1), late: true }]);
}

#[test]
fn a_paid_bill_is_settled_once() {
    let settle = Command::Settle { on: TUESDAY };
    let bill = after(paid(), &[(house(), settle.clone())]);
    assert_eq!(bill.stage(), Stage::Settled);
    kinds(&bill, &house(), &settle, TUESDAY, &[]);
    kinds(&due(), &house(), &settle, TUESDAY, &[]);
}

#[test]
fn every_refusal_says_what_and_has_a_code_of_its_own() {
    let all = [
        Refusal::NotFound,
        Refusal::Code(kernel::BadCode::Check),
        Refusal::NotNow { stage: Stage::Paid, command: "take-in" },
        Refusal::NotEmpowered { duties: vec![Duty::Collect] },
        Refusal::OnlyThePayer,
        Refusal::OnlyTheHouse,
        Refusal::Locked { until: tuesday() },
        Refusal::Held,
        Refusal::NotAssessed,
        Refusal::NotOnline,
        Refusal::NoChannel,
        Refusal::TooManyOrders,
        Refusal::TooManyRefunds,
        Refusal::NoSuchOrder,
        Refusal::NoSuchRefund,
        Refusal::RefundNotNow,
        Refusal::SamePerson,
        Refusal::MoreThanRemains { left: Fen(1) },
        Refusal::WrongAmount { due: Fen(1) },
        Refusal::NoAmount,
        Refusal::NoRate,
        Refusal::Quantity { most: 1 },
        Refusal::AboveStandard { most: Fen(1) },
        Refusal::WithoutWords { pointer: "/reason" },
        Refusal::TooLong { pointer: "/reason", most: 1 },
        Refusal::FlowShape,
        Refusal::FlowUsed,
        Refusal::NoSuchDifference,
        Refusal::ResolvedBefore,
        Refusal::Statement(payment::statement::BadStatement::Hash),
        Refusal::DayNotOver,
        Refusal::NoReceipt,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(codes.len(), all.len());
    for refusal in all {
        assert!(refusal.to_string().ends_with('。'), "{refusal}");
        assert!(refusal.remedy().is_some() || !refusal.fields().is_empty(), "{refusal:?} says no way on");
    }
}
