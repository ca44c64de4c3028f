//! One command of a member of staff on one case, and where the browser goes afterwards.

use axum::response::Response;
use casework::{Command, Refusal, query};
use identity::Session;
use kernel::CaseNumber;
use store::{Error, Failure};
use web::{Fault, House};

/// Reads a case number from an address; what is none names no case.
pub fn number(text: &str) -> Result<CaseNumber, Fault> {
    text.parse().map_err(|_| no_case())
}

/// There is no such case, or none that this post may know of.
pub fn no_case() -> Fault {
    let mut fault = Fault::not_found().with_remedy("请核对 22 位办件编号。别的地区、别的部门的办件，这个岗位看不到。");
    fault.title = "没有这件办件".to_owned();
    fault.detail = "编号抄错了，或者这件不归您的岗位办。".to_owned();
    fault
}

/// Carries out `command` if the case is still as it was when the page was made, then leads to `next`.
pub async fn carry_out(
    house: &House,
    session: &Session,
    number: CaseNumber,
    version: i64,
    command: Command,
    next: &str,
) -> Result<Response, Fault> {
    let actor = session.actor.clone();
    house
        .write(move |tx| {
            let case = query::case_for(tx, &actor, &number)?;
            if case.version != version {
                return Err(Failure::<Refusal>::Broken(Error::Lost));
            }
            casework::handle(tx, &actor, &number, &command)
        })
        .await?;
    Ok(web::redirect(next))
}

/// The version of the case that a form was made from.
pub fn version(fields: &web::Fields) -> Result<i64, Fault> {
    fields
        .get("version")
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Fault::bad_request("console.bad-form", "表单不完整。").with_remedy("请刷新办件页面再操作一次。"))
}
