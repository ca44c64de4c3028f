//! `/insight/forecast`: what is to be expected, with the error it would have made, beside the simplest forecast there is.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use insight::query::{self, Foreseen, Question};
use insight::rules::forecast::{BackTest, Forecast};
use insight::{Figure, Refusal};
use kernel::Date;
use store::{Failure, ReadExt};
use web::chart::{self, Caption, Course, Mark};
use web::{Choice, Fault, Field, FieldKind, Frame, House, Query, Visitor, words};

use super::ask::{Asked, href, pairs};
use super::say::{self, Names};
use super::{nav, session};
use crate::deck::{self, Desk};
use crate::monitor::Tab;

/// Days of the past on the drawing.
const SHOWN: usize = 28;

/// A day or an hour to come.
struct Line {
    name: String,
    say: &'static str,
    low: String,
    middle: String,
    high: String,
    rests_on: usize,
}

/// How far it would have been off.
struct Test {
    days: usize,
    error: String,
    naive: String,
    verdict: String,
    pinball: String,
    naive_pinball: String,
    inside: String,
}

#[derive(Template)]
#[template(path = "console/insight/forecast.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    figure: Figure,
    place: String,
    narrowed: Vec<String>,
    back: String,
    choose: Vec<Field>,
    kept: Vec<(&'static str, String)>,
    /// Days that are known and days that are needed, where nothing can be said.
    lacking: Option<(usize, usize)>,
    drawing: String,
    days: Vec<Line>,
    test: Option<Test>,
    hours_of: String,
    hours_drawing: String,
    hours: Vec<Line>,
    hours_test: Option<Test>,
}

pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let today = house.db.today();
    let question = asked.question(&session.actor, today, "submitted")?;
    let (foreseen, figures, names) = house.ask(|read| {
        let figures = query::figures(read, &session.actor, &question.region)?;
        let foreseen = query::foresee(read, &session.actor, &question)?;
        let (regions, kinds, items) = (read.cached()?, read.cached()?, read.cached()?);
        Ok::<_, Failure<Refusal>>((foreseen, figures, Names { regions, kinds, items }))
    })?;
    let figure = foreseen.figure.clone();
    let narrowed = [
        question.kind.map(|kind| names.kind(&kind)),
        question.item.map(|item| names.item(&item)),
        question.way.as_ref().map(|way| say::way(&figure, way)),
        question.hour.map(|hour| format!("{hour} 时")),
    ];
    let mut field = Field::new(FieldKind::Select, "figure", "指标");
    field.choices = figures.iter().filter(|one| one.forecast).map(|one| Choice::new(&*one.name, &*one.title)).collect();
    let title = format!("{}预测", figure.title);
    let mut page = Page {
        frame: deck::frame(&visitor, &house, session, &title, Desk::Insight),
        nav: nav(session, "/insight/forecast", Some((&question, &figure))),
        place: names.region(&question.region),
        narrowed: narrowed.into_iter().flatten().collect(),
        back: href("/insight", &Question { by: None, ..question.clone() }),
        choose: vec![field.value(&figure.name)],
        kept: pairs(&question).into_iter().filter(|(key, _)| *key != "figure" && *key != "by").collect(),
        lacking: None,
        drawing: String::new(),
        days: vec![],
        test: None,
        hours_of: String::new(),
        hours_drawing: String::new(),
        hours: vec![],
        hours_test: None,
        figure,
    };
    page.fill(&foreseen, today);
    Ok(web::page(&page))
}

impl Page {
    fn fill(&mut self, foreseen: &Foreseen, today: Date) {
        let (expected, test) = match &foreseen.days {
            Forecast::TooLittle { have, need } => {
                self.lacking = Some((*have, *need));
                return;
            }
            Forecast::Known { days, test } => (days, test),
        };
        let unit = self.figure.unit.clone();
        let past = foreseen.history.as_ref().map_or(&[][..], |history| &history.counts);
        let past = &past[past.len().saturating_sub(SHOWN)..];
        let mut values: Vec<Option<f64>> = past.iter().map(|n| Some(*n as f64)).collect();
        let mut band = vec![None; values.len()];
        let ago = (0..past.len()).scan(today, |day, _| {
            *day = day.yesterday().unwrap_or(*day);
            Some(*day)
        });
        let mut days: Vec<Date> = ago.collect();
        days.reverse();
        for one in expected {
            values.push(None);
            band.push(Some((one.low, one.high)));
            days.push(one.day);
        }
        let labels: Vec<String> = days.iter().map(|day| words::short_day(*day, today)).collect();
        let sum: f64 = expected.iter().map(|day| day.middle).sum();
        let caption = Caption {
            id: "ahead",
            title: format!("过去四周和以后十天的{}，{unit}", self.figure.title),
            finding: format!("以后十天一共大约 {sum:.0} {unit}"),
        };
        self.drawing = chart::course(&caption, &labels, &Course { values, band, level: None });
        self.days = expected
            .iter()
            .map(|one| Line {
                name: words::day(one.day, today),
                say: if one.working { "上班" } else { "休息" },
                low: tenth(one.low),
                middle: tenth(one.middle),
                high: tenth(one.high),
                rests_on: one.rests_on,
            })
            .collect();
        self.test = Some(tested(test, &unit));
        if let Some(ahead) = &foreseen.hours {
            self.hours_of = words::day(ahead.day, today);
            let marks: Vec<Mark> = ahead
                .hours
                .iter()
                .map(|hour| Mark {
                    name: format!("{} 时", hour.hour),
                    value: Some(hour.expected.middle),
                    shown: tenth(hour.expected.middle),
                })
                .collect();
            let busiest = ahead.hours.iter().max_by(|one, other| one.expected.middle.total_cmp(&other.expected.middle));
            let finding = busiest.map_or_else(String::new, |hour| format!("最忙的是 {} 时", hour.hour));
            let caption = Caption { id: "hours", title: format!("{}每小时，{unit}", self.hours_of), finding };
            self.hours_drawing = chart::bars(&caption, &marks);
            self.hours = ahead
                .hours
                .iter()
                .map(|hour| Line {
                    name: format!("{} 时", hour.hour),
                    say: "",
                    low: tenth(hour.expected.low),
                    middle: tenth(hour.expected.middle),
                    high: tenth(hour.expected.high),
                    rests_on: hour.expected.rests_on,
                })
                .collect();
            self.hours_test = Some(tested(&ahead.test, &unit));
        }
    }
}

fn tenth(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn tested(test: &BackTest, unit: &str) -> Test {
    let verdict = if test.error < test.naive {
        format!("比“和上周同一天一样多”准，每天少差 {:.1} {unit}。", test.naive - test.error)
    } else if test.error > test.naive {
        format!("还不如“和上周同一天一样多”准，每天多差 {:.1} {unit}，请谨慎使用。", test.error - test.naive)
    } else {
        "和“和上周同一天一样多”一样准。".to_owned()
    };
    Test {
        days: test.days,
        error: format!("{:.2} {unit}", test.error),
        naive: format!("{:.2} {unit}", test.naive),
        verdict,
        pinball: format!("{:.2}", test.pinball),
        naive_pinball: format!("{:.2}", test.naive_pinball),
        inside: format!("{} ÷ {}", test.inside, test.days),
    }
}
