//! Signing in and out, and registering under one's real name.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use identity::{Entered, Knock, LoginName, NewPerson, Password, Person, Role, Token};
use kernel::{Mobile, PersonName, Refuse, ResidentId};
use serde::Deserialize;
use store::Failure;
use web::{
    Cookie, DEVICE_COOKIE, Doorstep, Fault, Field, FieldKind, Form, Frame, House, Query, TICKET_COOKIE, Visitor, Wrong,
    page, page_with, redirect, safe_back,
};

use super::apart;

mod second;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/login", get(ask).post(sign_in))
        .route("/register", get(register).post(enrol))
        .route("/logout", post(sign_out))
        .merge(second::routes())
}

#[derive(Deserialize, Default)]
struct Back {
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "citizen/login.html")]
struct LoginPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
    back: String,
    /// The same, encoded for a query.
    onward: String,
}

#[derive(Template)]
#[template(path = "citizen/register.html")]
struct RegisterPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
    back: String,
    /// The same, encoded for a query.
    onward: String,
}

async fn ask(State(house): State<Arc<House>>, visitor: Visitor, Query(back): Query<Back>) -> Response {
    if visitor.session.is_some() {
        return redirect(&landing(&visitor, &back.back));
    }
    page(&login_page(&house, &visitor, &SignIn { back: back.back, ..SignIn::default() }, vec![], false))
}

#[derive(Deserialize, Default)]
struct SignIn {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    back: String,
}

fn login_page(house: &House, visitor: &Visitor, given: &SignIn, wrongs: Vec<Wrong>, asks_code: bool) -> LoginPage {
    let back = safe_back(&given.back).to_owned();
    let mut fields = vec![
        Field::new(FieldKind::Text, "account", "账号")
            .value(given.account.as_str())
            .width("w-18")
            .autocomplete("username")
            .wrong(&wrongs),
        Field::new(FieldKind::Password, "password", "密码")
            .width("w-18")
            .autocomplete("current-password")
            .wrong(&wrongs),
    ];
    if asks_code {
        fields.push(second::code_field("动态验证码（绑定过验证器的才填）", &wrongs));
    }
    let frame = visitor.frame(house, "登录").with_errors(!wrongs.is_empty());
    LoginPage { frame, wrongs, fields, onward: web::words::percent(&back), back }
}

async fn sign_in(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    Form(given): Form<SignIn>,
) -> Result<Response, Fault> {
    let mut wrongs = vec![];
    if given.account.trim().is_empty() {
        wrongs.push(Wrong::new("account", "填写账号"));
    }
    if given.password.is_empty() {
        wrongs.push(Wrong::new("password", "填写密码"));
    }
    if !wrongs.is_empty() {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &login_page(&house, &visitor, &given, wrongs, false)));
    }
    let code = Some(given.code.trim().to_owned()).filter(|code| !code.is_empty());
    let (login, password) = (given.account.trim().to_owned(), given.password.clone());
    let knock = Knock { login, password, code, origin: step.origin };
    match apart(&house, move |house| house.door.sign_in(&knock)).await? {
        Ok(opened) => second::go_on(&house, opened, &given.back),
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let wrongs = vec![Wrong::new("account", told(&refusal))];
            // Who has to wait for other people's guesses goes past them with a code.
            let asks_code = matches!(refusal, identity::Refusal::Locked { .. }) || !given.code.trim().is_empty();
            Ok(page_with(status, &login_page(&house, &visitor, &given, wrongs, asks_code)))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// A refusal and its way out in one line.
fn told(refusal: &dyn Refuse) -> String {
    format!("{refusal}{}", refusal.remedy().unwrap_or_default())
}

/// Browsers are known again for so long.
const DEVICE_DAYS: u32 = 180;

/// Gives the browser its session, and by what it is known again, and sends it on.
fn enter(house: &House, entered: &Entered, back: &str) -> Result<Response, Fault> {
    let is_secure = house.config.is_secure();
    let mut response = redirect(&after(house, &entered.token, back)?);
    let session = Cookie::new(web::SESSION_COOKIE, &entered.token.reveal(), is_secure);
    let device = entered.device.as_ref().map(|device| Cookie::new(DEVICE_COOKIE, device, is_secure).days(DEVICE_DAYS));
    for cookie in [Some(session), device, Some(web::cleared(TICKET_COOKIE))].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie.header());
    }
    Ok(response)
}

/// Where somebody goes who has just signed in: on with what they were doing, else home.
fn after(house: &House, token: &Token, back: &str) -> Result<String, Fault> {
    let session = house.read(|read| identity::session(read, token))?;
    let is_staff = session.is_some_and(|session| matches!(session.role, Role::Staff { .. }));
    Ok(home(is_staff, back))
}

fn landing(visitor: &Visitor, back: &str) -> String {
    let is_staff = visitor.session.as_ref().is_some_and(|session| matches!(session.role, Role::Staff { .. }));
    home(is_staff, back)
}

fn home(is_staff: bool, back: &str) -> String {
    match safe_back(back) {
        "/" | "/login" | "/register" if is_staff => "/console".to_owned(),
        "/" | "/login" | "/register" => "/me".to_owned(),
        back => back.to_owned(),
    }
}

#[derive(Deserialize, Default)]
struct Enrolment {
    #[serde(default)]
    name: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    back: String,
}

async fn register(State(house): State<Arc<House>>, visitor: Visitor, Query(back): Query<Back>) -> Response {
    page(&register_page(&house, &visitor, &Enrolment { back: back.back, ..Enrolment::default() }, vec![]))
}

fn register_page(house: &House, visitor: &Visitor, given: &Enrolment, wrongs: Vec<Wrong>) -> RegisterPage {
    let text = |key: &str, label: &str, hint: &str, value: &str, width, word| {
        Field::new(FieldKind::Text, key, label).hint(hint).value(value).width(width).autocomplete(word).wrong(&wrongs)
    };
    let secret = |key: &str, label: &str, hint: &str| {
        Field::new(FieldKind::Password, key, label).hint(hint).width("w-18").autocomplete("new-password").wrong(&wrongs)
    };
    let phone = Field::new(FieldKind::Phone, "phone", "手机号").hint("11 位，办件有变化时通知您");
    let fields = vec![
        text("name", "姓名", "和身份证上一样，生僻字也可以", &given.name, "w-18", "name"),
        text("id", "身份证号码", "18 位，最后一位可能是 X", &given.id, "w-18", "off"),
        phone.value(given.phone.as_str()).width("w-11").autocomplete("tel").wrong(&wrongs),
        text(
            "account",
            "账号",
            "自己起，4 到 64 位，可以用字母、数字、汉字和 _ - . @",
            &given.account,
            "w-18",
            "username",
        ),
        secret("password", "密码", "至少 8 位，字母、数字、符号里至少用两种，不要包含账号"),
        secret("again", "再输一次密码", "和上面一样"),
    ];
    let back = safe_back(&given.back).to_owned();
    let frame = visitor.frame(house, "实名注册").with_errors(!wrongs.is_empty());
    RegisterPage { frame, wrongs, fields, onward: web::words::percent(&back), back }
}

async fn enrol(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(given): Form<Enrolment>,
) -> Result<Response, Fault> {
    let again = |wrongs| page_with(StatusCode::UNPROCESSABLE_ENTITY, &register_page(&house, &visitor, &given, wrongs));
    let new = match read(&given, visitor.region_code()) {
        Ok(new) => new,
        Err(wrongs) => return Ok(again(wrongs)),
    };
    match apart(&house, move |house| house.door.register_person(&new)).await? {
        Ok(entered) => enter(&house, &entered, &given.back),
        Err(Failure::Refused(refusal)) => {
            let key = match &refusal {
                identity::Refusal::LoginTaken | identity::Refusal::BadLogin => "account",
                identity::Refusal::WeakPassword { .. } => "password",
                identity::Refusal::NameMismatch => "name",
                _ => "id",
            };
            Ok(again(vec![Wrong::new(key, told(&refusal))]))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// What was filled in, parsed once; or everything that is wrong with it.
fn read(given: &Enrolment, region: Option<kernel::RegionCode>) -> Result<NewPerson, Vec<Wrong>> {
    let mut wrongs = vec![];
    let name: Option<PersonName> = parse(&given.name, "name", "填写姓名，和身份证上一样", &mut wrongs);
    let id: Option<ResidentId> = parse(&given.id, "id", "填写 18 位身份证号码，核对有没有抄错", &mut wrongs);
    let phone: Option<Mobile> = parse(&given.phone, "phone", "填写 11 位手机号", &mut wrongs);
    let login: Option<LoginName> =
        parse(&given.account, "account", "起一个 4 到 64 位的账号，只用字母、数字、汉字和 _ - . @", &mut wrongs);
    let password = login.as_ref().and_then(|login| match Password::chosen(&given.password, login) {
        Ok(password) => Some(password),
        Err(refusal) => {
            wrongs.push(Wrong::new("password", refusal.to_string()));
            None
        }
    });
    if given.password != given.again {
        wrongs.push(Wrong::new("again", "两次输的密码不一样，再输一次"));
    }
    match (name, id, phone, login, password) {
        (Some(name), Some(id), Some(phone), Some(login), Some(password)) if wrongs.is_empty() => {
            Ok(NewPerson { login, password, person: Person { name, id, phone: Some(phone), region } })
        }
        _ => Err(wrongs),
    }
}

fn parse<T: std::str::FromStr>(text: &str, key: &str, what: &str, wrongs: &mut Vec<Wrong>) -> Option<T> {
    let value = text.trim().parse().ok();
    if value.is_none() {
        wrongs.push(Wrong::new(key, what));
    }
    value
}

#[derive(Deserialize)]
struct Nothing {}

async fn sign_out(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Fault> {
    if let Some(session) = visitor.session {
        house.write(move |tx| identity::sign_out(tx, &session)).await?;
    }
    let mut response = redirect("/").into_response();
    response.headers_mut().append(header::SET_COOKIE, web::cleared(web::SESSION_COOKIE).header());
    Ok(response)
}
