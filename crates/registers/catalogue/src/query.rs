//! Questions that faces and other rooms ask.

use std::sync::Arc;

use clock::Limit;
use kernel::{BasicCode, Date, DepartmentId, ImplementationCode, RegionCode, WorkingDays};
use organisation::{Department, Regions};
use store::{Error, Failure, Read, ReadExt};

use crate::adjust::Adjustments;
use crate::form::{Form, Forms};
use crate::item::{BaseItem, Fee, Material, Source, Step};
use crate::items::Items;
use crate::place::place;
use crate::refusal::Refusal;
use crate::{rules, table};

/// What a question answers with that the rules can refuse.
pub type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// A local implementation (实施清单): an item as one department of one region handles it.
#[derive(Clone, Debug)]
pub struct Implementation {
    /// What is the same everywhere.
    pub base: Arc<BaseItem>,
    /// The version of the base item.
    pub version: u32,
    /// Since when that version holds.
    pub since: Date,
    /// The region that serves.
    pub region: RegionCode,
    /// Who handles it.
    pub department: Department,
    /// Implementation code (实施编码), 31 characters.
    pub code: ImplementationCode,
    /// The limit promised here.
    pub promised: WorkingDays,
    /// The materials asked for here.
    pub materials: Vec<Material>,
    /// What it costs here.
    pub fee: Fee,
    /// How often one must come here.
    pub visits: u32,
    /// Whether this place does better than the base item in something.
    pub adjusted: bool,
}

/// All that a guide page (办事指南) shows of one implementation.
#[derive(Clone, Debug)]
pub struct Guide {
    /// The implementation, with conditions, basis and result in its base item.
    pub implementation: Implementation,
    /// Names of the serving region and those above it, the province first.
    pub path: Vec<(RegionCode, String)>,
    /// How many materials the applicant has to bring.
    pub own_materials: usize,
    /// The steps with the working days that each may take; together they are the promise.
    pub steps: Vec<(Step, u32)>,
    /// The limit that the law sets, if it sets one.
    pub statutory: Option<Limit>,
    /// How many questions the form asks at most, and about how many minutes it takes.
    pub questions: usize,
    /// Minutes for the form.
    pub minutes: u32,
    /// Other regions of the same kind where it is handled: the neighbours first, below the same region.
    pub elsewhere: Vec<(RegionCode, String)>,
    /// How many regions of that level handle it in all.
    pub places: usize,
}

/// The implementation that serves somebody in `here`: the nearest region, upwards, whose level handles the item.
pub fn implementation(read: &mut dyn Read, code: &BasicCode, here: RegionCode) -> Result<Implementation> {
    let items = read.cached::<Items>()?;
    let published = items.published(code).ok_or_else(|| Refusal::UnknownItem(code.to_string()))?;
    let regions = read.cached::<Regions>()?;
    let base = Arc::clone(&published.item);
    let not_here = |options| Refusal::NotHere { item: base.name.clone(), options };
    let region = place(&regions, &base, here).map_err(|refused| {
        let unknown = regions.resolve(&here).is_none();
        if unknown { Refusal::UnknownRegion(here.to_string()) } else { not_here(refused.options) }
    })?;
    let id = DepartmentId { region, kind: base.department };
    let department = organisation::department(read, &id)?.ok_or_else(|| not_here(Vec::new()))?;
    let adjustments = read.cached::<Adjustments>()?;
    let adjustment = adjustments.get(code, &region);
    let rules::Terms { promised, materials, fee, visits } = rules::terms(&base, adjustment);
    Ok(Implementation {
        version: published.version,
        since: published.since,
        code: ImplementationCode::new(department.credit_code, region.level(), base.code),
        adjusted: adjustment.is_some(),
        base,
        region,
        department,
        promised,
        materials,
        fee,
        visits,
    })
}

/// Everything for the guide of an item as it is handled for somebody in `here`.
pub fn guide(read: &mut dyn Read, code: &BasicCode, here: RegionCode) -> Result<Guide> {
    let implementation = implementation(read, code, here)?;
    let regions = read.cached::<Regions>()?;
    let form = form(read, code)?;
    let level = implementation.region.level();
    let siblings = implementation.region.parent().map(|parent| regions.children(&parent));
    let elsewhere = siblings.into_iter().flatten().filter(|region| region.code != implementation.region);
    let path = regions.path(&implementation.region).into_iter();
    Ok(Guide {
        path: path.map(|region| (region.code, region.name.clone())).collect(),
        own_materials: implementation.materials.iter().filter(|one| one.source == Source::Applicant).count(),
        steps: rules::step_days(&implementation.base.flow, implementation.promised.0),
        statutory: implementation.base.statutory,
        questions: form.questions().count(),
        minutes: form.minutes,
        elsewhere: elsewhere.map(|region| (region.code, region.name.clone())).collect(),
        places: regions.count_at(level),
        implementation,
    })
}

/// The form by which an item is applied for.
pub fn form(read: &mut dyn Read, code: &BasicCode) -> Result<Arc<Form>> {
    let items = read.cached::<Items>()?;
    let unknown = || Refusal::UnknownItem(code.to_string());
    let item = items.get(code).ok_or_else(unknown)?;
    let forms = read.cached::<Forms>()?;
    let form = forms.of(item).ok_or_else(|| Error::Corrupt("the common forms are not published".into()))?;
    Ok(Arc::clone(form))
}

/// A form as it was when a case was filled in by it.
pub fn form_version(read: &mut dyn Read, name: &str, version: u32) -> std::result::Result<Option<Arc<Form>>, Error> {
    match read.cached::<Forms>()?.get(name).filter(|form| form.version == version) {
        Some(form) => Ok(Some(Arc::clone(form))),
        None => Ok(table::form_version(read, name, version)?.map(Arc::new)),
    }
}

/// An item as it was when a case began under it.
pub fn version(
    read: &mut dyn Read,
    code: &BasicCode,
    version: u32,
) -> std::result::Result<Option<Arc<BaseItem>>, Error> {
    match read.cached::<Items>()?.published(code).filter(|published| published.version == version) {
        Some(published) => Ok(Some(Arc::clone(&published.item))),
        None => Ok(table::version(read, code, version)?.map(Arc::new)),
    }
}

/// The versions of an item, the latest first: number, first day, and the first day after it.
pub fn versions(
    read: &mut dyn Read,
    code: &BasicCode,
    limit: usize,
) -> std::result::Result<Vec<(u32, Date, Option<Date>)>, Error> {
    table::versions(read, code, limit.min(200))
}
