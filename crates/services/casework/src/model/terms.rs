//! What the item promised when the case began.

use catalogue::{Handling, ResultKind, Source, Tariff};
use clock::Limit;
use kernel::Date;
use serde::{Deserialize, Serialize};

use super::Listed;

/// What the item demanded and promised on the day of submission, frozen into the case (三级四同: a change of the guide does not
/// change a running case).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// The item's name.
    pub name: String,
    /// Version of the implementation.
    #[serde(rename = "v")]
    pub version: u32,
    /// The form that was filled in; with its version, the questions can be shown as they were.
    pub form: String,
    /// Version of the form.
    pub form_version: u32,
    /// On the spot (即办件), or within a promised limit (承诺件): then a reviewer speaks first and another person decides.
    pub handling: Handling,
    /// The promised limit (承诺时限), by which the clock runs.
    pub limit: Limit,
    /// The statutory limit (法定时限), where a law sets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Limit>,
    /// Whether who accepted may not decide (受审分离).
    #[serde(default)]
    pub separate: bool,
    /// The published list: nothing off it may be asked (行政许可法 art. 30 and 31).
    #[serde(rename = "list")]
    pub materials: Vec<Listed>,
    /// What a grant produces.
    pub result: ResultKind,
    /// Name of the result.
    pub result_name: String,
    /// How many years the licence is valid from the decision; unlimited if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_years: Option<u32>,
    /// Whether papers and result can go by courier, by the item's data.
    #[serde(default)]
    pub courier: bool,
    /// Calendar days an applicant has for corrections before the case is sent back.
    pub correction_days: u32,
    /// What it costs; none where nothing is charged. A bill is opened when the case is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Tariff>,
}

impl Terms {
    /// Default days for corrections, where the place sets none (local rules say 15 to 30).
    pub const CORRECTION_DAYS: u32 = 30;

    /// The listed material of this name.
    pub fn listed(&self, name: &str) -> Option<&Listed> {
        self.materials.iter().find(|listed| listed.name == name)
    }

    /// What the applicant must bring, one way or another.
    pub fn required(&self) -> impl Iterator<Item = &Listed> {
        self.materials.iter().filter(|listed| {
            listed.required && listed.source != Source::Government && !is_form(&self.name, &listed.name)
        })
    }

    /// The last day for corrections asked on `from`.
    pub fn correct_until(&self, from: Date) -> Date {
        (0..self.correction_days.max(1)).try_fold(from, |day, _| day.tomorrow()).unwrap_or(Date::MAX)
    }

    /// Done at once by one clerk.
    pub fn is_instant(&self) -> bool {
        self.handling == Handling::Instant
    }
}

/// Whether a material is the item's own application form: whoever answers its questions online has filled it in, and is not
/// asked to upload it once more (行政许可法 art. 29).
pub fn is_form(item: &str, material: &str) -> bool {
    material.ends_with("申请表") || material.strip_prefix(item).is_some_and(|rest| rest == "申请书")
}
