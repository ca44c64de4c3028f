//! Who calls: a session named by `Authorization: Bearer`. Cookies are not looked at, so no page of another site can make a
//! browser command anything here.

use crate::Refusal;
use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use identity::{Session, Token};
use std::sync::Arc;
use web::{Fault, House};

/// A signed-in caller.
pub struct Caller {
    /// Their session.
    pub session: Session,
}

impl FromRequestParts<Arc<House>> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Fault> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, text) = header.and_then(|value| value.split_once(' ')).ok_or(Refusal::SignedOut)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::SignedOut.into());
        }
        let token: Token = text.trim().parse().map_err(|_| Refusal::SignedOut)?;
        Ok(Self { session: session(house, &token)? })
    }
}

/// The session that `token` opens.
pub fn session(house: &House, token: &Token) -> Result<Session, Fault> {
    let found = house.read(|read| identity::session(read, token))?;
    let session = found.ok_or(Refusal::SignedOut)?;
    if session.wants_touch {
        let (db, key) = (house.db.clone(), session.key);
        // A failure only means that the session is noted as used a little later.
        tokio::spawn(async move { db.write_async(move |tx| identity::touch(tx, &key)).await.ok() });
    }
    Ok(session)
}
