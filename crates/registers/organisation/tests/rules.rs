//! What may be imported and set.

use kernel::{Actor, DepartmentId, Duty, Power, Scope, StaffId};
use organisation::builtin::builtin;
use organisation::rules::{check_settings, may_import, plan_regions};
use organisation::{Refusal, Region, RegionLine, Regions, Settings};

use crate::Shipped;

fn standing(line: &RegionLine) -> Region {
    Region { code: line.code, name: line.name.clone(), kind: line.kind, valid_from: None, valid_to: None }
}

fn staff(region: &str, subtree: bool, duty: Duty) -> Actor {
    let region = region.parse().unwrap();
    let scope = Scope { region, subtree, kind: None };
    let staff: StaffId = "0190f5a0000070008000000000000001".parse().unwrap();
    Actor::Staff { staff, region, post: "系统管理员".into(), powers: vec![Power { duty, scope }] }
}

#[test]
fn a_list_is_compared_with_the_register() {
    let list = builtin().unwrap().regions;
    let stored: Vec<Region> = list.iter().map(standing).collect();
    let same = plan_regions(&stored, &list).unwrap();
    assert_eq!(same, organisation::rules::RegionPlan::default());
    assert_eq!(plan_regions(&[], &list).unwrap().added.len(), list.len());

    let mut next = list.clone();
    let gone = next.pop().unwrap();
    next[1].name = "金陵市".into();
    let plan = plan_regions(&stored, &next).unwrap();
    assert_eq!((plan.added.len(), plan.closed.as_slice()), (0, [gone.code].as_slice()));
    assert_eq!(plan.changed[0].1, "南京市");

    let mut ended = stored.clone();
    ended.last_mut().unwrap().valid_to = Some("2024-01-01".parse().unwrap());
    assert_eq!(plan_regions(&ended, &list).unwrap().revived, [gone]);
}

#[test]
fn a_list_with_orphans_or_doubles_is_refused_whole() {
    let list = builtin().unwrap().regions;
    let orphans: Vec<_> = list.iter().filter(|line| line.code.to_string() != "320100000000").cloned().collect();
    assert!(matches!(plan_regions(&[], &orphans), Err(Refusal::BadLines(bad)) if bad.len() > 10));
    let doubles = [list[0].clone(), list[0].clone()];
    assert!(matches!(plan_regions(&[], &doubles), Err(Refusal::BadLines(bad)) if bad[0].line == 2));
}

#[test]
fn only_the_province_imports_registers() {
    let regions = &Shipped::load().regions;
    assert_eq!(may_import(&Actor::System("import"), regions), Ok(()));
    assert_eq!(may_import(&staff("320000000000", true, Duty::Administer), regions), Ok(()));
    assert_eq!(may_import(&staff("320100000000", true, Duty::Administer), regions), Err(Refusal::NotYours));
    assert_eq!(may_import(&staff("320000000000", true, Duty::Publish), regions), Err(Refusal::NotYours));
    assert_eq!(may_import(&staff("320000000000", true, Duty::Administer), &Regions::default()), Err(Refusal::NotYours));
}

#[test]
fn a_department_is_described_by_its_own_administrator() {
    let id: DepartmentId = "320102000000-090".parse().unwrap();
    let check = |actor: &Actor, settings: Settings, want: Result<(), &str>| {
        let found = check_settings(actor, &id, &settings);
        assert_eq!(found.as_ref().copied().map_err(kernel::Refuse::code), want, "{settings:?}");
    };
    let own = staff("320102000000", false, Duty::Administer);
    let phone = |phone: &str| Settings { phone: Some(phone.into()), ..Settings::default() };
    check(&own, Settings::default(), Ok(()));
    check(&staff("320104000000", false, Duty::Administer), Settings::default(), Err("organisation.not-yours"));
    check(&own, phone("025-12345"), Ok(()));
    check(&own, phone("12345"), Err("organisation.bad-phone"));
    check(&own, phone("25-1234567"), Err("organisation.bad-phone"));
    let both = Settings { complaints: Some("025-12345".into()), ..phone("025-12345") };
    check(&own, both, Err("organisation.bad-phone"));
    check(&own, Settings { name: Some(" ".into()), ..Settings::default() }, Err("organisation.bad-text"));
}
