//! What the government knows already, so that nobody is asked twice.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Where an answer can be taken from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Prefill {
    /// Whether a person or an organisation applies: 个人 or 单位.
    ApplicantKind,
    /// Something that the population register knows.
    Person(PersonFact),
    /// Something that the register of organisations knows.
    Organisation(OrganisationFact),
    /// An element of a licence that the applicant holds.
    Licence {
        /// Name of the licence.
        licence: String,
        /// Name of its element.
        element: String,
    },
}

/// What is known of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonFact {
    /// Name.
    Name,
    /// Resident ID number.
    Id,
    /// Mobile number.
    Phone,
    /// Day of birth.
    Birth,
    /// Sex, 男 or 女.
    Sex,
    /// Registered address.
    Address,
    /// Region where the person lives.
    Region,
}

/// What is known of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrganisationFact {
    /// Name.
    Name,
    /// Unified social credit code.
    Code,
    /// Name of its legal representative.
    Representative,
    /// Registered address.
    Address,
    /// Telephone.
    Phone,
    /// Region where it is registered.
    Region,
}

const PERSON: [(&str, PersonFact); 7] = [
    ("name", PersonFact::Name),
    ("id", PersonFact::Id),
    ("phone", PersonFact::Phone),
    ("birth", PersonFact::Birth),
    ("sex", PersonFact::Sex),
    ("address", PersonFact::Address),
    ("region", PersonFact::Region),
];

const ORGANISATION: [(&str, OrganisationFact); 6] = [
    ("name", OrganisationFact::Name),
    ("code", OrganisationFact::Code),
    ("representative", OrganisationFact::Representative),
    ("address", OrganisationFact::Address),
    ("phone", OrganisationFact::Phone),
    ("region", OrganisationFact::Region),
];

impl FromStr for Prefill {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fact = |list: &[(&str, Prefill)], word: &str| {
            list.iter().find(|(own, _)| *own == word).map(|(_, fact)| fact.clone())
        };
        let found = if text == "applicant.kind" {
            Some(Self::ApplicantKind)
        } else if let Some(word) = text.strip_prefix("person.") {
            fact(&PERSON.map(|(own, fact)| (own, Self::Person(fact))), word)
        } else if let Some(word) = text.strip_prefix("organisation.") {
            fact(&ORGANISATION.map(|(own, fact)| (own, Self::Organisation(fact))), word)
        } else {
            let licence = text.strip_prefix("licence:").and_then(|rest| rest.split_once('.'));
            let named = licence.filter(|(licence, element)| !licence.is_empty() && !element.is_empty());
            named.map(|(licence, element)| Self::Licence { licence: licence.to_owned(), element: element.to_owned() })
        };
        found.ok_or_else(|| format!("没有预填来源“{text}”"))
    }
}

impl fmt::Display for Prefill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApplicantKind => f.write_str("applicant.kind"),
            Self::Person(fact) => {
                let word = PERSON.iter().find(|(_, own)| own == fact).map_or("name", |(word, _)| word);
                write!(f, "person.{word}")
            }
            Self::Organisation(fact) => {
                let word = ORGANISATION.iter().find(|(_, own)| own == fact).map_or("name", |(word, _)| word);
                write!(f, "organisation.{word}")
            }
            Self::Licence { licence, element } => write!(f, "licence:{licence}.{element}"),
        }
    }
}

impl Serialize for Prefill {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Prefill {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
