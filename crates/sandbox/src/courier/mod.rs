//! Two couriers, simulated: SF-Express and China Post EMS. A parcel that was ordered moves along by itself at the pace of the house's
//! clock, or at the press of a switch, and each step is pushed to the house in the courier's own format.
//!
//! What a simulated courier knows of parcels it forgets when it ends. Its numbers are of the real form, because the adapters check
//! the form; everything else that it makes begins with `SIM`.

mod ems;
mod seal;
mod sf;

use crate::{
    Desk, Error, Fault, Notice,
    desk::lock,
    keys,
    page::{escape, frame},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    path::Path as Folder,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

/// Where the house listens for pushes, and how fast its clock runs.
#[derive(Clone)]
pub struct Pace {
    /// What time it is in the house.
    pub now: Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>,
    /// How many times as fast as real time its clock runs.
    pub rate: u32,
}

impl Pace {
    /// Real time.
    pub fn real() -> Pace {
        Pace { now: Arc::new(jiff::Timestamp::now), rate: 1 }
    }
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pace({})", self.rate)
    }
}

/// What the adapters must be configured with to talk to the simulated couriers.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Address of both services.
    pub address: String,
    /// SF: customer code.
    pub sf_partner: String,
    /// SF: check word.
    pub sf_check_word: String,
    /// SF: monthly account.
    pub sf_card: String,
    /// SF: the secret word of the push address.
    pub sf_push_word: String,
    /// EMS: agreement number.
    pub ems_sender: String,
    /// EMS: authorisation.
    pub ems_authorization: String,
    /// EMS: key, base64 of 16 bytes.
    pub ems_key: String,
}

impl Accounts {
    /// The accounts in this folder, made at the first start.
    pub(crate) fn open(folder: &Folder, address: &str) -> Result<Accounts, Error> {
        let secret = |name: &str| keys::text(folder, name, || Ok(keys::random_hex::<16>()));
        let key = keys::text(folder, "ems-key", || {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes).map_err(|error| Error::Key(error.to_string()))?;
            Ok(seal::base64(&bytes))
        });
        Ok(Accounts {
            address: address.to_owned(),
            sf_partner: "SIMTONGBAN".to_owned(),
            sf_check_word: secret("sf-check-word")?,
            sf_card: "SIM0250000000".to_owned(),
            sf_push_word: secret("sf-push-word")?,
            ems_sender: "SIM1100000000".to_owned(),
            ems_authorization: secret("ems-authorization")?,
            ems_key: key?,
        })
    }
}

/// A step of a parcel's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Move {
    Picked,
    Moving,
    Out,
    Signed,
    Refused,
    Returned,
    Lost,
}

/// Something that happened to a parcel.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    pub what: Move,
    pub at: jiff::Timestamp,
    pub id: u64,
}

/// A parcel that a simulated courier carries.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Carried {
    pub system: &'static str,
    pub order: String,
    pub number: String,
    pub city: String,
    pub told: Vec<Told>,
    pub cancelled: bool,
}

impl Carried {
    fn is_over(&self) -> bool {
        let end = self.told.last().map(|told| told.what);
        self.cancelled || matches!(end, Some(Move::Signed | Move::Returned | Move::Lost))
    }

    /// What comes next on the usual way.
    fn next(&self) -> Move {
        match self.told.last().map(|told| told.what) {
            None => Move::Picked,
            Some(Move::Picked) => Move::Moving,
            Some(Move::Moving) => Move::Out,
            Some(Move::Refused) => Move::Returned,
            Some(_) => Move::Signed,
        }
    }
}

/// Hours of the house's clock between two steps.
const STEP_HOURS: f64 = 5.0;
/// Parcels that are remembered.
const PARCELS_MOST: usize = 20_000;

/// The depot of both couriers.
pub(crate) struct Depot {
    pub desk: Arc<Desk>,
    pub accounts: Accounts,
    pace: Pace,
    house: OnceLock<String>,
    parcels: Mutex<BTreeMap<String, Carried>>,
    serial: Mutex<u64>,
}

impl Depot {
    fn new(desk: Arc<Desk>, accounts: Accounts, pace: Pace) -> Depot {
        // Numbers of one run do not meet those of an earlier one.
        let begun = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default() % 10_000_000 * 1_000;
        let (house, parcels) = (OnceLock::new(), Mutex::default());
        Depot { desk, accounts, pace, house, parcels, serial: Mutex::new(begun) }
    }

    /// Ten digits that were not given before.
    fn serial(&self) -> u64 {
        let mut serial = lock(&self.serial);
        *serial += 1;
        *serial % 10_000_000_000
    }

    /// Takes an order in; the number, and whether the order was there before.
    pub fn take(self: &Arc<Self>, system: &'static str, order: &str, city: &str) -> (String, bool) {
        if let Some(known) = self.of_order(system, order) {
            return (known.number, true);
        }
        let serial = self.serial();
        let number = if system == "sf" { format!("SF{serial:013}") } else { format!("113{serial:010}") };
        let carried = Carried {
            system,
            order: order.to_owned(),
            number: number.clone(),
            city: city.to_owned(),
            told: vec![],
            cancelled: false,
        };
        {
            let mut parcels = lock(&self.parcels);
            if parcels.len() >= PARCELS_MOST {
                parcels.pop_first();
            }
            parcels.insert(number.clone(), carried);
        }
        let (depot, own) = (Arc::clone(self), number.clone());
        tokio::spawn(async move { depot.carry(&own).await });
        (number, false)
    }

    pub fn of_order(&self, system: &str, order: &str) -> Option<Carried> {
        lock(&self.parcels).values().find(|parcel| parcel.system == system && parcel.order == order).cloned()
    }

    pub fn of_number(&self, system: &str, number: &str) -> Option<Carried> {
        lock(&self.parcels).get(number).filter(|parcel| parcel.system == system).cloned()
    }

    /// Takes an order back, as long as nothing was picked up. Whether there was one.
    pub fn cancel(&self, system: &str, order: &str) -> Option<bool> {
        let mut parcels = lock(&self.parcels);
        let found = parcels.values_mut().find(|parcel| parcel.system == system && parcel.order == order)?;
        let is_there = found.told.is_empty();
        found.cancelled |= is_there;
        Some(is_there)
    }

    /// Carries a parcel to its end, step by step at the house's pace.
    async fn carry(self: Arc<Self>, number: &str) {
        let wait = Duration::from_secs_f64((STEP_HOURS * 3_600.0 / f64::from(self.pace.rate.max(1))).max(0.2));
        for _ in 0..12 {
            tokio::time::sleep(wait).await;
            let Some(parcel) = lock(&self.parcels).get(number).cloned() else { return };
            if parcel.is_over() {
                return;
            }
            if self.desk.fails(parcel.system, Fault::Stall) {
                // It lies somewhere; only a switch moves it on.
                return;
            }
            self.step(number, None);
        }
    }

    /// The next step of a parcel, or the one that a switch asks for; pushed at once. Whether there was one.
    pub fn step(self: &Arc<Self>, number: &str, asked: Option<Move>) -> bool {
        let id = self.serial();
        let told = {
            let mut parcels = lock(&self.parcels);
            let Some(parcel) = parcels.get_mut(number) else { return false };
            if parcel.is_over() && asked.is_none() {
                return false;
            }
            let next = asked.unwrap_or_else(|| parcel.next());
            let what = match next {
                Move::Moving if self.desk.fails(parcel.system, Fault::Lose) => Move::Lost,
                Move::Signed if self.desk.fails(parcel.system, Fault::Refuse) => Move::Refused,
                usual => usual,
            };
            parcel.told.push(Told { what, at: (self.pace.now)(), id });
            parcel.clone()
        };
        self.push(&told);
        true
    }

    /// Pushes the latest that happened to a parcel.
    fn push(self: &Arc<Self>, parcel: &Carried) {
        let (Some(house), Some(told)) = (self.house.get(), parcel.told.last()) else { return };
        let spoilt = self.desk.fails(parcel.system, Fault::BadSignature);
        let (path, body) = match parcel.system {
            "sf" => sf::push(&self.accounts, parcel, told, spoilt),
            _ => ems::push(&self.accounts, parcel, told, spoilt),
        };
        let headers = vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())];
        let taken: fn(u16, &str) -> bool = if parcel.system == "sf" { sf::is_taken } else { ems::is_taken };
        let url = format!("{house}/api/v1/couriers/{}/push{path}", parcel.system);
        self.desk.notify(Notice { system: parcel.system, url, headers, body, taken, again: &[1, 5, 30] });
    }
}

/// The couriers of a running sandbox.
#[derive(Clone)]
pub struct Couriers(Arc<Depot>);

impl Couriers {
    /// Tells where the house listens; until then nothing is pushed.
    pub fn push_to(&self, house: &str) {
        // Told twice, the first address stays.
        let _ = self.0.house.set(house.trim_end_matches('/').to_owned());
    }

    /// What the adapters must be configured with.
    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }
}

/// The couriers and their routes.
pub(crate) fn open(desk: &Arc<Desk>, accounts: Accounts, pace: Pace) -> (Couriers, Router) {
    let depot = Arc::new(Depot::new(Arc::clone(desk), accounts, pace));
    let routes = Router::new()
        .route("/std/service", post(sf::service))
        .route("/amp-prod-api/f/amp/api/open", post(ems::open))
        .route("/sandbox/couriers", get(show))
        .route("/sandbox/couriers.json", get(list))
        .route("/sandbox/couriers/{number}/{step}", post(switch))
        .with_state(Arc::clone(&depot));
    (Couriers(depot), routes)
}

/// The parcels that are remembered, latest last.
async fn list(State(depot): State<Arc<Depot>>) -> Json<Vec<Carried>> {
    let parcels = lock(&depot.parcels);
    Json(parcels.values().rev().take(200).rev().cloned().collect())
}

/// The same for people, with a button for each step.
async fn show(State(depot): State<Arc<Depot>>) -> Html<String> {
    let parcels: Vec<Carried> = lock(&depot.parcels).values().rev().take(50).cloned().collect();
    let mut body = String::from(
        "<h1>快递模拟器</h1><p>没有真的寄递。邮件按系统时钟自己往前走，也可以按一下走一步。</p><table><tr><th>单号<th>到哪了<th>走一步</tr>",
    );
    for parcel in &parcels {
        let place = parcel.told.last().map_or("已下单".to_owned(), |told| words(told.what, &parcel.city));
        let number = escape(&parcel.number);
        let buttons =
            [("next", "下一步"), ("signed", "签收"), ("refused", "拒收"), ("returned", "退回"), ("lost", "遗失")];
        let buttons = buttons.map(|(step, word)| {
            format!("<form method=post action=/sandbox/couriers/{number}/{step}><button>{word}</button></form> ")
        });
        body.push_str(&format!("<tr><td>{number}<td>{}<td>{}</tr>", escape(&place), buttons.concat()));
    }
    body.push_str("</table>");
    Html(frame("快递模拟器", &body))
}

/// Moves a parcel on: `next`, or to a step of its own (`signed`, `refused`, `returned`, `lost`, `picked`, `moving`, `out`).
async fn switch(State(depot): State<Arc<Depot>>, Path((number, step)): Path<(String, String)>) -> Response {
    let asked = match step.as_str() {
        "next" => None,
        "picked" => Some(Move::Picked),
        "moving" => Some(Move::Moving),
        "out" => Some(Move::Out),
        "signed" => Some(Move::Signed),
        "refused" => Some(Move::Refused),
        "returned" => Some(Move::Returned),
        "lost" => Some(Move::Lost),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    if !depot.step(&number, asked) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match lock(&depot.parcels).get(&number).cloned() {
        Some(parcel) => Json(parcel).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The pairs of a form that came in.
pub(crate) fn pairs(form: &[u8]) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16)).unwrap_or(0);
                    (digit() * 16 + digit()) as u8
                }
                other => other,
            });
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let text = String::from_utf8_lossy(form);
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (decode(key), decode(value))).collect()
}

/// Beijing time as couriers write it.
pub(crate) fn written(at: jiff::Timestamp) -> String {
    let local = jiff::tz::Offset::constant(8).to_datetime(at);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// What a courier says of a step.
pub(crate) fn words(what: Move, city: &str) -> String {
    match what {
        Move::Picked => "快件已揽收".to_owned(),
        Move::Moving => format!("快件已发往{city}"),
        Move::Out => "快件正在派送".to_owned(),
        Move::Signed => "快件已签收，签收人：本人".to_owned(),
        Move::Refused => "收件人拒收，快件将退回".to_owned(),
        Move::Returned => "快件已退回寄件人".to_owned(),
        Move::Lost => "快件遗失，正在理赔".to_owned(),
    }
}
