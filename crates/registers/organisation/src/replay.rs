//! Proof that the rows are what the journal says. A register is told by its digest, a department's settings whole.

use serde::Serialize;
use store::{Entry, Error, Read};

use crate::model::{CalendarLine, Event, RegionLine, Settings};
use crate::table;

/// Replays the streams of this room for `tongban journal verify`.
pub struct Registers;

impl store::Replay for Registers {
    fn room(&self) -> &'static str {
        "organisation"
    }

    fn check(&self, read: &mut dyn Read, _: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let events: Vec<Event> = entries.iter().map(Entry::event).collect::<Result<_, _>>()?;
        let Some(last) = events.last() else { return Ok(None) };
        let (told, found) = match last {
            Event::RegionsImported { digest, .. } => (digest, regions(read)?),
            Event::AliasesImported { digest, .. } => (digest, aliases(read)?),
            Event::AreaCodesImported { digest, .. } => (digest, areas(read)?),
            Event::CalendarImported { digest, .. } => (digest, calendar(read)?),
            Event::KindsImported { digest, .. } => (digest, kinds(read)?),
            Event::DepartmentSet { department, settings } => return department_is(read, department, settings),
        };
        Ok((*told != found).then(|| format!("told {told}, stored {found}")))
    }
}

fn department_is(read: &mut dyn Read, department: &str, told: &Settings) -> Result<Option<String>, Error> {
    let all = table::settings(read)?;
    let stored = all.iter().find(|(id, _)| id.to_string() == department).map(|(_, settings)| settings);
    Ok((stored != Some(told)).then(|| "what is set differs".to_owned()))
}

/// Digest of the regions that stand.
pub(crate) fn regions(read: &mut dyn Read) -> Result<String, Error> {
    let standing = table::regions(read)?.into_iter().filter(|region| region.valid_to.is_none());
    let lines = standing.map(|region| RegionLine { code: region.code, name: region.name, kind: region.kind });
    digest(&lines.collect::<Vec<_>>())
}

/// Digest of the old codes.
pub(crate) fn aliases(read: &mut dyn Read) -> Result<String, Error> {
    digest(&table::aliases(read)?)
}

/// Digest of the telephone area codes.
pub(crate) fn areas(read: &mut dyn Read) -> Result<String, Error> {
    digest(&table::areas(read)?)
}

/// Digest of the calendar.
pub(crate) fn calendar(read: &mut dyn Read) -> Result<String, Error> {
    let days = table::days(read)?.into_iter();
    let lines = days.map(|day| {
        let works = day.kind == clock::DayKind::Workday;
        CalendarLine { date: day.date, works, name: day.name }
    });
    digest(&lines.collect::<Vec<_>>())
}

/// Digest of the kinds of department.
pub(crate) fn kinds(read: &mut dyn Read) -> Result<String, Error> {
    digest(&table::kinds(read)?)
}

/// SM3 of lines in the order of their keys.
fn digest<T: Serialize>(lines: &[T]) -> Result<String, Error> {
    Ok(store::sm3(&serde_json::to_vec(lines)?).to_string())
}
