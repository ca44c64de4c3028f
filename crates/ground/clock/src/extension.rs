//! The one extension that a limit can have.

use kernel::{Class, Refuse};
use serde::{Deserialize, Serialize};
use std::fmt;

/// No extension is longer, in working days (行政许可法 第四十二条).
pub const EXTENSION_MAX: u32 = 10;

const ARTICLE: &str = "行政许可法 第四十二条";

/// An extension (延长): up to ten working days more, by the head of the authority, once, with a reason that the
/// applicant is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Extension {
    days: u32,
    reason: String,
}

impl Extension {
    /// An extension by `days` working days for `reason`.
    pub fn new(days: u32, reason: impl Into<String>) -> Result<Extension, BadExtension> {
        let reason = reason.into();
        if days == 0 {
            return Err(BadExtension::Nothing);
        }
        if days > EXTENSION_MAX {
            return Err(BadExtension::TooLong);
        }
        if reason.trim().is_empty() {
            return Err(BadExtension::NoReason);
        }
        Ok(Extension { days, reason })
    }

    /// By how many working days.
    pub fn days(&self) -> u32 {
        self.days
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The article that allows it.
    pub fn article(&self) -> &'static str {
        ARTICLE
    }
}

/// As it was stored; read back, it is checked again.
#[derive(Deserialize)]
struct Unchecked {
    days: u32,
    reason: String,
}

impl TryFrom<Unchecked> for Extension {
    type Error = BadExtension;

    fn try_from(read: Unchecked) -> Result<Extension, BadExtension> {
        Extension::new(read.days, read.reason)
    }
}

/// Why a limit cannot be extended like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadExtension {
    /// It has been extended already.
    Already,
    /// By no day at all.
    Nothing,
    /// By more than ten working days.
    TooLong,
    /// No reason is given.
    NoReason,
    /// The limit is not one in working days, which alone this article extends.
    OtherLimit,
    /// The limit is over: what is late cannot be made timely.
    Overdue,
}

impl fmt::Display for BadExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadExtension::Already => f.write_str("期限只能延长一次，这一件已经延长过，请在期限内作出决定。"),
            BadExtension::Nothing => f.write_str("请填写延长的天数，至少 1 个工作日。"),
            BadExtension::TooLong => write!(f, "最多延长 {EXTENSION_MAX} 个工作日，请改短。"),
            BadExtension::NoReason => f.write_str("请写明延长的理由，理由会告知申请人。"),
            BadExtension::OtherLimit => f.write_str("只有按工作日计算的期限可以延长，请在期限内作出决定。"),
            BadExtension::Overdue => f.write_str("期限已过，不能再延长，请尽快作出决定。"),
        }
    }
}

impl std::error::Error for BadExtension {}

impl Refuse for BadExtension {
    fn code(&self) -> &'static str {
        match self {
            BadExtension::Already => "clock.extended-already",
            BadExtension::Nothing => "clock.extension-empty",
            BadExtension::TooLong => "clock.extension-too-long",
            BadExtension::NoReason => "clock.extension-no-reason",
            BadExtension::OtherLimit => "clock.extension-other-limit",
            BadExtension::Overdue => "clock.extension-overdue",
        }
    }

    fn class(&self) -> Class {
        match self {
            BadExtension::Already | BadExtension::OtherLimit | BadExtension::Overdue => Class::Conflict,
            BadExtension::Nothing | BadExtension::TooLong | BadExtension::NoReason => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        Some(ARTICLE)
    }
}
