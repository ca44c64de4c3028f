//! The knowledge base, held whole in memory, and programs' keys.

use kernel::{Actor, Date, Timestamp, local_date};
use store::{Cached, Error, Read, ReadExt, Vault};

use super::Result;
use crate::rules::{CENTRE, Refusal};
use crate::{Article, ArticleId, ArticleState, NewArticle, book, desk::hex, table};

/// The shipped articles.
const BUILT_IN: &str = include_str!("../../../../../data/hotline_knowledge.json");
/// Published articles held in memory, at most.
const ARTICLES_MOST: usize = 5_000;
/// Drafts and withdrawn ones shown, at most.
const LIST_MOST: usize = 100;
/// Keys shown, at most.
const KEYS_MOST: usize = 100;

/// Every published article.
pub struct Knowledge(pub(crate) Vec<Article>);

impl Cached for Knowledge {
    const NAME: &'static str = "hotline.knowledge";

    fn load(read: &mut dyn Read) -> std::result::Result<Self, Error> {
        Ok(Knowledge(table::article::staged(read, ArticleState::Published, ARTICLES_MOST)?))
    }
}

/// An article that fits what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The article.
    pub article: Article,
    /// It expires within days and should be looked through.
    pub expiring: bool,
}

/// Articles that fit, the best first. What has expired is not offered.
pub fn search(
    read: &mut dyn Read,
    words: &str,
    category: &str,
    limit: usize,
) -> std::result::Result<Vec<Found>, Error> {
    let today = local_date(read.now());
    let knowledge = read.cached::<Knowledge>()?;
    let mut fitting: Vec<(usize, &Article)> = knowledge
        .0
        .iter()
        .filter(|article| article.is_offered(today))
        .map(|article| (fit(article, words, category), article))
        .filter(|(fit, _)| *fit > 0)
        .collect();
    fitting.sort_by_key(|(fit, article)| (std::cmp::Reverse(*fit), article.id));
    let found = fitting.into_iter().take(limit.clamp(1, 20));
    Ok(found.map(|(_, article)| Found { article: article.clone(), expiring: expires(article, today) }).collect())
}

fn expires(article: &Article, today: Date) -> bool {
    let days = std::time::Duration::from_secs(u64::from(book().expiring_days) * 86_400);
    today.checked_add(days).is_ok_and(|soon| article.content.valid_until <= soon)
}

/// How well an article fits: words count in the title most, pairs of characters where whole words are not found, the category a little.
fn fit(article: &Article, words: &str, category: &str) -> usize {
    let content = &article.content;
    let mut sum = 0;
    for word in words.split_whitespace().take(20) {
        if content.title.contains(word) {
            sum += 12;
        } else if content.text.contains(word) {
            sum += 6;
        } else {
            let letters: Vec<char> = word.chars().take(200).collect();
            let pairs = letters.windows(2).map(|pair| pair.iter().collect::<String>());
            sum += pairs
                .map(|pair| usize::from(content.title.contains(&pair)) * 2 + usize::from(content.text.contains(&pair)))
                .sum::<usize>();
        }
    }
    sum + usize::from(!category.is_empty() && content.category == category) * 5
}

/// An article, for the centre.
pub fn article_for(read: &mut dyn Read, actor: &Actor, id: &ArticleId) -> Result<Article> {
    works_there(actor)?;
    Ok(table::article::load(read, id)?.ok_or(Refusal::NotFound)?)
}

fn works_there(actor: &Actor) -> Result<()> {
    match CENTRE.iter().any(|duty| actor.holds(*duty)) && actor.staff().is_some() {
        true => Ok(()),
        false => Err(Refusal::NotEmpowered { duties: CENTRE.to_vec() }.into()),
    }
}

/// The latest articles of one state, for the centre.
pub fn articles(read: &mut dyn Read, actor: &Actor, state: ArticleState) -> Result<Vec<Article>> {
    works_there(actor)?;
    Ok(table::article::staged(read, state, LIST_MOST)?)
}

/// Whether nobody has ever written an article.
pub fn is_empty(read: &mut store::Reader<'_>) -> std::result::Result<bool, Error> {
    table::article::is_empty(read)
}

/// The shipped articles.
pub(crate) fn shipped() -> std::result::Result<Vec<NewArticle>, Error> {
    Ok(serde_json::from_str(BUILT_IN)?)
}

/// A program's key, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// Since when.
    pub issued: Timestamp,
    /// Since when no more.
    pub revoked: Option<Timestamp>,
}

pub(crate) fn key_mark(vault: &Vault, key: &str) -> String {
    hex(&vault.blind("hotline.key", key))
}

/// The id of a key that is good.
pub(crate) fn key_of(read: &mut dyn Read, key: &str) -> std::result::Result<Option<String>, Error> {
    let mark = key_mark(&read.vault(), key);
    table::article::key(read, &mark)
}

/// The latest keys, for who leads the hotline.
pub fn keys(read: &mut dyn Read, actor: &Actor) -> Result<Vec<Key>> {
    if actor.staff().is_none() || !actor.holds(kernel::Duty::LeadHotline) {
        return Err(Refusal::NotEmpowered { duties: vec![kernel::Duty::LeadHotline] }.into());
    }
    Ok(table::article::keys(read, KEYS_MOST)?)
}
