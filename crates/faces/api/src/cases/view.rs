//! A case as the API tells it. A citizen's own case and a staff member's queue entry are the same shape; what a viewer
//! may not see is not in it.

use casework::{Case, Material, Progress, Provision, State, Subject};
use kernel::{Actor, Date};
use organisation::Regions;
use serde::Serialize;
use utoipa::ToSchema;

/// One case in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": "3201020902611200000017", "item": "320131907000", "name": "食品经营许可", "region": "320102000000",
    "region_name": "南京市玄武区", "department": "320102000000-310", "state": "submitted", "state_text": "已提交、待受理",
    "progress": "received", "submitted_at": "2026-11-20T02:15:00Z", "next_by": "2026-11-27", "due": null
}))]
pub struct CaseLine {
    /// 22 digits.
    pub number: String,
    /// Basic code of the item.
    pub item: String,
    /// Name of the item.
    pub name: String,
    /// Region that handles it.
    pub region: String,
    /// Full name of that region.
    pub region_name: String,
    /// Department that answers for it.
    pub department: String,
    /// For programs: submitted, correcting, accepted, suspended, reviewed, granted, denied, declined, served, closed, withdrawn.
    pub state: &'static str,
    /// The state in words.
    pub state_text: &'static str,
    /// For the applicant: received, your-turn, handling, resting, granted, denied, declined, returned, withdrawn.
    #[schema(value_type = String)]
    pub progress: Progress,
    /// When it was submitted (RFC 3339).
    pub submitted_at: String,
    /// The day by which somebody must act next.
    pub next_by: Option<String>,
    /// The day by which it must be decided, once it is accepted.
    pub due: Option<String>,
}

impl CaseLine {
    /// The line of `case`.
    pub fn of(case: &Case, regions: &Regions) -> Self {
        let stage = case.stage();
        Self {
            number: case.number.to_string(),
            item: case.item.to_string(),
            name: case.terms.name.clone(),
            region: case.region.to_string(),
            region_name: regions.full_name(&case.region),
            department: case.department.to_string(),
            state: stage.name(),
            state_text: stage.word(),
            progress: case.progress(),
            submitted_at: case.submitted.to_string(),
            next_by: day(case.next_by()),
            due: day(case.decide_by),
        }
    }
}

impl CaseLine {
    /// A line of a list. Lists are made for speed and do not carry the day of decision.
    pub fn listed(line: &casework::query::CaseLine, regions: &Regions) -> Self {
        Self {
            number: line.number.to_string(),
            item: line.item.to_string(),
            name: line.item_name.clone(),
            region: line.department.region.to_string(),
            region_name: regions.full_name(&line.department.region),
            department: line.department.to_string(),
            state: line.stage.name(),
            state_text: line.stage.word(),
            progress: line.progress,
            submitted_at: line.submitted.to_string(),
            next_by: day(line.next_by),
            due: None,
        }
    }
}

/// A page of a list of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList {
    /// The cases: a citizen's newest first, a queue's most urgent first.
    pub cases: Vec<CaseLine>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// A case in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// What a list tells of it.
    #[serde(flatten)]
    pub line: CaseLine,
    /// Grows with each event; compare it to see whether something happened.
    pub version: i64,
    /// What was handed in.
    pub materials: Vec<MaterialView>,
    /// What the applicant must still bring or put right, while the state is `correcting`.
    pub missing: Vec<MissingView>,
    /// How often corrections were asked for.
    pub corrections: u32,
    /// Whether it counts as accepted because nobody answered in five working days (行政许可法 第三十二条).
    pub accepted_by_silence: bool,
    /// Opinions of the reviewers; only staff see them before the decision.
    pub opinions: Vec<OpinionView>,
    /// What was decided.
    pub decision: Option<DecisionView>,
    /// Id of the licence that the case produced.
    pub licence: Option<String>,
    /// How the result is to be received: electronic, window or courier.
    pub delivery: &'static str,
}

/// A material that was handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "经营场所和设备布局流程图", "by": "upload", "digest": "66c7f0f4…", "size": 48211, "media": "application/pdf", "licence": null, "tier": "C"}))]
pub struct MaterialView {
    /// Its name on the item's list.
    pub name: String,
    /// How it was provided: upload, licence, earlier, answers (the form itself), government, at-window.
    pub by: &'static str,
    /// SM3 digest of the file.
    pub digest: Option<String>,
    /// Bytes of the file.
    pub size: Option<u64>,
    /// Media type of the file.
    pub media: Option<String>,
    /// Id of the licence that stands for it.
    pub licence: Option<String>,
    /// Trust: A made by the issuer, B checked at a window, C uploaded, D declared.
    #[schema(value_type = String)]
    pub tier: casework::Tier,
}

/// Something still missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"material": "经营场所和设备布局流程图", "field": null, "why": "图上未标出排烟口，请补画后重新上传"}))]
pub struct MissingView {
    /// The material, by its name on the list.
    pub material: Option<String>,
    /// The answer, by its question's key.
    pub field: Option<String>,
    /// What is wrong and how to put it right.
    pub why: String,
}

/// A reviewer's opinion.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpinionView {
    /// `for` or `against`.
    #[schema(value_type = String)]
    pub stance: casework::Stance,
    /// In words.
    pub opinion: String,
    /// The day.
    pub on: String,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// granted, denied, declined or returned.
    #[schema(value_type = String)]
    pub outcome: casework::Outcome,
    /// The day.
    pub on: String,
    /// Facts and reasons.
    pub reason: Option<String>,
    /// The article it rests on.
    pub article: Option<String>,
    /// How it can be contested.
    pub remedy: Option<String>,
}

/// Whose eyes the view is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Viewer {
    /// The applicant or an agent.
    Applicant,
    /// Staff with a duty for the case.
    Staff,
}

impl Viewer {
    /// On which side of the counter `actor` stands.
    pub fn of(actor: &Actor) -> Self {
        if actor.party().is_some() { Self::Applicant } else { Self::Staff }
    }
}

impl CaseView {
    /// `case` in full, for `viewer`.
    pub fn of(case: &Case, viewer: Viewer, regions: &Regions) -> Self {
        let missing = match &case.state {
            State::Correcting { missing, .. } => missing.iter().map(missing_view).collect(),
            _ => vec![],
        };
        let opinions = case.opinions.iter().filter(|_| viewer == Viewer::Staff);
        let opinions = opinions.map(|opinion| OpinionView {
            stance: opinion.stance,
            opinion: opinion.text.clone(),
            on: opinion.on.to_string(),
        });
        let decision = case.decision.as_ref().map(|decision| DecisionView {
            outcome: decision.outcome,
            on: decision.on.to_string(),
            reason: decision.reason.clone(),
            article: decision.article.clone(),
            remedy: decision.remedy.map(|remedy| remedy.words(&regions.full_name(&remedy.review_body))),
        });
        Self {
            line: CaseLine::of(case, regions),
            version: case.version,
            materials: case.materials.iter().map(material_view).collect(),
            missing,
            corrections: case.corrections,
            accepted_by_silence: case.acceptance.as_ref().is_some_and(casework::Acceptance::by_silence),
            opinions: opinions.collect(),
            decision,
            licence: case.licence.as_ref().map(ToString::to_string),
            delivery: match case.way {
                casework::Service::Window => "window",
                casework::Service::Post => "courier",
                casework::Service::Electronic | casework::Service::PublicNotice => "electronic",
            },
        }
    }
}

fn missing_view(missing: &casework::Missing) -> MissingView {
    let (material, field) = match &missing.what {
        Subject::Material(name) => (Some(name.clone()), None),
        Subject::Field(key) => (None, Some(key.clone())),
    };
    MissingView { material, field, why: missing.why.clone() }
}

fn material_view(material: &Material) -> MaterialView {
    let mut view = MaterialView {
        name: material.name.clone(),
        by: "",
        digest: material.provision.digest().map(ToString::to_string),
        size: None,
        media: None,
        licence: None,
        tier: material.tier,
    };
    match &material.provision {
        Provision::Upload { size, media, .. } => {
            (view.by, view.size, view.media) = ("upload", Some(*size), Some(media.clone()));
        }
        Provision::Earlier { size, media, .. } => {
            (view.by, view.size, view.media) = ("earlier", Some(*size), Some(media.clone()));
        }
        Provision::Licence { id } => (view.by, view.licence) = ("licence", Some(id.to_string())),
        Provision::Answers => view.by = "answers",
        Provision::Government => view.by = "government",
        Provision::AtWindow => view.by = "at-window",
    }
    view
}

/// A day as ISO 8601.
pub fn day(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}
