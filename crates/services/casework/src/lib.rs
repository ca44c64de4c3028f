//! Casework: the statutory life of an application, from draft to the licence in hand.
//!
//! Its nouns: a [`Draft`] (private scratch of the applicant), a [`Submission`] (checked and sealed, ready to be filed), a
//! [`Case`] (办件) with its [`State`], what may be asked of it ([`Command`]) and what happened to it ([`Event`]).
//! The law stands in [`rules`], one pure function each way: `decide` says what a command does or why it may not
//! ([`Refusal`]), `apply` does it.
//!
//! It follows itself and payment: what is decided is given its licence, served and closed once its fee is no longer owed
//! ([`Completion`]), and counted ([`Tally`]). It follows delivery: a parcel that arrived
//! serves its case ([`Arrival`]).
//! It never signs or seals a case's papers inside a write transaction and keeps no personal value unsealed.

mod command;
mod desk;
mod draft;
mod event;
mod follow;
mod handover;
mod holdings;
mod materials;
mod model;
pub mod query;
mod replay;
pub mod rules;
mod submission;
mod table;
mod upload;
mod wheel;

pub use command::{Command, Verdict};
pub use desk::{handle, handle_once, look_up, resubmission, reveal, submit};
pub use draft::view::{DraftView, Given, MaterialTask, Offer, Prefilled, SectionTask, TaskState, Turn};
pub use draft::{Draft, DraftLine};
pub use event::{Event, Submitted};
pub use follow::{Arrival, Completion, Tally};
pub use handover::{choose_way, fetch_originals, originals, waits_at_window, way_change};
pub use model::{
    Acceptance, Case, Counter, Decision, Listed, Material, Missing, Opinion, Outcome, Papers, Prepared, Progress,
    Provision, Remedy, Service, Special, Stage, Stance, State, Subject, Terms, Tier, Way, WithdrawGround, case_of,
    is_form, stream, ways,
};
pub use replay::CaseReplay;
pub use rules::{Act, Facts, Refusal};
pub use submission::{Attachment, Brought, Channel, Filing, Key, Receipt, Submission};
pub use upload::{StoredFile, keep_file, kept_file, media_of};
pub use wheel::{CaseWheel, DraftWheel};

/// Drafts: beginning, filling in, looking at and discarding them.
pub mod drafts {
    pub use crate::draft::desk::{answer, attach, choose_way, detach, discard, filed, list, of, start};
    pub use crate::draft::prefill::known;
    pub use crate::draft::view::{filled, view};
}

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration { room: "casework", number: 1, name: "case", sql: include_str!("../migrations/0001_case.sql") },
    store::Migration {
        room: "casework",
        number: 2,
        name: "upload",
        sql: include_str!("../migrations/0002_upload.sql"),
    },
];
