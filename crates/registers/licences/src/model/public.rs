//! What anybody may see of a licence: enough to trust it, nothing that names a person.

use identity::PartyKind;
use kernel::{Date, LicenceId, PersonName, ResidentId, Timestamp};

use super::{Licence, State};

/// The answer to "is this licence genuine and in force?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was found.
    pub finding: Finding,
    /// The licence, when there is one whose seal holds.
    pub licence: Option<PublicView>,
    /// When it was looked up.
    pub at: Timestamp,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Genuine, and in this state today.
    Genuine(State),
    /// Genuine, but a newer version is in force.
    Replaced {
        /// Which.
        by: LicenceId,
    },
    /// The identifier is well formed, but no such licence was issued here.
    Unknown,
    /// The text is no licence identifier, or its check character is wrong: a slip of the pen or a forgery.
    BadIdentifier,
    /// The stored data do not fit their seal: they were changed after issue.
    BrokenSeal,
    /// Its holder's data were erased on request; that it was issued is all that can still be said.
    Erased,
}

impl Finding {
    /// Whether a reader may rely on the licence today.
    #[must_use]
    pub fn is_good(&self) -> bool {
        *self == Self::Genuine(State::Valid)
    }
}

/// A licence with everything personal masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicView {
    /// Its identifier.
    pub id: LicenceId,
    /// Name of the licence.
    pub name: String,
    /// The number printed on it, masked if it is the holder's own ID number.
    pub number: String,
    /// The holder: a person's name is masked, an organisation's is not.
    pub holder: String,
    /// The holder's number, masked for a person.
    pub holder_identifier: String,
    /// Name of the issuing authority.
    pub issuer: String,
    /// Its credit code.
    pub issuer_code: String,
    /// Date of issue.
    pub issued_on: Date,
    /// First day.
    pub valid_from: Date,
    /// Last day; `None` is 长期.
    pub valid_until: Option<Date>,
    /// State today.
    pub state: State,
    /// Fields, with ID numbers, phone numbers and the holder's name masked; none of a person's to anybody who only knows the identifier.
    pub fields: Vec<(String, String)>,
    /// Which key sealed it.
    pub sealed_with: String,
}

impl PublicView {
    /// What anybody sees who only knows the identifier. Identifiers are numbered on, so that they can be guessed: what a person's
    /// licence states beyond its being in force — where they live, their people, their child's name — is not told to guessers
    /// (个人信息保护法 art. 6). It stands on the licence itself, and is shown when its holder shows it.
    #[must_use]
    pub fn to_anybody(licence: &Licence, today: Date) -> Self {
        let shown = Self::of(licence, today);
        match licence.content.holder.kind {
            PartyKind::Person => Self { fields: vec![], ..shown },
            PartyKind::Organisation => shown,
        }
    }

    /// The view of a licence on `today` for whom its holder shows it to.
    #[must_use]
    pub fn of(licence: &Licence, today: Date) -> Self {
        let content = &licence.content;
        let hide = |text: &str| mask(text, content.holder.kind, &content.holder.name);
        Self {
            id: licence.id.clone(),
            name: content.name.clone(),
            number: hide(&content.number),
            holder: hide(&content.holder.name),
            holder_identifier: hide(&content.holder.identifier),
            issuer: content.issuer.name.clone(),
            issuer_code: content.issuer.code.to_string(),
            issued_on: content.issued_on,
            valid_from: content.valid_from,
            valid_until: content.valid_until,
            state: licence.state(today),
            fields: content.fields.iter().map(|(label, value)| (label.clone(), hide(value))).collect(),
            sealed_with: licence.seal.key.clone(),
        }
    }
}

/// `text` with every resident ID number and mobile number masked, and the holder's name if the holder is a person.
#[must_use]
pub fn mask(text: &str, kind: PartyKind, holder: &str) -> String {
    let text = match (kind, holder.parse::<PersonName>()) {
        (PartyKind::Person, Ok(name)) => text.replace(holder, &name.masked()),
        _ => text.to_owned(),
    };
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().map(Some).chain([None]) {
        match c {
            Some(c) if c.is_ascii_alphanumeric() => run.push(c),
            other => {
                out.push_str(&masked_run(&run));
                run.clear();
                out.extend(other);
            }
        }
    }
    out
}

/// A run of letters and digits that has the shape of a person's number is masked, right check character or not: one
/// mistyped digit must not make it public.
fn masked_run(run: &str) -> String {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    match (run.len(), digits) {
        (18, 17..) => match run.parse::<ResidentId>() {
            Ok(id) => id.masked(),
            Err(_) if run.starts_with('9') => run.to_owned(),
            Err(_) => format!("{}**********{}", &run[..6], &run[16..]),
        },
        (15, 15) => format!("{}*******{}", &run[..6], &run[13..]),
        (11, 11) if run.starts_with('1') => format!("{}****{}", &run[..3], &run[7..]),
        _ => run.to_owned(),
    }
}
