//! Commands on a case: one address for each, each with the words that it needs.

use super::{
    submit::{self, MaterialBody, refused},
    view::{CaseView, Viewer},
};
use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    parameters,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use casework::{Command, Key, Missing, Stance, Subject, Verdict, WithdrawGround};
use catalogue::Answers;
use clock::Ground;
use serde::{Deserialize, de::IntoDeserializer};
use std::sync::Arc;
use utoipa::ToSchema;
use web::House;

/// The words of a command; which fields are needed depends on the command (see the address's description).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"opinion": "材料齐全，符合条件", "agree": true}))]
pub struct StepBody {
    /// decline, deny, suspend, extend, and grant against the reviewer's opinion: facts and reasons.
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
    pub form: Option<Answers>,
    /// resubmit: materials that are new or replace others.
    #[serde(default)]
    pub materials: Vec<MaterialBody>,
    /// review: whether it is fit to be granted.
    pub agree: Option<bool>,
    /// review: the opinion in words.
    pub opinion: Option<String>,
    /// decide: whether it is granted.
    pub grant: Option<bool>,
    /// suspend: the legal ground: hearing, inspection, testing, quarantine, appraisal, expert_review, auction.
    pub ground: Option<String>,
    /// suspend, extend: working days.
    pub days: Option<u32>,
    /// resume: what came out of the special procedure.
    pub result: Option<String>,
    /// withdraw: not-needed, not-ready, wrong-item or other.
    pub because: Option<String>,
}

/// Something to be corrected: a material or an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"material": "经营场所和设备布局流程图", "why": "图上未标出排烟口，请补画后重新上传"}))]
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
/// `resubmit` {form?, materials?} · `review` {agree, opinion} · `decide` {grant, reason?} (the reason is needed against the reviewer's opinion) or {grant: false, reason, article} ·
/// `suspend` {ground, days, reason} · `resume` {result} · `extend` {days, reason} · `withdraw` {because?}.
#[utoipa::path(post, path = "/api/v1/cases/{number}/{command}", tag = "cases", operation_id = "handleCase",
    security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位"), ("command" = String, Path, description = "操作"),
        ("Idempotency-Key" = Option<String>, Header, description = "同一键、同一内容只发生一次")),
    request_body = StepBody,
    responses((status = 200, description = "操作后的办件", body = CaseView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn handle(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((number, command)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body<StepBody>,
) -> Result<Json<CaseView>> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let key = parameters::idempotency_key(&headers)?;
    let key = key.map(|key| {
        let request = [number.to_string().as_bytes(), command.as_bytes(), &body.bytes].join(&b'\n');
        Key { client: actor.label(), key: key.to_owned(), request: store::sm3(&request).0.to_vec() }
    });
    let viewer = Viewer::of(&actor);
    let wanted = wanted(&command, body.value)?;
    let command = match wanted {
        Wanted::Ready(command) => command,
        Wanted::Resubmit { form, materials } => {
            let attachments = submit::attachments(materials)?;
            casework::resubmission(&house.db, &actor, &number, form.as_ref(), &attachments).map_err(refused)?
        }
    };
    let case = house
        .db
        .write_async(move |tx| match &key {
            Some(key) => casework::handle_once(tx, &actor, &number, &command, key),
            None => casework::handle(tx, &actor, &number, &command),
        })
        .await
        .map_err(refused)?;
    let regions = house.regions()?;
    Ok(Json(CaseView::of(&case, viewer, &regions)))
}

/// What an address and its words ask for. Corrections are checked and sealed before they are a command.
enum Wanted {
    Ready(Command),
    Resubmit { form: Option<Answers>, materials: Vec<MaterialBody> },
}

fn wanted(name: &str, words: StepBody) -> std::result::Result<Wanted, Refusal> {
    let command = match name {
        "accept" => Command::Accept,
        "decline" => Command::Decline {
            reason: need("reason", words.reason)?,
            article: need("article", words.article)?,
            elsewhere: words.elsewhere,
        },
        "correct" => Command::Correct {
            missing: words.missing.into_iter().enumerate().map(missing).collect::<std::result::Result<_, _>>()?,
            supervisor_reason: words.supervisor_reason,
        },
        "resubmit" => return Ok(Wanted::Resubmit { form: words.form, materials: words.materials }),
        "review" => Command::Review {
            stance: if need("agree", words.agree)? { Stance::For } else { Stance::Against },
            opinion: need("opinion", words.opinion)?,
        },
        "decide" if need("grant", words.grant)? => Command::Decide { verdict: Verdict::Grant { reason: words.reason } },
        "decide" => Command::Decide {
            verdict: Verdict::Deny { reason: need("reason", words.reason)?, article: need("article", words.article)? },
        },
        "suspend" => Command::Suspend {
            ground: word::<Ground>("ground", &need("ground", words.ground)?)?,
            days: need("days", words.days)?,
            reason: need("reason", words.reason)?,
        },
        "resume" => Command::Resume { result: need("result", words.result)? },
        "extend" => Command::Extend { days: need("days", words.days)?, reason: need("reason", words.reason)? },
        "withdraw" => Command::Withdraw {
            ground: words.because.map_or(Ok(WithdrawGround::Other), |because| word("because", &because))?,
        },
        _ => return Err(Refusal::UnknownCommand),
    };
    Ok(Wanted::Ready(command))
}

fn missing((place, body): (usize, MissingBody)) -> std::result::Result<Missing, Refusal> {
    let what = match (body.material, body.field) {
        (Some(name), None) => Subject::Material(name),
        (None, Some(key)) => Subject::Field(key),
        _ => {
            let reason = "须且只须给出 material、field 之一".to_owned();
            return Err(Refusal::WrongValue { pointer: format!("/missing/{place}"), reason });
        }
    };
    Ok(Missing { what, why: body.why })
}

fn need<T>(name: &str, value: Option<T>) -> std::result::Result<T, Refusal> {
    value.ok_or_else(|| Refusal::WrongValue {
        pointer: format!("/{name}"), reason: "此操作需要这个字段".to_owned()
    })
}

/// One of the words of an enum, as serde spells them.
fn word<'de, T: Deserialize<'de>>(name: &str, text: &'de str) -> std::result::Result<T, Refusal> {
    let read = T::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(text));
    read.map_err(|error| Refusal::WrongValue { pointer: format!("/{name}"), reason: error.to_string() })
}
