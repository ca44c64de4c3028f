//! China Post EMS: form POST to `/amp-prod-api/f/amp/api/open`, content sealed with SM4-ECB; trace pushes in JSON, sealed alike.
//!
//! Source: public samples (020003 order, 020006 cancel, 040001 query, 040002 push). Marked B and C in our notes: field names and
//! codes differ by source and are to be checked against the live service. A seal that opens and ends in the key proves the
//! courier; the sender number must be ours.

use kernel::Timestamp;
use serde_json::{Value, json};

use super::{
    Answer, BadPush, CARGO, Courier, Order, Push, REPORTS_MOST, Report, Trouble, Words, http::Wire, instant, name,
    seal, sentence, written,
};
use crate::model::{End, Number, Payer};

/// The account with the courier.
#[derive(Clone)]
pub struct EmsAccount {
    /// Address of the service, up to `/amp-prod-api`.
    pub address: String,
    /// Agreement number (协议客户号).
    pub sender: String,
    /// Authorisation of the account. A secret.
    pub authorization: String,
    /// Key of the account, base64 of 16 bytes. A secret.
    pub key: String,
    /// Whether a simulator stands at the address.
    pub simulator: bool,
}

/// China Post EMS.
pub struct Ems {
    account: EmsAccount,
    wire: Wire,
}

const WELL: &str = "00000";
/// An order of this id is there already; its number stands in the answer.
const REPEATED: &str = "B0011";
/// The order is not there, or cancelled already.
const GONE: [&str; 2] = ["B0020", "B0021"];

impl Ems {
    /// The courier behind this account.
    pub fn new(account: EmsAccount) -> Ems {
        Ems { wire: Wire::new(&account.address), account }
    }

    /// One call: what stands in `retBody`, or the courier's error code, words and body.
    fn call(&self, code: &str, data: &Value) -> Result<Result<Value, (String, String, Value)>, Trouble> {
        let sealed = seal::seal(&data.to_string(), &self.account.key)
            .ok_or_else(|| Trouble { reason: "the key of EMS is not base64 of 16 bytes".to_owned(), retry: true })?;
        let time = written(Timestamp::now());
        let answer = self.wire.form(
            "/amp-prod-api/f/amp/api/open",
            &[
                ("apiCode", code),
                ("senderNo", &self.account.sender),
                ("authorization", &self.account.authorization),
                ("timeStamp", &time),
                ("logitcsInterface", &sealed),
                ("msgType", "0"),
                ("version", "V1.0.0"),
            ],
        )?;
        let text = |keys: [&str; 2]| {
            let found = keys.iter().find_map(|key| answer[*key].as_str());
            found.unwrap_or_default().to_owned()
        };
        // Older samples say code and codeMessage.
        let (result, words) = (text(["retCode", "code"]), text(["retMsg", "codeMessage"]));
        let body = match &answer["retBody"] {
            Value::String(inner) if inner.starts_with("|$4|") => {
                let opened = seal::open(inner, &self.account.key);
                opened.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or(Value::Null)
            }
            Value::String(inner) => serde_json::from_str(inner).unwrap_or(Value::Null),
            other => other.clone(),
        };
        match result.as_str() {
            WELL => Ok(Ok(body)),
            // S: the system; a wrong seal or authorisation too, which an operator may put right meanwhile.
            system if system.starts_with('S') || system.is_empty() => {
                Err(Trouble::passing(format!("{code}: {system} {}", sentence(&words))))
            }
            _ => Ok(Err((result, sentence(&words), body))),
        }
    }
}

impl Courier for Ems {
    fn code(&self) -> &'static str {
        "ems"
    }

    fn is_simulator(&self) -> bool {
        self.account.simulator
    }

    fn order(&self, order: &Order) -> Result<Answer, Trouble> {
        let end = |end: &End| {
            let [province, city, county, rest] = end.parts();
            let rest = if rest.is_empty() { end.address.as_str() } else { rest };
            json!({"name": end.name, "mobile": end.phone, "prov": province, "city": city, "county": county, "address": rest})
        };
        let data = json!({
            "ecCompanyId": self.account.sender,
            "parentId": "",
            "logisticsOrderNo": order.id,
            "innerChannel": "0",
            "bizProductNo": "1",
            // 1: the sender pays, 2: the receiver pays.
            "paymentMode": if order.payer == Payer::Office { "1" } else { "2" },
            "contentsAttribute": "1",
            "cargos": [{"cargoName": CARGO, "cargoQuantity": 1}],
            "sender": end(&order.ends.from),
            "receiver": end(&order.ends.to),
        });
        let body = match self.call("020003", &data)? {
            Ok(body) => body,
            Err((code, _, body)) if code == REPEATED => body,
            Err((code, words, _)) => return Ok(Answer::Refused(format!("{code} {words}"))),
        };
        match body["waybillNo"].as_str().map(str::parse) {
            Some(Ok(number)) => Ok(Answer::Booked(Number::Postal(number))),
            _ => Err(Trouble::passing("the order has no waybill number yet")),
        }
    }

    fn cancel(&self, order: &str, number: Option<&Number>) -> Result<(), Trouble> {
        let number = number.map(ToString::to_string).unwrap_or_default();
        let data = json!({"logisticsOrderNo": order, "waybillNo": number, "cancelReason": "用户取消"});
        match self.call("020006", &data)? {
            Err((code, words, _)) if !GONE.contains(&code.as_str()) => {
                Err(Trouble { reason: format!("{code} {words}"), retry: false })
            }
            _ => Ok(()),
        }
    }

    fn track(&self, _: &str, number: &Number) -> Result<Vec<Report>, Trouble> {
        let answer = match self.call("040001", &json!({"waybillNo": number.to_string()}))? {
            Ok(answer) => answer,
            Err((code, words, _)) => return Err(Trouble { reason: format!("{code} {words}"), retry: false }),
        };
        let told = answer["responseItems"].as_array().map_or(&[][..], Vec::as_slice);
        Ok(told.iter().take(REPORTS_MOST).filter_map(report).filter(|report| report.number == *number).collect())
    }

    fn push(&self, push: &Push<'_>) -> Result<Vec<Report>, BadPush> {
        let body: Value = serde_json::from_slice(push.body).map_err(|_| BadPush::Form)?;
        let is_ours = body["senderNo"].as_str() == Some(self.account.sender.as_str()) && body["method"] == "040002";
        let sealed = body["logitcsInterface"].as_str().ok_or(BadPush::Form)?;
        let json = seal::open(sealed, &self.account.key).filter(|_| is_ours).ok_or(BadPush::Signature)?;
        let inner: Value = serde_json::from_str(&json).map_err(|_| BadPush::Form)?;
        let told = match &inner {
            Value::Array(all) => all.clone(),
            one => match one["traces"].as_array() {
                Some(all) => all.clone(),
                None => vec![one.clone()],
            },
        };
        if told.len() > REPORTS_MOST {
            return Err(BadPush::TooMuch);
        }
        told.iter().map(|one| report(one).ok_or(BadPush::Form)).collect()
    }

    fn answer(&self, taken: Result<(), &str>) -> (&'static str, String) {
        let (code, words) = match taken {
            Ok(()) => (WELL, "成功"),
            Err(why) => ("S00001", why),
        };
        let serial = store::fresh_uuid().simple().to_string();
        let body = json!({"serialNo": serial, "code": code, "codeMessage": words, "senderNo": self.account.sender});
        ("application/json; charset=utf-8", body.to_string())
    }
}

/// One trace, pushed or asked for.
fn report(node: &Value) -> Option<Report> {
    let text = |key: &str| match &node[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let number = Number::Postal(text("waybillNo").parse().ok()?);
    let (at, code) = (instant(&text("opTime"))?, name(&text("opCode"))?);
    let words = Words {
        place: sentence(&[text("opOrgProvName"), text("opOrgCity"), text("opOrgName")].concat()),
        remark: sentence(&if text("opDesc").is_empty() { text("opName") } else { text("opDesc") }),
        raw: sentence(&node.to_string()),
    };
    let order = name(&text("logisticsOrderNo"));
    Some(Report { number, order, key: format!("{number}:{}:{code}", at.as_second()), at, code, words })
}
