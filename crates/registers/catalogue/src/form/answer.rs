//! What people answer.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, SeqAccess, Visitor},
};
use serde_json::Number;

/// Answers as they come in: by key, from a web form all of them text.
pub type Answers = BTreeMap<String, Answer>;

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

/// Read by hand: serde's own way tries one kind after the other and writes an error for each that fails, at every submit.
impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Answer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("yes or no, a number, a text, or a list of texts")
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Answer, E> {
                Ok(Answer::Flag(flag))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Answer, E> {
                Ok(Answer::Number(number.into()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Answer, E> {
                Ok(Answer::Number(number.into()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Answer, E> {
                Number::from_f64(number).map(Answer::Number).ok_or_else(|| E::custom("not a number"))
            }

            fn visit_str<E>(self, text: &str) -> Result<Answer, E> {
                Ok(Answer::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Answer, E> {
                Ok(Answer::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Answer, A::Error> {
                let mut all = Vec::with_capacity(seq.size_hint().unwrap_or_default().min(64));
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                Ok(Answer::Many(all))
            }
        }

        deserializer.deserialize_any(Any)
    }
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
