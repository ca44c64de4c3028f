//! What a routing must fulfil before it is taken over: fields that exist, SMS that are short and tell nothing personal,
//! no way to another host.

use std::collections::BTreeMap;
use std::fmt;

use super::field::of_subject;
use super::{Format, Shape, Template, Text, Told};
use crate::model::ThreadKind;

/// One fault of a routing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRouting {
    /// The route, reminder or event; empty for the file as a whole.
    pub place: String,
    /// What is wrong, for the operator who edits it.
    pub what: String,
}

impl BadRouting {
    pub(super) fn whole(what: impl Into<String>) -> BadRouting {
        BadRouting { place: String::new(), what: what.into() }
    }

    pub(super) fn of(place: &str, what: impl Into<String>) -> BadRouting {
        BadRouting { place: place.to_owned(), what: what.into() }
    }
}

impl fmt::Display for BadRouting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() { f.write_str(&self.what) } else { write!(f, "{}: {}", self.place, self.what) }
    }
}

/// What every SMS is measured by.
pub(super) struct Limits<'a> {
    pub signature: &'a str,
    pub pieces_max: usize,
}

/// The fields that a text may name, each with its shape.
pub(super) struct Offered(BTreeMap<String, Shape>);

impl Offered {
    pub fn of(told: &Told, extra: &[(&str, Shape)]) -> Offered {
        let subject = told.about.as_ref().map_or(&[][..], |about| of_subject(about.kind));
        // What stands behind the colon of the event's own stream: the number of a bill, the id of an appointment.
        let stream = [("own", Shape { most: 64, open: false })];
        let standard = subject.iter().chain(&stream).chain(extra).map(|(name, shape)| ((*name).to_owned(), *shape));
        let own = told.fields.iter().map(|field| (field.name.clone(), field.shape()));
        Offered(standard.chain(own).collect())
    }

    fn template(&self, what: &str, source: &str) -> Result<Template, String> {
        let template = Template::parse(source).map_err(|error| format!("{what}: {error}"))?;
        match template.fields().into_iter().find(|name| !self.0.contains_key(*name)) {
            Some(unknown) => {
                let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
                Err(format!("{what}: the event offers no field {unknown}; it offers {}", known.join(", ")))
            }
            None => Ok(template),
        }
    }

    fn shape(&self, name: &str) -> Shape {
        self.0.get(name).copied().unwrap_or(Shape { most: 0, open: false })
    }
}

/// The texts of one route, checked.
pub(super) fn text(
    offered: &Offered,
    limits: &Limits<'_>,
    title: &str,
    text: &str,
    link: Option<&str>,
    sms: Option<&str>,
) -> Result<Text, String> {
    for (what, source) in [("title", title), ("text", text)] {
        if source.trim().is_empty() || leads_away(source) {
            return Err(format!("{what}: it is empty, or leads to another host"));
        }
    }
    if let Some(link) = link.filter(|link| !link.starts_with('/') || link.starts_with("//")) {
        return Err(format!("link: {link} does not lead to a page of this site"));
    }
    Ok(Text {
        title: offered.template("title", title)?,
        text: offered.template("text", text)?,
        link: link.map(|link| offered.template("link", link)).transpose()?,
        action: None,
        sms: sms.map(|sms| self::sms(offered, limits, sms)).transpose()?,
        sms_code: None,
    })
}

/// An SMS: nothing personal, no link, no part that may be left out (operators register it word by word), not too long.
fn sms(offered: &Offered, limits: &Limits<'_>, source: &str) -> Result<Template, String> {
    let template = offered.template("sms", source)?;
    if let Some(closed) = template.fields().into_iter().find(|name| !offered.shape(name).open) {
        return Err(format!("sms: {closed} is personal, or more than an SMS may tell"));
    }
    if template.has_optional() || leads_away(source) || source.contains(['【', '】']) {
        return Err("sms: it may hold no […], no link and no 【】 of its own".to_owned());
    }
    let units = limits.signature.encode_utf16().count() + 2 + template.longest(&|name| offered.shape(name).most);
    let most = if limits.pieces_max <= 1 { 70 } else { 67 * limits.pieces_max };
    if units > most {
        return Err(format!("sms: it can come to {units} characters, {most} are allowed"));
    }
    Ok(template)
}

/// A text that is sent outside of any thread.
pub(super) fn notice(fields: &BTreeMap<String, usize>, source: &str, limits: &Limits<'_>) -> Result<Template, String> {
    let shapes = fields.iter().map(|(name, most)| (name.clone(), Shape { most: *most, open: true }));
    sms(&Offered(shapes.collect()), limits, source)
}

/// The heading of threads of one kind: it stands unsealed, so nothing personal may be in it.
pub(super) fn heading(kind: ThreadKind, source: &str) -> Result<Template, String> {
    let shapes = of_subject(kind).iter().map(|(name, shape)| ((*name).to_owned(), *shape));
    let offered = Offered(shapes.collect());
    let template = offered.template("heading", source)?;
    match template.fields().into_iter().find(|name| !offered.shape(name).open) {
        Some(closed) => Err(format!("{closed} is personal")),
        None if source.is_empty() => Err("a heading is wanted".to_owned()),
        None => Ok(template),
    }
}

/// Whether the event has a day of this name.
pub(super) fn is_day(told: &Told, name: Option<&str>) -> Result<(), String> {
    let Some(name) = name else { return Ok(()) };
    let field = told.fields.iter().find(|field| field.name == name);
    match field.map(|field| &field.format) {
        Some(Format::Date | Format::Moment) => Ok(()),
        _ => Err(format!("the event offers no day {name}")),
    }
}

/// Whether a text holds an address of another host, or something that phones make a link of.
fn leads_away(text: &str) -> bool {
    let lower = text.to_lowercase();
    let tails = [".cn", ".com", ".net", ".org", ".gov", ".top", ".xyz", ".me", ".cc"];
    lower.contains("://") || lower.contains("www.") || tails.iter().any(|tail| lower.contains(tail))
}
