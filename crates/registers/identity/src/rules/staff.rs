//! Appointing staff and giving them powers. The administrator asks, the security officer approves, the auditor
//! watches; nobody is two of them, and none of them handles cases (三员分立).

use kernel::{Actor, DepartmentId, Duty, Power};

use super::Refusal;
use crate::model::{NewStaff, PendingPowers, Staff, StaffEvent as Event};

/// What can be asked about a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Enter a new member of staff; the powers named are asked for, not given.
    Appoint(Box<NewStaff>),
    /// Move to another post or department: all powers end.
    Move {
        /// New post.
        post: String,
        /// New home department.
        department: DepartmentId,
    },
    /// Ask for powers in place of those in force.
    RequestPowers {
        /// All powers wanted.
        powers: Vec<Power>,
        /// Why.
        reason: String,
    },
    /// Approve what was asked for.
    ApprovePowers,
    /// Refuse what was asked for.
    RefusePowers {
        /// Why.
        reason: String,
    },
    /// End the service.
    Dismiss {
        /// Why.
        reason: String,
    },
}

/// What the rules need to know besides the row.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Whether the staff number belongs to somebody else already.
    pub number_taken: bool,
    /// Duties that the same person holds under another staff number.
    pub other_duties: Vec<Duty>,
    /// The name of a new member of staff, sealed with their own key.
    pub sealed_name: Option<kernel::Sealed>,
}

/// What happens if `actor` commands now. `staff` is the row named, `None` for a new one.
///
/// # Errors
/// A [`Refusal`] naming the separation of officers or the missing power.
pub fn decide(staff: Option<&Staff>, actor: &Actor, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use Command as C;
    if let (C::Appoint(new), None) = (command, staff) {
        return appoint(new, actor, facts);
    }
    let staff = staff.ok_or(Refusal::UnknownStaff)?;
    if let Actor::Staff { staff: own, .. } = actor
        && *own == staff.id
    {
        return Err(Refusal::OwnPowers);
    }
    if !staff.active {
        return Err(Refusal::NotServing);
    }
    match command {
        C::Appoint(_) => Err(Refusal::StaffNumberTaken),
        C::Move { post, department } => {
            may(actor, Duty::Administer, &staff.department)?;
            may(actor, Duty::Administer, department)?;
            post_named(post)?;
            Ok(vec![Event::Moved { post: post.clone(), department: *department }])
        }
        C::RequestPowers { powers, reason } => {
            may(actor, Duty::Administer, &staff.department)?;
            super::reason(reason)?;
            separate(powers, &facts.other_duties)?;
            Ok(vec![requested(actor, powers, reason)])
        }
        C::ApprovePowers => {
            let pending = approver(staff, actor)?;
            separate(&pending.powers, &facts.other_duties)?;
            Ok(vec![Event::PowersGranted { powers: pending.powers.clone() }])
        }
        C::RefusePowers { reason } => {
            approver(staff, actor)?;
            super::reason(reason)?;
            Ok(vec![Event::PowersRefused { reason: reason.clone() }])
        }
        C::Dismiss { reason } => {
            may(actor, Duty::Administer, &staff.department)?;
            super::reason(reason)?;
            Ok(vec![Event::Dismissed { reason: reason.clone() }])
        }
    }
}

fn appoint(new: &NewStaff, actor: &Actor, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    may(actor, Duty::Administer, &new.department)?;
    post_named(&new.post)?;
    if facts.number_taken {
        return Err(Refusal::StaffNumberTaken);
    }
    separate(&new.powers, &facts.other_duties)?;
    let mut events = vec![Event::Appointed {
        number: new.number.clone(),
        name: facts.sealed_name.clone().unwrap_or_else(|| kernel::Sealed(String::new())),
        person: new.person,
        post: new.post.trim().to_owned(),
        department: new.department,
    }];
    match actor {
        // Setting up a house is the platform's own act: there is no officer yet who could ask or approve.
        Actor::System(_) => events.push(Event::PowersGranted { powers: new.powers.clone() }),
        _ if new.powers.is_empty() => {}
        _ => events.push(requested(actor, &new.powers, "任用")),
    }
    Ok(events)
}

fn requested(actor: &Actor, powers: &[Power], reason: &str) -> Event {
    Event::PowersRequested { powers: powers.to_vec(), asked_by: actor.label(), reason: reason.to_owned() }
}

/// The security officer who approves is not the administrator who asked, even if a record was put wrong by hand.
fn approver<'a>(staff: &'a Staff, actor: &Actor) -> Result<&'a PendingPowers, Refusal> {
    may(actor, Duty::Secure, &staff.department)?;
    let pending = staff.pending.as_ref().ok_or(Refusal::NothingPending)?;
    if pending.asked_by == actor.label() { Err(Refusal::SamePersonApproves) } else { Ok(pending) }
}

fn may(actor: &Actor, duty: Duty, department: &DepartmentId) -> Result<(), Refusal> {
    let allowed = matches!(actor, Actor::System(_)) || actor.may(duty, department);
    if allowed { Ok(()) } else { Err(Refusal::NotAllowed { duty }) }
}

fn post_named(post: &str) -> Result<(), Refusal> {
    let length = post.trim().chars().count();
    if (1..=50).contains(&length) { Ok(()) } else { Err(Refusal::BadPost) }
}

/// System administrator, security officer and auditor are three people, and none of them handles cases.
///
/// Source: GB/T 22239-2019 第三级 安全管理中心 (系统管理、审计管理、安全管理), 访问控制 (管理用户权限分离).
///
/// # Errors
/// [`Refusal::OfficersSeparate`] or [`Refusal::OfficerHandlesCases`].
pub fn separate(powers: &[Power], other_duties: &[Duty]) -> Result<(), Refusal> {
    let duties: Vec<Duty> = powers.iter().map(|power| power.duty).chain(other_duties.iter().copied()).collect();
    let officer = |duty: &Duty| matches!(duty, Duty::Administer | Duty::Secure | Duty::Audit);
    for (n, one) in duties.iter().enumerate() {
        for other in &duties[n + 1..] {
            match (one.goes_with(*other), officer(one) && officer(other)) {
                (true, _) => {}
                (false, true) => return Err(Refusal::OfficersSeparate),
                (false, false) => return Err(Refusal::OfficerHandlesCases),
            }
        }
    }
    Ok(())
}

/// What `event` did to `staff`. The name, sealed in the event, is put in by the caller that can unseal it.
pub fn apply(staff: &mut Staff, event: &Event) {
    staff.version += 1;
    match event {
        Event::Appointed { number, name: _, person, post, department } => {
            staff.number = number.clone();
            staff.person = *person;
            staff.post = post.clone();
            staff.department = *department;
            staff.active = true;
        }
        Event::Moved { post, department } => {
            staff.post = post.clone();
            staff.department = *department;
            staff.powers = vec![];
            staff.pending = None;
        }
        Event::PowersRequested { powers, asked_by, reason } => {
            let (powers, asked_by, reason) = (powers.clone(), asked_by.clone(), reason.clone());
            staff.pending = Some(PendingPowers { powers, asked_by, reason });
        }
        Event::PowersGranted { powers } => {
            staff.powers = powers.clone();
            staff.pending = None;
        }
        Event::PowersRefused { .. } => staff.pending = None,
        Event::Dismissed { .. } => {
            staff.powers = vec![];
            staff.pending = None;
            staff.active = false;
        }
    }
}
