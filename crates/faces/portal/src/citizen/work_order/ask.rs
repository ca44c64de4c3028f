//! Writing in: a form, with or without signing in.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use hotline::{Call, Channel, Intake, Kind, Refusal, book, query};
use kernel::{Actor, Level, Mobile, Refuse, RegionCode};
use store::{Failure, Read};
use web::{Choice, Client, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page, page_with, redirect};

use super::citizen;

#[derive(Template)]
#[template(path = "citizen/ticket/ask.html")]
struct AskPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    place: String,
    region: String,
    key: String,
    fields: Vec<Field>,
    confidential: bool,
    signed_in: bool,
}

fn region_of(house: &House, visitor: &Visitor, asked: Option<&str>) -> Result<RegionCode, Fault> {
    let regions = house.regions()?;
    let chosen = asked
        .filter(|text| !text.is_empty())
        .and_then(|text| text.parse().ok())
        .and_then(|code| regions.resolve(&code));
    let own = visitor.region_code().and_then(|code| code.at(Level::County).or(Some(code)));
    let found = chosen.map(|region| region.code).or(own).or(house.site.root);
    found.ok_or_else(|| Fault::unavailable("face.no-regions", "还没有导入区划。", 60))
}

pub(super) async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let region = region_of(&house, &visitor, None)?;
    form(&house, &visitor, region, &Fields::default(), vec![])
}

fn form(
    house: &House,
    visitor: &Visitor,
    region: RegionCode,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let given = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let signed_in = citizen(visitor).is_some();
    let mut kind = Field::new(FieldKind::Radio, "kind", "您要");
    let says = ["问政策、问办法", "请帮忙解决", "对服务、管理不满", "检举违法，身份保密", "提意见", "说声好"];
    kind.choices = Kind::ALL
        .into_iter()
        .zip(says)
        .map(|(kind, say)| Choice { hint: say.to_owned(), ..Choice::new(kind.name(), kind.word()) })
        .collect();
    let mut category = Field::new(FieldKind::Select, "category", "是哪方面的事").optional().hint("说不清就不选");
    let lines = book().categories();
    category.choices = std::iter::once(Choice::new("", "说不清"))
        .chain(lines.iter().map(|line| Choice::new(&line.category, &line.name)))
        .collect();
    let mut fields = vec![kind.value(given("kind")).wrong(&wrongs)];
    let is_wide = region.level() < Level::County;
    if is_wide {
        let regions = house.regions()?;
        let mut county = Field::new(FieldKind::Select, "region", "在哪个区县");
        let within = regions.at(Level::County).filter(|one| region.contains(one.code));
        county.choices = within.map(|one| Choice::new(one.code.to_string(), regions.full_name(&one.code))).collect();
        fields.push(county.value(given("region")).width("w-30").wrong(&wrongs));
    }
    fields.extend([
        category.value(given("category")).width("w-30").wrong(&wrongs),
        Field::new(FieldKind::Text, "place", "在哪里")
            .optional()
            .value(given("place"))
            .wrong(&wrongs)
            .hint("街道、门牌、附近的店"),
        Field::new(FieldKind::Area, "text", "什么事，要怎么办")
            .value(given("text"))
            .wrong(&wrongs)
            .hint("什么时候、什么人、做了什么。不用写证件号码"),
        Field::new(FieldKind::Text, "name", "怎么称呼您").optional().value(given("name")).width("w-18").wrong(&wrongs),
    ]);
    if !signed_in {
        let phone =
            Field::new(FieldKind::Phone, "phone", "手机号码").hint("承办单位会打这个号码；举报的只有热线中心能看");
        fields.push(phone.value(given("phone")).width("w-18").wrong(&wrongs));
    }
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AskPage {
        frame: visitor.frame(house, "写给 12345").with_errors(!wrongs.is_empty()),
        wrongs,
        place: house.regions()?.full_name(&region),
        region: if is_wide { String::new() } else { region.to_string() },
        key: sent.get("key").map_or_else(|| store::fresh_uuid().simple().to_string(), str::to_owned),
        fields,
        confidential: given("confidential") == "yes",
        signed_in,
    };
    Ok(page_with(status, &page))
}

#[derive(Template)]
#[template(path = "citizen/ticket/done.html")]
struct DonePage {
    frame: Frame,
    number: String,
    code: String,
    kind: &'static str,
    protected: bool,
    days: u32,
}

pub(super) async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    sent: Fields,
) -> Result<Response, Fault> {
    let region = region_of(&house, &visitor, sent.get("region"))?;
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    if region.level() < Level::County {
        return form(&house, &visitor, region, &sent, vec![Wrong::new("region", Refusal::UnknownRegion.to_string())]);
    }
    let Some(kind) = Kind::from_name(&text("kind")) else {
        return form(&house, &visitor, region, &sent, vec![Wrong::new("kind", Refusal::UnknownKind.to_string())]);
    };
    let phone: Option<Mobile> = text("phone").parse().ok();
    if phone.is_none() && !text("phone").is_empty() {
        return form(&house, &visitor, region, &sent, vec![Wrong::new("phone", Refusal::PhoneWrong.to_string())]);
    }
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let channel = match agent {
        agent if agent.contains("MicroMessenger") => Channel::Wechat,
        agent if agent.contains("Mobile") => Channel::Mobile,
        _ => Channel::Web,
    };
    let intake = Intake {
        kind,
        category: text("category"),
        region,
        channel,
        urgent: false,
        confidential: text("confidential") == "yes",
        name: text("name"),
        phone,
        openid: None,
        call: Call { title: String::new(), place: text("place"), text: text("text") },
        source: client.0.map_or_else(String::new, |address| address.to_string()),
        key: text("key"),
    };
    let own = citizen(&visitor);
    let signed_in = own.is_some();
    let actor = own.unwrap_or(Actor::System("web"));
    match house.db.write_async(move |tx| hotline::register(tx, &actor, &intake)).await {
        Ok(order) if signed_in => Ok(redirect(&format!("/ticket/{}", order.number))),
        Ok(order) => {
            let code = house.read(|read| Ok(query::code(&read.vault(), &order.number)))?;
            Ok(page(&DonePage {
                frame: visitor.frame(&house, "12345 收到了"),
                number: order.number.grouped(),
                code,
                kind: order.kind.word(),
                protected: order.is_protected(),
                days: book().days(order.kind),
            }))
        }
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            form(&house, &visitor, region, &sent, Wrong::of(&refusal.fields()))
        }
        Err(failure) => Err(failure.into()),
    }
}
