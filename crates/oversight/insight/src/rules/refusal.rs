//! What is refused, and what to do then.

use std::fmt;

use kernel::{Class, FieldError, Refuse};

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such figure, or none that this person may know of.
    NoSuchFigure,
    /// Not a region of this person, or none at all.
    NotHere,
    /// Only staff who work with figures see this.
    NotStaff,
    /// Only analysts and supervisors take figures out.
    NotExporter,
    /// The figure cannot be split or narrowed like this.
    NotBy {
        /// By what.
        by: &'static str,
    },
    /// These dimensions are not kept together.
    NotTogether,
    /// The figure is not kept at this grain.
    NotGrain,
    /// No such month, day, item, department or hour.
    Unreadable {
        /// Which part of the question.
        pointer: &'static str,
    },
    /// Nothing can be forecast of this figure.
    NoForecast,
    /// The figures are not right.
    BadBook(Vec<String>),
    /// Only the house or who publishes may bring other figures.
    NotPublisher,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoSuchFigure => f.write_str("没有这个指标，或者它不对您开放。请从列表里选。"),
            Refusal::NotHere => f.write_str("这个地区不在您的范围里。请选本地区或者下级地区。"),
            Refusal::NotStaff => f.write_str("数据分析由工作人员查看。公开的数据请看“开放数据”。"),
            Refusal::NotExporter => f.write_str("下载数据由数据分析岗或者监督岗办理。请联系他们。"),
            Refusal::NotBy { .. } => f.write_str("这个指标不能这样拆分或者筛选。请从页面给出的条件里选。"),
            Refusal::NotTogether => f.write_str("事项不能和渠道、时段一起选。请去掉其中一个条件。"),
            Refusal::NotGrain => f.write_str("这个指标没有这种时间粒度。请换成页面给出的粒度。"),
            Refusal::Unreadable { .. } => {
                f.write_str("条件写得不对。月份写成 2026-11，其他条件请从页面给出的选项里选。")
            }
            Refusal::NoForecast => f.write_str("这个指标不做预测。请选收件或者取号。"),
            Refusal::BadBook(bad) => write!(f, "指标有 {} 处不对，没有导入：{}", bad.len(), bad.join("；")),
            Refusal::NotPublisher => f.write_str("指标由事项管理人员或者管理员导入。"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchFigure => "insight.no-such-figure",
            Refusal::NotHere => "insight.not-here",
            Refusal::NotStaff => "insight.not-staff",
            Refusal::NotExporter => "insight.not-exporter",
            Refusal::NotBy { .. } => "insight.not-by",
            Refusal::NotTogether => "insight.not-together",
            Refusal::NotGrain => "insight.not-grain",
            Refusal::Unreadable { .. } => "insight.unreadable",
            Refusal::NoForecast => "insight.no-forecast",
            Refusal::BadBook(_) => "insight.bad-figures",
            Refusal::NotPublisher => "insight.not-publisher",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NoSuchFigure | Refusal::NotHere => Class::NotFound,
            Refusal::NotStaff | Refusal::NotExporter | Refusal::NotPublisher => Class::Forbidden,
            Refusal::NotBy { .. }
            | Refusal::NotTogether
            | Refusal::NotGrain
            | Refusal::Unreadable { .. }
            | Refusal::NoForecast
            | Refusal::BadBook(_) => Class::Invalid,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Refusal::NotBy { by } => vec![FieldError::at(*by, self)],
            Refusal::Unreadable { pointer } => vec![FieldError::at(*pointer, self)],
            _ => vec![],
        }
    }
}
