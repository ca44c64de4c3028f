//! `/demo` and `/demo/accounts.json`: who can sign in, for people and for programs. Only a server started with `--demo` has them.

use super::{Account, PASSWORD, staff};
use askama::Template;
use axum::{Json, Router, extract::State, response::Response, routing::get};
use std::sync::Arc;
use web::{Crumb, Frame, House, Visitor};

#[derive(Template)]
#[template(path = "demo.html")]
struct Page<'a> {
    frame: Frame,
    crumbs: Vec<Crumb>,
    password: &'static str,
    /// Where the simulated SMS operator shows its texts.
    texts: Option<String>,
    groups: Vec<Group<'a>>,
}

/// The accounts of one place (or of all citizens), the roles in the order in which people meet them.
struct Group<'a> {
    id: String,
    title: String,
    open: bool,
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    role: &'static str,
    account: &'a Account,
}

/// The place with which the first walk of the README begins.
const FIRST: &str = "320102000000";

/// The routes of the demonstration.
pub fn routes(accounts: Vec<Account>, sandbox: Option<String>) -> Router<Arc<House>> {
    let accounts: Arc<[Account]> = accounts.into();
    let data = Arc::clone(&accounts);
    Router::new()
        .route("/demo", get(move |State(house): State<Arc<House>>, visitor: Visitor| page(house, visitor, accounts)))
        .route("/demo/accounts.json", get(move || async move { Json(data.to_vec()) }))
        .route("/demo/sandbox.json", get(move || async move { Json(serde_json::json!({"address": sandbox})) }))
}

async fn page(house: Arc<House>, visitor: Visitor, accounts: Arc<[Account]>) -> Response {
    let citizens = accounts.iter().filter(|account| account.role == "citizen");
    let mut groups = vec![Group {
        id: "citizens".to_owned(),
        title: "办事人".to_owned(),
        open: true,
        lines: citizens.map(|account| Line { role: "办事人", account }).collect(),
    }];
    let label = |name: &str| staff::roles().find(|role| role.name == name).map_or("", |role| role.label);
    for account in accounts.iter().filter(|account| account.role != "citizen") {
        let line = Line { role: label(account.role), account };
        match groups.iter_mut().find(|group| group.id == account.region) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group {
                id: account.region.clone(),
                title: account.place.clone(),
                open: account.region == FIRST,
                lines: vec![line],
            }),
        }
    }
    // The place of the first walk stands right behind the citizens, the others in the order of their codes: city, then its counties.
    groups[1..].sort_by_key(|group| (!group.open, group.id.clone()));
    let frame = visitor.frame(&house, "演示账号");
    let crumbs = vec![Crumb::new("首页", "/"), Crumb::here("演示账号")];
    web::page(&Page { frame, crumbs, password: PASSWORD, texts: house.config.sms_page.clone(), groups })
}
