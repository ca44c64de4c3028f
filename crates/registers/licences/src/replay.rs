//! Proof that the rows are what the journal says: each stream's events, applied anew, must give the row that is stored.

use kernel::{LicenceId, LicenceTypeCode};
use store::{Entry, Error, Read};

use crate::{
    model::{Event, Standing},
    rules::lifecycle,
    table,
};

/// Replays the streams of this room for `tongban journal verify`.
pub struct Register;

impl store::Replay for Register {
    fn room(&self) -> &'static str {
        "licences"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let Some((subject, id)) = stream.split_once(':') else { return differs("a stream without a subject") };
        let events: Vec<Event> = entries.iter().map(Entry::event).collect::<Result<_, _>>()?;
        match subject {
            "licence" => licence(read, &parse(id)?, &events),
            "licence-type" => licence_type(read, &parse(id)?, &events),
            // The rows of codes that are over are cleared away; the journal alone remembers them.
            "presentation" => Ok(None),
            _ => differs("no such subject"),
        }
    }
}

type Difference = Result<Option<String>, Error>;

fn licence(read: &mut dyn Read, id: &LicenceId, events: &[Event]) -> Difference {
    let Some(row) = table::load(read, id)? else { return differs("the row is missing") };
    let Some(Event::Issued { holder, content, seal, .. }) = events.first() else {
        return differs("the stream does not begin with an issue");
    };
    let mut standing = Standing::InForce;
    events.iter().for_each(|event| lifecycle::apply(&mut standing, event));
    let counts = usize::try_from(row.version).is_ok_and(|version| version == events.len());
    let same = row.holder == *holder && row.content == *content && row.seal == *seal;
    match (same, row.standing == standing && counts) {
        (true, true) => Ok(None),
        (false, _) => differs("holder, content or seal"),
        (true, false) => differs(&format!("stored {:?}, replayed {standing:?}", row.standing)),
    }
}

fn licence_type(read: &mut dyn Read, code: &LicenceTypeCode, events: &[Event]) -> Difference {
    let [Event::TypeDefined { name, .. }] = events else { return differs("not one definition") };
    match table::licence_type(read, code)? {
        Some(kind) if kind.name == *name => Ok(None),
        _ => differs("the name of the type"),
    }
}

fn differs(what: &str) -> Difference {
    Ok(Some(what.to_owned()))
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(id: &str) -> Result<T, Error> {
    id.parse().map_err(|error| Error::Corrupt(format!("stream id {id:?}: {error}")))
}
