//! Payment: what somebody owes for a service, and every fen of it from the bill to the treasury.
//!
//! Its nouns: a [`Bill`] (缴款单) known by its payment code, an [`Order`] placed with a [`Channel`], a payment, a fiscal [`Receipt`],
//! an exemption, a [`Refund`] (退付), money that is parked because it is not what was due, and the account of a channel's day
//! ([`Reconciliation`], 对账). What a bill is for stands in its `subject`, another room's stream, which is never opened here.
//!
//! The rules are pure ([`rules`]); every event writes its lines in a double-entry ledger whose sum is zero at every instant. Channels
//! stand behind the [`Gateway`]; what is to be done there goes through the outbox ([`Courier`]), never inside a transaction, and what
//! they tell, by notice or by answer, goes through the same commands, so that order and repetition do not matter.
//!
//! It follows itself only ([`Bookkeeping`]). It keeps nothing personal but the payer's id.

mod account;
mod command;
mod courier;
mod desk;
mod event;
mod follow;
pub mod gateway;
mod model;
pub mod query;
pub mod receipt;
mod replay;
pub mod rules;
pub mod statement;
mod table;
mod wechat;
mod wheel;

pub use account::{reconcile, resolve};
pub use command::{Assessment, Charge, Command, RefundOutcome};
pub use courier::{Courier, Errand, ORDER_LASTS, outbox};
pub use desk::{Opening, ask_channel, cancel, give_up, handle, open, told};
pub use event::{Event, Opened};
pub use follow::Bookkeeping;
pub use gateway::{BadNotice, Gateway, Gateways, Told};
pub use model::{
    Bill, Channel, Difference, Exemption, Finding, Line, Order, Parked, Parking, Payment, Receipt, ReceiptNumber,
    Reconciliation, Refund, RefundOf, RefundState, Resolution, Settling, Stage, State, Way, Work, WorkKind, bill_of,
    day_of, day_stream, order_no, reference_bill, refund_no, stream,
};
pub use replay::BillReplay;
pub use rules::{Facts, Refusal};
pub use wechat::{Contract, Wechat};
pub use wheel::{AccountWheel, BillWheel, SilenceWheel};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] =
    &[store::Migration { room: "payment", number: 1, name: "bill", sql: include_str!("../migrations/0001_bill.sql") }];
