//! Identifiers whole: shown once, and written down that this person looked and why.

use axum::response::Response;
use web::{Fault, Fields};

use crate::{act::At, desk, review, sheet::Whole};

/// Shows the case page of the desk it was asked at, with numbers whole.
pub async fn reveal(at: At, fields: Fields) -> Result<Response, Fault> {
    let number = at.number;
    let case = at.case()?;
    let (actor, applicant) = (at.session.actor.clone(), case.applicant);
    let papers = {
        let actor = actor.clone();
        at.house.write(move |tx| casework::reveal(tx, &actor, &number)).await?
    };
    let purpose = format!("办理办件 {number}");
    let particulars = at.house.write(move |tx| identity::reveal(tx, &actor, &applicant, &purpose)).await?;
    let sheet = at.sheet(Some(&Whole { particulars, papers }))?;
    if fields.get("desk") == Some("review") {
        review::shown(&at, sheet, &Fields::default(), vec![])
    } else {
        desk::shown(&at, sheet, &Fields::default(), vec![])
    }
}
