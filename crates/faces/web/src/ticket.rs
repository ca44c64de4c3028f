//! What a request says about its visitor before anything is looked up.

use axum::http::{HeaderMap, Uri};
use kernel::RegionCode;

use crate::{REGION_COOKIE, SESSION_COOKIE, SUBJECT_COOKIE, Ui, cookie, guard};

/// Read once for each request from its cookies; the [`crate::Visitor`] is made from it.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// The text of the session cookie.
    pub(crate) session: Option<String>,
    /// The place that the cookie remembers.
    pub region: Option<RegionCode>,
    /// For whom somebody looked last: `person` or `company`, as the cookie remembers it.
    pub subject: Option<String>,
    /// How pages shall look.
    pub ui: Ui,
    /// The cookie of a visitor without session.
    pub(crate) anonymous: Anonymous,
    /// Path and query of this request.
    pub path: String,
    /// Names this request in logs and on fault pages.
    pub trace: String,
    /// Whether the answer should be a problem document rather than a page.
    pub wants_json: bool,
}

/// The cookie that binds form tokens of a visitor without session.
#[derive(Debug, Clone)]
pub(crate) struct Anonymous {
    pub(crate) text: String,
    /// It must still be given to the browser.
    pub(crate) is_new: bool,
}

pub(crate) const ANONYMOUS_COOKIE: &str = "tb_visit";
pub(crate) const UI_COOKIE: &str = "ui";

impl Ticket {
    pub(crate) fn read(headers: &HeaderMap, uri: &Uri) -> Ticket {
        let known = cookie::find(headers, ANONYMOUS_COOKIE)
            .filter(|text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let anonymous = match known {
            Some(text) => Anonymous { text: text.to_owned(), is_new: false },
            None => Anonymous { text: hex::encode(guard::random::<16>()), is_new: true },
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let accept = headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let prefers_json = accept.contains("json") && !accept.contains("text/html");
        Ticket {
            session: cookie::find(headers, SESSION_COOKIE).map(str::to_owned),
            region: cookie::find(headers, REGION_COOKIE).and_then(|code| code.parse().ok()),
            subject: cookie::find(headers, SUBJECT_COOKIE).map(str::to_owned),
            ui: cookie::find(headers, UI_COOKIE).and_then(Ui::parse).unwrap_or_default(),
            anonymous,
            wants_json: path.starts_with("/api/") || prefers_json,
            path,
            trace: hex::encode(guard::random::<8>()),
        }
    }
}
