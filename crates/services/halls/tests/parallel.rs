//! Many at once: no slot is oversold, no number given twice, nobody called twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use halls::desk::{self, Wish};
use halls::query;
use halls::rules::{Refusal, ticket};
use identity::{Particulars, Person};
use kernel::Actor;
use store::{Db, Error, Failure};

use crate::house::{House, KIOSK, RENEWAL, XUANWU, citizen, code, each_house, hall_id, letter, region};

/// Persons with numbers of 1900 that nobody has.
fn people(db: &Db, count: usize) -> Vec<Actor> {
    (0..count)
        .map(|n| {
            let digits = format!("320102190001{:02}995", n % 28 + 1);
            let sum: u32 = digits
                .bytes()
                .zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
                .map(|(digit, weight)| u32::from(digit - b'0') * weight)
                .sum();
            let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap();
            let person = Person {
                name: "示例人".parse().unwrap(),
                id: format!("{digits}{check}").parse().unwrap(),
                phone: None,
                region: Some(region(XUANWU)),
            };
            let enter = move |tx: &mut store::Tx<'_>| {
                identity::enter(tx, &Actor::System("import"), &Particulars::Person(person.clone()))
            };
            citizen(100 + n as u128, db.write(enter).unwrap())
        })
        .collect()
}

#[test]
fn a_slot_is_never_oversold() {
    each_house(|house| {
        let people = people(&house.db, 24);
        let slot = house.slot(1, 9, 0);
        let capacity = usize::from(house.hall().capacity(halls::rulebook(), letter("B")));
        assert!(capacity < people.len());
        let house = Arc::new(house);
        let threads: Vec<_> = people
            .into_iter()
            .map(|actor| {
                let house = Arc::clone(&house);
                thread::spawn(move || {
                    patiently(|| {
                        let (actor, wish) =
                            (actor.clone(), Wish { hall: hall_id(), item: code(RENEWAL), slot, persons: 1 });
                        house.db.write(move |tx| desk::book(tx, &actor, &wish))
                    })
                })
            })
            .collect();
        let (mut booked, mut refused) = (0, 0);
        for thread in threads {
            match thread.join().unwrap() {
                Ok(_) => booked += 1,
                Err(Refusal::SlotFull { left: 0 }) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((booked, refused), (capacity, 24 - capacity));
        let hall = house.hall();
        let days = house.db.read(|read| query::free(read, &hall, letter("B"))).unwrap();
        let free = days.iter().flat_map(|day| &day.slots).find(|free| free.slot == slot).unwrap();
        assert_eq!(free.left, 0);
        house.verify();
    });
}

/// A lost race on PostgreSQL beyond its own tries is tried again, as a face's user would.
fn patiently<T>(mut work: impl FnMut() -> Result<T, Failure<Refusal>>) -> Result<T, Refusal> {
    for _ in 0..20 {
        match work() {
            Ok(done) => return Ok(done),
            Err(Failure::Refused(refusal)) => return Err(refusal),
            Err(Failure::Broken(Error::Busy(_) | Error::Lost)) => {}
            Err(Failure::Broken(error)) => panic!("{error}"),
        }
    }
    panic!("busy for too long")
}

#[test]
fn numbers_are_given_once_and_tickets_called_once() {
    each_house(|house| {
        let windows = 4;
        let clerks: Vec<Actor> =
            (0..windows).map(|n| crate::house::staff(50 + n, XUANWU, kernel::Duty::Receive)).collect();
        for (clerk, window) in clerks.iter().zip(1..) {
            house.open_window(clerk, window);
        }
        let house = Arc::new(house);
        let drawing: Vec<_> = (0..6)
            .map(|_| {
                let house = Arc::clone(&house);
                thread::spawn(move || {
                    (0..5)
                        .map(|_| patiently(|| house.draw(&KIOSK, "A", None)).unwrap().number.serial)
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let serials: BTreeSet<u32> = drawing.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(serials, (1..=30).collect::<BTreeSet<u32>>());

        let calling: Vec<_> = clerks
            .into_iter()
            .map(|clerk| {
                let house = Arc::clone(&house);
                thread::spawn(move || serve_all(&house, &clerk))
            })
            .collect();
        let called: Vec<u32> = calling.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(called.len(), 30, "nobody is called twice");
        assert_eq!(called.into_iter().collect::<BTreeSet<u32>>().len(), 30, "and nobody is forgotten");
        house.verify();
    });
}

/// Calls and finishes until nobody waits.
fn serve_all(house: &House, clerk: &Actor) -> Vec<u32> {
    let mut called = vec![];
    loop {
        match patiently(|| house.next(clerk)) {
            Ok(ticket) => {
                patiently(|| house.on(clerk, ticket.id, ticket::Command::Finish)).unwrap();
                called.push(ticket.number.serial);
            }
            Err(Refusal::NobodyWaits) => return called,
            Err(other) => panic!("{other}"),
        }
    }
}
