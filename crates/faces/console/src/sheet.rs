//! A case as both desks show it: head with its clock, who applies, what was answered, what was handed in, what happened.

use std::collections::HashMap;

use casework::{Act, Case, Material, Papers, Provision, Stage, query, query::Hand};
use catalogue::form::{Answer, Kind};
use clock::Calendar;
use identity::{Particulars, Party, Session};
use kernel::{CaseNumber, Date, StaffId};
use organisation::Regions;
use store::{Error, Failure, Read, ReadExt, Reader};
use web::{Fields, Wrong};

use crate::words;

/// The head of a case.
#[derive(Debug, Clone)]
pub struct Head {
    pub item: String,
    pub applicant: String,
    pub number: CaseNumber,
    pub received: String,
    /// The investment project that it belongs to, for those who may open it.
    pub project: Option<String>,
    pub instant: bool,
    pub stage: &'static str,
    pub corrections: u32,
    pub by_silence: bool,
    pub left: String,
    pub by: String,
    pub urgency: &'static str,
    /// Days the clock gives, and how many are used; 0 when no clock runs.
    pub of: i64,
    pub used: i64,
    pub bar: &'static str,
    pub reckoning: String,
}

/// A label and its value.
#[derive(Debug, Clone)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// An answer of the form.
#[derive(Debug, Clone)]
pub struct AnswerLine {
    pub key: String,
    pub label: String,
    pub value: String,
    /// Whether a correction may ask for it: what the register holds is not asked again.
    pub askable: bool,
}

/// A material of the item's list and what came for it.
#[derive(Debug, Clone)]
pub struct MaterialLine {
    pub index: usize,
    pub name: String,
    pub how: String,
    pub ready: bool,
    pub href: Option<String>,
    pub file: String,
    pub askable: bool,
    /// Whether somebody must look at it before the application is complete: what came from a register or from the answers speaks for
    /// itself, and so does what need not be there.
    pub to_see: bool,
    /// What the clerk found: `yes`, `no`, or nothing yet.
    pub mark: &'static str,
    pub why: String,
}

/// A step of the past.
#[derive(Debug, Clone)]
pub struct Past {
    pub name: &'static str,
    pub when: String,
    pub what: String,
}

/// All of it.
pub struct Sheet {
    pub case: Case,
    pub head: Head,
    pub person: Vec<Fact>,
    /// Whether identifiers are shown whole.
    pub shown: bool,
    pub answers: Vec<AnswerLine>,
    pub materials: Vec<MaterialLine>,
    pub past: Vec<Past>,
    /// Names of staff who touched the case.
    pub staff: HashMap<StaffId, String>,
    /// What this member of staff may do to it now, as casework says.
    pub acts: Vec<Act>,
}

/// Whose name is gone with their key.
pub const NOBODY: &str = "（已注销）";

impl Sheet {
    /// Whether this member of staff may do that now.
    pub fn may(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    /// Whether the window has something to say to it: accept, correct or decline.
    pub fn may_judge(&self) -> bool {
        [Act::Accept, Act::Correct, Act::Decline].iter().any(|act| self.may(*act))
    }

    /// Whether it can be accepted and decided in one step.
    pub fn may_settle(&self) -> bool {
        self.head.instant && self.may_judge() && self.may(Act::Grant)
    }

    /// Whether it can be accepted, for others to decide.
    pub fn may_accept(&self) -> bool {
        !self.may_settle() && self.may(Act::Accept)
    }

    /// Whether corrections can be asked for.
    pub fn may_correct(&self) -> bool {
        self.may(Act::Correct)
    }

    /// Whether it can be declined.
    pub fn may_decline(&self) -> bool {
        self.may(Act::Decline)
    }

    /// Lays what a clerk marked and typed over the materials.
    pub fn mark(&mut self, typed: &Fields) {
        for material in &mut self.materials {
            material.mark = match typed.get(&format!("m{}", material.index)) {
                Some("yes") => "yes",
                Some("no") => "no",
                _ => "",
            };
            material.why = typed.get(&format!("why{}", material.index)).unwrap_or_default().to_owned();
        }
    }

    /// The materials that nobody has looked at yet.
    pub fn unseen(&self) -> Vec<Wrong> {
        let unseen = self.materials.iter().filter(|material| material.to_see && material.mark.is_empty());
        unseen.map(|material| Wrong::new(format!("m{}", material.index), unseen_words(material))).collect()
    }

    /// The materials that are marked as missing: with them it cannot be accepted.
    pub fn lacking(&self) -> Vec<Wrong> {
        let lacking = self.materials.iter().filter(|material| material.mark == "no");
        lacking
            .map(|material| {
                let say = format!("“{}”标了“缺”：先一次性告知，或者改成“有”", material.name);
                Wrong::new(format!("m{}", material.index), say)
            })
            .collect()
    }
}

fn unseen_words(material: &MaterialLine) -> String {
    format!("还没看“{}”：看过以后选“有”或者“缺”", material.name)
}

/// What a journalled look showed whole: who applies, and what they wrote.
pub struct Whole {
    pub particulars: Particulars,
    pub papers: Papers,
}

/// Reads a case with everything that belongs on its page; numbers of people are masked unless they were looked at.
pub fn load(
    read: &mut Reader,
    session: &Session,
    number: &CaseNumber,
    whole: Option<&Whole>,
) -> Result<Sheet, Failure<casework::Refusal>> {
    let case = query::case_for(read, &session.actor, number)?;
    let masked = query::papers(read, &session.actor, &case)?;
    let papers = whole.map_or(&masked, |whole| &whole.papers);
    let steps = query::events_of(read, &session.actor, number)?;
    let today = kernel::local_date(read.now());
    let calendar = organisation::calendar(read)?;
    let party = identity::party(read, &case.applicant)?;
    let regions = read.cached::<Regions>()?;
    let form = catalogue::query::form_version(read, &case.terms.form, case.terms.form_version)?;
    let mut staff = HashMap::new();
    for step in &steps {
        if let Hand::Staff(id) = &step.by
            && !staff.contains_key(id)
        {
            staff.insert(*id, staff_name(read, id)?);
        }
    }
    let reckoning = query::explanation(read, &case)?;
    let acts = query::allowed(read, &session.actor, &case)?;
    let answers = match form {
        Some(form) => form
            .questions()
            .filter_map(|question| {
                let answer = papers.answers.get(&question.key)?;
                Some(AnswerLine {
                    key: question.key.clone(),
                    label: question.noun.clone(),
                    value: shown(&question.kind, answer, &regions),
                    askable: question.prefill.is_none(),
                })
            })
            .collect(),
        None => vec![],
    };
    let mut head = head(&case, party.as_ref(), reckoning.as_ref(), &calendar, today);
    if case.project.is_some() {
        let project = investment::query::project_of(read, &session.actor, number)?;
        head.project = project.map(|code| code.to_string());
    }
    let person = person(party.as_ref(), whole.map(|whole| &whole.particulars));
    let materials = materials(&case, &papers.files);
    let past = steps
        .iter()
        .map(|step| {
            let who = match &step.by {
                Hand::Staff(id) => staff.get(id).cloned().unwrap_or_default(),
                Hand::Citizen(_) => "申请人".to_owned(),
                Hand::House(_) => "系统".to_owned(),
            };
            let (name, what) = words::step(step, &who, today);
            Past { name, when: web::words::moment(step.at, today), what }
        })
        .collect();
    Ok(Sheet { shown: whole.is_some(), case, head, person, answers, materials, past, staff, acts })
}

fn staff_name(read: &mut dyn Read, id: &StaffId) -> Result<String, Error> {
    Ok(identity::staff(read, id)?
        .map_or_else(|| "工作人员".to_owned(), |staff| format!("{}（工号 {}）", staff.name, staff.number)))
}

/// An answer in words: regions by name, numbers with their unit.
fn shown(kind: &Kind, answer: &Answer, regions: &Regions) -> String {
    let text = answer.shown();
    match kind {
        Kind::Region { .. } => text.parse().map_or(text, |code| regions.full_name(&code)),
        Kind::Number { unit, .. } if !unit.is_empty() => format!("{text} {unit}"),
        _ => text,
    }
}

fn head(
    case: &Case,
    party: Option<&Party>,
    reckoning: Option<&query::Reckoning>,
    calendar: &Calendar,
    today: Date,
) -> Head {
    let (left, urgency, by) = time_left(case.stage(), case.next_by(), calendar, today);
    let clock = reckoning.map(|reckoning| &reckoning.explanation);
    let resting = case.stage() == Stage::Suspended;
    Head {
        item: case.terms.name.clone(),
        applicant: party.map_or_else(|| NOBODY.to_owned(), |party| party.name.clone()),
        number: case.number,
        received: format!("{}提交", web::words::moment(case.submitted, today)),
        project: None,
        instant: case.terms.is_instant(),
        stage: case.stage().word(),
        corrections: case.corrections,
        by_silence: case.acceptance.as_ref().is_some_and(casework::Acceptance::by_silence),
        of: clock.map_or(0, |clock| clock.total),
        used: clock.map_or(0, |clock| clock.used.min(clock.total)),
        bar: if resting { "stopped" } else { urgency },
        reckoning: clock.map_or_else(String::new, |clock| {
            let paused = if clock.paused > 0 { format!("，停表 {} 天", clock.paused) } else { String::new() };
            format!("共 {}，用了 {} 天{paused}", web::words::limit(clock.limit), clock.used)
        }),
        left,
        by,
        urgency,
    }
}

/// How much time is left at a stage, in words, with its colour and its day.
pub fn time_left(
    stage: Stage,
    next_by: Option<Date>,
    calendar: &Calendar,
    today: Date,
) -> (String, &'static str, String) {
    match next_by {
        Some(_) if stage == Stage::Suspended => ("停表中".to_owned(), "near", "恢复后接着算".to_owned()),
        Some(date) => {
            let days = calendar.working_days_between(today, date);
            let (words, class) = words::left(days);
            (words, class, words::by(date, today))
        }
        None => (words::waiting(stage).trim_end_matches('。').to_owned(), "muted", String::new()),
    }
}

fn person(party: Option<&Party>, whole: Option<&Particulars>) -> Vec<Fact> {
    let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
    let Some(party) = party else { return vec![] };
    let mut facts = vec![fact("姓名或名称", party.name.clone())];
    match whole {
        Some(Particulars::Person(person)) => {
            facts.push(fact("身份证号", person.id.to_string()));
            facts.extend(person.phone.as_ref().map(|phone| fact("手机", phone.to_string())));
        }
        Some(Particulars::Organisation(organisation)) => {
            facts.push(fact("统一社会信用代码", organisation.code.to_string()));
            facts.extend(organisation.phone.as_ref().map(|phone| fact("联系电话", phone.to_string())));
        }
        None => {
            facts.push(fact("证件号码", party.identifier_masked.clone()));
            facts.extend(party.phone_masked.clone().map(|phone| fact("联系电话", phone)));
        }
    }
    facts.extend(party.representative.clone().map(|name| fact("法定代表人", name)));
    facts
}

fn materials(case: &Case, files: &std::collections::BTreeMap<String, String>) -> Vec<MaterialLine> {
    let came = |name: &str| case.materials.iter().find(|material| material.name == name);
    case.terms
        .materials
        .iter()
        .enumerate()
        .map(|(index, listed)| {
            let material = came(&listed.name);
            let digest = material.and_then(|material| material.provision.digest());
            MaterialLine {
                index,
                name: listed.name.clone(),
                how: how(material, listed.source, listed.required),
                ready: material.is_some_and(|material| matches!(material.provision, Provision::Licence { .. })),
                href: digest.map(|digest| format!("/desk/{}/file/{digest}", case.number)),
                file: material.map_or_else(String::new, |material| file(&material.provision, files)),
                askable: listed.source != catalogue::Source::Government,
                to_see: match material.map(|material| &material.provision) {
                    Some(Provision::Upload { .. } | Provision::Earlier { .. } | Provision::AtWindow) => true,
                    Some(Provision::Licence { .. } | Provision::Answers | Provision::Government) => false,
                    None => listed.required && listed.source != catalogue::Source::Government,
                },
                mark: "",
                why: String::new(),
            }
        })
        .collect()
}

/// The file as its owner named it, with what it is and how large; nothing where there is none.
fn file(provision: &Provision, names: &std::collections::BTreeMap<String, String>) -> String {
    match provision {
        Provision::Upload { digest, size, media } | Provision::Earlier { digest, size, media, .. } => {
            let name = names.get(&digest.to_string()).map(|name| format!("{name}，")).unwrap_or_default();
            format!("{name}{}", web::words::file(media, *size))
        }
        Provision::Licence { .. } | Provision::Government | Provision::Answers | Provision::AtWindow => String::new(),
    }
}

fn how(material: Option<&Material>, source: catalogue::Source, required: bool) -> String {
    match material {
        Some(material) => words::provision(&material.provision).to_owned(),
        None if source == catalogue::Source::Government => "政府内部核查，不向申请人要".to_owned(),
        None if required => "没有交".to_owned(),
        None => "没有交（可以不交）".to_owned(),
    }
}
