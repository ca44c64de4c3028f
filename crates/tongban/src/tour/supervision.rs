//! The house watches itself: a case that was accepted and decided within minutes, though it is not done on the spot, is noticed.

use super::{
    People,
    applicant::Filed,
    walk::{Step, Walk, text},
};
use crate::http::Ask;

/// The supervisor finds the warning of the tour's own case; the applicant finds nothing there.
pub fn watched(walk: &mut Walk, people: &People, filed: &Filed) -> Step<()> {
    let (name, password) = (&people.supervisor.name, &people.supervisor.password);
    let supervisor = walk.sign_in("The supervisor signs in", name, password, None)?;
    let path = "/api/v1/supervision/flags?rule=P7";
    let found = walk.until("The case decided within minutes is noticed", path, &supervisor, |page| {
        page["flags"].as_array()?.iter().find(|flag| flag["case"] == filed.number).cloned()
    })?;
    walk.note(&format!("{} {}: evidence {}", text(&found, "/rule")?, text(&found, "/grade")?, found["evidence"]));
    let address = format!("/api/v1/supervision/flags/{}", text(&found, "/id")?);
    walk.get("… with the journal entries it rests on", &address, Some(&supervisor))?;
    let ask = Ask::plain().bearer(&filed.token);
    walk.refused("The applicant finds no such thing", "GET", &address, ask, (404, "supervision.not-found"))?;
    Ok(())
}
