//! Files: handed in before the application that names them, seen only by those who may see the case.

use crate::{
    Refusal, Result,
    bearer::Caller,
    parameters,
    parameters::Params,
    problem::{BodyErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    body::{Body, HttpBody},
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use casework::{Case, Provision, query};
use kernel::{Actor, Digest};
use serde::{Deserialize, Serialize};
use std::{future::poll_fn, pin::Pin, sync::Arc};
use store::Failure;
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// A body of so many times the largest size is still read to its end before it is refused.
pub const PATIENCE: usize = 4;
/// Cases that are looked through for a file whose case is not named.
const CASES_OF_A_PAGE: usize = 50;
const CASES_PAGES_MAX: usize = 4;

/// A file that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"digest": "1caf39a1ac34c9872eac8e272da45852b4f43e29eb62a55dc98818658cf759c4", "size": 193, "media": "application/pdf"}))]
pub struct FileView {
    /// SM3 digest; applications name the file by it.
    pub digest: String,
    /// Bytes.
    pub size: u64,
    /// What it is, found in its content.
    pub media: String,
}

/// Hand in a file, as the raw body with its media type or as the first file of a form.
///
/// It belongs to the party that the session acts for: only applications of that party can name its digest.
#[utoipa::path(post, path = "/api/v1/files", tag = "files", operation_id = "uploadFile", security(("bearer" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "PDF、JPG、PNG、HEIC、OFD、DOCX",
        example = json!("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")),
    responses((status = 201, description = "已保存", body = FileView), SignedErrors, BodyErrors, Errors))]
pub async fn upload(State(house): State<Arc<House>>, caller: Caller, request: Request) -> Result<Response> {
    let max = house.config.file_bytes_max;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (bytes, claimed) = match kind.filter(|kind| kind.starts_with("multipart/form-data")) {
        Some(_) => first_file(request, &house, max).await?,
        None => {
            let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let claimed = kind.map(str::to_owned);
            (whole(request.into_body(), max).await?, claimed)
        }
    };
    let (db, actor) = (house.db.clone(), caller.session.actor);
    let kept = spawn_blocking(move || casework::keep_file(&db, &actor, &bytes, claimed.as_deref())).await;
    let file = kept.map_err(|error| Fault::broken(error.to_string()))??;
    let view = FileView { digest: file.digest.to_string(), size: file.size, media: file.media };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// Reads a raw body. One that is too large is read to its end, within reason, and thrown away: a sender that is still sending
/// would otherwise see a broken connection instead of the answer.
pub(crate) async fn whole(mut body: Body, max: usize) -> std::result::Result<Vec<u8>, Refusal> {
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| Refusal::Interrupted)?.into_data() else { continue };
        seen += data.len();
        if seen <= max {
            bytes.extend_from_slice(&data);
        } else if seen > max.saturating_mul(PATIENCE) {
            break;
        }
    }
    if seen > max { Err(Refusal::TooLarge { max }) } else { Ok(bytes) }
}

async fn first_file(request: Request, house: &Arc<House>, max: usize) -> Result<(Vec<u8>, Option<String>)> {
    let form = Multipart::from_request(request, house).await;
    let mut form = form.map_err(|_| Refusal::MediaType { want: "multipart/form-data 或文件内容本身" })?;
    while let Some(mut field) = form.next_field().await.map_err(|error| part(&error, max))? {
        if field.file_name().is_none() {
            continue;
        }
        let claimed = field.content_type().map(str::to_owned);
        let (mut bytes, mut seen) = (Vec::new(), 0);
        while let Some(chunk) = field.chunk().await.map_err(|error| part(&error, max))? {
            seen += chunk.len();
            if seen <= max {
                bytes.extend_from_slice(&chunk);
            }
        }
        return if seen > max { Err(Refusal::TooLarge { max }.into()) } else { Ok((bytes, claimed)) };
    }
    Err(Refusal::NoFile.into())
}

fn part(error: &axum::extract::multipart::MultipartError, max: usize) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Refusal::TooLarge { max } } else { Refusal::Interrupted }
}

/// For which case.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// The case that the file belongs to; an applicant may leave it out.
    pub case: Option<String>,
}

/// A file of a case that the caller may see: the applicant, and staff who handle it.
#[utoipa::path(get, path = "/api/v1/files/{digest}", tag = "files", operation_id = "getFile", security(("bearer" = [])),
    params(("digest" = String, Path, description = "SM3 摘要，64 位十六进制"), FileQuery),
    responses((status = 200, description = "文件内容", body = Vec<u8>, content_type = "application/octet-stream"), SignedErrors, Errors))]
pub async fn download(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(digest): Path<String>,
    Params(asked): Params<FileQuery>,
) -> Result<Response> {
    let digest: Digest = digest.parse().map_err(|_| Refusal::NotFound)?;
    let actor = caller.session.actor;
    let media = match asked.case {
        Some(number) => {
            let number = parameters::case_number(&number)?;
            media_in(&house.ask(|read| query::case_for(read, &actor, &number))?, &digest)
        }
        None => media_of_own(&house, &actor, &digest)?,
    };
    let media = media.ok_or(Refusal::NotFound)?;
    let files = house.db.files().clone();
    let bytes =
        spawn_blocking(move || files.get(&digest)).await.map_err(|error| Fault::broken(error.to_string()))??;
    let media = HeaderValue::from_str(&media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// What the file is, if it is one of the case's materials.
fn media_in(case: &Case, digest: &Digest) -> Option<String> {
    case.materials.iter().find_map(|material| match &material.provision {
        Provision::Upload { digest: own, media, .. } | Provision::Earlier { digest: own, media, .. }
            if own == digest =>
        {
            Some(media.clone())
        }
        _ => None,
    })
}

/// Looks for the file among the party's own cases, the latest first.
fn media_of_own(house: &House, actor: &Actor, digest: &Digest) -> Result<Option<String>> {
    let Some(party) = actor.party() else { return Ok(None) };
    house.ask(|read| {
        let mut place = None;
        for _ in 0..CASES_PAGES_MAX {
            let page = query::cases_of(read, &party, &[], CASES_OF_A_PAGE, place.as_deref())?;
            for line in &page.lines {
                let found = media_in(&query::case_for(read, actor, &line.number)?, digest);
                if found.is_some() {
                    return Ok(found);
                }
            }
            place = page.next;
            if place.is_none() {
                break;
            }
        }
        Ok::<_, Failure<casework::Refusal>>(None)
    })
}
