//! Trading (公共资源交易): works contracts and government procurement by open tender, land, mining rights and state property by
//! quotes, from the notice to the contract and the last payment.
//!
//! Its nouns: a [`Lot`] (标段) of a project, which runs through one [`Procedure`] (data: [`book`]); a [`Bid`] (投标) with its deposit;
//! an [`Expert`] of the pool; an objection (异议) inside the lot, a [`Complaint`] (投诉) beside it.
//!
//! A bid is sealed at the bidder's own machine ([`envelope`]); the house holds half of what opens it and uses that half only in an
//! opening that its rules allow. Experts are drawn by a seed that is committed to before anybody can know the rest of what decides
//! ([`draw`]). What is public is told as OCDS ([`ocds`]). The room follows nobody, and tells nobody how many have bid before the opening.

pub mod book;
mod desk;
pub mod draw;
pub mod envelope;
mod model;
pub mod ocds;
pub mod query;
mod replay;
pub mod rules;
mod table;
mod wheel;

pub use book::{Family, Period, Procedure, RoundTerms, Share, Unit, book};
pub use desk::{
    Desk, Fresh, Prepared, Unsealed, complain, draw_panel, enroll, forfeit, give_key, handle, handle_complaint, join,
    pay, plan, prepare, publish, return_deposits, submit, unseal, withdraw,
};
pub use model::{
    Bid, BidEvent, BidId, BidState, Clarification, Command, Complaint, ComplaintCommand, ComplaintEvent, ComplaintId,
    ComplaintState, Created, Deposit, Envelope, Expert, ExpertEvent, ExpertId, Failure as FailGround, Ground,
    Instalments, Late, Lot, LotCode, LotEvent, LotState, Mark, NewExpert, NewLot, Notice, Objection, OpenBid, Panel,
    Plan, ProjectId, Question, Quote, Ranked, Rounds, Settlement, Sheet, Stage,
};
pub use replay::TradingReplay;
pub use rules::{Facts, Refusal};
pub use wheel::{ComplaintWheel, LotWheel};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "trading",
    number: 1,
    name: "trading",
    sql: include_str!("../migrations/0001_trading.sql"),
}];
