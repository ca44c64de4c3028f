//! What happened here becomes envelopes for those above: numbered, signed and sealed before the transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Actor, CaseNumber, Digest, Sealed, local_date};
use serde_json::{Map, Value};
use store::{Db, Effectuation, Entry, Error, Failure, Follower, follow};

use super::{courier, happen, national};
use crate::desk::batch;
use crate::model::{BatchEvent, NodeEvent, root};
use crate::table::node::{self, Kept};
use crate::{Envelope, NodeName, Nodes, Origin, Outcome, table};

type Row = Map<String, Value>;

/// Hands up what happens to cases here, and what departmental systems and nodes below told.
pub struct HandUp {
    /// This node and the others.
    pub nodes: Arc<Nodes>,
}

/// What one case has to tell: its stream and the rows.
type Parcel = (String, Vec<Row>);

impl Follower for HandUp {
    fn name(&self) -> &'static str {
        "exchange.hand-up"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &["casework", "exchange"]
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let Some(me) = &self.nodes.me else { return Ok(follow::nothing()) };
        let mut made = vec![];
        for peer in self.nodes.peers.values().filter(|peer| peer.url.is_some()) {
            let mut parcels = vec![];
            for entry in entries {
                parcels.extend(parcels_of(db, &peer.name, entry)?);
            }
            if !parcels.is_empty() {
                made.push(enclose(db, me, &peer.name, parcels)?);
            }
        }
        if made.is_empty() {
            return Ok(follow::nothing());
        }
        Ok(Box::new(move |tx| made.iter().try_for_each(|enclosed| enclosed.save(tx))))
    }
}

fn parcels_of(db: &Db, peer: &NodeName, entry: &Entry) -> Result<Vec<Parcel>, Error> {
    if let Some(number) = casework::case_of(&entry.stream) {
        let rows = case_rows(db, &number, entry)?;
        return Ok(if rows.is_empty() { vec![] } else { vec![(entry.stream.clone(), rows)] });
    }
    if entry.kind != "exchange.batch-received" {
        return Ok(vec![]);
    }
    match entry.event()? {
        // What came from there does not go back.
        BatchEvent::Received { origin, .. } if origin == Origin::node(peer) => Ok(vec![]),
        BatchEvent::Received { origin, rows, .. } => {
            let told = |line: &&crate::Line| matches!(line.outcome, Outcome::Accepted | Outcome::Replaced);
            let guids: Vec<&str> = rows.iter().filter(told).map(|line| line.guid.as_str()).collect();
            batch_rows(db, &origin, &guids)
        }
        BatchEvent::Noticed { .. } => Ok(vec![]),
    }
}

fn case_rows(db: &Db, number: &CaseNumber, entry: &Entry) -> Result<Vec<Row>, Error> {
    const READER: Actor = Actor::System("exchange");
    db.read(|read| match casework::query::case_for(read, &READER, number) {
        Ok(case) => national::rows(read, &case, entry),
        Err(Failure::Refused(_)) => Ok(vec![]),
        Err(Failure::Broken(error)) => Err(error),
    })
}

/// The rows of a batch by case. Two systems may use the same name for a row: above, it bears a name made of both.
fn batch_rows(db: &Db, origin: &Origin, guids: &[&str]) -> Result<Vec<Parcel>, Error> {
    let bodies = db.read(|read| table::row::bodies(read, origin, guids))?;
    let mut parcels: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let told = guids.iter().filter_map(|guid| bodies.get_key_value(*guid));
    for (guid, (project_no, body)) in told {
        let mut row = batch::unseal(db.vault(), body)?;
        let name = store::sm3(format!("{origin}/{guid}").as_bytes()).to_string();
        row.insert("row_guid".to_owned(), Value::String(name[..32].to_owned()));
        parcels.entry(format!("{origin}/{project_no}")).or_default().push(row);
    }
    Ok(parcels.into_iter().collect())
}

/// Envelopes for one node, ready for the transaction.
struct Enclosed {
    peer: NodeName,
    envelopes: Vec<(Envelope, Digest, Sealed)>,
    steps: BTreeMap<String, u32>,
}

fn enclose(db: &Db, me: &NodeName, peer: &NodeName, parcels: Vec<Parcel>) -> Result<Enclosed, Error> {
    let streams: Vec<&str> = parcels.iter().map(|(stream, _)| stream.as_str()).collect();
    let (standing, known) =
        db.read::<_, Error>(|read| Ok((table::peer::load(read, peer)?, node::out_steps(read, peer, &streams)?)))?;
    let standing = standing.ok_or_else(|| Error::Database(format!("exchange: node {peer} was not acquainted")))?;
    // Days never go back, even should the clock: a day that is over gets no envelope any more.
    let before = standing.day.parse().unwrap_or(kernel::Date::MIN);
    let (at, signer) = (db.now(), db.signer());
    let day = local_date(at).max(before);
    let first = u64::try_from(standing.next_seq).unwrap_or(1);
    let mut steps: BTreeMap<String, u32> = BTreeMap::new();
    let mut envelopes = Vec::with_capacity(parcels.len());
    for ((stream, rows), seq) in parcels.into_iter().zip(first..) {
        let step = steps.get(&stream).or(known.get(&stream)).copied().unwrap_or_default() + 1;
        steps.insert(stream.clone(), step);
        let body = serde_json::to_string(&rows)?;
        let sealed = node::seal(db.vault(), &body);
        let unsigned = store::Signature([0; 64]);
        let mut envelope = Envelope { seq, stream, step, day, at, body, signature: unsigned };
        envelope.signature = signer.sign(&envelope.signed(me, peer))?;
        let digest = envelope.digest(me, peer);
        envelopes.push((envelope, digest, sealed));
    }
    Ok(Enclosed { peer: peer.clone(), envelopes, steps })
}

impl Enclosed {
    fn save(&self, tx: &mut store::Tx<'_>) -> Result<(), Error> {
        let Some(((first, _, _), (last, _, _))) = self.envelopes.first().zip(self.envelopes.last()) else {
            return Ok(());
        };
        let mut standing = super::standing(tx, &self.peer)?;
        // Numbers were given outside; should another have given them meanwhile, this is done again.
        if u64::try_from(standing.next_seq) != Ok(first.seq) {
            return Err(Error::Lost);
        }
        let kept: Vec<Kept> =
            self.envelopes.iter().map(|(envelope, digest, body)| Kept { envelope, digest: *digest, body }).collect();
        node::insert_outgoing(tx, &self.peer, &kept)?;
        node::save_out_steps(tx, &self.peer, &self.steps)?;
        let now = store::Read::now(tx);
        table::peer::open_day(tx, &self.peer, first.day, now)?;
        standing.next_seq = i64::try_from(last.seq + 1).unwrap_or(i64::MAX);
        standing.day = first.day.to_string();
        // A silent node is tried when its time comes, not at each of our events.
        if standing.attempts == 0 {
            courier::ask_round(tx, &mut standing)?;
        }
        let root = root(self.envelopes.iter().map(|(_, digest, _)| *digest)).1;
        happen(tx, standing, &[NodeEvent::Enclosed { span: (first.seq, last.seq), root }])
    }
}
