//! States and values of the register of who is who.

pub mod account;
pub mod delegation;
pub mod door;
pub mod event;
pub mod party;
pub mod session;
pub mod staff;

pub use account::{Account, Holder, LoginName, Password, Phc};
pub use delegation::{Delegation, Extent, Mandate, NewDelegation, Subject, Via};
pub use door::{Entered, Knock, Opened, Origin};
pub use event::{AccountEvent, DelegationEvent, Event, PartyEvent, StaffEvent};
pub use party::{
    Fact, Look, LookedBy, Organisation, OrganisationName, Particulars, Party, PartyKind, Person, Representative, Source,
};
pub use session::{Policy, Role, Session, SessionKey, Token};
pub use staff::{NewStaff, PendingPowers, Staff, StaffNumber};
