//! Carries envelopes to another node until its signed receipt is here, and reconciles days. Nothing is ever given up: a node that is
//! silent for days is tried every five minutes, and what waits is sent in order when it answers again.

use std::sync::Arc;
use std::time::Duration;

use kernel::Timestamp;
use store::{Db, Effect, Error, Message, Read, SendError, Sender, Tx, Wheel};

use super::{happen, later, reconcile};
use crate::model::NodeEvent;
use crate::table::node;
use crate::table::peer::Standing;
use crate::{ENVELOPES_MOST, NodeName, Nodes, Packet, Peer, Receipt, rules, table};

/// The outbox' channel.
const CHANNEL: &str = "exchange";
/// Should a process die with a round in its hands, the next one begins after as many seconds.
const ROUND_S: i64 = 120;
/// A node with which all is well is looked at as often: nothing is later than the quarter of an hour that is promised.
const AGAIN_S: i64 = 900;

/// The way to another node.
pub trait Wire: Send + Sync {
    /// Posts JSON and gives the answer's text. Whatever goes wrong is tried again later.
    fn post(&self, url: &str, path: &str, body: String) -> Result<String, String>;
}

/// HTTP or HTTPS, to a node or to the gateway before it.
pub struct Http(ureq::Agent);

impl Default for Http {
    fn default() -> Self {
        Http(store::client(Duration::from_secs(20)))
    }
}

impl Wire for Http {
    fn post(&self, url: &str, path: &str, body: String) -> Result<String, String> {
        let address = format!("{url}{path}");
        let said = |error: ureq::Error| format!("{address}: {error}");
        let sent = self.0.post(&address).header("content-type", "application/json").send(body);
        let mut response = sent.map_err(said)?;
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(1024 * 1024).read_to_string().map_err(said)?;
        if status == 200 {
            return Ok(text);
        }
        // A refusal names its code; a body that is no problem document is not repeated.
        let code = serde_json::from_str::<serde_json::Value>(&text).ok();
        let code = code.as_ref().and_then(|problem| problem["code"].as_str()).unwrap_or_default();
        Err(format!("{address} answered {status} {code}"))
    }
}

/// Runs rounds to other nodes.
pub struct Courier {
    db: Db,
    nodes: Arc<Nodes>,
    wire: Arc<dyn Wire>,
}

/// Why a round did not end well.
pub(super) enum Trouble {
    /// The other side, or the way to it.
    There(String),
    /// Our own database.
    Here(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Here(error)
    }
}

/// What a round needs to know.
pub(super) struct Round<'a> {
    pub db: &'a Db,
    pub me: &'a NodeName,
    pub peer: &'a Peer,
    pub url: &'a str,
    pub wire: &'a dyn Wire,
}

impl Courier {
    /// A courier over this wire.
    pub fn new(db: Db, nodes: Arc<Nodes>, wire: Arc<dyn Wire>) -> Self {
        Courier { db, nodes, wire }
    }

    /// One round to a node: all that waits, then the days that are over. Whether all went well.
    pub fn round(&self, name: &NodeName) -> Result<bool, Error> {
        let (Some(me), Some(peer)) = (&self.nodes.me, self.nodes.peers.get(name)) else { return Ok(true) };
        let Some(url) = &peer.url else { return Ok(true) };
        let round = Round { db: &self.db, me, peer, url, wire: self.wire.as_ref() };
        let done = round.push().and_then(|()| reconcile::days(&round));
        match done {
            Ok(()) => {
                self.note(name, None)?;
                Ok(true)
            }
            Err(Trouble::There(reason)) => {
                tracing::warn!(node = name.as_str(), reason, "what waits for a node was not delivered");
                self.note(name, Some(reason))?;
                Ok(false)
            }
            Err(Trouble::Here(error)) => Err(error),
        }
    }

    /// Writes down how a round ended, and when the next one begins.
    fn note(&self, name: &NodeName, trouble: Option<String>) -> Result<(), Error> {
        let (name, pace) = (name.clone(), i64::from(self.db.time().rate()));
        self.db.write(move |tx: &mut Tx<'_>| {
            let mut standing = super::standing(tx, &name)?;
            standing.attempts = if trouble.is_some() { standing.attempts + 1 } else { 0 };
            let is_waiting = !node::open(tx, &name, 1)?.is_empty();
            let wait = match &trouble {
                Some(_) => rules::backoff(standing.attempts),
                None if is_waiting => 1,
                None => AGAIN_S,
            };
            standing.due = Some(later(tx.now(), wait * pace));
            standing.error = trouble.clone();
            let version = standing.version;
            table::peer::save(tx, &standing, version)
        })
    }
}

impl Round<'_> {
    /// Sends what waits, in order, packet by packet.
    pub fn push(&self) -> Result<(), Trouble> {
        loop {
            let waiting = self.db.read::<_, Error>(|read| node::open(read, &self.peer.name, ENVELOPES_MOST))?;
            if waiting.is_empty() {
                return Ok(());
            }
            let packet = Packet { from: self.me.clone(), to: self.peer.name.clone(), envelopes: waiting };
            let body = serde_json::to_string(&packet).map_err(Error::from)?;
            let text = self.post("/api/v1/exchange/packets", body)?;
            let receipt: Receipt =
                serde_json::from_str(&text).map_err(|_| Trouble::There("the receipt cannot be read".to_owned()))?;
            self.check(&packet, &receipt)?;
            self.keep(receipt, text)?;
        }
    }

    pub fn post(&self, path: &str, body: String) -> Result<String, Trouble> {
        self.wire.post(self.url, path, body).map_err(Trouble::There)
    }

    /// A receipt counts if it is that node's word, about these very envelopes.
    fn check(&self, packet: &Packet, receipt: &Receipt) -> Result<(), Trouble> {
        let no = |why: &str| Err(Trouble::There(why.to_owned()));
        if receipt.by != self.peer.name || receipt.to != *self.me || !receipt.is_signed_by(&self.peer.key) {
            return no("the receipt is not signed by that node");
        }
        for envelope in &packet.envelopes {
            let digest = envelope.digest(self.me, &self.peer.name);
            if !receipt.lines.iter().any(|line| line.seq == envelope.seq && line.digest == digest) {
                return no("the receipt names other envelopes");
            }
        }
        Ok(())
    }

    fn keep(&self, receipt: Receipt, text: String) -> Result<(), Trouble> {
        let name = self.peer.name.clone();
        self.db.write::<_, Error, _>(move |tx| {
            if !node::receipted(tx, &name, &receipt.lines)? {
                return Err(Error::Database(format!("exchange: a receipt of {name} changed nothing")));
            }
            node::save_receipt(tx, &name, receipt.at, &text)?;
            let mut standing = super::standing(tx, &name)?;
            standing.receipt_at = Some(tx.now());
            standing.attempts = 0;
            standing.error = None;
            happen(tx, standing, &[NodeEvent::Acknowledged { lines: receipt.lines.clone() }])
        })?;
        Ok(())
    }
}

impl Sender for Courier {
    fn channel(&self) -> &str {
        CHANNEL
    }

    /// The message only says that a round is due; how it ended stands with the node, not in the outbox.
    fn send(&self, message: &Message) -> Result<(), SendError> {
        let no = |reason: String, retry| SendError { reason, retry };
        let name = message.body.parse::<NodeName>().map_err(|error| no(error.to_string(), false))?;
        self.round(&name).map(drop).map_err(|error| no(error.to_string(), true))
    }
}

/// Asks for a round to a node: a row of the outbox that names the node alone. The caller saves the standing.
pub(super) fn ask_round(tx: &mut Tx, standing: &mut Standing) -> Result<(), Error> {
    standing.kick += 1;
    tx.outbox(&Effect {
        channel: CHANNEL.to_owned(),
        key: format!("{}/{}", standing.name, standing.kick),
        party: None,
        body: standing.name.to_string(),
    })
}

/// Begins a round to each node whose time has come.
///
/// `pace` is how many times as fast as real time the house's clock runs: other nodes live by the real one.
pub struct NodeWheel {
    /// That many times.
    pub pace: u32,
}

impl Wheel for NodeWheel {
    fn name(&self) -> &'static str {
        "exchange.nodes"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
        table::peer::due(read, now, limit)
    }

    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
        let name: NodeName = key.parse().map_err(|_| Error::Corrupt(format!("exchange_peer: {key} is no name")))?;
        let mut standing = super::standing(tx, &name)?;
        standing.due = Some(later(tx.now(), ROUND_S * i64::from(self.pace)));
        ask_round(tx, &mut standing)?;
        let version = standing.version;
        table::peer::save(tx, &standing, version)
    }
}
