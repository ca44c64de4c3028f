//! An application that is brought to a window: the ticket, called to this clerk, and the case know of each other, or neither is kept.

use casework::{CaseReplay, Channel, Command, Filing, Refusal, Tier, query};
use halls::desk as hall_desk;
use halls::rules::{ticket, window};
use halls::{HallId, Source, Ticket};
use kernel::Actor;

use crate::desk::refusal;
use crate::house::{House, RENEWAL, XUANWU, each_house, region};

fn hall() -> HallId {
    HallId(region(XUANWU))
}

/// Somebody with a number is called to the clerk's window.
fn called(house: &House) -> Ticket {
    let clerk = house.clerk.clone();
    let call = move |tx: &mut store::Tx<'_>| {
        hall_desk::sit(tx, &clerk, &hall(), 1, &window::Command::Open)?;
        let draw = hall_desk::Draw {
            hall: hall(),
            service: Some("B".parse().unwrap()),
            item: None,
            ground: None,
            source: Source::Staff,
        };
        hall_desk::draw(tx, &clerk, &draw)?;
        hall_desk::call_next(tx, &clerk, &hall())
    };
    house.db.write::<_, store::Failure<halls::Refusal>, _>(call).unwrap()
}

fn at_window(house: &House, ticket: Option<halls::TicketId>) -> Filing {
    Filing { channel: Channel::Window, ticket, ..house.filing(&house.citizen, RENEWAL) }
}

#[test]
fn a_walk_in_becomes_a_case_at_the_same_window() {
    each_house(|house| {
        let ticket = called(&house);
        let receipt = house.try_submit(&house.clerk, at_window(&house, Some(ticket.id))).unwrap();
        let case = house.case(receipt.number);
        let counter = case.counter.clone().unwrap();
        assert_eq!((Some(counter.by), counter.identity), (house.clerk.staff(), Tier::B));
        assert_eq!((counter.ticket, case.channel), (Some(ticket.id), Channel::Window));
        let known = house.db.read(|read| halls::query::ticket(read, &ticket.id)).unwrap();
        assert_eq!(
            (known.cases, known.party),
            (vec![receipt.number], house.citizen.party()),
            "it is theirs from now on"
        );
        house.handle(&house.clerk, receipt.number, Command::Accept).unwrap();

        // The slip shows the password to whoever took the case in, on that day.
        let password = |actor: &Actor| {
            let case = house.case(receipt.number);
            house.db.read(|read| query::slip_password(read, actor, &case)).unwrap()
        };
        assert_eq!(password(&house.clerk), Some(receipt.password.clone()));
        assert_eq!((password(&house.reviewer), password(&house.supervisor)), (None, None));
        house.pass_days(1);
        assert_eq!(password(&house.clerk), None);
        let report = store::verify_journal(&house.db, &[&CaseReplay, &halls::HallReplay], &[]).unwrap();
        assert_eq!(report.problems, []);
    });
}

#[test]
fn a_ticket_that_is_not_at_the_window_keeps_the_case_out() {
    each_house(|house| {
        let ticket = called(&house);
        let (clerk, id) = (house.clerk.clone(), ticket.id);
        let finish = move |tx: &mut store::Tx<'_>| hall_desk::handle(tx, &clerk, &id, &ticket::Command::Finish);
        house.db.write::<_, store::Failure<halls::Refusal>, _>(finish).unwrap();
        let late = refusal(house.try_submit(&house.clerk, at_window(&house, Some(ticket.id))));
        assert!(matches!(late, Refusal::Hall(halls::Refusal::TicketNotNow { .. })), "{late}");
        let party = house.citizen.party().unwrap();
        let cases = house.db.read(|read| query::cases_of(read, &party, &[], 10, None)).unwrap();
        assert_eq!(cases.lines.len(), 0, "the whole transaction is undone");
        // Without a ticket the clerk files all the same: not everybody draws one.
        let receipt = house.try_submit(&house.clerk, at_window(&house, None)).unwrap();
        assert_eq!(house.case(receipt.number).counter.unwrap().ticket, None);
        let own = Filing { ticket: Some(ticket.id), ..house.filing(&house.citizen, RENEWAL) };
        let named = refusal(house.try_submit(&house.citizen, own));
        assert_eq!(named, Refusal::Hall(halls::Refusal::NoSuchTicket));
        let elsewhere = refusal(house.try_submit(&house.elsewhere, at_window(&house, None)));
        assert!(matches!(elsewhere, Refusal::NotEmpowered { .. }));
    });
}
