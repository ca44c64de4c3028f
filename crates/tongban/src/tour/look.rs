//! Finding an item by everyday words, and its guide.

use super::walk::{Step, Stop, Walk, encode, ensure, list, text};
use serde_json::Value;

/// Everyday words and what they must find among the first three.
const WORDS: &[(&str, &str)] =
    &[("换驾照", "驾驶证"), ("给孩子上户口", "出生登记"), ("开饭店要什么证", "食品经营许可")];

/// The code of the item that the tour applies for.
pub fn find(walk: &mut Walk) -> Step<String> {
    walk.page("The home page for the district", &format!("/?region={}", walk.region), &["12345"])?;
    let mut found = None;
    for (words, meant) in WORDS {
        let path = format!("/api/v1/items?q={}&region={}&limit=5", encode(words), walk.region);
        let json = walk.get(&format!("Search \"{words}\""), &path, None)?;
        let items = list(&json, "/items")?;
        let hit = items.iter().take(3).find(|item| item["name"].as_str().is_some_and(|name| name.contains(meant)));
        let hit =
            hit.ok_or_else(|| Stop(format!("searching {words:?} does not find {meant:?} among the first three")))?;
        walk.note(&format!("{} · {}", hit["name"].as_str().unwrap_or(""), hit["department"].as_str().unwrap_or("")));
        found = Some(text(hit, "/code")?);
    }
    let page = format!("/search?q={}&region={}", encode("开饭店要什么证"), walk.region);
    walk.page("The same search as a page", &page, &["食品经营许可"])?;
    found.ok_or_else(|| Stop("nothing was searched".to_owned()))
}

/// The guide of the item at the tour's place, as page and as data.
pub fn guide(walk: &mut Walk, item: &str) -> Step<Value> {
    let region = walk.region.clone();
    walk.page("Its guide: days, visits, cost first", &format!("/item/{item}?region={region}"), &["工作日"])?;
    let guide = walk.get(
        "The guide as data, with the form as JSON Schema",
        &format!("/api/v1/items/{item}?region={region}"),
        None,
    )?;
    let limits = &guide["limits"];
    walk.note(&format!(
        "{} · promised {} working days, statutory {} · {} materials",
        text(&guide, "/department/name")?,
        limits["promised_working_days"],
        limits["statutory"]["text"].as_str().unwrap_or("none"),
        list(&guide, "/materials")?.len()
    ));
    ensure(guide.pointer("/form/schema/properties").is_some_and(Value::is_object), || {
        "the guide has no form schema".to_owned()
    })?;
    Ok(guide)
}
