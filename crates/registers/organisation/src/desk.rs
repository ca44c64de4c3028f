//! Commands of this room, each inside the caller's transaction.

use kernel::{Actor, DepartmentId};
use store::{Failure, Read, ReadExt, Tx};

use crate::builtin::Builtin;
use crate::kinds::{AreaCodes, Kinds, Overrides};
use crate::model::{Alias, AreaCode, CalendarLine, DepartmentKind, Event, Refusal, RegionLine, Settings};
use crate::query::WorkingDays;
use crate::regions::Regions;
use crate::{query, replay, rules, table};

/// What a command answers with.
pub type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Takes over all shipped registers.
pub fn import_builtin(tx: &mut Tx<'_>, actor: &Actor, builtin: &Builtin) -> Result<()> {
    // Regions last: from then on this transaction would load them anew for every question of power.
    import_aliases(tx, actor, &builtin.aliases)?;
    import_area_codes(tx, actor, &builtin.areas)?;
    import_kinds(tx, actor, &builtin.kinds)?;
    import_calendar(tx, actor, &builtin.calendar)?;
    import_regions(tx, actor, &builtin.regions)
}

/// Makes the register of regions say what `list` says: new ones stand from today, missing ones end today.
pub fn import_regions(tx: &mut Tx<'_>, actor: &Actor, list: &[RegionLine]) -> Result<()> {
    rules::may_import(actor, &*tx.cached::<Regions>()?)?;
    let stored = table::regions(tx)?;
    let plan = rules::plan_regions(&stored, list)?;
    let today = kernel::local_date(tx.now());
    // The first list describes what has always stood; later ones describe what changed.
    let since = (!stored.is_empty()).then_some(today);
    table::insert_regions(tx, &plan.added, since)?;
    for line in &plan.revived {
        table::revive_region(tx, line, today)?;
    }
    let mut renamed = 0;
    for (line, name) in &plan.changed {
        table::change_region(tx, line)?;
        if *name != line.name {
            renamed += 1;
            let reason = "更名".to_owned();
            let old = Alias {
                code: line.code,
                name: name.clone(),
                successor: line.code,
                valid_from: None,
                valid_to: today,
                reason,
            };
            table::put_alias(tx, &old)?;
        }
    }
    for code in &plan.closed {
        table::close_region(tx, code, today)?;
    }
    tx.invalidate::<Regions>()?;
    let event = Event::RegionsImported {
        count: list.len() as u64,
        added: (plan.added.len() + plan.revived.len()) as u64,
        changed: plan.changed.len() as u64,
        closed: plan.closed.len() as u64,
        digest: replay::regions(tx)?,
    };
    record(tx, actor, "regions", event)?;
    if renamed == 0 {
        return Ok(());
    }
    let event = Event::AliasesImported { count: renamed, digest: replay::aliases(tx)? };
    record(tx, actor, "aliases", event)
}

/// Adds `list` to the old codes; a line for the same code and day takes the place of the one before.
pub fn import_aliases(tx: &mut Tx<'_>, actor: &Actor, list: &[Alias]) -> Result<()> {
    rules::may_import(actor, &*tx.cached::<Regions>()?)?;
    for alias in list {
        table::put_alias(tx, alias)?;
    }
    tx.invalidate::<Regions>()?;
    let event = Event::AliasesImported { count: list.len() as u64, digest: replay::aliases(tx)? };
    record(tx, actor, "aliases", event)
}

/// Puts `list` in the place of the telephone area codes.
pub fn import_area_codes(tx: &mut Tx<'_>, actor: &Actor, list: &[AreaCode]) -> Result<()> {
    rules::may_import(actor, &*tx.cached::<Regions>()?)?;
    table::replace_areas(tx, list)?;
    tx.invalidate::<AreaCodes>()?;
    let event = Event::AreaCodesImported { count: list.len() as u64, digest: replay::areas(tx)? };
    record(tx, actor, "areas", event)
}

/// Puts the days of `list` in the place of all that was known of the years it names.
pub fn import_calendar(tx: &mut Tx<'_>, actor: &Actor, list: &[CalendarLine]) -> Result<()> {
    rules::may_import(actor, &*tx.cached::<Regions>()?)?;
    let years = || list.iter().map(|line| line.date.year());
    let (Some(from), Some(to)) = (years().min(), years().max()) else { return Ok(()) };
    let mut named: Vec<i16> = years().collect();
    named.sort_unstable();
    named.dedup();
    for year in named {
        table::clear_year(tx, year)?;
    }
    table::insert_days(tx, list)?;
    tx.invalidate::<WorkingDays>()?;
    let event = Event::CalendarImported { count: list.len() as u64, from, to, digest: replay::calendar(tx)? };
    record(tx, actor, "calendar", event)
}

/// Puts `list` in the place of the kinds of department.
pub fn import_kinds(tx: &mut Tx<'_>, actor: &Actor, list: &[DepartmentKind]) -> Result<()> {
    rules::may_import(actor, &*tx.cached::<Regions>()?)?;
    table::replace_kinds(tx, list)?;
    tx.invalidate::<Kinds>()?;
    let event = Event::KindsImported { count: list.len() as u64, digest: replay::kinds(tx)? };
    record(tx, actor, "kinds", event)
}

/// Sets what a place says of one of its departments; what is not named falls back to what is derived.
pub fn set_department(tx: &mut Tx<'_>, actor: &Actor, id: &DepartmentId, settings: &Settings) -> Result<()> {
    if query::department(tx, id)?.is_none() {
        return Err(Refusal::UnknownDepartment(id.to_string()).into());
    }
    rules::check_settings(actor, id, settings)?;
    table::put_settings(tx, id, settings)?;
    tx.invalidate::<Overrides>()?;
    let event = Event::DepartmentSet { department: id.to_string(), settings: settings.clone() };
    record(tx, actor, &format!("department:{id}"), event)
}

/// Appends one event to the stream of the register it concerns.
fn record(tx: &mut Tx<'_>, actor: &Actor, register: &str, event: Event) -> Result<()> {
    let stream = format!("organisation:{register}");
    let version = table::next_version(tx, &stream)?;
    Ok(tx.journal(actor, &stream, version, &[event])?)
}
