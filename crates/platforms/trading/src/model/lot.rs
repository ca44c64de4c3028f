//! A lot and all that stands in it.

use std::collections::BTreeMap;

use kernel::{CreditCode, Date, DepartmentId, Digest, Fen, PartyId, Sealed, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BidId, LotCode, ProjectId};

/// What a notice says (招标公告).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What is wanted, who may bid, and all the rest.
    pub text: String,
    /// Last day on which the documents are to be had.
    pub documents_until: Date,
    /// Bids come until then; they are opened then.
    pub deadline: Timestamp,
    /// The deposit (投标保证金).
    pub deposit: Fen,
    /// How many experts assess.
    pub seats: u32,
    /// What they must be able to judge.
    pub specialty: String,
    /// The quotes, where they find the winner: then nobody assesses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
}

/// What a notice says of quotes (竞价).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounds {
    /// The first quote is at least so high (起始价).
    pub start: Fen,
    /// Each further one is higher by at least so much (增价幅度).
    pub step: Fen,
    /// Quotes can be given from then on.
    pub begins: Timestamp,
    /// And until then, if the last minutes are quiet.
    pub ends: Timestamp,
    /// Below it nothing is sold: sealed, and told to nobody (底价).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<Sealed>,
    /// Who allowed a start price below the valuation, and by which paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
}

/// A quote. Whose it is, is known by its bid alone; the public sees a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Whose.
    pub bid: BidId,
    /// How high.
    pub price: Fen,
    /// When.
    pub at: Timestamp,
}

/// How a price is to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalments {
    /// So much first.
    pub first: Fen,
    /// By then.
    pub first_by: Date,
    /// The rest by then.
    pub rest_by: Date,
}

/// Money of the price that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The bank's flow number; what the deposit gave has the number of its sub-account.
    pub flow: String,
    /// How much.
    pub amount: Fen,
    /// The day.
    pub on: Date,
}

/// A question about the documents. Who asked is nobody's business but theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Who asked.
    pub party: PartyId,
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// An answer or a change, told to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarification {
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// The new deadline, if it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
}

/// What an objection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The documents.
    Documents,
    /// The opening.
    Opening,
    /// The result.
    Result,
}

impl Stage {
    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Documents => "documents",
            Stage::Opening => "opening",
            Stage::Result => "result",
        }
    }
}

/// An objection (异议、质疑).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// To what.
    pub stage: Stage,
    /// Whose.
    pub party: PartyId,
    /// What it says.
    pub text: String,
    /// The day.
    pub on: Date,
    /// Last day to answer.
    pub answer_by: Date,
    /// The answer and its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<(Date, String)>,
}

/// A bid as the opening showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBid {
    /// Which.
    pub bid: BidId,
    /// Whose.
    pub party: PartyId,
    /// The company's name.
    pub name: String,
    /// Its credit code.
    pub code: CreditCode,
    /// The price.
    pub price: Fen,
    /// The days.
    pub days: u32,
    /// Name of the file.
    pub file: String,
    /// Digest of the file.
    pub digest: Digest,
    /// Whether the deposit was there in time.
    pub has_deposit: bool,
    /// When it was opened.
    pub at: Timestamp,
}

/// Why a bid is rejected (否决投标, 招标投标法实施条例 51).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// 没有盖章签字
    Unsigned,
    /// 不符合规定的资格条件
    Unqualified,
    /// 递交了两个以上不同的报价
    Alternative,
    /// 报价低于成本或者高于最高限价
    Price,
    /// 没有响应实质性要求
    NotResponsive,
    /// 串通投标、弄虚作假、行贿
    Collusion,
    /// 没有按要求交保证金
    NoDeposit,
}

impl Ground {
    /// What experts choose from; the deposit is looked at by the house.
    pub const CHOSEN: [Ground; 6] = [
        Ground::Unsigned,
        Ground::Unqualified,
        Ground::Alternative,
        Ground::Price,
        Ground::NotResponsive,
        Ground::Collusion,
    ];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Ground::Unsigned => "unsigned",
            Ground::Unqualified => "unqualified",
            Ground::Alternative => "alternative",
            Ground::Price => "price",
            Ground::NotResponsive => "not-responsive",
            Ground::Collusion => "collusion",
            Ground::NoDeposit => "no-deposit",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Ground::Unsigned => "投标文件没有盖章和签字",
            Ground::Unqualified => "不符合规定的资格条件",
            Ground::Alternative => "递交了两个以上不同的投标文件或者报价",
            Ground::Price => "报价低于成本或者高于最高投标限价",
            Ground::NotResponsive => "没有对实质性要求和条件作出响应",
            Ground::Collusion => "有串通投标、弄虚作假、行贿等违法行为",
            Ground::NoDeposit => "没有按招标文件的要求交投标保证金",
        }
    }

    /// The ground of this name, of those that experts choose from.
    pub fn from_name(name: &str) -> Option<Ground> {
        Ground::CHOSEN.into_iter().find(|ground| ground.name() == name)
    }
}

/// What one expert says of one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Points by criterion, tenths.
    Points(BTreeMap<String, u32>),
    /// It is to be rejected.
    Reject {
        /// Why.
        ground: Ground,
        /// In words.
        reason: String,
    },
}

/// What one expert says of all bids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// By bid.
    pub marks: BTreeMap<BidId, Mark>,
}

/// The panel (评标委员会). Who sits where is sealed until the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// How many sit.
    pub seats: u32,
    /// The experts' ids by seat, sealed.
    pub sealed: Sealed,
    /// The digest of the pool they were drawn from.
    pub pool: Digest,
    /// When.
    pub at: Timestamp,
}

/// A bid in the order of the assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Which.
    pub bid: BidId,
    /// Its points, hundredths.
    pub hundredths: u64,
}

/// Why nothing came of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// Too few bidders: not opened (流标).
    TooFew {
        /// So many.
        bids: usize,
    },
    /// No bidder brought a key.
    NoneOpened,
    /// The panel rejected all (否决全部投标).
    AllRejected,
    /// The authority found the award void (中标无效、责令重新招标).
    Void,
    /// Nobody gave a quote (无人报价).
    NoQuote,
    /// The highest quote is below the reserve (低于底价).
    BelowReserve,
    /// Who won did not sign (竞得人放弃).
    WinnerLeft,
}

/// What was not done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Late {
    /// An objection was not answered.
    Answer(usize),
    /// Candidates were not published.
    Candidates,
    /// No contract was signed.
    Contract,
    /// Deposits did not go back.
    Deposits,
    /// The first part of the price was not paid.
    FirstPayment,
    /// The price was not paid.
    Payment,
}

/// Where a lot stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum LotState {
    /// Planned: the notice is not written (招标计划).
    Planned,
    /// The notice waits for the centre's check.
    Checking,
    /// The notice was sent back.
    Returned {
        /// Why.
        reason: String,
    },
    /// Bids come (招标中).
    Tendering,
    /// Opening: bidders bring their keys (开标中).
    Opening {
        /// Until then.
        until: Timestamp,
    },
    /// Opened: it is assessed (评标中).
    Assessing,
    /// The panel reported.
    Assessed {
        /// Candidates (or the result) are told by then.
        publish_by: Date,
    },
    /// The candidates are public (中标候选人公示).
    Publicised {
        /// Last day to object.
        until: Date,
    },
    /// Awarded (中标).
    Awarded {
        /// Which place of the ranking.
        place: usize,
        /// Objections to the result until then, where it was told without publicity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object_until: Option<Date>,
        /// The contract is signed by then.
        contract_by: Date,
    },
    /// The contract is signed.
    Contracted {
        /// With whom.
        place: usize,
        /// The day.
        on: Date,
        /// The amount.
        amount: Fen,
        /// Deposits go back by then.
        back_by: Date,
    },
    /// Nothing came of it.
    Failed {
        /// Why.
        ground: Failure,
        /// The day.
        on: Date,
    },
}

impl LotState {
    /// For programs.
    pub fn name(&self) -> &'static str {
        match self {
            LotState::Planned => "planned",
            LotState::Checking => "checking",
            LotState::Returned { .. } => "returned",
            LotState::Tendering => "tendering",
            LotState::Opening { .. } => "opening",
            LotState::Assessing => "assessing",
            LotState::Assessed { .. } => "assessed",
            LotState::Publicised { .. } => "publicised",
            LotState::Awarded { .. } => "awarded",
            LotState::Contracted { .. } => "contracted",
            LotState::Failed { .. } => "failed",
        }
    }
}

/// A lot (标段、采购包).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its code.
    pub code: LotCode,
    /// How many events made it.
    pub version: i64,
    /// Its project.
    pub project: ProjectId,
    /// The project's name.
    pub project_name: String,
    /// Its own name.
    pub name: String,
    /// The procedure's code.
    pub procedure: String,
    /// The trading centre.
    pub centre: DepartmentId,
    /// The tenderer (招标人、采购人).
    pub tenderer: PartyId,
    /// The tenderer's name.
    pub tenderer_name: String,
    /// The tenderer's credit code.
    pub tenderer_code: CreditCode,
    /// The estimate (估算价、预算).
    pub estimate: Fen,
    /// When it was planned.
    pub made: Timestamp,
    /// It was brought in from another system (迁入).
    #[serde(default)]
    pub brought: bool,
    /// The notice.
    pub notice: Option<Notice>,
    /// When the notice went out.
    pub published: Option<Timestamp>,
    /// The lot's public point, for sealing.
    pub point: Option<String>,
    /// To what the house committed for the draw.
    pub commitment: Option<Digest>,
    /// Questions.
    pub questions: Vec<Question>,
    /// Clarifications.
    pub clarifications: Vec<Clarification>,
    /// Objections.
    pub objections: Vec<Objection>,
    /// When the opening began.
    pub opened: Option<Timestamp>,
    /// Envelopes that were there at the opening.
    pub envelopes: Vec<BidId>,
    /// What the opening showed.
    pub bids: Vec<OpenBid>,
    /// The panel.
    pub panel: Option<Panel>,
    /// What the experts said, by seat.
    pub sheets: BTreeMap<u32, Sheet>,
    /// The order.
    pub ranking: Vec<Ranked>,
    /// Rejected bids.
    pub rejected: Vec<(BidId, Ground)>,
    /// Who sat, by seat and name; once the result is public.
    pub experts: Vec<String>,
    /// The seed of the draw; once the result is public.
    pub seed: Option<String>,
    /// A complaint suspends it.
    pub suspended: bool,
    /// What was not done in time.
    pub late: Vec<Late>,
    /// Deposits went back.
    pub returned: bool,
    /// Quotes, each higher than the one before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
    /// When quotes end, as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// After quotes: deposits of the others go back by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_by: Option<Date>,
    /// How the price is to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalments: Option<Instalments>,
    /// What came in of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Settlement>,
    /// Where it stands.
    pub state: LotState,
}

impl Lot {
    /// Objections that wait for an answer.
    pub fn unanswered(&self, stage: Stage) -> usize {
        self.objections.iter().filter(|one| one.stage == stage && one.answer.is_none()).count()
    }

    /// The opened bid of this id.
    pub fn bid(&self, id: &BidId) -> Option<&OpenBid> {
        self.bids.iter().find(|bid| bid.bid == *id)
    }

    /// The bid at this place of the ranking.
    pub fn ranked(&self, place: usize) -> Option<&OpenBid> {
        self.bid(&self.ranking.get(place)?.bid)
    }

    /// The bid that was awarded.
    pub fn winner(&self) -> Option<&OpenBid> {
        match self.state {
            LotState::Awarded { place, .. } | LotState::Contracted { place, .. } => self.ranked(place),
            _ => None,
        }
    }

    /// What the notice says of quotes, where they find the winner.
    pub fn rounds(&self) -> Option<&Rounds> {
        self.notice.as_ref()?.rounds.as_ref()
    }

    /// The least price that the next quote may have.
    pub fn next_price(&self) -> Option<Fen> {
        let rounds = self.rounds()?;
        match self.quotes.last() {
            None => Some(rounds.start),
            Some(top) => top.price.checked_add(rounds.step),
        }
    }

    /// The number under which the public sees the bidder of each quote: in the order of their first ones.
    pub fn numbers(&self) -> Vec<usize> {
        let mut known: BTreeMap<BidId, usize> = BTreeMap::new();
        let number = |quote: &Quote| {
            let next = known.len() + 1;
            *known.entry(quote.bid).or_insert(next)
        };
        self.quotes.iter().map(number).collect()
    }

    /// The number of this bidder, if they gave quotes.
    pub fn number_of(&self, bid: &BidId) -> Option<usize> {
        let place = self.quotes.iter().position(|quote| quote.bid == *bid)?;
        self.numbers().get(place).copied()
    }

    /// What came in of the price.
    pub fn settled_sum(&self) -> Fen {
        Fen::checked_sum(self.settled.iter().map(|one| one.amount)).unwrap_or(Fen(i64::MAX))
    }

    /// Whether the public may know of it.
    pub fn is_public(&self) -> bool {
        self.published.is_some()
    }
}
