//! Signing in and out.

use crate::{
    Result,
    bearer::{self, Caller},
    body::Body,
    parameters,
    problem::{BodyErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use identity::{Knock, Opened, Origin, Role, Session};
use kernel::{Actor, CreditCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Failure;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;
use web::{Doorstep, Fault, House};

/// Account and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account": "citizen.lin", "password": "Tongban-2026"}))]
pub struct SignIn {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
    /// Code of the authenticator app, for accounts that have one.
    pub code: Option<String>,
    /// Unified social credit code of the organisation to act for, if it is not for oneself.
    pub acting_for: Option<String>,
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
/// After five wrong passwords the network they came from waits before the next, half a minute at first and a quarter of an hour at most.
/// An account that does not exist is answered like a wrong password.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", operation_id = "signIn", request_body = SignIn,
    responses((status = 201, description = "已登录", body = SessionView),
        (status = 401, description = "账号或密码不对；或者还要动态验证码（identity.code-needed）", body = crate::problem::ProblemView, content_type = "application/problem+json"),
        BodyErrors, Errors))]
pub async fn sign_in(State(house): State<Arc<House>>, step: Doorstep, body: Body<SignIn>) -> Result<impl IntoResponse> {
    let SignIn { account, password, code, acting_for } = body.value;
    // Programs come without cookies: nothing that a browser keeps counts here.
    let origin = Origin { device: None, ..step.origin };
    let (door, knock) = (house.door.clone(), Knock { login: account, password, code, origin });
    let opened = spawn_blocking(move || door.sign_in(&knock)).await;
    let token = match opened.map_err(|error| Fault::broken(error.to_string()))?? {
        Opened::In(entered) => entered.token,
        Opened::Code { .. } => return Err(Failure::Refused(identity::Refusal::CodeNeeded).into()),
        Opened::Enrol { .. } => return Err(Failure::Refused(identity::Refusal::SecondFactorNeeded).into()),
    };
    let mut session = bearer::session(&house, &token)?;
    if let Some(code) = acting_for {
        act_for(&house, &session, &code).await?;
        session = bearer::session(&house, &token)?;
    }
    let view = view(token.reveal(), &session);
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Sign out: the token is worth nothing from now on.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "sessions", operation_id = "signOut", security(("bearer" = [])),
    responses((status = 204, description = "已退出"), SignedErrors, Errors))]
pub async fn sign_out(State(house): State<Arc<House>>, caller: Caller) -> Result<StatusCode> {
    house.write(move |tx| identity::sign_out(tx, &caller.session)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the session act for the party with this unified social credit code.
async fn act_for(house: &House, session: &Session, code: &str) -> Result<()> {
    let code: CreditCode = parameters::field("/acting_for", code)?;
    let party = house.read(|read| identity::organisation_by_code(read, &code))?;
    // Whether the organisation exists is told only to those who may act for it.
    let party = party.ok_or(Failure::Refused(identity::Refusal::NoMandate))?;
    let session = session.clone();
    house.write(move |tx| identity::act_for(tx, &session, &party)).await
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
