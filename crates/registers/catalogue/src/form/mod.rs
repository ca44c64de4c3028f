//! Forms (表单): what is asked, in which words, and whether an answer will do.
//!
//! A form is data. It is published in versions like an item, and changing one needs no build.

mod answer;
mod check;
mod prefill;
mod schema;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kernel::Level;
use organisation::BadLine;
use serde::{Deserialize, Serialize};
use store::{Cached, Error, Read};

pub use answer::{Answer, Answers, Checked};
pub use prefill::{OrganisationFact, PersonFact, Prefill};

use crate::item::{BaseItem, Subject};
use crate::table;

/// Form for a person where an item has none of its own.
pub const PERSON: &str = "person";
/// Form for an organisation where an item has none of its own.
pub const ORGANISATION: &str = "organisation";
/// Form for an item that is for both and has none of its own.
pub const EITHER: &str = "either";
/// Form for everything that belongs to an investment project: one for all approvals of a stage.
pub const PROJECT: &str = "project";

/// One form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// `person`, `organisation`, `either`, `project`, or the basic code of an item.
    #[serde(default)]
    pub name: String,
    /// Its version, counted from 1; 0 before it is published.
    #[serde(default, skip_serializing)]
    pub version: u32,
    /// What stands above it.
    pub title: String,
    /// About how long it takes.
    #[serde(default = "five_minutes")]
    pub minutes: u32,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// Materials of the item's list that some answers put off or make unnecessary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spares: Vec<Spare>,
}

/// A material that is not demanded of whoever gave this answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spare {
    /// Its name on the item's list.
    pub material: String,
    /// The answer.
    pub when: When,
    /// What becomes of it instead, for the applicant: 开业前补上.
    pub say: String,
}

/// The one answer with which an application can be handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Must {
    /// That answer.
    pub equals: Answer,
    /// What whoever answered otherwise is to do.
    pub say: String,
}

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What stands above it.
    pub title: String,
    /// What a person should know before answering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Its questions, in order.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Under which the answer is kept; unique in the form.
    pub key: String,
    /// The question, in a person's words.
    pub label: String,
    /// What is asked for, as a noun: for summaries and error messages.
    pub noun: String,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// A right answer, for error messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What sort of answer it takes.
    #[serde(flatten)]
    pub kind: Kind,
    /// Whether it must be answered when it is asked.
    #[serde(default = "yes")]
    pub required: bool,
    /// What the government knows already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefill>,
    /// When it is asked; always, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// The one answer that is taken, where the others are there to be told from it: 确认属实.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must: Option<Must>,
    /// Whether the answer stands on the licence that a grant produces. Everything else stays in the case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_licence: bool,
}

/// A condition on an earlier answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The question that decides.
    pub key: String,
    /// The answer that must have been given; of several, one of those chosen.
    pub equals: Answer,
}

/// What sort of answer a question takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// One line.
    Text {
        /// Characters at most.
        max: usize,
    },
    /// Several lines.
    Paragraph {
        /// Characters at most.
        max: usize,
    },
    /// A number.
    Number {
        /// At least.
        min: f64,
        /// At most.
        max: f64,
        /// Decimals at most.
        #[serde(default)]
        decimals: u8,
        /// Its unit, shown behind the field.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        unit: String,
    },
    /// A day.
    Date {
        /// On which side of today it must lie.
        #[serde(default)]
        side: Side,
    },
    /// One of several.
    Choice {
        /// What can be chosen, in the words that are shown and kept.
        options: Vec<String>,
    },
    /// Any of several.
    Choices {
        /// What can be chosen.
        options: Vec<String>,
    },
    /// A person's name.
    Name,
    /// A mobile number.
    Phone,
    /// A resident ID number.
    ResidentId,
    /// A unified social credit code.
    CreditCode,
    /// The code of an investment project.
    ProjectCode,
    /// A region's code.
    Region {
        /// The level that is wanted, or a lower one.
        level: Level,
    },
    /// Yes or no.
    YesNo,
}

/// On which side of today a day must lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Anywhere.
    #[default]
    Any,
    /// Today or before.
    Past,
    /// Today or later.
    Future,
}

fn yes() -> bool {
    true
}

fn five_minutes() -> u32 {
    5
}

impl Form {
    /// Reads a form file. Every fault is reported; the line is that of the file where JSON fails, else 0.
    pub fn parse(name: &str, text: &str) -> Result<Form, Vec<BadLine>> {
        let mut form: Form = serde_json::from_str(text).map_err(|error| {
            let reason = format!("表单 {name}：{error}");
            vec![BadLine { line: error.line(), reason }]
        })?;
        name.clone_into(&mut form.name);
        let faults = form.faults();
        let bad = |fault| BadLine { line: 0, reason: format!("表单 {name}：{fault}") };
        if faults.is_empty() { Ok(form) } else { Err(faults.into_iter().map(bad).collect()) }
    }

    /// Its questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// The question of this key.
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions().find(|question| question.key == key)
    }

    /// The materials that these answers put off or make unnecessary, each once. An answer to a question that is not asked says nothing.
    pub fn spared(&self, answers: &Answers) -> Vec<&Spare> {
        let mut spared: Vec<&Spare> = vec![];
        for spare in self.spares.iter().filter(|spare| self.holds(&spare.when, answers)) {
            if !spared.iter().any(|other| other.material == spare.material) {
                spared.push(spare);
            }
        }
        spared
    }

    /// Whether an answer was given, to a question that was asked. Conditions look back only, so this ends.
    fn holds(&self, when: &When, answers: &Answers) -> bool {
        let is_given = answers.get(&when.key).is_some_and(|answer| answer.equals(&when.equals));
        let is_asked = self
            .question(&when.key)
            .is_some_and(|question| question.when.as_ref().is_none_or(|earlier| self.holds(earlier, answers)));
        is_given && is_asked
    }

    /// The JSON Schema (draft 2020-12) of the answers that this form takes.
    pub fn json_schema(&self) -> serde_json::Value {
        schema::json_schema(self)
    }

    /// What is wrong with the form itself.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        if self.questions().next().is_none() {
            faults.push("没有问题".to_owned());
        }
        for question in self.questions() {
            let key = question.key.as_str();
            let is_key = key.starts_with(|c: char| c.is_ascii_lowercase())
                && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            if !is_key {
                faults.push(format!("键“{key}”应为小写字母、数字和下划线，字母开头"));
            }
            if question.label.trim().is_empty() || question.noun.trim().is_empty() {
                faults.push(format!("问题 {key} 没有问法或名称"));
            }
            match &question.kind {
                Kind::Choice { options } | Kind::Choices { options } if options.len() < 2 => {
                    faults.push(format!("问题 {key} 的选项少于两个"));
                }
                Kind::Number { min, max, .. } if min > max => {
                    faults.push(format!("问题 {key} 的最小值大于最大值"));
                }
                Kind::Text { max: 0 } | Kind::Paragraph { max: 0 } => faults.push(format!("问题 {key} 的字数为 0")),
                _ => {}
            }
            if let Some(must) = &question.must
                && (!question.takes(&must.equals) || must.say.trim().is_empty())
            {
                faults.push(format!("问题 {key} 要求的答案不在选项里，或者没有写明怎么办"));
            }
            // Only an earlier question can decide, so that conditions never go in a circle.
            if let Some(when) = &question.when
                && !seen.contains(when.key.as_str())
            {
                faults.push(format!("问题 {key} 取决于它前面没有的 {}", when.key));
            }
            if !seen.insert(key) {
                faults.push(format!("键“{key}”重复"));
            }
        }
        for Spare { material, when, say } in &self.spares {
            if !self.question(&when.key).is_some_and(|question| question.takes(&when.equals)) {
                faults.push(format!("材料“{material}”的条件问的是表单里没有的问题或者选项 {}", when.key));
            }
            if say.trim().is_empty() {
                faults.push(format!("材料“{material}”没有写明不交以后怎么办"));
            }
        }
        faults
    }

    /// What is wrong with the form as the form of `item`.
    pub fn faults_for(&self, item: &BaseItem) -> Vec<String> {
        let unlisted = self.spares.iter().filter(|spare| !item.materials.iter().any(|own| own.name == spare.material));
        unlisted.map(|spare| format!("材料“{}”不在事项的材料清单上", spare.material)).collect()
    }
}

impl Question {
    /// Whether this can be chosen; only what can be chosen can be a condition on materials or the one right answer.
    fn takes(&self, answer: &Answer) -> bool {
        match (&self.kind, answer) {
            (Kind::Choice { options } | Kind::Choices { options }, Answer::Text(text)) => options.contains(text),
            (Kind::YesNo, Answer::Flag(_)) => true,
            _ => false,
        }
    }
}

/// All forms that hold now, in memory.
#[derive(Debug, Default)]
pub struct Forms(HashMap<String, Arc<Form>>);

impl Forms {
    /// Orders forms for asking.
    pub fn new(forms: impl IntoIterator<Item = Form>) -> Self {
        Self(forms.into_iter().map(|form| (form.name.clone(), Arc::new(form))).collect())
    }

    /// The form of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Form>> {
        self.0.get(name)
    }

    /// The form of an item: its own, the one for projects, or the one for those it serves.
    pub fn of(&self, item: &BaseItem) -> Option<&Arc<Form>> {
        self.get(item.code.as_str()).or_else(|| {
            self.get(match (item.is_for(Subject::Person), item.is_for(Subject::Organisation)) {
                _ if item.needs_project => PROJECT,
                (true, true) => EITHER,
                (false, true) => ORGANISATION,
                _ => PERSON,
            })
        })
    }

    /// Every form.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.0.values()
    }
}

impl Cached for Forms {
    const NAME: &'static str = "catalogue.forms";

    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        table::forms(read).map(Self::new)
    }
}
