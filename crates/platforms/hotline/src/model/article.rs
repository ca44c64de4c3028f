//! The knowledge base (知识库).

use kernel::{Date, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::OrderNumber;

kernel::id! {
    /// One article of the knowledge base.
    pub ArticleId
}

store::text_column!(ArticleId);

impl ArticleId {
    pub(crate) fn stream(&self) -> String {
        format!("{STREAM}{self}")
    }

    pub(crate) fn of_stream(stream: &str) -> Option<ArticleId> {
        stream.strip_prefix(STREAM)?.parse().ok()
    }
}

const STREAM: &str = "knowledge:";

/// What an article says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewArticle {
    /// The question, as people ask it.
    pub title: String,
    /// The answer, as it can be read out.
    pub text: String,
    /// The category.
    pub category: String,
    /// Who answers for it.
    pub source: String,
    /// Last day on which it is offered.
    pub valid_until: Date,
    /// The order that it was written from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderNumber>,
}

/// An article of the knowledge base. The value is exactly what replaying its events gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// How many events made it.
    pub version: i64,
    /// What it says.
    pub content: NewArticle,
    /// Who wrote it; none if it was shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<StaffId>,
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub state: ArticleState,
}

/// Where an article stands. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleState {
    /// To be approved.
    Draft = 10,
    /// Offered until it expires.
    Published = 20,
    /// No more.
    Withdrawn = 90,
}

impl ArticleState {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            ArticleState::Draft => "待审核",
            ArticleState::Published => "已发布",
            ArticleState::Withdrawn => "已下架",
        }
    }
}

impl Article {
    /// Whether it is offered on this day.
    pub fn is_offered(&self, today: Date) -> bool {
        self.state == ArticleState::Published && today <= self.content.valid_until
    }
}

/// What can be asked of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleCommand {
    /// Approve it: by another person than its author.
    Approve,
    /// Look through it again: good until then.
    Renew {
        /// The last day.
        until: Date,
    },
    /// Take it away.
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// What happened to an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleEvent {
    /// Written.
    ArticleWritten {
        /// By whom; none if it was shipped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// When.
        at: Timestamp,
        /// What it says.
        content: NewArticle,
    },
    /// Approved.
    ArticleApproved {
        /// By whom; none if it was shipped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// When.
        at: Timestamp,
    },
    /// Looked through again.
    ArticleRenewed {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// The last day.
        until: Date,
    },
    /// Taken away.
    ArticleWithdrawn {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

impl store::Event for ArticleEvent {
    const ROOM: &'static str = "hotline";

    fn kind(&self) -> &'static str {
        match self {
            ArticleEvent::ArticleWritten { .. } => "article-written",
            ArticleEvent::ArticleApproved { .. } => "article-approved",
            ArticleEvent::ArticleRenewed { .. } => "article-renewed",
            ArticleEvent::ArticleWithdrawn { .. } => "article-withdrawn",
        }
    }
}
