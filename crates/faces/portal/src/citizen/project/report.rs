//! 开工、进度、竣工: the report that is owed; and what the unit says to a finding.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use investment::{Command, Project, ReportKind, rulebook};
use kernel::{Fen, Refuse};
use store::Failure;
use web::{Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, invest, page_with, redirect, words};

use super::own::own;

#[derive(Template)]
#[template(path = "citizen/project/report.html")]
struct ReportPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: String,
    name: String,
    title: String,
    say: String,
    action: &'static str,
    fields: Vec<Field>,
}

/// The report that is owed; there is nothing to report otherwise.
fn owed(house: &House, project: &Project) -> Result<Option<(ReportKind, kernel::Date)>, Fault> {
    let calendar = house.read(|read| organisation::calendar(read))?;
    Ok(invest::owed(project, rulebook(), &calendar))
}

fn report_page(
    house: &House,
    visitor: &Visitor,
    project: &Project,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let Some((kind, due)) = owed(house, project)? else {
        return Ok(redirect(&format!("/me/projects/{}", project.code)));
    };
    let today = house.db.today();
    let typed = |key: &str, known: String| sent.get(key).map_or(known, str::to_owned);
    let (day, say) = match kind {
        ReportKind::Start => ("哪天开的工？", "开工情况"),
        ReportKind::Progress(_) => ("截至哪天？", "建设进度"),
        ReportKind::Completion => ("哪天竣的工？", "竣工情况"),
    };
    let so_far = project.reports.iter().map(|report| report.invested).max();
    let mut invested = Field::new(FieldKind::Number, "invested", "到现在一共完成多少投资？").width("w-11");
    invested.unit = Some("万元".to_owned());
    invested.hint = so_far.map(|so_far| format!("上次报的是 {}", invest::ten_thousands(so_far)));
    let fields = [
        Field::new(FieldKind::Date, "day", day).width("w-11").value(typed("day", today.to_string())),
        invested.value(typed("invested", String::new())),
        Field::new(FieldKind::Area, "say", say).hint("做到哪一步，有没有困难").value(typed("say", String::new())),
    ];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("报{kind}");
    Ok(page_with(
        status,
        &ReportPage {
            frame: visitor.frame(house, title.clone()).in_section(Section::Mine).with_errors(!wrongs.is_empty()),
            code: project.code.to_string(),
            name: project.particulars.name.clone(),
            title,
            say: format!("{}前报（企业投资项目核准和备案管理条例 第十七条）。", words::day(due, today)),
            action: "report",
            fields: fields.map(|field| field.wrong(&wrongs)).into(),
            wrongs,
        },
    ))
}

pub(super) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    let project = own(&house, &visitor, &code)?;
    report_page(&house, &visitor, &project, &Fields::default(), vec![])
}

pub(super) async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let project = own(&house, &visitor, &code)?;
    let Some((kind, _)) = owed(&house, &project)? else {
        return Ok(redirect(&format!("/me/projects/{}", project.code)));
    };
    let typed = |key: &str| sent.get(key).unwrap_or_default();
    let day = typed("day").parse();
    let invested = typed("invested").parse::<Fen>().ok().and_then(|yuan| yuan.checked_mul(10_000));
    let mut wrongs = vec![];
    if day.is_err() {
        wrongs.push(Wrong::new("day", "选一个日期，例如 2026-06-30"));
    }
    if invested.is_none() {
        wrongs.push(Wrong::new("invested", "填数字，单位万元，例如 1200"));
    }
    let (Ok(day), Some(invested)) = (day, invested) else {
        return report_page(&house, &visitor, &project, &sent, wrongs);
    };
    let command = Command::Report { kind, day, invested, say: typed("say").to_owned() };
    hand_over(&house, &visitor, &project, command, |wrongs| report_page(&house, &visitor, &project, &sent, wrongs))
        .await
}

/// Gives the command and goes back to the project; what was filled in wrong is shown again.
async fn hand_over(
    house: &House,
    visitor: &Visitor,
    project: &Project,
    command: Command,
    again: impl FnOnce(Vec<Wrong>) -> Result<Response, Fault>,
) -> Result<Response, Fault> {
    let (actor, code) = (visitor.citizen()?.0.actor.clone(), project.code);
    match house.db.write_async(move |tx| investment::handle(tx, &actor, &code, &command)).await {
        Ok(_) => Ok(redirect(&format!("/me/projects/{code}#reports"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => again(Wrong::of(&refusal.fields())),
        Err(failure) => Err(failure.into()),
    }
}

fn explain_page(
    house: &House,
    visitor: &Visitor,
    project: &Project,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let Some(finding) = &project.finding else { return Ok(redirect(&format!("/me/projects/{}", project.code))) };
    let today = house.db.today();
    let field = Field::new(FieldKind::Area, "words", "您的说明").hint("是怎么回事，改正了什么");
    let field = field.value(sent.get("words").unwrap_or_default()).wrong(&wrongs);
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(
        status,
        &ReportPage {
            frame: visitor.frame(house, "说明情况").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
            code: project.code.to_string(),
            name: project.particulars.name.clone(),
            title: "说明情况".to_owned(),
            say: format!("{}{}。", invest::ground(&finding.ground, today), invest::finding(finding, today)),
            action: "explain",
            fields: vec![field],
            wrongs,
        },
    ))
}

pub(super) async fn ask_explain(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    let project = own(&house, &visitor, &code)?;
    explain_page(&house, &visitor, &project, &Fields::default(), vec![])
}

pub(super) async fn explain(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let project = own(&house, &visitor, &code)?;
    let command = Command::Explain { words: sent.get("words").unwrap_or_default().to_owned() };
    hand_over(&house, &visitor, &project, command, |wrongs| explain_page(&house, &visitor, &project, &sent, wrongs))
        .await
}
