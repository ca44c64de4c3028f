//! The papers of a case as pages to read and print (文书): those that offices issue, and one that says where it stands.

use casework::Case;
use web::paper::{self, Document, Setting};

use crate::citizen::words;

/// The paper of this kind; nothing if the case has none.
pub fn document(kind: &str, case: &Case, setting: &Setting<'_>) -> Option<Document> {
    if kind == "progress" { Some(progress(case, setting)) } else { paper::of(kind, case, setting) }
}

/// 进度证明: where the case stands today.
fn progress(case: &Case, setting: &Setting<'_>) -> Document {
    let mut paper = paper::blank("办件进度证明", "证", setting.today, case, setting);
    let head = super::head::head(case, setting.today);
    paper.paragraphs.push(format!(
        "您于{}提交的{}申请，截至{}：{}{}{}。",
        words::long_day(kernel::local_date(case.submitted)),
        case.terms.name,
        words::long_day(setting.today),
        head.before,
        head.date,
        head.after
    ));
    paper
}
