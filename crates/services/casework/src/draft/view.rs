//! A draft as its owner works on it: what is done, what is their turn, what the government has ready.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::{Answer, Answers, Form, Implementation, MaterialForm, Source, Spare};
use kernel::{Actor, CaseNumber, Digest, DraftId, FieldError, LicenceId, Timestamp, local_date};
use store::{Failure, Read, ReadExt as _};

use super::Draft;
use crate::{Attachment, Refusal, Service, holdings};

/// The five words of a task (look.md: 未开始 填写中 要您改 已完成 暂不能填).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// 未开始
    NotStarted,
    /// 填写中
    InProgress,
    /// 要您改
    NeedsChange,
    /// 已完成
    Done,
    /// 暂不能填
    NotYet,
}

/// A draft with everything that its pages need.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// The draft.
    pub draft: Draft,
    /// The item as it is handled for the applicant's place.
    pub implementation: Implementation,
    /// Its form.
    pub form: Arc<Form>,
    /// One for each section of the form, in order.
    pub sections: Vec<SectionTask>,
    /// One for each material of the list, in order.
    pub materials: Vec<MaterialTask>,
    /// How far the materials are.
    pub materials_state: TaskState,
    /// The ways in which the result can be received.
    pub ways: &'static [Service],
    /// Whether one was chosen; done too where there is nothing to choose.
    pub way_state: TaskState,
    /// Checking the answers and submitting: not yet, or not started.
    pub submit_state: TaskState,
    /// What the government knows and nobody has overwritten, by question key.
    pub prefilled: BTreeMap<String, Prefilled>,
    /// Everything that is wrong with what was answered, in the order of the questions; what is still unanswered is not wrong yet.
    pub wrong: Vec<FieldError>,
}

/// How far one section is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionTask {
    /// Its heading.
    pub title: String,
    /// How far it is.
    pub state: TaskState,
    /// Questions that are asked, given the answers so far.
    pub asked: usize,
    /// Of these, answered by the applicant or by what is known.
    pub answered: usize,
    /// The key of the first question that still needs something.
    pub next: Option<String>,
}

/// A value that is known, with its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefilled {
    /// The value.
    pub answer: Answer,
    /// Where it comes from, in the reader's words.
    pub source: String,
    /// When it was last confirmed there.
    pub at: Timestamp,
}

/// One material: what is there, what could stand for it, whose turn it is.
#[derive(Debug, Clone, PartialEq)]
pub struct MaterialTask {
    /// Its name on the list.
    pub name: String,
    /// The form in which it is wanted.
    pub form: MaterialForm,
    /// Who provides it.
    pub source: Source,
    /// Whether the application is incomplete without it.
    pub required: bool,
    /// What becomes of it, where the applicant's answers put it off or make it unnecessary.
    pub spared: Option<String>,
    /// What the applicant has put in.
    pub given: Vec<Given>,
    /// What could stand for it without the applicant bringing anything.
    pub offers: Vec<Offer>,
    /// Whose turn it is.
    pub turn: Turn,
}

/// Something that was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// As it was put in.
    pub attachment: Attachment,
    /// For files: bytes.
    pub size: Option<u64>,
    /// For files: media type.
    pub media: Option<String>,
}

/// What can stand for a material (免提交).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// A licence of the applicant's, in force: used of itself for a required material unless something else is given.
    Licence {
        /// Which.
        id: LicenceId,
        /// Its name.
        name: String,
    },
    /// A file of an earlier case of the applicant's: used if the applicant says so.
    Earlier {
        /// Which case.
        case: CaseNumber,
        /// Which file.
        digest: Digest,
        /// Bytes.
        size: u64,
        /// Media type.
        media: String,
        /// When that case was submitted.
        submitted: Timestamp,
    },
    /// The government asks another office.
    Government,
    /// It is the application form, which the answers are.
    Answers,
}

/// Whose turn a material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// 轮到您: the applicant must bring it.
    Yours,
    /// 已为您备好, or brought: nothing is to be done.
    Ready,
    /// 以后再说: not needed unless its name says so of this applicant.
    Later,
}

impl DraftView {
    /// Whether it can be submitted.
    pub fn is_ready(&self) -> bool {
        self.submit_state != TaskState::NotYet
    }

    /// Whose turn the materials are, counted: the applicant's, ready ones.
    pub fn count(&self, turn: Turn) -> usize {
        self.materials.iter().filter(|material| material.turn == turn).count()
    }
}

/// The draft with all that can be said of it, for its owner.
pub fn view(read: &mut dyn Read, actor: &Actor, id: &DraftId) -> Result<DraftView, Failure<Refusal>> {
    let draft = super::desk::of(read, actor, id)?;
    let implementation = catalogue::implementation(read, &draft.item, draft.region)
        .map_err(|failure| failure.map_refusal(Refusal::Item))?;
    let form = catalogue::form(read, &draft.item).map_err(|failure| failure.map_refusal(Refusal::Item))?;
    let mut prefilled = super::prefill::known(read, &draft.owner, &form)?;
    prefilled.retain(|key, _| !draft.answers.contains_key(key));

    let whole = with_known(&draft.answers, &prefilled);
    let regions = read.cached::<organisation::Regions>()?;
    let errors = form.check(&whole, local_date(read.now()), &regions).err().unwrap_or_default();
    let sections: Vec<SectionTask> =
        (0..form.sections.len()).map(|at| section(&form, at, &draft, &whole, &errors)).collect();
    let spared = form.spared(&whole);
    let materials = materials(read, &draft, &implementation, &spared)?;
    let materials_state = state_of(&materials);
    let ways = crate::ways(implementation.base.result_kind, implementation.base.courier);
    let way_state = if draft.way.is_some() || ways.len() == 1 { TaskState::Done } else { TaskState::NotStarted };
    let done = |state: TaskState| state == TaskState::Done;
    let all_done = sections.iter().all(|section| done(section.state)) && done(materials_state) && done(way_state);
    Ok(DraftView {
        submit_state: if all_done { TaskState::NotStarted } else { TaskState::NotYet },
        wrong: errors.into_iter().filter(|error| error.code != MISSING).collect(),
        draft,
        implementation,
        form,
        sections,
        materials,
        materials_state,
        ways,
        way_state,
        prefilled,
    })
}

/// The draft as it can be filed: what is known stands where nothing was answered.
pub fn filled(read: &mut dyn Read, actor: &Actor, id: &DraftId) -> Result<Draft, Failure<Refusal>> {
    let mut draft = super::desk::of(read, actor, id)?;
    let form = catalogue::form(read, &draft.item).map_err(|failure| failure.map_refusal(Refusal::Item))?;
    let known = super::prefill::known(read, &draft.owner, &form)?;
    draft.answers = with_known(&draft.answers, &known);
    Ok(draft)
}

/// How a form says that an answer is not there.
const MISSING: &str = "form.missing";

fn with_known(answers: &Answers, known: &BTreeMap<String, Prefilled>) -> Answers {
    let mut whole: Answers = known.iter().map(|(key, known)| (key.clone(), known.answer.clone())).collect();
    whole.extend(answers.iter().map(|(key, answer)| (key.clone(), answer.clone())));
    whole
}

fn section(form: &Form, at: usize, draft: &Draft, whole: &Answers, errors: &[FieldError]) -> SectionTask {
    let section = &form.sections[at];
    let asked = |question: &&catalogue::form::Question| {
        question.when.as_ref().is_none_or(|when| whole.get(&when.key).is_some_and(|answer| answer.equals(&when.equals)))
    };
    let error_of = |key: &str| errors.iter().find(|error| error.pointer == format!("/answers/{key}"));
    let questions: Vec<_> = section.questions.iter().filter(asked).collect();
    let answered = questions.iter().filter(|question| whole.contains_key(&question.key)).count();
    let touched = questions.iter().any(|question| draft.answers.contains_key(&question.key));
    let next = questions.iter().find(|question| error_of(&question.key).is_some());
    let wrong = questions.iter().any(|question| error_of(&question.key).is_some_and(|error| error.code != MISSING));
    let state = match (next, wrong, touched) {
        (None, _, _) => TaskState::Done,
        (Some(_), true, _) => TaskState::NeedsChange,
        (Some(_), false, true) => TaskState::InProgress,
        (Some(_), false, false) => TaskState::NotStarted,
    };
    SectionTask {
        title: section.title.clone(),
        state,
        asked: questions.len(),
        answered,
        next: next.map(|question| question.key.clone()),
    }
}

fn materials(
    read: &mut dyn Read,
    draft: &Draft,
    implementation: &Implementation,
    spared: &[&Spare],
) -> Result<Vec<MaterialTask>, Failure<Refusal>> {
    let mut offers = holdings::offers(read, &draft.owner, implementation)?;
    let mut tasks = Vec::with_capacity(implementation.materials.len());
    for listed in &implementation.materials {
        let mut given = vec![];
        for attachment in draft.materials.iter().filter(|attachment| attachment.material == listed.name) {
            let file = match attachment.brought.digest() {
                Some(digest) => crate::table::file::load(read, digest, &draft.owner.to_string())?,
                None => None,
            };
            let (size, media) = file.map(|file| (file.size, file.media)).unzip();
            given.push(Given { attachment: attachment.clone(), size, media });
        }
        let spare = spared.iter().find(|spare| spare.material == listed.name);
        let required = listed.required && spare.is_none();
        let offers = offers.remove(&listed.name).unwrap_or_default();
        let of_itself = |offer: &Offer| match offer {
            Offer::Government | Offer::Answers => true,
            Offer::Licence { .. } => required,
            Offer::Earlier { .. } => false,
        };
        let is_ready = !given.is_empty() || offers.iter().any(of_itself);
        let turn = match (is_ready, required) {
            (true, _) => Turn::Ready,
            (false, true) => Turn::Yours,
            (false, false) => Turn::Later,
        };
        tasks.push(MaterialTask {
            name: listed.name.clone(),
            form: listed.form,
            source: listed.source,
            required,
            spared: spare.map(|spare| spare.say.clone()),
            given,
            offers,
            turn,
        });
    }
    Ok(tasks)
}

fn state_of(materials: &[MaterialTask]) -> TaskState {
    let given = materials.iter().any(|material| !material.given.is_empty());
    match (materials.iter().any(|material| material.turn == Turn::Yours), given) {
        (false, _) => TaskState::Done,
        (true, true) => TaskState::InProgress,
        (true, false) => TaskState::NotStarted,
    }
}
