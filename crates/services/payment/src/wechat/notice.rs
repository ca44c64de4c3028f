//! Notices of the channel: verified over the raw bytes before anything in them is read.

use kernel::{Fen, Timestamp};
use serde_json::Value;

use super::{Wechat, crypto, refund_outcome};
use crate::gateway::{BadNotice, OrderState, Told};

/// Seconds by which a notice's time may differ from ours.
const WINDOW_S: i64 = 300;

impl Wechat {
    /// See [`crate::Gateway::notice`].
    pub(super) fn read_notice(
        &self,
        headers: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Told, BadNotice> {
        let header = |name: &str| headers(name).ok_or(BadNotice::Shape);
        let (serial, timestamp) = (header("wechatpay-serial")?, header("wechatpay-timestamp")?);
        let (nonce, signature) = (header("wechatpay-nonce")?, header("wechatpay-signature")?);
        let at: i64 = timestamp.parse().map_err(|_| BadNotice::Shape)?;
        if at.abs_diff(now.as_second()) > WINDOW_S.unsigned_abs() {
            return Err(BadNotice::Stale);
        }
        let key = self.platform.iter().find(|(known, _)| *known == serial).ok_or(BadNotice::UnknownKey)?;
        if !crypto::holds(&key.1, &timestamp, &nonce, body, &signature) {
            return Err(BadNotice::Signature);
        }
        let notice: Value = serde_json::from_slice(body).map_err(|_| BadNotice::Shape)?;
        let kind = notice["event_type"].as_str().ok_or(BadNotice::Shape)?;
        let inside = self.opened(&notice["resource"])?;
        if !self.is_ours(&inside) {
            return Err(BadNotice::NotOurs);
        }
        match kind {
            "TRANSACTION.SUCCESS" => match self.state(&inside) {
                Ok(OrderState::Paid(charge)) => Ok(Told::Charge(charge)),
                _ => Err(BadNotice::Shape),
            },
            _ if kind.starts_with("REFUND.") => refund(&inside),
            _ => Ok(Told::Nothing),
        }
    }

    fn opened(&self, resource: &Value) -> Result<Value, BadNotice> {
        let text = |name: &str| resource[name].as_str().ok_or(BadNotice::Shape);
        if text("algorithm")? != "AEAD_AES_256_GCM" {
            return Err(BadNotice::Shape);
        }
        let associated = resource["associated_data"].as_str().unwrap_or_default();
        let plain =
            crypto::open(&self.key, text("nonce")?, associated, text("ciphertext")?).ok_or(BadNotice::Sealed)?;
        serde_json::from_slice(&plain).map_err(|_| BadNotice::Shape)
    }
}

fn refund(inside: &Value) -> Result<Told, BadNotice> {
    let no = inside["out_refund_no"].as_str().ok_or(BadNotice::Shape)?.to_owned();
    let state = inside["refund_status"].as_str().ok_or(BadNotice::Shape)?;
    if inside["amount"]["refund"].as_i64().map(Fen).is_none_or(|amount| amount <= Fen::ZERO) {
        return Err(BadNotice::Shape);
    }
    Ok(refund_outcome(inside, state).map_or(Told::Nothing, |outcome| Told::Refund { no, outcome }))
}
