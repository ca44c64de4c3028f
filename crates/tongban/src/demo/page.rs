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
    groups: Vec<Group<'a>>,
}

struct Group<'a> {
    title: String,
    lines: Vec<&'a Account>,
}

/// The routes of the demonstration.
pub fn routes(accounts: Vec<Account>) -> Router<Arc<House>> {
    let accounts: Arc<[Account]> = accounts.into();
    let data = Arc::clone(&accounts);
    Router::new()
        .route("/demo", get(move |State(house): State<Arc<House>>, visitor: Visitor| page(house, visitor, accounts)))
        .route("/demo/accounts.json", get(move || async move { Json(data.to_vec()) }))
}

async fn page(house: Arc<House>, visitor: Visitor, accounts: Arc<[Account]>) -> Response {
    let group = |title: &str, wanted: &dyn Fn(&Account) -> bool| Group {
        title: title.to_owned(),
        lines: accounts.iter().filter(|account| wanted(account)).collect(),
    };
    let mut groups = vec![group("办事人", &|account| account.role == "citizen")];
    for role in staff::roles() {
        groups.push(group(role.label, &|account| account.role == role.name));
    }
    let frame = visitor.frame(&house, "演示账号");
    let crumbs = vec![Crumb::new("首页", "/"), Crumb::here("演示账号")];
    web::page(&Page { frame, crumbs, password: PASSWORD, groups })
}
