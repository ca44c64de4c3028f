//! Delivery reports as Alibaba Cloud pushes them: a JSON array, answered `{"code":0,"msg":"接收成功"}`, sent again after
//! 1, 5 and 10 minutes otherwise.

use serde::Deserialize;

use crate::desk::Report;

/// Reports of one push, at most.
pub const REPORTS_MAX: usize = 500;

/// The push is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an array of reports")]
pub struct BadReport;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    success: bool,
    #[serde(default)]
    err_code: String,
    #[serde(default)]
    biz_id: String,
    #[serde(default)]
    out_id: String,
}

/// Reads a push. Fields that it does not need are not looked at, the number among them.
///
/// # Errors
/// [`BadReport`] for anything but an array of reports of bearable length.
pub fn read(body: &[u8]) -> Result<Vec<Report>, BadReport> {
    let lines: Vec<Line> = serde_json::from_slice(body).map_err(|_| BadReport)?;
    if lines.len() > REPORTS_MAX {
        return Err(BadReport);
    }
    let report = |line: Line| Report {
        key: line.out_id,
        receipt: cut(line.biz_id),
        delivered: line.success,
        code: cut(line.err_code),
    };
    Ok(lines.into_iter().map(report).collect())
}

fn cut(text: String) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(64).collect()
}
