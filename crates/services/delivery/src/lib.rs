//! Delivery: parcels both ways — originals fetched from a citizen, results brought to one.
//!
//! Its nouns: a [`Parcel`] (邮件) bound to a case by its opaque stream, with two [`End`]s sealed under the party's key, what is
//! inside ([`Content`]), the courier's [`Trace`]s as they were told, and the chain of custody ([`Handover`]) of the papers.
//! What a courier must know goes through one port ([`Courier`]): name, telephone and address of both ends, never the item, the
//! contents or an identity number. Two adapters speak it: SF-Express and China Post EMS.
//!
//! It follows nobody. Other rooms open parcels by [`open`] and learn by the journal that one was delivered. It never tells that a
//! parcel arrived because a courier's word changed: a final state stays until somebody puts it right by name.

mod book;
mod command;
mod desk;
mod event;
mod model;
pub mod port;
pub mod query;
mod replay;
pub mod rules;
mod send;
mod table;
mod wheel;

pub use book::{Book, CourierEntry, Postage, book};
pub use command::Command;
pub use desk::{Opening, handle, open, report};
pub use event::{Created, Event};
pub use model::{
    Act, Acted, Booking, Content, ContentKind, Correction, Direction, End, Ends, Gap, Handover, Holder, Meaning,
    Number, Parcel, ParcelId, Payer, Place, SfNumber, State, Step, Trace, Trouble, parcel_of, stream,
};
pub use port::{Courier, Couriers};
pub use replay::ParcelReplay;
pub use rules::{Facts, Refusal};
pub use send::CourierSender;
pub use wheel::{AskWheel, ParcelWheel};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "delivery",
    number: 1,
    name: "parcel",
    sql: include_str!("../migrations/0001_parcel.sql"),
}];
