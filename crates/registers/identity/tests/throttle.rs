//! Who has to wait after wrong passwords, as a table.

use std::time::Duration;

use identity::{
    Policy,
    rules::throttle::{Tally, Way, count_everywhere, count_here, decide},
};
use kernel::Timestamp;
use proptest::prelude::*;

const NOW: i64 = 1_790_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW + seconds).unwrap()
}

fn tally(wrong: u32, since: i64, last: i64) -> Option<Tally> {
    Some(Tally { wrong, since: at(since), last: at(last) })
}

#[test]
fn a_place_waits_longer_each_time_and_everybody_waits_at_the_ceiling() {
    use Way::{Code, Device, Unknown};
    let until = |seconds: i64| Err(at(seconds));
    for (what, way, here, everywhere, want) in [
        ("the first try", Unknown, None, None, Ok(())),
        ("four slips are anybody's", Unknown, tally(4, -10, 0), None, Ok(())),
        ("the fifth waits half a minute", Unknown, tally(5, -10, 0), None, until(30)),
        ("and is over then", Unknown, tally(5, -40, -30), None, Ok(())),
        ("then a minute", Unknown, tally(6, -99, -1), None, until(59)),
        ("then two", Unknown, tally(7, -99, 0), None, until(120)),
        ("at most a quarter of an hour", Unknown, tally(10, -99, 0), None, until(900)),
        ("however many", Unknown, tally(u32::MAX, -99, 0), None, until(900)),
        ("a day of quiet is forgotten", Unknown, tally(99, -99_999, -86_400), None, Ok(())),
        ("below the ceiling", Unknown, None, tally(99, -60, 0), Ok(())),
        ("at the ceiling", Unknown, None, tally(100, -60, 0), until(3540)),
        ("the hour is over", Unknown, None, tally(100, -3600, 0), Ok(())),
        ("a known browser goes past it", Device, None, tally(5000, -60, 0), Ok(())),
        ("a code goes past it", Code, None, tally(5000, -60, 0), Ok(())),
        ("a known browser that guesses waits", Device, tally(5, -10, 0), None, until(30)),
        ("so does who guesses with codes", Code, tally(5, -10, 0), tally(5000, -60, 0), until(30)),
    ] {
        let found = decide(way, here.as_ref(), everywhere.as_ref(), at(0), &Policy::default());
        assert_eq!(found, want, "{what}");
    }
}

proptest! {
    /// Whoever tries as often as they are let gets nowhere near the passwords there are.
    #[test]
    fn one_place_gets_few_tries_a_day(patience in 1_u64..1200) {
        let policy = Policy::default();
        let (mut now, mut here, mut tried) = (at(0), None, 0);
        while now < at(86_400) {
            match decide(Way::Unknown, here.as_ref(), None, now, &policy) {
                Ok(()) => {
                    here = Some(count_here(here, now, &policy));
                    tried += 1;
                }
                Err(until) => prop_assert!(until > now && until <= now + policy.lock),
            }
            now += Duration::from_secs(patience);
        }
        prop_assert!(tried <= 5 + 5 + 24 * 4, "{tried} tries");
    }

    /// However many places there are, together they get no more than the ceiling in each span.
    #[test]
    fn all_places_together_stay_below_the_ceiling(step in 1_i64..60) {
        let policy = Policy::default();
        let (mut everywhere, mut tried) = (None, 0);
        for n in 0..3600 / step {
            if decide(Way::Unknown, None, everywhere.as_ref(), at(n * step), &policy).is_ok() {
                everywhere = Some(count_everywhere(everywhere, at(n * step), &policy));
                tried += 1;
            }
        }
        prop_assert!(tried <= policy.ceiling);
    }
}
