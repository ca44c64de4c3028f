//! The resource catalogue: who offers, who asks, who permits, who uses.

use kernel::{Actor, DepartmentId, StaffId, Timestamp};

use crate::model::{RequestEvent, ResourceEvent};
use crate::{Kind, Refusal, Request, RequestId, RequestState, Resource, ResourceId, Share, Source, Usage};

use super::{may_care, written};

/// What may be done with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestCommand {
    /// Permit it.
    Approve,
    /// Refuse it.
    Refuse {
        /// Why.
        reason: String,
    },
    /// Take the permit back.
    Revoke {
        /// Why.
        reason: String,
    },
}

/// Enters records into the catalogue.
pub fn published(
    actor: &Actor,
    name: &str,
    department: DepartmentId,
    records: Kind,
    share: Share,
    terms: &str,
) -> Result<ResourceEvent, Refusal> {
    let by = may_care(actor, &department)?;
    let terms = terms_for(share, terms)?;
    Ok(ResourceEvent::Published { name: written(name, "/name")?, department, records, share, terms, by })
}

/// Shares a resource otherwise from now on.
pub fn revised(resource: &Resource, actor: &Actor, share: Share, terms: &str) -> Result<ResourceEvent, Refusal> {
    let by = may_care(actor, &resource.department)?;
    Ok(ResourceEvent::Revised { share, terms: terms_for(share, terms)?, by })
}

/// Conditions must be named, and so must the ground for keeping something back.
fn terms_for(share: Share, terms: &str) -> Result<String, Refusal> {
    match share {
        Share::Unconditional => Ok(terms.trim().chars().take(500).collect()),
        Share::Conditional | Share::Closed => written(terms, "/terms"),
    }
}

/// Asks that a system may use a resource. What is shared without conditions is permitted at once.
pub fn asked(
    resource: &Resource,
    asker: &Source,
    actor: &Actor,
    purpose: &str,
    at: Timestamp,
) -> Result<Vec<RequestEvent>, Refusal> {
    let by = may_care(actor, &asker.department)?;
    if resource.share == Share::Closed {
        return Err(Refusal::NotShared);
    }
    let purpose = written(purpose, "/purpose")?;
    let mut events = vec![RequestEvent::Asked { resource: resource.id, asker: asker.id.clone(), by, at, purpose }];
    if resource.share == Share::Unconditional {
        events.push(RequestEvent::Approved { by: None });
    }
    Ok(events)
}

/// What the owner decides on a request.
pub fn decide_request(
    request: &Request,
    resource: &Resource,
    actor: &Actor,
    command: &RequestCommand,
) -> Result<RequestEvent, Refusal> {
    use {RequestCommand as C, RequestState as S};
    let by = may_care(actor, &resource.department)?;
    match (&request.state, command) {
        (S::Asked, C::Approve) if by == request.by => Err(Refusal::OwnRequest),
        (S::Asked, C::Approve) => Ok(RequestEvent::Approved { by: Some(by) }),
        (S::Asked, C::Refuse { reason }) => Ok(RequestEvent::Refused { by, reason: written(reason, "/reason")? }),
        (S::Approved, C::Revoke { reason }) => Ok(RequestEvent::Revoked { by, reason: written(reason, "/reason")? }),
        (state, _) => Err(Refusal::NotNow { state: state.name() }),
    }
}

/// Whether a request permits a use now, for a case that is named and a purpose.
pub fn may_use(
    request: &Request,
    resource: &Resource,
    project_no: &str,
    for_case: &str,
    purpose: &str,
    rows: i64,
) -> Result<RequestEvent, Refusal> {
    if request.state != RequestState::Approved || resource.share == Share::Closed {
        return Err(Refusal::NoPermit);
    }
    Ok(RequestEvent::Used(Usage {
        project_no: project_no.to_owned(),
        for_case: written(for_case, "/for_case")?,
        purpose: written(purpose, "/purpose")?,
        rows,
    }))
}

/// The resource that a stream gives.
pub fn replay_resource<'a>(id: ResourceId, events: impl IntoIterator<Item = &'a ResourceEvent>) -> Option<Resource> {
    let mut events = events.into_iter();
    let ResourceEvent::Published { name, department, records, share, terms, .. } = events.next()? else { return None };
    let (name, terms) = (name.clone(), terms.clone());
    let mut resource = Resource { id, version: 1, name, department: *department, kind: *records, share: *share, terms };
    events.for_each(|event| apply_resource(&mut resource, event));
    Some(resource)
}

/// What an event did to a resource.
pub fn apply_resource(resource: &mut Resource, event: &ResourceEvent) {
    resource.version += 1;
    if let ResourceEvent::Revised { share, terms, .. } = event {
        (resource.share, resource.terms) = (*share, terms.clone());
    }
}

/// The request that a stream gives.
pub fn replay_request<'a>(id: RequestId, events: impl IntoIterator<Item = &'a RequestEvent>) -> Option<Request> {
    let mut events = events.into_iter();
    let RequestEvent::Asked { resource, asker, by, at, purpose } = events.next()? else { return None };
    let mut request = begun(id, *resource, asker.clone(), *by, *at, purpose.clone());
    events.for_each(|event| apply_request(&mut request, event));
    Some(request)
}

fn begun(
    id: RequestId,
    resource: ResourceId,
    asker: crate::SourceId,
    by: StaffId,
    asked: Timestamp,
    purpose: String,
) -> Request {
    Request { id, version: 1, resource, asker, by, asked, purpose, uses: 0, state: RequestState::Asked }
}

/// What an event did to a request.
pub fn apply_request(request: &mut Request, event: &RequestEvent) {
    request.version += 1;
    match event {
        RequestEvent::Asked { .. } => {}
        RequestEvent::Approved { .. } => request.state = RequestState::Approved,
        RequestEvent::Refused { reason, .. } => request.state = RequestState::Refused { reason: reason.clone() },
        RequestEvent::Revoked { reason, .. } => request.state = RequestState::Revoked { reason: reason.clone() },
        RequestEvent::Used(_) => request.uses += 1,
    }
}
