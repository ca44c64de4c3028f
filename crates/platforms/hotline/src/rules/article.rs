//! The knowledge base: somebody writes, somebody else approves, nothing is offered for longer than it is good.

use kernel::{Actor, Duty, StaffId};

use super::{CENTRE, Facts, LINE_MOST, Refusal, clean, impersonal, written};
use crate::{Article, ArticleCommand, ArticleEvent, ArticleId, ArticleState, NewArticle};

/// The event with which an article begins.
pub fn written_article(content: &NewArticle, facts: &Facts) -> Result<ArticleEvent, Refusal> {
    let by = holder(facts, &CENTRE)?;
    checked(content, facts, Some(by))
}

/// As [`written_article`], for what is shipped.
pub(super) fn checked(content: &NewArticle, facts: &Facts, by: Option<StaffId>) -> Result<ArticleEvent, Refusal> {
    let line = |text: &str, pointer| {
        let text = written(text, pointer)?;
        let is_long = text.chars().count() > LINE_MOST;
        if is_long { Err(Refusal::TooLong { pointer, most: LINE_MOST }) } else { Ok(text) }
    };
    let content = NewArticle {
        title: line(&content.title, "/title")?,
        text: written(&content.text, "/text")?,
        source: line(&content.source, "/source")?,
        category: clean(&content.category),
        ..content.clone()
    };
    if facts.book.category(&content.category).is_none() {
        return Err(Refusal::UnknownCategory);
    }
    impersonal(&content.title, "/title")?;
    impersonal(&content.text, "/text")?;
    if content.valid_until < facts.today {
        return Err(Refusal::AlreadyExpired);
    }
    Ok(ArticleEvent::ArticleWritten { by, at: facts.now, content })
}

fn holder(facts: &Facts, duties: &[Duty]) -> Result<StaffId, Refusal> {
    match facts.actor {
        Actor::Staff { staff, .. } if duties.iter().any(|duty| facts.actor.holds(*duty)) => Ok(*staff),
        _ => Err(Refusal::NotEmpowered { duties: duties.to_vec() }),
    }
}

/// What happens if `command` reaches `article` now.
pub fn decide_article(article: &Article, command: &ArticleCommand, facts: &Facts) -> Result<ArticleEvent, Refusal> {
    use {ArticleCommand as C, ArticleState as S};
    let (by, at) = (holder(facts, &[Duty::LeadHotline])?, facts.now);
    match (article.state, command) {
        (S::Draft, C::Approve) if article.author == Some(by) => Err(Refusal::OwnArticle),
        (S::Draft, C::Approve) if article.content.valid_until < facts.today => Err(Refusal::AlreadyExpired),
        (S::Draft, C::Approve) => Ok(ArticleEvent::ArticleApproved { by: Some(by), at }),
        (S::Published, C::Renew { until }) if *until < facts.today => Err(Refusal::AlreadyExpired),
        (S::Published, C::Renew { until }) => Ok(ArticleEvent::ArticleRenewed { by, at, until: *until }),
        (S::Draft | S::Published, C::Withdraw { reason }) => {
            let reason = written(reason, "/reason")?;
            Ok(ArticleEvent::ArticleWithdrawn { by, at, reason })
        }
        (state, _) => Err(Refusal::ArticleNotNow { state }),
    }
}

/// What `event` did to `article`.
pub fn apply_article(article: &mut Article, event: &ArticleEvent) {
    article.version += 1;
    match event {
        ArticleEvent::ArticleWritten { .. } => {}
        ArticleEvent::ArticleApproved { .. } => article.state = ArticleState::Published,
        ArticleEvent::ArticleRenewed { until, .. } => article.content.valid_until = *until,
        ArticleEvent::ArticleWithdrawn { .. } => article.state = ArticleState::Withdrawn,
    }
}

/// The article that a whole stream gives.
pub fn replay_article<'a>(id: ArticleId, events: impl IntoIterator<Item = &'a ArticleEvent>) -> Option<Article> {
    let mut events = events.into_iter();
    let ArticleEvent::ArticleWritten { by, at, content } = events.next()? else { return None };
    let mut article =
        Article { id, version: 1, content: content.clone(), author: *by, at: *at, state: ArticleState::Draft };
    events.for_each(|event| apply_article(&mut article, event));
    Some(article)
}
