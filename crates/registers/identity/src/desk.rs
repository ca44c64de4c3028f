//! Commands. Each runs inside the caller's transaction and journals what it did; only the [`Door`], which must hash
//! passwords outside of one, opens its own.

mod account;
mod batch;
mod delegation;
mod door;
mod party;
mod session;
mod staff;
mod sweep;
mod throttle;

pub(crate) use account::mark;
pub use account::{manage_account, open_account};
pub use batch::{Batch, Imported, SeedOrganisation, SeedPerson, SeedStaff, import};
pub use delegation::{delegate, revoke};
pub use door::{Door, NewPerson};
pub use party::{NewOrganisation, change_contact, enter, look, register_organisation, reveal};
pub use session::{act_for, sign_out, sign_out_everywhere, touch};
pub(crate) use staff::unborn;
pub use staff::{appoint, handle_staff};
pub use sweep::Sweeper;
pub use throttle::{Trial, count_wrong, forgive, may_try};

use crate::Refusal;

/// What a command of this room answers.
pub type Result<T> = std::result::Result<T, store::Failure<Refusal>>;
