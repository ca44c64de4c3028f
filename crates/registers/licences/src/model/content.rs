//! What a licence says: the canonical data over which it is sealed.

use kernel::{BadCode, CaseNumber, CreditCode, Date, DepartmentId, LicenceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most fields a licence shows, and the longest label and value in characters.
pub const FIELDS_MAX: usize = 30;
const LABEL_MAX: usize = 30;
const VALUE_MAX: usize = 500;

/// Everything that the seal covers (照面信息).
///
/// Its canonical form ([`Content::canonical`]) is JSON with object keys sorted by Unicode code point, no white space,
/// strings escaped only where JSON demands it, UTF-8, and no numbers at all: whoever writes the same values anywhere
/// gets the same bytes. Its members, in that order: `case` (办件编号 or null), `fields` (pairs of label and value in
/// the order of the licence), `format` (`tongban-licence/1`), `holder` {`identifier`, `kind`, `name`}, `id` (证照标识,
/// GB/T 36904), `issued_on`, `issuer` {`code`, `department`, `name`}, `name` (证照名称), `number` (证照编号),
/// `valid_from`, `valid_until` (a date, or null for 长期).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Always [`Content::FORMAT`].
    pub format: String,
    /// Licence identifier (证照标识).
    pub id: LicenceId,
    /// Name of the licence (证照名称), such as 食品经营许可证.
    pub name: String,
    /// The number printed on it (证照编号).
    pub number: String,
    /// Whose it is.
    pub holder: HolderName,
    /// Who issued it.
    pub issuer: Issuer,
    /// Date of issue (颁发日期).
    pub issued_on: Date,
    /// First day (有效期起).
    pub valid_from: Date,
    /// Last day (有效期止); `None` is 长期.
    pub valid_until: Option<Date>,
    /// What else it states, in the order of the licence.
    pub fields: Vec<(String, String)>,
    /// The case that led to it (办件编号).
    pub case: Option<CaseNumber>,
}

/// The holder (持证主体) as named on the licence.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderName {
    /// `person` or `organisation`.
    pub kind: identity::PartyKind,
    /// Name in full.
    pub name: String,
    /// Resident ID number or credit code in full (持证主体代码).
    pub identifier: String,
}

/// Kept out of logs.
impl std::fmt::Debug for HolderName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HolderName({:?}, …)", self.kind)
    }
}

/// The issuing authority (颁发机构).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Which department.
    pub department: DepartmentId,
    /// Its name in full.
    pub name: String,
    /// Its credit code.
    pub code: CreditCode,
}

/// The content of a licence is not fit to be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadContent {
    /// The identifier names another issuer than the issuer's own credit code.
    #[error("the licence identifier names issuer {0}, which is not the issuing department's credit code")]
    Issuer(String),
    /// The last day lies before the first.
    #[error("the licence would end before it begins")]
    Period,
    /// A text is empty, too long or holds control characters; which.
    #[error("{0} is empty, too long or holds control characters")]
    Text(&'static str),
    /// More than [`FIELDS_MAX`] fields.
    #[error("a licence shows at most {FIELDS_MAX} fields")]
    TooManyFields,
    /// The text is not canonical licence data of a known format.
    #[error("not licence data of a known format: {0}")]
    Format(String),
    /// A code inside is wrong.
    #[error(transparent)]
    Code(#[from] BadCode),
}

impl Content {
    /// The value of `format` in canonical data.
    pub const FORMAT: &str = "tongban-licence/1";

    /// What stands in the number of a written decision, before its year.
    pub const DECISION: &str = "准字〔";

    /// Whether it is a written decision (批文) rather than a licence: its number says so.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        self.number.contains(Self::DECISION)
    }

    /// Checks what must hold of any licence before it may be sealed.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), BadContent> {
        if self.format != Self::FORMAT {
            return Err(BadContent::Format(self.format.clone()));
        }
        if self.id.issuer() != self.issuer.code.as_str() {
            return Err(BadContent::Issuer(self.id.issuer().to_owned()));
        }
        if self.valid_until.is_some_and(|until| until < self.valid_from) {
            return Err(BadContent::Period);
        }
        if self.fields.len() > FIELDS_MAX {
            return Err(BadContent::TooManyFields);
        }
        text("name", &self.name, 100)?;
        text("number", &self.number, 64)?;
        text("holder name", &self.holder.name, 100)?;
        text("holder identifier", &self.holder.identifier, 32)?;
        text("issuer name", &self.issuer.name, 100)?;
        for (label, value) in &self.fields {
            text("field label", label, LABEL_MAX)?;
            text("field value", value, VALUE_MAX)?;
        }
        Ok(())
    }

    /// The bytes that are sealed; see the type for their form.
    #[must_use]
    pub fn canonical(&self) -> String {
        let value = serde_json::to_value(self).expect("strings, dates and codes are always JSON");
        canonical(&value)
    }

    /// Reads canonical data back.
    ///
    /// # Errors
    /// [`BadContent::Format`] when it is not licence data, or not in canonical form.
    pub fn parse(text: &str) -> Result<Self, BadContent> {
        let content: Self = serde_json::from_str(text).map_err(|error| BadContent::Format(error.to_string()))?;
        if content.canonical() != text {
            return Err(BadContent::Format("not in canonical form".to_owned()));
        }
        content.check()?;
        Ok(content)
    }

    /// Whether the last day is over on `today`.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.valid_until.is_some_and(|until| until < today)
    }
}

fn text(what: &'static str, text: &str, max: usize) -> Result<(), BadContent> {
    let fits = (1..=max).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(BadContent::Text(what)) }
}

/// JSON with sorted keys and no white space, whatever map the value came from.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (n, (key, value)) in members.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}
