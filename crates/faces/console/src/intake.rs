//! Taking an application in at the window: who it is, what for, the questions, the materials with their originals seen; then it is
//! filed, and accepted at once if it may be. Everything typed stays in the form until then: nothing personal stands in an address.

mod gather;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{FromRequest, Request, State},
    http::StatusCode,
    response::Response,
};
use casework::{Channel, Command, Filing, Key, Refusal, Submission};
use catalogue::Answers;
use identity::{Particulars, Session};
use kernel::{BasicCode, Duty, PartyId};
use serde::Deserialize;
use store::{Failure, ReadExt};
use web::{Fault, Field, Fields, Frame, House, Query, Upload, Visitor, Wrong, question};

use crate::deck::{self, Desk};
use gather::{Given, Material, Person, TicketLine, Typed};

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    ticket: String,
}

/// An item that was found.
pub struct Hit {
    pub code: String,
    pub name: String,
}

/// The item that is applied for.
pub struct Item {
    pub code: String,
    pub name: String,
    pub days: String,
    pub by: String,
    pub fee: String,
}

#[derive(Template)]
#[template(path = "console/intake.html")]
struct IntakePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    key: String,
    ticket_id: String,
    ticket: Option<TicketLine>,
    typed: String,
    /// The number is nobody's in the register: who holds the original is entered.
    unknown: bool,
    name: String,
    phone: String,
    checked: bool,
    party: String,
    person: Option<Person>,
    words: String,
    hits: Vec<Hit>,
    item: Option<Item>,
    duplicate: Option<String>,
    sections: Vec<(String, Vec<Field>)>,
    materials: Vec<Material>,
    lacking: Vec<String>,
}

/// An empty form, or one that begins with the ticket at the window.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = clerk(&visitor)?;
    let mut given = Given { ticket: asked.ticket.parse().ok(), key: fresh_key(), ..Given::default() };
    gather::begin(&house, session, &mut given)?;
    if given.party.is_some() && given.item.is_some() {
        prefill(&house, session, &mut given).await?;
    }
    shown(&house, &visitor, &given, vec![])
}

/// The clerk; others have no business here.
fn clerk(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    if deck::holds(&session.actor, &[Duty::Receive]) {
        return Ok(session);
    }
    Err(Fault::refused(&Refusal::NotEmpowered { duties: vec![Duty::Receive] }))
}

fn fresh_key() -> String {
    store::fresh_uuid().simple().to_string()
}

/// What the pressed button asks for.
pub async fn sent(State(house): State<Arc<House>>, visitor: Visitor, request: Request) -> Result<Response, Fault> {
    let session = clerk(&visitor)?;
    let Upload { fields, files } = Upload::from_request(request, &house).await?;
    let mut given = Given::read(&fields);
    given.keep_files(&house, session, files).await?;
    let act = fields.get("act").unwrap_or("keep").to_owned();
    let wrongs = match act.as_str() {
        "find" => find(&house, session, &mut given).await?,
        "enter" => enter(&house, session, &mut given).await?,
        "other" => {
            (given.party, given.typed) = (None, String::new());
            vec![]
        }
        "file" | "accept" => return file(&house, &visitor, given, act == "accept").await,
        _ => match act.strip_prefix("pick-") {
            Some(code) => {
                given.item = code.parse().ok();
                given.answers = Answers::new();
                prefill(&house, session, &mut given).await?;
                vec![]
            }
            None => vec![],
        },
    };
    shown(&house, &visitor, &given, wrongs)
}

/// Looks a person or an organisation up by the number on the paper that the clerk holds.
async fn find(house: &House, session: &Session, given: &mut Given) -> Result<Vec<Wrong>, Fault> {
    let Some(typed) = Typed::read(&given.typed) else {
        return Ok(vec![Wrong::new("typed", "证件号码是 18 位：刷身份证，或者输身份证号、统一社会信用代码")]);
    };
    given.party = house.read(|read| typed.find(read))?;
    given.unknown = given.party.is_none();
    if given.party.is_some() {
        given.typed.clear();
        prefill(house, session, given).await?;
        return Ok(vec![]);
    }
    match typed {
        Typed::Person(_) => Ok(vec![]),
        Typed::Organisation(_) => Ok(vec![Wrong::new(
            "typed",
            "这个单位还没有登记。请法定代表人登录后添加单位，或者先以经办人个人的名义咨询",
        )]),
    }
}

/// Enters a person who has no account, after the original of the identity paper was checked: trust tier B.
async fn enter(house: &House, session: &Session, given: &mut Given) -> Result<Vec<Wrong>, Fault> {
    let person = match given.new_person(session) {
        Ok(person) => person,
        Err(wrongs) => {
            given.unknown = true;
            return Ok(wrongs);
        }
    };
    let actor = session.actor.clone();
    let entered =
        house.db.write_async(move |tx| identity::enter(tx, &actor, &Particulars::Person(person.clone()))).await;
    match entered {
        Ok(party) => {
            (given.party, given.unknown) = (Some(party), false);
            given.typed.clear();
            prefill(house, session, given).await?;
            Ok(vec![])
        }
        // Somebody entered the same number a moment ago: then that is who it is.
        Err(Failure::Refused(identity::Refusal::PersonRegistered)) => Box::pin(find(house, session, given)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// Lays what the government knows on the questions that are still empty; the person sees that the clerk looked.
async fn prefill(house: &House, session: &Session, given: &mut Given) -> Result<(), Fault> {
    let (Some(party), Some(item)) = (given.party, given.item) else { return Ok(()) };
    let form = house.ask(|read| catalogue::form(read, &item))?;
    let known = house.read(|read| casework::drafts::known(read, &party, &form))?;
    if known.is_empty() {
        return Ok(());
    }
    let actor = session.actor.clone();
    let purpose = format!("窗口收件：{item}");
    house
        .write(move |tx| identity::look(tx, &actor, &party, &["姓名或名称", "证件号码", "联系电话"], &purpose))
        .await?;
    for (key, known) in known {
        given.answers.entry(key).or_insert(known.answer);
    }
    Ok(())
}

/// Files the application, and accepts it in the same transaction if that was asked.
async fn file(house: &Arc<House>, visitor: &Visitor, given: Given, accept: bool) -> Result<Response, Fault> {
    let session = clerk(visitor)?;
    let (applicant, item) = match chosen(&given) {
        Ok(chosen) => chosen,
        Err(wrongs) => return shown(house, visitor, &given, wrongs),
    };
    let filing = Filing {
        applicant,
        item,
        region: gather::region(session),
        answers: given.answers.clone(),
        materials: gather::attachments(house, session, &given)?,
        channel: Channel::Window,
        ticket: given.ticket,
        way: casework::Way::default(),
        draft: None,
        key: Some(Key {
            client: session.actor.label(),
            key: given.key.clone(),
            request: given.key.clone().into_bytes(),
        }),
    };
    let (worker, actor) = (Arc::clone(house), session.actor.clone());
    let prepared = tokio::task::spawn_blocking(move || Submission::prepare(&worker.db, &actor, filing))
        .await
        .map_err(|error| Fault::broken(error.to_string()))?;
    let actor = session.actor.clone();
    let filed = match prepared {
        Ok(submission) => {
            let work = move |tx: &mut store::Tx<'_>| {
                let receipt = casework::submit(tx, &submission)?;
                if accept && !receipt.repeated {
                    casework::handle(tx, &actor, &receipt.number, &Command::Accept)?;
                }
                Ok::<_, Failure<Refusal>>(receipt)
            };
            house.db.write_async(work).await
        }
        Err(failure) => Err(failure),
    };
    match filed {
        Ok(receipt) => Ok(web::redirect(&format!("/desk/{}/slip", receipt.number))),
        Err(Failure::Refused(Refusal::Form(errors))) => shown(house, visitor, &given, Wrong::of(&errors)),
        Err(Failure::Refused(refusal)) => {
            use kernel::Refuse;
            let said = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
            shown(house, visitor, &given, vec![Wrong::new("materials", said)])
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Whose application, and for what; or what is still to be chosen.
fn chosen(given: &Given) -> Result<(PartyId, BasicCode), Vec<Wrong>> {
    match (given.party, given.item) {
        (Some(party), Some(item)) => Ok((party, item)),
        (party, item) => {
            let person = party.is_none().then(|| Wrong::new("typed", "先找到办事人"));
            let item = item.is_none().then(|| Wrong::new("q", "先选事项"));
            Err(person.into_iter().chain(item).collect())
        }
    }
}

/// The page with everything given so far.
fn shown(house: &Arc<House>, visitor: &Visitor, given: &Given, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = clerk(visitor)?;
    let hits = gather::hits(house, session, given)?;
    let frame = deck::frame(visitor, house, session, "窗口收件", Desk::Counter).with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = house.ask(|read| {
        let regions = read.cached::<organisation::Regions>()?;
        let person = match &given.party {
            Some(party) => gather::person(read, party)?,
            None => None,
        };
        let (mut item, mut sections, mut materials, mut duplicate) = (None, vec![], vec![], None);
        if let Some(code) = &given.item {
            let here = gather::region(session);
            let found = catalogue::implementation(read, code, here).map_err(|f| f.map_refusal(Refusal::Item))?;
            let form = catalogue::form(read, code).map_err(|failure| failure.map_refusal(Refusal::Item))?;
            item = Some(gather::item(read, &found)?);
            sections = form
                .sections
                .iter()
                .map(|section| {
                    let field = |asked| question::field(asked, given.answers.get(&asked.key), &regions, &wrongs);
                    (section.title.clone(), section.questions.iter().map(field).collect())
                })
                .collect();
            materials = gather::materials(read, given, &found)?;
            if let Some(party) = &given.party {
                duplicate = gather::duplicate(read, party, code)?;
            }
        }
        let ticket = match &given.ticket {
            Some(id) => gather::ticket(read, &session.actor, id)?,
            None => None,
        };
        let lacking = materials.iter().filter(|one| one.lacking()).map(|one| one.name.clone()).collect();
        Ok::<_, Failure<Refusal>>(IntakePage {
            frame,
            key: given.key.clone(),
            ticket_id: given.ticket.map_or_else(String::new, |id| id.to_string()),
            ticket,
            typed: given.typed.clone(),
            unknown: given.unknown,
            name: given.name.clone(),
            phone: given.phone.clone(),
            checked: given.checked,
            party: given.party.map_or_else(String::new, |party| party.to_string()),
            person,
            words: given.words.clone(),
            hits,
            item,
            duplicate,
            sections,
            materials,
            lacking,
            wrongs,
        })
    })?;
    Ok(web::page_with(status, &page))
}

/// The answers that were sent, by the form of the item.
fn answers(form: &catalogue::Form, sent: &Fields, regions: &organisation::Regions) -> Answers {
    form.questions().filter_map(|asked| Some((asked.key.clone(), question::answer(asked, sent, regions)?))).collect()
}
