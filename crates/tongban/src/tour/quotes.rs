//! A piece of land that is listed: registration, deposit, a quote that binds, and one that comes too low.

use super::walk::{Step, Stop, Walk, ensure, list, text};
use crate::{
    demo::{people::COMPANIES, trading::BIDDERS},
    http::Ask,
};
use serde_json::{Value, json};

/// Walks a bidder through the quotes of the demonstration's land; where none is listed any more, it says so.
pub fn land(walk: &mut Walk, accounts: &[Value]) -> Step<()> {
    let found = walk.get("Land whose quotes run", "/api/v1/lots?family=land&stage=tendering&limit=1", None)?;
    let Some(lot) = list(&found, "/lots")?.first().cloned() else {
        walk.note("the demonstration's land is sold");
        return Ok(());
    };
    let path = format!("/api/v1/lots/{}", text(&lot, "/code")?);
    ensure(list(&lot, "/bids")?.is_empty(), || "somebody is named before the end".to_owned())?;
    let deposit = lot["deposit_fen"].as_i64().unwrap_or_default();
    for place in BIDDERS.iter().rev() {
        let company = &COMPANIES[*place];
        let account = accounts.iter().find(|account| account["account"] == company.representative);
        let account = account.ok_or_else(|| Stop(format!("there is no account {}", company.representative)))?;
        let (name, password, credit) = (text(account, "/account")?, text(account, "/password")?, company.code());
        let token = walk.sign_in("A bidder signs in", &name, &password, Some(&credit.to_string()))?;
        let ask = |body: Value| Ask::json(&body).bearer(&token);
        walk.ask("… registers", "POST", &format!("{path}/join"), ask(json!({})), 200)?;
        let own = walk.get("… and learns its sub-account", &format!("{path}/bid"), Some(&token))?;
        if own["paid_fen"].as_i64().unwrap_or_default() < deposit {
            let account = text(&own, "/account")?;
            let money = json!({"account": account, "flow": format!("TOUR-{account}"), "amount_fen": deposit});
            walk.ask("The bank (simulated) tells of the deposit", "POST", "/demo/bank", Ask::json(&money), 204)?;
        }
        let least = walk.get("The price as it stands", &path, None)?;
        let least = least["rounds"]["next_fen"].as_i64().unwrap_or_default();
        let quoted = ask(json!({"amount_fen": least}));
        let answer = walk.server.ask("POST", &format!("{path}/quote"), quoted).map_err(|e| Stop(e.to_string()))?;
        match (answer.status, answer.json()["code"].as_str()) {
            (200, _) => {
                let now = walk.get("The quote stands, under a number", &path, None)?;
                let quotes = list(&now, "/rounds/quotes")?;
                let last = quotes.last().ok_or_else(|| Stop("no quote is there".to_owned()))?;
                ensure(last["price_fen"] == least && last["bidder"].is_u64(), || format!("another quote: {last}"))?;
                let own = (409, "trading.own-quote");
                let more = ask(json!({"amount_fen": least * 2}));
                walk.refused("Nobody outbids themselves", "POST", &format!("{path}/quote"), more, own)?;
                return Ok(());
            }
            // From an earlier tour this bidder leads still.
            (409, Some("trading.own-quote")) => {}
            _ => return Err(Stop(format!("{} answered {}", answer.asked, answer.gist()))),
        }
    }
    Err(Stop("every bidder leads".to_owned()))
}
