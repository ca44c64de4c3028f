//! A forgotten password, set anew: the real name, a code to the registered number, a new password.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use identity::{Holder, Particulars, Password};
use kernel::{AccountId, Actor, PartyId, PersonName, Refuse as _, ResidentId};
use messages::{CodeId, desk, rules::code::Purpose};
use serde::Deserialize;
use store::{Failure, Read};
use web::{Doorstep, Fault, Field, FieldKind, Form, Frame, House, Query, Visitor, Wrong, page, page_with, redirect};

use super::apart;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/recover", get(ask).post(send)).route("/recover/code", get(enter).post(set))
}

/// Who sets the password anew when the holder proved who they are by a code.
const RECOVERY: Actor = Actor::System("recovery");

#[derive(Template)]
#[template(path = "citizen/recover.html")]
struct RecoverPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
    /// The code that was sent; empty on the first page.
    id: String,
    /// Whether SMS can be sent at all.
    can: bool,
}

#[derive(Default, Deserialize)]
struct Who {
    #[serde(default)]
    name: String,
    #[serde(default)]
    id: String,
}

fn who_page(house: &House, visitor: &Visitor, given: &Who, wrongs: Vec<Wrong>) -> RecoverPage {
    let text = |key: &str, label: &str, value: &str, word| {
        Field::new(FieldKind::Text, key, label).value(value).width("w-18").autocomplete(word).wrong(&wrongs)
    };
    let fields = vec![text("name", "姓名", &given.name, "name"), text("id", "身份证号码", &given.id, "off")];
    let frame = visitor.frame(house, "找回密码").with_errors(!wrongs.is_empty());
    RecoverPage { frame, wrongs, fields, id: String::new(), can: house.config.has_sms }
}

async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    page(&who_page(&house, &visitor, &Who::default(), vec![]))
}

/// Sends a code, if there is such a person with an account. Whether there is one is not told.
async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    Form(given): Form<Who>,
) -> Result<Response, Fault> {
    let (name, id) = (given.name.trim().parse::<PersonName>(), given.id.trim().parse::<ResidentId>());
    let mut wrongs = vec![];
    if name.is_err() {
        wrongs.push(Wrong::new("name", "填写姓名，和身份证上一样"));
    }
    if id.is_err() {
        wrongs.push(Wrong::new("id", "填写 18 位身份证号码，核对有没有抄错"));
    }
    let (Ok(name), Ok(id), true) = (name, id, house.config.has_sms) else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &who_page(&house, &visitor, &given, wrongs)));
    };
    let (rate, address) = (house.db.time().rate(), step.origin.address.map_or_else(String::new, |at| at.to_string()));
    let sent = house
        .db
        .write_async(move |tx| match account(tx, &name, &id)? {
            Some((account, party)) => desk::send_code(tx, account, party, Purpose::Recover, &address, rate),
            None => Ok(CodeId::new(store::fresh_uuid())),
        })
        .await;
    match sent {
        Ok(code) => Ok(redirect(&format!("/recover/code?id={code}"))),
        Err(Failure::Refused(messages::Refusal::NoNumber)) => {
            Ok(redirect(&format!("/recover/code?id={}", CodeId::new(store::fresh_uuid()))))
        }
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let wrongs = vec![Wrong::new("id", said(&refusal))];
            Ok(page_with(status, &who_page(&house, &visitor, &given, wrongs)))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// The account of the person of this name and number.
fn account(
    read: &mut dyn Read,
    name: &PersonName,
    id: &ResidentId,
) -> Result<Option<(AccountId, PartyId)>, store::Error> {
    let Some(party) = identity::person_by_id(read, id)? else { return Ok(None) };
    match identity::whole(read, &party)? {
        Some(Particulars::Person(person)) if person.name == *name => {}
        _ => return Ok(None),
    }
    let account = identity::account_of(read, Holder::Person(party))?;
    Ok(account.map(|account| (account.id, party)))
}

#[derive(Default, Deserialize)]
struct Sent {
    #[serde(default)]
    id: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

fn code_page(house: &House, visitor: &Visitor, given: &Sent, wrongs: Vec<Wrong>) -> RecoverPage {
    let secret = |key: &str, label: &str, hint: &str| {
        Field::new(FieldKind::Password, key, label).hint(hint).width("w-18").autocomplete("new-password").wrong(&wrongs)
    };
    let code = Field::new(FieldKind::Text, "code", "短信验证码").hint("6 位数，5 分钟内有效");
    let fields = vec![
        code.value(given.code.as_str()).width("w-8").autocomplete("one-time-code").wrong(&wrongs),
        secret("password", "新密码", "至少 8 位，字母、数字、符号里至少用两种"),
        secret("again", "再输一次新密码", "和上面一样"),
    ];
    let frame = visitor.frame(house, "设新密码").with_errors(!wrongs.is_empty());
    RecoverPage { frame, wrongs, fields, id: given.id.clone(), can: true }
}

async fn enter(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(given): Query<Sent>,
) -> Result<Response, Fault> {
    let id: CodeId = given.id.parse().map_err(|_| Fault::not_found())?;
    Ok(page(&code_page(&house, &visitor, &Sent { id: id.to_string(), ..Sent::default() }, vec![])))
}

/// Sets the new password, if the code is right.
async fn set(State(house): State<Arc<House>>, visitor: Visitor, Form(given): Form<Sent>) -> Result<Response, Fault> {
    let id: CodeId = given.id.parse().map_err(|_| Fault::not_found())?;
    let again = |wrongs| page_with(StatusCode::UNPROCESSABLE_ENTITY, &code_page(&house, &visitor, &given, wrongs));
    let mut wrongs = vec![];
    if given.code.trim().is_empty() {
        wrongs.push(Wrong::new("code", "填写短信里的 6 位验证码"));
    }
    let chosen = Password::renewed(&given.password);
    if let Err(refusal) = &chosen {
        wrongs.push(Wrong::new("password", refusal.to_string()));
    }
    if given.password != given.again {
        wrongs.push(Wrong::new("again", "两次输的密码不一样，再输一次"));
    }
    let (Ok(chosen), true) = (chosen, wrongs.is_empty()) else { return Ok(again(wrongs)) };
    let (digits, rate) = (given.code.clone(), house.db.time().rate());
    let check = move |tx: &mut store::Tx<'_>| desk::check_code(tx, &id, &digits, Purpose::Recover, rate);
    let checked = house.db.write_async(check).await?;
    let account = match checked {
        Ok(account) => account,
        Err(refusal) => return Ok(again(vec![Wrong::new("code", said(&refusal))])),
    };
    let reset = apart(&house, move |house| {
        house.door.reset_password(&RECOVERY, account, &chosen, "本人用登记手机的短信验证码找回")
    });
    match reset.await? {
        Ok(()) => Ok(redirect("/login")),
        Err(Failure::Refused(refusal)) => Ok(again(vec![Wrong::new("password", said(&refusal))])),
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// A refusal with its way out, in one line.
fn said(refusal: &dyn kernel::Refuse) -> String {
    format!("{refusal}{}", refusal.remedy().unwrap_or_default())
}
