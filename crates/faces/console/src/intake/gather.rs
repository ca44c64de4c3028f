//! What the form of the window holds, and what it shows of ticket, person, item and materials.

use std::collections::BTreeMap;

use casework::{Attachment, Brought, Refusal, query};
use catalogue::{Answers, Implementation, Source};
use halls::TicketId;
use identity::{Person as NewPerson, Session};
use kernel::{Actor, BasicCode, CreditCode, Digest, Mobile, PartyId, PersonName, RegionCode, ResidentId, local_date};
use licences::{Filter, State};
use store::{Error, Failure, Read, ReadExt};
use web::{Fault, Fields, House, UploadedFile, Wrong};

use super::{Hit, Item};

/// What was typed, scanned and chosen so far.
#[derive(Debug, Default)]
pub struct Given {
    /// Names this form, so that sending it twice files it once.
    pub key: String,
    pub ticket: Option<TicketId>,
    pub typed: String,
    pub unknown: bool,
    pub party: Option<PartyId>,
    pub name: String,
    pub phone: String,
    pub checked: bool,
    pub words: String,
    pub item: Option<BasicCode>,
    pub answers: Answers,
    /// The answers as they were sent, until the form that asks them is known.
    pub sent: Fields,
    /// By the place of the material on the list: whether it is there.
    pub brought: BTreeMap<usize, bool>,
    /// Scanned files, by the place of the material: digest and name.
    pub files: BTreeMap<usize, (Digest, String)>,
}

/// The number of an identity paper.
pub enum Typed {
    Person(ResidentId),
    Organisation(CreditCode),
}

impl Typed {
    /// A scanner types the number and presses Enter; blanks do not matter.
    pub fn read(text: &str) -> Option<Typed> {
        let person = text.parse().ok().map(Typed::Person);
        person.or_else(|| text.parse().ok().map(Typed::Organisation))
    }

    pub fn find(&self, read: &mut dyn Read) -> Result<Option<PartyId>, Error> {
        match self {
            Typed::Person(id) => identity::person_by_id(read, id),
            Typed::Organisation(code) => identity::organisation_by_code(read, code),
        }
    }
}

impl Given {
    /// Everything that the form sent.
    pub fn read(fields: &Fields) -> Given {
        let text = |key: &str| fields.get(key).unwrap_or_default().to_owned();
        let mut given = Given {
            key: text("key"),
            ticket: text("ticket").parse().ok(),
            typed: text("typed"),
            unknown: text("unknown") == "yes",
            party: text("party").parse().ok(),
            name: text("new-name"),
            phone: text("new-phone"),
            checked: text("checked") == "yes",
            words: text("q"),
            item: text("item").parse().ok(),
            sent: fields.clone(),
            ..Given::default()
        };
        for (key, value) in fields.iter() {
            if let Some(place) = key.strip_prefix("has-").and_then(|place| place.parse().ok()) {
                given.brought.insert(place, value == "yes");
            }
            if let Some(place) = key.strip_prefix("digest-").and_then(|place| place.parse().ok())
                && let Ok(digest) = value.parse()
            {
                given.files.insert(place, (digest, text(&format!("filename-{place}"))));
            }
        }
        given
    }

    /// Keeps scanned files, and reads the answers by the form of the item.
    pub async fn keep_files(
        &mut self,
        house: &std::sync::Arc<House>,
        session: &Session,
        files: Vec<UploadedFile>,
    ) -> Result<(), Fault> {
        for file in files {
            let Some(place) = file.field.strip_prefix("file-").and_then(|place| place.parse::<usize>().ok()) else {
                continue;
            };
            let (worker, actor, name) = (std::sync::Arc::clone(house), session.actor.clone(), file.name.clone());
            let kept = tokio::task::spawn_blocking(move || {
                casework::keep_file(&worker.db, &actor, &file.bytes, Some(file.media.mime()))
            });
            let kept = kept.await.map_err(|error| Fault::broken(error.to_string()))??;
            self.files.insert(place, (kept.digest, name));
            self.brought.insert(place, true);
        }
        if let Some(item) = &self.item {
            let (form, regions) = house.ask(|read| {
                Ok::<_, Failure<catalogue::Refusal>>((
                    catalogue::form(read, item)?,
                    read.cached::<organisation::Regions>()?,
                ))
            })?;
            self.answers = super::answers(&form, &self.sent, &regions);
        }
        Ok(())
    }

    /// The person who holds the original, or what is wrong with what was typed.
    pub fn new_person(&self, session: &Session) -> Result<NewPerson, Vec<Wrong>> {
        let mut wrongs = vec![];
        let id = self.typed.parse::<ResidentId>().map_err(|error| Wrong::new("typed", error.to_string()));
        let name = self.name.parse::<PersonName>().map_err(|error| Wrong::new("new-name", error.to_string()));
        let phone = match self.phone.is_empty() {
            true => Ok(None),
            false => self.phone.parse::<Mobile>().map(Some).map_err(|error| Wrong::new("new-phone", error.to_string())),
        };
        if !self.checked {
            wrongs.push(Wrong::new("checked", "看过身份证原件、人证一致，才能登记"));
        }
        match (id, name, phone) {
            (Ok(id), Ok(name), Ok(phone)) if wrongs.is_empty() => {
                Ok(NewPerson { name, id, phone, region: Some(region(session)) })
            }
            (id, name, phone) => {
                wrongs.extend([id.err(), name.err(), phone.err()].into_iter().flatten());
                Err(wrongs)
            }
        }
    }
}

/// Where the clerk works: the application is taken in for this place.
pub fn region(session: &Session) -> RegionCode {
    match &session.actor {
        Actor::Staff { region, .. } => *region,
        // Only staff get here; a root that serves nobody is refused by the catalogue.
        _ => session.region.unwrap_or_else(|| "110000000000".parse().expect("twelve digits are a region")),
    }
}

/// What the ticket at the window tells already: whose it is and what for.
pub fn begin(house: &House, session: &Session, given: &mut Given) -> Result<(), Fault> {
    let Some(id) = given.ticket else { return Ok(()) };
    let ticket = house.ask(|read| halls::query::ticket_for(read, &session.actor, &id))?;
    given.party = ticket.party;
    given.item = ticket.item;
    Ok(())
}

/// The line above the columns.
pub struct TicketLine {
    pub number: String,
    pub say: String,
}

/// The ticket, for the line above the columns.
pub fn ticket(read: &mut dyn Read, actor: &Actor, id: &TicketId) -> Result<Option<TicketLine>, Failure<Refusal>> {
    let ticket = match halls::query::ticket_for(read, actor, id) {
        Ok(ticket) => ticket,
        Err(Failure::Refused(_)) => return Ok(None),
        Err(Failure::Broken(error)) => return Err(error.into()),
    };
    let today = local_date(read.now());
    let say = format!("{}，{}取号，{}", ticket.lane.word(), web::words::moment(ticket.at, today), ticket.state.word());
    Ok(Some(TicketLine { number: ticket.number.to_string(), say }))
}

/// The card of the person.
pub struct Person {
    pub name: String,
    pub number: String,
    pub phone: String,
    pub licences: Vec<String>,
    pub past: Vec<String>,
}

/// Licences and cases that the card shows of each.
const SHOWN: usize = 6;

pub fn person(read: &mut dyn Read, party: &PartyId) -> Result<Option<Person>, Failure<Refusal>> {
    let Some(found) = identity::party(read, party)? else { return Ok(None) };
    let today = local_date(read.now());
    let held = licences::list(read, party, Filter::Current, None, SHOWN)?;
    let past = query::cases_of(read, party, &[], SHOWN, None)?.lines;
    Ok(Some(Person {
        name: found.name,
        number: found.identifier_masked,
        phone: found.phone_masked.unwrap_or_else(|| "没有留".to_owned()),
        licences: held
            .into_iter()
            .filter(|licence| licence.state(today) == State::Valid)
            .map(|licence| licence.content.name)
            .collect(),
        past: past
            .into_iter()
            .map(|line| {
                format!("{}　{}　{}", line.item_name, web::words::moment(line.submitted, today), line.stage.word())
            })
            .collect(),
    }))
}

/// A case of the same item that is still under way.
pub fn duplicate(read: &mut dyn Read, party: &PartyId, item: &BasicCode) -> Result<Option<String>, Failure<Refusal>> {
    let lines = query::cases_of(read, party, &[], 50, None)?.lines;
    let same = lines.into_iter().find(|line| line.item == *item && !line.progress.is_over());
    Ok(same.map(|line| line.number.to_string()))
}

/// The items that the typed words find, by pinyin too.
pub fn hits(house: &House, session: &Session, given: &Given) -> Result<Vec<Hit>, Fault> {
    if given.words.trim().is_empty() || given.item.is_some() {
        return Ok(vec![]);
    }
    let words: String = given.words.trim().chars().take(60).collect();
    let found = house.index.search(&search::Query { limit: 8, ..search::Query::new(words, Some(region(session))) })?;
    let items = house.read(|read| read.cached::<catalogue::Items>())?;
    let hits = if found.hits.is_empty() { found.near } else { found.hits };
    let hit = |hit: search::Hit| {
        let item = items.get(&hit.code)?;
        Some(Hit { code: item.code.to_string(), name: item.name.clone() })
    };
    Ok(hits.into_iter().filter_map(hit).collect())
}

/// The three figures of the item.
pub fn item(read: &mut dyn Read, found: &Implementation) -> Result<Item, Error> {
    let today = local_date(read.now());
    let calendar = organisation::calendar(read)?;
    let instant = found.promised.0 == 0;
    let days = if instant { "当场".to_owned() } else { format!("{} 个工作日", found.promised.0) };
    let by = if instant { today } else { calendar.after(today, found.promised) };
    let fee = match &found.fee {
        catalogue::Fee::Free { .. } => "0 元".to_owned(),
        catalogue::Fee::Charged { standard, .. } => standard.clone(),
    };
    Ok(Item {
        code: found.base.code.to_string(),
        name: found.base.name.clone(),
        days,
        by: web::words::short_day(by, today),
        fee,
    })
}

/// One line of the checklist.
pub struct Material {
    pub place: usize,
    pub name: String,
    pub say: String,
    /// Nobody has to bring it.
    pub ready: bool,
    pub required: bool,
    /// Whether it is there.
    pub has: bool,
    pub file: Option<(String, String)>,
}

impl Material {
    /// Whether the application is incomplete without it.
    pub fn lacking(&self) -> bool {
        self.required && !self.ready && !self.has
    }
}

/// The checklist of the item, with what the government has already.
pub fn materials(
    read: &mut dyn Read,
    given: &Given,
    found: &Implementation,
) -> Result<Vec<Material>, Failure<Refusal>> {
    let held = held(read, given)?;
    let line = |(place, listed): (usize, &catalogue::Material)| {
        let licence = held.iter().find(|name| licences::serves(name, &listed.name));
        let (ready, say) = match (listed.source, licence) {
            (Source::Government, _) => (true, "政府内部核查，不用交".to_owned()),
            _ if casework::is_form(&found.base.name, &listed.name) => (true, "中间一栏填的就是".to_owned()),
            (_, Some(name)) => (true, format!("电子证照库有{name}，有效")),
            (_, None) if listed.required => (false, "看原件，或者扫描".to_owned()),
            (_, None) => (false, "名称里说的情况才要".to_owned()),
        };
        Material {
            place,
            name: listed.name.clone(),
            say,
            ready,
            required: listed.required,
            has: given.brought.get(&place).copied().unwrap_or(false),
            file: given.files.get(&place).map(|(digest, name)| (digest.to_string(), name.clone())),
        }
    };
    Ok(found.materials.iter().enumerate().map(line).collect())
}

/// Names of the applicant's licences that are in force.
fn held(read: &mut dyn Read, given: &Given) -> Result<Vec<String>, Error> {
    let Some(party) = &given.party else { return Ok(vec![]) };
    let today = local_date(read.now());
    let held = licences::list(read, party, Filter::Current, None, licences::LIST_MAX)?;
    let valid = held.into_iter().filter(|licence| licence.state(today) == State::Valid);
    Ok(valid.map(|licence| licence.content.name).collect())
}

/// What is handed in: originals that the clerk saw, or files that were scanned.
pub fn attachments(house: &House, session: &Session, given: &Given) -> Result<Vec<Attachment>, Fault> {
    let Some(code) = &given.item else { return Ok(vec![]) };
    let listed = house.ask(|read| {
        let found = catalogue::implementation(read, code, region(session))
            .map_err(|failure| failure.map_refusal(Refusal::Item))?;
        materials(read, given, &found)
    })?;
    let attachment = |material: &Material| {
        let brought = match given.files.get(&material.place) {
            Some((digest, name)) => Brought::File { digest: *digest, name: Some(name.clone()) },
            None => Brought::AtWindow,
        };
        Attachment { material: material.name.clone(), brought }
    };
    Ok(listed.iter().filter(|material| material.has && !material.ready).map(attachment).collect())
}
