//! A new project: what it is, told once. A filing is certified as soon as nothing is missing.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::PartyKind;
use investment::{Investor, Nature, Notice, Registration};
use kernel::{Fen, Level, Refuse};
use store::Failure;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong, page_with, redirect};

use super::public::{self, Asked};
use crate::citizen::apart;

#[derive(Template)]
#[template(path = "citizen/project/new.html")]
struct NewPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    /// The unit's name; none when somebody acts for themselves.
    unit: Option<String>,
    first: Vec<Field>,
    second: Vec<Field>,
    declared: Field,
}

pub(super) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    new_page(&house, &visitor, &asked, &Fields::default(), vec![])
}

fn new_page(
    house: &House,
    visitor: &Visitor,
    asked: &Asked,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let unit = house.read(|read| match identity::kind(read, &party)? {
        Some(PartyKind::Organisation) => Ok(identity::party(read, &party)?.map(|party| party.name)),
        _ => Ok(None),
    })?;
    let regions = house.regions()?;
    let typed = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let text = |key: &str, label: &str, hint: &str| {
        Field::new(FieldKind::Text, key, label).hint(hint).width("w-30").autocomplete("off").value(typed(key))
    };
    let mut region = Field::new(FieldKind::Select, "region", "建在哪个区县？").width("w-30");
    let counties = regions.at(Level::County);
    region.choices =
        counties.map(|county| Choice::new(county.code.to_string(), regions.full_name(&county.code))).collect();
    let here = visitor.region_code().and_then(|code| code.at(Level::County)).map(|code| code.to_string());
    let chosen = Some(typed("region")).filter(|code| !code.is_empty()).or(here).unwrap_or_default();
    let scale = Field::new(FieldKind::Area, "scale", "建设规模和内容").hint("建什么、建多大、产什么，10 到 500 个字");
    let mut total = Field::new(FieldKind::Number, "total", "项目总投资").width("w-11").value(typed("total"));
    total.unit = Some("万元".to_owned());
    let day = |key: &str, label: &str| Field::new(FieldKind::Date, key, label).width("w-11").value(typed(key));
    let second = [
        text("name", "项目叫什么名字？", "单位、建设内容都写出来，例如 示例公司精密零件厂房一期"),
        region.value(chosen),
        text("address", "具体建在哪里？", "写到路和门牌号，或者四至"),
        scale.value(typed("scale")),
        total,
        day("start", "打算哪天开工？"),
        day("finish", "打算哪天竣工？"),
    ];
    let mut declared = Field::new(FieldKind::Checkbox, "declared", "声明");
    declared.choices = vec![Choice {
        chosen: typed("declared") == "yes",
        ..Choice::new("yes", "项目符合产业政策；以上信息真实、合法、完整，由我单位负责。")
    }];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(
        status,
        &NewPage {
            frame: visitor.frame(house, "登记投资项目").in_section(Section::Apply).with_errors(!wrongs.is_empty()),
            unit,
            first: public::fields(asked, &public::lines(asked), &wrongs),
            second: second.map(|field| field.wrong(&wrongs)).into(),
            declared: declared.wrong(&wrongs),
            wrongs,
        },
    ))
}

pub(super) async fn send(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let (actor, notice) = (session.actor.clone(), read(&sent));
    let prepared = apart(&house, move |house| Registration::prepare(&house.db, &actor, &notice)).await?;
    let kept = match prepared {
        Ok(registration) => house.db.write_async(move |tx| investment::register(tx, &registration)).await,
        Err(failure) => Err(failure),
    };
    match kept {
        Ok(project) => Ok(redirect(&format!("/me/projects/{}?new=1", project.code))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            let typed = |key: &str| sent.get(key).unwrap_or_default().to_owned();
            let (investor, industry, nature, line) =
                (typed("investor"), typed("industry"), typed("nature"), typed("line"));
            let asked = Asked { investor, industry, nature, line };
            new_page(&house, &visitor, &asked, &sent, Wrong::of(&refusal.fields()))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// What was filled in; what cannot be read is missing, and the rules say so.
fn read(sent: &Fields) -> Notice {
    let typed = |key: &str| sent.get(key).unwrap_or_default();
    Notice {
        investor: Investor::from_name(typed("investor")),
        industry: typed("industry").parse().ok(),
        line: Some(typed("line").to_owned()).filter(|line| !line.is_empty()),
        name: typed("name").to_owned(),
        region: typed("region").parse().ok(),
        address: typed("address").to_owned(),
        nature: Nature::from_name(typed("nature")),
        scale: typed("scale").to_owned(),
        total: typed("total").parse::<Fen>().ok().and_then(|yuan| yuan.checked_mul(10_000)),
        start: typed("start").parse().ok(),
        finish: typed("finish").parse().ok(),
        declared: typed("declared") == "yes",
    }
}
