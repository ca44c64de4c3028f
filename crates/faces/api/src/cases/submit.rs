//! Submitting a case: the hot path. Everything that can be done before the transaction is done before it.

use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    parameters,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use casework::{Attachment, Brought, Channel, Filing, Key, Submission, Way};
use catalogue::Answers;
use kernel::FieldError;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Failure, sm3};
use utoipa::ToSchema;
use web::{Fault, House};

/// An application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "item": "322018901000", "region": "320102000000",
    "form": {
        "name": "示例人", "resident_id": "320102190001019997", "phone": "13800000000", "birth": "1955-03-01",
        "region": "320102000000", "local": "在本地", "first": "第一次办", "agent": "老人自己"
    },
    "materials": [{"name": "近期免冠照片", "digest": "1caf39a1ac34c9872eac8e272da45852b4f43e29eb62a55dc98818658cf759c4", "file_name": "photo.pdf"}]
}))]
pub struct SubmitBody {
    /// Basic code of the item, 12 digits.
    pub item: String,
    /// The applicant's place, 12 digits; the item is handled there or in the region above that serves it.
    pub region: String,
    /// Answers by question key, as the item's JSON Schema asks for them.
    #[schema(value_type = Object)]
    pub form: Answers,
    /// What is handed in. Licences that the house holds and materials that the government asks itself need not be named.
    #[serde(default)]
    pub materials: Vec<MaterialBody>,
    /// How the result is to be received; electronically if nothing is said.
    pub delivery: Option<DeliveryBody>,
}

/// How the result is to be received, as far as the item allows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"by": "courier", "name": "示例人", "phone": "13800000999", "address": "江苏省南京市玄武区示例路 1 号"}))]
pub struct DeliveryBody {
    /// `electronic`, `window` or `courier`.
    pub by: String,
    /// For a courier: whom to ask for.
    pub name: Option<String>,
    /// For a courier: where to call.
    pub phone: Option<String>,
    /// For a courier: where, from the province to the door.
    pub address: Option<String>,
}

/// One material: exactly one of digest, licence, case with digest, or at_window.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "近期免冠照片", "digest": "1caf39a1ac34c9872eac8e272da45852b4f43e29eb62a55dc98818658cf759c4", "file_name": "photo.pdf"}))]
pub struct MaterialBody {
    /// Its name on the item's list.
    pub name: String,
    /// A file uploaded before.
    pub digest: Option<String>,
    /// The file's name at home, for the applicant to recognise it.
    pub file_name: Option<String>,
    /// A licence of the applicant's.
    pub licence: Option<String>,
    /// An earlier case of the applicant's that holds the file `digest`.
    pub case: Option<String>,
    /// The original will be shown at the window.
    #[serde(default)]
    pub at_window: bool,
}

/// What the applicant takes away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": "3201020902611200000017", "state": "submitted", "due": "2026-11-27", "query_password": "428173",
    "submitted_at": "2026-11-20T02:15:00.123456Z"
}))]
pub struct ReceiptView {
    /// The case's number, 22 digits.
    pub number: String,
    /// `submitted`.
    pub state: &'static str,
    /// The day by which the office answers; after it the application counts as accepted.
    pub due: String,
    /// With number and this password anybody may look up the progress, names masked.
    pub query_password: String,
    /// When the application entered the system (RFC 3339).
    pub submitted_at: String,
}

/// Submit an application.
///
/// The answer comes when the case is durable. With an `Idempotency-Key` the request may be sent again: it happens once, and the
/// answer is the same.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", operation_id = "submitCase", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "同一键、同一内容只发生一次")), request_body = SubmitBody,
    responses((status = 201, description = "已提交", body = ReceiptView, headers(("Location" = String, description = "办件的地址"))),
        SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn submit(
    State(house): State<Arc<House>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body<SubmitBody>,
) -> Result<Response> {
    let actor = caller.session.actor;
    let applicant = actor.party().ok_or(Refusal::WrongRole { want: "申请人" })?;
    let key = parameters::idempotency_key(&headers)?;
    let key = key.map(|key| Key { client: actor.label(), key: key.to_owned(), request: sm3(&body.bytes).0.to_vec() });
    let SubmitBody { item, region, form, materials, delivery } = body.value;
    let filing = Filing {
        applicant,
        item: parameters::field("/item", &item)?,
        region: parameters::field("/region", &region)?,
        answers: form,
        materials: attachments(materials)?,
        channel: Channel::Online,
        way: delivery.map_or(Ok(Way::Electronic), way)?,
        ticket: None,
        draft: None,
        key,
    };
    let submission = Submission::prepare(&house.db, &actor, filing).map_err(|failure| unfit(refused(failure)))?;
    let receipt = house.db.write_async(move |tx| casework::submit(tx, &submission)).await.map_err(refused)?;
    let number = receipt.number.to_string();
    let location = HeaderValue::from_str(&format!("/api/v1/cases/{number}")).expect("a case number is 22 digits");
    let view = ReceiptView {
        number,
        state: "submitted",
        due: receipt.answer_by.to_string(),
        query_password: receipt.password,
        submitted_at: receipt.submitted.to_string(),
    };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(view)).into_response())
}

/// The materials of a body.
pub fn attachments(materials: Vec<MaterialBody>) -> std::result::Result<Vec<Attachment>, Refusal> {
    materials.into_iter().enumerate().map(|(place, material)| attachment(place, material)).collect()
}

fn attachment(place: usize, body: MaterialBody) -> std::result::Result<Attachment, Refusal> {
    let pointer = |field: &str| format!("/materials/{place}/{field}");
    let brought = match (body.digest, body.licence, body.case, body.at_window) {
        (Some(digest), None, None, false) => {
            Brought::File { digest: parameters::field(&pointer("digest"), &digest)?, name: body.file_name }
        }
        (None, Some(id), None, false) => Brought::Licence { id: parameters::field(&pointer("licence"), &id)? },
        (Some(digest), None, Some(case), false) => Brought::Earlier {
            case: parameters::field(&pointer("case"), &case)?,
            digest: parameters::field(&pointer("digest"), &digest)?,
        },
        (None, None, None, true) => Brought::AtWindow,
        _ => {
            let reason = "须且只须给出 digest、licence、case 加 digest、at_window 之一".to_owned();
            return Err(Refusal::WrongValue { pointer: format!("/materials/{place}"), reason });
        }
    };
    Ok(Attachment { material: body.name, brought })
}

/// The way that a body asks for; what is wrong with an address is told by its place.
fn way(body: DeliveryBody) -> Result<Way> {
    let DeliveryBody { by, name, phone, address } = body;
    match by.as_str() {
        "electronic" => Ok(Way::Electronic),
        "window" => Ok(Way::Window),
        "courier" => {
            let text = |text: Option<String>| text.unwrap_or_default();
            let to = delivery::End::new(&text(name), &text(phone), &text(address)).map_err(|mut errors| {
                errors.iter_mut().for_each(|error| error.pointer.insert_str(0, "/delivery"));
                Fault::refused(&delivery::Refusal::End(errors))
            })?;
            Ok(Way::Courier { to })
        }
        _ => {
            let reason = "须为 electronic、window 或 courier".to_owned();
            Err(Refusal::WrongValue { pointer: "/delivery/by".to_owned(), reason }.into())
        }
    }
}

/// An item, place or file that does not exist is a fault of the body here, not of the address.
fn unfit(mut fault: Fault) -> Fault {
    if fault.status == StatusCode::NOT_FOUND {
        fault.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    fault
}

/// A refusal of casework with its pointers as they stand in our body: answers are under `/form`.
///
/// A key that was used for another request is 422 by draft-ietf-httpapi-idempotency-key-header.
pub fn refused(failure: Failure<casework::Refusal>) -> Fault {
    let is_reused = matches!(failure, Failure::Refused(casework::Refusal::KeyReused));
    let mut fault = Fault::from(failure);
    if is_reused {
        fault.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    for FieldError { pointer, .. } in &mut fault.errors {
        if let Some(key) = pointer.strip_prefix("/answers/") {
            *pointer = format!("/form/{key}");
        }
    }
    fault
}
