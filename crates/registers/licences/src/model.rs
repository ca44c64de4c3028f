//! States and values of electronic licences.

mod content;
mod draft;
mod event;
mod licence;
mod public;
mod validity;

pub use content::{BadContent, Content, HolderName, Issuer, canonical};
pub use draft::{Draft, Keys, Seal, SealedLicence};
pub use event::Event;
pub use licence::{CancelGround, Filter, Licence, LicenceType, Place, RevokeGround, Standing, State};
pub use public::{Finding, PublicView, Verdict, mask};
pub use validity::{last_day, remind_at, renew_by};
