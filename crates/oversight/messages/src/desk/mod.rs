//! Commands. Each runs inside the caller's transaction and journals what it did.

mod code;
mod preference;
mod question;
mod reading;
mod routing;
mod sending;

pub use code::{check_code, send_code};
pub use preference::prefer;
pub use question::{answer, ask, judge};
pub use reading::mark_read;
pub use routing::publish;
pub use sending::{Report, report, resend};

use crate::Refusal;

/// What a command of this room answers.
pub type Result<T> = std::result::Result<T, store::Failure<Refusal>>;
