//! Why this room said no.

use std::fmt;

use kernel::{Class, Fen, FieldError, RegionCode, WorkingDays};
use organisation::BadLine;

/// Why this room said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No item has this code, or none any more.
    UnknownItem(String),
    /// No region has this code.
    UnknownRegion(String),
    /// The item is not handled in this region or above it; the regions among which to choose further.
    NotHere {
        /// Name of the item.
        item: String,
        /// The regions directly below the one that was given.
        options: Vec<RegionCode>,
    },
    /// The actor may not do this.
    NotYours,
    /// Items or forms that break the rules, each with its line or place.
    Flawed(Vec<BadLine>),
    /// The item is not handled on the level of this region.
    WrongLevel,
    /// A promise longer than the base item's.
    PromiseTooLong {
        /// The bound.
        base: WorkingDays,
        /// What was asked for.
        asked: WorkingDays,
    },
    /// An instant item cannot promise days, nor a promised one none without changing its type.
    PromiseKind,
    /// A material that the base item does not list.
    UnknownMaterial(String),
    /// A fee above the base item's.
    FeeTooHigh {
        /// The bound.
        base: Fen,
        /// What was asked for.
        asked: Fen,
    },
    /// The base item's fee is no single amount: a place can only drop it.
    FeeNotComparable,
    /// A fee where the base item has none.
    FeeWithoutBasis,
    /// More visits than the base item asks.
    TooManyVisits {
        /// The bound.
        base: u32,
        /// What was asked for.
        asked: u32,
    },
    /// No reason was given.
    NoReason,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownItem(code) => write!(f, "没有编码为 {code} 的事项，可能已经取消。请重新搜索。"),
            Self::UnknownRegion(code) => write!(f, "没有代码为 {code} 的地区。请重新选择地区。"),
            Self::NotHere { item, options } if options.is_empty() => write!(f, "这里不办“{item}”。请换一个地区。"),
            Self::NotHere { item, .. } => write!(f, "“{item}”由下一级地区办理。请再选一级地区。"),
            Self::NotYours => f.write_str("您的岗位没有这项职权。请联系本单位的系统管理员。"),
            Self::Flawed(lines) => {
                write!(f, "有 {} 处不符合规范，没有发布任何内容。", lines.len())?;
                lines.iter().take(5).try_for_each(|bad| write!(f, "{bad}。"))
            }
            Self::WrongLevel => f.write_str("这个事项不在这一级办理。请选择事项的办理层级。"),
            Self::PromiseTooLong { base, asked } => {
                write!(f, "承诺时限只能更短：全省承诺 {base} 个工作日，填写的是 {asked} 个。请改为不超过 {base}。")
            }
            Self::PromiseKind => f.write_str("当场办结的事项不能改为若干天。请留空。"),
            Self::UnknownMaterial(name) => write!(f, "全省清单里没有“{name}”这份材料。只能减少清单里的材料。"),
            Self::FeeTooHigh { base, asked } => {
                write!(f, "收费只能更低：全省标准 {base} 元，填写的是 {asked} 元。请改为不超过 {base} 元。")
            }
            Self::FeeNotComparable => f.write_str("这项收费没有单一金额，只能整项免收。请填 0，或者留空。"),
            Self::FeeWithoutBasis => f.write_str("这个事项不收费，不能在当地收费。请留空。"),
            Self::TooManyVisits { base, asked } => {
                write!(f, "跑动次数只能更少：全省 {base} 次，填写的是 {asked} 次。请改为不超过 {base} 次。")
            }
            Self::NoReason => f.write_str("请写明原因。"),
        }
    }
}

impl kernel::Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownItem(_) => "catalogue.unknown-item",
            Self::UnknownRegion(_) => "catalogue.unknown-region",
            Self::NotHere { .. } => "catalogue.not-here",
            Self::NotYours => "catalogue.not-yours",
            Self::Flawed(_) => "catalogue.flawed",
            Self::WrongLevel => "catalogue.wrong-level",
            Self::PromiseTooLong { .. } => "catalogue.promise-too-long",
            Self::PromiseKind => "catalogue.promise-kind",
            Self::UnknownMaterial(_) => "catalogue.unknown-material",
            Self::FeeTooHigh { .. } => "catalogue.fee-too-high",
            Self::FeeNotComparable => "catalogue.fee-not-comparable",
            Self::FeeWithoutBasis => "catalogue.fee-without-basis",
            Self::TooManyVisits { .. } => "catalogue.too-many-visits",
            Self::NoReason => "catalogue.no-reason",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::UnknownItem(_) | Self::UnknownRegion(_) | Self::NotHere { .. } => Class::NotFound,
            Self::NotYours => Class::Forbidden,
            _ => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Self::PromiseTooLong { .. } | Self::UnknownMaterial(_) | Self::TooManyVisits { .. } | Self::PromiseKind => {
                Some("苏政发〔2017〕53号 二（三）：三级四同，材料、承诺时限、收费、流程限高")
            }
            Self::FeeTooHigh { .. } | Self::FeeNotComparable | Self::FeeWithoutBasis => {
                Some("行政许可法 第五十八条、第五十九条")
            }
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let field = match self {
            Self::PromiseTooLong { .. } | Self::PromiseKind => "/promised",
            Self::UnknownMaterial(_) => "/waived",
            Self::FeeTooHigh { .. } | Self::FeeNotComparable | Self::FeeWithoutBasis => "/fee",
            Self::TooManyVisits { .. } => "/visits",
            _ => return Vec::new(),
        };
        vec![FieldError::at(field, self)]
    }
}
