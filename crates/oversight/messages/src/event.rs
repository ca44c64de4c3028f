//! What the journal says happened here. A promise for years: fields are added with a default, never renamed.

use kernel::{BasicCode, CaseNumber, Date, DepartmentId, PartyId, Sealed, StaffId};
use serde::{Deserialize, Serialize};

/// Everything that this room tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A new routing is in force. In the stream `routing`.
    RoutingPublished {
        /// Its version, from 1.
        version: i64,
        /// Digest of the whole text.
        digest: kernel::Digest,
        /// Routes and reminders in it.
        routes: u64,
    },
    /// Somebody switched a channel on or off. In the stream `preference:<party>:<group>:<channel>`.
    PreferenceSet {
        /// Whose.
        party: PartyId,
        /// For which group of messages.
        group: String,
        /// By which channel.
        channel: String,
        /// On or off.
        wanted: bool,
    },
    /// A question about a case (问这件办件). In the stream `question:<id>`, as the next two.
    Asked {
        /// The case.
        case: CaseNumber,
        /// Its item.
        item: BasicCode,
        /// Who asks: the applicant of the case.
        party: PartyId,
        /// The person who wrote.
        by: PartyId,
        /// Who answers.
        department: DepartmentId,
        /// The words, sealed with the asker's key.
        text: Sealed,
        /// Last day to answer.
        answer_by: Date,
    },
    /// The office answered.
    Answered {
        /// The case.
        case: CaseNumber,
        /// Who had asked.
        party: PartyId,
        /// Who answered.
        by: StaffId,
        /// The words, sealed with the asker's key.
        text: Sealed,
        /// The day.
        on: Date,
    },
    /// The asker said whether the answer helped.
    Judged {
        /// Whether it did.
        helpful: bool,
    },
    /// A one-time code was sent to the number of an account. In the stream `code:<id>`, as the next two.
    CodeSent {
        /// Whose account.
        account: kernel::AccountId,
        /// What for: `sign-in` or `recover`.
        purpose: String,
    },
    /// A wrong code was given.
    CodeMissed,
    /// The right code was given; it works no second time.
    CodeUsed,
    /// An operator sent a parked SMS again. In the stream `sms:<outbox id>`.
    Resent {
        /// Why.
        reason: String,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "messages";

    fn kind(&self) -> &'static str {
        match self {
            Event::RoutingPublished { .. } => "routing-published",
            Event::PreferenceSet { .. } => "preference-set",
            Event::Asked { .. } => "asked",
            Event::Answered { .. } => "answered",
            Event::Judged { .. } => "judged",
            Event::CodeSent { .. } => "code-sent",
            Event::CodeMissed => "code-missed",
            Event::CodeUsed => "code-used",
            Event::Resent { .. } => "resent",
        }
    }
}
