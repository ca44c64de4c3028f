//! Public-resource trading: lots for everybody, commands for those who take part, envelopes, and OCDS.

mod ocds;
mod step;
mod view;

pub use ocds::{__path_record, __path_records, __path_releases, record, records, releases};
pub use step::{__path_bid, __path_handle, __path_own, __path_plan, bid, handle, own, plan};
pub use view::{__path_draw, __path_list, __path_one, draw, list, one};
