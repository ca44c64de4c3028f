//! Why the rules say no.

use std::fmt;

use kernel::{BasicCode, Class, Date, FieldError, ProjectCode, Refuse};

use crate::Element;

/// The rules said no.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// No such project, or none that this person may know of.
    NotFound,
    /// Only a company or body has investment projects.
    NotUnit,
    /// Only the unit of the project may do this.
    OnlyTheUnit,
    /// The agent's mandate does not cover investment projects.
    NoMandate,
    /// Only who decides for the lead department may do this.
    NotLead,
    /// Something is missing from the notice.
    Incomplete {
        /// All of it.
        missing: Vec<Element>,
    },
    /// It may not be built.
    Barred {
        /// What.
        what: String,
        /// By which article.
        article: String,
    },
    /// No such line in the ratification catalogue.
    UnknownLine,
    /// The unit has a project of that name.
    SameName {
        /// Its code.
        code: ProjectCode,
    },
    /// All codes of this month and county are given.
    CodesUsedUp,
    /// Investment is not led in that region.
    NoLead,
    /// An earlier stage is not done.
    StageLocked {
        /// Which.
        behind: String,
    },
    /// The item is no approval of that stage for this project.
    NotOfStage {
        /// Which.
        item: BasicCode,
    },
    /// It is on its way or granted.
    AlreadyFiled {
        /// Which.
        item: BasicCode,
    },
    /// One that belongs to the stage was left out.
    NotJoint {
        /// Which.
        item: BasicCode,
    },
    /// Everything is filed or granted.
    NothingToSubmit,
    /// Casework refused one of the cases, so none was filed.
    Case {
        /// The item's name.
        item: String,
        /// Why.
        refusal: Box<casework::Refusal>,
    },
    /// The certificate cannot be made.
    Certificate(licences::Refusal),
    /// The construction permit is not there yet.
    NoPermitYet,
    /// The start was not reported yet.
    NotStarted,
    /// That was reported.
    ReportedBefore,
    /// Another period comes first.
    OtherPeriod {
        /// Which.
        next: String,
    },
    /// The period has not begun.
    PeriodAhead {
        /// Its first day.
        from: Date,
    },
    /// The works were not accepted yet.
    NotAcceptedYet,
    /// All is reported.
    AllReported,
    /// The day cannot be right.
    BadDay,
    /// Less was invested than reported before.
    InvestedLess,
    /// Words are missing, or too many.
    Words {
        /// Which.
        pointer: &'static str,
    },
    /// Something is found already; that comes first.
    FoundAlready,
    /// Nothing is found.
    NothingFound,
    /// A missing report is mended by reporting.
    ReportInstead,
    /// It is on the list.
    ListedAlready,
    /// The unit may still answer.
    MayStillAnswer {
        /// Until when.
        until: Date,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有找到这个项目。请核对项目代码，24 位一位也不能错。"),
            Refusal::NotUnit => f.write_str("投资项目由企业或者单位办理。请先在“替谁办事”里换成您的单位。"),
            Refusal::OnlyTheUnit => f.write_str("这一步由项目单位自己办理。请换成项目单位的身份。"),
            Refusal::NoMandate => f.write_str("您得到的委托不包括投资项目。请委托人增加委托范围。"),
            Refusal::NotLead => f.write_str("这一步由项目所在地投资主管部门有决定权的人办理。请转给他们。"),
            Refusal::Incomplete { missing } => {
                write!(f, "还有 {} 处没有填好，填齐就能提交：", missing.len())?;
                missing.iter().try_for_each(|element| f.write_str(element.say()))
            }
            Refusal::Barred { what, .. } => {
                write!(f, "这个项目属于“{what}”，不能核准，也不能备案。请调整建设内容，或者咨询投资主管部门。")
            }
            Refusal::UnknownLine => f.write_str("目录里没有选的这一项。请重新选。"),
            Refusal::SameName { code } => {
                write!(f, "您已经有一个同名的项目（{code}）。继续办请打开它；确实是另一个项目，请换一个名称。")
            }
            Refusal::CodesUsedUp => f.write_str("本月本地区的项目代码用完了。请下月再办，或者联系投资主管部门。"),
            Refusal::NoLead => f.write_str("这个地区没有投资主管部门。请重新选建设地区。"),
            Refusal::StageLocked { behind } => {
                write!(f, "“{behind}”阶段还没有办完，这一阶段还不能申请。请先办完前一阶段。")
            }
            Refusal::NotOfStage { item } => write!(f, "事项 {item} 不属于这个项目的这一阶段。请回到项目页面重新选。"),
            Refusal::AlreadyFiled { item } => {
                write!(f, "事项 {item} 已经在办或者已经办成，不用再申请。请在项目页面看进度。")
            }
            Refusal::NotJoint { item } => write!(f, "并联申报要一起提交，缺了事项 {item}。请回到项目页面重新提交。"),
            Refusal::NothingToSubmit => f.write_str("这一阶段现在没有要申请的。请在项目页面看进度。"),
            Refusal::Case { item, refusal } => write!(f, "“{item}”不能提交，这一阶段都没有提交：{refusal}"),
            Refusal::Certificate(refusal) => refusal.fmt(f),
            Refusal::NoPermitYet => f.write_str("还没有取得施工许可，不能开工，也不能报开工。请先办完施工许可阶段。"),
            Refusal::NotStarted => f.write_str("还没有报开工。请先报开工。"),
            Refusal::ReportedBefore => f.write_str("这一项已经报过了，不用再报。"),
            Refusal::OtherPeriod { next } => write!(f, "现在要报的是{next}。请按顺序报。"),
            Refusal::PeriodAhead { from } => {
                write!(f, "下一期从{}月{}日开始，到时再报。", from.month(), from.day())
            }
            Refusal::NotAcceptedYet => f.write_str("工程还没有竣工验收备案，不能报竣工。请先办完竣工验收阶段。"),
            Refusal::AllReported => f.write_str("竣工已经报过，这个项目没有要报的了。"),
            Refusal::BadDay => f.write_str("日期不对：不能晚于今天，也不能早于前一步。请改好再报。"),
            Refusal::InvestedLess => f.write_str("累计完成投资不能比上次报的少。请核对数字。"),
            Refusal::Words { .. } => f.write_str("请写清楚，2000 字以内。"),
            Refusal::FoundAlready => f.write_str("这个项目已经有一条没有了结的告知。请先了结它。"),
            Refusal::NothingFound => f.write_str("这个项目没有要说明的问题。"),
            Refusal::ReportInstead => f.write_str("逾期没有报告的，补报就会移出，不用另外说明。请补报。"),
            Refusal::ListedAlready => f.write_str("这个项目已经在异常名录里。"),
            Refusal::MayStillAnswer { until } => {
                write!(f, "项目单位在{}月{}日前还可以说明，过后才能列入。", until.month(), until.day())
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "investment.not-found",
            Refusal::NotUnit => "investment.not-unit",
            Refusal::OnlyTheUnit => "investment.only-the-unit",
            Refusal::NoMandate => "investment.no-mandate",
            Refusal::NotLead => "investment.not-lead",
            Refusal::Incomplete { .. } => "investment.incomplete",
            Refusal::Barred { .. } => "investment.barred",
            Refusal::UnknownLine => "investment.unknown-line",
            Refusal::SameName { .. } => "investment.same-name",
            Refusal::CodesUsedUp => "investment.codes-used-up",
            Refusal::NoLead => "investment.no-lead",
            Refusal::StageLocked { .. } => "investment.stage-locked",
            Refusal::NotOfStage { .. } => "investment.not-of-stage",
            Refusal::AlreadyFiled { .. } => "investment.already-filed",
            Refusal::NotJoint { .. } => "investment.not-joint",
            Refusal::NothingToSubmit => "investment.nothing-to-submit",
            Refusal::Case { refusal, .. } => refusal.code(),
            Refusal::Certificate(refusal) => refusal.code(),
            Refusal::NoPermitYet => "investment.no-permit-yet",
            Refusal::NotStarted => "investment.not-started",
            Refusal::ReportedBefore => "investment.reported-before",
            Refusal::OtherPeriod { .. } => "investment.other-period",
            Refusal::PeriodAhead { .. } => "investment.period-ahead",
            Refusal::NotAcceptedYet => "investment.not-accepted-yet",
            Refusal::AllReported => "investment.all-reported",
            Refusal::BadDay => "investment.bad-day",
            Refusal::InvestedLess => "investment.invested-less",
            Refusal::Words { .. } => "investment.words",
            Refusal::FoundAlready => "investment.found-already",
            Refusal::NothingFound => "investment.nothing-found",
            Refusal::ReportInstead => "investment.report-instead",
            Refusal::ListedAlready => "investment.listed-already",
            Refusal::MayStillAnswer { .. } => "investment.may-still-answer",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound => Class::NotFound,
            Refusal::NotUnit | Refusal::OnlyTheUnit | Refusal::NoMandate | Refusal::NotLead => Class::Forbidden,
            Refusal::Incomplete { .. }
            | Refusal::UnknownLine
            | Refusal::NotOfStage { .. }
            | Refusal::NotJoint { .. }
            | Refusal::NoLead
            | Refusal::BadDay
            | Refusal::InvestedLess
            | Refusal::Words { .. } => Class::Invalid,
            Refusal::Case { refusal, .. } => refusal.class(),
            Refusal::Certificate(refusal) => refusal.class(),
            Refusal::Barred { .. }
            | Refusal::SameName { .. }
            | Refusal::CodesUsedUp
            | Refusal::StageLocked { .. }
            | Refusal::AlreadyFiled { .. }
            | Refusal::NothingToSubmit
            | Refusal::NoPermitYet
            | Refusal::NotStarted
            | Refusal::ReportedBefore
            | Refusal::OtherPeriod { .. }
            | Refusal::NotAcceptedYet
            | Refusal::AllReported
            | Refusal::FoundAlready
            | Refusal::NothingFound
            | Refusal::ReportInstead
            | Refusal::ListedAlready
            | Refusal::MayStillAnswer { .. }
            | Refusal::PeriodAhead { .. } => Class::Conflict,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::Incomplete { .. } => Some("企业投资项目核准和备案管理条例 第十三条"),
            Refusal::Barred { .. } => Some("政府核准的投资项目目录（2016 年本）第三条"),
            Refusal::NoPermitYet => Some("建筑法 第七条"),
            Refusal::NotAcceptedYet => Some("建筑法 第六十一条"),
            Refusal::NotStarted | Refusal::OtherPeriod { .. } | Refusal::InvestedLess | Refusal::ReportInstead => {
                Some("企业投资项目核准和备案管理条例 第十七条")
            }
            Refusal::NotLead => Some("行政许可法 第二十二条"),
            Refusal::Case { refusal, .. } => refusal.article(),
            Refusal::Certificate(refusal) => refusal.article(),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Refusal::Incomplete { missing } => missing
                .iter()
                .map(|element| FieldError {
                    pointer: format!("/{}", element.key()),
                    code: "investment.incomplete",
                    detail: element.say().to_owned(),
                })
                .collect(),
            Refusal::Words { pointer } => vec![FieldError::at(*pointer, self)],
            Refusal::BadDay => vec![FieldError::at("/day", self)],
            Refusal::InvestedLess => vec![FieldError::at("/invested", self)],
            Refusal::UnknownLine => vec![FieldError::at("/line", self)],
            Refusal::SameName { .. } => vec![FieldError::at("/name", self)],
            Refusal::NoLead => vec![FieldError::at("/region", self)],
            Refusal::Barred { .. } => vec![FieldError::at("/industry", self)],
            _ => vec![],
        }
    }
}

/// Text of 2 to 2000 characters.
pub(super) fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if (2..=2_000).contains(&text.chars().count()) { Ok(text.to_owned()) } else { Err(Refusal::Words { pointer }) }
}
