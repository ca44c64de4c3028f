//! Errors as the OpenAPI document describes them. The answers themselves are made by `web::Problem`.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// An error, as `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/problems/casework.not-now", "title": "办件当前状态不允许此操作", "status": 409, "code": "casework.not-now",
    "detail": "办件已受理，不能再次受理。", "instance": "/api/v1/cases/3201020902611200000017/accept",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "errors": []
}))]
pub struct ProblemView {
    /// Address of a page that explains this kind of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in words.
    pub title: String,
    /// The HTTP status once more.
    pub status: u16,
    /// For programs: stable, such as `casework.told-twice`.
    pub code: String,
    /// What is the matter this time, and what to do now.
    pub detail: String,
    /// The address that was asked.
    pub instance: Option<String>,
    /// Name this when asking for help.
    pub trace_id: String,
    /// The article of law that the refusal rests on.
    pub article: Option<String>,
    /// What can be done now.
    pub remedy: Option<String>,
    /// Faults of single fields.
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"pointer": "/form/mobile", "code": "code.length", "detail": "手机号应为 11 位"}))]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body.
    pub pointer: String,
    /// For programs.
    pub code: String,
    /// For people.
    pub detail: String,
}

/// Errors of any address.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document is made from it")]
pub enum Errors {
    /// 请求内容或参数不对；errors 指出每一处
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] ProblemView),
    /// 请求过多；Retry-After 给出多久以后再来
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] ProblemView),
    /// 暂时不能写入（例如磁盘已满）；Retry-After 给出多久以后再来
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] ProblemView),
}

/// Errors of addresses that need a signed-in caller.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document is made from it")]
pub enum SignedErrors {
    /// 尚未登录或登录已失效
    #[response(status = 401, content_type = "application/problem+json")]
    SignedOut(#[to_schema] ProblemView),
    /// 此账号无权使用
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemView),
    /// 没有，或不在可查看的范围内
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] ProblemView),
}

/// Errors of addresses that take a body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document is made from it")]
pub enum BodyErrors {
    /// 内容过大
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] ProblemView),
    /// 内容类型不对
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(#[to_schema] ProblemView),
}

/// Errors of commands on a case.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document is made from it")]
pub enum CommandErrors {
    /// 办件当前状态不允许，或同一幂等键正在处理
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] ProblemView),
}
