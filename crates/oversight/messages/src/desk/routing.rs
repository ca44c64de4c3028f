//! Putting a routing in force.

use kernel::Actor;
use store::{Read, Tx};

use super::Result;
use crate::{Event, Refusal, Routing, rules, table};

/// The stream of the routing's versions.
pub(crate) const STREAM: &str = "routing";

/// Puts this routing in force; its version. The one that is in force already is not published again.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::BadRouting`] with every fault.
pub fn publish(tx: &mut Tx, actor: &Actor, text: &str) -> Result<i64> {
    rules::may_publish(actor)?;
    let routing = Routing::parse(text)
        .map_err(|bad| Refusal::BadRouting { faults: bad.iter().map(ToString::to_string).collect() })?;
    let digest = store::sm3(text.as_bytes());
    let latest = table::routing::latest(tx)?;
    if let Some(latest) = latest.as_ref().filter(|latest| latest.digest == digest) {
        return Ok(latest.version);
    }
    let version = latest.map_or(0, |latest| latest.version) + 1;
    let now = tx.now();
    table::routing::insert(tx, version, &digest, now, text)?;
    tx.invalidate::<Routing>()?;
    let event = Event::RoutingPublished { version, digest, routes: routing.routes.len() as u64 };
    tx.journal(actor, STREAM, version, &[event])?;
    Ok(version)
}
