//! The exchange: departmental systems send batches of rows with a credential of their own, see what waits and use the resource
//! catalogue; other nodes hand up signed envelopes.

use crate::{
    Result,
    bearer::Caller,
    body::Large,
    parameters::Params,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use ::exchange::{
    Answer, BatchAnswer, Incoming, Packet, Receipt, Refusal, Resource, RowAnswer, Source, Statement, query, rules,
};
use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::{header::AUTHORIZATION, request::Parts},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::Failure;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// The departmental system that calls, by its credential.
pub struct System(Source);

impl FromRequestParts<Arc<House>> for System {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let text = header.and_then(|value| value.split_once(' ')).map(|(_, text)| text.trim());
        house.ask(|read| query::authenticate(read, text)).map(System)
    }
}

/// A batch of rows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cd_batch": "20261126-0001", "rows": [{
    "table": "basic", "row_guid": "5f0c6f0e-basic", "cd_operation": "I", "cd_time": "20261126T093000",
    "project_no": "SC20261126-0001", "catalog_code": "320131907000", "task_name": "食品经营许可",
    "applyer_name": "林示范", "applyer_type": "0", "applyer_page_type": "111", "applyer_page_code": "320102190001019997",
    "apply_date": "20261126T090000", "accept_date": "20261126T093000", "org_code": "11320102MB00000001",
    "org_name": "玄武区市场监督管理局", "project_type": "2"
}]}))]
pub struct BatchBody {
    /// Its number, chosen by the sender; 1 to 64 visible characters. The same number with the same body happens once.
    pub cd_batch: String,
    /// 1 to 1000 rows. `GET /api/v1/exchange/fields` lists the fields of each table; all values are text.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Map<String, Value>>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"field": "result_type", "code": "not-in-list", "detail": "办结类型只能是 0、1、2、3、4、5、6"}))]
pub struct FaultView {
    /// The field.
    pub field: String,
    /// For programs; never changes.
    pub code: String,
    /// For people.
    pub detail: String,
}

/// The answer to one row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"row_guid": "5f0c6f0e-basic", "outcome": "accepted", "faults": [], "marks": []}))]
pub struct RowView {
    /// The row's id as it was sent; a row without one is named by batch and place.
    pub row_guid: String,
    /// accepted, replaced, unchanged or quarantined.
    pub outcome: &'static str,
    /// What is wrong, if it was quarantined.
    pub faults: Vec<FaultView>,
    /// late, back-dated, no-process: what supervision is told.
    pub marks: Vec<&'static str>,
}

/// The answer to a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"cd_batch": "20261126-0001", "received": "2026-11-26T01:31:00Z", "accepted": 1, "replaced": 0,
    "unchanged": 0, "quarantined": 0,
    "rows": [{"row_guid": "5f0c6f0e-basic", "outcome": "accepted", "faults": [], "marks": []}]}))]
pub struct BatchView {
    /// Its number.
    pub cd_batch: String,
    /// When it was received (RFC 3339).
    pub received: String,
    /// Rows taken as new.
    pub accepted: usize,
    /// Rows that took the place of earlier ones, or took them away.
    pub replaced: usize,
    /// Rows that were known.
    pub unchanged: usize,
    /// Rows that were not taken.
    pub quarantined: usize,
    /// Each row, in the order in which they were sent.
    pub rows: Vec<RowView>,
}

impl From<BatchAnswer> for BatchView {
    fn from(answer: BatchAnswer) -> BatchView {
        let [accepted, replaced, unchanged, quarantined] = answer.counts;
        let (cd_batch, received) = (answer.cd_batch, answer.received.to_string());
        let rows = answer.rows.into_iter().map(RowView::from).collect();
        BatchView { cd_batch, received, accepted, replaced, unchanged, quarantined, rows }
    }
}

impl From<RowAnswer> for RowView {
    fn from(row: RowAnswer) -> RowView {
        RowView {
            row_guid: row.row_guid,
            outcome: row.outcome.name(),
            faults: row.faults.into_iter().map(FaultView::from).collect(),
            marks: row.marks.iter().map(|mark| mark.name()).collect(),
        }
    }
}

impl From<::exchange::Fault> for FaultView {
    fn from(fault: ::exchange::Fault) -> FaultView {
        FaultView { field: fault.field, code: fault.code, detail: fault.detail }
    }
}

/// Sends a batch of rows; each is answered by itself, and what is wrong with one holds no other up.
#[utoipa::path(post, path = "/api/v1/exchange/batches", tag = "exchange", operation_id = "sendBatch",
    security(("bearer" = [])), request_body = BatchBody,
    responses((status = 200, description = "逐行答复", body = BatchView), BodyErrors, SignedErrors, Errors))]
pub async fn send(
    State(house): State<Arc<House>>,
    System(source): System,
    Large(body): Large<BatchBody>,
) -> Result<Json<BatchView>> {
    let BatchBody { cd_batch, rows } = body.value;
    let (db, bytes) = (house.db.clone(), body.bytes);
    // Checking and sealing take a core for some milliseconds: not on a thread that serves others.
    let prepared =
        tokio::task::spawn_blocking(move || ::exchange::prepare(&db, &source, Incoming { cd_batch, rows }, &bytes));
    let prepared = prepared.await.map_err(broken)?.map_err(|refusal| Fault::refused(&refusal))?;
    let answer = house.write(move |tx| ::exchange::receive(tx, &prepared)).await?;
    Ok(Json(answer.into()))
}

fn broken(error: tokio::task::JoinError) -> Fault {
    Fault::from(store::Error::Panicked(error.to_string()))
}

/// The answer to a batch that was sent before, for who missed it.
#[utoipa::path(get, path = "/api/v1/exchange/batches/{batch}", tag = "exchange", operation_id = "getBatch",
    security(("bearer" = [])), params(("batch" = String, Path, description = "批次号")),
    responses((status = 200, description = "逐行答复", body = BatchView), SignedErrors, Errors))]
pub async fn batch(
    State(house): State<Arc<House>>,
    System(source): System,
    Path(number): Path<String>,
) -> Result<Json<BatchView>> {
    let answer = house.ask(|read| query::batch_answer(read, &source, &number))?;
    let answer: BatchAnswer = serde_json::from_str(&answer).map_err(|error| Fault::from(store::Error::from(error)))?;
    Ok(Json(answer.into()))
}

/// A row that waits in quarantine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"row_guid": "5f0c6f0e-result", "cd_batch": "20261126-0001", "received": "2026-11-26T01:31:00Z",
    "faults": [{"field": "project_no", "code": "no-basic", "detail": "还没有这件的受理信息，请先报受理信息，再重发这一行"}]}))]
pub struct WaitingView {
    /// The row's id.
    pub row_guid: String,
    /// The batch it came in last.
    pub cd_batch: String,
    /// When (RFC 3339).
    pub received: String,
    /// What is wrong.
    pub faults: Vec<FaultView>,
}

/// Rows that wait in quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingList {
    /// The latest 100, latest first. Send them again, corrected, under the same row_guid.
    pub rows: Vec<WaitingView>,
}

/// The system's own rows in quarantine.
#[utoipa::path(get, path = "/api/v1/exchange/quarantine", tag = "exchange", operation_id = "listQuarantine",
    security(("bearer" = [])), responses((status = 200, description = "隔离中的行", body = WaitingList), SignedErrors, Errors))]
pub async fn waiting(State(house): State<Arc<House>>, System(source): System) -> Result<Json<WaitingList>> {
    let rows = house.read(|read| query::waiting(read, &source))?;
    let view = |row: ::exchange::Quarantine| WaitingView {
        row_guid: row.guid,
        cd_batch: row.batch,
        received: row.received.to_string(),
        faults: row.faults.into_iter().map(FaultView::from).collect(),
    };
    Ok(Json(WaitingList { rows: rows.into_iter().map(view).collect() }))
}

/// A field of a table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "result_date", "label": "办结时间", "required": true, "form": "instant", "values": []}))]
pub struct FieldView {
    /// Its name.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Whether a row without it is quarantined.
    pub required: bool,
    /// text, day, instant, code, credit-code, item, mobile, project or department.
    pub form: &'static str,
    /// The most characters of a text.
    pub most: Option<usize>,
    /// What a code may be.
    pub values: &'static [&'static str],
}

/// A table and its fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableView {
    /// basic, process, special, correction or result.
    pub table: &'static str,
    /// Its fields, beside table, row_guid, cd_operation (I, U, D) and cd_time.
    pub fields: Vec<FieldView>,
}

/// What a row of each table must hold, as it is checked.
#[utoipa::path(get, path = "/api/v1/exchange/fields", tag = "exchange", operation_id = "listExchangeFields",
    responses((status = 200, description = "各表字段", body = Vec<TableView>), Errors))]
pub async fn fields() -> Json<Vec<TableView>> {
    use rules::Form;
    let field = |field: &rules::Field| {
        let (form, most, values): (_, _, &'static [&'static str]) = match field.form {
            Form::Text(most) => ("text", Some(most), &[]),
            Form::Day => ("day", None, &[]),
            Form::Instant => ("instant", None, &[]),
            Form::Code(values) => ("code", None, values),
            Form::Credit => ("credit-code", None, &[]),
            Form::Item => ("item", None, &[]),
            Form::Mobile => ("mobile", None, &[]),
            Form::Project => ("project", None, &[]),
            Form::Department => ("department", None, &[]),
        };
        FieldView { name: field.name, label: field.label, required: field.required, form, most, values }
    };
    let table = |(kind, fields): &(::exchange::Kind, &'static [rules::Field])| TableView {
        table: kind.name(),
        fields: fields.iter().map(field).collect(),
    };
    Json(rules::FIELDS.iter().map(table).collect())
}

/// A resource of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "018f22e279b07cc298c4dc0c0c07398f", "name": "食品经营许可结果", "department": "320102000000-310",
    "table": "result", "share": "conditional", "terms": "办理关联许可时核对"}))]
pub struct ResourceView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub department: String,
    /// The records it offers.
    pub table: &'static str,
    /// unconditional, conditional or closed.
    pub share: &'static str,
    /// On which terms, or why not.
    pub terms: String,
}

impl From<Resource> for ResourceView {
    fn from(resource: Resource) -> ResourceView {
        ResourceView {
            id: resource.id.to_string(),
            name: resource.name,
            department: resource.department.to_string(),
            table: resource.kind.name(),
            share: resource.share.name(),
            terms: resource.terms,
        }
    }
}

/// The resource catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceList {
    /// Resources in the order of publication, at most 100.
    pub resources: Vec<ResourceView>,
}

/// Where a list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// Id of the last resource of the page before.
    pub after: Option<String>,
}

/// The resource catalogue (数据资源目录).
#[utoipa::path(get, path = "/api/v1/exchange/resources", tag = "exchange", operation_id = "listResources",
    security(("bearer" = [])), params(After),
    responses((status = 200, description = "数据资源目录", body = ResourceList), SignedErrors, Errors))]
pub async fn resources(
    State(house): State<Arc<House>>,
    _system: System,
    Params(asked): Params<After>,
) -> Result<Json<ResourceList>> {
    let found = house.read(|read| query::resources(read, asked.after.as_deref()))?;
    Ok(Json(ResourceList { resources: found.into_iter().map(ResourceView::from).collect() }))
}

/// One use of a resource.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"project_no": "SC20261126-0001", "for_case": "WS20261126-0007", "purpose": "核对经营资格"}))]
pub struct UseBody {
    /// The case whose records are needed.
    pub project_no: String,
    /// The caller's own case for which they are needed.
    pub for_case: String,
    /// For what, in words.
    pub purpose: String,
}

/// Records that were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordList {
    /// Which use of the permit this was.
    pub uses: i64,
    /// The records, as they were sent.
    #[schema(value_type = Vec<Object>)]
    pub records: Vec<Map<String, Value>>,
}

/// Uses a resource once, for a case that is named. Each use is metered and told to the owner.
#[utoipa::path(post, path = "/api/v1/exchange/resources/{id}/uses", tag = "exchange", operation_id = "useResource",
    security(("bearer" = [])), params(("id" = String, Path, description = "资源编号")), request_body = UseBody,
    responses((status = 200, description = "记录", body = RecordList), BodyErrors, CommandErrors, SignedErrors, Errors))]
pub async fn usage(
    State(house): State<Arc<House>>,
    System(source): System,
    Path(id): Path<String>,
    Large(body): Large<UseBody>,
) -> Result<Json<RecordList>> {
    let id = id.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let UseBody { project_no, for_case, purpose } = body.value;
    let used =
        house.write(move |tx| ::exchange::usage(tx, &source, &id, project_no.trim(), &for_case, &purpose)).await?;
    Ok(Json(RecordList { uses: used.0.uses, records: used.1 }))
}

/// Which case.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// A case number.
    pub project_no: Option<String>,
}

/// A case that another system handles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"origin": "xuanwu-scjg", "project_no": "SC20261126-0001", "department": "320102000000-310",
    "item": "320131907000", "name": "食品经营许可", "applicant": "林**", "applied": "2026-11-26T01:00:00Z",
    "accepted": "2026-11-26T01:30:00Z", "processes": 1, "result": "0", "ended": "2026-11-26T02:00:00Z"}))]
pub struct CaseView {
    /// The system, or `node.` and the node that handed it up.
    pub origin: String,
    /// Its number there.
    pub project_no: String,
    /// Who handles it.
    pub department: String,
    /// The item's code.
    pub item: String,
    /// The item's name.
    pub name: String,
    /// The applicant, masked.
    pub applicant: String,
    /// When it was applied for (RFC 3339).
    pub applied: String,
    /// When it was accepted.
    pub accepted: Option<String>,
    /// How many steps were told.
    pub processes: i64,
    /// How it ended (result_type).
    pub result: Option<String>,
    /// When.
    pub ended: Option<String>,
}

/// Cases that were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseFinds {
    /// The cases, for who may see them.
    pub cases: Vec<CaseView>,
}

/// Cases of other systems by their number, for staff who may see the department's cases.
#[utoipa::path(get, path = "/api/v1/exchange/cases", tag = "exchange", operation_id = "findExternalCases",
    security(("bearer" = [])), params(CaseQuery),
    responses((status = 200, description = "外部办件", body = CaseFinds), SignedErrors, Errors))]
pub async fn cases(
    State(house): State<Arc<House>>,
    caller: Caller,
    Params(asked): Params<CaseQuery>,
) -> Result<Json<CaseFinds>> {
    let actor = caller.session.actor;
    if !query::SEEING.iter().any(|duty| actor.holds(*duty)) {
        return Err(Fault::refused(&Refusal::NotYours));
    }
    let found = house.read(|read| query::external(read, &actor, asked.project_no.as_deref().unwrap_or_default()))?;
    let view = |one: ::exchange::ExternalCase| CaseView {
        origin: one.origin.to_string(),
        project_no: one.project_no,
        department: one.case.department.to_string(),
        item: one.case.item,
        name: one.case.name,
        applicant: one.applicant,
        applied: one.case.applied.to_string(),
        accepted: one.case.accepted.map(|at| at.to_string()),
        processes: one.case.processes,
        result: one.case.result,
        ended: one.case.result_at.map(|at| at.to_string()),
    };
    Ok(Json(CaseFinds { cases: found.into_iter().map(view).collect() }))
}

/// Envelopes that another node hands up; the answer is a signed receipt. The signatures are the credential.
pub async fn packets(State(house): State<Arc<House>>, Large(body): Large<Packet>) -> Result<Json<Receipt>> {
    let (db, nodes) = (house.db.clone(), Arc::clone(&house.config.nodes));
    answer(move || ::exchange::receive_packet(&db, &nodes, body.value)).await
}

/// What another node says that it handed up on one day; the answer says what is here.
pub async fn statements(State(house): State<Arc<House>>, Large(body): Large<Statement>) -> Result<Json<Answer>> {
    let (db, nodes) = (house.db.clone(), Arc::clone(&house.config.nodes));
    answer(move || ::exchange::receive_statement(&db, &nodes, &body.value)).await
}

/// Signatures take their time, so they are checked and made on a thread of their own.
async fn answer<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, Failure<Refusal>> + Send + 'static,
) -> Result<Json<T>> {
    Ok(Json(tokio::task::spawn_blocking(work).await.map_err(broken)??))
}
