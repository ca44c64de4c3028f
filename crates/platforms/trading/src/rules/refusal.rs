//! What is refused, and what to do then.

use std::fmt;

use kernel::{Class, Date, Fen, FieldError, Refuse, Timestamp, local_time};

use crate::envelope::Flaw;

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such lot, bid or complaint, or none that this person may know of.
    NotFound,
    /// Only the tenderer does this.
    NotTenderer,
    /// Only the trading centre does this.
    NotCentre,
    /// Only an expert who was drawn does this.
    NotDrawn,
    /// Only a supervisor of the place does this.
    NotSupervisor,
    /// Only companies trade.
    NotCompany,
    /// Only who has bid does this.
    NotBidder,
    /// The tenderer does not bid in its own tender.
    OwnTender,
    /// There is no such procedure.
    UnknownProcedure,
    /// The house alone does this.
    NotHouse,
    /// Not in this state.
    NotNow {
        /// The state.
        state: &'static str,
        /// What was asked.
        command: &'static str,
    },
    /// A period would be shorter than the law allows.
    TooShort {
        /// Which field.
        pointer: &'static str,
        /// The earliest day.
        least: Date,
        /// The article.
        article: &'static str,
    },
    /// The deadline does not move forward in time.
    NotEarlier,
    /// The deposit is more than the law allows.
    DepositTooHigh {
        /// The most.
        most: Fen,
        /// The article.
        article: &'static str,
    },
    /// The deposit is less than the law wants.
    DepositTooLow {
        /// The least.
        least: Fen,
        /// The article.
        article: &'static str,
    },
    /// The start price is below the valuation, and nobody allowed that.
    BelowValuation {
        /// The least.
        least: Fen,
        /// The article.
        article: &'static str,
    },
    /// Registration would end after the quotes begin, or end.
    AfterRounds {
        /// The last instant.
        last: Timestamp,
    },
    /// Quotes cannot be given yet.
    BeforeRounds {
        /// From then on.
        at: Timestamp,
    },
    /// Quotes can no longer be given.
    RoundsOver {
        /// Since then.
        at: Timestamp,
    },
    /// The deposit was not there in time.
    NotAdmitted {
        /// What it was to be.
        deposit: Fen,
    },
    /// The highest quote is one's own.
    OwnQuote {
        /// It.
        price: Fen,
    },
    /// A quote must be higher.
    TooLow {
        /// The least.
        least: Fen,
    },
    /// A quote this high is taken for a slip.
    TooHigh {
        /// The most.
        most: Fen,
    },
    /// A panel is an odd number, and not smaller.
    Seats {
        /// The least.
        least: u32,
        /// The article.
        article: &'static str,
    },
    /// No such amount.
    Amount {
        /// Which field.
        pointer: &'static str,
    },
    /// Words are missing, or too many.
    Words {
        /// Which.
        pointer: &'static str,
    },
    /// It cannot be opened before.
    BeforeDue {
        /// When.
        at: Timestamp,
    },
    /// The deadline is over.
    TooLate {
        /// When it was.
        at: Timestamp,
    },
    /// The documents are no longer to be had.
    DocumentsOver {
        /// The last day.
        until: Date,
    },
    /// Objections wait for their answer.
    Unanswered {
        /// How many.
        count: usize,
    },
    /// A complaint suspends the procedure.
    Suspended,
    /// Bidders still bring their keys.
    WindowRuns {
        /// Until then.
        until: Timestamp,
    },
    /// The time for keys is over.
    WindowOver,
    /// What came is no envelope for this lot, or no key for it.
    Envelope(Flaw),
    /// Objections came too late.
    ObjectLate,
    /// The objection was answered.
    Answered,
    /// An objection comes first, and its answer.
    ObjectFirst,
    /// The days to complain are over.
    ComplainLate {
        /// The last day.
        until: Date,
    },
    /// The candidates are still public.
    StillPublic {
        /// The last day.
        until: Date,
        /// The article.
        article: &'static str,
    },
    /// There is no next candidate.
    NoCandidate,
    /// The contract says something else than the bid.
    AmountDiffers {
        /// What was offered.
        price: Fen,
    },
    /// The experts were not drawn, or already.
    Panel {
        /// Whether they were.
        drawn: bool,
    },
    /// Too few experts can sit.
    TooFewExperts {
        /// So many can.
        found: usize,
        /// So many must.
        need: u32,
    },
    /// The sheet does not speak of each bid and criterion.
    Sheet,
    /// The sheet was handed in already.
    Scored,
    /// Sheets are missing.
    SheetsMissing {
        /// How many.
        count: usize,
    },
    /// There is nothing to give back now.
    NothingHeld,
    /// There is no ground to forfeit.
    NoForfeit,
}

fn moment(at: Timestamp) -> String {
    let local = local_time(at);
    format!("{}月{}日 {:02}:{:02}", local.month(), local.day(), local.hour(), local.minute())
}

fn day(day: &Date) -> String {
    format!("{}月{}日", day.month(), day.day())
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Refusal::NotFound => {
                "没有找到这个交易项目。请核对编号；没有发布公告的项目只有招标人和交易中心能看。".to_owned()
            }
            Refusal::NotTenderer => "这一步由招标人（采购人）办理。请用招标人的身份登录。".to_owned(),
            Refusal::NotCentre => "这一步由公共资源交易中心的工作人员办理。".to_owned(),
            Refusal::NotDrawn => "您没有被抽中参加这个项目的评审，或者不是这个席位。请核对。".to_owned(),
            Refusal::NotSupervisor => "投诉由本地区的行政监督部门处理。请联系监督岗。".to_owned(),
            Refusal::NotCompany => "投标、提问和异议由单位提出。请先在“替谁办事”里换成您的单位。".to_owned(),
            Refusal::NotBidder => "只有递交了投标文件的单位能做这一步。".to_owned(),
            Refusal::OwnTender => "招标人不能参加自己招标的投标。请换一个单位的身份。".to_owned(),
            Refusal::UnknownProcedure => "没有这种交易方式。请从列出的交易方式里选。".to_owned(),
            Refusal::NotHouse => "到账由银行通知系统，不能由人登记。请等银行通知，或者联系开户银行。".to_owned(),
            Refusal::NotNow { .. } => "这个项目现在不在这一步。请刷新页面，看现在能做什么。".to_owned(),
            Refusal::TooShort { least, .. } => format!("时间太短：最早只能到{}。请改到这一天或者以后。", day(least)),
            Refusal::NotEarlier => "投标截止时间只能往后延，不能提前。请填一个更晚的时间。".to_owned(),
            Refusal::DepositTooHigh { most, .. } => format!("投标保证金最多 {most} 元。请调低。"),
            Refusal::Seats { least, .. } => format!("评审委员会要 {least} 人以上、15 人以下的单数。请改人数。"),
            Refusal::Amount { .. } => "金额要大于零，以元为单位，最多两位小数。请改正。".to_owned(),
            Refusal::Words { .. } => "请写清楚，5000 字以内。".to_owned(),
            Refusal::BeforeDue { at } => format!("开标时间是{}，没有到不能开标。请到时间再开。", moment(*at)),
            Refusal::TooLate { at } => format!("投标截止时间是{}，已经过了，系统拒收。", moment(*at)),
            Refusal::DocumentsOver { until } => format!("招标文件发售到{}为止，已经结束，不能再参加。", day(until)),
            Refusal::Unanswered { count } => format!("还有 {count} 条异议没有答复，程序暂停。请招标人先答复。"),
            Refusal::Suspended => "行政监督部门责令暂停，处理投诉期间不能往下进行。请等处理决定。".to_owned(),
            Refusal::WindowRuns { until } => {
                format!("解密到{}为止，还有投标人没有解密。请等时间到，或者等全部解密。", moment(*until))
            }
            Refusal::DepositTooLow { least, .. } => format!("保证金不能低于 {least} 元。请改正。"),
            Refusal::BelowValuation { least, .. } => {
                format!("起始价低于评估值 {least} 元，要写明批准单位和批准文件；首次披露不能低于评估值。")
            }
            Refusal::AfterRounds { last } => {
                format!("报名和交保证金要在{}前截止。请把截止时间提前。", moment(*last))
            }
            Refusal::BeforeRounds { at } => format!("{}开始报价，现在还不能报。请到时再来。", moment(*at)),
            Refusal::RoundsOver { at } => format!("报价已在{}结束，这一次没有记下。", moment(*at)),
            Refusal::NotAdmitted { deposit } => {
                format!("保证金 {deposit} 元没有在截止前到账，不能报价。请和交易中心核对到账时间。")
            }
            Refusal::OwnQuote { price } => format!("现在最高的就是您报的 {price} 元，不用再报。"),
            Refusal::TooLow { least } => format!("已有更高的报价，现在至少要报 {least} 元。请刷新页面再决定。"),
            Refusal::TooHigh { most } => format!("这个数超过 {most} 元，像是多写了零，没有记下。请核对后再报。"),
            Refusal::WindowOver => "现在不在解密时间里。没有按时解密的，视为撤回投标文件。".to_owned(),
            Refusal::Envelope(flaw) => match flaw {
                Flaw::Form => "这不是加密投标文件。请用投标工具加密以后再上传，扩展名是 .tbbid。",
                Flaw::OtherLot => "这份加密投标文件是给另一个标段的。请核对标段编号。",
                Flaw::OtherKey => "这个解密码是另一份投标文件的。请用最后一次上传的那份文件的解密码。",
                Flaw::Closed => "解密码不对，打不开。请整行复制解密码，再试一次。",
                Flaw::Content => "打开了，但里面不是投标工具做的投标文件。请联系交易中心。",
                Flaw::KeyForm => "这不是解密码。解密码以 TB1. 开头，请整行复制。",
            }
            .to_owned(),
            Refusal::ObjectLate => "提出异议的时间已经过了。您可以向行政监督部门反映。".to_owned(),
            Refusal::Answered => "这条异议已经答复过了。请刷新页面。".to_owned(),
            Refusal::ObjectFirst => "这类事项要先提出异议，得到答复以后才能投诉。请先提异议。".to_owned(),
            Refusal::ComplainLate { until } => format!("投诉期限到{}为止，已经过了。", day(until)),
            Refusal::StillPublic { until, .. } => format!("公示到{}结束，结束以后才能定标。", day(until)),
            Refusal::NoCandidate => "没有下一名中标候选人了。可以重新招标。".to_owned(),
            Refusal::AmountDiffers { price } => {
                format!("合同金额要和中标价 {price} 元一样，不能另订背离实质性内容的协议。请改正。")
            }
            Refusal::Panel { drawn: true } => "专家已经抽过了，每个标段只抽一次。".to_owned(),
            Refusal::Panel { drawn: false } => "专家还没有抽取。请先抽取专家。".to_owned(),
            Refusal::TooFewExperts { found, need } => {
                format!("回避以后能参加的专家只有 {found} 人，需要 {need} 人。请先补充专家库。")
            }
            Refusal::Sheet => "每一份投标文件的每一项都要打分，不超过满分；否决的要选原因并写理由。请补全。".to_owned(),
            Refusal::Scored => "您已经提交过评审意见，不能再改。".to_owned(),
            Refusal::SheetsMissing { count } => format!("还有 {count} 位专家没有提交评审意见。请等全部提交。"),
            Refusal::NothingHeld => "现在没有可以退的保证金。流标、签订合同或者撤回投标以后才退。".to_owned(),
            Refusal::NoForfeit => "只有中标人放弃中标或者不签合同的，保证金才不退。".to_owned(),
        };
        f.write_str(&text)
    }
}

impl std::error::Error for Refusal {}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "trading.not-found",
            Refusal::NotTenderer => "trading.not-tenderer",
            Refusal::NotCentre => "trading.not-centre",
            Refusal::NotDrawn => "trading.not-drawn",
            Refusal::NotSupervisor => "trading.not-supervisor",
            Refusal::NotCompany => "trading.not-company",
            Refusal::NotBidder => "trading.not-bidder",
            Refusal::OwnTender => "trading.own-tender",
            Refusal::UnknownProcedure => "trading.unknown-procedure",
            Refusal::NotHouse => "trading.not-house",
            Refusal::NotNow { .. } => "trading.not-now",
            Refusal::TooShort { .. } => "trading.too-short",
            Refusal::NotEarlier => "trading.not-earlier",
            Refusal::DepositTooHigh { .. } => "trading.deposit-too-high",
            Refusal::Seats { .. } => "trading.seats",
            Refusal::Amount { .. } => "trading.amount",
            Refusal::Words { .. } => "trading.words",
            Refusal::BeforeDue { .. } => "trading.before-due",
            Refusal::TooLate { .. } => "trading.too-late",
            Refusal::DocumentsOver { .. } => "trading.documents-over",
            Refusal::Unanswered { .. } => "trading.unanswered",
            Refusal::Suspended => "trading.suspended",
            Refusal::WindowRuns { .. } => "trading.window-runs",
            Refusal::WindowOver => "trading.window-over",
            Refusal::Envelope(Flaw::Form | Flaw::Content) => "trading.no-envelope",
            Refusal::Envelope(Flaw::OtherLot) => "trading.other-lot",
            Refusal::Envelope(_) => "trading.wrong-key",
            Refusal::ObjectLate => "trading.object-late",
            Refusal::Answered => "trading.answered",
            Refusal::ObjectFirst => "trading.object-first",
            Refusal::ComplainLate { .. } => "trading.complain-late",
            Refusal::StillPublic { .. } => "trading.still-public",
            Refusal::NoCandidate => "trading.no-candidate",
            Refusal::AmountDiffers { .. } => "trading.amount-differs",
            Refusal::Panel { .. } => "trading.panel",
            Refusal::TooFewExperts { .. } => "trading.too-few-experts",
            Refusal::Sheet => "trading.sheet",
            Refusal::Scored => "trading.scored",
            Refusal::SheetsMissing { .. } => "trading.sheets-missing",
            Refusal::NothingHeld => "trading.nothing-held",
            Refusal::DepositTooLow { .. } => "trading.deposit-too-low",
            Refusal::BelowValuation { .. } => "trading.below-valuation",
            Refusal::AfterRounds { .. } => "trading.after-rounds",
            Refusal::BeforeRounds { .. } => "trading.before-rounds",
            Refusal::RoundsOver { .. } => "trading.rounds-over",
            Refusal::NotAdmitted { .. } => "trading.not-admitted",
            Refusal::OwnQuote { .. } => "trading.own-quote",
            Refusal::TooLow { .. } => "trading.too-low",
            Refusal::TooHigh { .. } => "trading.too-high",
            Refusal::NoForfeit => "trading.no-forfeit",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound => Class::NotFound,
            Refusal::NotTenderer
            | Refusal::NotCentre
            | Refusal::NotDrawn
            | Refusal::NotSupervisor
            | Refusal::NotCompany
            | Refusal::NotBidder
            | Refusal::NotAdmitted { .. }
            | Refusal::OwnTender
            | Refusal::NotHouse => Class::Forbidden,
            Refusal::UnknownProcedure
            | Refusal::TooShort { .. }
            | Refusal::NotEarlier
            | Refusal::DepositTooHigh { .. }
            | Refusal::DepositTooLow { .. }
            | Refusal::BelowValuation { .. }
            | Refusal::AfterRounds { .. }
            | Refusal::TooHigh { .. }
            | Refusal::Seats { .. }
            | Refusal::Amount { .. }
            | Refusal::Words { .. }
            | Refusal::Envelope(_)
            | Refusal::AmountDiffers { .. }
            | Refusal::Sheet => Class::Invalid,
            _ => Class::Conflict,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::TooShort { article, .. }
            | Refusal::DepositTooHigh { article, .. }
            | Refusal::DepositTooLow { article, .. }
            | Refusal::BelowValuation { article, .. }
            | Refusal::Seats { article, .. }
            | Refusal::StillPublic { article, .. } => Some(article),
            Refusal::BeforeDue { .. } => Some("招标投标法 第三十四条"),
            Refusal::TooLate { .. } => Some("招标投标法实施条例 第三十六条"),
            Refusal::DocumentsOver { .. } => Some("招标投标法实施条例 第十六条"),
            Refusal::Unanswered { .. } => Some("招标投标法实施条例 第二十二条、第四十四条、第五十四条"),
            Refusal::Suspended => Some("招标投标法实施条例 第六十二条"),
            Refusal::WindowOver => Some("电子招标投标办法 第三十一条"),
            Refusal::TooLow { .. } => Some("国土资源部令第39号 第十八条"),
            Refusal::ObjectFirst | Refusal::ComplainLate { .. } => Some("招标投标法实施条例 第六十条"),
            Refusal::AmountDiffers { .. } => Some("招标投标法 第四十六条"),
            Refusal::NoForfeit => Some("招标投标法实施条例 第七十四条"),
            Refusal::NoCandidate => Some("招标投标法实施条例 第五十五条"),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Refusal::TooShort { pointer, .. } | Refusal::Words { pointer } | Refusal::Amount { pointer } => {
                vec![FieldError::at(*pointer, self)]
            }
            Refusal::NotEarlier => vec![FieldError::at("/deadline", self)],
            Refusal::DepositTooHigh { .. } | Refusal::DepositTooLow { .. } => vec![FieldError::at("/deposit", self)],
            Refusal::BelowValuation { .. } => vec![FieldError::at("/rounds/start", self)],
            Refusal::AfterRounds { .. } => vec![FieldError::at("/deadline", self)],
            Refusal::TooLow { .. } | Refusal::TooHigh { .. } => vec![FieldError::at("/price", self)],
            Refusal::Seats { .. } => vec![FieldError::at("/seats", self)],
            Refusal::AmountDiffers { .. } => vec![FieldError::at("/amount", self)],
            Refusal::UnknownProcedure => vec![FieldError::at("/procedure", self)],
            _ => vec![],
        }
    }
}

/// Text of 1 to 5000 characters.
pub(crate) fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 5_000 { Err(Refusal::Words { pointer }) } else { Ok(text.to_owned()) }
}
