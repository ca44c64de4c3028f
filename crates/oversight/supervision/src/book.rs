//! The rules as data: what each looks at, with which parameters, by which article, and a test case that must hold before the rules
//! are taken.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use clock::Calendar;
use serde::{Deserialize, Serialize};

use crate::{Grade, Scenario, scenario};

/// The shipped rules.
pub const BUILT_IN: &str = include_str!("../../../../data/monitor_rules.json");

/// All rules of one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rulebook {
    /// Name of this version.
    pub version: String,
    /// Terms of supervision orders.
    pub orders: OrderTerms,
    /// What makes a flag graver.
    pub escalation: Escalation,
    /// How a score is reckoned.
    pub score: ScoreTerms,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// Terms of supervision orders, in working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderTerms {
    /// To sign for it.
    pub sign_days: u32,
    /// To answer.
    pub reply_days: u32,
    /// To appeal, once signed.
    pub appeal_days: u32,
}

/// What makes a flag graver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// A second yellow card in the same case is red.
    pub second_yellow_is_red: bool,
    /// What a flag becomes whose order nobody answered in time.
    pub no_reply: Grade,
}

/// How a score is reckoned (效能得分).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreTerms {
    /// What everybody begins with.
    pub start: i64,
    /// For each warning.
    pub warning: i64,
    /// For each yellow card.
    pub yellow: i64,
    /// For each red card.
    pub red: i64,
    /// For each poor rating.
    pub poor: i64,
    /// At most, for deciding earlier than promised: this times the share of the promised days that was saved.
    pub early_most: i64,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id: `T3`.
    pub id: RuleId,
    /// Its name.
    pub name: String,
    /// The article it rests on.
    pub article: String,
    /// Its kind.
    pub kind: RuleKind,
    /// What it looks at, in words.
    pub says: String,
    /// Whose events it looks at.
    pub watches: Vec<String>,
    /// What it checks, with its parameters.
    pub check: Check,
    /// A history and what the rule must find in it.
    pub test: Scenario,
}

/// The kinds of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// 时限
    Time,
    /// 流程
    Process,
    /// 收费
    Fee,
    /// 服务
    Conduct,
}

/// The clocks that are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockName {
    /// Five working days to answer.
    Answer,
    /// The promised limit.
    Promised,
    /// The statutory limit.
    Statutory,
    /// Ten working days to serve.
    Service,
}

/// What a rule checks. Parameters that are not known are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// A clock runs out.
    #[serde(rename = "clock")]
    Clock(ClockCheck),
    /// A step takes too much of the limit.
    #[serde(rename = "steps")]
    Steps(StepCheck),
    /// Corrections are asked for once more.
    #[serde(rename = "corrected-again")]
    CorrectedAgain(CorrectedCheck),
    /// Duties that must be apart, steps that may not be left out.
    #[serde(rename = "separation")]
    Separation(SeparationCheck),
    /// Special procedures.
    #[serde(rename = "special")]
    Special(SpecialCheck),
    /// Extensions.
    #[serde(rename = "extension")]
    Extension(ExtensionCheck),
    /// Materials off the list.
    #[serde(rename = "off-list")]
    OffList(GradeOnly),
    /// A no without its words.
    #[serde(rename = "unreasoned")]
    Unreasoned(GradeOnly),
    /// What happened elsewhere and was entered afterwards.
    #[serde(rename = "outside")]
    Outside(OutsideCheck),
    /// Fees and refunds.
    #[serde(rename = "fee")]
    Fee(FeeCheck),
    /// What is done about poor ratings.
    #[serde(rename = "redress")]
    Redress(RedressCheck),
}

/// Parameters of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockCheck {
    /// Which.
    pub clock: ClockName,
    /// A warning when so much of the limit is used, in per cent;
    #[serde(default)]
    pub warn_share: Option<u32>,
    /// or when so many working days are left, today among them.
    #[serde(default)]
    pub warn_left: Option<u32>,
    /// Yellow when so many working days over.
    #[serde(default)]
    pub yellow_after: Option<u32>,
    /// Red when more than so many working days over.
    #[serde(default)]
    pub red_after: Option<u32>,
}

/// Parameters of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepCheck {
    /// The opinion must be there when so much of the promised limit is used, in per cent.
    pub review_share: u32,
    /// The decision must be there so many working days after the opinion.
    pub decide_days: u32,
    /// Only where at least so many working days are promised.
    pub limit_least: u32,
    /// How grave.
    pub grade: Grade,
}

/// Parameters of a second correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedCheck {
    /// With a supervisor's reason.
    pub with_reason: Grade,
    /// Without one.
    pub without_reason: Grade,
}

/// Parameters of the separation of duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeparationCheck {
    /// Accepted or reviewed, and decided.
    pub same_person: Grade,
    /// Decided without an opinion.
    pub skipped: Grade,
}

/// Parameters of special procedures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialCheck {
    /// Begun without a reason.
    pub without_reason: Grade,
    /// Begun a second time.
    pub again: Grade,
    /// Begun after the limit had run out.
    pub too_late: Grade,
    /// Longer than declared.
    pub longer: Grade,
}

/// Parameters of extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionCheck {
    /// A second one.
    pub again: Grade,
    /// Longer than `days_most`.
    pub too_long: Grade,
    /// Without a reason.
    pub without_reason: Grade,
    /// Working days, at most.
    pub days_most: u32,
}

/// Parameters of what was entered afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideCheck {
    /// Entered more than so many days after the day it bears.
    pub back_days: i64,
    /// How grave.
    pub back_dated: Grade,
    /// Fewer minutes between acceptance and decision of what is not done on the spot.
    pub minutes_least: i64,
    /// How grave.
    pub too_quick: Grade,
}

/// Parameters of fees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeCheck {
    /// More than the standard.
    pub above: Grade,
    /// Working days in which an approved refund must arrive.
    pub refund_days: u32,
    /// Later.
    pub refund_late: Grade,
}

/// Parameters of redress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedressCheck {
    /// Nobody called in time.
    pub contact: Grade,
    /// Not put right in time.
    pub rectify: Grade,
}

/// How grave, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeOnly {
    /// How grave.
    pub grade: Grade,
}

/// The id of a rule: a capital letter and one or two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId {
    letter: u8,
    digits: u8,
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.letter), self.digits)
    }
}

impl FromStr for RuleId {
    type Err = ();

    fn from_str(text: &str) -> Result<RuleId, ()> {
        let (letter, digits) = text.split_at_checked(1).ok_or(())?;
        let letter = letter.bytes().next().filter(u8::is_ascii_uppercase).ok_or(())?;
        let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let digits = digits.parse().ok().filter(|digits| is_number && *digits > 0).ok_or(())?;
        let id = RuleId { letter, digits };
        if id.to_string() == text { Ok(id) } else { Err(()) }
    }
}

impl Serialize for RuleId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<RuleId, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|()| serde::de::Error::custom(format!("{text} is no id of a rule (a letter, 1 or 2 digits)")))
    }
}

/// Why rules are not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBook(pub Vec<String>);

impl Rulebook {
    /// Reads rules; each must be whole, and its own test case must hold.
    pub fn parse(text: &str, calendar: &Calendar) -> Result<Rulebook, BadBook> {
        let book: Rulebook = serde_json::from_str(text).map_err(|error| BadBook(vec![error.to_string()]))?;
        let mut bad = vec![];
        let mut ids = BTreeSet::new();
        if book.version.trim().is_empty() || book.version.chars().count() > 40 {
            bad.push("version: 1 to 40 characters".to_owned());
        }
        if book.rules.is_empty() {
            bad.push("there is no rule".to_owned());
        }
        for rule in &book.rules {
            if !ids.insert(rule.id) {
                bad.push(format!("{}: there are two of this id", rule.id));
            }
            bad.extend(rule.flaws().into_iter().map(|flaw| format!("{}: {flaw}", rule.id)));
        }
        if bad.is_empty() {
            let failed = book.rules.iter().filter_map(|rule| scenario::failure(&book, rule, calendar));
            bad.extend(failed);
        }
        if bad.is_empty() { Ok(book) } else { Err(BadBook(bad)) }
    }

    /// The rule of this id.
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == *id)
    }
}

impl Rule {
    /// What is wrong with it, apart from its test.
    fn flaws(&self) -> Vec<&'static str> {
        let mut flaws = vec![];
        let known = ["casework", "payment", "evaluation"];
        if self.watches.is_empty() || self.watches.iter().any(|room| !known.contains(&room.as_str())) {
            flaws.push("watches: casework, payment or evaluation");
        }
        if [&self.name, &self.article, &self.says].iter().any(|text| text.trim().is_empty()) {
            flaws.push("name, article and says are words");
        }
        if let Check::Clock(check) = &self.check {
            if check.warn_share.is_some_and(|share| !(1..=99).contains(&share)) {
                flaws.push("warn_share: 1 to 99 per cent");
            }
            if check.yellow_after.zip(check.red_after).is_some_and(|(yellow, red)| red < yellow) {
                flaws.push("red comes after yellow");
            }
        }
        if let Check::Steps(check) = &self.check
            && !(1..=100).contains(&check.review_share)
        {
            flaws.push("review_share: 1 to 100 per cent");
        }
        flaws
    }
}

/// The rules in force.
pub(crate) struct InForce(pub Rulebook);

impl store::Cached for InForce {
    const NAME: &'static str = "supervision.rules";

    fn load(read: &mut dyn store::Read) -> Result<Self, store::Error> {
        match crate::table::book::load(read)? {
            Some((_, text)) => Ok(InForce(serde_json::from_str(&text)?)),
            None => Ok(InForce(serde_json::from_str(BUILT_IN)?)),
        }
    }
}

impl RuleKind {
    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            RuleKind::Time => "time",
            RuleKind::Process => "process",
            RuleKind::Fee => "fee",
            RuleKind::Conduct => "conduct",
        }
    }
}
