//! A member of staff at one case, what they sent, and where the browser goes after a command.

use std::collections::HashMap;
use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, request::Parts},
    response::Response,
};
use casework::{Case, Command, Event, Refusal, query};
use identity::Session;
use kernel::CaseNumber;
use store::{Error, Failure};
use web::{Fault, Fields, House, Visitor};

use crate::sheet::{self, Sheet, Whole};

/// Somebody of the staff who opened a case: every page with `{number}` in its address begins so.
pub struct At {
    pub house: Arc<House>,
    pub visitor: Visitor,
    pub session: Session,
    pub number: CaseNumber,
}

/// What they sent from such a page, and the version of the case that the page was made from.
pub struct Sent {
    pub at: At,
    pub version: i64,
    pub fields: Fields,
}

impl<S> FromRequestParts<S> for At
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<At, Fault> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let session = visitor.staff()?.clone();
        let Path(names) =
            Path::<HashMap<String, String>>::from_request_parts(parts, state).await.map_err(|_| Fault::not_found())?;
        let number = names.get("number").and_then(|text| text.parse().ok()).ok_or_else(no_case)?;
        Ok(At { house: Arc::<House>::from_ref(state), visitor, session, number })
    }
}

impl<S> FromRequest<S> for Sent
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Sent, Fault> {
        // A form that was forged is told so before anything else.
        let (parts, body) = request.into_parts();
        let mut own = parts.clone();
        let fields = Fields::from_request(Request::from_parts(parts, body), state).await?;
        let at = At::from_request_parts(&mut own, state).await?;
        let version = fields.get("version").and_then(|text| text.parse().ok()).ok_or_else(|| {
            Fault::bad_request("console.bad-form", "表单不完整。").with_remedy("请刷新办件页面再操作一次。")
        })?;
        Ok(Sent { at, version, fields })
    }
}

impl At {
    /// The case with everything that belongs on its page.
    pub fn sheet(&self, whole: Option<&Whole>) -> Result<Sheet, Fault> {
        self.house.ask(|read| sheet::load(read, &self.session, &self.number, whole)).map_err(told)
    }

    /// The case alone.
    pub fn case(&self) -> Result<Case, Fault> {
        self.house.ask(|read| query::case_for(read, &self.session.actor, &self.number)).map_err(told)
    }
}

/// A case that is not there reads the same, whatever was wrong with its number.
fn told(fault: Fault) -> Fault {
    if fault.status == StatusCode::NOT_FOUND { no_case() } else { fault }
}

/// There is no such case, or none that this post may know of.
fn no_case() -> Fault {
    let mut fault = Fault::not_found().with_remedy("请核对 22 位办件编号。别的地区、别的部门的办件，这个岗位看不到。");
    fault.title = "没有这件办件".to_owned();
    fault.detail = "编号抄错了，或者这件不归您的岗位办。".to_owned();
    fault
}

impl Sent {
    /// What somebody typed into a field.
    pub fn text(&self, key: &str) -> String {
        self.fields.get(key).unwrap_or_default().to_owned()
    }

    /// Carries out `command` if the case is still as it was when the page was made, then leads to `next`.
    pub async fn carry_out(&self, command: Command, next: &str) -> Result<Response, Fault> {
        let (actor, number, version) = (self.at.session.actor.clone(), self.at.number, self.version);
        self.at
            .house
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

    /// What `command` would do, if the case is still as it was when the page was made.
    pub fn foresee(&self, command: &Command) -> Result<Vec<Event>, Fault> {
        self.at.house.ask(|read| {
            let case = query::case_for(read, &self.at.session.actor, &self.at.number)?;
            if case.version != self.version {
                return Err(Failure::<Refusal>::Broken(Error::Lost));
            }
            query::foresee(read, &self.at.session.actor, &case, command)
        })
    }
}
