//! Switching SMS on and off.

use kernel::Actor;
use store::{ReadExt, Tx};

use super::Result;
use crate::{Event, Refusal, Routing, rules, table};

/// Sets whether the party that `actor` acts for wants a group's messages by a channel.
///
/// # Errors
/// A [`Refusal`] of [`rules::preference::decide`].
pub fn prefer(tx: &mut Tx, actor: &Actor, group: &str, channel: &str, wanted: bool) -> Result<()> {
    let Actor::Citizen { person, acting_for, .. } = actor else { return Err(Refusal::NotYours.into()) };
    let routing = tx.cached::<Routing>()?;
    let mandate = identity::mandate(tx, person, acting_for)?;
    rules::preference::decide(routing.group(group), channel, wanted, mandate.as_ref())?;
    let before = table::preference::load(tx, acting_for, group, channel)?;
    if before.map_or(wanted, |(now, _)| now == wanted) {
        return Ok(());
    }
    let version = before.map_or(0, |(_, version)| version) + 1;
    table::preference::put(tx, acting_for, group, channel, wanted, version)?;
    let stream = format!("preference:{acting_for}:{group}:{channel}");
    let event =
        Event::PreferenceSet { party: *acting_for, group: group.to_owned(), channel: channel.to_owned(), wanted };
    Ok(tx.journal(actor, &stream, version, &[event])?)
}
