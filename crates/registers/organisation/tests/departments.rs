//! Departments follow from regions and kinds.

use std::collections::HashSet;

use kernel::{CreditCode, DepartmentId};
use organisation::{AreaCodes, Overrides, Settings, department_credit_code};

use crate::Shipped;

#[test]
fn a_department_is_called_as_on_its_level() {
    let shipped = Shipped::load();
    let check = |id, name: &str| assert_eq!(shipped.name(id), name);
    check("320000000000-090", "江苏省公安厅");
    check("320100000000-090", "南京市公安局");
    check("320102000000-090", "南京市公安局玄武分局");
    check("320685000000-090", "海安市公安局");
    check("320576000000-090", "苏州市公安局苏州工业园区分局");
    check("320102002000-090", "梅园新村街道派出所");
    check("320102002001-090", "梅园新村街道派出所梅园新村警务室");
    check("320102000000-310", "南京市玄武区市场监督管理局");
    check("320102002000-110", "梅园新村街道办事处（民政）");
    check("320102002001-230", "梅园新村社区居民委员会便民服务站（卫生健康）");
    check("320100000000-171", "南京市住房公积金管理中心");
    check("320102000000-300", "国家税务总局南京市玄武区税务局");
    check("320000000000-171", "");
    check("320102000000-999", "");
}

#[test]
fn every_department_has_a_valid_credit_code_of_its_own() {
    let shipped = Shipped::load();
    let mut seen: HashSet<CreditCode> = HashSet::new();
    for region in shipped.regions.iter() {
        for kind in shipped.kinds.iter() {
            let id = DepartmentId { region: region.code, kind: kind.code };
            let code = department_credit_code(&id, kind.category);
            assert_eq!(code.as_str().parse(), Ok(code));
            assert!(code.organisation().is_ok(), "inner check of {code}");
            assert_eq!(
                (code.authority(), code.category(), code.region6()),
                ('1', kind.category, region.code.county6())
            );
            assert_eq!(&code.as_str()[8..9], "X");
            assert!(seen.insert(code), "{id} shares {code}");
        }
    }
    assert_eq!(seen.len(), 23_563 * 28);
}

#[test]
fn every_region_has_a_management_office_with_numbers_that_cannot_ring() {
    let shipped = Shipped::load();
    for region in shipped.regions.iter() {
        let department = shipped.department(&format!("{}-010", region.code)).unwrap();
        let place = &department.place;
        assert!(department.demonstration && !department.name.contains(['{', '}']), "{}", department.name);
        assert_ne!(place.phone, place.complaints);
        let (area, number) = place.phone.split_once('-').unwrap();
        assert!(area.starts_with('0') && number.starts_with('0') && number.len() == 8, "{}", place.phone);
        assert!(place.complaints.ends_with("-12345"));
    }
    assert_eq!(shipped.department("320500000000-090").unwrap().place.phone.split('-').next(), Some("0512"));
}

#[test]
fn a_place_sets_what_it_knows_better() {
    let shipped = Shipped::load();
    let id: DepartmentId = "320102000000-090".parse().unwrap();
    let settings = Settings { address: Some("某路 1 号".into()), ..Settings::default() };
    let overrides = Overrides::new([(id, settings)]);
    let department = shipped.kinds.department(&shipped.regions, &AreaCodes::default(), &overrides, &id).unwrap();
    assert_eq!(department.place.address, "某路 1 号");
    assert_eq!(department.name, "南京市公安局玄武分局");
    assert!(department.demonstration, "telephone and credit code are still made up");
}
