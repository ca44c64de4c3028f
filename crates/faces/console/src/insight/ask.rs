//! The question in an address: read from it, written into it, with one part changed.

use insight::query::{Question, month_of};
use insight::{Dimension, Grain, Refusal};
use kernel::{Actor, Date, Duty, RegionCode};
use serde::Deserialize;
use web::Fault;
use web::words::percent;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    pub figure: Option<String>,
    pub region: Option<String>,
    pub month: Option<String>,
    pub grain: Option<String>,
    pub by: Option<String>,
    pub kind: Option<String>,
    pub item: Option<String>,
    pub way: Option<String>,
    pub hour: Option<String>,
}

/// The choice not to split.
pub const UNSPLIT: &str = "none";

impl Asked {
    /// The question, for somebody whose own region stands where none is named. What cannot be read is refused by name.
    pub fn question(&self, actor: &Actor, today: Date, default: &str) -> Result<Question, Fault> {
        let unreadable = |pointer: &'static str| Fault::refused(&Refusal::Unreadable { pointer });
        let text =
            |of: &Option<String>| of.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let region = match text(&self.region) {
            Some(code) => code.parse().map_err(|_| unreadable("region"))?,
            None => home(actor).ok_or_else(|| Fault::refused(&Refusal::NotHere))?,
        };
        let month = match text(&self.month) {
            Some(month) => number(&month).ok_or_else(|| unreadable("month"))?,
            None => month_of(today),
        };
        let grain = match text(&self.grain) {
            Some(grain) => Grain::from_name(&grain).ok_or_else(|| unreadable("grain"))?,
            None => Grain::Month,
        };
        let by = text(&self.by)
            .filter(|by| by != UNSPLIT)
            .map(|by| Dimension::from_name(&by).ok_or_else(|| unreadable("by")))
            .transpose()?;
        let way = text(&self.way);
        if way.as_ref().is_some_and(|way| way.len() > 40) {
            return Err(unreadable("way"));
        }
        Ok(Question {
            figure: text(&self.figure).unwrap_or_else(|| default.to_owned()),
            region,
            month,
            grain,
            by,
            kind: text(&self.kind).map(|kind| kind.parse().map_err(|_| unreadable("kind"))).transpose()?,
            item: text(&self.item).map(|item| item.parse().map_err(|_| unreadable("item"))).transpose()?,
            way,
            hour: text(&self.hour)
                .map(|hour| hour.parse().ok().filter(|hour| *hour < 24).ok_or_else(|| unreadable("hour")))
                .transpose()?,
        })
    }
}

/// The region that somebody analyses or watches, or works in.
fn home(actor: &Actor) -> Option<RegionCode> {
    let Actor::Staff { powers, region, .. } = actor else { return None };
    let of = |duty: Duty| powers.iter().find(|power| power.duty == duty).map(|power| power.scope.region);
    of(Duty::Analyse).or_else(|| of(Duty::Supervise)).or(Some(*region))
}

/// 2026-11 as 202611.
fn number(month: &str) -> Option<i64> {
    let (year, part) = month.split_once('-')?;
    let (year, part): (i64, i64) = (year.parse().ok()?, part.parse().ok()?);
    ((2000..2100).contains(&year) && (1..=12).contains(&part)).then_some(year * 100 + part)
}

/// 202611 as 2026-11.
pub fn month_text(month: i64) -> String {
    format!("{:04}-{:02}", month / 100, month % 100)
}

/// The parts of a question as names and values, those that say nothing left out.
pub fn pairs(question: &Question) -> Vec<(&'static str, String)> {
    let Question { figure, region, month, grain, by, kind, item, way, hour } = question;
    let mut pairs = vec![
        ("figure", figure.clone()),
        ("region", region.to_string()),
        ("month", month_text(*month)),
        ("grain", grain.name().to_owned()),
    ];
    let more = [
        ("by", by.map(|by| by.name().to_owned())),
        ("kind", kind.map(|kind| kind.to_string())),
        ("item", item.map(|item| item.to_string())),
        ("way", way.clone()),
        ("hour", hour.map(|hour| hour.to_string())),
    ];
    pairs.extend(more.into_iter().filter_map(|(key, value)| Some((key, value?))));
    pairs
}

/// The address of a question on a page.
pub fn href(page: &str, question: &Question) -> String {
    let query: Vec<String> = pairs(question).iter().map(|(key, value)| format!("{key}={}", percent(value))).collect();
    format!("{page}?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_survives_its_address() {
        let asked = Asked {
            figure: Some("submitted".to_owned()),
            region: Some("320102000000".to_owned()),
            month: Some("2026-11".to_owned()),
            by: Some("way".to_owned()),
            hour: Some("9".to_owned()),
            ..Asked::default()
        };
        let today = Date::constant(2026, 11, 26);
        let actor = Actor::System("test");
        let question = asked.question(&actor, today, "x").ok();
        let told = question.map(|question| href("/insight", &question)).unwrap_or_default();
        assert_eq!(told, "/insight?figure=submitted&region=320102000000&month=2026-11&grain=month&by=way&hour=9");
        let whole = Asked { by: Some(UNSPLIT.to_owned()), ..asked.clone() };
        assert!(whole.question(&actor, today, "x").is_ok_and(|question| question.by.is_none()));
        for wrong in [
            Asked { month: Some("2026-13".to_owned()), ..asked.clone() },
            Asked { by: Some("weather".to_owned()), ..asked.clone() },
            Asked { hour: Some("24".to_owned()), ..asked.clone() },
            Asked { region: Some("玄武".to_owned()), ..asked },
        ] {
            assert!(wrong.question(&actor, today, "x").is_err(), "{wrong:?}");
        }
    }
}
