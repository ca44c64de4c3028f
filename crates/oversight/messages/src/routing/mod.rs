//! The routing: which event becomes which text, for whom, by which channel. Data, versioned, checked as a whole before
//! it is taken over: a template that names a field its event does not offer refuses the import.

mod check;
mod field;
mod file;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Duty, Timestamp, local_time, midnight};
use store::{Cached, Error, Read};

pub use check::BadRouting;
pub(crate) use field::{Field, Format, Shape, Source, cut};
pub use file::{Group, Urgency};
pub(crate) use template::{Template, Values};

use crate::rules::code::Limits;
use crate::{model::ThreadKind, table};

/// The routing that ships with the product.
pub const BUILTIN: &str = include_str!("../../../../../data/messages.toml");

/// The shipped routing, read. It fails only if the file was spoilt before the build.
pub fn builtin() -> Result<Routing, Vec<BadRouting>> {
    Routing::parse(BUILTIN)
}

/// A whole routing, found good.
#[derive(Debug, Default)]
pub struct Routing {
    /// Stands before each SMS, in 【】.
    pub signature: String,
    /// When SMS that are not urgent wait.
    pub quiet: Quiet,
    /// An event that was told later than so many hours after it happened gets no SMS.
    pub stale_hours: u32,
    /// Bounds on one-time codes.
    pub codes: Limits,
    /// Groups of messages, in the order of the preferences page.
    pub groups: Vec<Group>,
    /// Headings of threads by kind.
    pub(crate) headings: BTreeMap<ThreadKind, Template>,
    /// What is said when a text lacks a value.
    pub(crate) lacking: String,
    /// Events that are told, by kind.
    pub(crate) events: BTreeMap<String, Arc<Told>>,
    /// Every route and reminder, for the operator's page.
    pub routes: Vec<RouteLine>,
    /// Texts sent outside of any thread: one-time codes.
    pub(crate) notices: BTreeMap<String, Text>,
}

/// A route as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteLine {
    /// Its name.
    pub id: String,
    /// The event that sets it off.
    pub on: String,
    /// For whom.
    pub to: String,
    /// The group's name.
    pub group: String,
    /// Whether it is a reminder.
    pub reminder: bool,
    /// How urgent it is.
    pub urgency: Urgency,
    /// The SMS as a template.
    pub sms: Option<String>,
}

/// What is done with one kind of event.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// What it is about, and where that is found.
    pub about: Option<About>,
    /// The values it offers beside those of its subject.
    pub fields: Vec<Field>,
    /// Messages it causes.
    pub routes: Vec<Route>,
    /// Reminders it begins.
    pub reminders: Vec<Reminder>,
    /// Causes of the same subject that it ends.
    pub ends: Vec<String>,
    /// Whether it looks back at the event with which its stream began.
    pub looks_back: bool,
    /// Every field that one of its texts names.
    pub needs: BTreeSet<String>,
}

/// The subject of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// Of which kind.
    pub kind: ThreadKind,
    /// Where its number or its stream stands; the event's own stream, if nowhere.
    pub at: Option<String>,
    /// Heading of its thread, where that of its kind says too little.
    pub heading: Option<String>,
}

/// One message that an event causes.
#[derive(Debug)]
pub(crate) struct Route {
    pub id: String,
    pub to: Audience,
    pub when: Vec<When>,
    pub group: usize,
    pub urgency: Urgency,
    pub cause: Option<String>,
    pub turn: bool,
    pub until: Option<String>,
    pub text: Text,
}

/// One reminder that an event begins.
#[derive(Debug)]
pub(crate) struct Reminder {
    pub id: String,
    pub to: Audience,
    pub when: Vec<When>,
    pub group: usize,
    pub urgency: Urgency,
    /// Gone when this cause is.
    pub cause: String,
    /// The field with the day.
    pub due: String,
    /// Days before it.
    pub before: Vec<u32>,
    pub turn: bool,
    pub text: Text,
}

/// What is said.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub title: Template,
    pub text: Template,
    pub link: Option<Template>,
    pub action: Option<String>,
    pub sms: Option<Template>,
    /// The template's code with the SMS operator, where one must be registered.
    pub sms_code: Option<String>,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Audience {
    Applicant,
    /// Who filed for the applicant, where that is somebody else.
    Filer,
    Holder,
    Principal,
    Agent,
    /// The person whose account it is.
    Owner,
    /// The party that a field of the body names.
    Named(String),
    /// The post that holds this duty in the subject's department.
    Post(Duty),
}

/// A condition on the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    Present(String),
    Absent(String),
    Equal(String, String),
}

/// From when until when SMS that are not urgent wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// Minute of the day at which it begins.
    pub from: u32,
    /// Minute of the day at which it ends.
    pub until: u32,
}

impl Default for Quiet {
    fn default() -> Self {
        Quiet { from: 21 * 60, until: 8 * 60 }
    }
}

impl Quiet {
    /// When an SMS that would go out now may go: `None` at once.
    pub fn release(&self, now: Timestamp) -> Option<Timestamp> {
        let local = local_time(now);
        let minute = u32::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or_default();
        let wraps = self.from > self.until;
        let is_quiet = match wraps {
            true => minute >= self.from || minute < self.until,
            false => (self.from..self.until).contains(&minute),
        };
        if !is_quiet {
            return None;
        }
        let day = if wraps && minute >= self.from { local.date().tomorrow().ok()? } else { local.date() };
        Some(at_minute(day, self.until))
    }
}

/// The instant at which a minute of a day begins in China.
pub(crate) fn at_minute(day: kernel::Date, minute: u32) -> Timestamp {
    let span = std::time::Duration::from_secs(u64::from(minute) * 60);
    midnight(day).saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// How many SMS a text takes: 70 UTF-16 units in one piece, else 67 a piece (wire format UCS2).
pub fn pieces(text: &str) -> usize {
    match text.encode_utf16().count() {
        0..=70 => 1,
        units => units.div_ceil(67),
    }
}

impl Routing {
    /// Reads a routing and finds everything that is wrong with it.
    ///
    /// # Errors
    /// Every fault, each with the route it is in.
    pub fn parse(text: &str) -> Result<Routing, Vec<BadRouting>> {
        file::read(text)
    }

    /// The group of a name.
    pub fn group(&self, code: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.code == code)
    }

    /// The routing in force; empty where none was published.
    pub(crate) fn load(read: &mut dyn Read) -> Result<Routing, Error> {
        let Some(text) = table::routing::latest(read)?.map(|latest| latest.text) else { return Ok(Routing::default()) };
        Routing::parse(&text).map_err(|bad| {
            let first = bad.first().map(ToString::to_string).unwrap_or_default();
            Error::Corrupt(format!("the routing in force cannot be read: {first}"))
        })
    }

    /// A one-time text as it is sent, with the signature.
    pub(crate) fn notice(&self, name: &str, values: &Values) -> Option<String> {
        let template = self.notices.get(name)?.sms.as_ref()?;
        template.render(values).ok().map(|text| self.signed(&text))
    }

    /// The code under which an SMS operator knows a route's template: as set, or made from the route's name.
    pub(crate) fn template_code(&self, id: &str) -> String {
        let told = self.events.values();
        let routes = told.clone().flat_map(|told| told.routes.iter().map(|route| (&route.id, &route.text)));
        let reminders = told.flat_map(|told| told.reminders.iter().map(|one| (&one.id, &one.text)));
        let mut all = routes.chain(reminders).chain(self.notices.iter());
        let set = all.find(|(name, _)| *name == id).and_then(|(_, text)| text.sms_code.clone());
        set.unwrap_or_else(|| format!("SMS_{}", id.to_uppercase().replace('-', "_")))
    }

    /// Every SMS template with its code, for registering it with an operator: `${field}` stands for a value.
    pub fn sms_templates(&self) -> Vec<(String, String)> {
        let told = self.events.values();
        let routes = told.clone().flat_map(|told| told.routes.iter().map(|route| (&route.id, &route.text)));
        let reminders = told.flat_map(|told| told.reminders.iter().map(|one| (&one.id, &one.text)));
        let all = routes.chain(reminders).chain(self.notices.iter());
        let with_sms = all.filter_map(|(id, text)| Some((id, text.sms.as_ref()?)));
        with_sms.map(|(id, sms)| (self.template_code(id), sms.source().replace('{', "${"))).collect()
    }

    /// The text with the signature before it.
    pub(crate) fn signed(&self, text: &str) -> String {
        format!("【{}】{text}", self.signature)
    }
}

impl Cached for Routing {
    const NAME: &'static str = "messages.routing";

    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        Routing::load(read)
    }
}
