//! Nodes and what they sign for each other.

use std::collections::BTreeMap;
use std::str::FromStr;

use kernel::{Date, Digest, Timestamp};
use serde::{Deserialize, Serialize};
use store::{PublicKey, Signature, Signer, sealer::tree};

use super::{named, short_name};

short_name! {
    /// Names a node (节点): `province`, `nanjing`.
    NodeName, "/node"
}

/// Another node, as it was configured: its key is pinned, never learnt from the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its name.
    pub name: NodeName,
    /// Its public key.
    pub key: PublicKey,
    /// Where it is, if we hand up to it.
    pub url: Option<String>,
}

impl FromStr for Peer {
    type Err = String;

    /// `NAME=KEY` or `NAME=KEY@URL`.
    fn from_str(text: &str) -> Result<Peer, String> {
        let (name, rest) = text.split_once('=').ok_or("a peer is written NAME=KEY or NAME=KEY@URL")?;
        let (key, url) = rest.split_once('@').map_or((rest, None), |(key, url)| (key, Some(url)));
        let name = name.parse().map_err(|_| format!("{name:?} is no name for a node: 2 to 40 of a-z, 0-9 and -"))?;
        let key = key.parse().map_err(|_| format!("the key of {name} is not 130 hex digits"))?;
        if let Some(url) = url
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            return Err(format!("the address of {name} must begin with https:// or http://"));
        }
        Ok(Peer { name, key, url: url.map(|url| url.trim_end_matches('/').to_owned()) })
    }
}

/// This node and those it knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nodes {
    /// This node; none if it exchanges with nobody.
    pub me: Option<NodeName>,
    /// The others.
    pub peers: BTreeMap<NodeName, Peer>,
}

/// What one node tells another of one case: a step of its stream, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Its place in all that is handed to this receiver, from 1, without gaps.
    pub seq: u64,
    /// The case.
    pub stream: String,
    /// Its place in the case, from 1, without gaps.
    pub step: u32,
    /// The day it is reckoned under, in China.
    pub day: Date,
    /// When it was signed, by the sender's clock.
    pub at: Timestamp,
    /// Rows, as a departmental system would send them, as JSON text.
    pub body: String,
    /// The sender's.
    pub signature: Signature,
}

/// Fields as netstrings, so that no two sets of fields give the same bytes.
fn canonical(fields: &[&str]) -> Vec<u8> {
    let mut bytes = vec![];
    for field in fields {
        bytes.extend_from_slice(format!("{}:{field},", field.len()).as_bytes());
    }
    bytes
}

fn micros(at: Timestamp) -> String {
    at.as_microsecond().to_string()
}

impl Envelope {
    /// What is signed.
    pub fn signed(&self, from: &NodeName, to: &NodeName) -> Vec<u8> {
        let (seq, step, day, at) = (self.seq.to_string(), self.step.to_string(), self.day.to_string(), micros(self.at));
        let body = store::sm3(self.body.as_bytes()).to_string();
        let fields = ["tongban envelope v1", from.as_str(), to.as_str(), &seq, &self.stream, &step, &day, &at, &body];
        canonical(&fields)
    }

    /// What names it: a leaf of the day's tree.
    pub fn digest(&self, from: &NodeName, to: &NodeName) -> Digest {
        store::sm3(&self.signed(from, to))
    }
}

/// Envelopes on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packet {
    /// The sender.
    pub from: NodeName,
    /// The receiver.
    pub to: NodeName,
    /// At most [`crate::ENVELOPES_MOST`].
    pub envelopes: Vec<Envelope>,
}

named! {
    /// What became of an envelope.
    Taken {
        /// Its rows were taken in.
        Applied = "applied",
        /// Kept until what comes before it is there.
        Held = "held",
        /// It was there already.
        Known = "known",
        /// Another one has its place: one of the two sides lost its memory.
        Conflict = "conflict",
    }
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// The envelope.
    pub seq: u64,
    /// Its digest, as the receiver reckoned it.
    pub digest: Digest,
    /// What became of it.
    pub taken: Taken,
}

/// The receiver's signed word that envelopes are durably there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The receiver.
    pub by: NodeName,
    /// The sender of the envelopes.
    pub to: NodeName,
    /// When, by the receiver's clock.
    pub at: Timestamp,
    /// Each envelope.
    pub lines: Vec<ReceiptLine>,
    /// The receiver's.
    pub signature: Signature,
}

impl Receipt {
    fn text(by: &NodeName, to: &NodeName, at: Timestamp, lines: &[ReceiptLine]) -> Vec<u8> {
        let words: Vec<String> =
            lines.iter().map(|line| format!("{} {} {}", line.seq, line.digest, line.taken.name())).collect();
        canonical(&["tongban receipt v1", by.as_str(), to.as_str(), &micros(at), &words.join("\n")])
    }

    /// Signs one.
    pub fn sign(
        signer: &dyn Signer,
        by: &NodeName,
        to: &NodeName,
        at: Timestamp,
        lines: Vec<ReceiptLine>,
    ) -> Result<Receipt, store::Error> {
        let signature = signer.sign(&Receipt::text(by, to, at, &lines))?;
        Ok(Receipt { by: by.clone(), to: to.clone(), at, lines, signature })
    }

    /// Whether it is this node's word.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        store::verify(key, &Receipt::text(&self.by, &self.to, self.at, &self.lines), &self.signature)
    }
}

/// Sequence numbers from one to another, both among them.
pub type Span = (u64, u64);

/// What a sender says that it handed up on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The sender.
    pub from: NodeName,
    /// The receiver.
    pub to: NodeName,
    /// The day.
    pub day: Date,
    /// First and last of its envelopes.
    pub span: Span,
    /// How many.
    pub count: u64,
    /// Merkle root over their digests, in order.
    pub root: Digest,
    /// When, by the sender's clock.
    pub at: Timestamp,
    /// The sender's.
    pub signature: Signature,
}

impl Statement {
    /// What is signed.
    pub fn text(&self) -> Vec<u8> {
        let span = format!("{}-{}", self.span.0, self.span.1);
        let (day, count, root) = (self.day.to_string(), self.count.to_string(), self.root.to_string());
        let (from, to, at) = (self.from.as_str(), self.to.as_str(), micros(self.at));
        canonical(&["tongban statement v1", from, to, &day, &span, &count, &root, &at])
    }
}

/// What the receiver has of that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The receiver.
    pub by: NodeName,
    /// The sender of the statement.
    pub to: NodeName,
    /// The day.
    pub day: Date,
    /// How many envelopes are there.
    pub count: u64,
    /// Merkle root over their digests, in order.
    pub root: Digest,
    /// Those of the statement's span that are not there; the first ones, if they are many.
    pub missing: Vec<Span>,
    /// When, by the receiver's clock.
    pub at: Timestamp,
    /// The receiver's.
    pub signature: Signature,
}

impl Answer {
    /// What is signed.
    pub fn text(&self) -> Vec<u8> {
        let missing: Vec<String> = self.missing.iter().map(|(first, last)| format!("{first}-{last}")).collect();
        let (day, count, root) = (self.day.to_string(), self.count.to_string(), self.root.to_string());
        let (by, to, at) = (self.by.as_str(), self.to.as_str(), micros(self.at));
        canonical(&["tongban day answer v1", by, to, &day, &count, &root, &missing.join(" "), &at])
    }
}

/// Merkle root over digests in order (RFC 9162, with SM3).
pub(crate) fn root(digests: impl IntoIterator<Item = Digest>) -> (u64, Digest) {
    let mut frontier = tree::Frontier::default();
    digests.into_iter().for_each(|digest| frontier.push(tree::leaf(&digest.0)));
    (frontier.size(), frontier.root())
}

/// The journal stream of what passes between us and a node.
pub(crate) fn stream(name: &NodeName) -> String {
    format!("exchange-node:{name}")
}

/// What passed between us and another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeEvent {
    /// Envelopes were made for it.
    Enclosed {
        /// The first and the last.
        span: Span,
        /// Root over the digests of these.
        root: Digest,
    },
    /// It acknowledged envelopes.
    Acknowledged {
        /// Each of them, with the digest it reckoned.
        lines: Vec<ReceiptLine>,
    },
    /// It handed envelopes up to us.
    HandedUp {
        /// Each of them.
        lines: Vec<ReceiptLine>,
    },
    /// A day was reconciled (对账).
    Reconciled {
        /// The day.
        day: Date,
        /// Whether we are the sender.
        outgoing: bool,
        /// Our count and root.
        ours: (u64, Digest),
        /// Theirs.
        theirs: (u64, Digest),
        /// Whether both are the same.
        agreed: bool,
    },
}

impl store::Event for NodeEvent {
    const ROOM: &'static str = "exchange";

    fn kind(&self) -> &'static str {
        match self {
            NodeEvent::Enclosed { .. } => "enclosed",
            NodeEvent::Acknowledged { .. } => "acknowledged",
            NodeEvent::HandedUp { .. } => "handed-up",
            NodeEvent::Reconciled { .. } => "day-reconciled",
        }
    }
}
