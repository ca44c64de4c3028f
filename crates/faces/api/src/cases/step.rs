//! Commands on a case: one address for each, each with the words that it needs.

use super::{
    submit::MaterialBody,
    view::{CaseView, Viewer},
};
use crate::{
    Api, Refusal, Result,
    bearer::Caller,
    body, parameters,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use casework::{Command, Missing, Stance, Subject, Verdict, WithdrawGround};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The words of a command; which fields are needed depends on the command (see the address's description).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"opinion": "材料齐全,符合条件", "agree": true}))]
pub struct StepBody {
    /// decline, deny, suspend, extend: facts and reasons.
    pub reason: Option<String>,
    /// decline, deny: the article it rests on.
    pub article: Option<String>,
    /// decline: the body that is competent instead.
    pub elsewhere: Option<String>,
    /// correct: everything that is missing.
    #[serde(default)]
    pub missing: Vec<MissingBody>,
    /// correct, a second time: why a supervisor allows it.
    pub supervisor_reason: Option<String>,
    /// resubmit: answers that changed.
    #[schema(value_type = Option<Object>)]
    pub form: Option<Map<String, Value>>,
    /// resubmit: materials that are new or replace others.
    #[serde(default)]
    pub materials: Vec<MaterialBody>,
    /// review: whether it is fit to be granted.
    pub agree: Option<bool>,
    /// review: the opinion in words.
    pub opinion: Option<String>,
    /// decide: whether it is granted.
    pub grant: Option<bool>,
    /// suspend: the legal ground (hearing, inspection, testing, quarantine, appraisal, expert-review, auction).
    pub ground: Option<String>,
    /// suspend, extend: working days.
    pub days: Option<u32>,
    /// resume: what came out of the special procedure.
    pub result: Option<String>,
    /// withdraw: not-needed, not-ready, wrong-item or other.
    pub because: Option<String>,
}

/// Something to be corrected: a material or an answer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"material": "经营场所和设备布局流程图", "why": "图上未标出排烟口,请补画后重新上传"}))]
pub struct MissingBody {
    /// The material, by its name on the list.
    pub material: Option<String>,
    /// Or the answer, by its question's key.
    pub field: Option<String>,
    /// What is wrong and how to put it right.
    pub why: String,
}

/// Do something to a case.
///
/// `command` is one of: `accept` (nothing needed) · `decline` {reason, article, elsewhere?} · `correct` {missing, supervisor_reason?} ·
/// `resubmit` {form?, materials?} · `review` {agree, opinion} · `decide` {grant} or {grant: false, reason, article} ·
/// `suspend` {ground, days, reason} · `resume` {result} · `extend` {days, reason} · `withdraw` {because?}.
#[utoipa::path(post, path = "/api/v1/cases/{number}/{command}", tag = "cases", operation_id = "handleCase",
    security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号,22 位"), ("command" = String, Path, description = "操作"),
        ("Idempotency-Key" = Option<String>, Header, description = "同一键、同一内容只发生一次")),
    request_body = StepBody,
    responses((status = 200, description = "操作后的办件", body = CaseView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path((number, command)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<CaseView>> {
    let number = parameters::case_number(&number)?;
    let key = parameters::idempotency_key(&headers)?.map(str::to_owned);
    body::require_json(&headers, &bytes)?;
    let words: StepBody = body::parse(&bytes)?;
    let actor = caller.session.actor.clone();
    let viewer = if actor.party().is_some() { Viewer::Applicant } else { Viewer::Staff };
    let command = command_of(&command, words)?;
    let case = super::carry_out(&api, actor, number, command, key, bytes).await?;
    let regions = crate::read(&api, |read| organisation::regions(read))?;
    Ok(Json(CaseView::of(&case, viewer, &regions)))
}

fn need<T>(name: &'static str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::WrongValue { pointer: format!("/{name}"), reason: "此操作需要这个字段".to_owned() })
}

fn wrong(name: &'static str, reason: &str) -> Refusal {
    Refusal::WrongValue { pointer: format!("/{name}"), reason: reason.to_owned() }
}
