//! Supervision orders: who may do what when, and what time does.

use kernel::{Actor, Date, Duty, StaffId, Uuid};
use supervision::rules::{Refusal, apply_order, may_withdraw, order_due};
use supervision::{FlagEvent, Grade, OrderCommand, OrderEvent, OrderNumber, OrderState};

use crate::given::*;

const OTHER: StaffId = StaffId::new(Uuid::from_u128(99));

fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>, code: &str) {
    assert_eq!(kernel::Refuse::code(&result.unwrap_err()), code);
}

#[test]
fn an_order_is_issued_for_a_card_by_a_supervisor_of_the_place() {
    let yellow = flag(Grade::Yellow);
    assert!(matches!(issue(&yellow, &supervisor(), "整改"), Ok(OrderEvent::Issued { .. })));
    refused(issue(&yellow, &supervisor(), "  "), "supervision.words");
    refused(issue(&yellow, &clerk(), "整改"), "supervision.not-supervisor");
    refused(
        issue(&yellow, &staff_at(SUPERVISOR, "320104000000", &[Duty::Supervise]), "整改"),
        "supervision.not-supervisor",
    );
    refused(issue(&yellow, &Actor::System("wheel"), "整改"), "supervision.not-supervisor");
    refused(issue(&yellow, &staff(CLERK, &[Duty::Supervise]), "整改"), "supervision.about-yourself");
    refused(issue(&flag(Grade::Warning), &supervisor(), "整改"), "supervision.only-warning");
    let ordered = flag_after(&[FlagEvent::Ordered { order: OrderNumber::new(2026, 1) }]);
    refused(issue(&ordered, &supervisor(), "整改"), "supervision.flag-not-open");
}

#[test]
fn a_flag_that_rested_on_an_error_is_withdrawn_with_a_reason() {
    let withdraw = |actor: &Actor, reason: &str| may_withdraw(&flag(Grade::Red), reason, &facts(actor, MONDAY));
    assert!(withdraw(&supervisor(), "补正告知录错了办件。").is_ok());
    refused(withdraw(&supervisor(), ""), "supervision.words");
    refused(withdraw(&reviewer(), "错"), "supervision.not-supervisor");
    refused(withdraw(&staff(CLERK, &[Duty::Supervise]), "错"), "supervision.about-yourself");
    let settled = flag_after(&[FlagEvent::Settled { lifted: true }]);
    refused(may_withdraw(&settled, "错", &facts(&supervisor(), MONDAY)), "supervision.flag-not-open");
}

#[test]
fn signed_put_right_checked_and_lifted() {
    let steps = [
        (reviewer(), OrderCommand::Sign, TUESDAY),
        (reviewer(), answer(), WEDNESDAY),
        (supervisor(), check(true), FRIDAY),
    ];
    let states: Vec<&str> = (0..=3).map(|n| after(&steps[..n]).state.name()).collect();
    assert_eq!(states, ["issued", "signed", "answered", "closed"]);
    assert_eq!(after(&steps).state, OrderState::Closed { lifted: true });
    assert_eq!(order_due(&after(&steps)), None);
}

#[test]
fn an_appeal_is_decided_by_another_supervisor() {
    let appealed = [(reviewer(), OrderCommand::Sign, TUESDAY), (reviewer(), appeal(), WEDNESDAY)];
    let order = after(&appealed);
    refused(act(&order, &supervisor(), &decide_appeal(true), FRIDAY), "supervision.own-order");
    refused(act(&order, &reviewer(), &decide_appeal(true), FRIDAY), "supervision.not-supervisor");
    refused(act(&order, &reviewer(), &answer(), FRIDAY), "supervision.not-now");
    let with = |allow| [&appealed[..], &[(second(), decide_appeal(allow), FRIDAY)]].concat();
    assert_eq!(after(&with(true)).state, OrderState::Closed { lifted: true });
    let refused_appeal = after(&with(false));
    assert_eq!(refused_appeal.reply_by, Date::constant(2026, 3, 13), "five working days from the decision");
    refused(act(&refused_appeal, &reviewer(), &appeal(), FRIDAY), "supervision.not-now");
    refused(act(&after(&appealed[..1]), &reviewer(), &appeal(), Date::constant(2026, 3, 9)), "supervision.appeal-late");
}

#[test]
fn nobody_handles_what_is_about_themselves_nor_another_departments() {
    let signed = after(&[(reviewer(), OrderCommand::Sign, TUESDAY)]);
    let sign = OrderCommand::Sign;
    refused(act(&order(), &clerk(), &sign, TUESDAY), "supervision.about-yourself");
    refused(act(&order(), &supervisor(), &sign, TUESDAY), "supervision.not-of-department");
    let elsewhere = staff_at(OTHER, "320104000000", &[Duty::Receive]);
    refused(act(&order(), &elsewhere, &sign, TUESDAY), "supervision.not-of-department");
    refused(act(&signed, &clerk(), &answer(), TUESDAY), "supervision.about-yourself");
    refused(act(&signed, &reviewer(), &check(true), TUESDAY), "supervision.not-supervisor");
    let answered = after(&[(reviewer(), OrderCommand::Sign, TUESDAY), (reviewer(), answer(), TUESDAY)]);
    refused(act(&answered, &reviewer(), &check(true), TUESDAY), "supervision.not-supervisor");
    refused(act(&answered, &staff(CLERK, &[Duty::Supervise]), &check(true), TUESDAY), "supervision.about-yourself");
}

#[test]
fn what_is_not_signed_or_answered_in_time_is_told_once() {
    let wheel = Actor::System("wheel");
    let mut order = order();
    let mut told = vec![];
    while let Some(at) = order_due(&order) {
        let events = act(&order, &wheel, &OrderCommand::Tick, kernel::local_date(at)).unwrap();
        assert!(!events.is_empty(), "a knock does something");
        events.iter().for_each(|event| apply_order(&mut order, event));
        told.extend(events);
    }
    let expected = [OrderEvent::SignOverdue { due: TUESDAY }, OrderEvent::ReplyOverdue { due: NEXT_MONDAY }];
    assert_eq!(told, expected);
    // Late is late, but it can still be answered.
    let events = act(&order, &reviewer(), &OrderCommand::Sign, NEXT_TUESDAY).unwrap();
    events.iter().for_each(|event| apply_order(&mut order, event));
    assert!(order.overdue && act(&order, &reviewer(), &answer(), NEXT_TUESDAY).is_ok());
}
