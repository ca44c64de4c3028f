//! Figures: what everybody may have, what not, and that the tour's own events are counted.

use super::{
    People,
    walk::{Step, Walk, ensure, list, text},
};
use crate::http::Ask;

/// Open data as a program and as a reader sees them; what is not public is not there.
pub fn open(walk: &mut Walk, people: &People) -> Step<()> {
    let figures = walk.get("The figures that everybody may have", "/api/v1/insight/figures", None)?;
    ensure(list(&figures, "/figures")?.iter().any(|figure| figure["name"] == "submitted"), || {
        "the applications are not among the public figures".to_owned()
    })?;
    let (name, password) = (&people.analyst.name, &people.analyst.password);
    let analyst = walk.sign_in("The analyst signs in", name, password, None)?;
    let path = "/api/v1/insight/figures/submitted";
    let updated = walk.until("… the journal of this tour is in them", path, &analyst, |table| {
        table["updated"].as_str().map(str::to_owned)
    })?;
    walk.note(&format!("up to {updated}; months that are over are published, small numbers are not"));
    let hidden = "/api/v1/insight/figures/flags";
    walk.refused("What is not public, there is not", "GET", hidden, Ask::plain(), (404, "insight.no-such-figure"))?;
    let page = walk.page("Open data, to read", "/data", &["开放数据", "收件"])?;
    ensure(page.text().contains("/data/on-time"), || "/data lists no set".to_owned())?;
    walk.page("… and one set with what it means", "/data/submitted", &["收件", "许可"])?;
    let csv = walk.ask("… as CSV", "GET", "/data/submitted/data.csv", Ask::plain(), 200)?;
    ensure(csv.text().starts_with('\u{feff}'), || "the CSV has no byte order mark".to_owned())?;
    let told = walk.get("… as JSON", "/data/submitted/data.json", None)?;
    text(&told, "/licence")?;
    Ok(())
}
