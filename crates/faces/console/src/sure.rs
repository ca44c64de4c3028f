//! The page before something that cannot be taken back: what the applicant will read, and the button that makes it so.

use askama::Template;
use axum::response::Response;
use casework::{Case, Event, Subject};
use kernel::RegionCode;
use store::ReadExt;
use web::{
    Fault, Frame,
    paper::{self, Document, Setting},
};

use crate::{
    act::Sent,
    deck::{self, Desk},
};

/// What the page asks.
pub struct Question {
    /// Its heading.
    pub heading: &'static str,
    /// What cannot be taken back: a word or two, and the sentence behind it.
    pub caution: (&'static str, &'static str),
    /// The button that does it.
    pub button: &'static str,
    /// The desk at which it is asked.
    pub desk: Desk,
    /// Where the form goes.
    pub action: String,
}

#[derive(Template)]
#[template(path = "console/sure.html")]
struct Page {
    frame: Frame,
    question: Question,
    /// What was typed, to be sent again.
    hidden: Vec<(String, String)>,
    paper: Option<Document>,
    /// What is said where no paper goes out.
    lines: Vec<String>,
}

/// Asks whether to go on, showing the paper that `events` would make, or `lines`. The form sends everything again with `sure`: yes does
/// it, no goes back to what was typed.
pub fn ask(
    sent: &Sent,
    question: Question,
    case: &Case,
    events: &[Event],
    lines: Vec<String>,
) -> Result<Response, Fault> {
    let at = &sent.at;
    let (office, party, regions, form) = at.house.read(|read| {
        let office = organisation::department(read, &case.department)?;
        let party = identity::party(read, &case.applicant)?;
        let form = catalogue::query::form_version(read, &case.terms.form, case.terms.form_version)?;
        Ok((office, party, read.cached::<organisation::Regions>()?, form))
    })?;
    let label = |subject: &Subject| match subject {
        Subject::Material(name) => name.clone(),
        Subject::Field(key) => {
            form.as_ref().and_then(|form| form.question(key)).map_or_else(|| key.clone(), |asked| asked.noun.clone())
        }
    };
    let setting = Setting {
        office: office.as_ref().map_or_else(String::new, |office| office.name.clone()),
        phone: office.map_or_else(|| "12345".to_owned(), |office| office.place.phone),
        applicant: party.map_or_else(String::new, |party| party.name),
        password: String::new(),
        past: events.iter().collect(),
        label: &label,
        government: &|region: RegionCode| regions.full_name(&region),
        today: at.house.db.today(),
    };
    let kind = events.iter().rev().find_map(paper::kind_of);
    let paper = kind.and_then(|kind| paper::of(kind, case, &setting));
    let hidden = sent.fields.iter().filter(|(key, _)| *key != "sure");
    let hidden = hidden.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let frame = deck::frame(&at.visitor, &at.house, &at.session, question.heading, question.desk);
    Ok(web::page(&Page { frame, question, hidden, paper, lines }))
}
