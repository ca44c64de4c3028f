//! 我的: what waits for the person, what is under way, and what they hold.

mod account;
mod cases;
mod looks;
mod mandates;
mod messages;
mod parcels;
mod person;
mod side;
mod subject;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use casework::{Progress, Refusal, query};
use identity::Via;
use kernel::{Actor, PartyId, local_date};
use store::{Error, Failure, Read, ReadExt};
use web::{Fault, Frame, House, Section, Visitor, page};

use super::{
    licence::{self, Card},
    words,
};
use cases::{Row, rows};
use looks::LookLine;
pub use side::Side;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/me", get(overview))
        .route("/me/cases", get(cases::list))
        .route("/me/drafts", get(cases::drafts))
        .route("/me/parcels", get(parcels::list))
        .route("/me/profile", get(person::profile))
        .route("/me/contact", get(account::ask_contact).post(account::change_contact))
        .route("/me/password", get(account::ask_password).post(account::change_password))
        .route("/me/mandates", get(mandates::list))
        .route("/me/mandates/new", get(mandates::ask).post(mandates::give))
        .route("/me/mandates/{id}", get(mandates::ask_end).post(mandates::end))
        .route("/me/subject", get(subject::ask).post(subject::switch))
        .route("/me/data-log", get(looks::list))
        .route("/me/messages", get(messages::list))
        .route("/me/messages/settings", get(messages::settings).post(messages::set))
        .route("/me/messages/{thread}", get(messages::thread))
        .route("/me/messages/{thread}/judge", post(messages::judge))
}

/// Cases looked at for the overview.
const RECENT: usize = 50;
/// Licences, drafts and looks that the overview shows of each.
const SHOWN: usize = 4;

#[derive(Template)]
#[template(path = "citizen/me/overview.html")]
struct Overview {
    frame: Frame,
    side: Side,
    hello: String,
    switch: &'static str,
    turns: Vec<Turn>,
    running: Vec<Row>,
    drafts: Vec<DraftLine>,
    cards: Vec<Card>,
    held: usize,
    looks: Vec<LookLine>,
}

/// Something that waits for the person.
struct Turn {
    item: String,
    say: String,
    until: String,
    href: String,
    action: &'static str,
}

/// A draft as lists show it.
pub(super) struct DraftLine {
    /// Its id.
    pub id: String,
    /// The item's name.
    pub item: String,
    /// The place.
    pub place: String,
    /// When it was last saved.
    pub saved: String,
    /// Until when it is kept.
    pub kept_until: String,
}

async fn overview(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let found = house.ask(|read| gather(read, &session.actor, &party))?;
    let (lines, running, drafts, mut cards, looks) = found;
    let bills = house.read(|read| payment::query::bills_of(read, &party, RECENT, None))?.lines;
    let today = house.db.today();
    let turns = lines
        .iter()
        .filter(|line| line.progress == Progress::YourTurn)
        .map(|line| Turn {
            item: line.item_name.clone(),
            say: "补材料，要补的已经一次列全".to_owned(),
            until: line.next_by.map_or_else(String::new, |date| format!("{}前", words::day(date, today))),
            href: format!("/case/{}#correct", line.number),
            action: "去补正",
        })
        .chain(bills.iter().filter(|bill| bill.is_payable() && !bill.is_held()).map(|bill| Turn {
            item: bill.title.clone(),
            say: format!("缴 {} 元，{}", bill.payable(), bill.tariff.name),
            until: format!("{}前", words::day(bill.pay_by, today)),
            href: format!("/pay/{}", bill.code),
            action: "去缴费",
        }))
        .collect();
    let held = cards.len();
    cards.truncate(SHOWN);
    Ok(page(&Overview {
        frame: visitor.frame(&house, "我的").in_section(Section::Mine),
        side: Side::at(
            "/me",
            session.acting_for.is_some(),
            running.len(),
            drafts.len(),
            usize::try_from(visitor.unread).unwrap_or(usize::MAX),
        ),
        hello: format!("{}，{}", session.name, words::greeting(house.db.now())),
        switch: if session.acting_for.is_some() { "换回本人" } else { "换成企业或家人" },
        turns,
        running,
        drafts: drafts.into_iter().take(SHOWN).collect(),
        cards,
        held,
        looks,
    }))
}

type Found = (Vec<query::CaseLine>, Vec<Row>, Vec<DraftLine>, Vec<Card>, Vec<LookLine>);

fn gather(read: &mut dyn Read, actor: &Actor, party: &PartyId) -> Result<Found, Failure<Refusal>> {
    let lines = query::cases_of(read, party, &[], RECENT, None)?.lines;
    let open: Vec<&query::CaseLine> = lines.iter().filter(|line| !line.progress.is_over()).collect();
    let running = rows(read, actor, open.into_iter())?;
    let drafts = drafts(read, actor)?;
    let cards = licence::cards(read, party)?;
    let looks = looks::recent(read, party, SHOWN)?;
    Ok((lines, running, drafts, cards, looks))
}

/// The person's drafts, latest first.
pub(super) fn drafts(read: &mut dyn Read, actor: &Actor) -> Result<Vec<DraftLine>, Failure<Refusal>> {
    let today = local_date(read.now());
    let lines = casework::drafts::list(read, actor)?;
    let items = read.cached::<catalogue::Items>()?;
    let regions = read.cached::<organisation::Regions>()?;
    let line = |draft: casework::DraftLine| DraftLine {
        id: draft.id.to_string(),
        item: items.get(&draft.item).map_or_else(|| draft.item.to_string(), |item| item.name.clone()),
        place: regions.full_name(&draft.region),
        saved: format!("{}存的", words::moment(draft.updated, today)),
        kept_until: words::short_day(local_date(draft.expires), today),
    };
    Ok(lines.into_iter().map(line).collect())
}

/// Whether the actor is the party acted for itself, or its legal representative: what an agent may not do for it, it may.
fn is_own(house: &House, actor: &Actor) -> Result<bool, Fault> {
    let Actor::Citizen { person, acting_for, .. } = actor else { return Ok(false) };
    let mandate = house.read(|read| identity::mandate(read, person, acting_for))?;
    Ok(mandate.is_some_and(|mandate| matches!(mandate.via, Via::Own | Via::Representative)))
}

/// How many cases are under way and how many drafts wait, for the side list.
pub(super) fn counts(read: &mut dyn Read, actor: &Actor, party: &PartyId) -> Result<(usize, usize), Failure<Refusal>> {
    let lines = query::cases_of(read, party, &[], RECENT, None)?.lines;
    let running = lines.iter().filter(|line| !line.progress.is_over()).count();
    Ok((running, casework::drafts::list(read, actor)?.len()))
}

/// The office's name.
fn office(read: &mut dyn Read, id: &kernel::DepartmentId) -> Result<String, Error> {
    Ok(organisation::department(read, id)?.map_or_else(String::new, |office| office.name))
}
