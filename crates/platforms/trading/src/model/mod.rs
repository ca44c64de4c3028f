//! States and values.

mod bid;
mod code;
mod complaint;
mod event;
mod expert;
mod lot;

pub use bid::{Bid, BidEvent, BidState, Deposit, Envelope};
pub use code::LotCode;
pub use complaint::{Complaint, ComplaintCommand, ComplaintEvent, ComplaintState};
pub use event::{Command, Created, LotEvent, NewLot, Plan};
pub use expert::{Expert, ExpertEvent, NewExpert};
pub use lot::{
    Clarification, Failure, Ground, Instalments, Late, Lot, LotState, Mark, Notice, Objection, OpenBid, Panel,
    Question, Quote, Ranked, Rounds, Settlement, Sheet, Stage,
};

kernel::id! {
    /// A project: what its lots have in common.
    pub ProjectId,
    /// What one company has with one lot.
    pub BidId,
    /// An expert of the pool.
    pub ExpertId,
    /// A complaint.
    pub ComplaintId,
}

store::text_column!(LotCode, ProjectId, BidId, ExpertId, ComplaintId);
