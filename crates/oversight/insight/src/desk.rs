//! Commands, each inside the caller's transaction: all of it happens, or none.

use kernel::{Actor, Uuid};
use store::{Failure, Tx};

use crate::book::{Book, InForce};
use crate::query::Question;
use crate::rules::EXPORTING;
use crate::{BookEvent, Refusal, query, replay, table};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Takes other figures, if all of them are right. How many there are.
pub fn import(tx: &mut Tx, actor: &Actor, text: &str) -> Result<usize> {
    if !actor.holds(kernel::Duty::Publish) && !actor.holds(kernel::Duty::Administer) {
        return Err(Refusal::NotPublisher.into());
    }
    let book = Book::parse(text).map_err(|bad| Refusal::BadBook(bad.0))?;
    let digest = store::sm3(text.as_bytes()).to_string();
    let version = table::book::versions(tx)? + 1;
    table::book::save(tx, &digest, text)?;
    tx.invalidate::<InForce>()?;
    let figures = book.figures.len();
    tx.journal(actor, replay::FIGURES, version, &[BookEvent::Imported { version: book.version, digest, figures }])?;
    Ok(figures)
}

/// Takes the answer to a question out of the house as a file: it is written down who did, before it is handed over. `id` names this
/// taking out, made by the caller, so that a second try does not write twice.
pub fn export(tx: &mut Tx, actor: &Actor, id: Uuid, question: &Question) -> Result<query::Answer> {
    if !EXPORTING.iter().any(|duty| actor.holds(*duty)) {
        return Err(Refusal::NotExporter.into());
    }
    let answer = query::answer(tx, actor, question)?;
    let event = BookEvent::Exported {
        figure: answer.figure.name.clone(),
        region: question.region,
        from: answer.period.from,
        to: answer.period.to,
        lines: answer.series.len() + answer.split.len(),
    };
    tx.journal(actor, &format!("{}{}", replay::EXPORT, id.simple()), 1, &[event])?;
    Ok(answer)
}
