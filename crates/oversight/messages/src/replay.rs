//! `journal verify`: what the events say is what is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::model::{Question, QuestionState, question};
use crate::{Event, rules, table};

/// Replays the streams of this room.
pub struct Told;

impl Replay for Told {
    fn room(&self) -> &'static str {
        Event::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let events = entries.iter().map(Entry::event).collect::<Result<Vec<Event>, _>>()?;
        let Some(last) = events.last() else { return Ok(None) };
        match last {
            Event::RoutingPublished { version, digest, .. } => {
                let stored = table::routing::digests(read, *version)?;
                let is_right = stored.is_some_and(|(told, text)| told == *digest && text == *digest);
                Ok((!is_right).then(|| format!("version {version} of the routing is not what was published")))
            }
            Event::PreferenceSet { party, group, channel, wanted } => {
                let stored = table::preference::load(read, party, group, channel)?;
                let is_right = stored == Some((*wanted, events.len() as i64));
                Ok((!is_right).then(|| "the preference is not what was set".to_owned()))
            }
            Event::Asked { .. } | Event::Answered { .. } | Event::Judged { .. } => {
                question_is(read, stream, entries, &events)
            }
            Event::CodeSent { .. } | Event::CodeMissed | Event::CodeUsed => code_is(read, stream, &events),
            Event::Resent { .. } => Ok(None),
        }
    }
}

fn question_is(
    read: &mut dyn Read,
    stream: &str,
    entries: &[Entry],
    events: &[Event],
) -> Result<Option<String>, Error> {
    let (Some(id), [first, rest @ ..], [entry, ..]) = (question::of_stream(stream), events, entries) else {
        return Ok(Some(format!("{stream} is no stream of a question")));
    };
    let Event::Asked { case, item, party, by, department, text, answer_by } = first else {
        return Ok(Some("the stream does not begin with a question".to_owned()));
    };
    let mut question = Question {
        id,
        case: *case,
        item: *item,
        party: *party,
        by: *by,
        department: *department,
        at: entry.at,
        text: text.clone(),
        answer_by: *answer_by,
        state: QuestionState::Waiting,
        helpful: None,
        version: 1,
    };
    rest.iter().for_each(|event| rules::question::apply(&mut question, event));
    if table::question::load(read, &id)?.as_ref() != Some(&question) {
        return Ok(Some("the stored question differs from its events".to_owned()));
    }
    let is_right = table::question::is_listed_right(read, &question)?;
    Ok((!is_right).then(|| "lists find the question otherwise than its events say".to_owned()))
}

fn code_is(read: &mut dyn Read, stream: &str, events: &[Event]) -> Result<Option<String>, Error> {
    let (Some(id), Some(Event::CodeSent { account, .. })) =
        (stream.strip_prefix("code:").and_then(|id| id.parse().ok()), events.first())
    else {
        return Ok(Some("the stream does not begin with a code that was sent".to_owned()));
    };
    let misses = events.iter().filter(|event| **event == Event::CodeMissed).count();
    let used = events.contains(&Event::CodeUsed);
    let stored = table::code::load(read, &id)?.map(|(code, _)| code);
    let is_right = stored.is_some_and(|code| {
        code.account == *account
            && code.tries as usize == misses
            && code.used == used
            && code.version == events.len() as i64
    });
    Ok((!is_right).then(|| "the stored code differs from its events".to_owned()))
}
