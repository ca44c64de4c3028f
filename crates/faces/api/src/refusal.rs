//! What the JSON face itself refuses, before any room is asked: bodies, parameters and headers that cannot be read.

use axum::http::StatusCode;
use kernel::{Class, FieldError, Refuse};
use std::fmt;
use web::Fault;

/// The request cannot be read as what this address takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The body is not of a media type that this address takes.
    MediaType {
        /// What is taken.
        want: &'static str,
    },
    /// The body is not UTF-8.
    NotUtf8,
    /// The body is not JSON.
    Malformed {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1.
        column: usize,
    },
    /// The body is JSON but has a field that this address does not know.
    UnknownField {
        /// JSON pointer to it.
        pointer: String,
    },
    /// The body is JSON but a value is missing or of the wrong kind.
    WrongValue {
        /// JSON pointer to it.
        pointer: String,
        /// What is wrong.
        reason: String,
    },
    /// The body is larger than this address takes.
    TooLarge {
        /// The most that is taken, in bytes.
        max: usize,
    },
    /// The body ended before it was whole.
    Interrupted,
    /// A query parameter or a part of the address cannot be read.
    Parameter {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The cursor was not given out by this address, or for another question.
    Cursor,
    /// The idempotency key is empty, too long or not plain.
    IdempotencyKey,
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// This address is for the other side of the counter.
    WrongRole {
        /// Who may.
        want: &'static str,
    },
    /// There is no such thing, or none that this caller may know of.
    NotFound,
    /// The command is none that a case knows.
    UnknownCommand,
    /// The multipart body has no file in it.
    NoFile,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::MediaType { .. } => "api.media-type",
            Self::NotUtf8 => "api.not-utf8",
            Self::Malformed { .. } => "api.malformed-json",
            Self::UnknownField { .. } => "api.unknown-field",
            Self::WrongValue { .. } => "api.wrong-value",
            Self::TooLarge { .. } => "api.too-large",
            Self::Interrupted => "api.interrupted",
            Self::Parameter { .. } => "api.parameter",
            Self::Cursor => "api.cursor",
            Self::IdempotencyKey => "api.idempotency-key",
            Self::SignedOut => "api.signed-out",
            Self::WrongRole { .. } => "api.wrong-role",
            Self::NotFound => "api.not-found",
            Self::UnknownCommand => "api.unknown-command",
            Self::NoFile => "api.no-file",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::MediaType { .. } => Class::Unsupported,
            Self::TooLarge { .. } => Class::TooLarge,
            Self::SignedOut => Class::Unauthenticated,
            Self::WrongRole { .. } => Class::Forbidden,
            Self::NotFound | Self::UnknownCommand => Class::NotFound,
            _ => Class::Invalid,
        }
    }

    fn remedy(&self) -> Option<String> {
        let text = match self {
            Self::SignedOut => "用 POST /api/v1/sessions 登录，再把 token 放进 Authorization: Bearer 请求头。",
            Self::Cursor => "从第一页重新查询，并原样使用返回的 next。",
            Self::IdempotencyKey => "使用 1 至 128 个可见 ASCII 字符，例如一个 UUID。",
            Self::UnknownCommand | Self::UnknownField { .. } => "接口说明见 /docs/api。",
            _ => return None,
        };
        Some(text.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::UnknownField { pointer } => {
                vec![FieldError {
                    pointer: pointer.clone(), code: "unknown", detail: "接口没有这个字段".to_owned()
                }]
            }
            Self::WrongValue { pointer, reason } => {
                vec![FieldError { pointer: pointer.clone(), code: "wrong-value", detail: reason.clone() }]
            }
            Self::Parameter { name, reason } => {
                vec![FieldError { pointer: format!("?{name}"), code: "parameter", detail: reason.clone() }]
            }
            _ => vec![],
        }
    }
}

impl From<Refusal> for Fault {
    /// What cannot even be read is 400; what was read and cannot be right is 422 or what its class says.
    fn from(refusal: Refusal) -> Self {
        let mut fault = Self::refused(&refusal);
        if matches!(refusal, Refusal::Malformed { .. } | Refusal::NotUtf8 | Refusal::Interrupted) {
            fault.status = StatusCode::BAD_REQUEST;
            fault.title = "请求读不懂".to_owned();
        }
        fault
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MediaType { want } => write!(f, "请求体的类型不对，这里只接受 {want}。"),
            Self::NotUtf8 => f.write_str("请求体不是 UTF-8 编码。"),
            Self::Malformed { line, column } => write!(f, "请求体不是合法的 JSON（第 {line} 行第 {column} 列）。"),
            Self::UnknownField { pointer } => write!(f, "请求体含有接口不认识的字段 {pointer}。"),
            Self::WrongValue { pointer, .. } => write!(f, "请求体中 {pointer} 缺失或取值不对。"),
            Self::TooLarge { max } => write!(f, "请求体过大，最多 {max} 字节。"),
            Self::Interrupted => f.write_str("请求体没有传完。"),
            Self::Parameter { name, reason } => write!(f, "参数 {name} 不对：{reason}。"),
            Self::Cursor => f.write_str("分页游标无效。"),
            Self::IdempotencyKey => f.write_str("Idempotency-Key 请求头无效。"),
            Self::SignedOut => f.write_str("尚未登录，或登录已失效。"),
            Self::WrongRole { want } => write!(f, "此操作只供{want}使用。"),
            Self::NotFound => f.write_str("没有找到，或不在您可以查看的范围内。"),
            Self::UnknownCommand => f.write_str("办件没有这个操作。"),
            Self::NoFile => f.write_str("表单里没有文件。"),
        }
    }
}
