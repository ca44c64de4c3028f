//! The knowledge base: what is offered, what waits for approval, what expires; and keys of programs.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hotline::query::{self, Found};
use hotline::{Article, ArticleCommand, ArticleState, NewArticle, Refusal};
use kernel::{Date, Refuse};
use serde::Deserialize;
use store::Failure;
use web::{Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, redirect, words};

use super::{Tab, categories, category_name, nav, session};
use crate::deck::{self, Desk};

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    q: Option<String>,
    state: Option<String>,
    order: Option<String>,
}

/// One article.
struct Line {
    id: String,
    title: String,
    text: String,
    category: String,
    source: String,
    until: String,
    expired: bool,
    expiring: bool,
    order: Option<String>,
}

#[derive(Template)]
#[template(path = "console/hotline/knowledge.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    wrongs: Vec<Wrong>,
    tabs: Vec<Tab>,
    q: String,
    lines: Vec<Line>,
    draft: bool,
    leads: bool,
    fields: Vec<Field>,
    order: String,
}

fn line(article: &Article, expiring: bool, today: Date) -> Line {
    let content = &article.content;
    Line {
        id: article.id.to_string(),
        title: content.title.clone(),
        text: content.text.clone(),
        category: category_name(&content.category),
        source: content.source.clone(),
        until: words::long_day(content.valid_until),
        expired: content.valid_until < today,
        expiring,
        order: content.order.map(|number| number.to_string()),
    }
}

/// Published articles that fit, or drafts; and the form to write one, from a closed order perhaps.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let sent = Fields(vec![
        ("q".to_owned(), asked.q.unwrap_or_default()),
        ("state".to_owned(), asked.state.unwrap_or_default()),
        ("order".to_owned(), asked.order.unwrap_or_default()),
    ]);
    shown(&house, &visitor, &sent, vec![])
}

fn shown(house: &House, visitor: &Visitor, sent: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let draft = text("state") == "draft";
    let today = house.db.today();
    let lines = house.ask(|read| {
        let state = if draft { ArticleState::Draft } else { ArticleState::Published };
        if !draft && !text("q").is_empty() {
            let found = query::search(read, &text("q"), "", 20)?;
            return Ok(found.iter().map(|Found { article, expiring }| line(article, *expiring, today)).collect());
        }
        let articles = query::articles(read, &session.actor, state)?;
        Ok::<Vec<Line>, Failure<Refusal>>(articles.iter().map(|article| line(article, false, today)).collect())
    })?;
    let tab = |name: &str, href: &str, current| Tab::new(name, href, current);
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let input = |kind, key: &str, label: &str| Field::new(kind, key, label).value(text(key)).wrong(&wrongs);
    let mut category = Field::new(FieldKind::Select, "category", "类别");
    category.choices = categories();
    let page = Page {
        frame: deck::frame(visitor, house, session, "知识库", Desk::Hotline).with_errors(!wrongs.is_empty()),
        nav: nav(&session.actor, "/hotline/knowledge"),
        tabs: vec![tab("已发布", "/hotline/knowledge", !draft), tab("待审核", "/hotline/knowledge?state=draft", draft)],
        q: text("q"),
        lines,
        draft,
        leads: session.actor.holds(kernel::Duty::LeadHotline),
        fields: vec![
            input(FieldKind::Text, "title", "问题，照市民的说法写"),
            input(FieldKind::Area, "text", "答案，能照着念"),
            category.value(text("category")).wrong(&wrongs),
            input(FieldKind::Text, "source", "出处（哪个单位）"),
            input(FieldKind::Date, "valid_until", "有效到哪天"),
        ],
        order: text("order"),
        wrongs,
    };
    Ok(web::page_with(status, &page))
}

/// Writes an article, to be approved by somebody else.
pub async fn write(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let Ok(valid_until) = text("valid_until").parse::<Date>() else {
        return shown(&house, &visitor, &sent, vec![Wrong::new("valid_until", "填一个日期")]);
    };
    let content = NewArticle {
        title: text("title"),
        text: text("text"),
        category: text("category"),
        source: text("source"),
        valid_until,
        order: text("order").parse().ok(),
    };
    let done = house.db.write_async(move |tx| hotline::write_article(tx, &actor, &content)).await;
    match done {
        Ok(_) => Ok(redirect("/hotline/knowledge?state=draft")),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            shown(&house, &visitor, &sent, Wrong::of(&refusal.fields()))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Approves, renews or withdraws one.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let id = id.parse().map_err(|error: kernel::BadId| Fault::refused(&error))?;
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let command = match step.as_str() {
        "approve" => ArticleCommand::Approve,
        "renew" => {
            let until = text("until").parse().map_err(|_| Fault::refused(&Refusal::AlreadyExpired))?;
            ArticleCommand::Renew { until }
        }
        "withdraw" => ArticleCommand::Withdraw { reason: text("reason") },
        _ => return Err(Fault::not_found()),
    };
    house.write(move |tx| hotline::handle_article(tx, &actor, &id, &command)).await?;
    Ok(redirect(if step == "approve" { "/hotline/knowledge" } else { "/hotline/knowledge?state=draft" }))
}

/// One program's key.
struct KeyLine {
    id: String,
    name: String,
    issued: String,
    revoked: Option<String>,
}

#[derive(Template)]
#[template(path = "console/hotline/keys.html")]
struct Keys {
    frame: Frame,
    nav: Vec<Tab>,
    wrongs: Vec<Wrong>,
    fresh: Option<String>,
    lines: Vec<KeyLine>,
    field: Field,
    address: String,
}

/// The keys of programs that bring orders by Open311.
pub async fn keys(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    show_keys(&house, &visitor, None, vec![])
}

fn show_keys(house: &House, visitor: &Visitor, fresh: Option<String>, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let today = house.db.today();
    let keys = house.ask(|read| query::keys(read, &session.actor))?;
    let lines = keys.into_iter().map(|key| KeyLine {
        id: key.id,
        name: key.name,
        issued: words::moment(key.issued, today),
        revoked: key.revoked.map(|at| words::moment(at, today)),
    });
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Keys {
        frame: deck::frame(visitor, house, session, "接口密钥", Desk::Hotline).with_errors(!wrongs.is_empty()),
        nav: nav(&session.actor, "/hotline/keys"),
        fresh,
        lines: lines.collect(),
        field: Field::new(FieldKind::Text, "name", "给谁用").wrong(&wrongs),
        address: house.address("/open311/v2"),
        wrongs,
    };
    Ok(web::page_with(status, &page))
}

/// Gives out a key; it is shown this once.
pub async fn issue(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let name = sent.get("name").unwrap_or_default().to_owned();
    match house.db.write_async(move |tx| hotline::issue_key(tx, &actor, &name)).await {
        Ok(key) => show_keys(&house, &visitor, Some(key), vec![]),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            show_keys(&house, &visitor, None, Wrong::of(&refusal.fields()))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Takes a key back.
pub async fn revoke(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    house.write(move |tx| hotline::revoke_key(tx, &actor, &id)).await?;
    Ok(redirect("/hotline/keys"))
}
