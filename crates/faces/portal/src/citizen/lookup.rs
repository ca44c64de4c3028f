//! 查办件进度: by number and query password, for whoever holds both. Names are masked, papers stay closed.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use kernel::{CaseNumber, Refuse};
use store::Failure;
use web::{Doorstep, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with};

use super::case::{
    told,
    view::{View, Viewer},
};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/progress", get(ask).post(look_up))
}

#[derive(Template)]
#[template(path = "citizen/lookup.html")]
struct LookupPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "citizen/lookup_result.html")]
struct ResultPage {
    frame: Frame,
    view: View,
}

fn lookup_page(house: &House, visitor: &Visitor, number: &str, wrongs: Vec<Wrong>) -> LookupPage {
    let fields = vec![
        Field::new(FieldKind::Text, "number", "办件编号")
            .hint("22 位数字，中间有没有空格都行")
            .value(number)
            .width("w-30")
            .autocomplete("off")
            .wrong(&wrongs),
        Field::new(FieldKind::Text, "password", "查询密码")
            .hint("6 位数字，在收件凭证上")
            .width("w-8")
            .autocomplete("off")
            .wrong(&wrongs),
    ];
    let frame = visitor.frame(house, "查办件进度").in_section(Section::Track).with_errors(!wrongs.is_empty());
    LookupPage { frame, wrongs, fields }
}

async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    page(&lookup_page(&house, &visitor, "", vec![]))
}

async fn look_up(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    sent: Fields,
) -> Result<Response, Fault> {
    let given = sent.get("number").unwrap_or_default();
    let again = |status, wrongs| page_with(status, &lookup_page(&house, &visitor, given, wrongs));
    let (number, password) = match read(given, sent.get("password").unwrap_or_default()) {
        Ok(read) => read,
        Err(wrongs) => return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, wrongs)),
    };
    match casework::look_up(&house.db, &number, &password, &step.origin).await {
        Ok(case) => {
            let view = house.ask(|read| View::gather(read, &case, Viewer::Public))?;
            let frame = visitor.frame(&house, format!("{}办到哪了", view.item)).in_section(Section::Track);
            Ok(page(&ResultPage { frame, view }))
        }
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(again(status, vec![Wrong::new("number", told(&refusal))]))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

fn read(number: &str, password: &str) -> Result<(CaseNumber, String), Vec<Wrong>> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let password: String = password.chars().filter(|c| !c.is_whitespace()).collect();
    let mut wrongs = vec![];
    let number: Option<CaseNumber> = digits.parse().ok();
    if number.is_none() {
        wrongs.push(Wrong::new(
            "number",
            match digits.len() {
                22 => "核对办件编号，有一位抄错了".to_owned(),
                length => format!("填写 22 位办件编号，现在是 {length} 位"),
            },
        ));
    }
    if password.len() != 6 || !password.bytes().all(|byte| byte.is_ascii_digit()) {
        wrongs.push(Wrong::new("password", "填写 6 位数字的查询密码"));
    }
    match number {
        Some(number) if wrongs.is_empty() => Ok((number, password)),
        _ => Err(wrongs),
    }
}
