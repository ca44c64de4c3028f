//! The base item (基本目录): what is the same everywhere, and the bounds for every place.

use clock::{Ground, Limit};
use kernel::{BasicCode, Fen, KindCode, Level, WorkingDays};
use serde::{Deserialize, Serialize};

/// A service item as the province publishes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseItem {
    /// Basic code (基本编码), 12 digits, GB/T 39554.1-2020.
    pub code: BasicCode,
    /// Where the code comes from.
    pub code_source: CodeSource,
    /// The code in the older list of the province, if it had one.
    pub local_code: Option<String>,
    /// Its name, the same on every level.
    pub name: String,
    /// What it is in law.
    pub kind: ItemType,
    /// The kind of department that handles it.
    pub department: KindCode,
    /// What people call that department.
    pub department_short: String,
    /// On what law it rests.
    pub basis: Vec<Basis>,
    /// The limit that the law sets; `None` where it sets none.
    pub statutory: Option<Limit>,
    /// The limit that is promised everywhere; a place may only promise less. Zero: on the spot.
    pub promised: WorkingDays,
    /// Whether it is done on the spot or promised.
    pub handling: Handling,
    /// Who gets it: conditions, in the words of the law.
    pub conditions: Vec<String>,
    /// What must be handed in or is fetched.
    pub materials: Vec<Material>,
    /// What it costs.
    pub fee: Fee,
    /// What comes out of it.
    pub result: String,
    /// Of which sort that is.
    pub result_kind: ResultKind,
    /// How long the licence that comes out of it is valid, where the law gives one answer for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
    /// The levels on which it is handled.
    pub levels: Vec<Level>,
    /// For whom it is.
    pub subjects: Vec<Subject>,
    /// Theme in the personal half of the portal.
    pub personal_theme: Option<Theme>,
    /// Theme in the half for companies.
    pub company_theme: Option<Theme>,
    /// How often one must come in person.
    pub visits: u32,
    /// Why one must come; only and always when `visits` is above zero.
    pub visit_reason: Option<String>,
    /// How far it can be handled online.
    pub depth: Depth,
    /// The same as a list of steps, national code set 网上办理深度.
    pub depth_codes: Vec<u8>,
    /// Where else it can be handed in.
    pub reach: Reach,
    /// What handling it may need besides looking at papers.
    pub special: Vec<Special>,
    /// The steps of its handling, in order.
    pub flow: Vec<Step>,
    /// Whether papers and results can go by courier.
    pub courier: bool,
    /// Whether a time at the window can be booked.
    pub appointment: bool,
    /// What people call it.
    pub synonyms: Vec<String>,
    /// Words for grouping.
    pub tags: Vec<String>,
    /// Whether it belongs to an investment project: it is applied for under a project code, never alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_project: bool,
    /// What it is for, in one sentence of everyday words.
    pub summary: String,
}

impl BaseItem {
    /// Whether it is handled on this level.
    pub fn is_on(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }

    /// Whether it is for this subject.
    pub fn is_for(&self, subject: Subject) -> bool {
        self.subjects.contains(&subject)
    }

    /// Whether two people must do it: who accepts an application may not decide it (岗位分离).
    ///
    /// Permits and confirmations bind others and can be refused; what is done on the spot leaves no second desk.
    /// 行政许可法 art. 10 and 34 ask for supervision within the body; the split by type is this product's choice.
    pub fn separates_duties(&self) -> bool {
        matches!(self.kind, ItemType::Permit | ItemType::Confirmation) && self.handling == Handling::Promised
    }

    /// The grounds on which its clock may stand still: those of its special procedures, and for permits a hearing,
    /// which any permit may need (行政许可法 art. 45–47).
    pub fn stops(&self) -> Vec<Ground> {
        let hearing = (self.kind == ItemType::Permit).then_some(Ground::Hearing);
        hearing.into_iter().chain(self.special.iter().flat_map(|special| special.grounds()).copied()).collect()
    }

    /// Whether nothing makes a person come in (不见面).
    pub fn without_visit(&self) -> bool {
        self.visits == 0
    }
}

/// Where a basic code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeSource {
    /// Put together from a real list.
    SampleDerived,
    /// Right in shape, but made up; never an official code.
    Invented,
}

/// Type of an item (事项类型), GB/T 39046-2020 A.1, as far as people apply for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    /// 01 行政许可
    Permit,
    /// 04 行政征收
    Levy,
    /// 05 行政给付
    Benefit,
    /// 07 行政确认
    Confirmation,
    /// 08 行政奖励
    Award,
    /// 09 行政裁决
    Adjudication,
    /// 10 其他行政权力
    Other,
    /// 20 公共服务
    PublicService,
}

impl ItemType {
    /// All types.
    pub const ALL: [ItemType; 8] = [
        ItemType::Permit,
        ItemType::Levy,
        ItemType::Benefit,
        ItemType::Confirmation,
        ItemType::Award,
        ItemType::Adjudication,
        ItemType::Other,
        ItemType::PublicService,
    ];

    /// Its two digits.
    pub fn digits(self) -> &'static str {
        match self {
            Self::Permit => "01",
            Self::Levy => "04",
            Self::Benefit => "05",
            Self::Confirmation => "07",
            Self::Award => "08",
            Self::Adjudication => "09",
            Self::Other => "10",
            Self::PublicService => "20",
        }
    }

    /// Its legal name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Permit => "行政许可",
            Self::Levy => "行政征收",
            Self::Benefit => "行政给付",
            Self::Confirmation => "行政确认",
            Self::Award => "行政奖励",
            Self::Adjudication => "行政裁决",
            Self::Other => "其他行政权力",
            Self::PublicService => "公共服务",
        }
    }

    /// The type of these two digits.
    pub fn from_digits(digits: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.digits() == digits)
    }
}

/// One law that an item rests on (设定依据).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Its name without brackets.
    pub law: String,
    /// Articles, in Chinese numerals.
    pub articles: Vec<String>,
    /// How sure the source is.
    pub certainty: Certainty,
}

/// How long a licence is valid (有效期).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// Years from the day of the decision.
    pub years: u32,
    /// What law says so.
    pub basis: Basis,
}

/// How sure a legal basis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Law and articles.
    FairlySure,
    /// The law, not the articles.
    LawOnly,
}

/// Kind of handling (办件类型), GB/T 39046-2020 A.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// 即办件: on the spot.
    Instant,
    /// 承诺件: within a promised limit.
    Promised,
}

/// One paper or fact that is needed (材料).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Its name; within one item no two are alike.
    pub name: String,
    /// In which form it is wanted.
    pub form: MaterialForm,
    /// Who provides it.
    pub source: Source,
    /// How many on paper; 0 when it is electronic.
    pub copies: u32,
    /// Whether it is always needed, or only in the case that its name says.
    pub required: bool,
}

/// Form of a material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialForm {
    /// The original must be seen.
    Original,
    /// A copy will do.
    Copy,
    /// A file or data.
    Electronic,
}

/// Who provides a material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The applicant.
    Applicant,
    /// An electronic licence that the government holds: nobody needs to bring it.
    Licence,
    /// Another office, asked by the one that handles the case.
    Government,
}

/// What an item costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "charged", rename_all = "snake_case")]
pub enum Fee {
    /// Nothing. The note says on what condition, when there is one.
    Free {
        /// A condition, such as 首次免费.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        note: Option<String>,
    },
    /// Something.
    Charged {
        /// Name of the charge and the document it rests on.
        basis: String,
        /// The standard, in words.
        standard: String,
        /// The amount, where the standard is one amount.
        amount: Option<Fen>,
        /// Whether it can be paid online.
        online: bool,
    },
}

impl Fee {
    /// Whether it costs anything.
    pub fn is_charged(&self) -> bool {
        matches!(self, Fee::Charged { .. })
    }

    /// The amount, when it is one amount: zero when it is free.
    pub fn amount(&self) -> Option<Fen> {
        match self {
            Fee::Free { .. } => Some(Fen::ZERO),
            Fee::Charged { amount, .. } => *amount,
        }
    }
}

/// Sort of result (结果类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// 证照: a licence or certificate.
    Licence,
    /// 批文: a written decision.
    Decision,
    /// 其他: something else, such as money in an account.
    Other,
    /// 无: nothing to hand over.
    None,
}

/// For whom an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 自然人
    Person,
    /// 法人和其他组织
    Organisation,
}

/// A theme of the portal, 国办函〔2016〕108号.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Theme {
    /// Three digits; the two halves of the portal number their themes apart.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// How far an item can be handled online (网上办理深度).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Ⅰ: only information.
    Information,
    /// Ⅱ: booking, or handing in.
    Booking,
    /// Ⅲ: accepted online, one visit at most.
    Acceptance,
    /// Ⅳ: all of it.
    Whole,
}

impl Depth {
    /// 1 to 4.
    pub fn number(self) -> u8 {
        match self {
            Self::Information => 1,
            Self::Booking => 2,
            Self::Acceptance => 3,
            Self::Whole => 4,
        }
    }
}

/// Where else an item can be handed in (通办范围).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// 1 全国
    Nation,
    /// 2 全省
    Province,
    /// 3 全市
    City,
    /// 4 全县
    County,
    /// 5 全镇
    Town,
    /// 6 跨村
    Village,
}

/// One step of handling (环节).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 受理
    Accept,
    /// 审查
    Review,
    /// 决定
    Decide,
    /// 办结
    Close,
    /// 送达
    Serve,
}

impl Step {
    /// Its word in law.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "受理",
            Self::Review => "审查",
            Self::Decide => "决定",
            Self::Close => "办结",
            Self::Serve => "送达",
        }
    }
}

/// What handling an item may need besides looking at papers (特别程序 of the lists).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Special {
    /// 现场核查: two officials look at the place. The clock goes on: 行政许可法 art. 45 does not name it.
    SiteVisit,
    /// 检验检测
    Testing,
    /// 专家评审
    ExpertReview,
}

impl Special {
    /// The grounds on which it stops the clock, if it does.
    pub fn grounds(self) -> &'static [Ground] {
        match self {
            Self::SiteVisit => &[],
            Self::Testing => &[Ground::Inspection, Ground::Testing],
            Self::ExpertReview => &[Ground::ExpertReview],
        }
    }

    /// Its word in the lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::SiteVisit => "现场核查",
            Self::Testing => "检验检测",
            Self::ExpertReview => "专家评审",
        }
    }
}
