//! Questions about a case: asked by the applicant, answered by the office in one working day.

use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, Date, Duty, Sealed, Timestamp, WorkingDays};

use super::Refusal;
use crate::{Event, Question, QuestionState};

/// Characters of a question or an answer.
pub const LENGTH_MAX: usize = 500;
/// Unanswered questions of one case at a time.
pub const WAITING_MAX: usize = 3;
/// The office answers within one working day, a promise of the platform (行政许可法 art. 30 gives the right, no limit).
pub const ANSWER_LIMIT: WorkingDays = WorkingDays(1);

/// The duties that answer.
pub const ANSWERING: [Duty; 4] = [Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise];

/// What can be asked of a question that was asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Answer it. The words come checked and sealed.
    Answer {
        /// The words, sealed with the asker's key.
        text: Sealed,
    },
    /// Say whether the answer helped.
    Judge {
        /// Whether it did.
        helpful: bool,
    },
}

/// What is known beside the question.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The instant.
    pub now: Timestamp,
    /// The day.
    pub today: Date,
    /// The calendar.
    pub calendar: Arc<Calendar>,
    /// Who asks or answers.
    pub actor: &'a Actor,
}

/// The words of a question or an answer as they are kept: trimmed, not empty, not too long, visible.
pub fn words(text: &str) -> Result<String, Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    let length = text.chars().count();
    if length == 0 {
        return Err(Refusal::NoWords);
    }
    if length > LENGTH_MAX {
        return Err(Refusal::TooLong { most: LENGTH_MAX });
    }
    let is_hidden =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(is_hidden) { Err(Refusal::Hidden) } else { Ok(text) }
}

/// Whether another question about the case may be asked while `waiting` wait; the day by which it is answered.
pub fn ask(waiting: usize, facts: &Facts<'_>) -> Result<Date, Refusal> {
    if waiting >= WAITING_MAX {
        return Err(Refusal::EnoughAsked { most: WAITING_MAX });
    }
    Ok(facts.calendar.after(facts.calendar.on_or_after(facts.today), ANSWER_LIMIT))
}

/// What happens if `command` reaches `question` now.
pub fn decide(question: &Question, command: &Command, facts: &Facts<'_>) -> Result<Event, Refusal> {
    match command {
        Command::Answer { text } => {
            let is_empowered = ANSWERING.iter().any(|duty| facts.actor.may(*duty, &question.department));
            let (Some(by), true) = (facts.actor.staff(), is_empowered) else { return Err(Refusal::NotFound) };
            if !question.waits() {
                return Err(Refusal::AlreadyAnswered);
            }
            let Question { case, party, .. } = *question;
            Ok(Event::Answered { case, party, by, text: text.clone(), on: facts.today })
        }
        Command::Judge { helpful } => {
            if facts.actor.party() != Some(question.party) {
                return Err(Refusal::NotFound);
            }
            match (&question.state, question.helpful) {
                (QuestionState::Waiting, _) => Err(Refusal::NotAnsweredYet),
                (_, Some(_)) => Err(Refusal::AlreadyJudged),
                _ => Ok(Event::Judged { helpful: *helpful }),
            }
        }
    }
}

/// What `event` did to `question`.
pub fn apply(question: &mut Question, event: &Event) {
    match event {
        Event::Answered { by, text, on, .. } => {
            question.state = QuestionState::Answered { by: *by, on: *on, text: text.clone() };
        }
        Event::Judged { helpful } => question.helpful = Some(*helpful),
        Event::Asked { .. }
        | Event::RoutingPublished { .. }
        | Event::PreferenceSet { .. }
        | Event::CodeSent { .. }
        | Event::CodeMissed
        | Event::CodeUsed
        | Event::Resent { .. } => {}
    }
    question.version += 1;
}
