//! What can be asked of a lot and what happened to it.

use kernel::{CreditCode, Date, DepartmentId, Digest, Fen, PartyId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BidId, Failure, Ground, Instalments, Late, Notice, OpenBid, Panel, ProjectId, Ranked, Sheet, Stage};

/// A project to be planned, with its lots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The project's name.
    pub name: String,
    /// The procedure's code.
    pub procedure: String,
    /// Whose trading centre hosts.
    pub region: kernel::RegionCode,
    /// The lots.
    pub lots: Vec<NewLot>,
}

/// A lot to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLot {
    /// Its name.
    pub name: String,
    /// The estimate.
    pub estimate: Fen,
}

/// What can be asked of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The tenderer hands the notice in.
    Notify {
        /// It.
        notice: Notice,
        /// The price below which nothing is sold, where there is one.
        reserve: Option<Fen>,
    },
    /// The centre publishes it.
    Publish,
    /// The centre sends it back.
    SendBack {
        /// Why.
        reason: String,
    },
    /// Somebody asks.
    Ask {
        /// What.
        text: String,
    },
    /// The tenderer clarifies or changes the documents.
    Clarify {
        /// What.
        text: String,
        /// The new deadline.
        deadline: Option<Timestamp>,
    },
    /// A bidder objects.
    Object {
        /// To what.
        stage: Stage,
        /// Why.
        text: String,
    },
    /// The tenderer answers an objection.
    Answer {
        /// Which.
        objection: usize,
        /// What.
        text: String,
    },
    /// The centre opens the bids.
    Open,
    /// The centre ends the opening.
    CloseOpening,
    /// An expert hands the sheet in.
    Score {
        /// The seat.
        seat: u32,
        /// It.
        sheet: Sheet,
    },
    /// The centre makes the panel's report up.
    Report,
    /// The tenderer publishes the candidates.
    PublishCandidates,
    /// The tenderer awards; to the next candidate only for a reason.
    Award {
        /// Why not to the one before.
        reason: Option<String>,
    },
    /// The tenderer signs the contract.
    Sign {
        /// The amount.
        amount: Fen,
    },
    /// A bidder gives a quote. It binds.
    Quote {
        /// How high.
        price: Fen,
    },
    /// Who sells says that the winner did not sign in time.
    GiveUp,
    /// The centre writes down money of the price.
    Settle {
        /// The bank's flow number.
        flow: String,
        /// How much.
        amount: Fen,
    },
    /// Time has passed.
    Tick,
}

impl Command {
    /// Stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Notify { .. } => "notify",
            Command::Publish => "publish",
            Command::SendBack { .. } => "send-back",
            Command::Ask { .. } => "ask",
            Command::Clarify { .. } => "clarify",
            Command::Object { .. } => "object",
            Command::Answer { .. } => "answer",
            Command::Open => "open",
            Command::CloseOpening => "close-opening",
            Command::Score { .. } => "score",
            Command::Report => "report",
            Command::PublishCandidates => "publish-candidates",
            Command::Award { .. } => "award",
            Command::Sign { .. } => "sign",
            Command::Quote { .. } => "quote",
            Command::GiveUp => "give-up",
            Command::Settle { .. } => "settle",
            Command::Tick => "tick",
        }
    }
}

/// What a lot begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
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
    /// The tenderer.
    pub tenderer: PartyId,
    /// The tenderer's name.
    pub tenderer_name: String,
    /// The tenderer's credit code.
    pub tenderer_code: CreditCode,
    /// The estimate.
    pub estimate: Fen,
    /// When.
    pub at: Timestamp,
    /// It was brought in from another system.
    #[serde(default)]
    pub brought: bool,
}

/// What happened to a lot. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LotEvent {
    /// Planned.
    Created(Box<Created>),
    /// The notice was handed in.
    Notified {
        /// It.
        notice: Notice,
    },
    /// The notice was sent back.
    SentBack {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// The notice went out.
    Published {
        /// When.
        at: Timestamp,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// The lot's public point.
        point: String,
        /// To what the house committed for the draw.
        commitment: Digest,
    },
    /// A question.
    Asked {
        /// Whose.
        party: PartyId,
        /// What.
        text: String,
        /// When.
        at: Timestamp,
    },
    /// A clarification.
    Clarified {
        /// What.
        text: String,
        /// When.
        at: Timestamp,
        /// The new deadline.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// An objection.
    Objected {
        /// To what.
        stage: Stage,
        /// Whose.
        party: PartyId,
        /// Why.
        text: String,
        /// The day.
        on: Date,
        /// Last day to answer.
        answer_by: Date,
    },
    /// An objection was answered.
    Answered {
        /// Which.
        objection: usize,
        /// What.
        text: String,
        /// The day.
        on: Date,
        /// Whose objection it was: for those who tell them.
        party: PartyId,
    },
    /// The opening began.
    OpeningBegan {
        /// When.
        at: Timestamp,
        /// Bidders bring their keys until then.
        until: Timestamp,
        /// The envelopes that are there.
        envelopes: Vec<BidId>,
        /// Who hosts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
    },
    /// A quote came.
    Quoted {
        /// Whose.
        bid: BidId,
        /// How high.
        price: Fen,
        /// When.
        at: Timestamp,
        /// Quotes now end then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends: Option<Timestamp>,
    },
    /// A bid was opened; of those who gave quotes, when they ended.
    BidOpened(Box<OpenBid>),
    /// The opening ended.
    OpeningClosed {
        /// When.
        at: Timestamp,
        /// Envelopes whose key nobody brought: they count as withdrawn (电子招标投标办法 31).
        unopened: Vec<BidId>,
    },
    /// The experts were drawn.
    Drawn {
        /// Who sits where, sealed.
        panel: Panel,
    },
    /// An expert handed the sheet in.
    Scored {
        /// The seat.
        seat: u32,
        /// It.
        sheet: Sheet,
    },
    /// The panel reported.
    Assessed {
        /// The order.
        ranking: Vec<Ranked>,
        /// Rejected bids.
        rejected: Vec<(BidId, Ground)>,
        /// The day.
        on: Date,
        /// Candidates (or the result) are told by then.
        publish_by: Date,
    },
    /// The candidates are public.
    CandidatesPublished {
        /// The day.
        on: Date,
        /// Last day to object.
        until: Date,
    },
    /// Awarded.
    Awarded {
        /// Which place of the ranking.
        place: usize,
        /// To whom.
        party: PartyId,
        /// The day.
        on: Date,
        /// Objections to the result until then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object_until: Option<Date>,
        /// The contract is signed by then.
        contract_by: Date,
        /// Why not to the one before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// After quotes: deposits of the others go back by then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back_by: Option<Date>,
    },
    /// The result is public: who sat, and what the draw was made from.
    PanelShown {
        /// The seed.
        seed: String,
        /// The experts' names by seat.
        experts: Vec<String>,
    },
    /// The contract was signed.
    Contracted {
        /// The day.
        on: Date,
        /// The amount.
        amount: Fen,
        /// Deposits go back by then.
        back_by: Date,
        /// How the price is to be paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instalments: Option<Instalments>,
    },
    /// Money of the price came in.
    Settled {
        /// The bank's flow number.
        flow: String,
        /// How much.
        amount: Fen,
        /// The day.
        on: Date,
    },
    /// Nothing came of it.
    Failed {
        /// Why.
        ground: Failure,
        /// The day.
        on: Date,
    },
    /// A complaint suspends it, or does no longer.
    Suspended {
        /// Whether it does.
        suspended: bool,
    },
    /// Deposits went back.
    DepositsReturned {
        /// The day.
        on: Date,
    },
    /// Something was not done in time.
    Overdue {
        /// What.
        what: Late,
        /// The last day.
        due: Date,
    },
}

impl store::Event for LotEvent {
    const ROOM: &'static str = "trading";

    fn kind(&self) -> &'static str {
        match self {
            LotEvent::Created(_) => "planned",
            LotEvent::Notified { .. } => "notified",
            LotEvent::SentBack { .. } => "sent-back",
            LotEvent::Published { .. } => "published",
            LotEvent::Asked { .. } => "asked",
            LotEvent::Clarified { .. } => "clarified",
            LotEvent::Objected { .. } => "objected",
            LotEvent::Answered { .. } => "answered",
            LotEvent::OpeningBegan { .. } => "opening-began",
            LotEvent::Quoted { .. } => "quoted",
            LotEvent::BidOpened(_) => "opened",
            LotEvent::OpeningClosed { .. } => "opening-closed",
            LotEvent::Drawn { .. } => "drawn",
            LotEvent::Scored { .. } => "scored",
            LotEvent::Assessed { .. } => "assessed",
            LotEvent::CandidatesPublished { .. } => "candidates-published",
            LotEvent::Awarded { .. } => "awarded",
            LotEvent::PanelShown { .. } => "panel-shown",
            LotEvent::Contracted { .. } => "contracted",
            LotEvent::Settled { .. } => "settled",
            LotEvent::Failed { .. } => "failed",
            LotEvent::Suspended { .. } => "suspended",
            LotEvent::DepositsReturned { .. } => "deposits-returned",
            LotEvent::Overdue { .. } => "overdue",
        }
    }
}
