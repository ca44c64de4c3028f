//! The register of regions.

use kernel::{Level, RegionCode};
use organisation::RegionKind;

use crate::Shipped;

fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

#[test]
fn every_shipped_region_stands_under_another_but_the_province() {
    let shipped = Shipped::load();
    let count = |level| shipped.regions.at(level).count();
    assert_eq!(Level::ALL.map(count), [1, 13, 104, 1487, 21958]);
    assert_eq!(shipped.regions.roots().map(|region| region.name.as_str()).collect::<Vec<_>>(), ["江苏省"]);
    let below: usize = shipped.regions.iter().map(|region| shipped.regions.children(&region.code).len()).sum();
    assert_eq!(below + 1, shipped.regions.len());
}

#[test]
fn nine_functional_zones_are_flagged() {
    let shipped = Shipped::load();
    let zones: Vec<_> = shipped.regions.iter().filter(|region| region.is_functional_zone()).collect();
    assert_eq!(zones.len(), 9);
    let kind = |text| shipped.regions.get(&code(text)).map(|region| region.kind);
    assert_eq!(kind("320102000000"), Some(RegionKind::District));
    assert_eq!(kind("320623000000"), Some(RegionKind::County));
    assert_eq!(kind("320685000000"), Some(RegionKind::CountyCity));
}

#[test]
fn full_names_leave_out_the_province_and_do_not_say_a_city_twice() {
    let shipped = Shipped::load();
    let check = |text, name: &str| assert_eq!(shipped.regions.full_name(&code(text)), name);
    check("320000000000", "江苏省");
    check("320100000000", "南京市");
    check("320102000000", "南京市玄武区");
    check("320576000000", "苏州工业园区");
    check("320685000000", "南通市海安市");
    check("320102002001", "南京市玄武区梅园新村街道梅园新村社区居委会");
    check("999999000000", "");
}

#[test]
fn old_codes_lead_to_the_region_that_took_their_place() {
    let shipped = Shipped::load();
    let check = |old, name: &str| {
        assert_eq!(shipped.regions.resolve(&code(old)).map(|region| region.name.as_str()), Some(name));
    };
    check("320611000000", "崇川区");
    check("320602000000", "崇川区");
    check("320684000000", "海门区");
    check("320621000000", "海安市");
    check("320102000000", "玄武区");
    assert!(shipped.regions.get(&code("320611000000")).is_none());
    let named = |day: &str| shipped.regions.name_on(&code("320611000000"), day.parse().unwrap());
    assert_eq!(named("2019-01-01"), Some("港闸区"));
    assert_eq!(named("2024-01-01"), None);
}

#[test]
fn regions_are_found_by_part_of_their_name_and_by_old_names() {
    let shipped = Shipped::load();
    let first = |text| shipped.regions.find(text, 5).first().map(|region| region.name.clone()).unwrap_or_default();
    assert_eq!(first("玄武"), "玄武区");
    assert_eq!(first("南京"), "南京市");
    assert_eq!(first("港闸区"), "崇川区");
    assert_eq!(first("320102000000"), "玄武区");
    assert!(shipped.regions.find("没有这个地方", 5).is_empty());
    assert!(shipped.regions.find(" ", 5).is_empty());
    assert_eq!(shipped.regions.find("新", 7).len(), 7);
}
