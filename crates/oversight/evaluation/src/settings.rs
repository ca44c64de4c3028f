//! What can be set without a build: limits in days, aspects that can be chosen, kinds of report, weights of the index.

use std::sync::LazyLock;

use serde::Deserialize;

/// The shipped settings.
const BUILT_IN: &str = include_str!("../../../../data/evaluation.json");

/// Limits, lists and weights of this room.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Working days after which an unanswered invitation counts as "not rated".
    pub invite_days: u32,
    /// Calendar days for which somebody may still rate, or follow up.
    pub late_days: u32,
    /// Working days in which whoever rated poorly is called back.
    pub contact_days: u32,
    /// Working days in which it is put right.
    pub rectify_days: u32,
    /// Working days of the one extension, at most.
    pub extend_days_most: u32,
    /// Working days in which a citizen may object to a rating being set aside.
    pub objection_days: u32,
    /// Ratings below which no percentage is given.
    pub ratings_least: i64,
    /// Minutes for which a window's tablet offers the case just finished.
    pub tablet_minutes: i64,
    /// Working days in which a report is verified.
    pub expose_verify_days: u32,
    /// Working days in which what was exposed is put right.
    pub expose_rectify_days: u32,
    /// Reports that one source may send in a day.
    pub exposures_a_day: i64,
    /// The kind of office that answers where no department is named.
    pub service_office: String,
    /// What can be praised or faulted, by channel.
    pub aspects: Aspects,
    /// What can be reported.
    pub exposure_kinds: Vec<Kind>,
    /// The five dimensions.
    pub index: Vec<Dimension>,
}

/// Aspects by channel.
#[derive(Debug, Clone, Deserialize)]
pub struct Aspects {
    /// Of what was done on the network.
    pub online: Vec<Aspect>,
    /// Of what was done at a window.
    pub window: Vec<Aspect>,
}

/// Something that can be praised or faulted (评价指标).
#[derive(Debug, Clone, Deserialize)]
pub struct Aspect {
    /// For programs.
    pub code: String,
    /// Its name.
    pub name: String,
    /// As praise.
    pub good: String,
    /// As a fault.
    pub poor: String,
}

/// A kind of report.
#[derive(Debug, Clone, Deserialize)]
pub struct Kind {
    /// For programs.
    pub code: String,
    /// In words.
    pub name: String,
}

/// One of the five dimensions of the national assessment.
#[derive(Debug, Clone, Deserialize)]
pub struct Dimension {
    /// For programs.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The other name of it.
    pub short: String,
    /// Out of 100.
    pub weight: u32,
    /// What it is made of, each weighing the same.
    pub indicators: Vec<Indicator>,
}

/// One indicator with its formula.
#[derive(Debug, Clone, Deserialize)]
pub struct Indicator {
    /// For programs.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How it is computed, in words.
    pub formula: String,
}

/// The settings in force.
pub fn settings() -> &'static Settings {
    static SETTINGS: LazyLock<Settings> =
        LazyLock::new(|| serde_json::from_str(BUILT_IN).expect("a test reads the shipped settings"));
    &SETTINGS
}

impl Settings {
    /// What can be chosen for a service of this channel.
    pub fn aspects(&self, online: bool) -> &[Aspect] {
        if online { &self.aspects.online } else { &self.aspects.window }
    }

    /// The kind of report with this code.
    pub fn kind(&self, code: &str) -> Option<&Kind> {
        self.exposure_kinds.iter().find(|kind| kind.code == code)
    }
}
