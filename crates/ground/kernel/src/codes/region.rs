//! Regions: where people live and which office serves them.

use crate::BadCode;
use crate::text::{exactly, open_debug, plain, plain_code};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A region's code (区划代码): 12 digits — province 2, city 2, county 2, town 3, village 3, zeros where the level
/// stands above.
///
/// Source: GB/T 2260, GB/T 10114-2003 and the statistical division codes. Cities without counties have their towns
/// directly below them (county part 00).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode([u8; 12]);

plain_code!(RegionCode);
open_debug!(RegionCode);

/// Where each level's part of the code begins.
const PARTS: [(Level, usize); 5] =
    [(Level::Village, 9), (Level::Town, 6), (Level::County, 4), (Level::City, 2), (Level::Province, 0)];

impl RegionCode {
    /// The level, told from the zeros.
    pub fn level(&self) -> Level {
        self.last_part().0
    }

    /// The region directly above; provinces have none.
    pub fn parent(&self) -> Option<RegionCode> {
        let (level, start) = self.last_part();
        if level == Level::Province { None } else { Some(self.cut(start)) }
    }

    /// This region and all above it, from below.
    pub fn ancestors(self) -> impl Iterator<Item = RegionCode> {
        std::iter::successors(Some(self), RegionCode::parent)
    }

    /// The ancestor (or itself) on `level`, if it has one there.
    pub fn at(self, level: Level) -> Option<RegionCode> {
        self.ancestors().find(|region| region.level() == level)
    }

    /// Whether `other` is this region or lies in it.
    pub fn contains(&self, other: RegionCode) -> bool {
        let (_, start) = self.last_part();
        let end = PARTS.iter().rev().map(|(_, start)| *start).find(|next| *next > start).unwrap_or(12);
        self.0[..end] == other.0[..end]
    }

    /// The first six digits: province, city and county as in GB/T 2260.
    pub fn county6(&self) -> &str {
        &self.as_str()[..6]
    }

    /// The region that a code of 2, 4, 6, 9 or 12 digits means, as other systems shorten it.
    pub fn from_short(text: &str) -> Result<RegionCode, BadCode> {
        let digits = plain(text).take(13).count();
        let filled = match digits {
            2 | 4 | 6 | 9 => 12 - digits,
            _ => 0,
        };
        parse(plain(text).chain(std::iter::repeat_n('0', filled)))
    }

    /// The lowest level whose part is not zero, and where that part begins.
    fn last_part(&self) -> (Level, usize) {
        let mut end = self.0.len();
        for (level, start) in PARTS {
            if self.0[start..end].iter().any(|digit| *digit != b'0') {
                return (level, start);
            }
            end = start;
        }
        (Level::Province, 0)
    }

    fn cut(&self, from: usize) -> RegionCode {
        let mut code = *self;
        code.0[from..].fill(b'0');
        code
    }
}

impl FromStr for RegionCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        parse(plain(text))
    }
}

fn parse(text: impl Iterator<Item = char>) -> Result<RegionCode, BadCode> {
    let code = exactly::<12>(text, |byte| byte.is_ascii_digit())?;
    let zero = |from: usize, to: usize| code[from..to].iter().all(|digit| *digit == b'0');
    let no_province = code[0] == b'0';
    let below_no_city = zero(2, 4) && !zero(4, 12);
    let below_no_town = zero(6, 9) && !zero(9, 12);
    if no_province || below_no_city || below_no_town { Err(BadCode::Region) } else { Ok(RegionCode(code)) }
}

/// The five levels of administration, highest first (省、市、县、乡、村).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省级
    Province,
    /// 市级
    City,
    /// 县级
    County,
    /// 镇（乡、街道）级
    Town,
    /// 村（社区）级
    Village,
}

impl Level {
    /// All levels, highest first.
    pub const ALL: [Level; 5] = [Level::Province, Level::City, Level::County, Level::Town, Level::Village];

    /// 1 for a province to 5 for a village, as region lists count.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The level with this number, as region lists count.
    pub fn from_number(number: u8) -> Option<Level> {
        Level::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// 2 for a province to 6 for a village: the exercising level (行使层级) of GB/T 39046-2020 A.2, where 1 is the
    /// state.
    pub const fn exercise_code(self) -> u8 {
        self as u8 + 2
    }

    /// The level with this exercising level code.
    pub fn from_exercise_code(code: u8) -> Option<Level> {
        Level::from_number(code.checked_sub(1)?)
    }
}
