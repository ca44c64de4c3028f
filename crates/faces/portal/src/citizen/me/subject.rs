//! 替谁办事: for whom the person acts from here on. Nobody loses the application they are writing over it.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::Via;
use kernel::{Actor, DraftId, PartyId};
use serde::Deserialize;
use store::{Failure, ReadExt};
use web::{
    Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong, page, page_with, redirect,
    safe_back,
};

use super::Side;
use crate::citizen::words;

#[derive(Deserialize, Default)]
pub(super) struct Way {
    /// The page that the person came from.
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "citizen/me/subject.html")]
struct SubjectPage {
    frame: Frame,
    side: Side,
    wrongs: Vec<Wrong>,
    field: Field,
    back: String,
    writing: Option<Writing>,
}

/// An application that is being written: it stays with the one for whom it was begun.
struct Writing {
    item: String,
    owner: String,
    party: PartyId,
    /// Where somebody else begins the same.
    start: String,
}

fn person(visitor: &Visitor) -> Result<PartyId, Fault> {
    match visitor.citizen()?.0.actor {
        Actor::Citizen { person, .. } => Ok(person),
        _ => Err(Fault::not_found()),
    }
}

/// The application that the page at `back` belongs to, if it is the visitor's.
fn writing(house: &House, visitor: &Visitor, back: &str) -> Result<Option<Writing>, Fault> {
    let (session, party) = visitor.citizen()?;
    let rest = back.strip_prefix("/apply/").unwrap_or_default();
    let id = rest.split(['/', '?', '#']).next().and_then(|id| id.parse::<DraftId>().ok());
    let Some(id) = id else { return Ok(None) };
    let found = house.read(|read| match casework::drafts::of(read, &session.actor, &id) {
        Ok(draft) => {
            let item = read.cached::<catalogue::Items>()?.get(&draft.item).map(|item| item.name.clone());
            let owner = identity::party(read, &party)?.map(|party| party.name);
            Ok(Some((draft, item.unwrap_or_default(), owner.unwrap_or_default())))
        }
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Broken(error)) => Err(error),
    })?;
    Ok(found.map(|(draft, item, owner)| Writing {
        item,
        owner,
        party: draft.owner,
        start: format!("/apply?item={}&region={}", draft.item, draft.region),
    }))
}

/// Where to go on as `party`: back, where the page is there for everybody or for this very party; else to the beginning of the same
/// application, or home.
fn onward(back: &str, writing: Option<&Writing>, party: &PartyId) -> String {
    let is_for_all = ["/apply?", "/item/", "/search", "/theme/", "/personal", "/enterprise", "/shops"];
    match writing {
        Some(writing) if writing.party == *party => back.to_owned(),
        Some(writing) => writing.start.clone(),
        None if is_for_all.iter().any(|start| back.starts_with(start)) => back.to_owned(),
        None => "/me".to_owned(),
    }
}

fn subject_page(house: &House, visitor: &Visitor, back: &str, wrongs: Vec<Wrong>) -> Result<SubjectPage, Fault> {
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
        writing: writing(house, visitor, back)?,
        back: back.to_owned(),
        wrongs,
    })
}

pub(super) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(way): Query<Way>,
) -> Result<Response, Fault> {
    Ok(page(&subject_page(&house, &visitor, safe_back(&way.back), vec![])?))
}

pub(super) async fn switch(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let back = safe_back(sent.get("back").unwrap_or_default()).to_owned();
    let chosen: Option<PartyId> = sent.get("party").and_then(|id| id.parse().ok());
    let Some(party) = chosen else {
        let wrongs = vec![Wrong::new("party", "选一个")];
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &subject_page(&house, &visitor, &back, wrongs)?));
    };
    let onward = onward(&back, writing(&house, &visitor, &back)?.as_ref(), &party);
    let session = session.clone();
    house.write(move |tx| identity::act_for(tx, &session, &party)).await?;
    Ok(redirect(&onward))
}
