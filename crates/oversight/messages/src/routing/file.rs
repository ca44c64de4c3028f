//! The file of a routing, as TOML, and its way into a [`Routing`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::check::{self, BadRouting};
use super::{
    About, Audience, Field, Format, Quiet, Reminder, Route, RouteLine, Routing, Shape, Template, Text, Told, When,
};
use crate::model::{ThreadKind, duty_of};
use crate::rules::code::Limits;

/// A group of messages, as the preferences page lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What is in it, in a sentence.
    pub about: String,
    /// The article by which it must be served; empty where the recipient may switch its SMS off.
    #[serde(default)]
    pub law: String,
    /// For posts of staff only.
    #[serde(default)]
    pub staff: bool,
}

/// How soon an SMS must go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// At once, at night too.
    Urgent,
    /// By day.
    #[default]
    Normal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    signature: String,
    stale_hours: u32,
    sms_pieces_max: usize,
    lacking: String,
    quiet: QuietLine,
    codes: Limits,
    headings: BTreeMap<String, String>,
    #[serde(default)]
    group: Vec<Group>,
    #[serde(default)]
    event: Vec<EventLine>,
    #[serde(default)]
    route: Vec<Line>,
    #[serde(default)]
    reminder: Vec<Line>,
    #[serde(default)]
    notice: Vec<NoticeLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuietLine {
    from: String,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventLine {
    kind: String,
    about: String,
    at: Option<String>,
    heading: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, FieldLine>,
    #[serde(default)]
    ends: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FieldLine {
    Short(String),
    Long(LongField),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LongField {
    at: Option<String>,
    #[serde(rename = "as", default)]
    format: String,
    #[serde(default)]
    words: BTreeMap<String, String>,
    #[serde(default)]
    personal: bool,
    party: Option<String>,
}

/// A route, or with `due` and `before` a reminder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    on: String,
    to: String,
    #[serde(default)]
    when: Vec<String>,
    group: String,
    #[serde(default)]
    urgency: Urgency,
    cause: Option<String>,
    #[serde(default)]
    turn: bool,
    until: Option<String>,
    due: Option<String>,
    #[serde(default)]
    before: Vec<u32>,
    title: String,
    text: String,
    link: Option<String>,
    action: Option<String>,
    sms: Option<String>,
    sms_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeLine {
    id: String,
    fields: BTreeMap<String, usize>,
    sms: String,
    sms_code: Option<String>,
}

pub(super) fn read(text: &str) -> Result<Routing, Vec<BadRouting>> {
    let file: File = toml::from_str(text).map_err(|error| vec![BadRouting::whole(error.to_string())])?;
    let mut bad = vec![];
    let quiet = quiet(&file.quiet).unwrap_or_else(|| {
        bad.push(BadRouting::whole("quiet: two times of the day are wanted, like 21:00"));
        Quiet::default()
    });
    let headings = headings(&file.headings, &mut bad);
    let mut events: BTreeMap<String, Told> = BTreeMap::new();
    for line in file.event {
        let kind = line.kind.clone();
        match told(line) {
            Ok(_) if events.contains_key(&kind) => bad.push(BadRouting::of(&kind, "stands twice")),
            Ok(told) => drop(events.insert(kind, told)),
            Err(error) => bad.push(BadRouting::of(&kind, error)),
        }
    }
    let limits = check::Limits { signature: &file.signature, pieces_max: file.sms_pieces_max };
    let ended: BTreeSet<String> = events.values().flat_map(|told| told.ends.iter().cloned()).collect();
    let (mut lines, mut ids) = (vec![], BTreeSet::new());
    let both =
        file.route.into_iter().map(|line| (line, false)).chain(file.reminder.into_iter().map(|line| (line, true)));
    for (line, reminds) in both {
        let id = line.id.clone();
        let found = file.group.iter().position(|group| group.code == line.group);
        let (Some(told), Some(group)) = (events.get_mut(&line.on), found) else {
            bad.push(BadRouting::of(&id, format!("there is no event {} or no group {}", line.on, line.group)));
            continue;
        };
        if !ids.insert(id.clone()) {
            bad.push(BadRouting::of(&id, "stands twice"));
            continue;
        }
        let shown = RouteLine {
            id: id.clone(),
            on: line.on.clone(),
            to: line.to.clone(),
            group: file.group[group].name.clone(),
            reminder: reminds,
            urgency: line.urgency,
            sms: line.sms.clone(),
        };
        match add(told, line, reminds, group, &limits, &ended) {
            Ok(()) => lines.push(shown),
            Err(error) => bad.push(BadRouting::of(&id, error)),
        }
    }
    let mut notices = BTreeMap::new();
    for line in file.notice {
        match check::notice(&line.fields, &line.sms, &limits) {
            Ok(sms) => {
                let (title, text) = (sms.clone(), sms.clone());
                let sms_code = line.sms_code;
                notices.insert(line.id, Text { title, text, link: None, action: None, sms: Some(sms), sms_code });
            }
            Err(error) => bad.push(BadRouting::of(&line.id, error)),
        }
    }
    if !bad.is_empty() {
        return Err(bad);
    }
    Ok(Routing {
        signature: file.signature,
        quiet,
        stale_hours: file.stale_hours,
        codes: file.codes,
        groups: file.group,
        headings,
        lacking: file.lacking,
        events: events.into_iter().map(|(kind, told)| (kind, Arc::new(told))).collect(),
        routes: lines,
        notices,
    })
}

/// Adds a line to the event that it is about, once everything in it was found good.
fn add(
    told: &mut Told,
    line: Line,
    reminds: bool,
    group: usize,
    limits: &check::Limits<'_>,
    ended: &BTreeSet<String>,
) -> Result<(), String> {
    let extra: &[(&str, Shape)] = if reminds { &[("days", Shape { most: 3, open: true })] } else { &[] };
    let offered = check::Offered::of(told, extra);
    let text = check::text(&offered, limits, &line.title, &line.text, line.link.as_deref(), line.sms.as_deref())?;
    let text = Text { action: line.action, sms_code: line.sms_code, ..text };
    let templates = [Some(&text.title), Some(&text.text), text.link.as_ref(), text.sms.as_ref()];
    let named = templates.into_iter().flatten().flat_map(Template::fields).map(str::to_owned);
    told.needs.extend(named);
    told.looks_back |= line.to.contains('^') || line.when.iter().any(|when| when.contains('^'));
    let (to, when) = (audience(&line.to)?, conditions(&line.when)?);
    let Line { id, urgency, cause, turn, until, due, before, .. } = line;
    if let Some(lost) = cause.iter().find(|cause| !ended.contains(*cause)) {
        return Err(format!("no event ends the cause {lost}"));
    }
    check::is_day(told, until.as_deref())?;
    check::is_day(told, due.as_deref())?;
    match (reminds, due, cause) {
        (false, None, cause) => told.routes.push(Route { id, to, when, group, urgency, cause, turn, until, text }),
        (true, Some(due), Some(cause)) if (1..=5).contains(&before.len()) => {
            told.reminders.push(Reminder { id, to, when, group, urgency, cause, due, before, turn, text });
        }
        _ => {
            return Err(
                "a reminder has a cause, a due field and one to five days before it; a route has no due".to_owned()
            );
        }
    }
    Ok(())
}

fn told(line: EventLine) -> Result<Told, String> {
    let kind: ThreadKind = line.about.parse().map_err(|_| format!("there is no subject {}", line.about))?;
    let fields: Vec<Field> = line.fields.into_iter().map(|(name, line)| field(name, line)).collect::<Result<_, _>>()?;
    if let Some(heading) = line.heading.as_deref().filter(|heading| heading.is_empty() || heading.contains(['{', '[']))
    {
        return Err(format!("the heading {heading:?} is no plain text"));
    }
    let about = Some(About { kind, at: line.at, heading: line.heading });
    let mut pointers =
        fields.iter().map(|field| field.at.as_str()).chain(about.iter().filter_map(|about| about.at.as_deref()));
    let looks_back = pointers.any(|at| at.starts_with('^'));
    Ok(Told { about, fields, looks_back, ends: line.ends, ..Told::default() })
}

fn field(name: String, line: FieldLine) -> Result<Field, String> {
    let long = match line {
        FieldLine::Short(format) => {
            LongField { at: None, format, words: BTreeMap::new(), personal: false, party: None }
        }
        FieldLine::Long(long) => long,
    };
    let (word, most) = long.format.split_once(' ').unwrap_or((&long.format, ""));
    let format = match word {
        "date" => Format::Date,
        "moment" => Format::Moment,
        "clock" => Format::Clock,
        "count" => Format::Count,
        "money" => Format::Money,
        "text" => Format::Text(most.parse().map_err(|_| format!("{name}: text wants its length, like \"text 20\""))?),
        "sealed" => Format::Sealed { party: long.party.ok_or_else(|| format!("{name}: sealed wants its party"))? },
        "" if !long.words.is_empty() => Format::Words(long.words),
        other => return Err(format!("{name}: there is no form {other}")),
    };
    let at = long.at.unwrap_or_else(|| format!("/{name}"));
    Ok(Field { name, at, format, personal: long.personal })
}

fn audience(word: &str) -> Result<Audience, String> {
    Ok(match word {
        "applicant" => Audience::Applicant,
        "filer" => Audience::Filer,
        "holder" => Audience::Holder,
        "principal" => Audience::Principal,
        "agent" => Audience::Agent,
        "owner" => Audience::Owner,
        other => match (other.strip_prefix("field:"), other.strip_prefix("post:").and_then(duty_of)) {
            (Some(pointer), _) => Audience::Named(pointer.to_owned()),
            (_, Some(duty)) => Audience::Post(duty),
            _ => return Err(format!("there is nobody called {other}")),
        },
    })
}

/// `/licence` is there, `!/licence` is not, `/how=post` has this value.
fn conditions(lines: &[String]) -> Result<Vec<When>, String> {
    let condition = |line: &String| {
        let parsed = match (line.strip_prefix('!'), line.split_once('=')) {
            (Some(absent), _) => When::Absent(absent.to_owned()),
            (None, Some((pointer, value))) => When::Equal(pointer.to_owned(), value.to_owned()),
            (None, None) => When::Present(line.clone()),
        };
        let (When::Absent(pointer) | When::Equal(pointer, _) | When::Present(pointer)) = &parsed;
        if pointer.trim_start_matches('^').starts_with('/') {
            Ok(parsed)
        } else {
            Err(format!("{line} is no condition"))
        }
    };
    lines.iter().map(condition).collect()
}

fn quiet(line: &QuietLine) -> Option<Quiet> {
    let minute = |text: &str| -> Option<u32> {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    };
    Some(Quiet { from: minute(&line.from)?, until: minute(&line.until)? })
}

fn headings(lines: &BTreeMap<String, String>, bad: &mut Vec<BadRouting>) -> BTreeMap<ThreadKind, Template> {
    let mut headings = BTreeMap::new();
    for kind in ThreadKind::ALL {
        // Routings of before its time name none; its events bring their own headings.
        if kind == ThreadKind::Department && !lines.contains_key(kind.name()) {
            continue;
        }
        match check::heading(kind, lines.get(kind.name()).map_or("", String::as_str)) {
            Ok(template) => drop(headings.insert(kind, template)),
            Err(error) => bad.push(BadRouting::of(&format!("headings.{kind}"), error)),
        }
    }
    headings
}
