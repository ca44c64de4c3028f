//! 办过的人怎么说: score, five bars and published words on a guide, those with an answer first.

use evaluation::{Level, Service, Way, query, settings};
use kernel::{BasicCode, RegionCode, local_date};
use web::{Fault, House, words};

use super::view::Shelf;

/// Words looked at, and words shown.
const LOOKED_AT: usize = 20;
const SHOWN: usize = 5;

/// What people say of an item.
pub(crate) struct Said {
    /// Mean out of five; none while too few have rated.
    pub score: Option<String>,
    /// Where, since when and by how many.
    pub of: String,
    /// How many of those served said anything.
    pub response: String,
    /// How many ratings count.
    pub total: i64,
    /// The five levels with their numbers.
    pub levels: Vec<(&'static str, i64)>,
    /// What some of them wrote.
    pub comments: Vec<Comment>,
}

/// One published rating.
pub(crate) struct Comment {
    pub word: &'static str,
    pub when: String,
    pub way: &'static str,
    pub text: String,
    pub reply: String,
    pub replied: String,
    pub redressed: bool,
}

impl Said {
    /// What is said of an item in a region and below it.
    pub(crate) fn of(house: &House, item: &BasicCode, region: &RegionCode, shelf: &Shelf) -> Result<Said, Fault> {
        let (sums, page) = house.read(|read| {
            let sums = query::item_sums(read, item, region)?;
            // Without ratings there are no words either.
            let page = match sums.get("published") {
                0 => None,
                _ => Some(query::comments(read, item, region, LOOKED_AT, None)?),
            };
            Ok((sums, page))
        })?;
        let today = house.db.today();
        let services = page.map_or_else(Vec::new, |page| page.services);
        let mut comments: Vec<Comment> = services.iter().filter_map(|service| comment(service, today)).collect();
        comments.sort_by_key(|comment| comment.reply.is_empty());
        comments.truncate(SHOWN);
        let response = sums.response();
        let tenths = |value: i64| format!("{}.{}", value / 10, value % 10);
        let place = shelf.regions.full_name(region);
        Ok(Said {
            score: sums.score_tenths().map(tenths),
            of: format!("{place}，近一年 {} 人评价", words::thousands(sums.ratings().unsigned_abs())),
            response: response.fair().map_or_else(String::new, |rate| {
                format!("办过的人里有 {}% 评了，没评的不算满意也不算不满意", tenths(rate))
            }),
            total: sums.ratings(),
            levels: Level::ALL.iter().zip(sums.levels()).map(|(level, n)| (level.word(), n)).collect(),
            comments,
        })
    }

    /// The largest bar.
    pub(crate) fn most(&self) -> i64 {
        self.levels.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1)
    }

    /// Below this number no score is given.
    pub(crate) fn least(&self) -> i64 {
        settings().ratings_least
    }
}

fn comment(service: &Service, today: kernel::Date) -> Option<Comment> {
    let (published, rating) = (service.published.as_ref()?, service.first.as_ref()?);
    let reply = service.redress.as_ref().and_then(|redress| redress.reply.as_ref());
    Some(Comment {
        word: rating.level.word(),
        when: words::short_day(local_date(rating.at), today),
        way: match (service.invited.online, rating.way) {
            (true, _) => "网上办",
            (false, Way::Tablet) => "窗口办，当场评",
            (false, _) => "窗口办",
        },
        text: published.text.clone(),
        reply: published.reply.clone(),
        replied: reply.map_or_else(String::new, |reply| format!("{}答复", words::short_day(reply.on, today))),
        redressed: reply.is_some(),
    })
}
