//! 谁看过我的数据: every look at what is otherwise masked, shown to whom it concerns (个人信息保护法 art. 44).

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Look, LookedBy};
use kernel::{PartyId, local_date};
use serde::Deserialize;
use store::{Error, Read};
use web::{Fault, Frame, House, Query, Section, Visitor, page};

use super::Side;
use crate::citizen::words;

/// Lines of one page.
const PAGE: usize = 50;

/// One look.
pub struct LookLine {
    /// Its place in the list.
    pub id: String,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// What for.
    pub why: String,
    /// When.
    pub at: String,
}

/// The latest looks.
pub fn recent(read: &mut dyn Read, party: &PartyId, limit: usize) -> Result<Vec<LookLine>, Error> {
    let looks = identity::looks(read, party, None, limit)?;
    looks.into_iter().map(|look| line(read, party, look)).collect()
}

fn line(read: &mut dyn Read, party: &PartyId, look: Look) -> Result<LookLine, Error> {
    let today = local_date(read.now());
    let who = match &look.by {
        LookedBy::System(_) => "平台自动核对".to_owned(),
        LookedBy::Anyone => "扫您出示的码的人".to_owned(),
        LookedBy::Citizen(person) if person == party => "您自己".to_owned(),
        LookedBy::Citizen(_) => "您授权的人".to_owned(),
        LookedBy::Staff { staff, department, post } => {
            let office = match department {
                Some(department) => super::office(read, department)?,
                None => String::new(),
            };
            let name = identity::staff(read, staff)?.map_or_else(|| post.clone(), |staff| staff.name.to_string());
            format!("{office} {name}").trim().to_owned()
        }
    };
    Ok(LookLine {
        id: look.id,
        who,
        what: look.fields.join("、"),
        why: look.purpose,
        at: words::moment(look.at, today),
    })
}

#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "citizen/me/data_log.html")]
struct LooksPage {
    frame: Frame,
    side: Side,
    looks: Vec<LookLine>,
    more: Option<String>,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let before = (!place.before.is_empty()).then_some(place.before.as_str());
    let mut looks: Vec<LookLine> = house.read(|read| {
        let looks = identity::looks(read, &party, before, PAGE + 1)?;
        looks.into_iter().map(|look| line(read, &party, look)).collect()
    })?;
    let has_more = looks.len() > PAGE;
    looks.truncate(PAGE);
    let more = looks.last().filter(|_| has_more).map(|last| web::words::percent(&last.id));
    Ok(page(&LooksPage {
        frame: visitor.frame(&house, "谁看过我的数据").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/data-log")?,
        looks,
        more: more.map(|before| format!("/me/data-log?before={before}")),
    }))
}
