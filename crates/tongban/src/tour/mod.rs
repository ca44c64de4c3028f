//! The tour: the product's main job over HTTP, as an outside program sees it, against a running server with demonstration
//! accounts. It is the shortest honest answer to "does it work here?".

mod applicant;
mod application;
mod delivery;
mod exchange;
mod fee;
mod hall;
mod hotline;
mod insight;
mod investment;
mod look;
mod messages;
mod office;
mod quotes;
mod ratings;
mod refusals;
mod supervision;
mod trading;
mod walk;

pub use application::{application, paper};

use crate::{cli, http::Server};
use walk::{Step, Stop, Walk, ensure, list, text};

/// The people of the tour, found in /demo/accounts.json.
struct People {
    /// A citizen who applies for a company.
    applicant: Account,
    /// A citizen who pays a fee.
    payer: Account,
    /// Another citizen, who must not see the case.
    stranger: Account,
    clerk: Account,
    reviewer: Account,
    decider: Account,
    /// Answers 12345.
    agent: Account,
    /// Handles work orders for the environment office.
    handler: Account,
    /// Asks callers afterwards.
    officer: Account,
    /// Looks after ratings.
    quality: Account,
    /// Watches over the district.
    supervisor: Account,
    /// Looks at figures.
    analyst: Account,
    /// Cares for the exchange.
    exchanger: Account,
}

/// An account of the demonstration.
#[derive(Clone)]
pub struct Account {
    /// Account name.
    pub name: String,
    /// Password.
    pub password: String,
}

/// Walks the tour and returns the exit code.
pub fn run(flags: &cli::Tour) -> u8 {
    let mut walk = Walk::new(Server::at(&flags.server), flags.region.clone());
    match all(&mut walk) {
        Ok(()) => {
            println!("\nAll {} steps went as they should. 全部 {} 步符合预期。", walk.steps(), walk.steps());
            0
        }
        Err(Stop(reason)) => {
            eprintln!("\nStopped at step {}: {reason}", walk.steps());
            1
        }
    }
}

fn all(walk: &mut Walk) -> Step<()> {
    walk.part("The server");
    walk.ask("The server is ready", "GET", "/readyz", crate::http::Ask::plain(), 200)?;
    let people = people(walk)?;
    walk.part("Finding · 我要找");
    let item = look::find(walk)?;
    let guide = look::guide(walk, &item)?;
    walk.part("Applying · 申办");
    let filed = applicant::apply(walk, &people, &guide)?;
    walk.part("Handling · 办理");
    office::correct_once(walk, &people, &filed)?;
    office::decide(walk, &people, &filed)?;
    walk.part("Result and progress · 结果与进度");
    applicant::result(walk, &people, &filed)?;
    walk.part("Rating · 好差评");
    ratings::all(walk, &people, &filed, &item)?;
    walk.part("A fee · 缴费");
    fee::pay(walk, &people)?;
    walk.part("What was told · 我的消息");
    messages::told(walk, &people, &filed)?;
    walk.part("A result by courier · 快递送达");
    delivery::by_courier(walk, &people, &filed)?;
    walk.part("In the hall · 到大厅办");
    hall::visit(walk, &people)?;
    walk.part("12345 · 写信、派单、办理、回访");
    hotline::from_call_to_follow_up(walk, &people)?;
    walk.part("An investment project · 投资项目");
    investment::project(walk, &people)?;
    walk.part("Supervision · 监察");
    supervision::watched(walk, &people, &filed)?;
    walk.part("Figures · 数据");
    insight::open(walk, &people)?;
    walk.part("Trading · 公共资源交易");
    let accounts = walk.get("Demonstration accounts once more", "/demo/accounts.json", None)?;
    trading::tender(walk, list(&accounts, "")?)?;
    quotes::land(walk, list(&accounts, "")?)?;
    walk.part("Exchange · 数据交换");
    exchange::batches(walk, &people, &filed)?;
    walk.part("What is refused · 不该做的做不成");
    refusals::all(walk, &people, &filed, &guide)
}

fn people(walk: &mut Walk) -> Step<People> {
    let what = "Demonstration accounts (start the server with --demo)";
    let json = walk.get(what, "/demo/accounts.json", None)?;
    let accounts = list(&json, "")?.clone();
    let region = walk.region.clone();
    let find = |role: &str, at: Option<&str>, skip: usize| -> Step<Account> {
        let fits = accounts.iter().filter(|account| account["role"] == role);
        let mut fits = fits.filter(|account| at.is_none_or(|region| account["region"] == region));
        let found =
            fits.nth(skip).ok_or_else(|| Stop(format!("there is no demonstration account for {role} in {region}")))?;
        Ok(Account { name: text(found, "/account")?, password: text(found, "/password")? })
    };
    let applicant = named(&accounts, "citizen.zhou")?;
    let people = People {
        payer: named(&accounts, "citizen.chen")?,
        stranger: named(&accounts, "citizen.bai")?,
        applicant,
        clerk: find("clerk", Some(&region), 0)?,
        reviewer: find("reviewer", Some(&region), 0)?,
        decider: find("decider", Some(&region), 0)?,
        agent: named(&accounts, "agent.320100")?,
        handler: named(&accounts, "handler.320102.160")?,
        officer: named(&accounts, "caller.320100")?,
        quality: find("quality", Some(&region), 0).or_else(|_| find("quality", None, 0))?,
        supervisor: find("supervisor", Some(&region), 0).or_else(|_| find("supervisor", None, 0))?,
        analyst: find("analyst", Some(&region), 0).or_else(|_| find("analyst", None, 0))?,
        exchanger: find("exchanger", Some(&region), 0).or_else(|_| find("exchanger", None, 0))?,
    };
    ensure(people.clerk.name != people.decider.name, || "clerk and decider are one person".to_owned())?;
    Ok(people)
}

fn named(accounts: &[serde_json::Value], name: &str) -> Step<Account> {
    let found = accounts.iter().find(|account| account["account"] == name);
    let found = found.ok_or_else(|| Stop(format!("there is no demonstration account {name}")))?;
    Ok(Account { name: name.to_owned(), password: text(found, "/password")? })
}
