//! The four stages: what is open, what waits for what, and what may be filed together.

use kernel::{BasicCode, CaseNumber, Date};

use super::Refusal;
use crate::{Approval, CaseState, Event, Move, Need, Project, ProjectCase, Route, Rulebook, Stage, StageTerms};

/// Where a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// Everything that it needs was granted.
    Done,
    /// Something of it is under way.
    Running,
    /// It can be applied for.
    Open,
    /// An earlier stage is not done.
    Locked {
        /// Which.
        behind: Stage,
    },
}

/// Where an approval of a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    /// Nobody has asked for it.
    NotFiled,
    /// Its latest case.
    Filed(CaseState),
}

/// One approval of a stage for one project.
#[derive(Debug, Clone, PartialEq)]
pub struct Place<'a> {
    /// The approval.
    pub approval: &'a Approval,
    /// Whether the project cannot do without.
    pub is_must: bool,
    /// Where it stands.
    pub state: ApprovalState,
    /// Its latest case.
    pub case: Option<&'a ProjectCase>,
}

impl Place<'_> {
    fn is_granted(&self) -> bool {
        self.state == ApprovalState::Filed(CaseState::Granted)
    }

    fn is_open(&self) -> bool {
        matches!(self.state, ApprovalState::Filed(state) if state.is_open())
    }

    /// Whether it can be filed, or filed again.
    pub fn is_free(&self) -> bool {
        !self.is_granted() && !self.is_open()
    }

    /// Whether the stage waits for it. What was asked for and then taken back is not waited for.
    fn is_waited_for(&self) -> bool {
        match self.state {
            ApprovalState::NotFiled | ApprovalState::Filed(CaseState::Withdrawn) => self.is_must,
            ApprovalState::Filed(_) => !self.is_granted(),
        }
    }
}

/// Whether an approval concerns a project of this route at all.
fn concerns(need: Need, route: Route) -> bool {
    need == Need::Asked || need.is_must(route)
}

/// The approvals of a stage that concern the project.
pub fn places<'a>(project: &'a Project, terms: &'a StageTerms) -> Vec<Place<'a>> {
    let concerning = terms.approvals.iter().filter(|approval| concerns(approval.need, project.route));
    concerning
        .map(|approval| {
            let case = project.case_for(&approval.item);
            let state = case.map_or(ApprovalState::NotFiled, |case| ApprovalState::Filed(case.state));
            Place { approval, is_must: approval.need.is_must(project.route), state, case }
        })
        .collect()
}

/// Whether everything that a stage needs was granted.
pub fn is_done(project: &Project, terms: &StageTerms) -> bool {
    !places(project, terms).iter().any(Place::is_waited_for)
}

/// The first approval that a stage still waits for.
pub fn lacking(project: &Project, terms: &StageTerms) -> Option<BasicCode> {
    places(project, terms).iter().find(|place| place.is_waited_for()).map(|place| place.approval.item)
}

/// Where a stage stands.
pub fn stage_state(project: &Project, book: &Rulebook, stage: Stage) -> StageState {
    let earlier = book.stages.iter().filter(|terms| terms.stage < stage);
    if let Some(behind) = earlier.into_iter().find(|terms| !is_done(project, terms)) {
        return StageState::Locked { behind: behind.stage };
    }
    match book.stage(stage) {
        Some(terms) if is_done(project, terms) => StageState::Done,
        Some(terms) if places(project, terms).iter().any(Place::is_open) => StageState::Running,
        _ => StageState::Open,
    }
}

/// All stages with where they stand.
pub fn states<'a>(project: &Project, book: &'a Rulebook) -> Vec<(&'a StageTerms, StageState)> {
    book.stages.iter().map(|terms| (terms, stage_state(project, book, terms.stage))).collect()
}

/// The stage in which the project is; none when all are done.
pub fn current(project: &Project, book: &Rulebook) -> Option<Stage> {
    book.stages.iter().find(|terms| !is_done(project, terms)).map(|terms| terms.stage)
}

/// What would be filed now for a stage: all that it cannot do without and has not, and of the rest what the unit says that it needs.
pub fn to_submit(
    project: &Project,
    book: &Rulebook,
    stage: Stage,
    asked: &[BasicCode],
) -> Result<Vec<BasicCode>, Refusal> {
    if let StageState::Locked { behind } = stage_state(project, book, stage) {
        let behind = book.stage(behind).map_or_else(String::new, |terms| terms.name.clone());
        return Err(Refusal::StageLocked { behind });
    }
    let Some(terms) = book.stage(stage) else { return Err(Refusal::NothingToSubmit) };
    let places = places(project, terms);
    if let Some(stray) = asked.iter().find(|item| !places.iter().any(|place| place.approval.item == **item)) {
        return Err(Refusal::NotOfStage { item: *stray });
    }
    if let Some(busy) = places.iter().find(|place| asked.contains(&place.approval.item) && !place.is_free()) {
        return Err(Refusal::AlreadyFiled { item: busy.approval.item });
    }
    let wanted = |place: &&Place| place.is_free() && (place.is_must || asked.contains(&place.approval.item));
    let items: Vec<BasicCode> = places.iter().filter(wanted).map(|place| place.approval.item).collect();
    if items.is_empty() { Err(Refusal::NothingToSubmit) } else { Ok(items) }
}

/// Whether exactly these may be filed for a stage now: joint means all of them, side by side (并联).
pub(super) fn may_submit(project: &Project, stage: Stage, items: &[BasicCode], book: &Rulebook) -> Result<(), Refusal> {
    let asked: Vec<BasicCode> = items.iter().filter(|item| is_asked(book, item)).copied().collect();
    let due = to_submit(project, book, stage, &asked)?;
    match due.iter().find(|item| !items.contains(item)).or(items.iter().find(|item| !due.contains(item))) {
        Some(item) if due.contains(item) => Err(Refusal::NotJoint { item: *item }),
        Some(item) if project.case_for(item).is_some() => Err(Refusal::AlreadyFiled { item: *item }),
        Some(item) => Err(Refusal::NotOfStage { item: *item }),
        None => Ok(()),
    }
}

fn is_asked(book: &Rulebook, item: &BasicCode) -> bool {
    book.approvals().any(|(_, approval)| approval.item == *item && approval.need == Need::Asked)
}

/// What a case's move means for its project; nothing if the case is not one of its own.
pub fn moved(project: &Project, number: &CaseNumber, to: &Move, on: Date) -> Vec<Event> {
    let case = project.cases.iter().find(|case| case.number == *number && case.state.is_open());
    case.map(|case| Event::CaseMoved { number: *number, item: case.item, to: to.clone(), on }).into_iter().collect()
}
