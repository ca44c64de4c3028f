//! Exchange (数据交换): departmental systems send what they handle, cities hand it up to the province, departments use each
//! other's records under a permit.
//!
//! Its nouns: a [`Source`] (a departmental system with its credential), a batch of rows (受理、过程、特别程序、补正、结果), each checked
//! and answered by itself, a quarantined row with its reasons, a [`Resource`] of the catalogue with [`Request`]s to use it, an
//! [`Envelope`] that one node signs for another, its [`Receipt`], a [`Statement`] of a day.
//!
//! It follows casework and itself: what happens to a case here is handed up. It never changes a case, keeps what is personal
//! sealed, and signs nothing inside a transaction.

mod desk;
mod model;
mod node;
pub mod query;
mod replay;
pub mod rules;
mod table;

pub use desk::{
    Again, Incoming, Prepared, ask, handle_request, prepare, publish, receive, register, reissue, requeue, resolve,
    revise, revoke, row_of, usage,
};
pub use model::{
    Answer, BatchAnswer, Envelope, ExternalCase, Fault, Kind, Known, KnownCase, Line, Mark, NodeName, Nodes, Operation,
    Origin, Outcome, Packet, Peer, Quarantine, QuarantineId, QuarantineState, Receipt, ReceiptLine, Request, RequestId,
    RequestState, Resource, ResourceId, RowAnswer, Secret, Share, Source, SourceId, Span, Statement, Taken, Usage,
};
pub use node::{Courier, HandUp, Http, NodeWheel, Wire, acquaint, ask_day, receive_packet, receive_statement};
pub use replay::Exchanges;
pub use rules::Refusal;

/// Most rows in one batch.
pub const ROWS_MOST: usize = 1_000;
/// Largest body of a batch or a packet, in bytes.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most envelopes in one packet.
pub const ENVELOPES_MOST: usize = 64;

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "exchange",
    number: 1,
    name: "exchange",
    sql: include_str!("../migrations/0001_exchange.sql"),
}];
