//! Open to everybody: how approval goes, which procedure a project needs, and where a project stands.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use catalogue::Items;
use investment::rules::{self, Question, Verdict};
use investment::{Industry, Investor, Nature, Stage, query, rulebook};
use kernel::{ProjectCode, Refuse};
use serde::Deserialize;
use store::{Failure, ReadExt};
use web::{
    Choice, Fault, Field, FieldKind, Frame, House, Query, Section, Visitor, Wrong, invest, page, page_with, words,
};

#[derive(Template)]
#[template(path = "citizen/project/home.html")]
struct HomePage {
    frame: Frame,
    limit: u32,
    stages: Vec<Card>,
    code: Field,
}

/// A stage as the public reads it.
struct Card {
    number: u8,
    name: String,
    days: u32,
    approvals: Vec<String>,
}

fn code_field(value: &str, wrongs: &[Wrong]) -> Field {
    let hint = "24 位，例如 2509-320193-89-01-544060";
    let field = Field::new(FieldKind::Text, "code", "项目代码").hint(hint).width("w-18").autocomplete("off");
    field.value(value).wrong(wrongs)
}

pub(super) async fn home(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let items = house.read(|read| read.cached::<Items>())?;
    let name = |code: &kernel::BasicCode| items.get(code).map_or_else(|| code.to_string(), |item| item.name.clone());
    let book = rulebook();
    let stages = book.stages.iter().map(|terms| Card {
        number: terms.stage.number(),
        name: terms.name.clone(),
        days: terms.days,
        approvals: terms.approvals.iter().map(|approval| name(&approval.item)).collect(),
    });
    Ok(page(&HomePage {
        frame: visitor.frame(&house, "投资项目").in_section(Section::Apply),
        limit: book.limit_days,
        stages: stages.collect(),
        code: code_field("", &[]),
    }))
}

/// What a person says of the project, as the address carries it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub investor: String,
    #[serde(default)]
    pub industry: String,
    #[serde(default)]
    pub nature: String,
    #[serde(default)]
    pub line: String,
}

#[derive(Template)]
#[template(path = "citizen/project/route.html")]
struct RoutePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
    answer: Option<Answer>,
    barred: Option<(String, String)>,
}

/// The procedure, with its reasons.
struct Answer {
    route: &'static str,
    reasons: Vec<(String, &'static str)>,
    next: String,
}

/// The questions about the procedure, which the registration asks too.
pub(super) fn fields(asked: &Asked, lines: &[&investment::Line], wrongs: &[Wrong]) -> Vec<Field> {
    let mut investor = Field::new(FieldKind::Radio, "investor", "谁来投资？");
    investor.choices = Investor::ALL.map(|one| Choice::new(one.name(), invest::investor(one))).into();
    let industry = Field::new(FieldKind::Text, "industry", "属于哪个行业？")
        .hint("国民经济行业小类代码，4 位，例如 3912。在营业执照的经营范围或者统计登记里查得到。")
        .width("w-8")
        .autocomplete("off");
    let mut nature = Field::new(FieldKind::Radio, "nature", "建设性质");
    nature.choices = Nature::ALL.map(|one| Choice::new(one.name(), one.word())).into();
    let mut fields = vec![
        investor.value(asked.investor.as_str()),
        industry.value(asked.industry.as_str()),
        nature.value(asked.nature.as_str()),
    ];
    if !lines.is_empty() {
        let mut line = Field::new(FieldKind::Radio, "line", "这个行业里有要核准的项目，您的是其中哪一种？");
        let none = Choice::new("none", "都不是");
        let choice = |line: &&investment::Line| Choice {
            hint: line.authority.clone(),
            ..Choice::new(line.id.as_str(), line.name.as_str())
        };
        line.choices = lines.iter().map(choice).chain([none]).collect();
        fields.push(line.value(asked.line.as_str()));
    }
    fields.into_iter().map(|field| field.wrong(wrongs)).collect()
}

/// The lines of the ratification catalogue that the answers leave open.
pub(super) fn lines(asked: &Asked) -> Vec<&'static investment::Line> {
    let is_government = Investor::from_name(&asked.investor) == Some(Investor::Government);
    match asked.industry.parse::<Industry>() {
        Ok(industry) if !is_government => rulebook().lines(industry),
        _ => vec![],
    }
}

pub(super) async fn route(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let mut shown = RoutePage {
        frame: visitor.frame(&house, "项目走哪种手续").in_section(Section::Apply),
        wrongs: vec![],
        fields: vec![],
        answer: None,
        barred: None,
    };
    let is_fresh = asked.investor.is_empty() && asked.industry.is_empty() && asked.nature.is_empty();
    if !is_fresh {
        let (investor, industry) = (Investor::from_name(&asked.investor), asked.industry.parse::<Industry>());
        let nature = Nature::from_name(&asked.nature);
        let mut missing = |is_there: bool, element: investment::Element| {
            if !is_there {
                shown.wrongs.push(Wrong::new(element.key(), element.say()));
            }
        };
        missing(investor.is_some(), investment::Element::Investor);
        missing(industry.is_ok(), investment::Element::Industry);
        missing(nature.is_some(), investment::Element::Nature);
        if let (Some(investor), Ok(industry), Some(nature)) = (investor, industry, nature) {
            let line = (!asked.line.is_empty()).then(|| asked.line.clone());
            match rules::route(rulebook(), &Question { investor, industry, nature, line }) {
                Ok(Verdict::Decided(decision)) => shown.answer = Some(answer(&decision, &asked)),
                Ok(Verdict::Ask(_)) if asked.line.is_empty() => {}
                Ok(Verdict::Ask(_)) => shown.wrongs.push(Wrong::new("line", investment::Element::Line.say())),
                Err(refusal @ rules::Refusal::Barred { .. }) => {
                    let article = refusal.article().unwrap_or_default().to_owned();
                    shown.barred = Some((refusal.to_string(), article));
                }
                Err(refusal) => shown.wrongs.push(Wrong::new("line", refusal.to_string())),
            }
        }
    }
    shown.fields = fields(&asked, &lines(&asked), &shown.wrongs);
    let status = if shown.wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    shown.frame = shown.frame.with_errors(!shown.wrongs.is_empty());
    Ok(page_with(status, &shown))
}

fn answer(decision: &rules::Decision, asked: &Asked) -> Answer {
    let Asked { investor, industry, nature, line } = asked;
    let of = |key: &str, value: &str| format!("{key}={}", words::percent(value));
    let next = [of("investor", investor), of("industry", industry), of("nature", nature), of("line", line)].join("&");
    Answer {
        route: decision.route.word(),
        reasons: decision.reasons.iter().map(|reason| (reason.say.clone(), reason.article)).collect(),
        next: format!("/projects/new?{next}"),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "citizen/project/find.html")]
struct FindPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: Field,
    found: Option<Found>,
}

/// What anybody may know of a project.
struct Found {
    code: String,
    name: String,
    route: &'static str,
    place: String,
    registered: String,
    certificate: Option<String>,
    stage: String,
    listed: Option<String>,
    rows: Vec<Row>,
}

/// The latest result of one approval.
struct Row {
    name: String,
    stage: String,
    badge: (&'static str, &'static str),
    ended: String,
}

pub(super) async fn find(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(look): Query<Look>,
) -> Result<Response, Fault> {
    let shown = |wrongs: Vec<Wrong>, found: Option<Found>, status| {
        let frame = visitor.frame(&house, "按项目代码查").in_section(Section::Track).with_errors(!wrongs.is_empty());
        page_with(status, &FindPage { frame, code: code_field(&look.code, &wrongs), wrongs, found })
    };
    if look.code.trim().is_empty() {
        return Ok(shown(vec![], None, StatusCode::OK));
    }
    let code: ProjectCode = match look.code.parse() {
        Ok(code) => code,
        Err(bad) => {
            return Ok(shown(vec![Wrong::new("code", format!("{bad}"))], None, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    match house.db.read(|read| query::public(read, &code)) {
        Ok(view) => {
            let found = describe(&house, &view)?;
            Ok(shown(vec![], Some(found), StatusCode::OK))
        }
        Err(Failure::Refused(refusal)) => {
            Ok(shown(vec![Wrong::new("code", refusal.to_string())], None, StatusCode::NOT_FOUND))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

fn describe(house: &House, view: &query::PublicView) -> Result<Found, Fault> {
    let (regions, today, book) = (house.regions()?, house.db.today(), rulebook());
    let row = |(name, stage, state, ended): &(String, Stage, investment::CaseState, Option<kernel::Date>)| Row {
        name: name.clone(),
        stage: invest::stage_name(book, *stage),
        // Whose turn it is, is the unit's own affair.
        badge: if state.is_open() { ("water", "办理中") } else { invest::state(*state) },
        ended: ended.map_or_else(String::new, |day| words::short_day(day, today)),
    };
    Ok(Found {
        code: view.code.to_string(),
        name: view.name.clone(),
        route: view.route.word(),
        place: regions.full_name(&view.region),
        registered: words::long_day(view.registered),
        certificate: view.certificate.clone(),
        stage: view.stage.map_or_else(|| "各阶段都已办完".to_owned(), |stage| invest::stage_name(book, stage)),
        listed: view.listed.map(words::long_day),
        rows: view.approvals.iter().map(row).collect(),
    })
}
