//! Questions that faces and other rooms ask.

use std::sync::Arc;

use clock::Calendar;
use kernel::DepartmentId;
use store::{Cached, Error, Read, ReadExt};

use crate::kinds::{AreaCodes, Kinds, Overrides};
use crate::model::Department;
use crate::regions::Regions;
use crate::table;

/// The calendar in memory.
#[derive(Debug)]
pub(crate) struct WorkingDays(Arc<Calendar>);

impl Cached for WorkingDays {
    const NAME: &'static str = "organisation.calendar";

    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        Ok(Self(Arc::new(Calendar::new(table::days(read)?))))
    }
}

/// The calendar of working days, make-up days included.
pub fn calendar(read: &mut dyn Read) -> Result<Arc<Calendar>, Error> {
    Ok(Arc::clone(&read.cached::<WorkingDays>()?.0))
}

/// The department of a region and a kind, with what its place has set; `None` when there is none.
pub fn department(read: &mut dyn Read, id: &DepartmentId) -> Result<Option<Department>, Error> {
    let regions = read.cached::<Regions>()?;
    let areas = read.cached::<AreaCodes>()?;
    let overrides = read.cached::<Overrides>()?;
    Ok(read.cached::<Kinds>()?.department(&regions, &areas, &overrides, id))
}
