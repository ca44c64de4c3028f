//! Who the person is to the platform, and for whom they act.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::{PartyKind, Via};
use kernel::{Actor, PartyId, local_date};
use store::ReadExt;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with, redirect};

use super::Side;
use crate::citizen::{case::document::Fact, words};

#[derive(Template)]
#[template(path = "citizen/me/profile.html")]
struct ProfilePage {
    frame: Frame,
    side: Side,
    title: &'static str,
    lead: &'static str,
    facts: Vec<Fact>,
}

pub(super) async fn profile(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let (party, regions) =
        house.read(|read| Ok((identity::party(read, &party)?, read.cached::<organisation::Regions>()?)))?;
    let party = party.ok_or_else(Fault::not_found)?;
    let (title, lead, number) = match party.kind {
        PartyKind::Person => ("个人信息", "这些是办事时自动带出来的。", "身份证号码"),
        PartyKind::Organisation => ("单位信息", "这些是办事时自动带出来的。", "统一社会信用代码"),
    };
    let mut facts = vec![Fact::new("名称", party.name), Fact::new(number, party.identifier_masked)];
    if party.kind == PartyKind::Person {
        facts[0].name = "姓名".to_owned();
    }
    facts.extend(party.representative.map(|name| Fact::new("法定代表人", name)));
    facts.extend(party.phone_masked.map(|phone| Fact::new("手机号", phone)));
    facts.extend(party.region.map(|region| Fact::new("所在地", regions.full_name(&region))));
    facts.push(Fact::new("实名登记", words::long_day(local_date(party.since))));
    let frame = visitor.frame(&house, title).in_section(Section::Mine);
    Ok(page(&ProfilePage { frame, side: Side::of(&house, &visitor, "/me/profile")?, title, lead, facts }))
}

#[derive(Template)]
#[template(path = "citizen/me/subject.html")]
struct SubjectPage {
    frame: Frame,
    side: Side,
    wrongs: Vec<Wrong>,
    field: Field,
}

fn person(visitor: &Visitor) -> Result<PartyId, Fault> {
    match visitor.citizen()?.0.actor {
        Actor::Citizen { person, .. } => Ok(person),
        _ => Err(Fault::not_found()),
    }
}

fn subject_page(house: &House, visitor: &Visitor, wrongs: Vec<Wrong>) -> Result<SubjectPage, Fault> {
    let (_, acting_for) = visitor.citizen()?;
    let person = person(visitor)?;
    let subjects = house.read(|read| identity::subjects(read, &person))?;
    let today = house.db.today();
    let choice = |subject: identity::Subject| {
        let until = subject.mandate.until.map(|date| format!("，到{}为止", words::short_day(date, today)));
        let right = match subject.mandate.via {
            Via::Own => "本人",
            Via::Representative => "您是法定代表人",
            Via::Delegation => "授权给您的",
        };
        let hint = format!("{}{}", right, until.unwrap_or_default());
        Choice { hint, ..Choice::new(subject.party.id.to_string(), subject.party.name) }
    };
    let mut field = Field::new(FieldKind::Radio, "party", "这次替谁办");
    field.choices = subjects.into_iter().map(choice).collect();
    Ok(SubjectPage {
        frame: visitor.frame(house, "替谁办事").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        side: Side::of(house, visitor, "/me/subject")?,
        field: field.value(acting_for.to_string()).wrong(&wrongs),
        wrongs,
    })
}

pub(super) async fn subject(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    Ok(page(&subject_page(&house, &visitor, vec![])?))
}

pub(super) async fn switch(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let chosen: Option<PartyId> = sent.get("party").and_then(|id| id.parse().ok());
    let Some(party) = chosen else {
        let wrongs = vec![Wrong::new("party", "选一个")];
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &subject_page(&house, &visitor, wrongs)?));
    };
    let session = session.clone();
    house.write(move |tx| identity::act_for(tx, &session, &party)).await?;
    Ok(redirect("/me"))
}
