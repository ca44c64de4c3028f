//! Giving back the way in to somebody who lost their authenticator (解除验证器): the security officer's act, with a reason.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use identity::{Holder, Refusal, StaffNumber, rules::account::Command};
use kernel::{Duty, Refuse};
use store::Failure;
use web::{Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page, page_with};

use crate::deck::{self, Desk};

#[derive(Template)]
#[template(path = "console/second.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
    /// Whose second factor was just taken away.
    done: Option<String>,
}

/// The form.
pub async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    Ok(page(&form(&house, &visitor, &Fields::default(), vec![], None)?))
}

fn form(
    house: &House,
    visitor: &Visitor,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    done: Option<String>,
) -> Result<Page, Fault> {
    let session = visitor.staff()?;
    if !session.actor.holds(Duty::Secure) {
        return Err(Failure::Refused(Refusal::NotAllowed { duty: Duty::Secure }).into());
    }
    let value = |key| sent.get(key).unwrap_or_default().to_owned();
    let fields = vec![
        Field::new(FieldKind::Text, "number", "工号")
            .value(value("number"))
            .width("w-18")
            .autocomplete("off")
            .wrong(&wrongs),
        Field::new(FieldKind::Text, "reason", "理由")
            .hint("写清楚怎样核实了是本人，200 字以内")
            .value(value("reason"))
            .width("w-30")
            .autocomplete("off")
            .wrong(&wrongs),
    ];
    let frame = deck::frame(visitor, house, session, "解除验证器", Desk::Second).with_errors(!wrongs.is_empty());
    Ok(Page { frame, wrongs, fields, done })
}

/// Takes the second factor away; the next sign-in sets up another.
pub async fn remove(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    let (given, reason) =
        (sent.get("number").unwrap_or_default().trim().to_owned(), sent.get("reason").unwrap_or_default());
    let reason = reason.trim().to_owned();
    let again = |key: &str, refusal: &Refusal| {
        let words = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
        let shown = form(&house, &visitor, &sent, vec![Wrong::new(key, words)], None)?;
        let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Ok(page_with(status, &shown))
    };
    let Ok(number) = given.parse::<StaffNumber>() else { return again("number", &Refusal::BadStaffNumber) };
    let removed = house.db.write_async(move |tx| {
        let staff = identity::staff_by_number(tx, &number)?.ok_or(Refusal::UnknownStaff)?;
        let account = identity::account_of(tx, Holder::Staff(staff.id))?.ok_or(Refusal::UnknownStaff)?;
        let command = Command::RemoveSecondFactor { reason: reason.clone() };
        identity::manage_account(tx, &actor, &account.id, &command)?;
        Ok::<_, Failure<Refusal>>(staff.name.to_string())
    });
    match removed.await {
        Ok(name) => Ok(page(&form(&house, &visitor, &Fields::default(), vec![], Some(name))?)),
        Err(Failure::Refused(refusal @ Refusal::ReasonMissing)) => again("reason", &refusal),
        Err(Failure::Refused(refusal @ (Refusal::UnknownStaff | Refusal::NoSecondFactor | Refusal::OwnAccount))) => {
            again("number", &refusal)
        }
        Err(failure) => Err(failure.into()),
    }
}
