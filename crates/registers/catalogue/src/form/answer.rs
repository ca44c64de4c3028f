//! What people answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// Answers as they come in: by key, from a web form all of them text.
pub type Answers = BTreeMap<String, Answer>;

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text, a code, a day, one choice.
    Text(String),
    /// Several choices.
    Many(Vec<String>),
}

impl Answer {
    /// The answer as one text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How a person reads it: 是 or 否, choices joined.
    pub fn shown(&self) -> String {
        match self {
            Self::Flag(true) => "是".to_owned(),
            Self::Flag(false) => "否".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Many(all) => all.join("、"),
        }
    }

    /// Whether nothing was answered.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Many(all) => all.iter().all(|one| one.trim().is_empty()),
            Self::Flag(_) | Self::Number(_) => false,
        }
    }

    /// Whether it is, or holds, this answer.
    pub fn equals(&self, other: &Answer) -> bool {
        match (self, other) {
            (Self::Many(all), Self::Text(one)) => all.contains(one),
            (one, other) => one == other,
        }
    }
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Answers that a form has found to be right, each in its one form of writing. Only [`crate::Form::check`] makes them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Checked(pub(super) BTreeMap<String, Answer>);

impl Checked {
    /// The answers.
    pub fn answers(&self) -> &Answers {
        &self.0
    }

    /// One answer.
    pub fn get(&self, key: &str) -> Option<&Answer> {
        self.0.get(key)
    }

    /// Gives the answers away.
    pub fn into_answers(self) -> Answers {
        self.0
    }
}
