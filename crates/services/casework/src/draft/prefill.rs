//! What is known of an applicant already, laid on the questions of a form: nobody is asked twice.

use std::collections::BTreeMap;

use catalogue::Form;
use catalogue::form::{Answer, OrganisationFact, PersonFact, Prefill};
use identity::Fact;
use kernel::PartyId;
use store::{Error, Read};

use super::view::Prefilled;
use crate::holdings;

/// The known answers to a form's questions, by key. Questions whose known answer would not do are left to the applicant.
pub fn known(read: &mut dyn Read, applicant: &PartyId, form: &Form) -> Result<BTreeMap<String, Prefilled>, Error> {
    let facts = identity::facts(read, applicant)?;
    let mut licences = None;
    let mut known = BTreeMap::new();
    for question in form.questions() {
        let Some(prefill) = &question.prefill else { continue };
        let found = match prefill {
            Prefill::ApplicantKind => kind(&facts),
            Prefill::Person(fact) => from_register(&facts, person_key(*fact)),
            Prefill::Organisation(fact) => from_register(&facts, organisation_key(*fact)),
            Prefill::Licence { licence, element } => {
                if licences.is_none() {
                    licences = Some(holdings::valid(read, applicant)?);
                }
                licences.iter().flatten().find_map(|held| held.element(licence, element))
            }
        };
        known.extend(found.map(|found| (question.key.clone(), found)));
    }
    Ok(known)
}

fn from_register(facts: &[Fact], key: &str) -> Option<Prefilled> {
    let fact = facts.iter().find(|fact| fact.key == key)?;
    Some(Prefilled { answer: Answer::Text(fact.value.clone()), source: fact.source.name().to_owned(), at: fact.at })
}

/// 个人 or 单位, by which register knows the applicant.
fn kind(facts: &[Fact]) -> Option<Prefilled> {
    let fact = facts.first()?;
    let word = if fact.key.starts_with("person.") { "个人" } else { "单位" };
    Some(Prefilled { answer: word.into(), source: fact.source.name().to_owned(), at: fact.at })
}

/// The key under which identity knows it.
fn person_key(fact: PersonFact) -> &'static str {
    match fact {
        PersonFact::Name => "person.name",
        PersonFact::Id => "person.resident_id",
        PersonFact::Phone => "person.phone",
        PersonFact::Birth => "person.birth_date",
        PersonFact::Sex => "person.sex",
        PersonFact::Address => "person.address",
        PersonFact::Region => "person.region",
    }
}

fn organisation_key(fact: OrganisationFact) -> &'static str {
    match fact {
        OrganisationFact::Name => "organisation.name",
        OrganisationFact::Code => "organisation.credit_code",
        OrganisationFact::Representative => "organisation.representative",
        OrganisationFact::Address => "organisation.address",
        OrganisationFact::Phone => "organisation.phone",
        OrganisationFact::Region => "organisation.region",
    }
}
