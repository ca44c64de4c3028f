//! Envelopes on their way out and in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Date, Digest, Sealed, Timestamp};
use store::{Error, MANY, Param, Read, ReadExt, Row, Tx, many, params};

use crate::model::Span;
use crate::{Envelope, NodeName, Taken};

/// Names the column in which bodies are sealed.
const DOMAIN: &str = "exchange.envelope";

fn micros(at: Timestamp) -> Param<'static> {
    Param::Int(at.as_microsecond())
}

/// Seals a body, before the transaction.
pub(crate) fn seal(vault: &store::Vault, body: &str) -> Sealed {
    vault.encrypt(DOMAIN, body)
}

/// An envelope to be stored, its body sealed.
pub(crate) struct Kept<'a> {
    pub envelope: &'a Envelope,
    pub digest: Digest,
    pub body: &'a Sealed,
}

pub(crate) fn insert_outgoing(tx: &mut Tx, peer: &NodeName, rows: &[Kept]) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO exchange_outgoing (peer, seq, stream, step, day, at, digest, signature, state, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)";
    let rows = rows.iter().map(|Kept { envelope, digest, body }| {
        [
            Param::Text(peer.as_str()),
            Param::from(&envelope.seq),
            Param::Text(&envelope.stream),
            Param::from(&envelope.step),
            Param::display(envelope.day),
            micros(envelope.at),
            Param::from(digest),
            Param::display(envelope.signature),
            Param::Text(body.as_str()),
        ]
    });
    tx.insert_many(INSERT, rows).map(drop)
}

/// The last step of these streams, outgoing.
pub(crate) fn out_steps(read: &mut dyn Read, peer: &NodeName, streams: &[&str]) -> Result<HashMap<String, u32>, Error> {
    const STEPS: &str = "SELECT stream, step FROM exchange_out_stream WHERE peer = $33 AND stream IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    steps(read, STEPS, peer, streams)
}

/// The last step of these streams that was taken in.
pub(crate) fn in_steps(read: &mut dyn Read, peer: &NodeName, streams: &[&str]) -> Result<HashMap<String, u32>, Error> {
    const STEPS: &str = "SELECT stream, step FROM exchange_in_stream WHERE peer = $33 AND stream IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    steps(read, STEPS, peer, streams)
}

fn steps(
    read: &mut dyn Read,
    sql: &'static str,
    peer: &NodeName,
    streams: &[&str],
) -> Result<HashMap<String, u32>, Error> {
    let mut steps = HashMap::new();
    for page in streams.chunks(MANY) {
        let mut params = many(page);
        params.push(Param::Text(peer.as_str()));
        steps.extend(read.query(sql, &params, |row| Ok((row.get::<String>(0)?, row.get(1)?)))?);
    }
    Ok(steps)
}

pub(crate) fn save_out_steps(tx: &mut Tx, peer: &NodeName, steps: &BTreeMap<String, u32>) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO exchange_out_stream (peer, stream, step) VALUES ($1, $2, $3)
        ON CONFLICT (peer, stream) DO UPDATE SET step = excluded.step";
    let rows = steps.iter().map(|(stream, step)| [Param::Text(peer.as_str()), Param::Text(stream), Param::from(step)]);
    tx.insert_many(SAVE, rows).map(drop)
}

pub(crate) fn save_in_steps(tx: &mut Tx, peer: &NodeName, steps: &HashMap<String, u32>) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO exchange_in_stream (peer, stream, step) VALUES ($1, $2, $3)
        ON CONFLICT (peer, stream) DO UPDATE SET step = excluded.step";
    let rows = steps.iter().map(|(stream, step)| [Param::Text(peer.as_str()), Param::Text(stream), Param::from(step)]);
    tx.insert_many(SAVE, rows).map(drop)
}

fn envelope(read_body: &dyn Fn(&Sealed) -> Result<String, Error>, row: &dyn Row) -> Result<Envelope, Error> {
    let sealed: Sealed = row.get(6)?;
    Ok(Envelope {
        seq: row.get(0)?,
        stream: row.get(1)?,
        step: row.get(2)?,
        day: row.get(3)?,
        at: row.get(4)?,
        signature: row.parse(5)?,
        body: read_body(&sealed)?,
    })
}

/// What waits for a receipt, in order.
pub(crate) fn open(read: &mut dyn Read, peer: &NodeName, limit: usize) -> Result<Vec<Envelope>, Error> {
    const OPEN: &str = "SELECT seq, stream, step, day, at, signature, body FROM exchange_outgoing
        WHERE peer = $1 AND state = 'open' ORDER BY seq LIMIT $2";
    let vault = read.vault();
    read.query(OPEN, &params![peer.as_str(), limit], |row| envelope(&|sealed| vault.decrypt(DOMAIN, sealed), row))
}

/// How many wait, and since when the oldest does.
pub(crate) fn backlog(read: &mut dyn Read, peer: &NodeName) -> Result<(i64, Option<Timestamp>), Error> {
    const BACKLOG: &str = "SELECT COUNT(*), MIN(at) FROM exchange_outgoing WHERE peer = $1 AND state = 'open'";
    Ok(read.query_one(BACKLOG, &params![peer.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or((0, None)))
}

/// How many were refused for good because another envelope has their place.
pub(crate) fn conflicts(read: &mut dyn Read, peer: &NodeName) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM exchange_outgoing WHERE peer = $1 AND state = 'conflict'";
    Ok(read.query_one(COUNT, &params![peer.as_str()], |row| row.get(0))?.unwrap_or(0))
}

/// How many envelopes of a node are held because something before them is missing.
pub(crate) fn held(read: &mut dyn Read, peer: &NodeName) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM exchange_incoming WHERE peer = $1 AND state = 'held'";
    Ok(read.query_one(COUNT, &params![peer.as_str()], |row| row.get(0))?.unwrap_or(0))
}

/// Notes what the receiver said of envelopes; whether anything changed.
pub(crate) fn receipted(tx: &mut Tx, peer: &NodeName, lines: &[crate::ReceiptLine]) -> Result<bool, Error> {
    const DONE: &str = "UPDATE exchange_outgoing SET state = 'done' WHERE peer = $1 AND seq = $2 AND digest = $3
        AND state <> 'done'";
    const CONFLICT: &str = "UPDATE exchange_outgoing SET state = 'conflict' WHERE peer = $1 AND seq = $2
        AND state = 'open'";
    let mut changed = 0;
    for line in lines {
        changed += match line.taken {
            Taken::Conflict => tx.execute(CONFLICT, &params![peer.as_str(), line.seq])?,
            _ => tx.execute(DONE, &params![peer.as_str(), line.seq, line.digest])?,
        };
    }
    Ok(changed > 0)
}

pub(crate) fn save_receipt(tx: &mut Tx, peer: &NodeName, at: Timestamp, body: &str) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO exchange_receipt (id, peer, at, body) VALUES ($1, $2, $3, $4)";
    let id = store::fresh_uuid().simple().to_string();
    tx.execute(SAVE, &params![id, peer.as_str(), at, body]).map(drop)
}

/// Sends envelopes of these numbers once more.
pub(crate) fn reopen(tx: &mut Tx, peer: &NodeName, span: Span) -> Result<u64, Error> {
    const REOPEN: &str = "UPDATE exchange_outgoing SET state = 'open' WHERE peer = $1 AND seq >= $2 AND seq <= $3
        AND state = 'done'";
    tx.execute(REOPEN, &params![peer.as_str(), span.0, span.1])
}

/// Numbers and digests of a day, in order, outgoing.
pub(crate) fn outgoing_day(read: &mut dyn Read, peer: &NodeName, day: Date) -> Result<Vec<(u64, Digest)>, Error> {
    const DAY: &str = "SELECT seq, digest FROM exchange_outgoing WHERE peer = $1 AND day = $2 ORDER BY seq LIMIT $3";
    read.query(DAY, &params![peer.as_str(), day, DAY_MOST], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Numbers and digests of a day, in order, incoming.
pub(crate) fn incoming_day(read: &mut dyn Read, peer: &NodeName, day: Date) -> Result<Vec<(u64, Digest)>, Error> {
    const DAY: &str = "SELECT seq, digest FROM exchange_incoming WHERE peer = $1 AND day = $2 ORDER BY seq LIMIT $3";
    read.query(DAY, &params![peer.as_str(), day, DAY_MOST], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// More envelopes than this no node hands up on one day.
const DAY_MOST: usize = 5_000_000;

/// An envelope that is there already.
pub(crate) struct There {
    pub digest: Digest,
}

/// Which of these envelopes are there.
pub(crate) fn incoming(read: &mut dyn Read, peer: &NodeName, seqs: &[u64]) -> Result<HashMap<u64, There>, Error> {
    const THERE: &str = "SELECT seq, digest FROM exchange_incoming WHERE peer = $33 AND seq IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut there = HashMap::new();
    for page in seqs.chunks(MANY) {
        let mut params = many(page);
        params.push(Param::Text(peer.as_str()));
        there.extend(read.query(THERE, &params, |row| Ok((row.get::<u64>(0)?, There { digest: row.get(1)? })))?);
    }
    Ok(there)
}

/// The number of the envelope at this step of a stream, if one is there.
pub(crate) fn at_step(
    read: &mut dyn Read,
    peer: &NodeName,
    stream: &str,
    step: u32,
) -> Result<Option<(u64, String)>, Error> {
    const AT: &str = "SELECT seq, state FROM exchange_incoming WHERE peer = $1 AND stream = $2 AND step = $3";
    read.query_one(AT, &params![peer.as_str(), stream, step], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The body of an envelope that was held.
pub(crate) fn body_of(read: &mut dyn Read, peer: &NodeName, seq: u64) -> Result<Option<String>, Error> {
    const BODY: &str = "SELECT body FROM exchange_incoming WHERE peer = $1 AND seq = $2";
    let vault = read.vault();
    let sealed = read.query_one(BODY, &params![peer.as_str(), seq], |row| row.get::<Sealed>(0))?;
    sealed.map(|sealed| vault.decrypt(DOMAIN, &sealed)).transpose()
}

pub(crate) fn insert_incoming(
    tx: &mut Tx,
    peer: &NodeName,
    kept: &Kept,
    received: Timestamp,
    state: &str,
) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO exchange_incoming (peer, seq, stream, step, day, at, received, digest, signature,
            state, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let Kept { envelope, digest, body } = kept;
    let Envelope { seq, stream, step, day, at, signature, .. } = envelope;
    let signature = signature.to_string();
    tx.execute(INSERT, &params![peer.as_str(), seq, stream, step, day, at, received, digest, signature, state, body])
        .map(drop)
}

pub(crate) fn now_applied(tx: &mut Tx, peer: &NodeName, seq: u64) -> Result<(), Error> {
    const APPLIED: &str = "UPDATE exchange_incoming SET state = 'applied' WHERE peer = $1 AND seq = $2";
    tx.execute(APPLIED, &params![peer.as_str(), seq]).map(drop)
}

/// How many are held of these streams at all: most of the time none, and then nobody looks further.
pub(crate) fn any_held(read: &mut dyn Read, peer: &NodeName) -> Result<bool, Error> {
    const ANY: &str = "SELECT 1 FROM exchange_incoming WHERE peer = $1 AND state = 'held' LIMIT 1";
    Ok(read.query_one(ANY, &params![peer.as_str()], |_| Ok(()))?.is_some())
}

/// Envelopes out and in that the tables hold, for checking what the journal tells.
pub(crate) fn digests(
    read: &mut dyn Read,
    peer: &NodeName,
    outgoing: bool,
    span: Span,
) -> Result<BTreeMap<u64, Digest>, Error> {
    const OUT: &str = "SELECT seq, digest FROM exchange_outgoing WHERE peer = $1 AND seq >= $2 AND seq <= $3";
    const IN: &str = "SELECT seq, digest FROM exchange_incoming WHERE peer = $1 AND seq >= $2 AND seq <= $3";
    let sql = if outgoing { OUT } else { IN };
    let found = read.query(sql, &params![peer.as_str(), span.0, span.1], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// As a set of numbers.
pub(crate) fn numbers(rows: &[(u64, Digest)]) -> BTreeSet<u64> {
    rows.iter().map(|(seq, _)| *seq).collect()
}
