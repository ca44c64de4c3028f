//! Identity: who somebody is, whether it is really them, and for whom they may act.
//!
//! Nouns: a *party* is a person (自然人) or an organisation (法人); an *account* lets a person or a member of *staff* in;
//! a *session* is an account signed in; a *delegation* lets a person act for another party; a *look* is one sight of
//! somebody's unmasked data, kept for them to see.
//!
//! Follows nobody. Never shows an identifier whole without a journalled look, never keeps a password or a token in
//! clear, never hashes on the writer, never lets one person be two of administrator, security officer and auditor.

mod desk;
mod model;
mod password;
mod query;
mod replay;
pub mod rules;
mod table;
pub mod totp;

pub use desk::{
    Batch, Door, Imported, NewOrganisation, NewPerson, SeedOrganisation, SeedPerson, SeedStaff, Sweeper, Trial,
    act_for, appoint, change_contact, count_wrong, delegate, enter, forgive, handle_staff, import, look,
    manage_account, may_try, open_account, register_organisation, reveal, revoke, sign_out, sign_out_everywhere, touch,
};
pub use model::{
    Account, AccountEvent, Delegation, DelegationEvent, Entered, Event, Extent, Fact, Holder, Knock, LoginName, Look,
    LookedBy, Mandate, NewDelegation, NewStaff, Opened, Organisation, OrganisationName, Origin, Particulars, Party,
    PartyEvent, PartyKind, Password, PendingPowers, Person, Phc, Policy, Representative, Role, Session, SessionKey,
    Source, Staff, StaffEvent, StaffNumber, Subject, Token, Via,
    delegation::DelegationId,
    session::{ActingFor, BadToken},
};
pub use password::Passwords;
pub use query::{
    LIST_MAX, account, account_of, delegations, facts, kind, looks, mandate, may_act, organisation_by_code, parties,
    party, person_by_id, session, staff, staff_by_number, staff_of, subjects, whole,
};
pub use replay::Registers;
pub use rules::Refusal;

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        room: "identity",
        number: 1,
        name: "who is who",
        sql: include_str!("../migrations/0001_identity.sql"),
    },
    store::Migration {
        room: "identity",
        number: 2,
        name: "tries and second factors",
        sql: include_str!("../migrations/0002_throttle.sql"),
    },
];
