//! Signatures (SHA256 with RSA) and the encryption of notices (AES-256-GCM).

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use rsa::{PrivateKey, PublicKey, sha2::Sha256};

/// The signature of a text, in base 64.
pub(super) fn sign(key: &PrivateKey, text: &str) -> Option<String> {
    key.pkcs1v15_sign::<Sha256>(text.as_bytes()).ok().map(|signature| BASE64_STANDARD.encode(signature))
}

/// Whether a signature holds over `timestamp`, `nonce` and the bytes of a body.
pub(super) fn holds(key: &PublicKey, timestamp: &str, nonce: &str, body: &[u8], signature: &str) -> bool {
    // The channel probes whether signatures are looked at: these begin so, and are never right.
    if signature.starts_with("WECHATPAY/SIGNTEST/") {
        return false;
    }
    let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
    let text = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body, b"\n"].concat();
    key.pkcs1v15_verify::<Sha256>(&text, &signature).is_ok()
}

/// Opens what a notice holds (AEAD_AES_256_GCM: the last 16 bytes are the tag).
pub(super) fn open(key: &[u8; 32], nonce: &str, associated: &str, ciphertext: &str) -> Option<Vec<u8>> {
    let nonce: [u8; 12] = nonce.as_bytes().try_into().ok()?;
    let bytes = BASE64_STANDARD.decode(ciphertext).ok()?;
    let cipher = Aes256Gcm::new(&(*key).into());
    cipher.decrypt(&nonce.into(), Payload { msg: &bytes, aad: associated.as_bytes() }).ok()
}
