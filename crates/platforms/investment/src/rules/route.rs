//! Which procedure a project needs, and why: 审批, 核准 or 备案.

use crate::{Industry, Investor, Line, Nature, Refusal, Route, Rulebook};

/// What a person says of the project.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Who invests.
    pub investor: Investor,
    /// In which industry.
    pub industry: Industry,
    /// What is done.
    pub nature: Nature,
    /// The line of the catalogue that it falls under; `none` for none of them; nothing if not asked yet.
    pub line: Option<String>,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<'a> {
    /// This procedure.
    Decided(Decision<'a>),
    /// It must be said first which of these it is, or that it is none.
    Ask(Vec<&'a Line>),
}

/// A procedure, with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<'a> {
    /// Which.
    pub route: Route,
    /// The line of the catalogue.
    pub line: Option<&'a Line>,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Why, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In a sentence.
    pub say: String,
    /// The article.
    pub article: &'static str,
}

/// The answer that says: none of the lines.
pub(crate) const NONE: &str = "none";

/// Which procedure the project needs. Refuses what may not be built at all.
pub fn route<'a>(book: &'a Rulebook, asked: &Question) -> Result<Verdict<'a>, Refusal> {
    let bars =
        |barred: &&crate::Barred| asked.industry.is_in(&barred.industries) && barred.natures.contains(&asked.nature);
    if let Some(barred) = book.barred.iter().find(bars) {
        return Err(Refusal::Barred { what: barred.name.clone(), article: barred.article.clone() });
    }
    let reason = |say: &str, article| Reason { say: say.to_owned(), article };
    if asked.investor == Investor::Government {
        let reasons = vec![
            reason(
                "政府采取直接投资、资本金注入方式投资，要报项目建议书、可行性研究报告、初步设计审批。",
                "政府投资条例 第九条",
            ),
            reason("审批手续用项目代码在线办理。", "政府投资条例 第十条"),
        ];
        return Ok(Verdict::Decided(Decision { route: Route::Approval, line: None, reasons }));
    }
    let lines = book.lines(asked.industry);
    let line = match asked.line.as_deref() {
        _ if lines.is_empty() => None,
        None => return Ok(Verdict::Ask(lines)),
        Some(NONE) => None,
        Some(id) => Some(lines.iter().copied().find(|line| line.id == id).ok_or(Refusal::UnknownLine)?),
    };
    let mut reasons = match line {
        Some(line) => vec![
            Reason {
                say: format!("“{}”列入政府核准的投资项目目录，实行核准管理。{}。", line.name, line.authority),
                article: "企业投资项目核准和备案管理条例 第三条",
            },
            reason("先提交项目申请书。", "企业投资项目核准和备案管理条例 第六条"),
            reason(
                "受理后 20 个工作日内决定，情况复杂的经批准可以延长，不超过 40 个工作日；委托评估的时间不计入。",
                "企业投资项目核准和备案管理条例 第十条",
            ),
        ],
        None => vec![
            reason(
                "不在政府核准的投资项目目录里的企业投资项目，实行备案管理。",
                "企业投资项目核准和备案管理条例 第三条",
            ),
            reason(
                "开工建设前在线告知企业情况、项目名称、地点、规模、内容、总投资和符合产业政策的声明，信息齐全就是备案。",
                "企业投资项目核准和备案管理条例 第十三条",
            ),
        ],
    };
    if asked.investor == Investor::Aided {
        reasons.push(reason("投资补助、贷款贴息不改变核准或者备案的办法。", "政府投资条例 第六条、第九条"));
    }
    let route = if line.is_some() { Route::Ratification } else { Route::Filing };
    Ok(Verdict::Decided(Decision { route, line, reasons }))
}
