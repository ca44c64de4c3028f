//! The books: the balance of each account, and what was written by day.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use payment::{query, rules::Account};
use web::{Fault, Frame, House, Visitor, words};

use super::guard_settling;
use crate::deck::{self, Desk};

/// Days that the page shows.
const DAYS: i32 = 30;

struct Balance {
    account: &'static str,
    amount: String,
}

struct Day {
    day: String,
    amounts: Vec<String>,
    sum: String,
}

#[derive(Template)]
#[template(path = "console/ledger.html")]
struct Page {
    frame: Frame,
    balances: Vec<Balance>,
    sum: String,
    good: bool,
    heads: Vec<&'static str>,
    days: Vec<Day>,
}

/// The page.
pub async fn show(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    guard_settling(&session.actor)?;
    let today = house.db.today();
    let from = (0..DAYS).try_fold(today, |day, _| day.yesterday()).unwrap_or(today);
    let books = house.ask(|read| query::books(read, &session.actor, from))?;
    let sum = books.sum();
    let day = |(day, lines): &(kernel::Date, Vec<(Account, kernel::Fen)>)| {
        let of = |account: &Account| lines.iter().find(|(found, _)| found == account).map(|(_, amount)| *amount);
        let total: i64 = lines.iter().map(|(_, amount)| amount.0).sum();
        Day {
            day: words::day(*day, today),
            amounts: Account::ALL
                .iter()
                .map(|one| of(one).map_or_else(String::new, |amount| amount.to_string()))
                .collect(),
            sum: kernel::Fen(total).to_string(),
        }
    };
    Ok(web::page(&Page {
        balances: books
            .balances
            .iter()
            .map(|(account, amount)| Balance { account: account.words(), amount: amount.to_string() })
            .collect(),
        good: sum == kernel::Fen::ZERO,
        sum: sum.to_string(),
        heads: Account::ALL.map(Account::words).to_vec(),
        days: books.days.iter().map(day).collect(),
        frame: deck::frame(&visitor, &house, session, "账簿", Desk::Accounts),
    }))
}
