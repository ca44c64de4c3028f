//! The approvals of one stage on their way in together: one form and one set of materials become one submission each, prepared before the
//! transaction is (并联申报).

use std::collections::BTreeMap;

use casework::{Attachment, Channel, Filing, Submission, Way, is_form};
use catalogue::{Answers, Implementation, MaterialForm, Source};
use identity::Particulars as Party;
use kernel::{Actor, BasicCode, DepartmentId, ProjectCode};
use store::{Db, Error, Failure, Read};

use crate::{Project, Refusal, Stage, query, registration, rulebook, rules};

/// What the unit fills in once for all approvals of a stage.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StageForm {
    /// Whom to ask.
    pub contact_name: String,
    /// Their mobile number.
    pub contact_phone: String,
    /// What else there is to say.
    pub note: String,
    /// Approvals that this project needs though not every one does.
    pub asked: Vec<BasicCode>,
    /// The materials, each once whichever approvals want it.
    pub materials: Vec<Attachment>,
}

/// A material that the approvals of a stage want.
#[derive(Debug, Clone, PartialEq)]
pub struct Needed {
    /// Its name.
    pub name: String,
    /// The items that want it.
    pub wanted_by: Vec<String>,
    /// Whether one of them cannot do without.
    pub required: bool,
    /// In which form.
    pub form: MaterialForm,
    /// The electronic licence that stands for it already.
    pub held: Option<String>,
}

/// One submission with what the project keeps of it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub item: BasicCode,
    pub name: String,
    pub department: DepartmentId,
    pub submission: Submission,
}

/// The approvals of a stage, checked and sealed, ready to be filed together. Only [`Joint::prepare`] makes one.
#[derive(Debug, Clone)]
pub struct Joint {
    pub(crate) actor: Actor,
    pub(crate) code: ProjectCode,
    pub(crate) stage: Stage,
    pub(crate) parts: Vec<Part>,
}

impl Joint {
    /// Prepares one submission for each approval that is due. One that cannot be filed refuses all.
    pub fn prepare(
        db: &Db,
        actor: &Actor,
        code: &ProjectCode,
        stage: Stage,
        form: &StageForm,
    ) -> Result<Joint, Failure<Refusal>> {
        let (project, plans) = db.read(|read| plan(read, actor, code, stage, &form.asked))?;
        let answers = db.read(|read| answers(read, &project, form))?;
        let listed = |name: &str| plans.iter().any(|plan| plan.materials.iter().any(|own| own.name == name));
        if let Some(stray) = form.materials.iter().find(|attachment| !listed(&attachment.material)) {
            let refusal = casework::Refusal::OffTheList { name: stray.material.clone() };
            let item = plans.first().map_or_else(String::new, |plan| plan.base.name.clone());
            return Err(Refusal::Case { item, refusal: Box::new(refusal) }.into());
        }
        let mut parts = vec![];
        for plan in &plans {
            let own = |attachment: &&Attachment| plan.materials.iter().any(|own| own.name == attachment.material);
            let filing = Filing {
                applicant: project.unit,
                item: plan.base.code,
                region: project.particulars.region,
                answers: answers.clone(),
                materials: form.materials.iter().filter(own).cloned().collect(),
                channel: Channel::Online,
                way: Way::Electronic,
                ticket: None,
                draft: None,
                key: None,
            };
            let name = plan.base.name.clone();
            let submission = Submission::prepare_for(db, actor, filing, project.code).map_err(|failure| {
                failure.map_refusal(|refusal| Refusal::Case { item: name.clone(), refusal: Box::new(refusal) })
            })?;
            parts.push(Part { item: plan.base.code, name, department: plan.department.id, submission });
        }
        Ok(Joint { actor: actor.clone(), code: *code, stage, parts })
    }
}

/// The project and the implementations of what is due in a stage.
fn plan(
    read: &mut dyn Read,
    actor: &Actor,
    code: &ProjectCode,
    stage: Stage,
    asked: &[BasicCode],
) -> Result<(Project, Vec<Implementation>), Failure<Refusal>> {
    let project = query::project_for(read, actor, code)?;
    let unit = registration::unit(read, actor, rulebook())?;
    if unit != project.unit {
        return Err(Refusal::OnlyTheUnit.into());
    }
    let items = rules::to_submit(&project, rulebook(), stage, asked)?;
    let mut plans = vec![];
    for item in items {
        let found = catalogue::implementation(read, &item, project.particulars.region);
        plans.push(found.map_err(|failure| failure.map_refusal(|_| Refusal::NotOfStage { item }))?);
    }
    Ok((project, plans))
}

/// The one set of answers: what the project says, what the register knows of the unit, and whom to ask.
fn answers(read: &mut dyn Read, project: &Project, form: &StageForm) -> Result<Answers, Failure<Refusal>> {
    let Some(Party::Organisation(unit)) = identity::whole(read, &project.unit)? else {
        return Err(Refusal::NotUnit.into());
    };
    let facts = &project.particulars;
    // Ten thousand yuan with two decimals: what lies below is not asked for.
    let investment = format!("{}.{:02}", facts.total.0 / 1_000_000, facts.total.0 / 10_000 % 100);
    let given = [
        ("project_code", project.code.to_string()),
        ("project_name", facts.name.clone()),
        ("place", facts.region.to_string()),
        ("address", facts.address.clone()),
        ("scale", facts.scale.clone()),
        ("investment", investment),
        ("organisation_name", unit.name.to_string()),
        ("credit_code", unit.code.to_string()),
        ("representative", unit.representative.name.to_string()),
        ("contact_name", form.contact_name.clone()),
        ("contact_phone", form.contact_phone.clone()),
        ("note", form.note.clone()),
    ];
    let given = given.into_iter().filter(|(_, value)| !value.trim().is_empty());
    Ok(given.map(|(key, value)| (key.to_owned(), value.as_str().into())).collect())
}

/// The materials that the unit is asked for, each once, for everything in a stage that it can file now: what it cannot do without, and
/// what it may say that it needs.
pub fn needed(
    read: &mut dyn Read,
    actor: &Actor,
    code: &ProjectCode,
    stage: Stage,
    asked: &[BasicCode],
) -> Result<Vec<Needed>, Failure<Refusal>> {
    let (project, plans) = plan(read, actor, code, stage, asked)?;
    let mut all: Vec<Needed> = vec![];
    for plan in &plans {
        for material in &plan.materials {
            if material.source == Source::Government || is_form(&plan.base.name, &material.name) {
                continue;
            }
            match all.iter_mut().find(|needed| needed.name == material.name) {
                Some(needed) => {
                    needed.wanted_by.push(plan.base.name.clone());
                    needed.required |= material.required;
                }
                None => all.push(Needed {
                    name: material.name.clone(),
                    wanted_by: vec![plan.base.name.clone()],
                    required: material.required,
                    form: material.form,
                    held: None,
                }),
            }
        }
    }
    hold(read, &project, &mut all)?;
    Ok(all)
}

/// What the unit's electronic licences stand for already.
fn hold(read: &mut dyn Read, project: &Project, all: &mut [Needed]) -> Result<(), Error> {
    let names: Vec<&str> = all.iter().map(|needed| needed.name.as_str()).collect();
    let mut held: BTreeMap<usize, String> = BTreeMap::new();
    for offer in licences::held_by(read, &project.unit, &names)? {
        held.entry(offer.material).or_insert(offer.licence.content.name);
    }
    for (place, needed) in all.iter_mut().enumerate() {
        needed.held = held.remove(&place);
    }
    Ok(())
}
