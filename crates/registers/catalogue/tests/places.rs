//! Where a person's business is done.

use catalogue::place;
use kernel::{Level, RegionCode};
use proptest::prelude::*;

use crate::Shipped;

fn served(code: &str, here: &str) -> Result<String, usize> {
    let shipped = Shipped::load();
    place(&shipped.regions, &shipped.item(code), here.parse().unwrap())
        .map(|region| region.to_string())
        .map_err(|not_here| not_here.options.len())
}

#[test]
fn the_nearest_level_upwards_serves() {
    // 公共场所卫生许可: city and county.
    assert_eq!(served("320123905000", "320102002001").unwrap(), "320102000000");
    assert_eq!(served("320123905000", "320102000000").unwrap(), "320102000000");
    assert_eq!(served("320123905000", "320100000000").unwrap(), "320100000000");
    // 出生登记: county, town, village.
    assert_eq!(served("320709905000", "320102002001").unwrap(), "320102002001");
    // 住房公积金: city only.
    assert_eq!(served("322017904000", "320102002001").unwrap(), "320100000000");
    // An old code serves like the region that took its place.
    assert_eq!(served("320123905000", "320611000000").unwrap(), "320613000000");
}

#[test]
fn who_stands_too_high_chooses_further() {
    assert_eq!(served("320709905000", "320000000000"), Err(13));
    assert_eq!(served("320709905000", "320100000000"), Err(11));
    assert_eq!(served("320709905000", "110000000000"), Err(0), "no such region here");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]
    #[test]
    fn the_serving_region_is_an_ancestor_on_a_level_of_the_item(pick in 0usize..23_563) {
        let shipped = Shipped::load();
        let here: RegionCode = shipped.regions.iter().nth(pick).unwrap().code;
        for item in shipped.items.iter() {
            match place(&shipped.regions, item, here) {
                Ok(region) => {
                    prop_assert!(region.contains(here) && item.is_on(region.level()));
                    let between = here.ancestors().take_while(|above| *above != region);
                    prop_assert!(between.into_iter().all(|below| !item.is_on(below.level())));
                }
                Err(_) => prop_assert!(here.ancestors().all(|above| !item.is_on(above.level()))),
            }
        }
        prop_assert!(Level::ALL.contains(&here.level()));
    }
}
