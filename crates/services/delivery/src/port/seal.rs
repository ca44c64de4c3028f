//! How the two couriers sign and seal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// SF's `msgDigest`: base64(md5(urlencode(msgData + timestamp + checkWord))).
///
/// Source: the courier's open platform (数字签名认证说明), recomputed on its public vector.
pub fn digest(data: &str, timestamp: &str, check_word: &str) -> String {
    let text = encoded(&format!("{data}{timestamp}{check_word}"));
    STANDARD.encode(Md5::digest(text.as_bytes()))
}

/// As `java.net.URLEncoder` writes it: a blank is `+`, and `*` stays.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What stands before the sealed text, so that the reader knows how.
const MARK: &str = "|$4|";

/// EMS's `logitcsInterface` (its own spelling): mark and base64 of SM4-ECB, PKCS#7, over the JSON with the key's text behind it.
/// `key` is the base64 text of 16 bytes; `None` if it is not.
///
/// Source: public samples, not checked against the live service.
pub fn seal(json: &str, key: &str) -> Option<String> {
    let cipher = cipher(key)?;
    let mut bytes = format!("{json}{key}").into_bytes();
    let pad = 16 - bytes.len() % 16;
    bytes.extend(std::iter::repeat_n(pad as u8, pad));
    for block in bytes.chunks_exact_mut(16) {
        let mut one = Array::<u8, _>::try_from(&*block).ok()?;
        cipher.encrypt_block(&mut one);
        block.copy_from_slice(&one);
    }
    Some(format!("{MARK}{}", STANDARD.encode(bytes)))
}

/// Opens what [`seal`] sealed under the same key. `None` when it was sealed under another one or changed on the way: then the text
/// does not end in the key.
pub fn open(sealed: &str, key: &str) -> Option<String> {
    let cipher = cipher(key)?;
    let mut bytes = STANDARD.decode(sealed.trim().strip_prefix(MARK)?).ok()?;
    if bytes.is_empty() || bytes.len() % 16 != 0 {
        return None;
    }
    for block in bytes.chunks_exact_mut(16) {
        let mut one = Array::<u8, _>::try_from(&*block).ok()?;
        cipher.decrypt_block(&mut one);
        block.copy_from_slice(&one);
    }
    let pad = usize::from(*bytes.last()?);
    let end = bytes.len().checked_sub(pad).filter(|_| (1..=16).contains(&pad))?;
    if bytes[end..].iter().any(|byte| usize::from(*byte) != pad) {
        return None;
    }
    bytes.truncate(end);
    let text = String::from_utf8(bytes).ok()?;
    let json = text.strip_suffix(key)?;
    Some(json.to_owned())
}

fn cipher(key: &str) -> Option<Sm4> {
    let bytes: [u8; 16] = STANDARD.decode(key.trim()).ok()?.try_into().ok()?;
    Some(Sm4::new(&bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_vector_of_sf_holds() {
        let data = r#"{"language":"zh-CN","orderId":"QIAO-20200618-004"}"#;
        let digest = digest(data, "12312334453453", "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci");
        assert_eq!(digest, "IIKJtuLVzoFTu4kHI8M8vA==");
    }

    #[test]
    fn ems_comes_back_as_it_went_and_a_changed_byte_does_not() {
        let key = STANDARD.encode([7_u8; 16]);
        for json in ["{}", r#"{"receiver":{"name":"𠮷小明","addr":"江苏省南京市"}}"#, &"长".repeat(1_000)] {
            let sealed = seal(json, &key).unwrap_or_default();
            assert!(sealed.starts_with("|$4|"));
            assert_eq!(open(&sealed, &key).as_deref(), Some(json));
            let other = STANDARD.encode([8_u8; 16]);
            assert_eq!(open(&sealed, &other), None);
            let mut broken = sealed.clone().into_bytes();
            let middle = broken.len() - 3;
            broken[middle] = if broken[middle] == b'A' { b'B' } else { b'A' };
            assert_ne!(String::from_utf8(broken).ok().and_then(|text| open(&text, &key)).as_deref(), Some(json));
        }
        assert_eq!(seal("{}", "short"), None);
        assert_eq!(open("|$4|", &key), None);
    }
}
