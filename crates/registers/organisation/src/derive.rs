//! A department follows from a region and a kind.

use kernel::{DepartmentId, Level};

use crate::credit::department_credit_code;
use crate::kinds::AreaCodes;
use crate::model::{Department, DepartmentKind, Place, Region, RegionKind};
use crate::regions::{Regions, stem};

/// Opening hours that hold where a place has not set its own.
const HOURS: &str = "工作日 9:00 至 12:00，13:30 至 17:00";

/// The department of this kind in this region; `None` when the region is unknown or has none.
pub(crate) fn department(
    regions: &Regions,
    areas: &AreaCodes,
    kind: &DepartmentKind,
    id: &DepartmentId,
) -> Option<Department> {
    let region = regions.get(&id.region)?;
    let pattern = kind.patterns.get(region.kind)?;
    Some(Department {
        id: *id,
        name: name(regions, region, pattern),
        short: kind.short.clone(),
        credit_code: department_credit_code(id, kind.category),
        place: place(regions, areas, region, id),
        demonstration: true,
    })
}

/// Puts names into a pattern.
fn name(regions: &Regions, region: &Region, pattern: &str) -> String {
    let above = |level: Level| regions.path(&region.code).into_iter().find(|place| place.level() == level);
    let own = |level: Level| above(level).map(|place| place.name.as_str()).unwrap_or_default();
    let mut name = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((word, tail)) = after.split_once('}') else { break };
        name.push_str(before);
        match word {
            "province" => name.push_str(own(Level::Province)),
            "city" => name.push_str(own(Level::City)),
            "county" => name.push_str(own(Level::County)),
            "county_stem" => name.push_str(stem(own(Level::County))),
            "county_full" => {
                name.push_str(&above(Level::County).map(|place| county_full(regions, place)).unwrap_or_default())
            }
            "town" => name.push_str(own(Level::Town)),
            "town_office" => name.push_str(&above(Level::Town).map(town_office).unwrap_or_default()),
            "village" => name.push_str(own(Level::Village)),
            "village_stem" => name.push_str(village_stem(own(Level::Village))),
            "village_committee" => name.push_str(&village_committee(region)),
            _ => {}
        }
        rest = tail;
    }
    name.push_str(rest);
    name
}

/// A district is named with its city (南京市玄武区); a county, a county-level city and a zone stand by themselves.
fn county_full(regions: &Regions, county: &Region) -> String {
    match county.kind {
        RegionKind::District => regions.full_name(&county.code),
        _ => county.name.clone(),
    }
}

/// The body that governs a town: a government, the office that a district sends out, or a committee.
fn town_office(town: &Region) -> String {
    match town.kind {
        RegionKind::Subdistrict => format!("{}办事处", town.name),
        RegionKind::Town | RegionKind::Township => format!("{}人民政府", town.name),
        _ => format!("{}管理机构", town.name),
    }
}

/// 梅园新村 of 梅园新村社区居委会.
fn village_stem(name: &str) -> &str {
    const TAILS: [&str; 6] = ["社区居委会", "社区居民委员会", "居委会", "居民委员会", "村民委员会", "村委会"];
    TAILS.iter().find_map(|tail| name.strip_suffix(tail)).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// The full name of a committee, for lists write it short.
fn village_committee(village: &Region) -> String {
    let name = &village.name;
    if let Some(stem) = name.strip_suffix("居委会") {
        format!("{stem}居民委员会")
    } else if let Some(stem) = name.strip_suffix("村委会") {
        format!("{stem}村民委员会")
    } else {
        name.clone()
    }
}

/// A plausible place with numbers that cannot ring: in China no subscriber's number begins with 0.
fn place(regions: &Regions, areas: &AreaCodes, region: &Region, id: &DepartmentId) -> Place {
    let full = regions.full_name(&region.code);
    let mark = mark(id);
    let address = match region.level() {
        Level::Town => format!("{full}便民服务中心 {} 号窗口", mark % 12 + 1),
        Level::Village => format!("{full}便民服务站"),
        _ => format!("{full}政务服务中心 {} 楼 {} 号窗口", mark % 3 + 1, mark / 3 % 40 + 1),
    };
    let area = areas.get(&region.code).unwrap_or_default();
    let dash = if area.is_empty() { "" } else { "-" };
    Place {
        address,
        phone: format!("{area}{dash}0{:07}", mark % 10_000_000),
        complaints: format!("{area}{dash}12345"),
        hours: HOURS.to_owned(),
    }
}

/// A number that is always the same for one department and scattered over all of them (FNV-1a).
fn mark(id: &DepartmentId) -> u64 {
    id.to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
        >> 16
}
