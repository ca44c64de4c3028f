//! Bad input and other people's cases: each gets a typed answer and changes nothing.

use super::{
    People,
    applicant::Filed,
    walk::{Step, Walk},
};
use crate::http::Ask;
use serde_json::{Value, json};

/// All refusals of the tour.
pub fn all(walk: &mut Walk, people: &People, filed: &Filed, guide: &Value) -> Step<()> {
    let case = format!("/api/v1/cases/{}", filed.number);
    walk.refused("Nobody signed in", "GET", &case, Ask::plain(), (401, "api.signed-out|identity.signed-out"))?;
    let stranger = &people.stranger;
    let token = walk.sign_in("Another citizen signs in", &stranger.name, &stranger.password, None)?;
    let ask = || Ask::plain().bearer(&token);
    walk.ask("… and other people's cases do not exist for them", "GET", &case, ask(), 404)?;
    walk.ask("… nor their files", "GET", &format!("/api/v1/files/{}", filed.digest), ask(), 404)?;
    let accept = Ask::json(&json!({})).bearer(&token);
    walk.ask("… nor commands on them", "POST", &format!("{case}/accept"), accept, 404)?;

    let post = |body: &str| {
        Ask::plain().bearer(&token).header("content-type", "application/json").body(body.as_bytes().to_vec())
    };
    let cases = "/api/v1/cases";
    walk.refused("Malformed JSON", "POST", cases, post("{\"item\":"), (400, "api.malformed-json"))?;
    walk.refused("An unknown field", "POST", cases, post("{\"itme\":1}"), (422, "api.unknown-field"))?;
    let text = Ask::plain().bearer(&token).header("content-type", "text/plain").body(b"item=1".to_vec());
    walk.refused("A wrong media type", "POST", cases, text, (415, "api.media-type"))?;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = filed.application.clone();
        change(&mut body);
        Ask::json(&body).bearer(&token)
    };
    walk.ask("A wrong item code", "POST", cases, with(&|body| body["item"] = "12".into()), 422)?;
    walk.ask("A region that does not exist", "POST", cases, with(&|body| body["region"] = "990000000000".into()), 422)?;
    walk.ask("A form without its answers", "POST", cases, with(&|body| body["form"] = json!({})), 422)?;
    let absent = json!({"item": guide["code"], "region": "320000000000", "form": {}, "materials": []});
    walk.ask("An item that is not handled at that place", "POST", cases, Ask::json(&absent).bearer(&token), 422)?;

    let liar =
        Ask::plain().bearer(&token).header("content-type", "application/pdf").body(b"MZ\x90\x00 not a PDF".to_vec());
    walk.ask("A file that is not what it claims", "POST", "/api/v1/files", liar, 415)?;
    walk.ask(
        "A licence that does not exist",
        "GET",
        "/verify/1.2.156.3005.2.11100000000013338W011.1132010200001.000001.001.X",
        Ask::plain(),
        404,
    )?;
    walk.refused(
        "An unknown item",
        "GET",
        "/api/v1/items/000000000000",
        Ask::plain(),
        (404, "catalogue.unknown-item|api.not-found"),
    )?;
    Ok(())
}
