//! The form: five levels first, then what was good or poor.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use evaluation::{Level, NewRating, Refusal, Service, Turn, Way, settings};
use store::Failure;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page_with};

use super::told;

/// What is asked, and where the answer goes.
pub(super) struct Asking<'a> {
    pub service: &'a Service,
    pub turn: Turn,
    /// The page itself.
    pub path: &'a str,
    /// Where to go without rating; empty where there is nothing else to do.
    pub back: &'a str,
}

#[derive(Template)]
#[template(path = "citizen/rate/form.html")]
pub(super) struct RatePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    heading: &'static str,
    item: String,
    ended: String,
    path: String,
    back: String,
    levels: Vec<LevelLink>,
    chosen: Option<(u8, &'static str)>,
    fields: Vec<Field>,
}

pub(super) struct LevelLink {
    href: String,
    word: &'static str,
}

impl Asking<'_> {
    /// The page, with what was typed and what is wrong with it.
    pub fn page(
        &self,
        house: &House,
        visitor: &Visitor,
        level: Option<u8>,
        sent: &Fields,
        wrongs: Vec<Wrong>,
    ) -> Result<Response, Fault> {
        let level = level.or_else(|| sent.get("level")?.parse().ok()).and_then(|number| Level::try_from(number).ok());
        let heading = match self.turn {
            Turn::First => "您觉得办得怎么样",
            Turn::FollowUp => "追评一次",
        };
        let today = house.db.today();
        let ended = kernel::local_date(self.service.invited.ended);
        let levels = Level::ALL
            .map(|level| LevelLink { href: format!("{}?level={}", self.path, level.number()), word: level.word() });
        let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let page = RatePage {
            frame: visitor.frame(house, heading).in_section(Section::Rate).with_errors(!wrongs.is_empty()),
            heading,
            item: self.service.invited.item_name.clone(),
            ended: format!("{}办完", web::words::short_day(ended, today)),
            path: self.path.to_owned(),
            back: self.back.to_owned(),
            levels: levels.into(),
            chosen: level.map(|level| (level.number(), level.word())),
            fields: level.map_or_else(Vec::new, |level| self.fields(level, sent, &wrongs)),
            wrongs,
        };
        Ok(page_with(status, &page))
    }

    fn fields(&self, level: Level, sent: &Fields, wrongs: &[Wrong]) -> Vec<Field> {
        let ask = match level {
            Level::Very | Level::Well => "好在哪里",
            Level::Fairly => "主要看哪些方面",
            Level::Poor | Level::Bad => "哪里不满意",
        };
        let mut aspects = Field::new(FieldKind::Checkbox, "aspects", ask).hint("可以选几项，也可以不选").optional();
        let ticked: Vec<&str> = sent.all("aspects").collect();
        aspects.choices = settings()
            .aspects(self.service.invited.online)
            .iter()
            .map(|aspect| {
                let label = match level {
                    Level::Very | Level::Well => &aspect.good,
                    Level::Fairly => &aspect.name,
                    Level::Poor | Level::Bad => &aspect.poor,
                };
                Choice { chosen: ticked.contains(&aspect.code.as_str()), ..Choice::new(&aspect.code, label) }
            })
            .collect();
        let text = Field::new(FieldKind::Area, "text", "想说的话")
            .hint("最多 500 字。不用写姓名和号码")
            .value(sent.get("text").unwrap_or_default())
            .optional();
        vec![aspects.wrong(wrongs), text.wrong(wrongs)]
    }

    /// What was sent; a level must have been chosen.
    pub fn read(&self, sent: &Fields, way: Way) -> Result<NewRating, Vec<Wrong>> {
        let level = sent.get("level").and_then(|text| text.parse().ok()).and_then(|n: u8| Level::try_from(n).ok());
        let Some(level) = level else {
            return Err(vec![Wrong::new("level", Refusal::LevelMissing.to_string())]);
        };
        Ok(NewRating {
            level,
            way,
            aspects: sent.all("aspects").map(str::to_owned).collect(),
            text: sent.get("text").unwrap_or_default().to_owned(),
        })
    }

    /// The page again after a refusal that is about a field.
    pub fn again(
        &self,
        house: &House,
        visitor: &Visitor,
        sent: &Fields,
        failure: Failure<Refusal>,
    ) -> Result<Response, Fault> {
        let wrongs = told(failure)?;
        self.page(house, visitor, None, sent, wrongs)
    }
}
