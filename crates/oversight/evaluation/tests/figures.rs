//! The kept figures equal a recount over random histories, and rates say what they are made of.

use evaluation::{Level, Rate, Sums, Turn, query};
use kernel::Actor;

use crate::given;
use crate::house::*;

/// A small deterministic generator, so that a failure can be seen again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn the_figures_equal_a_recount_over_random_histories() {
    each_house(|house| {
        let mut dice = Dice(20_261_126);
        let month = house.month();
        let mut numbers: Vec<_> = (0..8).map(|_| house.served()).collect();
        for round in 0..120 {
            let number = numbers[usize::try_from(dice.roll(numbers.len() as u64)).unwrap()];
            let level = Level::ALL[usize::try_from(dice.roll(5)).unwrap()];
            // Most of these are refused: whatever is not, must be counted right.
            match dice.roll(10) {
                0 | 1 => drop(house.rate(&house.citizen, number, Turn::First, level)),
                2 => drop(house.rate(&house.citizen, number, Turn::FollowUp, level)),
                3 => drop(house.handle(&house.officer, number, given::contact())),
                4 => drop(house.handle(&house.officer, number, given::verify(None))),
                5 => {
                    let mistaken = given::verify(Some(evaluation::Dismissal::Mistaken));
                    drop(house.handle(&house.officer, number, mistaken));
                }
                6 => drop(house.handle(&house.second, number, given::confirm(dice.roll(2) == 0))),
                7 => drop(house.handle(&house.citizen, number, given::object())),
                8 => drop(house.handle(&house.officer, number, given::reply())),
                _ => drop(house.handle(&house.supervisor, number, given::settle(dice.roll(2) == 0))),
            }
            if dice.roll(12) == 0 && numbers.len() < 12 {
                numbers.push(house.served());
            }
            if dice.roll(15) == 0 {
                house.pass_days(dice.roll(4));
            }
            if round % 7 == 0 {
                house.drain();
                let differences = house.db.read(|read| query::recount(read, month)).unwrap();
                assert_eq!(differences, [], "after round {round}");
            }
        }
        house.drain();
        assert_eq!(house.db.read(|read| query::recount(read, month)).unwrap(), []);
        house.verify();
    });
}

#[test]
fn a_report_adds_up_and_stands_beside_its_peers() {
    each_house(|house| {
        let numbers: Vec<_> = (0..6).map(|_| house.served()).collect();
        for (number, level) in numbers.iter().zip([Level::Very, Level::Very, Level::Well, Level::Fairly, Level::Bad]) {
            house.rate(&house.citizen, *number, Turn::First, level).unwrap();
        }
        house.drain();
        let month = house.month();
        let of = |code: &str, kind: Option<&str>| {
            let kind = kind.map(|kind| kind.parse().unwrap());
            house.db.read(|read| query::report(read, &region(code), kind.as_ref(), month)).unwrap()
        };
        let district = of(XUANWU, None);
        assert_eq!((district.own.get("in"), district.own.get("ended"), district.own.ratings()), (6, 6, 5));
        assert_eq!(district.own.satisfied(), Rate { part: 4, whole: 5 });
        assert_eq!(district.own.response(), Rate { part: 5, whole: 6 });
        assert_eq!(district.own.satisfied().fair(), Some(800));
        assert_eq!(district.own.score_tenths(), Some(36));
        assert_eq!(district.trend.len(), 13);
        assert!(district.before.is_empty() && district.last_year.is_empty());
        assert!(district.peers.iter().any(|peer| peer.code == region(XUANWU) && peer.sums.get("ended") == 6));
        let city = of("320100000000", None);
        assert_eq!(city.own.get("ended"), 6);
        assert_eq!(city.below.iter().map(|place| place.sums.get("ended")).sum::<i64>(), 6);
        let culture = of("320100000000", Some("220"));
        assert_eq!(culture.own.get("ended"), 6);
        assert_eq!(of("320100000000", Some("310")).own.get("ended"), 0);
        let unit = city.units.iter().find(|unit| unit.kind.to_string() == "220").unwrap();
        assert_eq!(unit.sums.ratings(), 5);
        assert_eq!(city.ways["online"].get("in"), 6);
        let index = house.db.read(|read| query::index(read, &region("320000000000"), &city.own)).unwrap();
        let value = |code: &str| {
            let all = index.iter().flat_map(|scored| &scored.indicators);
            all.into_iter().find(|found| found.indicator.code == code).unwrap().permille()
        };
        assert_eq!(
            (value("satisfied"), value("online-accepted"), value("types").is_some()),
            (Some(800), Some(1000), true)
        );
        assert_eq!((value("complaints"), value("search-hits")), (None, None), "what is not measured is not made up");
        assert!(house.db.read(|read| query::months(read)).unwrap().contains(&month));
    });
}

#[test]
fn too_few_ratings_give_no_percentage_and_silence_is_in_no_part() {
    let sums = |pairs: &[(&str, i64)]| Sums(pairs.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect());
    let few = sums(&[("level-1", 4), ("rated", 4), ("ended", 100), ("lapsed", 96)]);
    assert_eq!((few.satisfied().permille(), few.satisfied().fair()), (Some(1000), None));
    assert_eq!(few.response().fair(), Some(40));
    let some = sums(&[("level-1", 1), ("level-5", 5), ("rated", 7), ("set-aside", 1), ("ended", 7)]);
    assert_eq!(some.satisfied(), Rate { part: 1, whole: 6 });
    assert_eq!(some.satisfied().fair(), Some(167));
    assert_eq!(Sums::default().satisfied().permille(), None);
    assert_eq!(Actor::System("x").party(), None);
}
