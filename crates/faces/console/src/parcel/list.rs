//! The lists of the parcels desk, and the scanner's box above them.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Command, Direction, Place, Refusal, Step, query};
use kernel::Date;
use serde::Deserialize;
use store::{Error, Failure, Read};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, page_with, redirect};

use crate::deck::{self, Desk};

/// Parcels of one page.
const PAGE: usize = 40;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    list: Option<String>,
    #[serde(default)]
    cursor: Option<String>,
}

impl Asked {
    /// The name of the list.
    pub fn list(&self) -> Option<&str> {
        self.list.as_deref()
    }
}

/// A tab.
struct Tab {
    name: &'static str,
    href: String,
    count: String,
    current: bool,
}

/// A parcel in a list.
pub struct Line {
    pub href: String,
    pub inside: String,
    pub way: &'static str,
    pub who: String,
    pub number: String,
    pub state: String,
    pub trouble: &'static str,
    pub since: String,
    pub case: String,
}

#[derive(Template)]
#[template(path = "console/parcels.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
    print: Option<String>,
    unknown: Vec<String>,
    scan: Vec<Field>,
    list: String,
}

pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    listed(&house, &visitor, &asked, &Fields::default(), vec![])
}

/// The list of this name; the exceptions for `trouble`, what is to be packed for anything else.
pub fn which(name: Option<&str>) -> query::List {
    match name {
        Some("trouble") => query::List::Trouble,
        other => query::List::At(other.and_then(Place::from_name).unwrap_or(Place::ToPack)),
    }
}

fn listed(
    house: &House,
    visitor: &Visitor,
    asked: &Asked,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let list = which(asked.list.as_deref());
    let today = house.db.today();
    let (counts, page, unknown) = house.ask(|read| {
        let counts = query::counts(read, &session.actor)?;
        let page = query::list(read, &session.actor, list, asked.cursor.as_deref(), PAGE)?;
        let mut lines = Vec::with_capacity(page.parcels.len());
        for listed in &page.parcels {
            lines.push(line(read, listed, today)?);
        }
        let unknown = if list == query::List::Trouble { query::unknown_codes(read)? } else { vec![] };
        Ok::<_, Failure<Refusal>>((counts, (lines, page.next), unknown))
    })?;
    let count = |count: i64| if count >= 1_000 { "1000+".to_owned() } else { count.to_string() };
    let mut tabs: Vec<Tab> = counts
        .places
        .iter()
        .map(|(of, n)| Tab {
            name: super::place(*of),
            href: format!("/desk/parcels?list={}", of.name()),
            count: count(*n),
            current: list == query::List::At(*of),
        })
        .collect();
    tabs.push(Tab {
        name: "异常",
        href: "/desk/parcels?list=trouble".to_owned(),
        count: count(counts.trouble),
        current: list == query::List::Trouble,
    });
    let name = match list {
        query::List::At(place) => place.name(),
        query::List::Trouble => "trouble",
    };
    let prints = matches!(list, query::List::At(Place::ToPack | Place::ToGive)) && !page.0.is_empty();
    let frame = deck::frame(visitor, house, session, "邮件", Desk::Parcels).with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame,
        scan: scan_fields(sent, &wrongs, list),
        wrongs,
        tabs,
        lines: page.0,
        next: page.1.map(|cursor| format!("/desk/parcels?list={name}&cursor={cursor}")),
        print: prints.then(|| format!("/desk/parcels/print?list={name}")),
        unknown: unknown.iter().map(|(courier, code, n)| format!("{courier} {code}（{n} 次）")).collect(),
        list: name.to_owned(),
    };
    Ok(page_with(status, &page))
}

/// The box for the scanner: a number, and what is being done with what bears it.
fn scan_fields(sent: &Fields, wrongs: &[Wrong], list: query::List) -> Vec<Field> {
    let usual = match list {
        query::List::At(Place::ToGive) => Step::Given,
        query::List::At(Place::ToReceive | Place::UnderWay) => Step::Received,
        query::List::At(Place::Held) => Step::ToArchive,
        _ => Step::Packed,
    };
    let mut step = Field::new(FieldKind::Select, "step", "这次扫描是");
    step.choices = Step::ALL.iter().map(|step| Choice::new(step.name(), super::step(*step))).collect();
    let number = Field::new(FieldKind::Text, "number", "运单号或者封装单上的编号")
        .width("w-18")
        .value(sent.get("number").unwrap_or_default());
    vec![number.wrong(wrongs), step.value(sent.get("step").unwrap_or(usual.name())).wrong(wrongs)]
}

/// A parcel as lists show it: whom it is for, not where they live.
pub fn line(read: &mut dyn Read, listed: &query::Listed, today: Date) -> Result<Line, Error> {
    let parcel = &listed.parcel;
    let who = match query::ends(read, parcel) {
        Ok(ends) => if parcel.direction == Direction::Collect { ends.from } else { ends.to }.name,
        Err(Error::Erased) => "（资料已删除）".to_owned(),
        Err(error) => return Err(error),
    };
    let inside = parcel.contents.iter().map(|content| format!("{} {} 份", content.name, content.count));
    let entry = delivery::book().ok().and_then(|book| book.courier(&parcel.courier));
    let courier = entry.map_or_else(|| parcel.courier.clone(), |entry| entry.name.clone());
    Ok(Line {
        href: format!("/desk/parcels/{}", parcel.id),
        inside: inside.collect::<Vec<_>>().join("、"),
        way: if parcel.direction == Direction::Collect { "取原件" } else { "寄结果" },
        who,
        number: parcel.number().map_or(courier.clone(), |number| format!("{courier} {number}")),
        state: parcel.state.word().to_owned(),
        trouble: listed.trouble.map_or("", delivery::Trouble::word),
        since: web::words::moment(parcel.heard, today),
        case: casework::case_of(&parcel.bound).map_or_else(String::new, |number| number.to_string()),
    })
}

/// One scan at the list: the parcel of this number takes this step. The list comes back, ready for the next.
pub async fn scan(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let asked = Asked { list: sent.get("list").map(str::to_owned), cursor: None };
    let Some(step) = sent.get("step").and_then(Step::from_name) else {
        return listed(&house, &visitor, &asked, &sent, vec![Wrong::new("step", "选这次扫描是什么")]);
    };
    let (actor, code) = (session.actor.clone(), sent.get("number").unwrap_or_default().to_owned());
    let scanned = house
        .db
        .write_async(move |tx| {
            let id = query::found(tx, &actor, &code)?;
            delivery::handle(tx, &actor, &id, &Command::Scan { step })
        })
        .await;
    match scanned {
        Ok(_) => {
            let list = asked.list.as_deref().unwrap_or_default();
            Ok(redirect(&format!("/desk/parcels?list={}", web::words::percent(list))))
        }
        Err(Failure::Refused(refusal)) => {
            let words = format!("{refusal}{}", kernel::Refuse::remedy(&refusal).unwrap_or_default());
            listed(&house, &visitor, &asked, &sent, vec![Wrong::new("number", words)])
        }
        Err(failure) => Err(failure.into()),
    }
}
