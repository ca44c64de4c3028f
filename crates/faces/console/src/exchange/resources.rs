//! The resource catalogue: what is offered, who asked, what was used.

use std::sync::Arc;

use ::exchange::rules::RequestCommand;
use ::exchange::{Kind, Refusal, RequestId, RequestState, Resource, ResourceId, Share, query};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{DepartmentId, Duty};
use store::Failure;
use web::{Fault, FieldKind, Fields, House, Visitor, Wrong, redirect, words};

use super::sheet::{self, Cell, Form, Panel, Sheet, field, kinds, shares};
use super::{at_form, cares, office, session};

/// The catalogue.
pub async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    shown(&house, &visitor, &Fields::default(), vec![], StatusCode::OK)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let found = house.read(|read| {
        let mut found = vec![];
        for resource in query::resources(read, None)? {
            let department = office(read, &resource.department)?;
            found.push((resource, department));
        }
        Ok(found)
    })?;
    let mut panel = Panel::new("目录", "点名称看使用申请和每次使用");
    panel.heads = vec!["名称", "提供部门", "内容", "共享属性", "条件或理由"];
    panel.none = "目录里还没有资源。";
    for (resource, department) in found {
        panel.rows.push(vec![
            Cell::link(format!("/exchange/resources/{}", resource.id), &resource.name),
            Cell::text(department),
            Cell::text(sheet::kind(resource.kind)),
            share_badge(resource.share),
            Cell::text(resource.terms),
        ]);
    }
    let mut page =
        Sheet::new(house, visitor, session, ("资源目录", "谁有什么数据，谁可以用"), "/exchange/resources", vec![]);
    page.panels.push(panel);
    if cares(&session.actor) {
        let mut new = Panel::new("编入目录", "本地区部门报送的记录");
        new.forms.push(Form {
            action: "/exchange/resources".to_owned(),
            fields: vec![
                field(FieldKind::Text, "name", "名称", sent, &wrongs).width("w-30"),
                field(FieldKind::Text, "department", "提供部门标识", sent, &wrongs)
                    .hint("例如 320102000000-310")
                    .width("w-18"),
                choice("records", "内容", kinds(), sent, &wrongs, Kind::Result.name()),
                choice("share", "共享属性", shares(), sent, &wrongs, Share::Conditional.name()),
                field(FieldKind::Area, "terms", "条件，或者不予共享的依据", sent, &wrongs),
            ],
            button: "编入目录",
            second: false,
        });
        page.panels.push(new);
    }
    page.frame = page.frame.with_errors(!wrongs.is_empty());
    page.wrongs = wrongs;
    Ok(web::page_with(status, &page))
}

fn choice(
    key: &'static str,
    label: &'static str,
    choices: Vec<web::Choice>,
    sent: &Fields,
    wrongs: &[Wrong],
    first: &str,
) -> web::Field {
    let mut field = web::Field::new(FieldKind::Select, key, label);
    field.choices = choices;
    field.value(sent.get(key).unwrap_or(first).to_owned()).wrong(wrongs)
}

fn share_badge(share: Share) -> Cell {
    let class = match share {
        Share::Unconditional => "bamboo",
        Share::Conditional => "water",
        Share::Closed => "",
    };
    Cell::badge(class, sheet::share(share))
}

fn share_of(sent: &Fields) -> Share {
    sent.get("share").and_then(Share::from_name).unwrap_or(Share::Conditional)
}

/// Enters a resource into the catalogue.
pub async fn publish(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let again = |failure| shown(&house, &visitor, &sent, at_form(failure)?, StatusCode::UNPROCESSABLE_ENTITY);
    let Ok(department) = text("department").parse::<DepartmentId>() else {
        return again(Failure::Refused(Refusal::NoDepartment));
    };
    let kind = Kind::from_name(&text("records")).unwrap_or(Kind::Result);
    let (name, share, terms) = (text("name"), share_of(&sent), text("terms"));
    let made =
        house.db.write_async(move |tx| ::exchange::publish(tx, &actor, &name, department, kind, share, &terms)).await;
    match made {
        Ok(resource) => Ok(redirect(&format!("/exchange/resources/{}", resource.id))),
        Err(failure) => again(failure),
    }
}

fn id(text: &str) -> Result<ResourceId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One resource.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    details(&house, &visitor, id(&text)?, &Fields::default(), vec![], StatusCode::OK)
}

fn details(
    house: &House,
    visitor: &Visitor,
    id: ResourceId,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let (actor, today) = (&session.actor, house.db.today());
    let (resource, department, requests, uses, own) = house.ask(|read| {
        let resource: Resource = query::resource(read, &id)?;
        let department = office(read, &resource.department)?;
        let requests = query::requests(read, actor, &resource)?;
        let uses = query::uses(read, actor, &resource)?;
        Ok::<_, Failure<Refusal>>((resource, department, requests, uses, query::sources(read, actor)?))
    })?;
    let is_owner = actor.may(Duty::Exchange, &resource.department);
    let mut facts = Panel::new("资源", "");
    facts.facts = vec![
        ("提供部门", department),
        ("内容", sheet::kind(resource.kind).to_owned()),
        ("共享属性", sheet::share(resource.share).to_owned()),
        ("条件或理由", resource.terms.clone()),
        ("接口", format!("POST /api/v1/exchange/resources/{id}/uses")),
    ];
    if is_owner {
        facts.forms.push(Form {
            action: format!("/exchange/resources/{id}/revise"),
            fields: vec![
                choice("share", "共享属性", shares(), sent, &wrongs, resource.share.name()),
                field(FieldKind::Area, "terms", "条件，或者不予共享的依据", sent, &wrongs)
                    .value(sent.get("terms").unwrap_or(&resource.terms).to_owned()),
            ],
            button: "修改共享属性",
            second: true,
        });
    }
    let mut asked = Panel::new("使用申请", "批准的人不能是提出的人");
    asked.heads = vec!["系统", "用途", "提出", "使用次数", "状态", "", ""];
    asked.none = "没有申请。";
    for request in requests {
        let step = |step: &str| format!("/exchange/requests/{}/{step}", request.id);
        let (class, word, first, then) = match &request.state {
            RequestState::Asked if is_owner => (
                "osmanthus",
                "等待批准".to_owned(),
                Cell::button(step("approve"), "批准"),
                Cell::link(step("refuse"), "不批准"),
            ),
            RequestState::Asked => ("osmanthus", "等待批准".to_owned(), Cell::default(), Cell::default()),
            RequestState::Approved if is_owner => {
                ("bamboo", "可以使用".to_owned(), Cell::link(step("revoke"), "收回"), Cell::default())
            }
            RequestState::Approved => ("bamboo", "可以使用".to_owned(), Cell::default(), Cell::default()),
            RequestState::Refused { reason } => ("", format!("不批准：{reason}"), Cell::default(), Cell::default()),
            RequestState::Revoked { reason } => ("", format!("已收回：{reason}"), Cell::default(), Cell::default()),
        };
        asked.rows.push(vec![
            Cell::text(request.asker.to_string()),
            Cell::text(request.purpose),
            Cell::text(words::moment(request.asked, today)),
            Cell::number(request.uses),
            Cell::badge(class, word),
            first,
            then,
        ]);
    }
    if cares(actor) && resource.share != Share::Closed && !own.is_empty() {
        let systems: Vec<web::Choice> = own
            .iter()
            .filter(|line| actor.may(Duty::Exchange, &line.source.department) && line.source.key.is_some())
            .map(|line| web::Choice::new(line.source.id.as_str(), &line.source.name))
            .collect();
        let first = systems.first().map_or_else(String::new, |system| system.value.clone());
        asked.forms.push(Form {
            action: format!("/exchange/resources/{id}/ask"),
            fields: vec![
                choice("asker", "使用的系统", systems, sent, &wrongs, &first),
                field(FieldKind::Text, "purpose", "用途", sent, &wrongs)
                    .hint("每次使用还要写明为哪一件、做什么")
                    .width("w-30"),
            ],
            button: "申请使用",
            second: true,
        });
    }
    let mut used = Panel::new("每次使用", "为哪一件、做什么，都有记录");
    used.heads = vec!["时间", "系统", "查的办件", "为了办件", "用途", "条数"];
    used.none = "还没有使用过。";
    for (at, asker, usage) in uses {
        used.rows.push(vec![
            Cell::text(words::moment(at, today)),
            Cell::text(asker),
            Cell::text(usage.project_no),
            Cell::text(usage.for_case),
            Cell::text(usage.purpose),
            Cell::number(usage.rows),
        ]);
    }
    let mut page = Sheet::new(house, visitor, session, (&resource.name, ""), "/exchange/resources", wrongs);
    page.panels = vec![facts, asked];
    if is_owner {
        page.panels.push(used);
    }
    Ok(web::page_with(status, &page))
}

/// Shares a resource otherwise.
pub async fn revise(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor, share) = (id(&text)?, session(&visitor)?.actor.clone(), share_of(&sent));
    let terms = sent.get("terms").unwrap_or_default().to_owned();
    let done = house.db.write_async(move |tx| ::exchange::revise(tx, &actor, &id, share, &terms).map(drop)).await;
    after(&house, &visitor, id, &sent, done)
}

/// Asks to use a resource.
pub async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (id(&text)?, session(&visitor)?.actor.clone());
    let asker = sent.get("asker").unwrap_or_default().parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let purpose = sent.get("purpose").unwrap_or_default().to_owned();
    let done = house.db.write_async(move |tx| ::exchange::ask(tx, &actor, &id, &asker, &purpose).map(drop)).await;
    after(&house, &visitor, id, &sent, done)
}

fn after(
    house: &House,
    visitor: &Visitor,
    id: ResourceId,
    sent: &Fields,
    done: Result<(), Failure<Refusal>>,
) -> Result<Response, Fault> {
    match done {
        Ok(()) => Ok(redirect(&format!("/exchange/resources/{id}"))),
        Err(failure) => details(house, visitor, id, sent, at_form(failure)?, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

fn request_id(text: &str) -> Result<RequestId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// Asks for the reason of a refusal or of taking a permit back.
pub async fn reason(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
) -> Result<Response, Fault> {
    reason_form(&house, &visitor, request_id(&text)?, &step, &Fields::default(), vec![], StatusCode::OK)
}

fn reason_form(
    house: &House,
    visitor: &Visitor,
    id: RequestId,
    step: &str,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let (title, button) = match step {
        "refuse" => ("不批准使用申请", "不批准"),
        "revoke" => ("收回使用许可", "收回"),
        _ => return Err(Fault::not_found()),
    };
    let (request, resource) = house.ask(|read| {
        let request = query::request(read, &id)?;
        let resource = query::resource(read, &request.resource)?;
        ::exchange::rules::may_care(&session.actor, &resource.department)?;
        Ok::<_, Failure<Refusal>>((request, resource))
    })?;
    let mut panel = Panel::new(&resource.name, "");
    panel.facts = vec![("系统", request.asker.to_string()), ("用途", request.purpose)];
    panel.forms.push(Form {
        action: format!("/exchange/requests/{id}/{step}"),
        fields: vec![field(FieldKind::Area, "reason", "理由", sent, &wrongs)],
        button,
        second: false,
    });
    let mut page = Sheet::new(house, visitor, session, (title, ""), "/exchange/resources", wrongs);
    page.panels = vec![panel];
    Ok(web::page_with(status, &page))
}

/// Permits, refuses or takes back.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (request_id(&text)?, session(&visitor)?.actor.clone());
    let reason = sent.get("reason").unwrap_or_default().to_owned();
    let command = match step.as_str() {
        "approve" => RequestCommand::Approve,
        "refuse" => RequestCommand::Refuse { reason },
        "revoke" => RequestCommand::Revoke { reason },
        _ => return Err(Fault::not_found()),
    };
    match house.db.write_async(move |tx| ::exchange::handle_request(tx, &actor, &id, &command)).await {
        Ok(request) => Ok(redirect(&format!("/exchange/resources/{}", request.resource))),
        Err(failure) => {
            reason_form(&house, &visitor, id, &step, &sent, at_form(failure)?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
