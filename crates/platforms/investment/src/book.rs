//! The rulebook: stages with their approvals, which projects need ratification, which may not be built, and the limits. Data.

use std::sync::OnceLock;

use kernel::{BasicCode, Fen, KindCode};
use serde::Deserialize;

use crate::{Industry, Nature, Route, Stage};

/// The rules of this room as data.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rulebook {
    /// Which edition.
    pub version: String,
    /// Working days that all approvals together may take (国办发〔2018〕33号).
    pub limit_days: u32,
    /// What stands in every code.
    pub code: CodeParts,
    /// The kind of department that leads investment (投资主管部门).
    pub lead: KindCode,
    /// The item under which filing stands in the catalogue.
    pub filing_item: BasicCode,
    /// The four stages, in order.
    pub stages: Vec<StageTerms>,
    /// Projects that need ratification (政府核准的投资项目目录).
    pub ratified: Vec<Line>,
    /// What may neither be ratified nor filed.
    pub barred: Vec<Barred>,
    /// When reports are due.
    pub reports: ReportTerms,
    /// How a project comes on the abnormal list.
    pub abnormal: AbnormalTerms,
}

/// The parts of a project code that are the same here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeParts {
    /// Two digits of the central guiding department; 89 for none.
    pub department: String,
    /// Two digits of the project type.
    #[serde(rename = "type")]
    pub kind: String,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageTerms {
    /// Which.
    pub stage: Stage,
    /// Its name.
    pub name: String,
    /// The kind of department that leads it (牵头部门).
    pub lead: KindCode,
    /// Working days it may take.
    pub days: u32,
    /// Its approvals, side by side.
    pub approvals: Vec<Approval>,
}

/// One approval of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The item of the catalogue.
    pub item: BasicCode,
    /// Who needs it.
    pub need: Need,
    /// What the unit is asked; only and always with [`Need::Asked`].
    #[serde(default)]
    pub question: Option<String>,
}

/// Who needs an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Every project.
    Always,
    /// Projects that are ratified (核准).
    Ratification,
    /// Projects of the government (审批).
    Approval,
    /// Projects of which its question is true.
    Asked,
}

impl Need {
    /// Whether a project of this route cannot do without.
    pub fn is_must(self, route: Route) -> bool {
        match self {
            Need::Always => true,
            Need::Ratification => route == Route::Ratification,
            Need::Approval => route == Route::Approval,
            Need::Asked => false,
        }
    }
}

/// One line of the ratification catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// For programs.
    pub id: String,
    /// What it covers.
    pub name: String,
    /// First digits of the industries in which it occurs.
    pub industries: Vec<String>,
    /// Who ratifies.
    pub authority: String,
}

/// Something that may not be built.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barred {
    /// What.
    pub name: String,
    /// First digits of the industries.
    pub industries: Vec<String>,
    /// In which natures of building.
    pub natures: Vec<Nature>,
    /// By which article.
    pub article: String,
}

/// When reports are due.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportTerms {
    /// Calendar days from the construction permit to the report of the start.
    pub start_days: u32,
    /// Calendar days after a period for the report of progress.
    pub progress_days: u32,
    /// From this investment on progress is reported each month, below it each quarter.
    pub monthly_from: Fen,
    /// Calendar days from the acceptance to the report of completion.
    pub completion_days: u32,
}

/// How a project comes on the abnormal list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbnormalTerms {
    /// Working days between the notice of a missing report and the list.
    pub notice_days: u32,
    /// Working days to answer a finding of false facts.
    pub answer_days: u32,
}

/// What is wrong with a rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBook(pub Vec<String>);

impl Rulebook {
    /// Reads and checks it; every fault is told.
    pub fn parse(text: &str) -> Result<Rulebook, BadBook> {
        let book: Rulebook = serde_json::from_str(text).map_err(|error| BadBook(vec![error.to_string()]))?;
        let faults = book.faults();
        if faults.is_empty() { Ok(book) } else { Err(BadBook(faults)) }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = vec![];
        if self.stages.iter().map(|terms| terms.stage).ne(Stage::ALL) {
            faults.push("stages: the four, each once and in order".to_owned());
        }
        let total: u32 = self.stages.iter().map(|terms| terms.days).sum();
        if total > self.limit_days {
            faults.push(format!("stages: together {total} days, more than {}", self.limit_days));
        }
        let mut seen = std::collections::BTreeSet::new();
        for (terms, approval) in self.approvals() {
            let item = approval.item;
            if !seen.insert(item) {
                faults.push(format!("{}: {item} stands twice", terms.name));
            }
            if approval.question.is_some() != (approval.need == Need::Asked) {
                faults.push(format!("{}: {item} has a question that nobody asks, or asks without one", terms.name));
            }
        }
        for terms in &self.stages {
            if !terms.approvals.iter().any(|approval| approval.need == Need::Always) {
                faults.push(format!("{}: nothing that every project needs ends it", terms.name));
            }
        }
        let prefixes = self.ratified.iter().map(|line| (&line.name, &line.industries));
        for (name, industries) in prefixes.chain(self.barred.iter().map(|barred| (&barred.name, &barred.industries))) {
            let is_prefix = |text: &String| (2..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            if industries.is_empty() || !industries.iter().all(is_prefix) {
                faults.push(format!("{name}: industries are two to four digits of GB/T 4754"));
            }
        }
        let mut ids = std::collections::BTreeSet::new();
        faults
            .extend(self.ratified.iter().filter(|line| !ids.insert(&line.id)).map(|line| format!("{} twice", line.id)));
        faults
    }

    /// All approvals with their stages.
    pub fn approvals(&self) -> impl Iterator<Item = (&StageTerms, &Approval)> {
        self.stages.iter().flat_map(|terms| terms.approvals.iter().map(move |approval| (terms, approval)))
    }

    /// The terms of a stage.
    pub fn stage(&self, stage: Stage) -> Option<&StageTerms> {
        self.stages.iter().find(|terms| terms.stage == stage)
    }

    /// Lines of the catalogue that occur in an industry.
    pub fn lines(&self, industry: Industry) -> Vec<&Line> {
        self.ratified.iter().filter(|line| industry.is_in(&line.industries)).collect()
    }
}

/// The rulebook that ships with the product.
pub fn rulebook() -> &'static Rulebook {
    static BOOK: OnceLock<Rulebook> = OnceLock::new();
    const TEXT: &str = include_str!("../../../../data/investment.json");
    BOOK.get_or_init(|| Rulebook::parse(TEXT).expect("the shipped rulebook is read by a test of this room"))
}
