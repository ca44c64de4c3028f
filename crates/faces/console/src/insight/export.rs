//! Taking a table out as CSV or XLSX. Who took what is written into the journal before it is handed over, so it is a form and no link.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use insight::query::{Answer, Question, Reading};
use insight::{Made, Refusal};
use serde::Deserialize;
use store::{Failure, ReadExt};
use web::{Fault, Form, House, Visitor, sheet};

use super::ask::{Asked, month_text};
use super::say::{self, Names};
use super::session;

/// Columns of names and days before the numbers.
const NAMES: usize = 5;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The question, and as which kind of file.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Sent {
    figure: Option<String>,
    region: Option<String>,
    month: Option<String>,
    grain: Option<String>,
    by: Option<String>,
    kind: Option<String>,
    item: Option<String>,
    way: Option<String>,
    hour: Option<String>,
    file: Option<String>,
}

impl Sent {
    fn read(self) -> (Asked, bool) {
        let Sent { figure, region, month, grain, by, kind, item, way, hour, file } = self;
        (Asked { figure, region, month, grain, by, kind, item, way, hour }, file.as_deref() == Some("xlsx"))
    }
}

pub async fn take(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let (asked, is_xlsx) = sent.read();
    let session = session(&visitor)?;
    let today = house.db.today();
    let question = asked.question(&session.actor, today, "submitted")?;
    let (actor, asking, id) = (session.actor.clone(), question.clone(), store::fresh_uuid());
    let answer = house.write(move |tx| insight::export(tx, &actor, id, &asking)).await?;
    let names = house.ask(|read| {
        let (regions, kinds, items) = (read.cached()?, read.cached()?, read.cached()?);
        Ok::<_, Failure<Refusal>>(Names { regions, kinds, items })
    })?;
    let lines = lines(&question, &answer, &names);
    let (body, kind, ending) = if is_xlsx {
        (Body::from(sheet::xlsx(&answer.figure.title, &lines, NAMES)?), XLSX, "xlsx")
    } else {
        (Body::from(sheet::csv(lines)), "text/csv; charset=utf-8", "csv")
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = format!("{}-{}-{}.{ending}", answer.figure.name, question.region, month_text(question.month));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn lines(question: &Question, answer: &Answer, names: &Names) -> Vec<Vec<String>> {
    let figure = &answer.figure;
    let mut heads = vec!["指标".to_owned(), "范围".to_owned(), "名称".to_owned(), "从".to_owned(), "到".to_owned()];
    heads.extend(columns(&figure.made).map(|name| name.replace("单位", &figure.unit)));
    let place = names.region(&question.region);
    let line = |scope: &str, name: &str, period: insight::query::Period, reading: &Reading| {
        let mut line = vec![figure.title.clone(), scope.to_owned(), name.to_owned()];
        line.extend([period.from.to_string(), period.to.to_string()]);
        line.extend(cells(reading));
        line
    };
    let mut lines = vec![heads];
    lines.extend(answer.series.iter().map(|one| line("走势", &place, one.period, &one.reading)));
    let by = question.by.map_or("", |by| say::dimension(by, figure));
    lines.extend(
        answer
            .split
            .iter()
            .map(|(part, reading)| line(by, &names.part(part, figure, &question.region), answer.period, reading)),
    );
    lines
}

fn columns(made: &Made) -> impl Iterator<Item = &'static str> {
    let names: &[&str] = match made {
        Made::Count(_) | Made::Amount(_) => &["数值（单位）"],
        Made::Share { .. } => &["分子", "分母", "比例（%）"],
        Made::Spread(_) => &["次数", "中位数（单位）", "90 分位（单位）", "平均（单位）", "最大（单位）"],
    };
    names.iter().copied()
}

fn cells(reading: &Reading) -> Vec<String> {
    match reading {
        Reading::Count(n) => vec![n.to_string()],
        Reading::Amount(fen) => vec![fen.to_string()],
        Reading::Share { part, whole } => {
            vec![part.to_string(), whole.to_string(), say::bare(reading).unwrap_or_default()]
        }
        Reading::Spread(None) => vec!["0".to_owned()],
        Reading::Spread(Some(of)) => {
            let mean = format!("{:.2}", of.mean);
            vec![of.n.to_string(), of.median.to_string(), of.p90.to_string(), mean, of.most.to_string()]
        }
        Reading::Published(_) => vec![say::bare(reading).unwrap_or_default()],
    }
}
