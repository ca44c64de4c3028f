//! Why evaluation said no, in the reader's words.

use std::fmt;

use kernel::{Class, Date, Duty, FieldError, Refuse};

use super::TEXT_MOST;
use crate::{ExposureState, Stage};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such service or report, or none that this person may know of.
    NotFound,
    /// The link is not one of ours.
    LinkUnknown,
    /// The link was used.
    LinkUsed,
    /// Only whoever was served may do this.
    OnlyTheServed,
    /// The member of staff lacks the duty there.
    NotEmpowered {
        /// Any of these would do.
        duties: Vec<Duty>,
    },
    /// The member of staff handled what is rated.
    OwnService,
    /// It was rated already.
    AlreadyRated,
    /// It was followed up already.
    AlreadyFollowed,
    /// There is no first rating to follow up.
    NothingToFollow,
    /// A redress is under way; the follow-up comes after it.
    RedressUnderWay {
        /// By when it should be over.
        until: Date,
    },
    /// The time for rating is over.
    TooLate {
        /// When it was.
        until: Date,
    },
    /// No level was chosen.
    LevelMissing,
    /// An aspect that is not on the list.
    UnknownAspect,
    /// Words that must not be empty.
    WordsMissing(&'static str),
    /// Too many words.
    TooLong {
        /// The field.
        pointer: &'static str,
        /// Characters at most.
        most: usize,
    },
    /// There is no redress.
    NoRedress,
    /// The redress does not stand there.
    NotNow {
        /// Where it stands.
        stage: Stage,
        /// What was asked.
        command: &'static str,
    },
    /// Setting a rating aside needs two.
    SecondPerson,
    /// Settling an objection needs a third.
    ThirdPerson,
    /// The objection was settled already.
    Settled,
    /// The time to object is over.
    ObjectionLate {
        /// When it was.
        until: Date,
    },
    /// It was extended already.
    ExtendedAlready,
    /// An extension of no days, or of too many.
    ExtensionLength {
        /// Working days at most.
        most: u32,
    },
    /// The time has run out.
    Overdue {
        /// The last day.
        due: Date,
    },
    /// There are numbers of people in what is to be published.
    Personal(&'static str),
    /// There is nothing that waits to be published.
    NothingToPublish,
    /// A kind of report that does not exist.
    UnknownKind,
    /// A place or department that does not exist.
    UnknownUnit,
    /// Too many reports in one day.
    TooManyReports {
        /// How many are taken.
        most: i64,
    },
    /// The report does not stand there.
    ExposureNotNow {
        /// Where it stands.
        state: ExposureState,
        /// What was asked.
        command: &'static str,
    },
    /// The same idempotency key came with another content.
    KeyReused,
}

/// `text` without what nobody can see and without outer spaces.
pub(crate) fn clean(text: &str) -> String {
    let seen = |found: &char| {
        let is_control = found.is_control() && !matches!(found, '\n' | '\t');
        let is_hidden =
            matches!(found, '\u{200b}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        !(is_control || is_hidden)
    };
    text.chars().filter(seen).collect::<String>().trim().to_owned()
}

/// `text` cleaned, which must not be empty or far too long.
pub(crate) fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = clean(text);
    match text.chars().count() {
        0 => Err(Refusal::WordsMissing(pointer)),
        n if n > TEXT_MOST => Err(Refusal::TooLong { pointer, most: TEXT_MOST }),
        _ => Ok(text),
    }
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "evaluation.not-found",
            Refusal::LinkUnknown => "evaluation.link-unknown",
            Refusal::LinkUsed => "evaluation.link-used",
            Refusal::OnlyTheServed => "evaluation.only-the-served",
            Refusal::NotEmpowered { .. } => "evaluation.not-empowered",
            Refusal::OwnService => "evaluation.own-service",
            Refusal::AlreadyRated => "evaluation.already-rated",
            Refusal::AlreadyFollowed => "evaluation.already-followed-up",
            Refusal::NothingToFollow => "evaluation.nothing-to-follow-up",
            Refusal::RedressUnderWay { .. } => "evaluation.redress-under-way",
            Refusal::TooLate { .. } => "evaluation.too-late",
            Refusal::LevelMissing => "evaluation.level-missing",
            Refusal::UnknownAspect => "evaluation.unknown-aspect",
            Refusal::WordsMissing(_) => "evaluation.words-missing",
            Refusal::TooLong { .. } => "evaluation.too-long",
            Refusal::NoRedress => "evaluation.no-redress",
            Refusal::NotNow { .. } => "evaluation.not-now",
            Refusal::SecondPerson => "evaluation.second-person",
            Refusal::ThirdPerson => "evaluation.third-person",
            Refusal::Settled => "evaluation.settled",
            Refusal::ObjectionLate { .. } => "evaluation.objection-late",
            Refusal::ExtendedAlready => "evaluation.extended-already",
            Refusal::ExtensionLength { .. } => "evaluation.extension-length",
            Refusal::Overdue { .. } => "evaluation.overdue",
            Refusal::Personal(_) => "evaluation.personal",
            Refusal::NothingToPublish => "evaluation.nothing-to-publish",
            Refusal::UnknownKind => "evaluation.unknown-kind",
            Refusal::UnknownUnit => "evaluation.unknown-unit",
            Refusal::TooManyReports { .. } => "evaluation.too-many-reports",
            Refusal::ExposureNotNow { .. } => "evaluation.exposure-not-now",
            Refusal::KeyReused => "evaluation.key-reused",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound | Refusal::LinkUnknown => Class::NotFound,
            Refusal::LinkUsed => Class::Gone,
            Refusal::OnlyTheServed
            | Refusal::NotEmpowered { .. }
            | Refusal::OwnService
            | Refusal::SecondPerson
            | Refusal::ThirdPerson => Class::Forbidden,
            Refusal::AlreadyRated
            | Refusal::AlreadyFollowed
            | Refusal::NothingToFollow
            | Refusal::RedressUnderWay { .. }
            | Refusal::TooLate { .. }
            | Refusal::NoRedress
            | Refusal::NotNow { .. }
            | Refusal::Settled
            | Refusal::ObjectionLate { .. }
            | Refusal::ExtendedAlready
            | Refusal::Overdue { .. }
            | Refusal::NothingToPublish
            | Refusal::ExposureNotNow { .. } => Class::Conflict,
            Refusal::TooManyReports { .. } => Class::TooMany,
            Refusal::LevelMissing
            | Refusal::UnknownAspect
            | Refusal::WordsMissing(_)
            | Refusal::TooLong { .. }
            | Refusal::ExtensionLength { .. }
            | Refusal::Personal(_)
            | Refusal::UnknownKind
            | Refusal::UnknownUnit
            | Refusal::KeyReused => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::AlreadyRated | Refusal::AlreadyFollowed | Refusal::NothingToFollow => {
                Some("GB/T 39734-2020 一次一评")
            }
            Refusal::OwnService | Refusal::SecondPerson | Refusal::ThirdPerson => Some("国办发〔2019〕51号"),
            Refusal::Personal(_) => Some("个人信息保护法 第二十五条"),
            _ => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let words = match self {
            Refusal::NotFound => "请从“我的评价”或者办件页面重新打开，也可以打 12345。",
            Refusal::LinkUnknown => "请核对链接或者重新扫码；登录后也可以在“我的评价”里评价。",
            Refusal::LinkUsed | Refusal::AlreadyRated => "登录后可以在“我的评价”里追评一次。",
            Refusal::AlreadyFollowed | Refusal::TooLate { .. } => "还有话要说，请用“曝光纠错”或者打 12345。",
            Refusal::NothingToFollow => "请先评价。",
            Refusal::OnlyTheServed => "请用办这件事时的身份登录。",
            Refusal::NotEmpowered { .. } | Refusal::OwnService => "请交给负责服务评价的同事。",
            Refusal::SecondPerson => "请另一位同事复核。",
            Refusal::ThirdPerson => "请没有参与过的监督人员处理。",
            Refusal::Personal(_) => "请把号码、邮箱去掉或者改成星号后再公开。",
            Refusal::TooManyReports { .. } => "请明天再来；急事请打 12345。",
            Refusal::Settled | Refusal::ObjectionLate { .. } => "仍然不服，可以打 12345 投诉。",
            _ => return None,
        };
        Some(words.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        let pointer = match self {
            Refusal::LevelMissing => "/level",
            Refusal::UnknownAspect => "/aspects",
            Refusal::WordsMissing(pointer) | Refusal::Personal(pointer) | Refusal::TooLong { pointer, .. } => pointer,
            Refusal::ExtensionLength { .. } => "/days",
            Refusal::UnknownKind => "/kind",
            Refusal::UnknownUnit => "/region",
            _ => return vec![],
        };
        vec![FieldError::at(pointer, self)]
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有找到这条评价。"),
            Refusal::LinkUnknown => f.write_str("没有这个评价链接。"),
            Refusal::LinkUsed => f.write_str("这个评价链接已经用过。"),
            Refusal::OnlyTheServed => f.write_str("只有办这件事的人可以这样做。"),
            Refusal::NotEmpowered { .. } => f.write_str("您的岗位没有处理评价的职权。"),
            Refusal::OwnService => f.write_str("这件事是您办的，不能由您处理对它的评价。"),
            Refusal::AlreadyRated => f.write_str("这次服务已经评价过了，一次服务只评一次。"),
            Refusal::AlreadyFollowed => f.write_str("这次服务已经追评过了，只能追评一次。"),
            Refusal::NothingToFollow => f.write_str("还没有评价过，不能追评。"),
            Refusal::RedressUnderWay { until } => {
                write!(f, "您的评价正在整改，最迟{}答复；答复以后再追评。", day(*until))
            }
            Refusal::TooLate { until } => write!(f, "评价的时间{}已经过了。", day(*until)),
            Refusal::LevelMissing => f.write_str("选一个满意程度。"),
            Refusal::UnknownAspect => f.write_str("选的方面不在清单上，请刷新页面后重选。"),
            Refusal::WordsMissing(_) => f.write_str("这一栏要写。"),
            Refusal::TooLong { most, .. } => write!(f, "写得太长，请控制在 {most} 字以内。"),
            Refusal::NoRedress => f.write_str("这条评价不是差评，没有要整改的。"),
            Refusal::NotNow { stage, command } => {
                write!(f, "这条差评现在是“{}”，不能{}。", stage.word(), asked(command))
            }
            Refusal::SecondPerson => f.write_str("认定误评或者恶意评价要两个人，您已经是第一个。"),
            Refusal::ThirdPerson => f.write_str("当事人有异议的，要由没有参与过认定的人处理。"),
            Refusal::Settled => f.write_str("您的异议已经有了结论。"),
            Refusal::ObjectionLate { until } => write!(f, "提出异议的时间{}已经过了。", day(*until)),
            Refusal::ExtendedAlready => f.write_str("整改只能延期一次，这一条已经延过。"),
            Refusal::ExtensionLength { most } => write!(f, "延期填 1 至 {most} 个工作日。"),
            Refusal::Overdue { due } => write!(f, "整改期限{}已经过了，不能再延期。", day(*due)),
            Refusal::Personal(_) => f.write_str("要公开的文字里有号码或者邮箱。"),
            Refusal::NothingToPublish => f.write_str("这条评价没有等待公开的内容。"),
            Refusal::UnknownKind => f.write_str("选一类问题。"),
            Refusal::UnknownUnit => f.write_str("选一个地区，再选部门。"),
            Refusal::TooManyReports { most } => write!(f, "同一个人一天最多反映 {most} 条。"),
            Refusal::ExposureNotNow { state, command } => {
                write!(f, "这条反映现在是“{}”，不能{}。", state.word(), asked(command))
            }
            Refusal::KeyReused => f.write_str("这次请求的重复提交标识用过，但内容不同。请换一个标识后重试。"),
        }
    }
}

impl std::error::Error for Refusal {}

fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A command in the middle of a Chinese sentence.
fn asked(command: &str) -> &'static str {
    match command {
        "contact" => "登记联系",
        "verify" => "核实",
        "confirm" => "复核",
        "object" => "提出异议",
        "settle" => "处理异议",
        "extend" => "延期",
        "reply" => "答复",
        "publish" => "公开",
        "rectify" => "登记整改",
        "close" => "办结",
        _ => "这样处理",
    }
}
