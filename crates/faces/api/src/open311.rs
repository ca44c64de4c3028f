//! Open311 GeoReport v2: what cities' reporting programs speak. Services, requests, tokens and updates, in JSON and XML.
//!
//! Our states are told beside `open` and `closed` in `extended_attributes`. Nothing personal is in any answer: what was written is
//! sealed and stays so, the address is the region's name. A tip-off is neither taken nor shown.

mod answer;

use answer::{Format, Object, Value, answer, fault};
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use hotline::{Call, Channel, Event, Intake, Kind, OrderNumber, Refusal, Stage, WorkOrder, book, query};
use kernel::{Date, Mobile, Refuse, RegionCode, Timestamp, local_time, midnight};
use std::sync::Arc;
use store::{Failure, Read};
use web::{Fault, House};

/// Days that one list spans, at most (GeoReport v2).
const SPAN_DAYS: i64 = 90;

type Pairs = Vec<(String, String)>;
type Said = std::result::Result<Response, Fault>;

/// The routes of GeoReport v2. The last part of an address is a name and a format: `services.json`.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/open311/v2/{file}", get(top).post(create))
        .route("/open311/v2/services/{file}", get(definition))
        .route("/open311/v2/requests/{file}", get(one))
        .route("/open311/v2/request/{file}", get(one))
        .route("/open311/v2/tokens/{file}", get(token))
}

fn split(file: &str) -> Option<(&str, Format)> {
    let (name, format) = file.rsplit_once('.')?;
    Some((name, Format::of(format)?))
}

fn get_of<'a>(pairs: &'a [(String, String)], key: &str) -> &'a str {
    pairs.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.trim())
}

async fn top(State(house): State<Arc<House>>, Path(file): Path<String>, Query(pairs): Query<Pairs>) -> Said {
    let (name, format) = split(&file).ok_or_else(Fault::not_found)?;
    let region = match jurisdiction(&house, &pairs)? {
        Some(region) => region,
        None => return Ok(fault(format, 404, "jurisdiction_id 不对：须为 12 位区划代码。")),
    };
    match name {
        "services" => Ok(answer(format, "services", "service", services())),
        "requests" => requests(&house, format, &region, &pairs),
        "servicerequestupdates" => updates(&house, format, &pairs),
        _ => Err(Fault::not_found()),
    }
}

/// The region that is asked about; the whole site without one, nothing if there is no such region.
fn jurisdiction(house: &House, pairs: &[(String, String)]) -> Result<Option<RegionCode>, Fault> {
    match get_of(pairs, "jurisdiction_id") {
        "" => Ok(house.site.root),
        text => {
            let regions = house.regions()?;
            Ok(text.parse().ok().and_then(|code| regions.resolve(&code)).map(|region| region.code))
        }
    }
}

fn services() -> Vec<Object> {
    let lines = book().categories().into_iter();
    lines
        .map(|line| {
            Object::default()
                .text("service_code", &line.category)
                .text("service_name", &line.name)
                .text("description", &line.basis)
                .with("metadata", Value::Bool(true))
                .text("type", "realtime")
                .text("keywords", &line.keywords.join(","))
                .text("group", &line.group)
        })
        .collect()
}

async fn definition(Path(file): Path<String>) -> Said {
    let (code, format) = split(&file).ok_or_else(Fault::not_found)?;
    if book().category(code).is_none() {
        return Ok(fault(format, 404, "没有这个 service_code，请先查 services。"));
    }
    // 举报 is not among them: it has a door of its own that keeps whoever comes unknown.
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::TipOff);
    let values = kinds.map(|kind| Object::default().text("key", kind.name()).text("name", kind.word()));
    let attribute = Object::default()
        .with("variable", Value::Bool(true))
        .text("code", "kind")
        .text("datatype", "singlevaluelist")
        .with("required", Value::Bool(false))
        .text("datatype_description", "不填按求助办")
        .with("order", Value::Int(1))
        .text("description", "诉求的类型")
        .with("values", Value::List("value", values.collect()));
    let definition =
        Object::default().text("service_code", code).with("attributes", Value::List("attribute", vec![attribute]));
    Ok(answer::one(format, "service_definition", definition))
}

/// `2026-09-28T14:42:00+08:00`.
fn moment(at: Timestamp) -> String {
    format!("{}+08:00", local_time(at).strftime("%Y-%m-%dT%H:%M:%S"))
}

/// The last second of a day.
fn end_of(day: Date) -> String {
    format!("{day}T23:59:59+08:00")
}

fn object(read: &mut dyn Read, order: &WorkOrder) -> Result<Object, store::Error> {
    let line = book().category(&order.category);
    let unit = match order.round() {
        Some(round) => organisation::department(read, &round.lead)?.map(|unit| unit.name),
        None => None,
    };
    let regions = store::ReadExt::cached::<organisation::Regions>(read)?;
    let closed = order.stage() == Stage::Closed;
    let own = Object::default()
        .text("state", order.stage().name())
        .text("state_name", order.stage().word())
        .text("kind", order.kind.name())
        .text("kind_name", order.kind.word());
    let mut object = Object::default()
        .text("service_request_id", order.number.as_str())
        .text("status", if closed { "closed" } else { "open" })
        .text("status_notes", order.stage().word())
        .text("service_name", line.map_or("", |line| &line.name))
        .text("service_code", &order.category)
        .text("requested_datetime", &moment(order.at))
        .text("updated_datetime", &moment(order.updated))
        .text("address", &regions.full_name(&order.region))
        .text("address_id", &order.region.to_string());
    if let Some(unit) = unit {
        object = object.text("agency_responsible", &unit);
    }
    if let Some(round) = order.round().filter(|round| !closed && round.paused.is_none()) {
        object = object.text("expected_datetime", &end_of(round.handle_by));
    }
    Ok(object.with("extended_attributes", Value::Object(own)))
}

fn objects(house: &House, orders: &[WorkOrder]) -> Result<Vec<Object>, Fault> {
    house.read(|read| orders.iter().map(|order| object(read, order)).collect::<Result<Vec<_>, _>>())
}

fn requests(house: &House, format: Format, region: &RegionCode, pairs: &[(String, String)]) -> Said {
    let ids = get_of(pairs, "service_request_id");
    if !ids.is_empty() {
        let numbers: Vec<OrderNumber> = ids.split(',').filter_map(|text| text.trim().parse().ok()).collect();
        let orders = house.read(|read| query::public(read, &numbers))?;
        return Ok(answer(format, "service_requests", "request", objects(house, &orders)?));
    }
    let now = house.db.time().now();
    let day = SPAN_DAYS * 86_400_000_000;
    let shifted = |at: Timestamp, by: i64| Timestamp::from_microsecond(at.as_microsecond() + by).unwrap_or(at);
    let (Some(from), Some(to)) = (instant(get_of(pairs, "start_date")), instant(get_of(pairs, "end_date"))) else {
        return Ok(fault(format, 400, "start_date、end_date 须为 RFC 3339 的时间，例如 2026-09-28T00:00:00Z。"));
    };
    let to = to.unwrap_or_else(|| from.map_or(now, |from| shifted(from, day).min(now)));
    let from = from.unwrap_or_else(|| shifted(to, -day)).max(shifted(to, -day));
    let (mut open, mut closed) = (false, false);
    for status in get_of(pairs, "status").split(',').map(str::trim) {
        match status {
            "open" => open = true,
            "closed" => closed = true,
            "" => (open, closed) = (true, true),
            _ => return Ok(fault(format, 400, "status 须为 open 或 closed。")),
        }
    }
    let category = get_of(pairs, "service_code").to_owned();
    if !category.is_empty() && book().category(&category).is_none() {
        return Ok(fault(format, 404, "没有这个 service_code，请先查 services。"));
    }
    let asked = query::Asked { region: *region, from, to, category, open, closed };
    let orders = house.read(|read| query::public_list(read, &asked))?;
    Ok(answer(format, "service_requests", "request", objects(house, &orders)?))
}

/// An instant or a day; nothing inside for nothing given, nothing at all for what cannot be read.
#[expect(clippy::option_option, reason = "not given and not readable are two things")]
fn instant(text: &str) -> Option<Option<Timestamp>> {
    match text {
        "" => Some(None),
        text => text.parse().ok().or_else(|| text.parse::<Date>().ok().map(midnight)).map(Some),
    }
}

async fn one(State(house): State<Arc<House>>, Path(file): Path<String>) -> Said {
    let (number, format) = split(&file).ok_or_else(Fault::not_found)?;
    let numbers: Vec<OrderNumber> = number.parse().into_iter().collect();
    let orders = house.read(|read| query::public(read, &numbers))?;
    match orders.is_empty() {
        true => Ok(fault(format, 404, "没有这个工单，或者不公开。")),
        false => Ok(answer(format, "service_requests", "request", objects(&house, &orders)?)),
    }
}

async fn token(State(house): State<Arc<House>>, Path(file): Path<String>) -> Said {
    let (given, format) = split(&file).ok_or_else(Fault::not_found)?;
    match house.ask(|read| query::by_token(read, given)) {
        Ok(number) => {
            let object = Object::default().text("service_request_id", number.as_str()).text("token", given);
            Ok(answer(format, "service_requests", "request", vec![object]))
        }
        Err(fault_) if fault_.status == StatusCode::NOT_FOUND => Ok(fault(format, 404, "没有这个 token。")),
        Err(other) => Err(other),
    }
}

/// The steps of one public order: which state it entered when, with no words of anybody.
fn updates(house: &House, format: Format, pairs: &[(String, String)]) -> Said {
    let numbers: Vec<OrderNumber> = get_of(pairs, "service_request_id").parse().into_iter().collect();
    let found = house.read(|read| {
        let Some(order) = query::public(read, &numbers)?.pop() else { return Ok(None) };
        Ok(Some((order.number, query::steps(read, &order)?)))
    })?;
    let Some((number, steps)) = found else {
        return Ok(fault(format, 404, "请给一个公开的 service_request_id。"));
    };
    let objects = steps.iter().filter_map(|(version, at, event)| {
        let (stage, say) = step(event)?;
        let own = Object::default().text("state", stage.name()).text("state_name", stage.word());
        Some(
            Object::default()
                .text("update_id", &format!("{number}-{version}"))
                .text("service_request_id", number.as_str())
                .text("status", if stage == Stage::Closed { "closed" } else { "open" })
                .text("updated_datetime", &moment(*at))
                .text("description", say)
                .with("extended_attributes", Value::Object(own)),
        )
    });
    Ok(answer(format, "service_request_updates", "request_update", objects.collect()))
}

fn step(event: &Event) -> Option<(Stage, &'static str)> {
    Some(match event {
        Event::Registered(_) => (Stage::Waiting, "登记"),
        Event::Returned { .. } => (Stage::Waiting, "退单，重新派单"),
        Event::Dispatched { .. } => (Stage::Dispatched, "派给承办单位"),
        Event::Redone { .. } => (Stage::Dispatched, "重办"),
        Event::Disputed { .. } => (Stage::Disputed, "协调由谁办"),
        Event::Signed { .. } => (Stage::Handling, "承办单位签收"),
        Event::FedBack { .. } => (Stage::FedBack, "承办单位已答复"),
        Event::Answered { .. } => (Stage::Closed, "当场答复"),
        Event::Closed { .. } => (Stage::Closed, "办结"),
        _ => return None,
    })
}

async fn create(
    State(house): State<Arc<House>>,
    Path(file): Path<String>,
    Query(asked): Query<Pairs>,
    Form(sent): Form<Pairs>,
) -> Said {
    let Some(("requests", format)) = split(&file) else { return Err(Fault::not_found()) };
    let pairs: Pairs = sent.into_iter().chain(asked).collect();
    let text = |key: &str| get_of(&pairs, key).to_owned();
    let Some(whole) = jurisdiction(&house, &pairs)? else {
        return Ok(fault(format, 404, "jurisdiction_id 不对：须为 12 位区划代码。"));
    };
    if book().category(&text("service_code")).is_none() {
        return Ok(fault(format, 400, "service_code 不对，请先查 services。"));
    }
    let kind = match text("attribute[kind]").as_str() {
        "" => Kind::Request,
        name => match Kind::from_name(name) {
            Some(kind) => kind,
            None => return Ok(fault(format, 400, "attribute[kind] 不对，请查 services/{service_code}。")),
        },
    };
    let address_id = text("address_id");
    let region = if address_id.is_empty() { Some(whole) } else { address_id.parse().ok() };
    let Some(region) = region.filter(|region: &RegionCode| whole.contains(*region)) else {
        return Ok(fault(format, 400, "address_id 须为 jurisdiction_id 以内的 12 位区划代码。"));
    };
    let place = match (text("lat").parse::<f64>(), text("long").parse::<f64>()) {
        (Ok(lat), Ok(long)) if lat.abs() <= 90.0 && long.abs() <= 180.0 => {
            format!("{} {lat:.6},{long:.6}", text("address_string")).trim().to_owned()
        }
        _ => text("address_string"),
    };
    if place.is_empty() && address_id.is_empty() {
        return Ok(fault(format, 400, "要有地点：address_string、lat 和 long，或者 address_id。"));
    }
    let phone: Option<Mobile> = text("phone").parse().ok();
    if phone.is_none() && !text("phone").is_empty() {
        return Ok(fault(format, 400, &Refusal::PhoneWrong.to_string()));
    }
    let intake = Intake {
        kind,
        category: text("service_code"),
        region,
        channel: Channel::Program,
        urgent: false,
        confidential: false,
        name: format!("{}{}", text("last_name"), text("first_name")),
        phone,
        openid: None,
        call: Call { title: String::new(), place, text: text("description") },
        source: String::new(),
        key: String::new(),
    };
    let key = text("api_key");
    match house.db.write_async(move |tx| hotline::register_by_key(tx, &key, &intake)).await {
        Ok(order) => {
            let token = house.read(|read| Ok(query::token(&read.vault(), &order.number)))?;
            let notice = format!("{} 个工作日内答复", book().days(order.kind));
            let object = Object::default()
                .text("service_request_id", order.number.as_str())
                .text("token", &token)
                .text("service_notice", &notice);
            Ok(answer(format, "service_requests", "request", vec![object]))
        }
        Err(Failure::Refused(refusal)) => {
            // GeoReport has 400 for what is wrong and 403 for a key that is missing or wrong.
            let status = match refusal.class() {
                kernel::Class::Unauthenticated | kernel::Class::Forbidden => 403,
                kernel::Class::TooMany => 429,
                _ => 400,
            };
            Ok(fault(format, status, &refusal.to_string()))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}
