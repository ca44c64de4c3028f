//! `journal verify`: the events of the exchange, replayed, must give the rows that are stored.

use std::collections::BTreeMap;

use store::{Entry, Error, Read, Replay};

use crate::desk::batch;
use crate::model::{BatchEvent, NodeEvent, QuarantineEvent, RequestEvent, ResourceEvent, SourceEvent, Span, root};
use crate::{NodeName, QuarantineId, RequestId, ResourceId, SourceId, Taken, rules, table};

/// Replays sources, resources, requests, batches, quarantined rows and what passed between nodes.
pub struct Exchanges;

type Told = Result<Option<String>, Error>;

fn events<E: store::Event>(entries: &[Entry]) -> Result<Vec<E>, Error> {
    entries.iter().map(Entry::event).collect()
}

fn differs(what: &str) -> Told {
    Ok(Some(format!("the stored {what} differs from its events")))
}

impl Replay for Exchanges {
    fn room(&self) -> &'static str {
        "exchange"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Told {
        let unknown = || Ok(Some(format!("{stream} is no stream of this room")));
        let Some((of, id)) = stream.split_once(':') else { return unknown() };
        match of {
            "exchange-source" => id.parse().map_or_else(|_| unknown(), |id| source(read, &id, entries)),
            "exchange-resource" => id.parse().map_or_else(|_| unknown(), |id| resource(read, id, entries)),
            "exchange-request" => id.parse().map_or_else(|_| unknown(), |id| request(read, id, entries)),
            "exchange-quarantine" => id.parse().map_or_else(|_| unknown(), |id| quarantine(read, id, entries)),
            "exchange-batch" => received(read, entries),
            "exchange-node" => id.parse().map_or_else(|_| unknown(), |name| node(read, &name, entries)),
            _ => unknown(),
        }
    }
}

fn source(read: &mut dyn Read, id: &SourceId, entries: &[Entry]) -> Told {
    let replayed = rules::replay_source(id, &events::<SourceEvent>(entries)?);
    let Some(stored) = table::source::load(read, id)?.filter(|stored| Some(stored) == replayed.as_ref()) else {
        return differs("source");
    };
    let is_right = table::source::is_listed_right(read, &stored)?;
    Ok((!is_right).then(|| "lists find the source otherwise than its events say".to_owned()))
}

fn resource(read: &mut dyn Read, id: ResourceId, entries: &[Entry]) -> Told {
    let replayed = rules::replay_resource(id, &events::<ResourceEvent>(entries)?);
    if table::resource::load(read, &id)? == replayed && replayed.is_some() { Ok(None) } else { differs("resource") }
}

fn request(read: &mut dyn Read, id: RequestId, entries: &[Entry]) -> Told {
    let replayed = rules::replay_request(id, &events::<RequestEvent>(entries)?);
    let stored = table::resource::load_request(read, &id)?;
    match (replayed, stored) {
        (Some(replayed), Some(stored)) if replayed == stored => {
            let metered = table::resource::count_uses(read, &id)?;
            Ok((metered != stored.uses).then(|| "the metered uses are not as many as the events".to_owned()))
        }
        _ => differs("request"),
    }
}

fn quarantine(read: &mut dyn Read, id: QuarantineId, entries: &[Entry]) -> Told {
    let events = events::<QuarantineEvent>(entries)?;
    let stored = table::quarantine::load(read, &id)?;
    let fits = stored.is_some_and(|row| row.version == i64::try_from(events.len()).unwrap_or_default());
    if fits { Ok(None) } else { differs("quarantined row") }
}

/// A batch stands as it was answered, and its rows as it told them unless a later one told them again.
fn received(read: &mut dyn Read, entries: &[Entry]) -> Told {
    let Some(BatchEvent::Received { origin, batch, digest, counts, rows }) =
        events::<BatchEvent>(entries)?.into_iter().next()
    else {
        return differs("batch");
    };
    let stored = table::row::batch(read, &origin, &batch)?;
    let counts = counts.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    if stored.is_none_or(|stored| (stored.digest, stored.counts) != (digest, counts)) {
        return differs("batch");
    }
    let told: Vec<&str> = rows.iter().filter(|line| line.digest.is_some()).map(|line| line.guid.as_str()).collect();
    let known = table::row::known(read, &origin, &told)?;
    for line in rows.iter().filter(|line| line.digest.is_some()) {
        let row = known.get(&line.guid);
        let fits = row.is_some_and(|row| row.batch != batch || Some(row.digest) == line.digest);
        if !fits {
            return Ok(Some(format!("row {} of {} is not as it was told", line.guid, batch::stream(&origin, &batch))));
        }
    }
    Ok(None)
}

/// What passed between us and a node: every envelope that the journal names is there, with the digest that it names.
fn node(read: &mut dyn Read, name: &NodeName, entries: &[Entry]) -> Told {
    let events = events::<NodeEvent>(entries)?;
    let Some(stored) = table::peer::load(read, name)? else { return differs("node") };
    let mut next = 1;
    for event in &events {
        match event {
            NodeEvent::Enclosed { span, root: told } => {
                next = i64::try_from(span.1).unwrap_or(i64::MAX).saturating_add(1);
                let there = table::node::digests(read, name, true, *span)?;
                if root(there.into_values()).1 != *told {
                    return Ok(Some(format!("envelopes {} to {} are not as they were made", span.0, span.1)));
                }
            }
            NodeEvent::HandedUp { lines } => {
                let kept = lines.iter().filter(|line| line.taken != Taken::Conflict);
                let kept: BTreeMap<u64, kernel::Digest> = kept.map(|line| (line.seq, line.digest)).collect();
                let span: Span = match (kept.keys().next(), kept.keys().next_back()) {
                    (Some(first), Some(last)) => (*first, *last),
                    _ => continue,
                };
                let there = table::node::digests(read, name, false, span)?;
                if let Some((seq, _)) = kept.iter().find(|(seq, digest)| there.get(seq) != Some(digest)) {
                    return Ok(Some(format!("envelope {seq} of {name} is not as it came")));
                }
            }
            NodeEvent::Acknowledged { .. } | NodeEvent::Reconciled { .. } => {}
        }
    }
    let is_right = stored.version == i64::try_from(events.len()).unwrap_or_default() && stored.next_seq == next;
    if is_right { Ok(None) } else { differs("node") }
}
