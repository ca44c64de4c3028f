//! SF-Express: form POST to `/std/service`, signed by `msgDigest`; route pushes in JSON.
//!
//! Source: the courier's open platform (EXP_RECE_CREATE_ORDER, EXP_RECE_UPDATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP,
//! EXP_RECE_SEARCH_ROUTES, RoutePushService). Not checked against the live service. A route push is not signed: the address
//! that is given to the courier ends in a secret word.

use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::{
    Answer, BadPush, CARGO, Courier, Order, Push, REPORTS_MOST, Report, Trouble, Words, http::Wire, instant, name,
    seal, sentence,
};
use crate::model::{Number, Payer};

/// The account with the courier.
#[derive(Clone)]
pub struct SfAccount {
    /// Address of the service, up to `/std/service`.
    pub address: String,
    /// Customer code (顾客编码).
    pub partner: String,
    /// Check word (校验码). A secret.
    pub check_word: String,
    /// Monthly account (月结卡号).
    pub card: String,
    /// The secret word at the end of the push address.
    pub push_word: String,
    /// Whether a simulator stands at the address.
    pub simulator: bool,
}

/// SF-Express.
pub struct Sf {
    account: SfAccount,
    wire: Wire,
}

/// An order of this id is there already.
const REPEATED: [&str; 2] = ["8016", "20012"];
/// The order is not there, or cancelled already.
const GONE: [&str; 3] = ["8017", "8018", "8037"];

impl Sf {
    /// The courier behind this account.
    pub fn new(account: SfAccount) -> Sf {
        Sf { wire: Wire::new(&account.address), account }
    }

    /// One call: what stands in `msgData` of the answer, or the courier's error code and words.
    fn call(&self, service: &str, data: &Value) -> Result<Result<Value, (String, String)>, Trouble> {
        let data = data.to_string();
        let timestamp = kernel::Timestamp::now().as_millisecond().to_string();
        let digest = seal::digest(&data, &timestamp, &self.account.check_word);
        let request = store::fresh_uuid().to_string();
        let answer = self.wire.form(
            "/std/service",
            &[
                ("partnerID", &self.account.partner),
                ("requestID", &request),
                ("serviceCode", service),
                ("timestamp", &timestamp),
                ("msgDigest", &digest),
                ("msgData", &data),
            ],
        )?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let code = text(&answer["apiResultCode"]);
        if code != "A1000" {
            // A1001 to A1099 are wrong requests and wrong signatures: an operator must look, and may put it right meanwhile.
            return Err(Trouble::passing(format!("{service}: {code} {}", sentence(&text(&answer["apiErrorMsg"])))));
        }
        let result = match &answer["apiResultData"] {
            Value::String(inner) => {
                serde_json::from_str(inner).map_err(|_| Trouble::passing(format!("{service}: unreadable answer")))?
            }
            other => other.clone(),
        };
        let is_well = result["success"].as_bool() == Some(true) || result["success"].as_str() == Some("true");
        if is_well {
            return Ok(Ok(result["msgData"].clone()));
        }
        Ok(Err((text(&result["errorCode"]), sentence(&text(&result["errorMsg"])))))
    }
}

impl Courier for Sf {
    fn code(&self) -> &'static str {
        "sf"
    }

    fn is_simulator(&self) -> bool {
        self.account.simulator
    }

    fn order(&self, order: &Order) -> Result<Answer, Trouble> {
        let contact = |kind: i32, end: &crate::model::End| {
            let [province, city, county, _] = end.parts();
            json!({
                "contactType": kind, "contact": end.name, "mobile": end.phone, "country": "CN",
                "province": province, "city": city, "county": county, "address": end.address,
            })
        };
        // 1: the sender pays, 2: the receiver pays; the office by its monthly account.
        let by_sender = order.payer == Payer::Office;
        let data = json!({
            "language": "zh-CN",
            "orderId": order.id,
            "cargoDetails": [{"name": CARGO, "count": 1}],
            "contactInfoList": [contact(1, &order.ends.from), contact(2, &order.ends.to)],
            "monthlyCard": if by_sender { self.account.card.as_str() } else { "" },
            "payMethod": if by_sender { 1 } else { 2 },
            "expressTypeId": 2,
            "isReturnRoutelabel": 0,
        });
        let answer = match self.call("EXP_RECE_CREATE_ORDER", &data)? {
            Err((code, _)) if REPEATED.contains(&code.as_str()) => {
                self.call("EXP_RECE_SEARCH_ORDER_RESP", &json!({"searchType": "1", "orderId": order.id}))?
            }
            other => other,
        };
        match answer {
            Ok(data) => match data["waybillNoInfoList"][0]["waybillNo"].as_str().map(str::parse) {
                Some(Ok(number)) => Ok(Answer::Booked(Number::Sf(number))),
                _ => Err(Trouble::passing("the order has no waybill number yet")),
            },
            Err((code, words)) => Ok(Answer::Refused(format!("{code} {words}"))),
        }
    }

    fn cancel(&self, order: &str, _: Option<&Number>) -> Result<(), Trouble> {
        match self.call("EXP_RECE_UPDATE_ORDER", &json!({"orderId": order, "dealType": 2}))? {
            Err((code, words)) if !GONE.contains(&code.as_str()) => {
                Err(Trouble { reason: format!("{code} {words}"), retry: false })
            }
            _ => Ok(()),
        }
    }

    fn track(&self, _: &str, number: &Number) -> Result<Vec<Report>, Trouble> {
        let data = json!({
            "language": "zh-CN", "trackingType": 1, "trackingNumber": [number.to_string()], "methodType": 1,
        });
        let answer = match self.call("EXP_RECE_SEARCH_ROUTES", &data)? {
            Ok(answer) => answer,
            Err((code, words)) => return Err(Trouble { reason: format!("{code} {words}"), retry: false }),
        };
        let found = answer["routeResps"].as_array().map_or(&[][..], Vec::as_slice);
        let own = found.iter().filter(|route| route["mailNo"] == number.to_string().as_str());
        let steps = own.flat_map(|route| route["routes"].as_array().map_or(&[][..], Vec::as_slice));
        Ok(steps.take(REPORTS_MOST).filter_map(|step| report(step, Some(*number))).collect())
    }

    fn push(&self, push: &Push<'_>) -> Result<Vec<Report>, BadPush> {
        let own = self.account.push_word.as_bytes();
        if own.is_empty() || !bool::from(own.ct_eq(push.word.as_bytes())) {
            return Err(BadPush::Signature);
        }
        let body: Value = serde_json::from_slice(push.body).map_err(|_| BadPush::Form)?;
        let routes = body["Body"]["WaybillRoute"].as_array().ok_or(BadPush::Form)?;
        if routes.len() > REPORTS_MOST {
            return Err(BadPush::TooMuch);
        }
        routes.iter().map(|route| report(route, None).ok_or(BadPush::Form)).collect()
    }

    fn answer(&self, taken: Result<(), &str>) -> (&'static str, String) {
        let body = match taken {
            Ok(()) => json!({"return_code": "0000", "return_msg": "成功"}),
            Err(why) => json!({"return_code": "1000", "return_msg": why}),
        };
        ("application/json; charset=utf-8", body.to_string())
    }
}

/// One route node, pushed or asked for.
fn report(node: &Value, number: Option<Number>) -> Option<Report> {
    let text = |key: &str| match &node[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let number = match number {
        Some(number) => number,
        None => Number::Sf(text("mailno").parse().ok()?),
    };
    let (at, code) = (text("acceptTime"), name(&text("opCode"))?);
    let order = name(&text("orderid"));
    // The node's id, where there is one; asked for, nodes have none, and instant and code tell them apart.
    let key = format!("{number}:{}:{code}", instant(&at)?.as_second());
    let words = Words {
        place: sentence(&text("acceptAddress")),
        remark: sentence(&text("remark")),
        raw: sentence(&node.to_string()),
    };
    Some(Report { number, order, key, at: instant(&at)?, code, words })
}
