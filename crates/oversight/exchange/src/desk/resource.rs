//! The resource catalogue: publishing, asking, permitting, using.

use kernel::{Actor, DepartmentId};
use serde_json::{Map, Value};
use store::{Read, Tx};

use super::{HOUSE, Result, batch};
use crate::model::{RequestEvent, ResourceEvent};
use crate::rules::RequestCommand;
use crate::{Kind, Refusal, Request, RequestId, Resource, ResourceId, Share, Source, SourceId, query, rules, table};

/// Most records that one use gives.
const RECORDS_MOST: usize = 200;

/// Enters a department's records of one kind into the catalogue.
pub fn publish(
    tx: &mut Tx,
    actor: &Actor,
    name: &str,
    department: DepartmentId,
    records: Kind,
    share: Share,
    terms: &str,
) -> Result<Resource> {
    let event = rules::published(actor, name, department, records, share, terms)?;
    organisation::department(tx, &department)?.ok_or(Refusal::NoDepartment)?;
    let id = ResourceId::new(store::fresh_uuid());
    let resource = rules::replay_resource(id, [&event]).ok_or(Refusal::NotFound)?;
    table::resource::insert(tx, &resource)?;
    tx.journal(actor, &resource_stream(&id), 1, &[event])?;
    Ok(resource)
}

/// Shares a resource otherwise from now on.
pub fn revise(tx: &mut Tx, actor: &Actor, id: &ResourceId, share: Share, terms: &str) -> Result<Resource> {
    let mut resource = table::resource::load(tx, id)?.ok_or(Refusal::NotFound)?;
    let event: ResourceEvent = rules::revised(&resource, actor, share, terms)?;
    let version = resource.version;
    rules::apply_resource(&mut resource, &event);
    table::resource::save(tx, &resource, version)?;
    tx.journal(actor, &resource_stream(id), resource.version, &[event])?;
    Ok(resource)
}

/// Asks that a system may use a resource.
pub fn ask(tx: &mut Tx, actor: &Actor, id: &ResourceId, asker: &SourceId, purpose: &str) -> Result<Request> {
    let resource = table::resource::load(tx, id)?.ok_or(Refusal::NotFound)?;
    let asker = query::source_for(tx, actor, asker)?;
    let events = rules::asked(&resource, &asker, actor, purpose, tx.now())?;
    let id = RequestId::new(store::fresh_uuid());
    let request = rules::replay_request(id, &events).ok_or(Refusal::NotFound)?;
    table::resource::insert_request(tx, &request)?;
    tx.journal(actor, &request_stream(&id), 1, &events)?;
    Ok(request)
}

/// Permits, refuses or takes back.
pub fn handle_request(tx: &mut Tx, actor: &Actor, id: &RequestId, command: &RequestCommand) -> Result<Request> {
    let request = table::resource::load_request(tx, id)?.ok_or(Refusal::NotFound)?;
    let resource = table::resource::load(tx, &request.resource)?.ok_or(Refusal::NotFound)?;
    let event = rules::decide_request(&request, &resource, actor, command)?;
    happen(tx, actor, request, event)
}

/// Uses a resource once, for a case that is named: the records of `project_no`, metered and told.
pub fn usage(
    tx: &mut Tx,
    user: &Source,
    id: &ResourceId,
    project_no: &str,
    for_case: &str,
    purpose: &str,
) -> Result<(Request, Vec<Map<String, Value>>)> {
    let resource = table::resource::load(tx, id)?.ok_or(Refusal::NotFound)?;
    let request = table::resource::permit(tx, &user.id, id)?.ok_or(Refusal::NoPermit)?;
    let vault = tx.vault();
    let mut records = vec![];
    for (origin, _, case) in table::row::with_number(tx, project_no, query::LIST_MOST)? {
        if case.department != resource.department {
            continue;
        }
        for (guid, kind, _, body) in table::row::of_case(tx, &origin, project_no, RECORDS_MOST)? {
            if kind == resource.kind {
                let mut record = batch::unseal(&vault, &body)?;
                record.insert("table".to_owned(), kind.name().into());
                record.insert("row_guid".to_owned(), guid.into());
                records.push(record);
            }
        }
    }
    let rows = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let event = rules::may_use(&request, &resource, project_no, for_case, purpose, rows)?;
    Ok((happen(tx, &HOUSE, request, event)?, records))
}

fn happen(tx: &mut Tx, actor: &Actor, mut request: Request, event: RequestEvent) -> Result<Request> {
    let (version, now) = (request.version, tx.now());
    rules::apply_request(&mut request, &event);
    table::resource::save_request(tx, &request, version)?;
    if let RequestEvent::Used(usage) = &event {
        table::resource::meter(tx, &request, usage, now)?;
    }
    tx.journal(actor, &request_stream(&request.id), request.version, &[event])?;
    Ok(request)
}

/// The journal stream of a resource.
pub(crate) fn resource_stream(id: &ResourceId) -> String {
    format!("exchange-resource:{id}")
}

/// The journal stream of a request.
pub(crate) fn request_stream(id: &RequestId) -> String {
    format!("exchange-request:{id}")
}
