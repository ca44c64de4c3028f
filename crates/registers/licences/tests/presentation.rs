//! Showing a licence by a code that lives for a minute and works once.

use std::time::Duration;

use identity::LookedBy;
use kernel::{Actor, Duty, LicenceId};
use licences::{Command, PRESENTATION, Presented, PublicView, Refusal, State};
use store::{Failure, Wheel};

use crate::fixtures::*;

const ANYONE: Actor = Actor::System("anyone");

fn present(house: &House, id: &LicenceId) -> Result<Presented, Failure<Refusal>> {
    let (actor, id) = (house.citizen(house.holder), id.clone());
    house.write(move |tx| licences::present(tx, &actor, &id, PRESENTATION))
}

fn redeem(house: &House, code: &str) -> Result<PublicView, Failure<Refusal>> {
    let code = code.to_owned();
    house.write(move |tx| licences::redeem(tx, &ANYONE, &code))
}

#[test]
fn a_code_shows_the_licence_once_masked_and_the_holder_sees_it() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        let code = present(house, &id).unwrap();
        assert_eq!((code.code.len(), code.digits.len()), (22, 8));
        let shown = redeem(house, &code.code).unwrap();
        assert_eq!((shown.id, shown.state, shown.holder.as_str()), (id.clone(), State::Valid, "陈*"));
        for used in [&code.code, &code.digits] {
            assert_eq!(refused(redeem(house, used)), Refusal::CodeOver);
        }
        let looks = house.read(|read| identity::looks(read, &house.holder, None, 9));
        assert_eq!((looks.len(), &looks[0].by), (1, &LookedBy::Anyone));
        assert_eq!(looks[0].purpose, "亮证核验：公共场所卫生许可证");
        // The digits read aloud, with a pause in the middle.
        let digits = present(house, &id).unwrap().digits;
        assert!(redeem(house, &format!("{} {}", &digits[..4], &digits[4..])).is_ok());
    });
}

#[test]
fn a_code_is_over_after_a_minute_and_cleared_away() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        let code = present(house, &id).unwrap();
        house.db.time().advance(Duration::from_secs(60));
        assert_eq!(refused(redeem(house, &code.code)), Refusal::CodeOver);
        house.db.time().advance(Duration::from_secs(1));
        let due = || house.read(|read| licences::Sweeper.due(read, house.db.now(), 9));
        assert_eq!(due().len(), 1);
        house.db.write::<_, store::Error, _>(|tx| licences::Sweeper.tick(tx, "")).unwrap();
        assert_eq!(due(), Vec::<String>::new());
    });
}

#[test]
fn codes_that_never_were_are_over_too() {
    house(|house| {
        for code in ["", "1234567", "12345678", "٣٣٣٣", &"A".repeat(22), &"x".repeat(100_000)] {
            assert_eq!(refused(redeem(house, code)), Refusal::CodeOver);
        }
    });
}

#[test]
fn only_the_holder_shows_a_licence_and_only_one_in_force() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        for actor in [house.citizen(house.stranger), staff(Duty::Decide), ANYONE] {
            let wanted = id.clone();
            let shown = house.write(move |tx| licences::present(tx, &actor, &wanted, PRESENTATION));
            assert_eq!(refused(shown), Refusal::Unknown);
        }
        let wanted = id.clone();
        let suspend = Command::Suspend { reason: "检查".to_owned() };
        house.write(move |tx| licences::handle(tx, &staff(Duty::Decide), &wanted, &suspend)).unwrap();
        assert_eq!(refused(present(house, &id)), Refusal::NotValid { state: State::Suspended });
    });
}
