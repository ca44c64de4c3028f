//! Envelopes from another node: verified and sealed before the transaction, taken in once and in the order of their case, answered
//! with a signed receipt after the commit.

use std::collections::HashMap;

use kernel::{DepartmentId, Digest, Sealed};
use organisation::Regions;
use store::{Db, Error, Failure, Read as _, ReadExt as _, Tx};

use super::happen;
use crate::desk::{batch, prepare_node, take_in};
use crate::model::NodeEvent;
use crate::rules::{Place, place};
use crate::table::node::{self, Kept};
use crate::{
    ENVELOPES_MOST, Envelope, NodeName, Nodes, Origin, Packet, Peer, Prepared, Receipt, ReceiptLine, Refusal, Taken,
};

/// The office that answers for rows of which nobody knows whose they are: 政务服务管理机构 of the whole.
const OFFICE: &str = "010";

/// This node's name and the peer that says it wrote, if both know each other.
pub(super) fn parties<'a>(
    nodes: &'a Nodes,
    from: &NodeName,
    to: &NodeName,
) -> Result<(&'a NodeName, &'a Peer), Refusal> {
    let me = nodes.me.as_ref().ok_or(Refusal::NoNode)?;
    let peer = nodes.peers.get(from).ok_or(Refusal::UnknownNode)?;
    if to == me { Ok((me, peer)) } else { Err(Refusal::NotForUs) }
}

/// An envelope whose signature is right, ready for the transaction.
#[derive(Clone)]
struct Ready {
    envelope: Envelope,
    digest: Digest,
    body: Sealed,
    rows: Prepared,
}

/// Takes in what another node handed up. What was taken in before changes nothing and is acknowledged again; one envelope that is not
/// right lets none of the packet in.
pub fn receive_packet(db: &Db, nodes: &Nodes, packet: Packet) -> Result<Receipt, Failure<Refusal>> {
    let (me, peer) = parties(nodes, &packet.from, &packet.to)?;
    if !(1..=ENVELOPES_MOST).contains(&packet.envelopes.len()) {
        return Err(Refusal::Packet.into());
    }
    let department = office(db)?;
    let mut ready = vec![];
    for envelope in packet.envelopes {
        ready.push(verified(db, me, peer, envelope, department)?);
    }
    ready.sort_by_key(|one| one.envelope.seq);
    let (name, db_now) = (peer.name.clone(), db.now());
    let ahead = ready.iter().map(|one| one.envelope.at.as_microsecond() - db_now.as_microsecond()).max();
    let lines = db.write::<_, Error, _>(move |tx| take(tx, &name, &ready, ahead.unwrap_or_default().max(0)))?;
    Ok(Receipt::sign(db.signer().as_ref(), me, &peer.name, db.now(), lines)?)
}

fn verified(
    db: &Db,
    me: &NodeName,
    peer: &Peer,
    envelope: Envelope,
    department: DepartmentId,
) -> Result<Ready, Failure<Refusal>> {
    let seq = envelope.seq;
    if !store::verify(&peer.key, &envelope.signed(&peer.name, me), &envelope.signature) {
        tracing::warn!(node = peer.name.as_str(), seq, "an envelope is not signed by the node that it names");
        return Err(Refusal::BadSignature { seq }.into());
    }
    if seq == 0 || envelope.step == 0 || i64::try_from(seq).is_err() {
        return Err(Refusal::Packet.into());
    }
    let origin = Origin::node(&peer.name);
    let rows = prepare_node(db.vault(), origin, seq, &envelope.body, department).map_err(|_| Refusal::Packet)?;
    let (digest, body) = (envelope.digest(&peer.name, me), node::seal(db.vault(), &envelope.body));
    Ok(Ready { envelope, digest, body, rows })
}

/// The office of the highest region.
fn office(db: &Db) -> Result<DepartmentId, Error> {
    let regions = db.read(|read| read.cached::<Regions>())?;
    let top = kernel::Level::ALL.iter().find_map(|level| regions.at(*level).next());
    let region = top.map(|region| region.code).ok_or_else(|| Error::Database("there are no regions".to_owned()))?;
    let kind = OFFICE.parse().map_err(|_| Error::Database("no kind of department".to_owned()))?;
    Ok(DepartmentId::new(region, kind))
}

fn take(tx: &mut Tx, peer: &NodeName, ready: &[Ready], ahead: i64) -> Result<Vec<ReceiptLine>, Error> {
    let seqs: Vec<u64> = ready.iter().map(|one| one.envelope.seq).collect();
    let streams: Vec<&str> = ready.iter().map(|one| one.envelope.stream.as_str()).collect();
    let there = node::incoming(tx, peer, &seqs)?;
    let mut there: HashMap<u64, Digest> = there.into_iter().map(|(seq, there)| (seq, there.digest)).collect();
    let mut steps = node::in_steps(tx, peer, &streams)?;
    let mut any_held = node::any_held(tx, peer)?;
    let (mut lines, mut is_new, now) = (vec![], false, tx.now());
    for one in ready {
        let Envelope { seq, stream, step, .. } = &one.envelope;
        let mut line = ReceiptLine { seq: *seq, digest: one.digest, taken: Taken::Known };
        if let Some(digest) = there.get(seq) {
            if *digest != one.digest {
                line.taken = Taken::Conflict;
                is_new = true;
            }
            lines.push(line);
            continue;
        }
        is_new = true;
        let taken = steps.get(stream).copied().unwrap_or_default();
        let standing = place(*step, taken);
        let is_free = standing == Place::Next && !any_held;
        if !is_free && node::at_step(tx, peer, stream, *step)?.is_some() {
            line.taken = Taken::Conflict;
            lines.push(line);
            continue;
        }
        let kept = Kept { envelope: &one.envelope, digest: one.digest, body: &one.body };
        if standing == Place::Ahead {
            node::insert_incoming(tx, peer, &kept, now, "held")?;
            (line.taken, any_held) = (Taken::Held, true);
        } else {
            node::insert_incoming(tx, peer, &kept, now, "applied")?;
            apply(tx, &one.rows)?;
            line.taken = Taken::Applied;
            if standing == Place::Next {
                let last = if any_held { follow(tx, peer, stream, *step, &one.rows)? } else { *step };
                steps.insert(stream.clone(), last);
            }
        }
        there.insert(*seq, one.digest);
        lines.push(line);
    }
    if is_new {
        node::save_in_steps(tx, peer, &steps)?;
        let mut standing = super::standing(tx, peer)?;
        (standing.heard_at, standing.skew) = (Some(now), ahead);
        happen(tx, standing, &[NodeEvent::HandedUp { lines: lines.clone() }])?;
    }
    Ok(lines)
}

/// Takes rows in, unless they were taken in under this number before.
fn apply(tx: &mut Tx, rows: &Prepared) -> Result<(), Error> {
    if rows.is_known(tx)? { Ok(()) } else { take_in(tx, rows).map(drop) }
}

/// What was held for this step follows it; the last step that was taken in.
fn follow(tx: &mut Tx, peer: &NodeName, stream: &str, step: u32, like: &Prepared) -> Result<u32, Error> {
    let mut last = step;
    while let Some((seq, state)) = node::at_step(tx, peer, stream, last + 1)? {
        if state == "held" {
            let body = node::body_of(tx, peer, seq)?.unwrap_or_default();
            let vault = tx.vault();
            let rows = batch::prepare_node(&vault, Origin::node(peer), seq, &body, like.department())?;
            apply(tx, &rows)?;
            node::now_applied(tx, peer, seq)?;
        }
        last += 1;
    }
    Ok(last)
}
