//! Cursors: where a list goes on. Opaque, signed with a key of this house, and bound to the question they belong to.

use crate::refusal::Refusal;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use store::Vault;

const MAC_BYTES: usize = 12;

/// Turns a room's place in the list of `question` into a cursor.
pub fn sign(vault: &Vault, question: &str, place: &str) -> String {
    let mut bytes = mac(vault, question, place);
    bytes.extend_from_slice(place.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The place that a cursor stands for, if it was signed here for the same question.
pub fn open(vault: &Vault, question: &str, cursor: &str) -> Result<String, Refusal> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Refusal::Cursor)?;
    if bytes.len() < MAC_BYTES {
        return Err(Refusal::Cursor);
    }
    let place = std::str::from_utf8(&bytes[MAC_BYTES..]).map_err(|_| Refusal::Cursor)?;
    // A forged cursor only moves within a list that its bearer may read anyway, so plain comparison suffices.
    if mac(vault, question, place) != bytes[..MAC_BYTES] {
        return Err(Refusal::Cursor);
    }
    Ok(place.to_owned())
}

fn mac(vault: &Vault, question: &str, place: &str) -> Vec<u8> {
    let mut mac = vault.blind("api.cursor", &format!("{question}\n{place}")).to_vec();
    mac.truncate(MAC_BYTES);
    mac
}
