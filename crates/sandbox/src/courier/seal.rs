//! How the two couriers sign and seal: the other side of the adapters, written apart from them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// SF's `msgDigest` of a message.
pub(super) fn digest(data: &str, timestamp: &str, word: &str) -> String {
    let escaped = [data, timestamp, word].concat().bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b' ' => out.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    });
    base64(&Md5::digest(escaped))
}

/// EMS's sealed text.
pub(super) fn seal(json: &str, key: &str) -> String {
    let Some(cipher) = cipher(key) else { return String::new() };
    let mut bytes = [json, key].concat().into_bytes();
    let pad = 16 - bytes.len() % 16;
    bytes.resize(bytes.len() + pad, pad as u8);
    each(&mut bytes, |block| cipher.encrypt_block(block));
    format!("|$4|{}", base64(&bytes))
}

/// The JSON of a sealed text; `None` under another key.
pub(super) fn open(sealed: &str, key: &str) -> Option<String> {
    let cipher = cipher(key)?;
    let mut bytes = STANDARD.decode(sealed.strip_prefix("|$4|")?).ok().filter(|bytes| bytes.len() % 16 == 0)?;
    each(&mut bytes, |block| cipher.decrypt_block(block));
    let pad = usize::from(*bytes.last()?);
    bytes.truncate(bytes.len().checked_sub(pad)?);
    Some(String::from_utf8(bytes).ok()?.strip_suffix(key)?.to_owned())
}

fn cipher(key: &str) -> Option<Sm4> {
    let bytes: [u8; 16] = STANDARD.decode(key).ok()?.try_into().ok()?;
    Some(Sm4::new(&bytes.into()))
}

fn each(bytes: &mut [u8], work: impl Fn(&mut sm4::cipher::Block<Sm4>)) {
    for part in bytes.chunks_exact_mut(16) {
        if let Ok(mut block) = Array::try_from(&*part) {
            work(&mut block);
            part.copy_from_slice(&block);
        }
    }
}
