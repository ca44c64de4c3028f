//! The law of trading, pure: what may be done to a lot, a bid, a complaint, and what that makes of it.

mod apply;
mod assess;
mod bid;
mod complaint;
mod lot;
mod refusal;
mod rounds;

use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, Date, Digest, Duty, PartyId, Sealed, StaffId, Timestamp};

use crate::{BidId, Lot, Procedure};

pub use apply::{apply, begin, replay};
pub use assess::{Assessment, assess};
pub use bid::{
    apply_bid, forfeited, interest, joined, may_unseal, opened, paid, received, replay_bid, returned, set_off,
    withdrawn,
};
pub use complaint::{apply_complaint, complained, decide_complaint, due_complaint, replay_complaint};
pub use lot::{by_time, check_notice, decide, drawn, due, planned};
pub(crate) use lot::{deposits_free, gave_up, holds_on};
pub use refusal::Refusal;
pub(crate) use refusal::written;
pub use rounds::Ended;
pub(crate) use rounds::ending;

/// What rules need to know beside the thing itself.
#[derive(Clone)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// The procedure of the lot.
    pub procedure: &'static Procedure,
    /// Who asks.
    pub actor: &'a Actor,
    /// Whether they ask for an organisation.
    pub is_company: bool,
    /// What the party they ask for has with this lot.
    pub own: Option<BidId>,
    /// Whether its deposit was there in time.
    pub admitted: bool,
    /// Whether it has an envelope in this lot, or gave quotes.
    pub is_bidder: bool,
    /// Those who gave quotes: gathered when they have ended only.
    pub ended: Option<Ended>,
    /// The reserve, sealed: made for the notice only.
    pub reserve: Option<Sealed>,
    /// Envelopes that are there: gathered for the opening only.
    pub envelopes: Vec<BidId>,
    /// The lot's public point and the commitment of the draw: made for the publication only.
    pub fresh: Option<(String, Digest)>,
    /// The seat of the expert who asks.
    pub seat: Option<u32>,
}

impl Facts<'_> {
    /// The tenderer who asks.
    fn tenderer(&self, lot: &Lot) -> Result<PartyId, Refusal> {
        self.actor.party().filter(|party| *party == lot.tenderer).ok_or(Refusal::NotTenderer)
    }

    /// The member of the centre's staff who asks.
    fn centre(&self, lot: &Lot) -> Result<StaffId, Refusal> {
        let may = self.actor.may(Duty::Trade, &lot.centre);
        self.actor.staff().filter(|_| may).ok_or(Refusal::NotCentre)
    }

    /// The company that asks, if it is not the tenderer.
    fn company(&self, lot: &Lot) -> Result<PartyId, Refusal> {
        let party = self.actor.party().filter(|_| self.is_company).ok_or(Refusal::NotCompany)?;
        if party == lot.tenderer { Err(Refusal::OwnTender) } else { Ok(party) }
    }
}
