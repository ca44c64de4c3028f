//! Signing in and out.

use crate::{
    Api, Result,
    bearer::Caller,
    body::Body,
    problem::{BodyErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use identity::{Role, Session};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Account and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account": "citizen.lin", "password": "…"}))]
pub struct SignIn {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
}

/// An open session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "token": "mXTSYvB6Q0v…", "expires_at": "2026-11-20T20:00:00Z", "role": "citizen", "name": "林示范",
    "acting_for": null, "region": "320102000000", "department": null, "duties": []
}))]
pub struct SessionView {
    /// Send it as `Authorization: Bearer <token>`.
    pub token: String,
    /// The session ends then at the latest (RFC 3339).
    pub expires_at: String,
    /// `citizen` or `staff`.
    pub role: &'static str,
    /// Name of the person.
    pub name: String,
    /// Name of the party acted for, if it is not the person's own.
    pub acting_for: Option<String>,
    /// Region where the person lives or serves.
    pub region: Option<String>,
    /// Home department of staff.
    pub department: Option<String>,
    /// Duties of staff: receive, review, decide, supervise, publish, administer, secure, audit.
    #[schema(value_type = Vec<String>)]
    pub duties: Vec<kernel::Duty>,
}

/// Sign in.
///
/// After five wrong passwords in a row the account is locked for fifteen minutes.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", operation_id = "signIn", request_body = SignIn,
    responses((status = 201, description = "已登录", body = SessionView),
        (status = 401, description = "账号或密码不对,或账号已锁定", body = crate::problem::ProblemView, content_type = "application/problem+json"),
        BodyErrors, Errors))]
pub async fn sign_in(State(api): State<Api>, body: Body<SignIn>) -> Result<impl IntoResponse> {
    let token = identity::sign_in(&api.house.db, &body.value.account, &body.value.password).await?;
    let session = crate::bearer::session(&api, &token)?;
    let view = view(token.reveal(), &session);
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Sign out: the token is worth nothing from now on.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "sessions", operation_id = "signOut", security(("bearer" = [])),
    responses((status = 204, description = "已退出"), SignedErrors, Errors))]
pub async fn sign_out(State(api): State<Api>, caller: Caller) -> Result<StatusCode> {
    identity::sign_out(&api.house.db, &caller.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(token: String, session: &Session) -> SessionView {
    let mut duties = match &session.actor {
        Actor::Staff { powers, .. } => powers.iter().map(|power| power.duty).collect(),
        _ => vec![],
    };
    duties.sort();
    duties.dedup();
    let (role, department) = match &session.role {
        Role::Citizen => ("citizen", None),
        Role::Staff { department, .. } => ("staff", Some(department.to_string())),
    };
    SessionView {
        token,
        expires_at: session.ends_at.to_string(),
        role,
        name: session.name.clone(),
        acting_for: session.acting_for.as_ref().map(|party| party.name.clone()),
        region: session.region.map(|region| region.to_string()),
        department,
        duties,
    }
}
