//! Kinds of department, telephone area codes and what places set for themselves, in memory.

use std::collections::HashMap;

use kernel::{DepartmentId, KindCode, RegionCode};
use store::{Cached, Read};

use crate::model::{AreaCode, Department, DepartmentKind, Settings};
use crate::regions::Regions;
use crate::{derive, table};

/// All kinds of department.
#[derive(Debug, Default)]
pub struct Kinds {
    all: Vec<DepartmentKind>,
    index: HashMap<KindCode, usize>,
}

impl Kinds {
    /// Orders kinds for asking.
    pub fn new(kinds: impl IntoIterator<Item = DepartmentKind>) -> Self {
        let mut all: Vec<DepartmentKind> = kinds.into_iter().collect();
        all.sort_by_key(|kind| kind.code);
        let index = all.iter().enumerate().map(|(place, kind)| (kind.code, place)).collect();
        Self { all, index }
    }

    /// The kind of this code.
    pub fn get(&self, code: &KindCode) -> Option<&DepartmentKind> {
        self.index.get(code).map(|place| &self.all[*place])
    }

    /// The kind that the catalogue calls by this name.
    pub fn by_name(&self, name: &str) -> Option<&DepartmentKind> {
        self.all.iter().find(|kind| kind.name == name)
    }

    /// Every kind, in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &DepartmentKind> {
        self.all.iter()
    }

    /// The department of a region and a kind; `None` when that region has none of this kind.
    pub fn department(
        &self,
        regions: &Regions,
        areas: &AreaCodes,
        overrides: &Overrides,
        id: &DepartmentId,
    ) -> Option<Department> {
        let kind = self.get(&id.kind)?;
        derive::department(regions, areas, kind, id).map(|department| overrides.applied(department))
    }
}

impl Cached for Kinds {
    const NAME: &'static str = "organisation.kinds";

    fn load(read: &mut dyn Read) -> Result<Self, store::Error> {
        table::kinds(read).map(Self::new)
    }
}

/// Telephone area codes.
#[derive(Debug, Default)]
pub struct AreaCodes(HashMap<RegionCode, String>);

impl AreaCodes {
    /// Orders area codes for asking.
    pub fn new(codes: impl IntoIterator<Item = AreaCode>) -> Self {
        Self(codes.into_iter().map(|code| (code.region, code.area_code)).collect())
    }

    /// The area code of a region: its own or that of the nearest region above it.
    pub fn get(&self, region: &RegionCode) -> Option<&str> {
        region.ancestors().find_map(|above| self.0.get(&above)).map(String::as_str)
    }
}

impl Cached for AreaCodes {
    const NAME: &'static str = "organisation.areas";

    fn load(read: &mut dyn Read) -> Result<Self, store::Error> {
        table::areas(read).map(Self::new)
    }
}

/// What places set for their departments.
#[derive(Debug, Default)]
pub struct Overrides(HashMap<DepartmentId, Settings>);

impl Overrides {
    /// Orders settings for asking.
    pub fn new(settings: impl IntoIterator<Item = (DepartmentId, Settings)>) -> Self {
        Self(settings.into_iter().collect())
    }

    /// What is set for this department.
    pub fn get(&self, id: &DepartmentId) -> Option<&Settings> {
        self.0.get(id)
    }

    fn applied(&self, mut department: Department) -> Department {
        let Some(settings) = self.get(&department.id) else { return department };
        let put = |place: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                place.clone_from(value);
            }
        };
        put(&mut department.name, &settings.name);
        put(&mut department.place.address, &settings.address);
        put(&mut department.place.phone, &settings.phone);
        put(&mut department.place.complaints, &settings.complaints);
        put(&mut department.place.hours, &settings.hours);
        if let Some(code) = settings.credit_code {
            department.credit_code = code;
        }
        // Only a place that told all that people rely on has left the demonstration behind.
        let told = [&settings.address, &settings.phone, &settings.complaints, &settings.hours];
        department.demonstration = told.iter().any(|told| told.is_none()) || settings.credit_code.is_none();
        department
    }
}

impl Cached for Overrides {
    const NAME: &'static str = "organisation.overrides";

    fn load(read: &mut dyn Read) -> Result<Self, store::Error> {
        table::settings(read).map(Self::new)
    }
}
