//! Asking about a case, answering, and saying whether it helped.

use kernel::{Actor, CaseNumber, local_date};
use store::{Failure, Read, Tx};

use super::Result;
use crate::model::{Body, Filing, MessageId, Question, QuestionId, QuestionState, Recipient, Side, ThreadKind};
use crate::rules::question::{self as rules, Command, Facts};
use crate::table::{self, message::NewMessage, thread::Growth};
use crate::{Event, Refusal, model::ThreadId};

/// Asks about a case of the party that `actor` acts for. The question stands in the case's thread at once; which one is answered.
///
/// # Errors
/// [`Refusal::NotFound`] for another's case, [`Refusal::NoWords`], [`Refusal::TooLong`], [`Refusal::Hidden`],
/// [`Refusal::EnoughAsked`].
pub fn ask(tx: &mut Tx, actor: &Actor, case: &CaseNumber, text: &str) -> Result<(QuestionId, ThreadId)> {
    let Actor::Citizen { person, .. } = actor else { return Err(Refusal::NotFound.into()) };
    let case =
        casework::query::case_for(tx, actor, case).map_err(|failure| failure.map_refusal(|_| Refusal::NotFound))?;
    let words = rules::words(text)?;
    let waiting = table::question::of_case(tx, &case.number, 20)?.iter().filter(|question| question.waits()).count();
    let facts = facts(tx, actor)?;
    let answer_by = rules::ask(waiting, &facts)?;
    let (id, now) = (QuestionId::new(store::fresh_uuid()), tx.now());
    let party = case.applicant;
    let text = tx.seal(&party, &words)?;
    let question = Question {
        id,
        case: case.number,
        item: case.item,
        party,
        by: *person,
        department: case.department,
        at: now,
        text: text.clone(),
        answer_by,
        state: QuestionState::Waiting,
        helpful: None,
        version: 1,
    };
    table::question::insert(tx, &question)?;
    let event = Event::Asked {
        case: case.number,
        item: case.item,
        party,
        by: *person,
        department: case.department,
        text,
        answer_by,
    };
    tx.journal(actor, &question.stream(), 1, &[event])?;
    let thread = speak(tx, &case, &question, &words)?;
    Ok((id, thread))
}

/// The asker's own bubble, in the thread of the case.
fn speak(tx: &mut Tx, case: &casework::Case, question: &Question, words: &str) -> Result<ThreadId> {
    let recipient = Recipient::Party(question.party);
    let filing = Filing {
        recipient,
        subject: case.stream(),
        kind: ThreadKind::Case,
        item: Some(case.item),
        title: crate::routing::cut(&case.terms.name, 18),
    };
    let thread = table::thread::id_of(&filing);
    let body = Body { text: words.to_owned(), question: Some(question.id), ..Body::default() };
    let json = serde_json::to_string(&body).map_err(store::Error::from)?;
    let body = tx.seal(&question.party, &json)?;
    let id = MessageId::new(store::fresh_uuid());
    let new = NewMessage {
        id,
        thread,
        recipient: &recipient,
        source: &format!("q:{}", question.id),
        route: "question",
        cause: None,
        at: question.at,
        seq: 0,
        side: Side::Asker,
        body: &body,
        read_at: Some(question.at),
    };
    table::message::insert(tx, &[new])?;
    table::thread::grown(tx, &[Growth { id: thread, filing: &filing, latest: question.at, message: id, unread: 0 }])?;
    Ok(thread)
}

/// Answers a question. The asker is told by following, in the same thread.
///
/// # Errors
/// [`Refusal::NotFound`] for staff of another office, [`Refusal::AlreadyAnswered`], and those about the words.
pub fn answer(tx: &mut Tx, actor: &Actor, id: &QuestionId, text: &str) -> Result<Question> {
    let question = table::question::load(tx, id)?.ok_or(Refusal::NotFound)?;
    let words = rules::words(text)?;
    let text = tx.seal(&question.party, &words)?;
    carry_out(tx, actor, question, &Command::Answer { text })
}

/// Says whether the answer helped.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::NotAnsweredYet`], [`Refusal::AlreadyJudged`].
pub fn judge(tx: &mut Tx, actor: &Actor, id: &QuestionId, helpful: bool) -> Result<Question> {
    let question = table::question::load(tx, id)?.ok_or(Refusal::NotFound)?;
    identity::may_act(tx, actor, Some(&question.item)).map_err(|failure| failure.map_refusal(|_| Refusal::NotFound))?;
    carry_out(tx, actor, question, &Command::Judge { helpful })
}

fn carry_out(tx: &mut Tx, actor: &Actor, mut question: Question, command: &Command) -> Result<Question> {
    let event = rules::decide(&question, command, &facts(tx, actor)?)?;
    let before = question.version;
    rules::apply(&mut question, &event);
    table::question::save(tx, &question, before)?;
    tx.journal(actor, &question.stream(), question.version, &[event])?;
    Ok(question)
}

fn facts<'a>(tx: &mut Tx, actor: &'a Actor) -> std::result::Result<Facts<'a>, Failure<Refusal>> {
    let now = tx.now();
    Ok(Facts { now, today: local_date(now), calendar: organisation::calendar(tx)?, actor })
}
