//! What this room refuses, in words for people and codes for programs.

use std::fmt;

use kernel::{Class, LicenceId, Refuse};

use crate::model::{BadContent, State};

/// The register's rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such licence, or not one that this actor may see.
    Unknown,
    /// The holder is not in the register of parties.
    UnknownHolder,
    /// No power to decide for the issuing department.
    NotAllowed,
    /// A reason must be given.
    ReasonMissing,
    /// The state of the licence does not allow it.
    NotNow {
        /// Its state today.
        state: State,
    },
    /// It is not over yet.
    NotOver,
    /// This case has its licence already.
    AlreadyIssued {
        /// Which.
        id: LicenceId,
    },
    /// The identifier is not the next version of the licence to be replaced.
    NotNextVersion,
    /// The new version belongs to somebody else.
    OtherHolder,
    /// The content is not fit to be sealed.
    Content(BadContent),
    /// No licence type of this code.
    UnknownType,
    /// The defining body has no type numbers left.
    TypesFull,
    /// A licence type's name is empty or too long.
    BadTypeName,
    /// The presentation code is over, used or never was.
    CodeOver,
    /// Too many wrong codes or too many codes at once.
    TooManyCodes,
    /// Only licences in force can be presented.
    NotValid {
        /// Its state today.
        state: State,
    },
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "licences.unknown",
            Self::UnknownHolder => "licences.unknown-holder",
            Self::NotAllowed => "licences.not-allowed",
            Self::ReasonMissing => "licences.reason-missing",
            Self::NotNow { .. } => "licences.not-now",
            Self::NotOver => "licences.not-over",
            Self::AlreadyIssued { .. } => "licences.already-issued",
            Self::NotNextVersion => "licences.not-next-version",
            Self::OtherHolder => "licences.other-holder",
            Self::Content(_) => "licences.bad-content",
            Self::UnknownType => "licences.unknown-type",
            Self::TypesFull => "licences.types-full",
            Self::BadTypeName => "licences.bad-type-name",
            Self::CodeOver => "licences.code-over",
            Self::TooManyCodes => "licences.too-many-codes",
            Self::NotValid { .. } => "licences.not-valid",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::Unknown | Self::UnknownHolder | Self::UnknownType => Class::NotFound,
            Self::NotAllowed => Class::Forbidden,
            Self::ReasonMissing | Self::Content(_) | Self::BadTypeName => Class::Invalid,
            Self::NotNow { .. }
            | Self::NotOver
            | Self::AlreadyIssued { .. }
            | Self::NotNextVersion
            | Self::OtherHolder
            | Self::TypesFull
            | Self::NotValid { .. } => Class::Conflict,
            Self::CodeOver => Class::Gone,
            Self::TooManyCodes => Class::TooMany,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed => Some("行政许可法 第六十九条"),
            Self::ReasonMissing => Some("行政处罚法 第四十四条"),
            Self::NotOver | Self::NotNow { .. } => Some("行政许可法 第七十条"),
            _ => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let text = match self {
            Self::Unknown => "请核对证照标识；持证人请在“我的证照”中查看。",
            Self::NotAllowed => "请由颁发机构具有决定职权的人员办理。",
            Self::ReasonMissing => "请写明理由（500 字以内）。",
            Self::NotNow { .. } => "请先查看证照的当前状态和办理记录。",
            Self::NotOver => "请选择与事实相符的注销情形。",
            Self::AlreadyIssued { .. } => "请在“我的证照”中查看已制发的证照；内容有误请申请更正。",
            Self::CodeOver => "请持证人重新亮证，再扫新的二维码。",
            Self::TooManyCodes => "请一分钟后再试。",
            Self::NotValid { .. } => "请向颁发机构申请延续、恢复或换发。",
            Self::Content(_) | Self::NotNextVersion | Self::OtherHolder | Self::UnknownHolder => {
                "请核对证照内容后重新制证。"
            }
            Self::UnknownType | Self::TypesFull | Self::BadTypeName => "请联系证照类型的定义机构。",
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("没有找到这份证照。"),
            Self::UnknownHolder => f.write_str("没有找到持证主体。"),
            Self::NotAllowed => f.write_str("您没有对这份证照作出决定的职权。"),
            Self::ReasonMissing => f.write_str("请说明理由。"),
            Self::NotNow { state } => write!(f, "证照现在的状态是“{}”，不能这样办理。", state.name()),
            Self::NotOver => f.write_str("证照的有效期还没有届满。"),
            Self::AlreadyIssued { .. } => f.write_str("这个办件已经制发过证照。"),
            Self::NotNextVersion => f.write_str("新证照的版本号与原证照不连续。"),
            Self::OtherHolder => f.write_str("新证照的持证主体与原证照不一致。"),
            Self::Content(_) => f.write_str("证照内容不完整或不符合规定，不能签章。"),
            Self::UnknownType => f.write_str("没有登记这种证照类型。"),
            Self::TypesFull => f.write_str("定义机构的证照类型编号已经用完。"),
            Self::BadTypeName => f.write_str("证照名称应为 1 到 100 个字。"),
            Self::CodeOver => f.write_str("亮证码已过期或已使用。"),
            Self::TooManyCodes => f.write_str("尝试次数过多。"),
            Self::NotValid { state } => write!(f, "证照现在的状态是“{}”，不能亮证。", state.name()),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<BadContent> for Refusal {
    fn from(bad: BadContent) -> Self {
        Self::Content(bad)
    }
}
