//! What one company has with one lot: its envelope and its deposit.

use kernel::{Digest, Fen, PartyId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BidId, LotCode};

/// A sealed envelope as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Digest of its bytes.
    pub digest: Digest,
    /// How many bytes.
    pub size: u64,
    /// Its own id, by which its key is known.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
}

/// Where a bid stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum BidState {
    /// The company has the documents; no envelope is there.
    Joined,
    /// An envelope is there.
    Received {
        /// It.
        envelope: Envelope,
    },
    /// The envelope was taken back (撤回).
    Withdrawn,
    /// It was opened.
    Opened {
        /// The envelope.
        envelope: Envelope,
    },
}

impl BidState {
    /// For programs.
    pub fn name(&self) -> &'static str {
        match self {
            BidState::Joined => "joined",
            BidState::Received { .. } => "received",
            BidState::Withdrawn => "withdrawn",
            BidState::Opened { .. } => "opened",
        }
    }
}

/// The deposit (投标保证金). What went back and what was forfeited is never more than what was paid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// Paid in, by the bank's flow numbers.
    pub paid: Vec<(String, Fen, Timestamp)>,
    /// Went back, without interest.
    pub returned: Fen,
    /// Interest that went with it.
    pub interest: Fen,
    /// Forfeited.
    pub forfeited: Fen,
    /// Became a part of the price.
    #[serde(default)]
    pub set_off: Fen,
}

impl Deposit {
    /// All that was paid.
    pub fn sum(&self) -> Fen {
        Fen::checked_sum(self.paid.iter().map(|(_, amount, _)| *amount)).unwrap_or(Fen(i64::MAX))
    }

    /// What was paid until an instant.
    pub fn sum_until(&self, until: Timestamp) -> Fen {
        let paid = self.paid.iter().filter(|(.., at)| *at <= until).map(|(_, amount, _)| *amount);
        Fen::checked_sum(paid).unwrap_or(Fen(i64::MAX))
    }

    /// What is still held.
    pub fn held(&self) -> Fen {
        Fen(self
            .sum()
            .0
            .saturating_sub(self.returned.0)
            .saturating_sub(self.forfeited.0)
            .saturating_sub(self.set_off.0))
    }
}

/// What one company has with one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bid {
    /// Which.
    pub id: BidId,
    /// For which lot.
    pub lot: LotCode,
    /// Whose.
    pub party: PartyId,
    /// How many events made it.
    pub version: i64,
    /// When the company took the documents.
    pub made: Timestamp,
    /// The number of the sub-account for its deposit.
    pub account: String,
    /// The deposit.
    pub deposit: Deposit,
    /// Where it stands.
    pub state: BidState,
}

impl Bid {
    /// The envelope, if one is there.
    pub fn envelope(&self) -> Option<&Envelope> {
        match &self.state {
            BidState::Received { envelope } | BidState::Opened { envelope } => Some(envelope),
            BidState::Joined | BidState::Withdrawn => None,
        }
    }
}

impl BidId {
    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("bid:{self}")
    }

    /// The bid that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<BidId> {
        stream.strip_prefix("bid:")?.parse().ok()
    }
}

/// What happened to a bid. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BidEvent {
    /// The company took the documents.
    Joined {
        /// Of which lot.
        lot: LotCode,
        /// Which company.
        party: PartyId,
        /// Its sub-account.
        account: String,
        /// When.
        at: Timestamp,
    },
    /// Money came in on the sub-account.
    Paid {
        /// The bank's flow number.
        flow: String,
        /// How much.
        amount: Fen,
        /// When.
        at: Timestamp,
        /// Whose: for those who tell the company.
        party: PartyId,
    },
    /// An envelope came; it takes the place of an earlier one.
    Received {
        /// It.
        envelope: Envelope,
    },
    /// The envelope was taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// It was opened.
    Opened {
        /// When.
        at: Timestamp,
    },
    /// The deposit went back.
    Returned {
        /// How much.
        amount: Fen,
        /// With how much interest.
        interest: Fen,
        /// When.
        at: Timestamp,
        /// To whom.
        party: PartyId,
    },
    /// The deposit was forfeited.
    Forfeited {
        /// How much.
        amount: Fen,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
        /// Whose.
        party: PartyId,
    },
    /// The deposit became a part of the price.
    SetOff {
        /// How much.
        amount: Fen,
        /// When.
        at: Timestamp,
        /// Whose.
        party: PartyId,
    },
}

impl store::Event for BidEvent {
    const ROOM: &'static str = "trading";

    fn kind(&self) -> &'static str {
        match self {
            BidEvent::Joined { .. } => "bid-joined",
            BidEvent::Paid { .. } => "deposit-paid",
            BidEvent::Received { .. } => "bid-received",
            BidEvent::Withdrawn { .. } => "bid-withdrawn",
            BidEvent::Opened { .. } => "bid-opened",
            BidEvent::Returned { .. } => "deposit-returned",
            BidEvent::Forfeited { .. } => "deposit-forfeited",
            BidEvent::SetOff { .. } => "deposit-set-off",
        }
    }
}
