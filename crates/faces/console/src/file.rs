//! Files of a case, for those who handle it. Opening one is a look at personal data and is written down.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, header},
    response::Response,
};
use kernel::Digest;
use web::Fault;

use crate::act::At;

/// Shows one file of a case in the browser.
pub async fn show(at: At, Path((_, digest)): Path<(String, String)>) -> Result<Response, Fault> {
    let (number, house) = (at.number, &at.house);
    let digest: Digest = digest.parse().map_err(|_| Fault::not_found())?;
    let case = at.case()?;
    let material = case
        .materials
        .iter()
        .find(|material| material.provision.digest() == Some(&digest))
        .ok_or_else(Fault::not_found)?;
    let media = material.provision.media().unwrap_or("application/octet-stream").to_owned();
    let (actor, applicant, name) = (at.session.actor.clone(), case.applicant, material.name.clone());
    house
        .write(move |tx| identity::look(tx, &actor, &applicant, &[name.as_str()], &format!("办理办件 {number}")))
        .await?;
    let files = house.db.clone();
    let bytes = tokio::task::spawn_blocking(move || files.files().get(&digest))
        .await
        .map_err(|error| Fault::broken(error.to_string()))??;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    // Only what a browser draws by itself is shown in place; everything else is saved.
    let shown = media.starts_with("image/") || media == "application/pdf";
    let kind = HeaderValue::from_str(&media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let place = if shown { "inline" } else { "attachment" };
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(place));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}
