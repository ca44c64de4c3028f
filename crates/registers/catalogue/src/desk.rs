//! Commands of this room, each inside the caller's transaction.

use std::collections::HashMap;

use kernel::{Actor, BasicCode, Digest, RegionCode};
use organisation::{BadLine, Regions};
use store::{AsParam, Failure, Param, Read, ReadExt, Tx};

use crate::adjust::{Adjustment, Adjustments};
use crate::builtin::Builtin;
use crate::diff::diff;
use crate::event::Event;
use crate::form::{Form, Forms};
use crate::item::BaseItem;
use crate::items::Items;
use crate::refusal::Refusal;
use crate::table::{Head, Line};
use crate::{rules, table};

/// What a command answers with.
pub type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Publishes the shipped catalogue and forms.
pub fn publish_builtin(tx: &mut Tx<'_>, actor: &Actor, builtin: &Builtin) -> Result<()> {
    publish(tx, actor, &builtin.items)?;
    publish_forms(tx, actor, &builtin.forms).map(drop)
}

/// Publishes items: all of them or none. Each one that differs from what holds becomes the next version and ends the one
/// before, from today; one that does not differ stays as it is. The number of new versions.
pub fn publish(tx: &mut Tx<'_>, actor: &Actor, items: &[BaseItem]) -> Result<usize> {
    let regions = tx.cached::<Regions>()?;
    for item in items {
        rules::may_publish(actor, regions.roots().map(|root| root.code), item)?;
    }
    let bad: Vec<BadLine> = (1..).zip(items).flat_map(|(line, item)| flawed(line, item)).collect();
    if !bad.is_empty() {
        return Err(Refusal::Flawed(bad).into());
    }
    let heads = table::item_heads(tx)?;
    let before = tx.cached::<Items>()?;
    let today = kernel::local_date(tx.now());
    let bodies = items.iter().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>();
    let bodies = bodies.map_err(store::Error::from)?;
    let mut lines = Vec::new();
    let mut events = Vec::new();
    for (item, body) in items.iter().zip(&bodies) {
        let Some((version, digest)) = next(heads.get(&item.code), body) else { continue };
        table::close_item(tx, &item.code, today)?;
        let changed = before.get(&item.code).map(|old| diff(old, item)).unwrap_or_default();
        events.push(Event::ItemPublished {
            code: item.code,
            version,
            from: today,
            digest: digest.to_string(),
            changed: changed.into_iter().map(|change| change.element).collect(),
        });
        lines.push(Line { key: item.code.as_param(), version, from: today, digest, body });
    }
    table::insert_items(tx, &lines)?;
    for event in &events {
        record(tx, actor, event)?;
    }
    if !lines.is_empty() {
        tx.invalidate::<Items>()?;
    }
    Ok(lines.len())
}

/// Ends an item: from today nobody can apply for it. Running cases keep their version.
pub fn withdraw(tx: &mut Tx<'_>, actor: &Actor, code: &BasicCode, reason: &str) -> Result<()> {
    let items = tx.cached::<Items>()?;
    let item = items.get(code).ok_or_else(|| Refusal::UnknownItem(code.to_string()))?;
    let regions = tx.cached::<Regions>()?;
    rules::may_publish(actor, regions.roots().map(|root| root.code), item)?;
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason.into());
    }
    let from = kernel::local_date(tx.now());
    table::close_item(tx, code, from)?;
    tx.invalidate::<Items>()?;
    record(tx, actor, &Event::ItemWithdrawn { code: *code, from, reason: reason.trim().to_owned() })
}

/// Sets what differs for an item in one place; an empty adjustment takes everything back.
pub fn adjust(
    tx: &mut Tx<'_>,
    actor: &Actor,
    code: &BasicCode,
    region: RegionCode,
    adjustment: &Adjustment,
) -> Result<()> {
    let items = tx.cached::<Items>()?;
    let item = items.get(code).ok_or_else(|| Refusal::UnknownItem(code.to_string()))?;
    if tx.cached::<Regions>()?.get(&region).is_none() {
        return Err(Refusal::UnknownRegion(region.to_string()).into());
    }
    rules::check_adjustment(actor, item, region, adjustment)?;
    table::put_adjustment(tx, code, &region, adjustment)?;
    tx.invalidate::<Adjustments>()?;
    record(tx, actor, &Event::ImplementationAdjusted { code: *code, region, adjustment: adjustment.clone() })
}

/// Publishes forms: all of them or none, each that differs as its next version. The number of new versions.
pub fn publish_forms(tx: &mut Tx<'_>, actor: &Actor, forms: &[Form]) -> Result<usize> {
    let regions = tx.cached::<Regions>()?;
    let items = tx.cached::<Items>()?;
    let mut bad = Vec::new();
    for (line, form) in (1..).zip(forms) {
        // A form of one item is its publisher's; the common forms are everybody's, so every item's publisher is asked for.
        match form.name.parse::<BasicCode>().ok().map(|code| items.get(&code)) {
            Some(Some(item)) => {
                rules::may_publish(actor, regions.roots().map(|root| root.code), item)?;
                let unfit = form.faults_for(item).into_iter();
                bad.extend(unfit.map(|reason| BadLine { line, reason: format!("表单 {}：{reason}", form.name) }));
            }
            Some(None) => bad.push(BadLine { line, reason: format!("表单 {} 没有对应的事项", form.name) }),
            None => {
                if !form.spares.is_empty() {
                    let reason = format!("表单 {}：多个事项共用的表单不能免去材料", form.name);
                    bad.push(BadLine { line, reason });
                }
                for item in items.iter() {
                    rules::may_publish(actor, regions.roots().map(|root| root.code), item)?;
                }
            }
        }
        bad.extend(
            form.faults()
                .into_iter()
                .map(|reason| BadLine { line, reason: format!("表单 {}：{reason}", form.name) }),
        );
    }
    if !bad.is_empty() {
        return Err(Refusal::Flawed(bad).into());
    }
    let heads: HashMap<String, Head> = table::form_heads(tx)?;
    let today = kernel::local_date(tx.now());
    let bodies = forms.iter().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>();
    let bodies = bodies.map_err(store::Error::from)?;
    let mut lines = Vec::new();
    let mut events = Vec::new();
    for (form, body) in forms.iter().zip(&bodies) {
        let Some((version, digest)) = next(heads.get(&form.name), body) else { continue };
        table::close_form(tx, &form.name, today)?;
        events.push(Event::FormPublished { name: form.name.clone(), version, digest: digest.to_string() });
        lines.push(Line { key: Param::Text(&form.name), version, from: today, digest, body });
    }
    table::insert_forms(tx, &lines)?;
    for event in &events {
        record(tx, actor, event)?;
    }
    if !lines.is_empty() {
        tx.invalidate::<Forms>()?;
    }
    Ok(lines.len())
}

/// What is wrong with one item, with its place in the list.
fn flawed(line: usize, item: &BaseItem) -> impl Iterator<Item = BadLine> {
    let name = item.name.clone();
    rules::flaws(item).into_iter().map(move |flaw| BadLine { line, reason: format!("{name}：{flaw}") })
}

/// The next version and its digest, unless what holds is the same already.
fn next(head: Option<&Head>, body: &str) -> Option<(u32, Digest)> {
    let digest = store::sm3(body.as_bytes());
    match head {
        Some(head) if head.holds && head.digest == digest => None,
        Some(head) => Some((head.version + 1, digest)),
        None => Some((1, digest)),
    }
}

/// Appends one event to the stream of what it concerns.
fn record(tx: &mut Tx<'_>, actor: &Actor, event: &Event) -> Result<()> {
    let stream = match event {
        Event::ItemPublished { code, .. } | Event::ItemWithdrawn { code, .. } => format!("item:{code}"),
        Event::ImplementationAdjusted { code, region, .. } => format!("implementation:{code}-{region}"),
        Event::FormPublished { name, .. } => format!("form:{name}"),
    };
    let version = table::next_version(tx, &stream)?;
    Ok(tx.journal(actor, &stream, version, std::slice::from_ref(event))?)
}
