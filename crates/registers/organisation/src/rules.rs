//! What may be imported and set, and what follows from it. Pure.

use std::collections::{HashMap, HashSet};

use kernel::{Actor, DepartmentId, Duty, KindCode, RegionCode};

use crate::model::{BadLine, Refusal, Region, RegionLine, Settings};
use crate::regions::Regions;

/// The kind of department that runs the platform itself: 政务服务管理机构.
const MANAGEMENT: &str = "010";

/// Longest text that a place may set, in characters.
const TEXT_CHARS_MAX: usize = 120;

/// What turns the register of regions into a new list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RegionPlan {
    /// Regions that were never there.
    pub added: Vec<RegionLine>,
    /// Regions that had ended and stand again.
    pub revived: Vec<RegionLine>,
    /// Regions with another name or kind, and the name they had.
    pub changed: Vec<(RegionLine, String)>,
    /// Regions that are in the register and not in the list.
    pub closed: Vec<RegionCode>,
}

/// Compares a list with the register. `stored` holds every row, ended regions included.
pub fn plan_regions(stored: &[Region], list: &[RegionLine]) -> Result<RegionPlan, Refusal> {
    let codes: HashSet<RegionCode> = list.iter().map(|line| line.code).collect();
    let mut seen = HashSet::new();
    let mut bad = Vec::new();
    for (place, line) in list.iter().enumerate() {
        let orphan = line.code.parent().is_some_and(|parent| !codes.contains(&parent));
        let reason = match (seen.insert(line.code), orphan) {
            (false, _) => format!("代码 {} 重复", line.code),
            (_, true) => format!("{}（{}）没有上级地区", line.name, line.code),
            _ => continue,
        };
        bad.push(BadLine { line: place + 1, reason });
    }
    if !bad.is_empty() {
        return Err(Refusal::BadLines(bad));
    }
    let stored: HashMap<RegionCode, &Region> = stored.iter().map(|region| (region.code, region)).collect();
    let mut plan = RegionPlan::default();
    for line in list {
        match stored.get(&line.code) {
            None => plan.added.push(line.clone()),
            Some(region) if region.valid_to.is_some() => plan.revived.push(line.clone()),
            Some(region) if region.name != line.name || region.kind != line.kind => {
                plan.changed.push((line.clone(), region.name.clone()));
            }
            Some(_) => {}
        }
    }
    plan.closed = stored
        .values()
        .filter(|region| region.valid_to.is_none() && !codes.contains(&region.code))
        .map(|region| region.code)
        .collect();
    plan.closed.sort_unstable();
    Ok(plan)
}

/// Registers are imported by the house itself, or by an administrator of every province in it.
pub fn may_import(actor: &Actor, regions: &Regions) -> Result<(), Refusal> {
    let management: KindCode = MANAGEMENT.parse().map_err(|_| Refusal::NotYours)?;
    let everywhere = regions.roots().len() > 0
        && regions
            .roots()
            .all(|root| actor.may(Duty::Administer, &DepartmentId { region: root.code, kind: management }));
    match actor {
        Actor::System(_) => Ok(()),
        Actor::Staff { .. } if everywhere => Ok(()),
        _ => Err(Refusal::NotYours),
    }
}

/// A department is described by its own administrator; numbers carry their area code and complaints go elsewhere than questions.
pub fn check_settings(actor: &Actor, id: &DepartmentId, settings: &Settings) -> Result<(), Refusal> {
    if !matches!(actor, Actor::System(_)) && !actor.may(Duty::Administer, id) {
        return Err(Refusal::NotYours);
    }
    let texts = [
        (&settings.name, "部门名称应为 1 至 120 个字"),
        (&settings.address, "地址应为 1 至 120 个字"),
        (&settings.hours, "开放时间应为 1 至 120 个字"),
    ];
    for (text, reason) in texts {
        let fits = |text: &String| {
            !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX && !text.chars().any(char::is_control)
        };
        if text.as_ref().is_some_and(|text| !fits(text)) {
            return Err(Refusal::BadText(reason));
        }
    }
    for phone in [&settings.phone, &settings.complaints].into_iter().flatten() {
        if !is_phone(phone) {
            return Err(Refusal::BadPhone("电话请写区号和号码，例如 025-12345"));
        }
    }
    if settings.phone.is_some() && settings.phone == settings.complaints {
        return Err(Refusal::BadPhone("咨询电话和投诉电话不能相同，请分别填写"));
    }
    Ok(())
}

/// Area code, a dash, five to eight digits; a number of the whole country (400…) has its dash elsewhere.
fn is_phone(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(area, number)| {
        digits(area)
            && area.starts_with('0')
            && (3..=4).contains(&area.len())
            && digits(number)
            && (5..=8).contains(&number.len())
    })
}
