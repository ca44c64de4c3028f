//! What is known about an event when it is told: its subject, its people, its values.

use std::collections::BTreeSet;

use casework::query::case_for;
use identity::Holder;
use kernel::{Actor, BasicCode, CaseNumber, DepartmentId, LicenceId, PartyId, local_date};
use serde_json::Value;
use store::{Entry, Error, Failure, Read, journal};

use crate::model::{Filing, Recipient, ThreadKind};
use crate::routing::{About, Audience, Field, Routing, Source, Told, Values, When, cut};

/// Who reads other rooms here, for their rules.
pub(crate) const TELLER: Actor = Actor::System("messages");

/// An event, ready to be told.
pub(crate) struct Facts {
    /// The event's own object, out of its wrapping, and that with which its stream began.
    pub source: Source,
    heading: Option<String>,
    /// Journal stream of the subject, or what stands for it.
    pub subject: String,
    pub kind: ThreadKind,
    pub item: Option<BasicCode>,
    pub department: Option<DepartmentId>,
    /// The office that speaks.
    pub office: String,
    pub values: Values,
    people: Vec<(Audience, PartyId)>,
}

impl Facts {
    /// Gathers them; `None` where the subject is not there or concerns nobody who could be told.
    pub fn gather(read: &mut dyn Read, told: &Told, entry: &Entry) -> Result<Option<Facts>, Error> {
        let Ok(json) = serde_json::from_str::<Value>(&entry.body) else { return Ok(None) };
        let Some(about) = &told.about else { return Ok(None) };
        let body = unwrapped(json);
        let origin = if told.looks_back { began(read, entry, &body)? } else { Value::Null };
        let mut facts = Facts {
            subject: entry.stream.clone(),
            kind: about.kind,
            item: None,
            department: None,
            office: String::new(),
            values: Values::new(),
            people: vec![],
            heading: about.heading.clone(),
            source: Source { body, origin },
        };
        if let Some((_, own)) = entry.stream.split_once(':') {
            facts.put("own", own.to_owned());
        }
        let found = match about.kind {
            ThreadKind::Case => facts.of_case(read, about, entry, &told.needs)?,
            ThreadKind::Licence => facts.of_licence(read, about, entry)?,
            ThreadKind::Delegation => facts.of_delegation(read, entry, &told.needs)?,
            ThreadKind::Account => facts.of_account(read, about, entry)?,
            ThreadKind::Party => facts.of_party(about),
            ThreadKind::Department => facts.of_department(read, about)?,
        };
        if !found {
            return Ok(None);
        }
        facts.fill(read, &told.fields)?;
        Ok(Some(facts))
    }

    fn of_case(
        &mut self,
        read: &mut dyn Read,
        about: &About,
        entry: &Entry,
        needs: &BTreeSet<String>,
    ) -> Result<bool, Error> {
        let number: Option<CaseNumber> = match &about.at {
            // The number alone, or the stream of the case.
            Some(pointer) => self.at(pointer).and_then(|text| casework::case_of(text).or_else(|| text.parse().ok())),
            None => casework::case_of(&entry.stream),
        };
        let Some(number) = number else { return Ok(false) };
        let case = match case_for(read, &TELLER, &number) {
            Ok(case) => case,
            Err(Failure::Broken(error)) => return Err(error),
            Err(Failure::Refused(_)) => return Ok(false),
        };
        self.subject = case.stream();
        (self.item, self.department) = (Some(case.item), Some(case.department));
        self.people.push((Audience::Applicant, case.applicant));
        if case.filed_by != case.applicant {
            self.people.push((Audience::Filer, case.filed_by));
        }
        self.put("item", cut(&case.terms.name, 18));
        self.put("number", number.to_string());
        let digits = number.to_string();
        self.put("tail", digits[digits.len() - 4..].to_owned());
        if needs.contains("applicant")
            && let Some(party) = identity::party(read, &case.applicant)?
        {
            self.put("applicant", cut(&party.name, 50));
        }
        self.of_office(read)?;
        Ok(true)
    }

    fn of_licence(&mut self, read: &mut dyn Read, about: &About, entry: &Entry) -> Result<bool, Error> {
        let id: Option<LicenceId> = match &about.at {
            Some(pointer) => self.at(pointer).and_then(|text| text.parse().ok()),
            None => entry.stream.strip_prefix("licence:").and_then(|text| text.parse().ok()),
        };
        let Some(id) = id else { return Ok(false) };
        let Some(licence) = licences::get(read, &id)? else { return Ok(false) };
        self.subject = format!("licence:{id}");
        self.department = Some(licence.content.issuer.department);
        self.people.push((Audience::Holder, licence.holder));
        self.put("licence", cut(&licence.content.name, 18));
        self.put("id", id.to_string());
        self.of_office(read)?;
        Ok(true)
    }

    /// Who gives and who holds a mandate stands in the first entry of its stream.
    fn of_delegation(&mut self, read: &mut dyn Read, entry: &Entry, needs: &BTreeSet<String>) -> Result<bool, Error> {
        let first = journal::stream(read, &entry.stream, 1, 1)?.into_iter().next();
        let first = first.and_then(|first| serde_json::from_str(&first.body).ok()).map(unwrapped);
        let Some(granted) = first else { return Ok(false) };
        let party = |pointer: &str| granted.pointer(pointer)?.as_str()?.parse::<PartyId>().ok();
        let (Some(principal), Some(agent)) = (party("/principal"), party("/agent")) else { return Ok(false) };
        self.people = vec![(Audience::Principal, principal), (Audience::Agent, agent)];
        self.subject = "delegation".to_owned();
        if self.source.body.pointer("/until").is_none()
            && let (Some(until), Value::Object(body)) = (granted.get("until"), &mut self.source.body)
        {
            body.insert("until".to_owned(), until.clone());
        }
        for (name, party) in [("principal", principal), ("agent", agent)] {
            if needs.contains(name)
                && let Some(party) = identity::party(read, &party)?
            {
                self.put(name, cut(&party.name, 100));
            }
        }
        Ok(true)
    }

    fn of_account(&mut self, read: &mut dyn Read, about: &About, entry: &Entry) -> Result<bool, Error> {
        let owner = match &about.at {
            Some(pointer) => self.at(pointer).and_then(|text| text.parse().ok()),
            None => match entry.stream.split_once(':') {
                Some(("party", id)) => id.parse().ok(),
                Some(("account", id)) => match id.parse() {
                    Ok(id) => identity::account(read, &id)?.and_then(|account| match account.holder {
                        Holder::Person(person) => Some(person),
                        Holder::Staff(_) => None,
                    }),
                    Err(_) => None,
                },
                _ => None,
            },
        };
        let Some(owner) = owner else { return Ok(false) };
        self.subject = "account".to_owned();
        self.people.push((Audience::Owner, owner));
        Ok(true)
    }

    fn of_party(&mut self, about: &About) -> bool {
        let party = about.at.as_deref().and_then(|pointer| self.at(pointer)).and_then(|text| text.parse().ok());
        party.is_some_and(|party| {
            self.people.push((Audience::Owner, party));
            true
        })
    }

    fn of_department(&mut self, read: &mut dyn Read, about: &About) -> Result<bool, Error> {
        let department = about.at.as_deref().and_then(|pointer| self.at(pointer)).and_then(|text| text.parse().ok());
        self.department = department;
        self.of_office(read)?;
        Ok(department.is_some())
    }

    fn of_office(&mut self, read: &mut dyn Read) -> Result<(), Error> {
        let Some(id) = &self.department else { return Ok(()) };
        if let Some(office) = organisation::department(read, id)? {
            self.put("office", cut(&office.name, 20));
            self.put("phone", cut(&office.place.phone, 13));
            self.office = office.name;
        }
        Ok(())
    }

    fn fill(&mut self, read: &mut dyn Read, fields: &[Field]) -> Result<(), Error> {
        let (today, vault) = (local_date(read.now()), read.vault());
        let mut broken = None;
        for field in fields {
            let value =
                field.write(&self.source, today, &mut |party, sealed| match vault.unseal(read, party, sealed) {
                    Ok(text) => Some(text),
                    Err(error) => {
                        broken = Some(error);
                        None
                    }
                });
            if let Some(value) = value {
                self.values.insert(field.name.clone(), value);
            }
        }
        broken.map_or(Ok(()), Err)
    }

    fn at(&self, pointer: &str) -> Option<&str> {
        self.source.pointer(pointer)?.as_str()
    }

    fn put(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), value);
    }

    /// Whether every condition holds.
    pub fn fits(&self, when: &[When]) -> bool {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        when.iter().all(|condition| match condition {
            When::Present(pointer) => self.source.pointer(pointer).is_some_and(|value| !value.is_null()),
            When::Absent(pointer) => self.source.pointer(pointer).is_none_or(Value::is_null),
            When::Equal(pointer, wanted) => self.source.pointer(pointer).is_some_and(|value| text(value) == *wanted),
        })
    }

    /// Who that is, if there is such a one here.
    pub fn recipient(&self, audience: &Audience) -> Option<Recipient> {
        match audience {
            Audience::Named(pointer) => self.at(pointer)?.parse().ok().map(Recipient::Party),
            Audience::Post(duty) => self.department.map(|department| Recipient::Post(department, *duty)),
            other => self.people.iter().find(|(who, _)| who == other).map(|(_, party)| Recipient::Party(*party)),
        }
    }

    /// The thread of this recipient about this subject.
    pub fn filing(&self, routing: &Routing, recipient: Recipient) -> Filing {
        let of_kind = || routing.headings.get(&self.kind)?.render(&self.values).ok();
        let heading = self.heading.clone().or_else(of_kind);
        Filing {
            recipient,
            subject: self.subject.clone(),
            kind: self.kind,
            item: self.item,
            title: heading.unwrap_or_default(),
        }
    }
}

/// The object of the event with which this one's stream began.
fn began(read: &mut dyn Read, entry: &Entry, body: &Value) -> Result<Value, Error> {
    if entry.version == 1 {
        return Ok(body.clone());
    }
    let first = journal::stream(read, &entry.stream, 1, 1)?.into_iter().next();
    Ok(first.and_then(|first| serde_json::from_str(&first.body).ok()).map_or(Value::Null, unwrapped))
}

/// The object that an event is about: out of `{"about": …, "what": …}` and out of `{"accepted": {…}}`.
fn unwrapped(mut json: Value) -> Value {
    loop {
        let Value::Object(object) = &mut json else { return json };
        if object.len() == 2 && object.contains_key("about") {
            match object.remove("what") {
                Some(what) => json = what,
                None => return json,
            }
            continue;
        }
        let is_tag = object.len() == 1 && object.values().all(Value::is_object);
        if !is_tag {
            return json;
        }
        let Some((_, inner)) = std::mem::take(object).into_iter().next() else { return json };
        json = inner;
    }
}
