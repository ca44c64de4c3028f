//! The rules of the exchange, pure: what a row must hold, what becomes of it, who may register, permit and put right, and in which
//! order envelopes are taken.

mod envelope;
mod fields;
mod permit;
mod refusal;
mod row;
mod source;

pub use envelope::{Place, backoff, missing, place, spans};
pub use fields::{FIELDS, Field, Form, Read, check, field, instant};
pub use permit::{
    RequestCommand, apply_request, apply_resource, asked, decide_request, may_use, published, replay_request,
    replay_resource, revised,
};
pub use refusal::Refusal;
pub use row::{CLOCK_SLACK_S, LATE_AFTER_S, Ruling, apply_case, decide, marks};
pub use source::{apply_source, may_care, may_quarantine, registered, reissued, replay_source, revoked};

/// Text of 1 to 500 characters.
pub(crate) fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 { Err(Refusal::Words { pointer }) } else { Ok(text.to_owned()) }
}
