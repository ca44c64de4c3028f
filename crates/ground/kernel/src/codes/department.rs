//! Departments: a kind of office in a region.

use crate::text::{exactly, open_debug, plain, plain_code, serde_as_text};
use crate::{BadCode, RegionCode};
use std::{fmt, str::FromStr};

/// What a department is for (部门类别): 3 digits — the two of the national department code and a serial for
/// offices that a locality splits off. `090` public security, `170` housing, `171` provident fund.
///
/// Source of the first two: the department part of GB/T 39554.1-2020 basic codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindCode([u8; 3]);

plain_code!(KindCode);
open_debug!(KindCode);

impl KindCode {
    /// The two digits of the national department code.
    pub fn national(&self) -> &str {
        &self.as_str()[..2]
    }
}

impl FromStr for KindCode {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        exactly(plain(text), |byte| byte.is_ascii_digit()).map(KindCode)
    }
}

/// A department (部门): the office of a kind in a region. `320102000000-090`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DepartmentId {
    /// Where it serves.
    pub region: RegionCode,
    /// What it is for.
    pub kind: KindCode,
}

serde_as_text!(DepartmentId);
open_debug!(DepartmentId);

impl DepartmentId {
    /// The department of `kind` in `region`.
    pub const fn new(region: RegionCode, kind: KindCode) -> DepartmentId {
        DepartmentId { region, kind }
    }
}

impl fmt::Display for DepartmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.region, self.kind)
    }
}

impl FromStr for DepartmentId {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let (region, kind) = text.split_once('-').ok_or(BadCode::Length { want: 16 })?;
        Ok(DepartmentId { region: region.parse()?, kind: kind.parse()? })
    }
}
