//! Giving and taking back mandates.

use identity::{
    Delegation, DelegationEvent as Event, DelegationId, Extent, Mandate, NewDelegation, Refusal, Via,
    rules::delegation::{Command, Facts, apply, covers, decide},
};
use kernel::{BasicCode, Date, PartyId, Timestamp, Uuid};

const COMPANY: u128 = 1;
const AGENT: u128 = 2;

fn party(id: u128) -> PartyId {
    PartyId::new(Uuid::from_u128(id))
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn mandate(via: Via) -> Option<Mandate> {
    Some(Mandate { via, extent: Extent::Everything, until: None })
}

fn facts(via: Option<Via>) -> Facts {
    Facts {
        today: day("2026-11-23"),
        now: Timestamp::from_second(1_790_000_000).unwrap(),
        principal: party(COMPANY),
        mandate: via.and_then(mandate),
        agent_is_person: true,
    }
}

fn grant(agent: u128, extent: Extent, until: &str) -> Command {
    Command::Grant(NewDelegation { agent: party(agent), extent, until: day(until) })
}

fn check(command: &Command, facts: &Facts, want: Result<(), Refusal>) {
    assert_eq!(decide(None, command, facts).map(drop), want, "{command:?}");
}

#[test]
fn the_party_and_its_representative_give_mandates_and_nobody_else() {
    let command = grant(AGENT, Extent::Everything, "2027-11-23");
    check(&command, &facts(Some(Via::Own)), Ok(()));
    check(&command, &facts(Some(Via::Representative)), Ok(()));
    // An agent may not pass the mandate on.
    check(&command, &facts(Some(Via::Delegation)), Err(Refusal::NotPrincipal));
    check(&command, &facts(None), Err(Refusal::NotPrincipal));
}

#[test]
fn a_mandate_ends_by_itself_within_three_years() {
    let until = |until| grant(AGENT, Extent::Everything, until);
    check(&until("2026-11-23"), &facts(Some(Via::Own)), Ok(()));
    check(&until("2029-11-22"), &facts(Some(Via::Own)), Ok(()));
    check(&until("2026-11-22"), &facts(Some(Via::Own)), Err(Refusal::BadPeriod));
    check(&until("2029-12-31"), &facts(Some(Via::Own)), Err(Refusal::BadPeriod));
    check(&until("9999-12-31"), &facts(Some(Via::Own)), Err(Refusal::BadPeriod));
}

#[test]
fn a_mandate_goes_to_another_person_for_something() {
    let own = facts(Some(Via::Own));
    check(&grant(COMPANY, Extent::Everything, "2027-01-01"), &own, Err(Refusal::SelfDelegation));
    check(&grant(AGENT, Extent::Items(vec![]), "2027-01-01"), &own, Err(Refusal::EmptyExtent));
    let company = Facts { agent_is_person: false, ..own };
    check(&grant(AGENT, Extent::Everything, "2027-01-01"), &company, Err(Refusal::AgentNotPerson));
}

#[test]
fn a_mandate_is_taken_back_once_by_who_gave_it() {
    let own = facts(Some(Via::Own));
    let mut row = Delegation {
        id: DelegationId::new(Uuid::from_u128(5)),
        principal: party(COMPANY),
        agent: party(AGENT),
        extent: Extent::Everything,
        from: own.today,
        until: day("2027-01-01"),
        revoked: None,
        version: 1,
    };
    assert!(row.holds(own.today) && row.holds(day("2027-01-01")) && !row.holds(day("2027-01-02")));
    assert_eq!(decide(None, &Command::Revoke, &own), Err(Refusal::UnknownDelegation));
    let stranger = Facts { principal: party(9), ..own.clone() };
    assert_eq!(decide(Some(&row), &Command::Revoke, &stranger), Err(Refusal::UnknownDelegation));
    let event = decide(Some(&row), &Command::Revoke, &own).unwrap();
    assert_eq!(event, Event::Revoked { at: own.now });
    apply(&mut row, &event);
    assert!(!row.holds(own.today));
    assert_eq!(decide(Some(&row), &Command::Revoke, &own), Err(Refusal::AlreadyRevoked));
}

#[test]
fn a_mandate_for_some_items_covers_no_others() {
    let item: BasicCode = "320709901000".parse().unwrap();
    let other: BasicCode = "320709902000".parse().unwrap();
    let some = Mandate { via: Via::Delegation, extent: Extent::Items(vec![item]), until: None };
    for (mandate, item, want) in [
        (Some(&some), Some(&item), Ok(())),
        (Some(&some), None, Ok(())),
        (Some(&some), Some(&other), Err(Refusal::BeyondMandate)),
        (None, None, Err(Refusal::NoMandate)),
    ] {
        assert_eq!(covers(mandate, item), want);
    }
}
