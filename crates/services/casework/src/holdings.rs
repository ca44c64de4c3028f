//! What an applicant has already: licences in force and files of earlier cases.

use std::collections::HashMap;

use catalogue::form::Answer;
use catalogue::{Implementation, Material as ListedMaterial, Source};
use kernel::{CaseNumber, Digest, LicenceId, PartyId, Timestamp, local_date};
use licences::{Filter, LIST_MAX, Licence, State};
use store::{Error, Read};

use crate::draft::view::{Offer, Prefilled};
use crate::model::is_form;
use crate::{Material, Provision, Terms, table};

/// Earlier cases of one applicant that are looked through for files.
const CASES_MOST: usize = 20;

/// A licence of the applicant's that is in force today.
pub(crate) struct Held(Licence);

impl Held {
    /// What the licence named `licence` says of `element`, as an answer to a question.
    pub fn element(&self, licence: &str, element: &str) -> Option<Prefilled> {
        let content = &self.0.content;
        if content.name != licence {
            return None;
        }
        let field = content.fields.iter().find(|(label, _)| label == element).map(|(_, value)| value.clone());
        let value = field.or_else(|| match element {
            "有效期起" => Some(content.valid_from.to_string()),
            "有效期止" => content.valid_until.map(|day| day.to_string()),
            "证照编号" | "编号" | "证号" => Some(content.number.clone()),
            _ => None,
        })?;
        Some(Prefilled { answer: Answer::Text(value), source: content.name.clone(), at: self.0.issued_at })
    }

    fn serves(&self, material: &str) -> bool {
        licences::serves(&self.0.content.name, material)
    }
}

/// The licences of the applicant that are in force.
pub(crate) fn valid(read: &mut dyn Read, applicant: &PartyId) -> Result<Vec<Held>, Error> {
    let today = local_date(read.now());
    let held = licences::list(read, applicant, Filter::Current, None, LIST_MAX)?;
    Ok(held.into_iter().filter(|licence| licence.state(today) == State::Valid).map(Held).collect())
}

/// Whether a licence is the applicant's and in force.
pub(crate) fn is_usable(read: &mut dyn Read, applicant: &PartyId, id: &LicenceId) -> Result<bool, Error> {
    let today = local_date(read.now());
    let licence = licences::get(read, id)?;
    Ok(licence.is_some_and(|licence| licence.holder == *applicant && licence.state(today) == State::Valid))
}

/// Puts in the licences that serve for required materials nobody has brought: what the government holds is not asked for.
pub(crate) fn bring_licences(
    read: &mut dyn Read,
    applicant: &PartyId,
    terms: &Terms,
    materials: &mut Vec<Material>,
) -> Result<(), Error> {
    let is_brought = |name: &str, materials: &[Material]| materials.iter().any(|material| material.name == name);
    if terms.required().all(|listed| is_brought(&listed.name, materials)) {
        return Ok(());
    }
    let held = valid(read, applicant)?;
    for listed in terms.required() {
        if is_brought(&listed.name, materials) {
            continue;
        }
        if let Some(Held(licence)) = held.iter().find(|held| held.serves(&listed.name)) {
            materials.push(Material::new(listed.name.clone(), Provision::Licence { id: licence.id.clone() }));
        }
    }
    Ok(())
}

/// What can stand for each material without the applicant bringing anything, by name.
pub(crate) fn offers(
    read: &mut dyn Read,
    applicant: &PartyId,
    implementation: &Implementation,
) -> Result<HashMap<String, Vec<Offer>>, Error> {
    let held = valid(read, applicant)?;
    let earlier = earlier_files(read, applicant)?;
    let offers_for = |listed: &ListedMaterial| {
        if listed.source == Source::Government {
            return vec![Offer::Government];
        }
        if is_form(&implementation.base.name, &listed.name) {
            return vec![Offer::Answers];
        }
        let licences = held
            .iter()
            .filter(|held| held.serves(&listed.name))
            .map(|Held(licence)| Offer::Licence { id: licence.id.clone(), name: licence.content.name.clone() });
        let files = earlier.iter().filter(|(name, _)| *name == listed.name).map(|(_, offer)| offer.clone());
        licences.chain(files.take(3)).collect()
    };
    Ok(implementation.materials.iter().map(|listed| (listed.name.clone(), offers_for(listed))).collect())
}

/// A file of an earlier case of the applicant's, as a material of the new one.
pub(crate) fn earlier(
    read: &mut dyn Read,
    applicant: &PartyId,
    case: &CaseNumber,
    digest: &Digest,
) -> Result<Option<Provision>, Error> {
    let materials = table::case::materials(read, case, applicant)?;
    let found = materials.into_iter().find(|material| material.provision.digest() == Some(digest));
    Ok(found.and_then(|material| match material.provision {
        Provision::Upload { digest, size, media } | Provision::Earlier { digest, size, media, .. } => {
            Some(Provision::Earlier { case: *case, digest, size, media, tier: material.tier })
        }
        _ => None,
    }))
}

fn earlier_files(read: &mut dyn Read, applicant: &PartyId) -> Result<Vec<(String, Offer)>, Error> {
    let mut files = vec![];
    for (number, submitted, materials) in table::list::materials_of(read, applicant, CASES_MOST)? {
        for material in materials {
            if let Provision::Upload { digest, size, media } = material.provision {
                let known = files
                    .iter()
                    .any(|(_, offer)| matches!(offer, Offer::Earlier { digest: other, .. } if *other == digest));
                if !known {
                    files.push((material.name, earlier_offer(number, digest, size, media, submitted)));
                }
            }
        }
    }
    Ok(files)
}

fn earlier_offer(case: CaseNumber, digest: Digest, size: u64, media: String, submitted: Timestamp) -> Offer {
    Offer::Earlier { case, digest, size, media, submitted }
}
