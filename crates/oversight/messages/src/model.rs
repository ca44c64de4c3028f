//! Values: who is told, what, and where it stands.

pub(crate) mod question;

use std::{fmt, str::FromStr};

use kernel::{BasicCode, Date, DepartmentId, Duty, PartyId, Timestamp};
use serde::{Deserialize, Serialize};

pub use question::{Question, QuestionId, QuestionState};

kernel::id! {
    /// One message.
    pub MessageId,
    /// One thread.
    pub ThreadId,
    /// One one-time code.
    pub CodeId
}
store::text_column!(MessageId, ThreadId, CodeId, Recipient);

/// Who is told: a party, or a post of a department, whose members share one inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A person or an organisation.
    Party(PartyId),
    /// Everybody who holds the duty in the department.
    Post(DepartmentId, Duty),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recipient::Party(party) => write!(f, "party:{party}"),
            Recipient::Post(department, duty) => write!(f, "post:{department}:{}", duty_name(*duty)),
        }
    }
}

/// The text names nobody who could be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a recipient")]
pub struct BadRecipient;

impl FromStr for Recipient {
    type Err = BadRecipient;

    fn from_str(text: &str) -> Result<Self, BadRecipient> {
        if let Some(party) = text.strip_prefix("party:") {
            return party.parse().map(Recipient::Party).map_err(|_| BadRecipient);
        }
        let (department, duty) =
            text.strip_prefix("post:").and_then(|rest| rest.split_once(':')).ok_or(BadRecipient)?;
        let department = department.parse().map_err(|_| BadRecipient)?;
        Ok(Recipient::Post(department, duty_of(duty).ok_or(BadRecipient)?))
    }
}

impl Serialize for Recipient {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The word for a duty in data and rows: that of its serialised form.
pub(crate) fn duty_name(duty: Duty) -> String {
    serde_json::to_value(duty).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The duty with this word.
pub(crate) fn duty_of(word: &str) -> Option<Duty> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// What a thread is about: it decides who beside the recipient may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThreadKind {
    /// A case.
    Case,
    /// A licence.
    Licence,
    /// A delegation.
    Delegation,
    /// The account and the data of one person: read by that person alone.
    Account,
    /// Anything else that concerns the party.
    Party,
    /// Work of a department that belongs to no case: read by its posts.
    Department,
}

impl ThreadKind {
    /// Every kind.
    pub const ALL: [ThreadKind; 6] = [
        ThreadKind::Case,
        ThreadKind::Licence,
        ThreadKind::Delegation,
        ThreadKind::Account,
        ThreadKind::Party,
        ThreadKind::Department,
    ];

    /// The word for it in data and rows.
    pub fn name(self) -> &'static str {
        match self {
            ThreadKind::Case => "case",
            ThreadKind::Licence => "licence",
            ThreadKind::Delegation => "delegation",
            ThreadKind::Account => "account",
            ThreadKind::Party => "party",
            ThreadKind::Department => "department",
        }
    }
}

impl fmt::Display for ThreadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ThreadKind {
    type Err = BadRecipient;

    fn from_str(text: &str) -> Result<Self, BadRecipient> {
        ThreadKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or(BadRecipient)
    }
}
store::text_column!(ThreadKind, Side, SmsState);

/// Which side of a dialogue speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The office or the platform.
    Office,
    /// The recipient.
    Asker,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Office => "office",
            Side::Asker => "asker",
        })
    }
}

impl FromStr for Side {
    type Err = BadRecipient;

    fn from_str(text: &str) -> Result<Self, BadRecipient> {
        match text {
            "office" => Ok(Side::Office),
            "asker" => Ok(Side::Asker),
            _ => Err(BadRecipient),
        }
    }
}

/// What a message says. Stored sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// In few words.
    pub title: String,
    /// In full.
    pub text: String,
    /// Who speaks: an office, or the platform.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Where on this site to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What the link says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// It is the recipient's turn (轮到您).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turn: bool,
    /// Last day to act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The question that this answers or asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionId>,
}

/// A message as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// When.
    pub at: Timestamp,
    /// Its place in the order of its thread, after `at`.
    pub seq: i64,
    /// Who speaks.
    pub side: Side,
    /// What it says.
    pub body: Body,
    /// When it was first seen.
    pub read_at: Option<Timestamp>,
    /// Its cause is gone: nothing is to be done any more.
    pub settled: bool,
    /// What became of its SMS, and why not.
    pub sms: Option<(SmsState, Option<String>)>,
}

/// What became of a message's SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmsState {
    /// Waits for the end of the quiet hours.
    Held,
    /// In the outbox.
    Queued,
    /// Taken by the operator.
    Sent,
    /// On the phone, says the operator's report.
    Delivered,
    /// Not delivered, says the operator's report.
    Failed,
    /// None was sent: not wanted, no number, no channel, or the matter was over.
    NotWanted,
}

impl SmsState {
    /// Every state.
    pub const ALL: [SmsState; 6] =
        [SmsState::Held, SmsState::Queued, SmsState::Sent, SmsState::Delivered, SmsState::Failed, SmsState::NotWanted];

    /// The word for it in rows and for programs.
    pub fn name(self) -> &'static str {
        match self {
            SmsState::Held => "held",
            SmsState::Queued => "queued",
            SmsState::Sent => "sent",
            SmsState::Delivered => "delivered",
            SmsState::Failed => "failed",
            SmsState::NotWanted => "not-wanted",
        }
    }
}

impl fmt::Display for SmsState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SmsState {
    type Err = BadRecipient;

    fn from_str(text: &str) -> Result<Self, BadRecipient> {
        SmsState::ALL.into_iter().find(|state| state.name() == text).ok_or(BadRecipient)
    }
}

/// Where a thread is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filing {
    /// Whose thread.
    pub recipient: Recipient,
    /// What it is about: a journal stream, or `account`.
    pub subject: String,
    /// Of which kind.
    pub kind: ThreadKind,
    /// The item of the case.
    pub item: Option<BasicCode>,
    /// Its heading; nothing personal.
    pub title: String,
}
