//! What is refused, and what to do then.

use std::fmt;

use kernel::{Class, Date, FieldError, Refuse};

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such flag or order, or none that this person may know of.
    NotFound,
    /// Only a supervisor of the place does this.
    NotSupervisor,
    /// Only the department's own staff do this.
    NotOfDepartment,
    /// Nobody handles what is about themselves.
    AboutYourself,
    /// Who issued the order does not decide the appeal against it.
    OwnOrder,
    /// The flag is being dealt with, or was.
    FlagNotOpen {
        /// How it stands.
        state: &'static str,
    },
    /// A warning needs no order: nothing was breached yet.
    OnlyWarning,
    /// Not in this state.
    NotNow {
        /// The state.
        state: &'static str,
        /// What was asked.
        command: &'static str,
    },
    /// The days to appeal are over.
    AppealLate {
        /// The last day.
        due: Date,
    },
    /// Words are missing, or too many.
    Words {
        /// Which.
        pointer: &'static str,
    },
    /// The rules are not right.
    BadRules(Vec<String>),
    /// Only the house or who publishes may bring other rules.
    NotPublisher,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => {
                f.write_str("没有找到这条监察记录。请核对编号；如果不在您的监督范围，请联系有权限的监督人员。")
            }
            Refusal::NotSupervisor => f.write_str("这一步由本地区的监督人员办理。请联系监督岗。"),
            Refusal::NotOfDepartment => f.write_str("这一步由被督办部门的工作人员办理。请联系该部门。"),
            Refusal::AboutYourself => f.write_str("这一条涉及您本人的办理行为，要由别人处理。请交给同部门的其他人。"),
            Refusal::OwnOrder => f.write_str("申诉不能由发出督办单的人裁定。请交给另一位监督人员。"),
            Refusal::FlagNotOpen { state } => {
                let word = match *state {
                    "ordered" => "已经发了督办单",
                    "lifted" => "已经消牌",
                    "upheld" => "已经维持",
                    "withdrawn" => "已经撤销",
                    _ => "已经处理",
                };
                write!(f, "这一条{word}，不能再做这一步。请打开它看现在的情况。")
            }
            Refusal::OnlyWarning => f.write_str("预警还没有违规，不发督办单。到了黄牌、红牌再发。"),
            Refusal::NotNow { .. } => f.write_str("督办单现在不在这一步。请刷新页面，看现在能做什么。"),
            Refusal::AppealLate { due } => {
                write!(f, "申诉期限到{}月{}日为止，已经过了。请按督办要求整改并反馈。", due.month(), due.day())
            }
            Refusal::Words { .. } => f.write_str("请写清楚，2000 字以内。"),
            Refusal::BadRules(bad) => write!(f, "监察规则有 {} 处不对，没有导入：{}", bad.len(), bad.join("；")),
            Refusal::NotPublisher => f.write_str("监察规则由事项管理人员或者管理员导入。"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "supervision.not-found",
            Refusal::NotSupervisor => "supervision.not-supervisor",
            Refusal::NotOfDepartment => "supervision.not-of-department",
            Refusal::AboutYourself => "supervision.about-yourself",
            Refusal::OwnOrder => "supervision.own-order",
            Refusal::FlagNotOpen { .. } => "supervision.flag-not-open",
            Refusal::OnlyWarning => "supervision.only-warning",
            Refusal::NotNow { .. } => "supervision.not-now",
            Refusal::AppealLate { .. } => "supervision.appeal-late",
            Refusal::Words { .. } => "supervision.words",
            Refusal::BadRules(_) => "supervision.bad-rules",
            Refusal::NotPublisher => "supervision.not-publisher",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound => Class::NotFound,
            Refusal::NotSupervisor
            | Refusal::NotOfDepartment
            | Refusal::AboutYourself
            | Refusal::OwnOrder
            | Refusal::NotPublisher => Class::Forbidden,
            Refusal::FlagNotOpen { .. }
            | Refusal::OnlyWarning
            | Refusal::NotNow { .. }
            | Refusal::AppealLate { .. } => Class::Conflict,
            Refusal::Words { .. } | Refusal::BadRules(_) => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::AboutYourself | Refusal::OwnOrder => Some("公务员法 第七十六条"),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Refusal::Words { pointer } => vec![FieldError::at(*pointer, self)],
            _ => vec![],
        }
    }
}

/// Text of 1 to 2000 characters.
pub(crate) fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 2_000 { Err(Refusal::Words { pointer }) } else { Ok(text.to_owned()) }
}
