//! Between nodes: what happens here is put into signed envelopes, carried until the other side's signed receipt, and taken in there
//! once and in order. Signing and verifying happen outside transactions.

mod courier;
mod enclose;
mod national;
mod receive;
mod reconcile;

pub use courier::{Courier, Http, NodeWheel, Wire};
pub use enclose::HandUp;
pub use receive::receive_packet;
pub use reconcile::receive_statement;

use kernel::{Actor, Date, Duty, Timestamp};
use store::{Db, Error, Failure, Read, Tx};

use crate::model::{NodeEvent, node_stream};
use crate::table::peer::Standing;
use crate::{NodeName, Nodes, Refusal, desk::HOUSE, table};

/// Notes the nodes of the configuration; those that we hand up to are tried at once.
pub fn acquaint(db: &Db, nodes: &Nodes) -> Result<(), Error> {
    let nodes = nodes.clone();
    db.write(move |tx: &mut Tx<'_>| {
        for peer in nodes.peers.values() {
            table::peer::acquaint(tx, &peer.name, &peer.key.key_id(), peer.url.is_some())?;
            if peer.url.is_some()
                && let Some(mut standing) = table::peer::load(tx, &peer.name)?
            {
                standing.due = Some(tx.now());
                let version = standing.version;
                table::peer::save(tx, &standing, version)?;
            }
        }
        Ok(())
    })
}

/// A person wants a day with a node looked at again: it is tried at once.
pub fn ask_day(tx: &mut Tx, actor: &Actor, name: &NodeName, day: Date) -> Result<(), Failure<Refusal>> {
    if !actor.holds(Duty::Exchange) {
        return Err(Refusal::NotCaretaker.into());
    }
    let mut standing = table::peer::load(tx, name)?.ok_or(Refusal::NotFound)?;
    if !table::peer::ask_day(tx, name, day)? {
        return Err(Refusal::NotFound.into());
    }
    standing.due = Some(tx.now());
    let version = standing.version;
    Ok(table::peer::save(tx, &standing, version)?)
}

/// Saves how we stand with a node, and tells what passed.
fn happen(tx: &mut Tx, mut standing: Standing, events: &[NodeEvent]) -> Result<(), Error> {
    let version = standing.version;
    standing.version += i64::try_from(events.len()).unwrap_or_default();
    table::peer::save(tx, &standing, version)?;
    tx.journal(&HOUSE, &node_stream(&standing.name), version + 1, events)
}

fn standing(tx: &mut Tx, name: &NodeName) -> Result<Standing, Error> {
    table::peer::load(tx, name)?.ok_or_else(|| Error::Database(format!("exchange: node {name} was not acquainted")))
}

/// So many seconds later.
fn later(from: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_microsecond(from.as_microsecond().saturating_add(seconds.saturating_mul(1_000_000)))
        .unwrap_or(Timestamp::MAX)
}
