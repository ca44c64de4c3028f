//! A tender in a minute: sealed bids, an opening at its instant, a draw that anybody can check, the assessment, the candidates.

use super::{
    Account,
    walk::{Step, Stop, Walk, ensure, list, text},
};
use crate::{
    demo::{
        people::COMPANIES,
        trading::{BIDDERS, TENDERER},
    },
    http::Ask,
};
use serde_json::{Value, json};
use std::time::Duration;
use trading::envelope::{OpeningKey, Plain, seal};

/// Seconds until the deadline of the tour's lot.
const SOON: u64 = 8;

/// Walks from the notice to the candidates; what takes days stands in the lots that the demonstration has.
pub fn tender(walk: &mut Walk, accounts: &[Value]) -> Step<()> {
    let find = |name: &str| -> Step<Account> {
        let found = accounts.iter().find(|account| account["account"] == name);
        let found = found.ok_or_else(|| Stop(format!("there is no demonstration account {name}")))?;
        Ok(Account { name: name.to_owned(), password: text(found, "/password")? })
    };
    let lots = walk.get("Lots that anybody may look at", "/api/v1/lots?limit=5", None)?;
    ensure(!list(&lots, "/lots")?.is_empty(), || "there is no lot".to_owned())?;
    let ask = Ask::json(&json!({"seconds": SOON}));
    let made = walk.ask("A lot whose notice ran its 20 days elsewhere", "POST", "/demo/lot", ask, 201)?.json();
    let code = text(&made, "/code")?;
    let path = format!("/api/v1/lots/{code}");
    let lot = walk.get("… with its deadline and its public point", &path, None)?;
    let point = text(&lot, "/point")?;

    let mut bidders: Vec<(String, OpeningKey)> = vec![];
    for (place, n) in BIDDERS.iter().zip(0i64..) {
        let company = &COMPANIES[*place];
        let account = find(company.representative)?;
        let what = format!("Bidder {} signs in", n + 1);
        let token = walk.sign_in(&what, &account.name, &account.password, Some(&company.code().to_string()))?;
        let ask = || Ask::json(&json!({})).bearer(&token);
        walk.ask("… takes the documents", "POST", &format!("{path}/join"), ask(), 200)?;
        let own = walk.get("… and learns its sub-account", &format!("{path}/bid"), Some(&token))?;
        let money = json!({"account": text(&own, "/account")?, "flow": format!("{code}-{n}"), "amount_fen": 9_000_000});
        walk.ask("The bank (simulated) tells of the deposit", "POST", "/demo/bank", Ask::json(&money), 204)?;
        let plain = Plain {
            price: kernel::Fen(430_000_000 + n * 5_000_000),
            days: 120,
            name: "bid.pdf".to_owned(),
            file: super::paper(&format!("secret {n}")),
        };
        let lot = code.parse().map_err(|_| Stop(format!("{code} is no code of a lot")))?;
        let (envelope, key) = seal(&lot, &point, &plain).map_err(|_| Stop("the bid cannot be sealed".to_owned()))?;
        let ask = Ask::plain().bearer(&token).header("content-type", "application/octet-stream").body(envelope);
        let got = walk.ask("… its envelope, sealed here, is handed in", "POST", &format!("{path}/bid"), ask, 201)?;
        walk.note(&format!("SM3 {}", text(&got.json(), "/envelope")?));
        bidders.push((token, key));
    }
    let (first, key) = bidders.first().ok_or_else(|| Stop("nobody bids".to_owned()))?;
    let own_key = json!({"key": key.text()});
    walk.refused(
        "Nobody opens it before the instant, not even its bidder",
        "POST",
        &format!("{path}/key"),
        Ask::json(&own_key).bearer(first),
        (409, "trading.before-due"),
    )?;
    let centre = find(&format!("centre.{}", &walk.region[..6])).or_else(|_| find("centre.320102"))?;
    let centre = walk.sign_in("The trading centre signs in", &centre.name, &centre.password, None)?;
    let open = || Ask::json(&json!({})).bearer(&centre);
    let early = (409, "trading.before-due");
    walk.refused("The centre does not open it before either", "POST", &format!("{path}/open"), open(), early)?;
    std::thread::sleep(Duration::from_secs(SOON));
    walk.ask("At the instant it is opened", "POST", &format!("{path}/open"), open(), 200)?;
    for (token, key) in &bidders {
        let ask = Ask::json(&json!({"key": key.text()})).bearer(token);
        walk.ask("A bidder brings its key", "POST", &format!("{path}/key"), ask, 200)?;
    }
    let opened = walk.get("The opening record", &path, None)?;
    ensure(list(&opened, "/bids")?.len() == 3, || format!("not all bids are open: {opened}"))?;
    walk.ask("All keys are there: the opening ends", "POST", &format!("{path}/close-opening"), open(), 200)?;
    walk.ask("Experts are drawn; nobody is told whom", "POST", &format!("{path}/draw"), open(), 200)?;
    assess(walk, accounts, &path, &opened)?;
    walk.ask("The panel's report", "POST", &format!("{path}/report"), open(), 200)?;
    let tenderer = find(COMPANIES[TENDERER].representative)?;
    let credit = COMPANIES[TENDERER].code().to_string();
    let tenderer = walk.sign_in("The tenderer signs in", &tenderer.name, &tenderer.password, Some(&credit))?;
    let own = || Ask::json(&json!({})).bearer(&tenderer);
    walk.ask("Candidates are public", "POST", &format!("{path}/publish-candidates"), own(), 200)?;
    let early = (409, "trading.still-public");
    walk.refused("They stay so for three days before the award", "POST", &format!("{path}/award"), own(), early)?;
    proven(walk, &code)
}

/// Those five of the nine who were drawn hand their sheets in; the others are told that they were not.
fn assess(walk: &mut Walk, accounts: &[Value], path: &str, lot: &Value) -> Step<()> {
    let marks: serde_json::Map<String, Value> = list(lot, "/bids")?
        .iter()
        .filter_map(|bid| Some((bid["id"].as_str()?.to_owned(), json!({"points": {"design": 250, "record": 170}}))))
        .collect();
    let mut scored = 0;
    for expert in accounts.iter().filter(|account| account["role"] == "expert") {
        let (name, password) = (text(expert, "/account")?, text(expert, "/password")?);
        let token = walk.sign_in("An expert signs in", &name, &password, None)?;
        let ask = Ask::json(&json!({"marks": marks})).bearer(&token);
        let answer = walk.server.ask("POST", &format!("{path}/score"), ask).map_err(|e| Stop(e.to_string()))?;
        match (answer.status, answer.json()["code"].as_str()) {
            (200, _) => scored += 1,
            (403, Some("trading.not-drawn")) => {}
            _ => return Err(Stop(format!("{} answered {}", answer.asked, answer.gist()))),
        }
    }
    ensure(scored == 5, || format!("{scored} experts of 5 were drawn"))?;
    walk.note("five of nine were drawn; none of them works for tenderer or bidder");
    Ok(())
}

/// A lot of the demonstration whose result is public: its draw is reckoned again here, and told as OCDS.
fn proven(walk: &mut Walk, code: &str) -> Step<()> {
    let done = walk.get("Lots with a contract", "/api/v1/lots?stage=contracted&limit=1", None)?;
    let done = text(list(&done, "/lots")?.first().ok_or_else(|| Stop("no lot has a contract".to_owned()))?, "/code")?;
    let proof = walk.get("What proves its draw", &format!("/api/v1/lots/{done}/proof"), None)?;
    let proof: trading::draw::Proof =
        serde_json::from_value(proof).map_err(|error| Stop(format!("the proof cannot be read: {error}")))?;
    ensure(proof.holds(), || "the draw is another when reckoned again".to_owned())?;
    walk.note("reckoned again here: the same experts");
    let records = walk.get("The same as OCDS 1.1.5", &format!("/ocds/records/ocds-000000-{done}"), None)?;
    ensure(records["records"][0]["compiledRelease"]["contracts"].is_array(), || "no contract in OCDS".to_owned())?;
    let page = format!("/trade/{code}");
    walk.page("The lot as a page", &page, &["开标记录", "中标候选人"])?;
    Ok(())
}
