//! What events did to a service. Cannot fail, and names every event.

use crate::{Invited, Redress, RedressState, Service, ServiceEvent, Subject};

/// The service that an invitation begins.
pub fn open(subject: Subject, invited: &Invited) -> Service {
    Service {
        subject,
        version: 1,
        invited: invited.clone(),
        lapsed: None,
        first: None,
        follow_up: None,
        redress: None,
        published: None,
        withheld: None,
    }
}

/// The service that a whole stream gives; `None` if it does not begin with an invitation.
pub fn replay<'a>(subject: Subject, events: impl IntoIterator<Item = &'a ServiceEvent>) -> Option<Service> {
    let mut events = events.into_iter();
    let Some(ServiceEvent::Invited(invited)) = events.next() else { return None };
    let mut service = open(subject, invited);
    events.for_each(|event| apply(&mut service, event));
    Some(service)
}

/// What `event` did to `service`.
pub fn apply(service: &mut Service, event: &ServiceEvent) {
    service.version += 1;
    match event {
        ServiceEvent::Invited(invited) => *service = open(service.subject, invited),
        ServiceEvent::Lapsed { on } => service.lapsed = Some(*on),
        ServiceEvent::Rated(rating) => service.first = Some(rating.clone()),
        ServiceEvent::FollowedUp(rating) => service.follow_up = Some(rating.clone()),
        ServiceEvent::RedressOpened { on, contact_by, rectify_by } => {
            service.redress = Some(Redress {
                opened: *on,
                contact_by: *contact_by,
                rectify_by: *rectify_by,
                state: RedressState::ToContact,
                contact: None,
                contact_overdue: false,
                rectify_overdue: false,
                findings: vec![],
                objection: None,
                extended: false,
                reply: None,
            });
        }
        ServiceEvent::Published { what, .. } => service.published = Some(what.clone()),
        ServiceEvent::Withheld { reason, .. } => service.withheld = Some(reason.clone()),
        event => {
            if let Some(redress) = &mut service.redress {
                handled(redress, event);
            }
        }
    }
}

fn handled(redress: &mut Redress, event: &ServiceEvent) {
    match event {
        ServiceEvent::ContactOverdue { .. } => redress.contact_overdue = true,
        ServiceEvent::RectifyOverdue { .. } => redress.rectify_overdue = true,
        ServiceEvent::Contacted(contact) => {
            redress.contact = Some(contact.clone());
            redress.state = RedressState::ToVerify;
        }
        ServiceEvent::FoundValid { reason, .. } => {
            redress.findings.push(reason.clone());
            redress.state = RedressState::Rectifying;
        }
        ServiceEvent::DismissalProposed { kind, by, reason, .. } => {
            redress.findings.push(reason.clone());
            redress.state = RedressState::ToConfirm { kind: *kind, by: *by };
        }
        ServiceEvent::SetAside { kind, by, reason, object_until, .. } => {
            redress.findings.push(reason.clone());
            redress.state = RedressState::SetAside { kind: *kind, by: by.clone(), object_until: Some(*object_until) };
        }
        ServiceEvent::Objected { reason, .. } => {
            redress.objection = Some(reason.clone());
            if let RedressState::SetAside { kind, by, .. } = &redress.state {
                redress.state = RedressState::Contested { kind: *kind, by: by.clone() };
            }
        }
        ServiceEvent::Settled { valid, reason, rectify_by, .. } => {
            redress.findings.push(reason.clone());
            redress.state = match &redress.state {
                RedressState::Contested { kind, by } if !valid => {
                    RedressState::SetAside { kind: *kind, by: by.clone(), object_until: None }
                }
                _ => {
                    redress.rectify_by = *rectify_by;
                    redress.rectify_overdue = false;
                    RedressState::Rectifying
                }
            };
        }
        ServiceEvent::Extended { rectify_by, .. } => {
            redress.extended = true;
            redress.rectify_by = *rectify_by;
        }
        ServiceEvent::Replied(reply) => {
            redress.reply = Some(reply.clone());
            redress.state = RedressState::Answered { on: reply.on };
        }
        ServiceEvent::Invited(_)
        | ServiceEvent::Lapsed { .. }
        | ServiceEvent::Rated(_)
        | ServiceEvent::FollowedUp(_)
        | ServiceEvent::RedressOpened { .. }
        | ServiceEvent::Published { .. }
        | ServiceEvent::Withheld { .. } => {}
    }
}
