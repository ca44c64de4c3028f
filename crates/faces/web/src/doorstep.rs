//! What somebody brings along who wants to be let in: where they come from, and what their browser kept.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use identity::Origin;

use crate::{cookie, limit::Address};

/// The cookie by which a browser is known that was let in before.
pub const DEVICE_COOKIE: &str = "tb_device";
/// The cookie that leads from a right password to the code of the second factor.
pub const TICKET_COOKIE: &str = "tb_ticket";

/// Who stands at the door. As an extractor it never refuses.
#[derive(Debug, Clone, Default)]
pub struct Doorstep {
    /// From where they come.
    pub origin: Origin,
    /// The ticket of a right password.
    pub ticket: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Doorstep {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Doorstep, Infallible> {
        let kept = |name| cookie::find(&parts.headers, name).map(str::to_owned);
        let address = parts.extensions.get::<Address>().and_then(|address| address.ip);
        Ok(Doorstep { origin: Origin { address, device: kept(DEVICE_COOKIE) }, ticket: kept(TICKET_COOKIE) })
    }
}
