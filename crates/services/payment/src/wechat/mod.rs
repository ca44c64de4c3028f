//! WeChat Pay, API v3: orders by code (Native) and in a phone's browser (H5), query, close, refund, bill of a day, notices.
//!
//! Source: the merchants' documentation of WeChat Pay APIv3. The formats are checked against the simulator and against vectors, not
//! against the live service.

mod bill;
mod crypto;
mod notice;
mod wire;

use std::time::Duration;

use kernel::{Date, Fen, Timestamp};
use rsa::{
    PrivateKey, PublicKey,
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _},
};
use serde_json::{Value, json};

use crate::gateway::{BadNotice, Gateway, OrderAsk, OrderState, RefundAsk, RefundNow, Told, Trouble};
use crate::statement::Line;
use crate::{Channel, Charge, RefundOutcome, Way};

/// What a merchant agreed with WeChat Pay.
#[derive(Clone)]
pub struct Contract {
    /// Where the API is: `https://api.mch.weixin.qq.com`.
    pub api: String,
    /// Merchant number (商户号).
    pub mchid: String,
    /// Application (公众账号).
    pub appid: String,
    /// Serial number of the merchant's certificate.
    pub serial: String,
    /// The merchant's private key, PKCS#8 PEM.
    pub private_key: String,
    /// The channel's keys: serial number (or id) and SPKI PEM. Several while they rotate.
    pub platform_keys: Vec<(String, String)>,
    /// The key of 32 characters under which notices are encrypted (APIv3 密钥).
    pub api_v3_key: String,
    /// Where the channel sends its notices.
    pub notify_url: String,
    /// Where the payer's browser returns to; `{bill}` is replaced by the payment code.
    pub return_url: String,
    /// A simulator stands at the other end.
    pub simulator: bool,
}

/// The adapter.
pub struct Wechat {
    contract: Contract,
    private: PrivateKey,
    platform: Vec<(String, PublicKey)>,
    key: [u8; 32],
    agent: ureq::Agent,
}

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Wechat {
    /// Reads the keys. Fails with words for the operator.
    pub fn new(contract: Contract) -> Result<Wechat, String> {
        let private = PrivateKey::from_pkcs8_pem(&contract.private_key).map_err(|error| {
            format!("the merchant's private key (wechat_pay.private_key_file) cannot be read: {error}")
        })?;
        let mut platform = vec![];
        for (serial, pem) in &contract.platform_keys {
            let key = PublicKey::from_public_key_pem(pem)
                .map_err(|error| format!("the channel's public key {serial} cannot be read: {error}"))?;
            platform.push((serial.clone(), key));
        }
        if platform.is_empty() {
            return Err("wechat_pay.platform_key_file names no key: notices could not be verified".to_owned());
        }
        let key = contract.api_v3_key.as_bytes().try_into();
        let key = key.map_err(|_| "wechat_pay.api_v3_key must have 32 characters".to_owned())?;
        Ok(Wechat { private, platform, key, agent: store::client(PATIENCE), contract })
    }

    /// A transaction as query and notice tell it.
    fn state(&self, told: &Value) -> Result<OrderState, Trouble> {
        let strange = || Trouble { reason: "the channel's answer cannot be read".to_owned(), passes: true };
        let state = told["trade_state"].as_str().ok_or_else(strange)?;
        match state {
            "SUCCESS" | "REFUND" => self.charge(told).map(OrderState::Paid).ok_or_else(strange),
            "CLOSED" | "REVOKED" | "PAYERROR" => Ok(OrderState::Closed),
            _ => Ok(OrderState::Open),
        }
    }

    fn charge(&self, told: &Value) -> Option<Charge> {
        Some(Charge {
            channel: Channel::Wechat,
            order: told["out_trade_no"].as_str()?.to_owned(),
            transaction: told["transaction_id"].as_str().filter(|id| !id.is_empty() && id.len() <= 64)?.to_owned(),
            amount: Fen(told["amount"]["total"].as_i64()?),
            at: told["success_time"].as_str()?.parse().ok()?,
            simulated: self.contract.simulator,
        })
    }

    /// Whether what was told is for this merchant and application.
    fn is_ours(&self, told: &Value) -> bool {
        told["mchid"] == self.contract.mchid.as_str()
            && told.get("appid").is_none_or(|appid| appid == self.contract.appid.as_str())
    }
}

impl Gateway for Wechat {
    fn channel(&self) -> Channel {
        Channel::Wechat
    }

    fn is_simulator(&self) -> bool {
        self.contract.simulator
    }

    fn order(&self, ask: &OrderAsk) -> Result<String, Trouble> {
        let Contract { mchid, appid, notify_url, .. } = &self.contract;
        let lasts = i64::try_from(ask.lasts.as_secs()).unwrap_or(i64::MAX);
        let expires = Timestamp::now().saturating_add(jiff::SignedDuration::from_secs(lasts));
        let expires = expires.map_err(|error| Trouble { reason: error.to_string(), passes: false })?;
        let title: String = ask.title.chars().take(40).collect();
        let mut body = json!({
            "mchid": mchid, "appid": appid, "description": title, "out_trade_no": ask.no, "notify_url": notify_url,
            "time_expire": wire::beijing(expires), "amount": {"total": ask.amount.0, "currency": "CNY"},
        });
        let (path, member) = match ask.way {
            Way::Scan => ("/v3/pay/transactions/native", "code_url"),
            Way::Phone => {
                // Somebody on this very machine has no other address.
                let client = ask.client.as_deref().unwrap_or("127.0.0.1");
                body["scene_info"] = json!({"payer_client_ip": client, "h5_info": {"type": "Wap"}});
                ("/v3/pay/transactions/h5", "h5_url")
            }
        };
        let answer = self.call("POST", path, Some(&body))?;
        let link = answer[member]
            .as_str()
            .ok_or_else(|| Trouble { reason: format!("the channel's answer has no {member}"), passes: true })?;
        Ok(match (ask.way, ask.no.get(..20)) {
            (Way::Phone, Some(code)) => {
                let back = wire::percent(&self.contract.return_url.replace("{bill}", code));
                let mark = if link.contains('?') { '&' } else { '?' };
                format!("{link}{mark}redirect_url={back}")
            }
            _ => link.to_owned(),
        })
    }

    fn query(&self, order: &str) -> Result<OrderState, Trouble> {
        let path = format!("/v3/pay/transactions/out-trade-no/{order}?mchid={}", self.contract.mchid);
        match self.ask("GET", &path, None)? {
            wire::Answer::Done(told) if self.is_ours(&told) && told["out_trade_no"] == order => self.state(&told),
            wire::Answer::Done(_) => {
                Err(Trouble { reason: "the channel told of another order".to_owned(), passes: true })
            }
            wire::Answer::Refused { code, .. } if code == "ORDER_NOT_EXIST" || code == "ORDERNOTEXIST" => {
                Ok(OrderState::Closed)
            }
            refused => Err(refused.trouble()),
        }
    }

    fn close(&self, order: &str) -> Result<OrderState, Trouble> {
        let path = format!("/v3/pay/transactions/out-trade-no/{order}/close");
        match self.ask("POST", &path, Some(&json!({"mchid": self.contract.mchid})))? {
            wire::Answer::Done(_) => Ok(OrderState::Closed),
            wire::Answer::Refused { code, .. }
                if code == "ORDERPAID" || code == "ORDER_CLOSED" || code == "ORDERCLOSED" =>
            {
                self.query(order)
            }
            wire::Answer::Refused { code, .. } if code == "ORDER_NOT_EXIST" || code == "ORDERNOTEXIST" => {
                Ok(OrderState::Closed)
            }
            refused => Err(refused.trouble()),
        }
    }

    fn refund(&self, ask: &RefundAsk) -> Result<RefundNow, Trouble> {
        let reason: String = ask.reason.chars().take(20).collect();
        let body = json!({
            "out_trade_no": ask.order, "out_refund_no": ask.no, "reason": reason, "notify_url": self.contract.notify_url,
            "amount": {"refund": ask.amount.0, "total": ask.total.0, "currency": "CNY"},
        });
        refund_now(&self.call("POST", "/v3/refund/domestic/refunds", Some(&body))?, &ask.no, ask.amount)
    }

    fn query_refund(&self, no: &str) -> Result<RefundNow, Trouble> {
        match self.ask("GET", &format!("/v3/refund/domestic/refunds/{no}"), None)? {
            wire::Answer::Done(told) => {
                let amount = Fen(told["amount"]["refund"].as_i64().unwrap_or_default());
                refund_now(&told, no, amount)
            }
            wire::Answer::Refused { code, .. } if code == "RESOURCE_NOT_EXISTS" => Ok(RefundNow::Unknown),
            refused => Err(refused.trouble()),
        }
    }

    fn statement(&self, day: Date) -> Result<Vec<Line>, Trouble> {
        self.bill(day)
    }

    fn notice(&self, headers: &dyn Fn(&str) -> Option<String>, body: &[u8], now: Timestamp) -> Result<Told, BadNotice> {
        self.read_notice(headers, body, now)
    }
}

/// A refund as call and query tell it.
fn refund_now(told: &Value, no: &str, amount: Fen) -> Result<RefundNow, Trouble> {
    if told["out_refund_no"] != no || told["amount"]["refund"] != amount.0 {
        return Err(Trouble { reason: "the channel told of another refund".to_owned(), passes: true });
    }
    let outcome = refund_outcome(told, told["status"].as_str().unwrap_or_default());
    Ok(outcome.map_or(RefundNow::Underway, RefundNow::Ended))
}

fn refund_outcome(told: &Value, state: &str) -> Option<RefundOutcome> {
    match state {
        "SUCCESS" => {
            let reference = told["refund_id"].as_str()?.to_owned();
            let when = told["success_time"].as_str().and_then(|at| at.parse().ok())?;
            Some(RefundOutcome::Back { reference, when })
        }
        "CLOSED" => Some(RefundOutcome::Failed { reason: "渠道：退款已关闭".to_owned() }),
        "ABNORMAL" => {
            Some(RefundOutcome::Failed { reason: "渠道：退款异常，请到商户平台处理".to_owned() })
        }
        _ => None,
    }
}
