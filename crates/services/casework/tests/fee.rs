//! A case with a fee: owed from acceptance on; the decision does not wait for it, what was granted does.

use casework::{Command, Outcome, Refusal, Service, Stage, State};
use kernel::{Actor, CaseNumber, Duty, Fen};
use payment::{Bill, RefundState};

use crate::desk::refusal;
use crate::given::{decline, deny, grant, review, withdraw};
use crate::house::{self, *};

fn bill(house: &House, number: CaseNumber) -> Option<Bill> {
    let subject = casework::stream(&number);
    house.db.read(|read| payment::query::bill_of_subject(read, &Actor::System("test"), &subject)).unwrap()
}

/// Steps without anybody paying in between.
fn unpaid(house: &House, number: CaseNumber, steps: &[(&Actor, Command)]) {
    for (actor, command) in steps {
        house.handle(actor, number, command.clone()).unwrap_or_else(|failure| panic!("{}: {failure}", command.name()));
    }
}

#[test]
fn a_grant_waits_for_the_money_and_goes_on_by_itself() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        assert_eq!(bill(&house, number), None);
        unpaid(&house, number, &[(&house.clerk, Command::Accept)]);
        let owed = bill(&house, number).unwrap();
        assert_eq!((owed.payable(), owed.payer), (Fen(2_000), house.citizen.party().unwrap()));
        assert_eq!(owed.tariff.basis, "发改价格〔2003〕2322号");
        // The clock of the decision goes on; nobody is held up.
        unpaid(&house, number, &[(&house.reviewer, review()), (&house.decider, grant())]);
        house.drain();
        assert_eq!(house.case(number).stage(), Stage::Granted);
        let made = house.db.read(|read| licences::of_case(read, &number)).unwrap();
        assert!(made.is_empty(), "a licence was made before its fee was paid");
        let by_hand = Command::Serve { how: Service::Window, licence: None };
        assert_eq!(refusal(house.handle(&house.clerk, number, by_hand)), Refusal::FeeUnpaid);

        house.pay(number);
        house.drain();
        let case = house.case(number);
        assert!(matches!(case.state, State::Closed { outcome: Outcome::Granted, .. }), "{:?}", case.state);
        assert!(case.licence.is_some());
        house.verify();
    });
}

#[test]
fn a_fee_that_is_remitted_is_no_longer_waited_for() {
    each_house(|house| {
        let number = house.submit(TEMPORARY).number;
        unpaid(&house, number, &[(&house.clerk, grant())]);
        house.drain();
        assert_eq!(house.case(number).stage(), Stage::Granted);
        let owed = bill(&house, number).unwrap();
        let treasurer = house::staff(17, XUANWU, None, &[Duty::Settle]);
        let exempt = payment::Command::Exempt {
            amount: owed.payable(),
            reason: "低保家庭".to_owned(),
            basis: "苏财综〔2009〕1号".to_owned(),
        };
        house.db.write(move |tx| payment::handle(tx, &treasurer, &owed.code, &exempt)).unwrap();
        house.drain();
        assert_eq!(house.case(number).stage(), Stage::Closed);
        house.verify();
    });
}

#[test]
fn silence_opens_the_bill_too_and_what_costs_nothing_has_none() {
    each_house(|house| {
        let (number, free) = (house.submit(RENEWAL).number, house.submit(ALLOWANCE).number);
        house.go_to(house.working_days_on(6));
        house.drain();
        assert_eq!(house.case(number).stage(), Stage::Accepted);
        assert!(bill(&house, number).is_some_and(|bill| bill.is_payable()));
        assert_eq!((house.case(free).stage(), bill(&house, free)), (Stage::Accepted, None));
        house.verify();
    });
}

#[test]
fn what_comes_to_nothing_is_not_owed_and_goes_back_if_it_was_paid() {
    each_house(|house| {
        let [declined, unpaid_back, paid_back, paid_no] = [(); 4].map(|()| house.submit(RENEWAL).number);
        unpaid(&house, declined, &[(&house.clerk, decline())]);
        assert_eq!(bill(&house, declined), None);
        unpaid(&house, unpaid_back, &[(&house.clerk, Command::Accept), (&house.citizen, withdraw())]);
        assert_eq!(bill(&house, unpaid_back).unwrap().stage(), payment::Stage::Void);
        for (number, last) in [(paid_back, (&house.citizen, withdraw())), (paid_no, (&house.decider, deny()))] {
            unpaid(&house, number, &[(&house.clerk, Command::Accept)]);
            house.pay(number);
            unpaid(&house, number, &[(&house.reviewer, review()), last]);
            let bill = bill(&house, number).unwrap();
            assert_eq!((bill.refunds.len(), bill.refunds[0].amount), (1, Fen(2_000)));
            assert!(matches!(bill.refunds[0].state, RefundState::Asked), "nobody has approved it yet");
        }
        house.drain();
        house.verify();
    });
}
