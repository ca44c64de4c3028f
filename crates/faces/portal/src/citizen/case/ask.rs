//! 问这件办件: a question to the office that handles the case, answered in the dialogue.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::Case;
use kernel::{CaseNumber, Refuse as _};
use messages::desk;
use store::Failure;
use web::{Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with, redirect};

#[derive(Template)]
#[template(path = "citizen/case/ask.html")]
struct AskPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    number: CaseNumber,
    item: String,
    field: Field,
}

fn ask_page(house: &House, visitor: &Visitor, case: &Case, text: &str, wrongs: Vec<Wrong>) -> AskPage {
    let field = Field::new(FieldKind::Area, "text", "您想问什么")
        .hint("不要写身份证号、银行卡号。最多 500 个字。")
        .value(text)
        .wrong(&wrongs);
    AskPage {
        frame: visitor.frame(house, "问这件办件").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        field,
        wrongs,
        number: case.number,
        item: case.terms.name.clone(),
    }
}

pub(super) async fn form(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (case, _) = super::own(&house, &visitor, &number)?;
    Ok(page(&ask_page(&house, &visitor, &case, "", vec![])))
}

pub(super) async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (case, _) = super::own(&house, &visitor, &number)?;
    let actor = visitor.citizen()?.0.actor.clone();
    let text = sent.get("text").unwrap_or_default().to_owned();
    let (words, number) = (text.clone(), case.number);
    match house.db.write_async(move |tx| desk::ask(tx, &actor, &number, &words)).await {
        Ok((_, thread)) => Ok(redirect(&format!("/me/messages/{thread}"))),
        Err(Failure::Broken(error)) => Err(error.into()),
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let wrongs = vec![Wrong::new("text", super::told(&refusal))];
            Ok(page_with(status, &ask_page(&house, &visitor, &case, &text, wrongs)))
        }
    }
}
