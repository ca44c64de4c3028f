//! `licence verify`: whether a licence file is what its issuer sealed, to the last byte, and what has become of the licence.

use crate::{cli, failure::Failed, http::Server};
use licences::Keys;
use serde_json::Value;
use std::{fs, path::Path};
use store::{PublicKey, Signer, SoftSigner};

/// Checks the file and says what was found; `Err` when it must not be relied on.
pub fn verify(
    file: &Path,
    key_files: &[std::path::PathBuf],
    server: Option<&str>,
    common: &cli::Common,
) -> Result<String, Failed> {
    let pdf = fs::read(file).map_err(|error| Failed::new(format!("cannot read {}: {error}", file.display())))?;
    let keys = keys(key_files, server, common)?;
    let id = check(&pdf, &keys).map_err(|reason| Failed::new(format!("{}: NOT VALID · {reason}", file.display())))?;
    // A JSON licence may be laid out otherwise; what it says may not.
    let what = if pdf.starts_with(b"%PDF-") { "byte" } else { "value" };
    let mut said = format!("{}: the seal holds, every {what} is as it was sealed\nlicence {id}", file.display());
    if let Some(server) = server {
        said.push_str(&present_state(server, &id)?);
    }
    Ok(said)
}

/// The identifier of the licence in `pdf`, if one of `keys` sealed exactly these bytes.
pub fn check(pdf: &[u8], keys: &Keys) -> Result<String, String> {
    match licences::file::check(pdf, keys) {
        Ok(genuine) => Ok(genuine.content.id.to_string()),
        Err(fault) => Err(fault.to_string()),
    }
}

/// The public keys in an answer of `/api/v1/licences/keys`.
pub fn keys_of(answer: &Value) -> Result<Keys, String> {
    let list = answer["keys"].as_array().ok_or("the answer holds no keys")?;
    let read = |key: &Value| key["public_key"].as_str().and_then(|text| text.parse::<PublicKey>().ok());
    let keys: Option<Keys> = list.iter().map(read).collect();
    keys.ok_or_else(|| "a public key cannot be read".to_owned())
}

/// From key files, the server, or the data folder: whatever was named first in that order.
fn keys(files: &[std::path::PathBuf], server: Option<&str>, common: &cli::Common) -> Result<Keys, Failed> {
    if !files.is_empty() {
        return files.iter().map(|file| key_file(file)).collect();
    }
    if let Some(server) = server {
        let answer = Server::at(server).get("/api/v1/licences/keys").map_err(|error| Failed::new(error.to_string()))?;
        return keys_of(&answer.json()).map_err(Failed::new);
    }
    let folder = common.data.clone().unwrap_or_else(|| "tongban-data".into()).join("keys");
    if !folder.join("signing.pem").exists() {
        let hint =
            "name the issuer's public key with --key FILE, its server with --server URL, or its data with --data DIR";
        return Err(Failed::new(format!("there are no keys to check with: {hint}")));
    }
    let signer = SoftSigner::open(&folder, "signing")?;
    Ok(Keys::of(&signer as &dyn Signer))
}

/// A key file: 130 hex digits, or an answer of `/api/v1/licences/keys`.
fn key_file(file: &Path) -> Result<PublicKey, Failed> {
    let bad = |reason: &str| Failed::new(format!("{}: {reason}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| bad(&error.to_string()))?;
    let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let hex = json.pointer("/keys/0/public_key").or(json.get("public_key")).and_then(Value::as_str);
    let hex = hex.map_or_else(|| text.trim().to_owned(), str::to_owned);
    hex.parse().map_err(|_| bad("is no SM2 public key (130 hex digits, or the JSON of /api/v1/licences/keys)"))
}

fn present_state(server: &str, id: &str) -> Result<String, Failed> {
    let ask = crate::http::Ask::plain().header("accept", "application/json");
    let answer =
        Server::at(server).ask("GET", &format!("/verify/{id}"), ask).map_err(|e| Failed::new(e.to_string()))?;
    if answer.status == 404 {
        return Err(Failed::new(format!("{server} never issued {id}")));
    }
    let json = answer.json();
    let status = json["status"].as_str().or(json["finding"].as_str()).unwrap_or("?").to_owned();
    if status == "valid" {
        return Ok(format!("\npresent state at {server}: valid"));
    }
    Err(Failed::new(format!("the file is genuine, but at {server} the licence is now {status}")))
}
