//! Why delivery said no, in the reader's words.

use std::fmt;

use kernel::{Class, FieldError, Refuse};

use crate::model::{Holder, State, Step};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such parcel, or none that this person may know of.
    NotFound,
    /// A number that was scanned or typed belongs to no parcel.
    UnknownNumber,
    /// This member of staff does not receive for this department.
    NotEmpowered,
    /// The state does not allow it.
    NotNow {
        /// Where the parcel is.
        state: State,
        /// What was asked.
        what: &'static str,
    },
    /// The papers are in other hands.
    Impossible {
        /// What was scanned.
        step: Step,
        /// Who has them.
        holder: Holder,
    },
    /// This very scan happened before.
    ScannedBefore {
        /// Which.
        step: Step,
    },
    /// It must be packed before it is given away.
    NotPacked,
    /// The courier has not given a number yet.
    NotBookedYet,
    /// The courier has it: it cannot be taken back or sent elsewhere.
    WithCourier,
    /// Putting right by hand needs a reason.
    NoReason,
    /// Name, telephone or address cannot be right.
    End(Vec<FieldError>),
    /// A parcel with nothing inside.
    Empty,
    /// The data files are spoilt or name no courier for this.
    NoCourier(String),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "delivery.not-found",
            Refusal::UnknownNumber => "delivery.unknown-number",
            Refusal::NotEmpowered => "delivery.not-empowered",
            Refusal::NotNow { .. } => "delivery.not-now",
            Refusal::Impossible { .. } => "delivery.impossible",
            Refusal::ScannedBefore { .. } => "delivery.scanned-before",
            Refusal::NotPacked => "delivery.not-packed",
            Refusal::NotBookedYet => "delivery.not-booked-yet",
            Refusal::WithCourier => "delivery.with-courier",
            Refusal::NoReason => "delivery.no-reason",
            Refusal::End(_) => "delivery.end",
            Refusal::Empty => "delivery.empty",
            Refusal::NoCourier(_) => "delivery.no-courier",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound | Refusal::UnknownNumber => Class::NotFound,
            Refusal::NotEmpowered => Class::Forbidden,
            Refusal::NotNow { .. }
            | Refusal::Impossible { .. }
            | Refusal::ScannedBefore { .. }
            | Refusal::NotPacked
            | Refusal::NotBookedYet
            | Refusal::WithCourier
            | Refusal::NoCourier(_) => Class::Conflict,
            Refusal::NoReason | Refusal::End(_) | Refusal::Empty => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::NotEmpowered => Some("行政许可法 第二十二条"),
            _ => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let words = match self {
            Refusal::NotFound => "请从办件页面重新打开；如确认无误，请拨打 12345。",
            Refusal::UnknownNumber => "请对着面单核对号码，或者输入办件编号查找。",
            Refusal::NotEmpowered => "请转给本部门的窗口同事。",
            Refusal::NotNow { .. } => "请刷新页面，按邮件现在的情况处理。",
            Refusal::Impossible { .. } => "请核对扫的是不是这一件；实际情况与记录不符的，用“更正”写明理由。",
            Refusal::ScannedBefore { .. } => "不用再扫，接着办下一步。",
            Refusal::NotPacked => "请先扫描封装，再交给快递。",
            Refusal::NotBookedYet => "快递一般一分钟内给号。号码出来后打印面单，再交给快递。",
            Refusal::WithCourier => "请等快递送到或者退回；急用的，请拨打快递电话协调。",
            Refusal::NoCourier(_) => "请系统管理员核对快递数据文件。",
            Refusal::NoReason | Refusal::End(_) | Refusal::Empty => return None,
        };
        Some(words.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Refusal::End(errors) => errors.clone(),
            Refusal::NoReason => vec![FieldError::at("/reason", self)],
            Refusal::UnknownNumber => vec![FieldError::at("/number", self)],
            Refusal::Empty => vec![FieldError::at("/contents", self)],
            _ => vec![],
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有找到这个邮件。"),
            Refusal::UnknownNumber => f.write_str("没有这个号码的邮件。"),
            Refusal::NotEmpowered => f.write_str("您的岗位没有收寄这个部门邮件的职权。"),
            Refusal::NotNow { state, .. } => write!(f, "邮件现在是“{}”，不能这样处理。", state.word()),
            Refusal::Impossible { step, holder } => {
                write!(f, "邮件现在在{}手里，不能{}。", holder.word(), step.word())
            }
            Refusal::ScannedBefore { step } => write!(f, "这一件已经扫描过{}了。", step.word()),
            Refusal::NotPacked => f.write_str("这一件还没有封装，不能交给快递。"),
            Refusal::NotBookedYet => f.write_str("快递还没有给出运单号，不能交寄。"),
            Refusal::WithCourier => f.write_str("邮件在快递手里，不能取消，也不能改寄。"),
            Refusal::NoReason => f.write_str("更正要写明理由，最多 500 个字。"),
            Refusal::End(errors) => write!(f, "收寄信息有 {} 处需要修改。", errors.len()),
            Refusal::Empty => f.write_str("邮件里没有东西，请选要寄的材料。"),
            Refusal::NoCourier(_) => f.write_str("没有可用的快递。"),
        }
    }
}
