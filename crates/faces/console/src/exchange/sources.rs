//! Departmental systems: registered, given a credential once, revoked; and what they sent.

use std::sync::Arc;

use ::exchange::{Refusal, Secret, Source, SourceId, query};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{DepartmentId, Duty};
use store::Failure;
use web::{Fault, FieldKind, Fields, House, Visitor, Wrong, redirect, words};

use super::sheet::{self, Cell, Form, Panel, Sheet, field};
use super::{at_form, cares, office, session};

/// Marks shown on the first page.
const MARKS: usize = 15;

/// The systems, and what supervision should look at.
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
    let (actor, today) = (&session.actor, house.db.today());
    let (lines, marks, waiting) = house.read(|read| {
        let mut lines = vec![];
        for line in query::sources(read, actor)? {
            let department = office(read, &line.source.department)?;
            lines.push((line, department));
        }
        let mut marks = vec![];
        for one in query::marks(read, actor, MARKS)? {
            let department = office(read, &one.department)?;
            marks.push((one, department));
        }
        Ok((lines, marks, query::quarantine_count(read, actor)?))
    })?;
    let mut systems = Panel::new("接入系统", "最近 30 天的行数；部门系统应在 15 分钟内报送，最迟不超过 24 小时");
    systems.heads = vec!["系统", "部门", "最近一批", "收下", "替换", "没有变化", "隔离", "密钥"];
    systems.none = "还没有部门业务系统接入。";
    for (line, department) in lines {
        let last = line.last.map_or_else(|| "还没有".to_owned(), |at| words::moment(at, today));
        let source = &line.source;
        let mut row = vec![
            Cell::link(format!("/exchange/sources/{}", source.id), &source.name),
            Cell::text(department),
            Cell::text(last),
        ];
        row.extend(line.counts.map(Cell::number));
        row.push(key_state(source));
        systems.rows.push(row);
    }
    if cares(actor) {
        systems.forms.push(Form {
            action: "/exchange/sources".to_owned(),
            fields: vec![
                field(FieldKind::Text, "id", "系统标识", sent, &wrongs)
                    .hint("小写字母、数字和连字符，例如 xuanwu-scjg")
                    .width("w-18")
                    .autocomplete("off"),
                field(FieldKind::Text, "name", "系统名称", sent, &wrongs).width("w-30").autocomplete("off"),
                field(FieldKind::Text, "department", "部门标识", sent, &wrongs)
                    .hint("区划和部门类别，例如 320102000000-310")
                    .width("w-18")
                    .autocomplete("off"),
            ],
            button: "登记并发放密钥",
            second: false,
        });
    }
    let mut noticed = Panel::new("迟报、补录和没有过程的结果", "同时记入日志，供监察核查体外循环");
    noticed.heads = vec!["发现", "办件编号", "部门", "发生", "报送", "来源"];
    noticed.none = "没有。";
    for (one, department) in marks {
        noticed.rows.push(vec![
            Cell::badge("osmanthus", sheet::mark(one.mark)),
            Cell::text(one.project_no),
            Cell::text(department),
            Cell::text(words::moment(one.event_at, today)),
            Cell::text(words::moment(one.received, today)),
            Cell::text(one.origin),
        ]);
    }
    let say = "部门业务系统报送受理、过程和结果，逐行校验、逐行答复";
    let mut page = Sheet::new(house, visitor, session, ("数据交换", say), "/exchange", wrongs);
    if waiting > 0 {
        let say = "改正后重发，或者由人处理";
        let mut panel = Panel::new("隔离区", say);
        panel.heads = vec!["等待处理的行"];
        panel.rows = vec![vec![Cell::link("/exchange/quarantine".to_owned(), format!("{waiting} 行，去处理"))]];
        page.panels.push(panel);
    }
    page.panels.extend([systems, noticed]);
    Ok(web::page_with(status, &page))
}

fn key_state(source: &Source) -> Cell {
    match source.key {
        Some(_) => Cell::badge("bamboo", "有效"),
        None => Cell::badge("plum", "已作废"),
    }
}

/// Registers a system and shows its secret, once.
pub async fn register(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let again = |failure| shown(&house, &visitor, &sent, at_form(failure)?, StatusCode::UNPROCESSABLE_ENTITY);
    let id: SourceId = match text("id").parse() {
        Ok(id) => id,
        Err(refusal) => return again(Failure::Refused(refusal)),
    };
    let Ok(department) = text("department").parse::<DepartmentId>() else {
        return again(Failure::Refused(Refusal::NoDepartment));
    };
    let (secret, name) = (Secret::fresh(), text("name"));
    let kept = secret.clone();
    match house.db.write_async(move |tx| ::exchange::register(tx, &actor, &id, &name, department, &kept)).await {
        Ok(source) => {
            details(&house, &visitor, &source.id, &Fields::default(), vec![], Some(secret), StatusCode::CREATED)
        }
        Err(failure) => again(failure),
    }
}

fn id(text: &str) -> Result<SourceId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One system.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    details(&house, &visitor, &id(&text)?, &Fields::default(), vec![], None, StatusCode::OK)
}

fn details(
    house: &House,
    visitor: &Visitor,
    id: &SourceId,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    secret: Option<Secret>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let today = house.db.today();
    let (source, department, batches) = house.ask(|read| {
        let source = query::source_for(read, &session.actor, id)?;
        let department = office(read, &source.department)?;
        let batches = query::batches(read, &source)?;
        Ok::<_, Failure<Refusal>>((source, department, batches))
    })?;
    let mut facts = Panel::new("接入信息", "");
    facts.facts = vec![
        ("系统标识", source.id.to_string()),
        ("部门", department),
        ("统一社会信用代码", source.org_code.to_string()),
        ("密钥发放时间", words::moment(source.issued, today)),
        ("密钥", source.revoked.as_ref().map_or("有效".to_owned(), |reason| format!("已作废：{reason}"))),
    ];
    let may_reissue = session.actor.may(Duty::Exchange, &source.department);
    let may_revoke = may_reissue || session.actor.may(Duty::Secure, &source.department);
    if may_reissue {
        facts.forms.push(Form {
            action: format!("/exchange/sources/{id}/reissue"),
            fields: vec![],
            button: "重新发放密钥，原密钥马上作废",
            second: true,
        });
    }
    if may_revoke && source.key.is_some() {
        facts.forms.push(Form {
            action: format!("/exchange/sources/{id}/revoke"),
            fields: vec![field(FieldKind::Text, "reason", "作废的理由", sent, &wrongs).width("w-30")],
            button: "作废密钥",
            second: true,
        });
    }
    let mut sent_last = Panel::new("最近的批次", "");
    sent_last.heads = vec!["批次号", "收到", "收下", "替换", "没有变化", "隔离"];
    sent_last.none = "还没有报送过。接口说明见 /docs/api 的“数据交换”一节。";
    for batch in batches {
        let mut row = vec![Cell::text(batch.batch), Cell::text(words::moment(batch.received, today))];
        row.extend(batch.counts.map(Cell::number));
        sent_last.rows.push(row);
    }
    let mut page = Sheet::new(house, visitor, session, (&source.name, ""), "/exchange", wrongs);
    page.secret = secret.map(|secret| secret.reveal().to_owned());
    page.panels = vec![facts, sent_last];
    Ok(web::page_with(status, &page))
}

/// Gives another credential and shows it, once.
pub async fn reissue(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let (id, actor, secret) = (id(&text)?, session(&visitor)?.actor.clone(), Secret::fresh());
    let (named, kept) = (id.clone(), secret.clone());
    house.write(move |tx| ::exchange::reissue(tx, &actor, &named, &kept)).await?;
    details(&house, &visitor, &id, &Fields::default(), vec![], Some(secret), StatusCode::OK)
}

/// Takes a credential back.
pub async fn revoke(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (id(&text)?, session(&visitor)?.actor.clone());
    let (named, reason) = (id.clone(), sent.get("reason").unwrap_or_default().to_owned());
    match house.db.write_async(move |tx| ::exchange::revoke(tx, &actor, &named, &reason)).await {
        Ok(_) => Ok(redirect(&format!("/exchange/sources/{id}"))),
        Err(failure) => {
            details(&house, &visitor, &id, &sent, at_form(failure)?, None, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
