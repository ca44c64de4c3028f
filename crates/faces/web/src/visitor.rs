//! Who is visiting: the session, the place and the look, with what pages need of them.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};
use identity::{PartyKind, Role, Session, Token};
use kernel::{Actor, PartyId, RegionCode};
use store::ReadExt;

use crate::{Fault, Frame, House, RegionWords, Section, Ticket, Ui, guard::Secret, words};

/// The visitor of this request. As an extractor it never refuses: a page that needs somebody signed in asks
/// [`Visitor::citizen`] or [`Visitor::staff`].
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The session, if one is open.
    pub session: Option<Session>,
    /// The token of that session, for signing out.
    pub token: Option<Token>,
    /// The place: as chosen, else where the person lives.
    pub region: Option<RegionWords>,
    /// Whether the place was chosen (and not only guessed).
    pub has_chosen: bool,
    /// Whether a company's affairs are looked for: by who is signed in, else as last chosen.
    pub for_company: bool,
    /// How pages look.
    pub ui: Ui,
    /// Messages that wait unread for the party acted for.
    pub unread: u64,
    /// Path and query of this request.
    pub path: String,
    /// Names this request in logs.
    pub trace: String,
    pub(crate) secret: Secret,
}

impl Visitor {
    /// Looks up what the ticket names. A session that ended or an unknown place is simply not there.
    pub(crate) fn of(house: &House, ticket: &Ticket) -> Result<Visitor, store::Error> {
        let token: Option<Token> = ticket.session.as_deref().and_then(|text| text.parse().ok());
        let look_up = || {
            house.db.read::<_, store::Error>(|read| {
                let session = match &token {
                    Some(token) => identity::session(read, token)?,
                    None => None,
                };
                let unread = match session.as_ref().filter(|session| has_box(session)).map(|session| &session.actor) {
                    Some(Actor::Citizen { acting_for, .. }) => messages::query::unread(read, acting_for)?,
                    _ => 0,
                };
                Ok((session, unread, read.cached::<organisation::Regions>()?))
            })
        };
        let (session, unread, regions) = house.patiently(look_up)?;
        if let Some(session) = session.as_ref().filter(|session| session.wants_touch) {
            let (db, key) = (house.db.clone(), session.key);
            // A failure only means that the session is noted as used a little later.
            tokio::spawn(db.write_async(move |tx| identity::touch(tx, &key)));
        }
        let chosen = ticket.region.and_then(|code| RegionWords::of(&regions, &code));
        let home = session.as_ref().and_then(|session| session.region);
        let has_chosen = chosen.is_some();
        let region = chosen.or_else(|| home.and_then(|code| RegionWords::of(&regions, &code)));
        let secret = match &session {
            Some(session) => Secret::of(&session.csrf),
            None => Secret::of(&ticket.anonymous.text),
        };
        let acting = session.as_ref().and_then(|session| session.acting_for.as_ref());
        let for_company = match acting {
            Some(acting) => acting.kind == PartyKind::Organisation,
            None => ticket.subject.as_deref() == Some("company"),
        };
        Ok(Visitor {
            for_company,
            token: token.filter(|_| session.is_some()),
            session,
            region,
            has_chosen,
            ui: ticket.ui,
            unread,
            path: ticket.path.clone(),
            trace: ticket.trace.clone(),
            secret,
        })
    }

    /// The frame for a page of this title.
    pub fn frame(&self, house: &House, title: impl Into<String>) -> Frame {
        let session = self.session.as_ref();
        Frame {
            title: title.into(),
            faulty: false,
            ui: self.ui,
            site: Arc::clone(&house.site),
            demo: house.config.demo,
            prelude: house.config.prelude.as_ref().and_then(|prelude| prelude.percent()),
            back: words::percent(&self.path),
            region: self.region.clone(),
            person: session.map(|session| session.name.clone()),
            is_staff: session.is_some_and(|session| matches!(session.role, Role::Staff { .. })),
            acting_for: session.and_then(|session| session.acting_for.as_ref()).map(|other| other.name.clone()),
            unread: session.filter(|session| session.role == Role::Citizen).map(|_| self.unread),
            section: Section::None,
            post: session.and_then(|session| match &session.role {
                Role::Staff { post, .. } => Some(post.clone()),
                Role::Citizen => None,
            }),
            tabs: vec![],
            today: words::long_day(house.db.today()),
            secret: self.secret.clone(),
        }
    }

    /// The citizen signed in and the party acted for; sends everybody else to sign in and back here.
    pub fn citizen(&self) -> Result<(&Session, PartyId), Fault> {
        let session = self.session.as_ref().ok_or_else(|| Fault::sign_in(&self.path))?;
        match &session.actor {
            Actor::Citizen { acting_for, .. } => Ok((session, *acting_for)),
            _ => Err(Fault::forbidden("face.citizens-only", "这一页只给办事人用。您现在用的是工作人员账号。")
                .with_remedy("请退出后用本人账号登录。")),
        }
    }

    /// The member of staff signed in; sends everybody else to sign in and back here.
    pub fn staff(&self) -> Result<&Session, Fault> {
        let session = self.session.as_ref().ok_or_else(|| Fault::sign_in(&self.path))?;
        match &session.actor {
            Actor::Staff { .. } => Ok(session),
            _ => Err(Fault::forbidden("face.staff-only", "这一页只给工作人员用。")),
        }
    }

    /// The place chosen, as a code.
    pub fn region_code(&self) -> Option<RegionCode> {
        self.region.as_ref().map(|region| region.code)
    }

    /// Refuses a form whose token was not made for this visitor.
    pub fn check(&self, token: &str) -> Result<(), Fault> {
        if self.secret.accepts(token) { Ok(()) } else { Err(Fault::forged()) }
    }
}

/// Whether the badge counts for this session: one's own messages and those of an organisation one acts for. What another
/// person is told is counted for that person alone.
fn has_box(session: &Session) -> bool {
    session.acting_for.as_ref().is_none_or(|other| other.kind == identity::PartyKind::Organisation)
}

impl<S> FromRequestParts<S> for Visitor
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Visitor, Fault> {
        if let Some(visitor) = parts.extensions.get::<Visitor>() {
            return Ok(visitor.clone());
        }
        let house = Arc::<House>::from_ref(state);
        let ticket = match parts.extensions.get::<Ticket>() {
            Some(ticket) => ticket.clone(),
            None => Ticket::read(&parts.headers, &parts.uri),
        };
        let visitor = Visitor::of(&house, &ticket)?;
        parts.extensions.insert(visitor.clone());
        Ok(visitor)
    }
}
