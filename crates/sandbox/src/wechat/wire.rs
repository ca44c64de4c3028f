//! Signatures and encryption of WeChat Pay API v3, from the channel's side.

use super::{Channel, Keys, MCHID, MERCHANT_SERIAL, SYSTEM};
use crate::{Fault, Notice, keys::random_hex};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use rsa::sha2::Sha256;
use serde_json::{Value, json};

/// Seconds by which a caller's clock may differ.
const WINDOW_S: i64 = 300;

/// When a notice that is not taken is sent again, in seconds: the channel's own list.
const AGAIN: &[u64] = &[15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600];

/// A call that is refused: status, code, message.
pub(super) type Refused = (StatusCode, &'static str, String);

/// Whether a call is signed by the merchant: `Authorization: WECHATPAY2-SHA256-RSA2048 mchid="…",…`.
pub(super) fn check(keys: &Keys, headers: &HeaderMap, method: &str, url: &str, body: &str) -> Result<(), Refused> {
    let refuse = |why: &str| (StatusCode::UNAUTHORIZED, "SIGN_ERROR", format!("签名错误：{why}"));
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let words = value.strip_prefix("WECHATPAY2-SHA256-RSA2048 ").ok_or_else(|| refuse("认证类型"))?;
    let field = |name: &str| {
        words.split(',').find_map(|pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then(|| value.trim_matches('"').to_owned())
        })
    };
    let need = |name: &str| field(name).ok_or_else(|| refuse(name));
    if need("mchid")? != MCHID || need("serial_no")? != MERCHANT_SERIAL {
        return Err(refuse("商户号或证书序列号"));
    }
    let (timestamp, nonce) = (need("timestamp")?, need("nonce_str")?);
    let sent: i64 = timestamp.parse().map_err(|_| refuse("timestamp"))?;
    if (sent - jiff::Timestamp::now().as_second()).abs() > WINDOW_S {
        return Err(refuse("时间戳过期"));
    }
    let text = format!("{method}\n{url}\n{timestamp}\n{nonce}\n{body}\n");
    let signature = BASE64_STANDARD.decode(need("signature")?).map_err(|_| refuse("signature"))?;
    let public = keys.merchant.to_public_key();
    public.pkcs1v15_verify::<Sha256>(text.as_bytes(), &signature).map_err(|_| refuse("验签不通过"))
}

/// The headers that sign a body of the channel's.
fn signed(channel: &Channel, body: &str) -> Vec<(String, String)> {
    let (timestamp, nonce) = (jiff::Timestamp::now().as_second().to_string(), random_hex::<16>());
    let text = format!("{timestamp}\n{nonce}\n{body}\n");
    let signature = channel.keys.platform.pkcs1v15_sign::<Sha256>(text.as_bytes()).unwrap_or_default();
    let mut signature = BASE64_STANDARD.encode(signature);
    if channel.desk.fails(SYSTEM, Fault::BadSignature) {
        // The channel probes merchants with signatures of this form, which must fail.
        signature = format!("WECHATPAY/SIGNTEST/{signature}");
    }
    let pairs = [
        ("Wechatpay-Serial", channel.keys.platform_serial.clone()),
        ("Wechatpay-Timestamp", timestamp),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Signature", signature),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

/// A signed answer.
pub(super) fn answer(channel: &Channel, status: StatusCode, body: String) -> Response {
    let headers = signed(channel, &body);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let to = response.headers_mut();
    to.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<header::HeaderName>(), HeaderValue::from_str(&value)) {
            to.insert(name, value);
        }
    }
    response
}

/// A refusal as the channel writes it.
pub(super) fn refusal((status, code, message): Refused) -> Response {
    let mut response = Response::new(Body::from(json!({"code": code, "message": message}).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A notice with its resource encrypted (AEAD_AES_256_GCM) and its body signed.
pub(super) fn notice(channel: &Channel, url: &str, event: &str, original: &str, resource: &Value) -> Notice {
    let nonce = random_hex::<6>();
    let cipher = Aes256Gcm::new_from_slice(channel.keys.api_v3.as_bytes()).expect("the key has 32 characters");
    let bytes: [u8; 12] = nonce.as_bytes().try_into().expect("the nonce has 12 characters");
    let plain = resource.to_string();
    let payload = Payload { msg: plain.as_bytes(), aad: original.as_bytes() };
    let ciphertext = cipher.encrypt(&bytes.into(), payload).expect("a notice is short");
    let body = json!({
        "id": format!("SIM-{}", random_hex::<16>()),
        "create_time": jiff::Timestamp::now().to_string(),
        "event_type": event,
        "resource_type": "encrypt-resource",
        "summary": if event.starts_with("REFUND") { "退款结果" } else { "支付成功" },
        "resource": {
            "algorithm": "AEAD_AES_256_GCM", "original_type": original, "associated_data": original, "nonce": nonce,
            "ciphertext": BASE64_STANDARD.encode(ciphertext),
        },
    })
    .to_string();
    let mut headers = signed(channel, &body);
    headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    Notice {
        system: SYSTEM,
        url: url.to_owned(),
        headers,
        body,
        taken: |status, _| matches!(status, 200 | 204),
        again: AGAIN,
    }
}
