//! What an application must bring: 行政许可法 art. 30 to 32.

use std::collections::HashSet;

use catalogue::form::Kind;
use catalogue::{Answers, BaseItem, Form, Handling, Implementation, Source, Tariff};
use clock::Limit;
use kernel::ProjectCode;

use super::Refusal;
use crate::model::is_form;
use crate::{Listed, Material, Provision, Terms};

/// Materials that one case may hold.
const MATERIALS_MOST: usize = 100;

/// No approval of an investment project without its code (企业投资项目核准和备案管理条例 第四条；政府投资条例 第十条).
pub fn may_stand_alone(item: &BaseItem, project: Option<&ProjectCode>) -> Result<(), Refusal> {
    if item.needs_project && project.is_none() { Err(Refusal::NeedsProject) } else { Ok(()) }
}

/// Whether an application that names a project names the one it belongs to: a correction moves no case to another project.
pub fn names_its_project(form: &Form, answers: &Answers, project: Option<&ProjectCode>) -> Result<(), Refusal> {
    let asked = form.questions().filter(|question| question.kind == Kind::ProjectCode);
    for question in asked {
        let named = answers.get(&question.key).and_then(|answer| answer.text()?.parse::<ProjectCode>().ok());
        if named.as_ref() != project {
            return Err(Refusal::OtherProject { key: question.key.clone() });
        }
    }
    Ok(())
}

/// What `implementation` demands and promises today, frozen for one case.
pub fn terms(implementation: &Implementation, form: &Form) -> Terms {
    let base = &implementation.base;
    let instant = base.handling == Handling::Instant;
    Terms {
        name: base.name.clone(),
        version: implementation.version,
        form: form.name.clone(),
        form_version: form.version,
        handling: base.handling,
        limit: if instant { Limit::Immediate } else { Limit::Working(implementation.promised.0.max(1)) },
        statutory: base.statutory,
        separate: base.separates_duties(),
        materials: implementation
            .materials
            .iter()
            .map(|material| Listed {
                name: material.name.clone(),
                source: material.source,
                required: material.required,
            })
            .collect(),
        result: base.result_kind,
        result_name: base.result.clone(),
        validity_years: base.validity.as_ref().map(|validity| validity.years),
        courier: base.courier,
        correction_days: Terms::CORRECTION_DAYS,
        fee: Tariff::of(&implementation.fee, &base.basis),
    }
}

/// The terms of one application: what its own answers put off or make unnecessary is on the list, and not demanded.
pub fn spare(terms: &mut Terms, form: &Form, answers: &Answers) {
    let spared = form.spared(answers);
    for listed in &mut terms.materials {
        listed.required &= !spared.iter().any(|spare| spare.material == listed.name);
    }
}

/// Whether `materials` answer the list: each on it, none twice, everything there that must be.
///
/// Nothing off the list is even taken in (art. 31). What the government asks of itself needs nobody to bring it.
pub fn check_materials(terms: &Terms, materials: &[Material]) -> Result<(), Refusal> {
    if let Some(unlisted) = materials.iter().find(|material| terms.listed(&material.name).is_none()) {
        return Err(Refusal::OffTheList { name: unlisted.name.clone() });
    }
    let mut seen = HashSet::new();
    let twice = materials.iter().any(|material| !seen.insert((&material.name, &material.provision)));
    if twice || materials.len() > MATERIALS_MOST {
        return Err(Refusal::TooManyMaterials);
    }
    let there = |name: &str| materials.iter().any(|material| material.name == name);
    let missing: Vec<String> =
        terms.required().filter(|listed| !there(&listed.name)).map(|listed| listed.name.clone()).collect();
    if missing.is_empty() { Ok(()) } else { Err(Refusal::MaterialsMissing(missing)) }
}

/// What nobody has to bring, for the record of the case: what the government asks of itself, and the application form, which the
/// answers are.
pub fn provided(terms: &Terms, brought: &[Material]) -> Vec<Material> {
    let is_brought = |name: &str| brought.iter().any(|material| material.name == name);
    let provision = |listed: &Listed| match listed.source {
        Source::Government => Some(Provision::Government),
        _ if is_form(&terms.name, &listed.name) && !is_brought(&listed.name) => Some(Provision::Answers),
        _ => None,
    };
    let material = |listed: &Listed| provision(listed).map(|provision| Material::new(listed.name.clone(), provision));
    terms.materials.iter().filter_map(material).collect()
}
