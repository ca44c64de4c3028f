//! From a route and the facts to the words.

use std::collections::BTreeMap;

use kernel::Date;

use crate::facts::Facts;
use crate::model::Body;
use crate::routing::{Routing, Text, Values};
use crate::sms::Payload;

/// What is said, and whether a value was lacking for it.
pub(crate) struct Said {
    pub body: Body,
    pub sms: Option<Payload>,
    pub lacking: bool,
}

/// Says it. Where a value is lacking, the recipient is told that there is news, and nothing is lost.
pub(crate) fn say(routing: &Routing, facts: &Facts, route: &str, text: &Text, extra: &[(&str, String)]) -> Said {
    let mut values = facts.values.clone();
    values.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    match whole(facts, route, text, &values) {
        Some((body, sms)) => Said { body, sms, lacking: false },
        None => {
            let title = routing.headings.get(&facts.kind).and_then(|heading| heading.render(&values).ok());
            let (title, text) = (title.unwrap_or_default(), routing.lacking.clone());
            Said { body: Body { title, text, by: facts.office.clone(), ..Body::default() }, sms: None, lacking: true }
        }
    }
}

fn whole(facts: &Facts, route: &str, text: &Text, values: &Values) -> Option<(Body, Option<Payload>)> {
    let link = match &text.link {
        Some(link) => Some(link.render(values).ok()?),
        None => None,
    };
    let body = Body {
        title: text.title.render(values).ok()?,
        text: text.text.render(values).ok()?,
        by: facts.office.clone(),
        action: text.action.clone().filter(|_| link.is_some()),
        link,
        ..Body::default()
    };
    let sms = match &text.sms {
        Some(template) => {
            let fields: BTreeMap<String, String> = template
                .fields()
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), values.get(name)?.clone())))
                .collect();
            Some(Payload { to: None, notice: route.to_owned(), text: Some(template.render(values).ok()?), fields })
        }
        None => None,
    };
    Some((body, sms))
}

/// The day that a field of this event names.
pub(crate) fn date_of(facts: &Facts, fields: &[crate::routing::Field], name: &str) -> Option<Date> {
    fields.iter().find(|field| field.name == name)?.date(&facts.source)
}
