//! The data that ship with the product, so that it starts anywhere without a file beside it.

use crate::model::{Alias, AreaCode, BadLine, CalendarLine, DepartmentKind, RegionLine};
use crate::parse;

/// Provinces, cities, counties and towns.
pub const REGIONS: &str = include_str!("../../../../data/regions.csv");
/// Villages and residents' communities.
pub const VILLAGES: &str = include_str!("../../../../data/villages.csv");
/// Old codes.
pub const ALIASES: &str = include_str!("../../../../data/region_aliases.csv");
/// Telephone area codes.
pub const AREA_CODES: &str = include_str!("../../../../data/area_codes.csv");
/// Days off and make-up days.
pub const CALENDAR: &str = include_str!("../../../../data/calendar.csv");
/// Kinds of department.
pub const KINDS: &str = include_str!("../../../../data/department_kinds.csv");

/// All shipped registers, read.
#[derive(Debug)]
pub struct Builtin {
    /// Every region, villages included.
    pub regions: Vec<RegionLine>,
    /// Old codes.
    pub aliases: Vec<Alias>,
    /// Telephone area codes.
    pub areas: Vec<AreaCode>,
    /// Days that are not what their weekday says.
    pub calendar: Vec<CalendarLine>,
    /// Kinds of department.
    pub kinds: Vec<DepartmentKind>,
}

/// Reads the shipped data. It fails only if a file was spoilt before the build.
pub fn builtin() -> Result<Builtin, Vec<BadLine>> {
    let mut regions = parse::regions(REGIONS, |_| false)?;
    let towns: std::collections::HashSet<_> = regions.iter().map(|line| line.code).collect();
    regions.extend(parse::regions(VILLAGES, |code| towns.contains(&code))?);
    Ok(Builtin {
        aliases: parse::aliases(ALIASES, |code| towns.contains(&code))?,
        areas: parse::area_codes(AREA_CODES)?,
        calendar: parse::calendar(CALENDAR)?,
        kinds: parse::kinds(KINDS)?,
        regions,
    })
}
