//! Published values in words and in cells.

use insight::query::OpenValue;
use insight::{Figure, Made};
use web::words::thousands;

/// A value with its unit, for people.
pub(super) fn value(figure: &Figure, value: &OpenValue) -> String {
    let unit = &figure.unit;
    match value {
        OpenValue::Hidden => "不公开".to_owned(),
        OpenValue::Nothing => "无".to_owned(),
        OpenValue::Count(n) => format!("{} {unit}", thousands(n.unsigned_abs())),
        OpenValue::PerMille(n) => format!("{}.{}%", n / 10, n % 10),
        OpenValue::Spread { median, .. } => format!("{median} {unit}"),
    }
}

/// The names of the columns of a figure's values.
pub(super) fn columns(figure: &Figure) -> Vec<String> {
    let unit = &figure.unit;
    match figure.made {
        Made::Spread(_) => vec![format!("中位数（{unit}）"), format!("90 分位（{unit}）"), "说明".to_owned()],
        _ => vec![format!("{}（{unit}）", figure.title), "说明".to_owned()],
    }
}

/// A value under these columns.
pub(super) fn line(figure: &Figure, value: &OpenValue) -> Vec<String> {
    let is_spread = matches!(figure.made, Made::Spread(_));
    let empty = |say: &str| {
        if is_spread { vec![String::new(), String::new(), say.to_owned()] } else { vec![String::new(), say.to_owned()] }
    };
    match value {
        OpenValue::Hidden => empty("不公开"),
        OpenValue::Nothing => empty("没有发生"),
        OpenValue::Count(n) => vec![n.to_string(), String::new()],
        OpenValue::PerMille(n) => vec![format!("{}.{}", n / 10, n % 10), String::new()],
        OpenValue::Spread { median, p90 } => vec![median.to_string(), p90.to_string(), String::new()],
    }
}

/// 2026年11月
pub(super) fn month_words(month: i64) -> String {
    format!("{}年{}月", month / 100, month % 100)
}
