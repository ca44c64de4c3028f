//! A year in the life of a district, in seconds: the law keeps its clock whoever sleeps.

use casework::query::{figures, queue};
use casework::{Command, Missing, Refusal, Stage, State, Subject};
use kernel::CaseNumber;
use store::Failure;

use crate::given::{decline, deny, extend, grant, resume, review, suspend, withdraw};
use crate::house::*;

/// A small generator with a fixed seed: the year is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn a_simulated_year_ends_lawfully() {
    let house = {
        let place = store::testing::Place::sqlite(MIGRATIONS);
        (House::open(place.open()), place)
    };
    let (house, _place) = house;
    let mut dice = Dice(0x5eed_cafe);
    let mut all: Vec<CaseNumber> = vec![];
    let begun = house.today();
    for day in 0..365 {
        for _ in 0..dice.roll(3) {
            let item = if dice.roll(4) == 0 { TEMPORARY } else { RENEWAL };
            all.push(house.submit(item).number);
        }
        // Some days nobody works at all.
        if dice.roll(7) != 0 {
            work(&house, &mut dice, &all);
        }
        house.pass_days(1);
        house.drain();
        check(&house, &all, day);
    }
    house.verify();
    let found = house.db.read(|read| figures(read, &region(XUANWU), begun, house.today())).unwrap();
    let state_is =
        |wanted: fn(&casework::Case) -> bool| all.iter().filter(|number| wanted(&house.case(**number))).count() as i64;
    assert_eq!(found.submitted, all.len() as i64);
    assert_eq!(found.withdrawn, state_is(|case| case.stage() == Stage::Withdrawn));
    assert_eq!(found.accepted, state_is(|case| case.acceptance.is_some()));
    assert_eq!(
        found.by_silence,
        state_is(|case| case.acceptance.as_ref().is_some_and(casework::Acceptance::by_silence))
    );
    assert!(found.by_silence > 0 && found.corrected > 0 && found.granted > 20 && found.decided > found.granted);
}

/// Somebody tries something with some of the cases; what the law does not allow is refused and changes nothing.
fn work(house: &House, dice: &mut Dice, all: &[CaseNumber]) {
    for number in all.iter().rev().take(16) {
        let (actor, command) = match dice.roll(12) {
            0 | 1 => (&house.clerk, Command::Accept),
            2 => (&house.clerk, correct()),
            3 => (&house.clerk, decline()),
            4 | 5 => (&house.reviewer, review()),
            6 => (&house.reviewer, suspend(clock::Ground::ExpertReview)),
            7 => (&house.reviewer, resume()),
            8 => (&house.decider, if dice.roll(4) == 0 { deny() } else { grant() }),
            9 => (&house.decider, extend(3)),
            10 if dice.roll(10) == 0 => (&house.citizen, withdraw()),
            10 => (&house.citizen, resubmit(house)),
            _ => (&house.clerk, grant()),
        };
        match house.handle(actor, *number, command) {
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(Failure::Broken(error)) => panic!("{error}"),
        }
        if dice.roll(3) == 0 {
            house.pay(*number);
        }
    }
}

fn correct() -> Command {
    let what = Subject::Material(OLD_CARD.to_owned());
    Command::Correct { missing: vec![Missing { what, why: "看不清".to_owned() }], supervisor_reason: None }
}

fn resubmit(house: &House) -> Command {
    let casework::Brought::File { digest, .. } = house.upload(OLD_CARD).brought else { panic!("a file") };
    let provision = casework::Provision::Upload { digest, size: 10, media: "application/pdf".to_owned() };
    Command::Resubmit { form: None, answered: false, materials: vec![casework::Material::new(OLD_CARD, provision)] }
}

/// On no day has anybody waited longer than the law lets them, and nothing decided lies around unserved.
fn check(house: &House, all: &[CaseNumber], day: usize) {
    let today = house.today();
    let waiting = house.db.read(|read| queue(read, &house.clerk, Stage::Submitted, 100, None)).unwrap();
    assert!(waiting.lines.iter().all(|line| line.next_by.is_some_and(|by| today <= by)), "day {day}");
    for number in all.iter().rev().take(60) {
        match house.case(*number).state {
            State::Correcting { until, .. } => assert!(today <= until, "day {day}"),
            State::Granted { .. } => {
                let subject = casework::stream(number);
                let is_cleared = house.db.read(|read| payment::query::is_cleared(read, &subject)).unwrap();
                assert!(!is_cleared, "day {day}: {number} is granted and paid, and not closed");
            }
            State::Denied { .. } | State::Declined { .. } | State::Served { .. } => {
                panic!("day {day}: {number} is decided and not closed")
            }
            _ => {}
        }
    }
    // Nobody may reopen what is over.
    if let Some(closed) = all.iter().find(|number| house.case(**number).stage() == Stage::Closed) {
        assert!(matches!(
            house.handle(&house.clerk, *closed, Command::Accept),
            Err(Failure::Refused(Refusal::NotNow { .. }))
        ));
    }
}
