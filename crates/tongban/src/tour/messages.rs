//! The applicant's messages: one dialogue about the case, in order, unread until it is opened; nobody else's.

use super::{
    People,
    applicant::Filed,
    walk::{Step, Walk, ensure, list, text},
};
use crate::http::Ask;

/// What was told about the case.
pub fn told(walk: &mut Walk, people: &People, filed: &Filed) -> Step<()> {
    let thread = walk.until("The dialogues of the company", "/api/v1/messages", &filed.token, |json| {
        let threads = json["threads"].as_array()?;
        let of_case = threads.iter().find(|thread| thread["last"] == "电子证照到了")?;
        Some(of_case["id"].as_str()?.to_owned())
    })?;
    let path = format!("/api/v1/messages/{thread}");
    let dialogue = walk.get("What was told about this case", &path, Some(&filed.token))?;
    ensure(text(&dialogue, "/case")? == filed.number, || "the dialogue is about another case".to_owned())?;
    let titles: Vec<&str> = list(&dialogue, "/messages")?.iter().filter_map(|one| one["title"].as_str()).collect();
    walk.note(&titles.join(" → "));
    for title in ["申请收到了", "补正收到了", "已经受理", "办成了", "电子证照到了"] {
        let told = titles.iter().filter(|told| **told == title).count();
        ensure(told == 1, || format!("{title:?} was told {told} times"))?;
    }
    let read = Ask::plain().bearer(&filed.token);
    walk.ask("Opened: all of it is read now", "POST", &format!("{path}/read"), read, 204)?;
    let again = walk.get("… and the count is 0", &path, Some(&filed.token))?;
    ensure(again["thread"]["unread"] == 0, || "messages are unread after they were read".to_owned())?;
    let stranger = walk.sign_in("Somebody else signs in", &people.stranger.name, &people.stranger.password, None)?;
    let ask = Ask::plain().bearer(&stranger);
    walk.refused("… and finds no such dialogue", "GET", &path, ask, (404, "messages.not-found")).map(drop)
}
