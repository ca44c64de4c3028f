//! Regions, kinds of department, departments; what happened to them, and why something was refused.

use std::fmt;

use kernel::{Class, CreditCode, Date, DepartmentId, KindCode, Level, RegionCode};
use serde::{Deserialize, Serialize};

/// A region (区划): a province, a city, a county, a town or a village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Statistical division code, 12 digits.
    pub code: RegionCode,
    /// Its own name, without those above it.
    pub name: String,
    /// What sort of place it is.
    pub kind: RegionKind,
    /// First day on which it existed; `None` when the register does not know.
    pub valid_from: Option<Date>,
    /// First day on which it no longer existed.
    pub valid_to: Option<Date>,
}

impl Region {
    /// The level on which it stands.
    pub fn level(&self) -> Level {
        self.code.level()
    }

    /// The region above it.
    pub fn parent(&self) -> Option<RegionCode> {
        self.code.parent()
    }

    /// A functional zone (功能区) has only a statistical code, none of GB/T 2260, yet runs halls of its own.
    pub fn is_functional_zone(&self) -> bool {
        self.kind == RegionKind::FunctionalZone
    }
}

/// What sort of place a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// 省
    Province,
    /// 设区市
    City,
    /// 市辖区
    District,
    /// 县
    County,
    /// 县级市
    CountyCity,
    /// 功能区: a development zone with a statistical code only.
    FunctionalZone,
    /// 街道
    Subdistrict,
    /// 镇
    Town,
    /// 乡
    Township,
    /// Town-like unit: a farm, a park, a harbour zone.
    TownLike,
    /// 居民委员会
    Residents,
    /// 村民委员会
    Villagers,
    /// Village-like unit.
    VillageLike,
}

impl RegionKind {
    /// The word under which it is stored and exchanged.
    pub fn word(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::District => "district",
            Self::County => "county",
            Self::CountyCity => "county_city",
            Self::FunctionalZone => "functional_zone",
            Self::Subdistrict => "subdistrict",
            Self::Town => "town",
            Self::Township => "township",
            Self::TownLike => "town_like",
            Self::Residents => "residents",
            Self::Villagers => "villagers",
            Self::VillageLike => "village_like",
        }
    }

    /// The kind that a stored word names.
    pub fn from_word(word: &str) -> Option<Self> {
        const ALL: [RegionKind; 13] = [
            RegionKind::Province,
            RegionKind::City,
            RegionKind::District,
            RegionKind::County,
            RegionKind::CountyCity,
            RegionKind::FunctionalZone,
            RegionKind::Subdistrict,
            RegionKind::Town,
            RegionKind::Township,
            RegionKind::TownLike,
            RegionKind::Residents,
            RegionKind::Villagers,
            RegionKind::VillageLike,
        ];
        ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One line of a region file, already checked by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegionLine {
    /// Statistical division code.
    pub code: RegionCode,
    /// Its own name.
    pub name: String,
    /// What sort of place it is.
    pub kind: RegionKind,
}

/// A code that no longer stands for a region, and the one that took its place.
///
/// Old codes live on in resident ID numbers, licences and credit codes, so they must keep meaning something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// The old code.
    pub code: RegionCode,
    /// The name it had.
    pub name: String,
    /// The region that took its place.
    pub successor: RegionCode,
    /// First day on which the old code stood.
    pub valid_from: Option<Date>,
    /// First day on which it no longer stood.
    pub valid_to: Date,
    /// What happened, in words.
    pub reason: String,
}

/// The telephone area code of a region and all below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AreaCode {
    /// The region.
    pub region: RegionCode,
    /// Three or four digits, with the leading zero.
    pub area_code: String,
}

/// One day that is not what its weekday says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarLine {
    /// The day.
    pub date: Date,
    /// `true` for a make-up working day, `false` for a day off.
    pub works: bool,
    /// The festival it belongs to.
    pub name: String,
}

/// A kind of department (部门), found again on each level: the public security organs, the tax offices …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentKind {
    /// National department code and a serial digit.
    pub code: KindCode,
    /// The two digits that stand in a basic code.
    pub national_code: String,
    /// Its name in the catalogue.
    pub name: String,
    /// What people call it.
    pub short: String,
    /// Second character of its credit code: 1 organ, 2 institution, 3 mass organisation.
    pub category: char,
    /// How a department of this kind is called on each level.
    pub patterns: Patterns,
}

/// Names with placeholders, one for each place; `None` where such a department does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patterns {
    /// On the province's level.
    pub province: Option<String>,
    /// On the city's level.
    pub city: Option<String>,
    /// In a district of a city.
    pub district: Option<String>,
    /// In a county or a county-level city.
    pub county: Option<String>,
    /// In a functional zone.
    pub zone: Option<String>,
    /// In a town or a subdistrict.
    pub town: Option<String>,
    /// In a village or a residents' community.
    pub village: Option<String>,
}

impl Patterns {
    /// The pattern for a region of this kind.
    pub fn get(&self, kind: RegionKind) -> Option<&str> {
        use RegionKind as K;
        match kind {
            K::Province => &self.province,
            K::City => &self.city,
            K::District => &self.district,
            K::County | K::CountyCity => &self.county,
            K::FunctionalZone => &self.zone,
            K::Subdistrict | K::Town | K::Township | K::TownLike => &self.town,
            K::Residents | K::Villagers | K::VillageLike => &self.village,
        }
        .as_deref()
    }
}

/// A department of one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Region and kind.
    pub id: DepartmentId,
    /// Its full name, such as 南京市公安局.
    pub name: String,
    /// What people call departments of its kind, such as 公安.
    pub short: String,
    /// Its unified social credit code.
    pub credit_code: CreditCode,
    /// Where to find it, and how.
    pub place: Place,
    /// `true` while address, numbers and credit code are made up and no authority has set its own.
    pub demonstration: bool,
}

/// Where a department is and when it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Address in words.
    pub address: String,
    /// Telephone for questions, with area code.
    pub phone: String,
    /// Telephone for complaints, with area code; never the same as `phone`.
    pub complaints: String,
    /// Opening hours in words.
    pub hours: String,
}

/// What a place sets differently for one of its departments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its true credit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<CreditCode>,
    /// Its true address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its true telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where complaints are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaints: Option<String>,
    /// Its true opening hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

/// A line of a file that cannot be taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// Counted from 1, the heading included.
    pub line: usize,
    /// For whoever must put it right.
    pub reason: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行：{}", self.line, self.reason)
    }
}

/// What happened in this room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A list of regions took the place of the one before.
    RegionsImported {
        /// Regions in the list.
        count: u64,
        /// Regions that were not there before.
        added: u64,
        /// Regions whose name or kind changed.
        changed: u64,
        /// Regions that are no longer in the list.
        closed: u64,
        /// SM3 of the whole register afterwards.
        digest: String,
    },
    /// Old codes were added.
    AliasesImported {
        /// Lines in the list.
        count: u64,
        /// SM3 of the whole register afterwards.
        digest: String,
    },
    /// Telephone area codes took the place of those before.
    AreaCodesImported {
        /// Lines in the list.
        count: u64,
        /// SM3 of the whole register afterwards.
        digest: String,
    },
    /// The days of the years that a file names took the place of what was known of those years.
    CalendarImported {
        /// Days in the file.
        count: u64,
        /// First year it names.
        from: i16,
        /// Last year it names.
        to: i16,
        /// SM3 of the whole register afterwards.
        digest: String,
    },
    /// A list of kinds of department took the place of the one before.
    KindsImported {
        /// Kinds in the list.
        count: u64,
        /// SM3 of the whole register afterwards.
        digest: String,
    },
    /// A place set something of its own for a department.
    DepartmentSet {
        /// The department.
        department: String,
        /// All that it sets now.
        settings: Settings,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "organisation";

    fn kind(&self) -> &'static str {
        match self {
            Self::RegionsImported { .. } => "regions-imported",
            Self::AliasesImported { .. } => "aliases-imported",
            Self::AreaCodesImported { .. } => "area-codes-imported",
            Self::CalendarImported { .. } => "calendar-imported",
            Self::KindsImported { .. } => "kinds-imported",
            Self::DepartmentSet { .. } => "department-set",
        }
    }
}

/// Why this room said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The actor may not do this.
    NotYours,
    /// Lines of a list that contradict each other or the register.
    BadLines(Vec<BadLine>),
    /// No such region.
    UnknownRegion(String),
    /// No such department.
    UnknownDepartment(String),
    /// A telephone number without area code, or one and the same for questions and complaints.
    BadPhone(&'static str),
    /// A text that is empty or too long.
    BadText(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYours => write!(f, "您的岗位没有这项职权。请联系本单位的系统管理员。"),
            Self::BadLines(lines) => {
                write!(f, "文件中有 {} 行不能导入，没有改动任何数据。", lines.len())?;
                lines.iter().take(5).try_for_each(|bad| write!(f, "第 {} 行：{}。", bad.line, bad.reason))
            }
            Self::UnknownRegion(code) => write!(f, "没有代码为 {code} 的地区。请从地区列表中选择。"),
            Self::UnknownDepartment(id) => write!(f, "没有编号为 {id} 的部门。请从部门列表中选择。"),
            Self::BadPhone(reason) => f.write_str(reason),
            Self::BadText(reason) => f.write_str(reason),
        }
    }
}

impl kernel::Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "organisation.not-yours",
            Self::BadLines(_) => "organisation.bad-lines",
            Self::UnknownRegion(_) => "organisation.unknown-region",
            Self::UnknownDepartment(_) => "organisation.unknown-department",
            Self::BadPhone(_) => "organisation.bad-phone",
            Self::BadText(_) => "organisation.bad-text",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotYours => Class::Forbidden,
            Self::UnknownRegion(_) | Self::UnknownDepartment(_) => Class::NotFound,
            Self::BadLines(_) | Self::BadPhone(_) | Self::BadText(_) => Class::Invalid,
        }
    }
}
