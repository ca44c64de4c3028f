//! What other rooms report: each case's entries go to its watch.

use std::collections::BTreeMap;

use kernel::CaseNumber;
use store::{Db, Effectuation, Entry, Error, Follower};

use crate::{Sign, desk, rules, table};

/// Follows casework, payment and evaluation.
pub struct Follow;

impl Follower for Follow {
    fn name(&self) -> &'static str {
        "supervision.follow"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &["casework", "payment", "evaluation"]
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let mut links: BTreeMap<String, CaseNumber> = BTreeMap::new();
        let mut cases: BTreeMap<CaseNumber, Vec<Sign>> = BTreeMap::new();
        for entry in entries {
            if let Some(number) = opened(entry)? {
                links.insert(entry.stream.clone(), number);
            }
            let mut bill_of = |stream: &str| match links.get(stream) {
                Some(number) => Ok(Some(*number)),
                None => db.read(|read| table::watch::linked(read, stream)),
            };
            if let Some((number, sign)) = rules::seen(entry, &mut bill_of)? {
                cases.entry(number).or_default().push(sign);
            }
        }
        Ok(Box::new(move |tx| {
            links.iter().try_for_each(|(stream, number)| table::watch::link(tx, stream, number))?;
            cases.iter().try_for_each(|(number, signs)| desk::observe(tx, number, signs))
        }))
    }
}

/// The case that a new bill is for.
fn opened(entry: &Entry) -> Result<Option<CaseNumber>, Error> {
    if entry.kind != "payment.opened" {
        return Ok(None);
    }
    match entry.event::<payment::Event>()? {
        payment::Event::Opened(opened) => Ok(casework::case_of(&opened.subject)),
        _ => Ok(None),
    }
}
