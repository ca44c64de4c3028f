//! Investment projects: which procedure, registration and filing, the approvals of a stage together, reports, and the public look-up.

use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    cases::submit::{MaterialBody, attachments},
    cursor, link_next, parameters,
    parameters::Params,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::{HeaderValue, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use investment::{
    CaseState, Command, Investor, Joint, Nature, Notice, Project, Registration, ReportKind, Stage, StageForm,
    query::{self, PublicView},
    rulebook, rules,
};
use kernel::{BasicCode, Fen, ProjectCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// What is asked about the procedure.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RouteQuery {
    /// `enterprise`, `aided` (投资补助、贷款贴息) or `government`.
    pub investor: String,
    /// Class of GB/T 4754, four digits.
    pub industry: String,
    /// `new`, `expansion`, `conversion` or `relocation`.
    pub nature: String,
    /// Line of the ratification catalogue, or `none`; needed where the industry has lines.
    pub line: Option<String>,
}

/// The procedure that a project needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteView {
    /// `filing` (备案), `ratification` (核准), `approval` (审批); none while a line must be chosen.
    pub route: Option<&'static str>,
    /// Why, each with its article.
    pub reasons: Vec<ReasonView>,
    /// Lines of the catalogue to choose from.
    pub lines: Vec<LineView>,
}

/// One reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// In a sentence.
    pub say: String,
    /// The article.
    pub article: &'static str,
}

/// One line of the ratification catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// For `line`.
    pub id: String,
    /// What it covers.
    pub name: String,
    /// Who ratifies.
    pub authority: String,
}

/// A project as its unit tells it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "investor": "enterprise", "industry": "3912", "nature": "new", "name": "示例公司精密零件厂房一期",
    "region": "320102000000", "address": "示例路 9 号", "scale": "新建厂房两栋，共两万平方米，年产十万件。",
    "total": 12000000000_i64, "start": "2027-06-01", "finish": "2028-12-31", "declared": true
}))]
pub struct ProjectBody {
    /// `enterprise`, `aided` or `government`.
    pub investor: Option<String>,
    /// Class of GB/T 4754, four digits.
    pub industry: Option<String>,
    /// Line of the ratification catalogue, or `none`.
    pub line: Option<String>,
    /// `new`, `expansion`, `conversion` or `relocation`.
    pub nature: Option<String>,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The county, 12 digits.
    pub region: Option<String>,
    /// Where exactly.
    #[serde(default)]
    pub address: String,
    /// Scale and content.
    #[serde(default)]
    pub scale: String,
    /// Total investment in fen.
    pub total: Option<i64>,
    /// Planned start, a day.
    pub start: Option<String>,
    /// Planned end, a day.
    pub finish: Option<String>,
    /// The unit declares conformity to industrial policy and the truth of all this.
    #[serde(default)]
    pub declared: bool,
}

/// The approvals of a stage, applied for together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "contact_name": "示例人", "contact_phone": "13800000000",
    "materials": [{"name": "用地预审申请报告", "digest": "1caf39a1ac34c9872eac8e272da45852b4f43e29eb62a55dc98818658cf759c4"}]
}))]
pub struct StageBody {
    /// Whom to ask.
    pub contact_name: String,
    /// Their mobile number.
    pub contact_phone: String,
    /// What else there is to say.
    #[serde(default)]
    pub note: String,
    /// Basic codes of approvals that this project needs though not every one does.
    #[serde(default)]
    pub asked: Vec<String>,
    /// The materials, each once.
    #[serde(default)]
    pub materials: Vec<MaterialBody>,
}

/// A report of the unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "start", "day": "2026-11-20", "invested": 100000000_i64, "say": "今天开工，先做基础。"}))]
pub struct ReportBody {
    /// `start`, `progress` (of the period that is owed) or `completion`.
    pub kind: String,
    /// The day that it is about.
    pub day: String,
    /// Invested so far, in fen.
    pub invested: i64,
    /// In words.
    pub say: String,
}

/// A project, for its unit and for staff of its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `filing`, `ratification` or `approval`.
    pub route: &'static str,
    /// Identifier of the certificate of filing, an electronic licence.
    pub certificate: Option<String>,
    /// Its number.
    pub certificate_number: Option<String>,
    /// Working days used of `days_limit`; parallel ones count once.
    pub days_used: u32,
    /// Working days on which all clocks stood still; not counted.
    pub days_paused: u32,
    /// Working days that all stages may take.
    pub days_limit: u32,
    /// The stages.
    pub stages: Vec<StageView>,
    /// The report that is owed.
    pub owed: Option<OwedView>,
    /// On the abnormal list since.
    pub listed: Option<String>,
}

/// One stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    /// `land`, `works`, `construction` or `completion`.
    pub stage: &'static str,
    /// Its name.
    pub name: String,
    /// `done`, `running`, `open` or `locked`.
    pub state: &'static str,
    /// Its approvals.
    pub approvals: Vec<ApprovalView>,
}

/// One approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalView {
    /// Basic code of the item.
    pub item: String,
    /// Whether the project cannot do without.
    pub required: bool,
    /// Number of its latest case.
    pub case: Option<String>,
    /// Where that stands: `submitted`, `correcting`, `accepted`, `suspended`, `reviewed`, `granted`, `denied`, `declined`, `returned`, `withdrawn`.
    pub state: Option<&'static str>,
}

/// A report that is owed.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwedView {
    /// `start`, `progress` or `completion`.
    pub kind: &'static str,
    /// Its name, with the period.
    pub name: String,
    /// The last day.
    pub due: String,
}

/// What anybody may know of a project.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicProjectView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `filing`, `ratification` or `approval`.
    pub route: &'static str,
    /// The stage in which it is; none when all are done.
    pub stage: Option<&'static str>,
    /// Number of the certificate of filing.
    pub certificate_number: Option<String>,
    /// On the abnormal list since.
    pub listed: Option<String>,
    /// The latest result of each approval.
    pub approvals: Vec<ResultView>,
}

/// The latest result of an approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    /// Its name.
    pub name: String,
    /// Of which stage.
    pub stage: &'static str,
    /// `running`, `granted`, `denied`, `declined`, `returned` or `withdrawn`.
    pub result: &'static str,
    /// The day.
    pub on: Option<String>,
}

/// A page of projects.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectList {
    /// The projects, latest first.
    pub projects: Vec<ProjectView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Which projects.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProjectQuery {
    /// How many, at most 100; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

fn view(project: &Project, calendar: &clock::Calendar, today: kernel::Date) -> ProjectView {
    let book = rulebook();
    let used = rules::used(project, calendar, today);
    let stages = rules::states(project, book).into_iter().map(|(terms, state)| StageView {
        stage: terms.stage.name(),
        name: terms.name.clone(),
        state: match state {
            rules::StageState::Done => "done",
            rules::StageState::Running => "running",
            rules::StageState::Open => "open",
            rules::StageState::Locked { .. } => "locked",
        },
        approvals: rules::places(project, terms)
            .iter()
            .map(|place| ApprovalView {
                item: place.approval.item.to_string(),
                required: place.is_must,
                case: place.case.map(|case| case.number.to_string()),
                state: place.case.map(|case| case.state.name()),
            })
            .collect(),
    });
    let owed = rules::owed(project, book, calendar).map(|owed| OwedView {
        kind: match owed.kind {
            ReportKind::Start => "start",
            ReportKind::Progress(_) => "progress",
            ReportKind::Completion => "completion",
        },
        name: owed.kind.to_string(),
        due: owed.due.to_string(),
    });
    ProjectView {
        code: project.code.to_string(),
        name: project.particulars.name.clone(),
        route: project.route.name(),
        certificate: project.certificate.as_ref().map(|certificate| certificate.licence.to_string()),
        certificate_number: project.certificate.as_ref().map(|certificate| certificate.number.clone()),
        days_used: used.counted,
        days_paused: used.paused,
        days_limit: book.limit_days,
        stages: stages.collect(),
        owed,
        listed: project.finding.as_ref().and_then(|finding| finding.listed).map(|day| day.to_string()),
    }
}

fn shown(house: &House, project: &Project) -> Result<ProjectView> {
    let calendar = house.read(|read| organisation::calendar(read))?;
    Ok(view(project, &calendar, house.db.today()))
}

/// A code in an address. A wrong one names no project, so it is answered like one that is not there.
fn code(text: &str) -> Result<ProjectCode> {
    text.parse().map_err(|_| Fault::refused(&investment::Refusal::NotFound))
}

fn named<T>(pointer: &'static str, text: Option<&str>, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || Refusal::WrongValue { pointer: pointer.to_owned(), reason: "不是可选的值".to_owned() };
    Ok(Some(of(text).ok_or_else(wrong)?))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(pointer: &str, text: Option<&String>) -> Result<Option<T>> {
    Ok(text.map(|text| parameters::field(pointer, text)).transpose()?)
}

/// Which procedure a project needs, and why.
#[utoipa::path(get, path = "/api/v1/project-routes", tag = "projects", operation_id = "projectRoute", params(RouteQuery),
    responses((status = 200, description = "审批、核准或者备案，以及理由", body = RouteView), Errors))]
pub async fn route(Params(asked): Params<RouteQuery>) -> Result<Json<RouteView>> {
    let wrong = |name| Refusal::Parameter { name, reason: "不是可选的值".to_owned() };
    let question = rules::Question {
        investor: Investor::from_name(&asked.investor).ok_or_else(|| wrong("investor"))?,
        industry: parameters::value("industry", &asked.industry)?,
        nature: Nature::from_name(&asked.nature).ok_or_else(|| wrong("nature"))?,
        line: asked.line,
    };
    let verdict = rules::route(rulebook(), &question).map_err(|refusal| Fault::refused(&refusal))?;
    Ok(Json(match verdict {
        rules::Verdict::Decided(decision) => RouteView {
            route: Some(decision.route.name()),
            reasons: decision
                .reasons
                .into_iter()
                .map(|one| ReasonView { say: one.say, article: one.article })
                .collect(),
            lines: vec![],
        },
        rules::Verdict::Ask(lines) => RouteView {
            route: None,
            reasons: vec![],
            lines: lines
                .into_iter()
                .map(|line| LineView {
                    id: line.id.clone(),
                    name: line.name.clone(),
                    authority: line.authority.clone(),
                })
                .collect(),
        },
    }))
}

/// Register a project: it gets its code; a filing that lacks nothing is certified at once.
#[utoipa::path(post, path = "/api/v1/projects", tag = "projects", operation_id = "registerProject", security(("bearer" = [])),
    request_body = ProjectBody, responses((status = 201, description = "已赋码；备案的已发备案证", body = ProjectView,
        headers(("Location" = String, description = "项目的地址"))), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn register(State(house): State<Arc<House>>, caller: Caller, body: Body<ProjectBody>) -> Result<Response> {
    let body = body.value;
    let notice = Notice {
        investor: named("/investor", body.investor.as_deref(), Investor::from_name)?,
        industry: parsed("/industry", body.industry.as_ref())?,
        line: body.line,
        name: body.name,
        region: parsed("/region", body.region.as_ref())?,
        address: body.address,
        nature: named("/nature", body.nature.as_deref(), Nature::from_name)?,
        scale: body.scale,
        total: body.total.map(Fen),
        start: parsed("/start", body.start.as_ref())?,
        finish: parsed("/finish", body.finish.as_ref())?,
        declared: body.declared,
    };
    let (actor, there) = (caller.session.actor, Arc::clone(&house));
    // Sealing the certificate takes its time.
    let prepared = apart(move || Registration::prepare(&there.db, &actor, &notice)).await??;
    let project = house.db.write_async(move |tx| investment::register(tx, &prepared)).await?;
    let location = HeaderValue::from_str(&format!("/api/v1/projects/{}", project.code));
    let location = location.expect("a project code is digits and hyphens");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(shown(&house, &project)?)).into_response())
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::broken(error.to_string()))
}

/// The projects of the unit for which the caller acts.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", operation_id = "listProjects", security(("bearer" = [])),
    params(ProjectQuery), responses((status = 200, description = "本单位的项目", body = ProjectList,
        headers(("Link" = String, description = "下一页的地址"))), SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<ProjectQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let question = format!("projects {}", actor.label());
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.ask(|read| query::own(read, &actor, limit, place.as_deref()))?;
    let (calendar, today) = (house.read(|read| organisation::calendar(read))?, house.db.today());
    let next = page.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    let projects = page.lines.iter().map(|project| view(project, &calendar, today)).collect();
    Ok((link, Json(ProjectList { projects, next })).into_response())
}

/// All of a project, for its unit and for staff of its place.
#[utoipa::path(get, path = "/api/v1/projects/{project}", tag = "projects", operation_id = "getProject",
    security(("bearer" = [])), params(("project" = String, Path, description = "项目代码")),
    responses((status = 200, description = "项目", body = ProjectView), SignedErrors, Errors))]
pub async fn one(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(project): Path<String>,
) -> Result<Json<ProjectView>> {
    let code = code(&project)?;
    let project = house.ask(|read| query::project_for(read, &caller.session.actor, &code))?;
    Ok(Json(shown(&house, &project)?))
}

/// What anybody may know of a project: name, stage, results. Nothing personal.
#[utoipa::path(get, path = "/api/v1/projects/{project}/public", tag = "projects", operation_id = "lookUpProject",
    params(("project" = String, Path, description = "项目代码")),
    responses((status = 200, description = "项目公开信息", body = PublicProjectView), Errors))]
pub async fn public(State(house): State<Arc<House>>, Path(project): Path<String>) -> Result<Json<PublicProjectView>> {
    let code = code(&project)?;
    let PublicView { code, name, route, certificate, stage, approvals, listed, .. } =
        house.ask(|read| query::public(read, &code))?;
    let result = |(name, stage, state, on): (String, Stage, CaseState, Option<kernel::Date>)| ResultView {
        name,
        stage: stage.name(),
        result: if state.is_open() { "running" } else { state.name() },
        on: on.map(|day| day.to_string()),
    };
    Ok(Json(PublicProjectView {
        code: code.to_string(),
        name,
        route: route.name(),
        stage: stage.map(Stage::name),
        certificate_number: certificate,
        listed: listed.map(|day| day.to_string()),
        approvals: approvals.into_iter().map(result).collect(),
    }))
}

/// Apply for the approvals of a stage together: one case each, all of them or none.
#[utoipa::path(post, path = "/api/v1/projects/{project}/stages/{stage}", tag = "projects", operation_id = "submitStage",
    security(("bearer" = [])), params(("project" = String, Path, description = "项目代码"),
        ("stage" = String, Path, description = "land、works、construction 或 completion")), request_body = StageBody,
    responses((status = 200, description = "一起提交了", body = ProjectView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn submit(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((project, stage)): Path<(String, String)>,
    body: Body<StageBody>,
) -> Result<Json<ProjectView>> {
    let (code, body) = (code(&project)?, body.value);
    let stage = Stage::from_name(&stage).ok_or(Refusal::NotFound)?;
    let asked = body.asked.iter().enumerate().map(|(at, item)| parameters::field(&format!("/asked/{at}"), item));
    let form = StageForm {
        contact_name: body.contact_name,
        contact_phone: body.contact_phone,
        note: body.note,
        asked: asked.collect::<std::result::Result<Vec<BasicCode>, _>>()?,
        materials: attachments(body.materials)?,
    };
    let (actor, there) = (caller.session.actor, Arc::clone(&house));
    let joint = apart(move || Joint::prepare(&there.db, &actor, &code, stage, &form)).await??;
    let project = house.db.write_async(move |tx| investment::submit(tx, &joint)).await?;
    Ok(Json(shown(&house, &project)?))
}

/// Report the start, the progress of the period that is owed, or the completion.
#[utoipa::path(post, path = "/api/v1/projects/{project}/reports", tag = "projects", operation_id = "reportProject",
    security(("bearer" = [])), params(("project" = String, Path, description = "项目代码")), request_body = ReportBody,
    responses((status = 200, description = "报了", body = ProjectView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn report(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(project): Path<String>,
    body: Body<ReportBody>,
) -> Result<Json<ProjectView>> {
    let (code, body, actor) = (code(&project)?, body.value, caller.session.actor);
    let project = house.ask(|read| query::project_for(read, &actor, &code))?;
    let calendar = house.read(|read| organisation::calendar(read))?;
    let kind = match body.kind.as_str() {
        "start" => ReportKind::Start,
        "completion" => ReportKind::Completion,
        "progress" => match rules::owed(&project, rulebook(), &calendar).map(|owed| owed.kind) {
            Some(kind @ ReportKind::Progress(_)) => kind,
            _ => return Err(Fault::refused(&investment::Refusal::NotStarted)),
        },
        _ => {
            let reason = "须为 start、progress 或 completion".to_owned();
            return Err(Refusal::WrongValue { pointer: "/kind".to_owned(), reason }.into());
        }
    };
    let day = parameters::field("/day", &body.day)?;
    let command = Command::Report { kind, day, invested: Fen(body.invested), say: body.say };
    let project = house.db.write_async(move |tx| investment::handle(tx, &actor, &code, &command)).await?;
    Ok(Json(shown(&house, &project)?))
}
