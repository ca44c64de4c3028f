//! The procedures as data: which periods, shares and numbers the law sets for each kind of trade, each with its article.

use std::sync::OnceLock;

use clock::Calendar;
use kernel::{Date, Fen, KindCode, WorkingDays};
use serde::{Deserialize, Serialize};

/// The procedures that ship with the product.
pub const PROCEDURES: &str = include_str!("../../../../data/trading_procedures.json");

/// All procedures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// The name of this version.
    pub version: String,
    /// The kind of department whose trading centre hosts.
    pub centre_kind: KindCode,
    /// Interest on deposits a year, in millionths: what the bank pays on sight deposits.
    pub deposit_interest_per_million: u32,
    /// The procedures.
    pub procedures: Vec<Procedure>,
}

/// The four families of public-resource trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// 工程建设
    Works,
    /// 政府采购
    Procurement,
    /// 土地使用权和矿业权出让
    Land,
    /// 国有产权交易
    Property,
}

impl Family {
    /// All.
    pub const ALL: [Family; 4] = [Family::Works, Family::Procurement, Family::Land, Family::Property];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Family::Works => "works",
            Family::Procurement => "procurement",
            Family::Land => "land",
            Family::Property => "property",
        }
    }

    /// The family of this name.
    pub fn from_name(name: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|family| family.name() == name)
    }
}

/// Which days a period counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// 日
    Calendar,
    /// 工作日
    Working,
}

/// A period that the law sets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// How many days.
    pub days: u32,
    /// Which.
    pub unit: Unit,
    /// The article.
    pub article: String,
}

impl Period {
    /// The earliest day that keeps the period when it begins with an event on `from`: that day itself does not count (民法典 201).
    pub fn least(&self, from: Date, calendar: &Calendar) -> Date {
        match self.unit {
            Unit::Calendar => later(from, self.days),
            Unit::Working => calendar.after(from, WorkingDays(self.days)),
        }
    }

    /// The last day of the period: one that ends on a day off ends on the next working day (民法典 203).
    pub fn last(&self, from: Date, calendar: &Calendar) -> Date {
        calendar.on_or_after(self.least(from, calendar))
    }

    /// The last day that lies the period before `until`.
    pub fn before(&self, until: Date) -> Date {
        (0..self.days).fold(until, |day, _| day.yesterday().unwrap_or(day))
    }
}

fn later(from: Date, days: u32) -> Date {
    (0..days).fold(from, |day, _| day.tomorrow().unwrap_or(day))
}

/// A number that the law sets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The number.
    pub count: usize,
    /// The article.
    pub article: String,
}

/// A share that the law sets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Ten-thousandths.
    pub per_ten_thousand: u32,
    /// The article.
    pub article: String,
}

impl Share {
    /// The share of an amount, rounded down.
    pub fn of(&self, amount: Fen) -> Fen {
        let share = i128::from(amount.0) * i128::from(self.per_ten_thousand) / 10_000;
        Fen(i64::try_from(share).unwrap_or(i64::MAX))
    }
}

/// The panel of experts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelTerms {
    /// At least so many, an odd number.
    pub least: u32,
    /// The article.
    pub article: String,
}

/// What bids are assessed by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// For programs; `price` is reckoned from the prices, experts give no points for it.
    pub code: String,
    /// In words.
    pub name: String,
    /// The most points.
    pub points: u32,
}

/// The criterion that nobody judges.
pub const PRICE: &str = "price";

/// One kind of trade.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// For programs.
    pub code: String,
    /// Its family.
    pub family: Family,
    /// The first part of its lots' codes.
    pub letter: String,
    /// In words.
    pub name: String,
    /// The laws.
    pub law: String,
    /// What an objection is called in this field.
    pub objection_word: String,
    /// Documents are to be had for at least so long.
    pub documents: Period,
    /// From the notice to the deadline, at least.
    pub bidding: Period,
    /// What changes the documents comes at least so long before the deadline, or the deadline moves.
    pub clarify_before: Period,
    /// Objections to the documents come at least so long before the deadline; none: until the deadline.
    pub object_before: Option<Period>,
    /// Objections are answered within.
    pub answer: Period,
    /// From the notice to the beginning, at least, for what is worth more than so much.
    #[serde(default)]
    pub bidding_over: Option<Over>,
    /// How the winner is found.
    pub selection: Selection,
    /// Candidates (or, without publicity, the result) are told within so long of the report.
    pub publish_within: Period,
    /// Candidates are public for at least so long before the award; none: the result is told at once.
    pub publicity: Option<Period>,
    /// Without publicity: objections to the result within.
    #[serde(default)]
    pub result_objection: Option<Period>,
    /// The contract is signed within so long of the award.
    pub contract: Period,
    /// Deposits go back within so long of the contract; those of rounds within so long of the award.
    pub deposit_back: Period,
    /// Whether they go back with interest.
    pub deposit_interest: bool,
    /// A deposit is at most so much of the estimate, or of the start price.
    pub deposit_most: Option<Share>,
    /// A deposit is at least so much of the start price.
    #[serde(default)]
    pub deposit_least: Option<Share>,
    /// Complaints come within so long of the answer.
    pub complain: Period,
    /// Whether a complaint is taken up is told within.
    pub complaint_accept: Period,
    /// A complaint is decided within.
    pub complaint_decide: Period,
}

/// How the winner is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// By sealed bids that experts assess: works and procurement.
    Sealed(SealedTerms),
    /// By open quotes, each higher than the one before: land, mining rights and state property.
    Rounds(RoundTerms),
}

/// What belongs to sealed bids.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedTerms {
    /// Bidders bring their keys within so many minutes of the opening.
    pub window_minutes: i64,
    /// With fewer bidders nothing is opened.
    pub least_bidders: Count,
    /// The panel.
    pub panel: PanelTerms,
    /// So many candidates at most.
    pub candidates: usize,
    /// What is assessed.
    pub criteria: Vec<Criterion>,
}

/// What belongs to quotes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundTerms {
    /// Quotes can be given for at least so long.
    pub listing: Period,
    /// Whether registration ends before the first quote.
    pub registers_before: bool,
    /// A quote within so many minutes of the end lets the rounds run for so many minutes more.
    pub prolong_minutes: i64,
    /// Whether there may be a price, sealed until the end, below which nothing is sold (底价).
    pub reserve: bool,
    /// A start price below such a share of the valuation is given only with an approval.
    #[serde(default)]
    pub valuation: Option<Share>,
    /// How the price is paid.
    pub payment: PaymentTerms,
}

/// How the price is paid; the winner's deposit counts towards it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentTerms {
    /// The share that is paid first.
    pub first: Share,
    /// Within so long of the contract.
    pub first_within: Period,
    /// The rest within so long of the contract.
    pub rest_within: Period,
}

/// A longer period for what is worth more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Over {
    /// Above this value, in fen.
    pub amount: Fen,
    /// The period.
    pub period: Period,
}

impl Procedure {
    /// What belongs to sealed bids, if that is how the winner is found.
    pub fn sealed(&self) -> Option<&SealedTerms> {
        match &self.selection {
            Selection::Sealed(terms) => Some(terms),
            Selection::Rounds(_) => None,
        }
    }

    /// What belongs to quotes, if that is how the winner is found.
    pub fn rounds(&self) -> Option<&RoundTerms> {
        match &self.selection {
            Selection::Sealed(_) => None,
            Selection::Rounds(terms) => Some(terms),
        }
    }

    /// How many may follow one another as winners: whoever was outbid is not asked.
    pub fn candidates(&self) -> usize {
        self.sealed().map_or(1, |terms| terms.candidates)
    }

    /// From the notice to the deadline or the first quote, for something of this value.
    pub fn bidding(&self, estimate: Fen) -> &Period {
        match &self.bidding_over {
            Some(over) if estimate > over.amount => &over.period,
            _ => &self.bidding,
        }
    }

    /// What experts give points for.
    pub fn judged(&self) -> impl Iterator<Item = &Criterion> {
        let criteria = self.sealed().map_or(&[][..], |terms| &terms.criteria);
        criteria.iter().filter(|criterion| criterion.code != PRICE)
    }
}

impl SealedTerms {
    /// The points that the lowest price gets.
    pub fn price_points(&self) -> u32 {
        self.criteria.iter().find(|criterion| criterion.code == PRICE).map_or(0, |criterion| criterion.points)
    }

    fn flaw(&self) -> Option<&'static str> {
        let sum: u32 = self.criteria.iter().map(|criterion| criterion.points).sum();
        first_of(&[
            (sum != 100, "criteria must make 100 points"),
            (self.price_points() == 0, "there is no price among the criteria"),
            (self.panel.least.is_multiple_of(2), "a panel is an odd number"),
            (self.least_bidders.count == 0, "least_bidders is at least 1"),
        ])
    }
}

impl RoundTerms {
    fn flaw(&self) -> Option<&'static str> {
        let first = self.payment.first.per_ten_thousand;
        first_of(&[
            (self.prolong_minutes <= 0, "prolong_minutes is at least 1"),
            (first == 0 || first > 10_000, "the first payment is a share of the price"),
        ])
    }
}

fn first_of(flaws: &[(bool, &'static str)]) -> Option<&'static str> {
    flaws.iter().find(|(is, _)| *is).map(|(_, flaw)| *flaw)
}

impl Book {
    /// Reads procedures; each must be whole.
    pub fn parse(text: &str) -> Result<Book, String> {
        let book: Book = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for procedure in &book.procedures {
            let is_letter = procedure.letter.len() == 3 && procedure.letter.bytes().all(|b| b.is_ascii_alphanumeric());
            let flaw = first_of(&[
                (!is_letter, "letter is three letters or digits"),
                (procedure.publicity.is_none() && procedure.result_objection.is_none(), "nobody could object"),
                (procedure.clarify_before.unit == Unit::Working, "clarify_before counts calendar days"),
            ]);
            let own = match &procedure.selection {
                Selection::Sealed(terms) => terms.flaw(),
                Selection::Rounds(terms) => terms.flaw(),
            };
            if let Some(flaw) = flaw.or(own) {
                return Err(format!("{}: {flaw}", procedure.code));
            }
        }
        Ok(book)
    }

    /// The procedure of this code.
    pub fn procedure(&self, code: &str) -> Option<&Procedure> {
        self.procedures.iter().find(|procedure| procedure.code == code)
    }
}

/// The procedures that ship with the product.
pub fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| Book::parse(PROCEDURES).expect("a test reads the built-in procedures"))
}
