//! One way to say that something did not work: a page for people, a problem document for programs (RFC 9457).

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Class, FieldError, Refuse};
use serde::Serialize;
use store::Failure;

use crate::{Frame, House, Ticket, Visitor};

/// Why a request was not answered as asked. `?` turns store errors and rooms' failures into it. What it says is read
/// and changed through it, as [`Said`].
#[derive(Debug, Clone)]
pub struct Fault(Box<Said>);

impl std::ops::Deref for Fault {
    type Target = Said;

    fn deref(&self) -> &Said {
        &self.0
    }
}

impl std::ops::DerefMut for Fault {
    fn deref_mut(&mut self) -> &mut Said {
        &mut self.0
    }
}

/// What a [`Fault`] says.
#[derive(Debug, Clone)]
pub struct Said {
    /// Status of the answer.
    pub status: StatusCode,
    /// For programs; never changes once released.
    pub code: &'static str,
    /// In a few words.
    pub title: String,
    /// What is the matter, in the reader's words.
    pub detail: String,
    /// The article it rests on.
    pub article: Option<&'static str>,
    /// What to do now.
    pub remedy: Option<String>,
    /// Wrong fields.
    pub errors: Vec<FieldError>,
    /// Seconds after which it may work.
    pub retry_after: Option<u32>,
    /// For the log only.
    cause: Option<String>,
    /// The visitor is sent to sign in, and back to this path.
    sign_in: Option<String>,
}

/// When the rules say "too often", the shortest wait that any of them asks for.
const WAIT_SECONDS: u32 = 30;

impl Fault {
    fn new(status: StatusCode, code: &'static str, title: &str, detail: impl Into<String>) -> Fault {
        Fault(Box::new(Said {
            status,
            code,
            title: title.to_owned(),
            detail: detail.into(),
            article: None,
            remedy: None,
            errors: vec![],
            retry_after: None,
            cause: None,
            sign_in: None,
        }))
    }

    /// A room's refusal, with its article, remedy and fields.
    pub fn refused(refusal: &dyn Refuse) -> Fault {
        let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let mut fault = Fault::new(status, refusal.code(), title_of(status), refusal.to_string());
        fault.article = refusal.article();
        fault.remedy = refusal.remedy();
        fault.errors = refusal.fields();
        fault.retry_after = (refusal.class() == Class::TooMany).then_some(WAIT_SECONDS);
        fault
    }

    /// There is no such page, or none that this visitor may know of.
    pub fn not_found() -> Fault {
        Fault::new(StatusCode::NOT_FOUND, "face.not-found", "没有这个页面", "网址可能抄错了，或者这个页面已经搬走。")
            .with_remedy("可以从首页重新找，或者打 12345 问。")
    }

    /// Nobody is signed in: pages lead to signing in and back to `path`.
    pub fn sign_in(path: &str) -> Fault {
        let mut fault = Fault::new(StatusCode::UNAUTHORIZED, "face.sign-in", "请先登录", "登录以后才能看这一页。");
        fault.sign_in = Some(path.to_owned());
        fault
    }

    /// This visitor may not do that.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Fault {
        Fault::new(StatusCode::FORBIDDEN, code, title_of(StatusCode::FORBIDDEN), detail)
    }

    /// The form was not made by a page of this site for this visitor.
    pub fn forged() -> Fault {
        Fault::new(
            StatusCode::FORBIDDEN,
            "face.stale-form",
            "这张表单过期了",
            "为了您的安全，我们没有处理刚才提交的内容。可能是页面放得太久，或者您在别的窗口重新登录过。",
        )
        .with_remedy("请回到上一页，刷新以后再提交一次。")
    }

    /// The request cannot be understood.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, code, title_of(StatusCode::BAD_REQUEST), detail)
    }

    /// What was sent cannot be right; `errors` names the fields.
    pub fn invalid(code: &'static str, detail: impl Into<String>, errors: Vec<FieldError>) -> Fault {
        let mut fault =
            Fault::new(StatusCode::UNPROCESSABLE_ENTITY, code, title_of(StatusCode::UNPROCESSABLE_ENTITY), detail);
        fault.errors = errors;
        fault
    }

    /// More was sent than is taken.
    pub fn too_large(max_bytes: usize) -> Fault {
        let size = crate::words::bytes(max_bytes as u64);
        Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "face.too-large", "内容太大", format!("一次最多收 {size}。"))
            .with_remedy("请把图片压小，或者把文件分成几份再传。")
    }

    /// A kind of content that is not taken.
    pub fn unsupported(code: &'static str, detail: impl Into<String>) -> Fault {
        Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, "这种文件收不了", detail)
    }

    /// Too many requests from one client.
    pub fn too_many(seconds: u32) -> Fault {
        let mut fault = Fault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "face.too-many",
            "操作太快了",
            format!("同一个网络在短时间内发来的请求太多。请等 {seconds} 秒再试，已经填的内容不会丢。"),
        );
        fault.retry_after = Some(seconds);
        fault
    }

    /// It does not work now but will later.
    pub fn unavailable(code: &'static str, detail: impl Into<String>, seconds: u32) -> Fault {
        let mut fault = Fault::new(StatusCode::SERVICE_UNAVAILABLE, code, "现在办不了，过一会儿就好", detail);
        fault.retry_after = Some(seconds);
        fault
    }

    /// A defect. `cause` goes to the log only.
    pub fn broken(cause: impl Into<String>) -> Fault {
        let mut fault = Fault::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "face.broken",
            "我们这边出错了",
            "不是您的问题，刚才的操作没有生效。错误已经自动记下。",
        )
        .with_remedy("请重试一次。还不行就打 12345，报出下面的编号，我们能查到是哪里错了。");
        fault.cause = Some(cause.into());
        fault
    }

    /// Says what to do now.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Fault {
        self.remedy = Some(remedy.into());
        self
    }

    /// What to write into the log, if anybody must look.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// A fault made from an answer of the framework that speaks no Chinese.
    pub(crate) fn from_status(status: StatusCode) -> Option<Fault> {
        let detail = match status {
            StatusCode::NOT_FOUND => return Some(Fault::not_found()),
            StatusCode::METHOD_NOT_ALLOWED => "这个网址不接受这样的请求。",
            StatusCode::BAD_REQUEST => "请求里有读不懂的内容。",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "请求的内容类型不对。",
            StatusCode::UNPROCESSABLE_ENTITY => "请求的内容不合要求。",
            StatusCode::PAYLOAD_TOO_LARGE => "一次发来的内容太大。",
            _ => return None,
        };
        Some(Fault::new(status, "face.bad-request", title_of(status), detail))
    }

    /// As a problem document.
    pub fn problem(&self, path: &str, trace: &str) -> Problem {
        Problem {
            kind: format!("/problems/{}", self.code),
            title: self.title.clone(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            instance: path.split('?').next().unwrap_or(path).to_owned(),
            code: self.code.to_owned(),
            trace_id: trace.to_owned(),
            article: self.article,
            remedy: self.remedy.clone(),
            errors: self
                .errors
                .iter()
                .map(|error| ProblemField {
                    pointer: error.pointer.clone(),
                    code: error.code,
                    detail: error.detail.clone(),
                })
                .collect(),
        }
    }
}

fn title_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "请求读不懂",
        401 => "请先登录",
        403 => "您不能这样做",
        404 => "没有找到",
        405 => "这里不能这样用",
        409 => "现在还不能这样做",
        410 => "已经停止办理",
        413 => "内容太大",
        415 => "这种内容收不了",
        422 => "填的内容有误",
        429 => "操作太快了",
        _ => "没有办成",
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Fault {
        match &error {
            store::Error::Full(_) => Fault::unavailable(
                "store.full",
                "我们的磁盘满了，暂时不能提交新的内容，查询照常可用。管理员已经收到通知。您填的内容请先不要关闭。",
                60,
            )
            .caused(&error),
            store::Error::Busy(_) | store::Error::Closed => {
                Fault::unavailable("store.busy", "现在办事的人太多，请稍等几秒再提交一次。", 5).caused(&error)
            }
            store::Error::Lost => Fault::new(
                StatusCode::CONFLICT,
                "store.lost",
                "有人先改了",
                "您打开这一页以后，别人已经改了同一份内容，所以我们没有保存您刚才的操作。",
            )
            .with_remedy("请刷新页面看最新内容，再决定要不要改。"),
            _ => Fault::broken(error.to_string()),
        }
    }
}

impl Fault {
    fn caused(mut self, error: &store::Error) -> Fault {
        self.cause = Some(error.to_string());
        self
    }
}

impl<R: Refuse> From<Failure<R>> for Fault {
    fn from(failure: Failure<R>) -> Fault {
        match failure {
            Failure::Refused(refusal) => Fault::refused(&refusal),
            Failure::Broken(error) => error.into(),
        }
    }
}

/// RFC 9457, with the members that Tongban adds.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Address of a page that explains the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What is the matter.
    pub detail: String,
    /// The path asked for.
    pub instance: String,
    /// For programs.
    pub code: String,
    /// Names the request in the server's log.
    pub trace_id: String,
    /// The article it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<&'static str>,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Wrong fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// One wrong field of a [`Problem`].
#[derive(Debug, Clone, Serialize)]
pub struct ProblemField {
    /// JSON pointer into what was sent.
    pub pointer: String,
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl IntoResponse for Fault {
    /// A bare answer that carries the fault; [`crate::dress`] turns it into a page or a problem document.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    frame: Frame,
    fault: &'a Fault,
    trace: &'a str,
}

/// The answer to `fault` for this visitor.
pub(crate) fn render(house: &House, fault: &Fault, ticket: &Ticket) -> Response {
    if ticket.wants_json {
        let body = serde_json::to_vec(&fault.problem(&ticket.path, &ticket.trace)).unwrap_or_default();
        return finish(fault, Body::from(body), "application/problem+json");
    }
    if let Some(path) = &fault.sign_in {
        return crate::redirect(&format!("/login?back={}", crate::words::percent(path)));
    }
    // The visitor may be what is broken: then the page stands without a name and a place.
    let visitor = Visitor::of(house, ticket).ok();
    let text = visitor.and_then(|visitor| {
        let frame = visitor.frame(house, fault.title.clone());
        FaultPage { frame, fault, trace: &ticket.trace }.render().ok()
    });
    let text = text.unwrap_or_else(|| {
        format!(
            "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>{0}</title><h1>{0}</h1><p>{1}</p><p>编号 {2}，可以打 12345 询问。</p>",
            fault.title, fault.detail, ticket.trace
        )
    });
    finish(fault, Body::from(text), "text/html; charset=utf-8")
}

fn finish(fault: &Fault, body: Body, kind: &'static str) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = fault.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = fault.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if fault.status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
