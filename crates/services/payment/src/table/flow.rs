//! Money that channels moved, and what they are still to be asked.

use kernel::{Fen, PaymentCode, Timestamp};
use store::{Error, Read, ReadExt, Tx, params};

use crate::{Channel, rules::Flow, rules::FlowKind};

fn kind(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Pay => "pay",
        FlowKind::Refund => "refund",
    }
}

/// Keeps a flow.
pub(crate) fn insert(tx: &mut Tx, channel: Channel, flow: &Flow, bill: &PaymentCode) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO payment_flow (channel, reference, kind, own_no, bill, amount, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (channel, kind) = (channel.name(), kind(flow.kind));
    let row = params![channel, flow.reference, kind, flow.own_no, bill, flow.amount, flow.at];
    tx.execute(INSERT, &row).map(drop)
}

/// The bill for which a channel's number was used.
pub(crate) fn used(read: &mut dyn Read, channel: Channel, reference: &str) -> Result<Option<PaymentCode>, Error> {
    const SELECT: &str = "SELECT bill FROM payment_flow WHERE channel = $1 AND reference = $2";
    read.query_one(SELECT, &params![channel.name(), reference], |row| row.get(0))
}

/// The flows of a channel between two instants, the second not included.
pub(crate) fn between(
    read: &mut dyn Read,
    channel: Channel,
    from: Timestamp,
    to: Timestamp,
    limit: usize,
) -> Result<Vec<Flow>, Error> {
    const SELECT: &str = "SELECT kind, reference, own_no, amount, at FROM payment_flow
        WHERE channel = $1 AND at >= $2 AND at < $3 ORDER BY at, reference LIMIT $4";
    read.query(SELECT, &params![channel.name(), from, to, limit], |row| {
        let kind = if row.get::<String>(0)? == "pay" { FlowKind::Pay } else { FlowKind::Refund };
        Ok(Flow { kind, reference: row.get(1)?, own_no: row.get(2)?, amount: row.get(3)?, at: row.get(4)? })
    })
}

/// An order or refund whose end is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Probe {
    pub own_no: String,
    pub channel: Channel,
    pub bill: PaymentCode,
    pub asked: i64,
}

/// From now on the channel is asked about it.
pub(crate) fn watch(
    tx: &mut Tx,
    own_no: &str,
    channel: Channel,
    bill: &PaymentCode,
    next: Timestamp,
) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO payment_probe (own_no, channel, bill, asked, next_at) VALUES ($1, $2, $3, 0, $4)
        ON CONFLICT (own_no) DO UPDATE SET asked = 0, next_at = excluded.next_at";
    tx.execute(PUT, &params![own_no, channel.name(), bill, next]).map(drop)
}

/// Notes that the account of a day was asked for; nothing is asked again by this row.
pub(crate) fn mark(tx: &mut Tx, key: &str, channel: Channel) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO payment_probe (own_no, channel, bill, asked, next_at) VALUES ($1, $2, '', 1, $3)
        ON CONFLICT (own_no) DO NOTHING";
    tx.execute(PUT, &params![key, channel.name(), i64::MAX]).map(drop)
}

/// Whether the account of a day was asked for.
pub(crate) fn is_marked(read: &mut dyn Read, key: &str) -> Result<bool, Error> {
    const SELECT: &str = "SELECT 1 FROM payment_probe WHERE own_no = $1";
    Ok(read.query_one(SELECT, &params![key], |_| Ok(()))?.is_some())
}

/// It was asked, and is asked again at `next`.
pub(crate) fn asked(tx: &mut Tx, own_no: &str, next: Timestamp) -> Result<(), Error> {
    const NEXT: &str = "UPDATE payment_probe SET asked = asked + 1, next_at = $2 WHERE own_no = $1";
    tx.execute(NEXT, &params![own_no, next]).map(drop)
}

/// Its end is known.
pub(crate) fn rest(tx: &mut Tx, own_no: &str) -> Result<(), Error> {
    const DROP: &str = "DELETE FROM payment_probe WHERE own_no = $1";
    tx.execute(DROP, &params![own_no]).map(drop)
}

/// Whom to ask at `now`.
pub(crate) fn to_ask(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT own_no FROM payment_probe WHERE next_at <= $1 ORDER BY next_at LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// What is known of one.
pub(crate) fn probe(read: &mut dyn Read, own_no: &str) -> Result<Option<Probe>, Error> {
    const SELECT: &str = "SELECT own_no, channel, bill, asked FROM payment_probe WHERE own_no = $1";
    read.query_one(SELECT, &params![own_no], |row| {
        Ok(Probe { own_no: row.get(0)?, channel: row.parse(1)?, bill: row.get(2)?, asked: row.get(3)? })
    })
}

/// The sum of a channel's flows between two instants, for checking.
pub(crate) fn count(read: &mut dyn Read, channel: Channel) -> Result<(i64, Fen), Error> {
    const COUNT: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_flow WHERE channel = $1 AND kind = 'pay'";
    let found = read.query_one(COUNT, &params![channel.name()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.unwrap_or_default())
}
