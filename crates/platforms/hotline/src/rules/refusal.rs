//! Why the hotline said no, in the reader's words.

use std::fmt;

use kernel::{Class, Date, Duty, FieldError, Refuse, Timestamp, local_time};

use crate::{ArticleState, Stage};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such order or article, or none that this person may know of.
    NotFound,
    /// The member of staff lacks the duty there.
    NotEmpowered {
        /// Any of these would do.
        duties: Vec<Duty>,
    },
    /// The order does not stand there.
    NotNow {
        /// Where it stands.
        stage: Stage,
        /// What was asked.
        command: &'static str,
    },
    /// Words that must not be empty.
    WordsMissing(&'static str),
    /// Too many words.
    TooLong {
        /// The field.
        pointer: &'static str,
        /// Characters at most.
        most: usize,
    },
    /// A kind that does not exist.
    UnknownKind,
    /// A category that does not exist.
    UnknownCategory,
    /// A place that does not exist.
    UnknownRegion,
    /// A unit that does not exist.
    UnknownUnit,
    /// A ground that is not on the list.
    UnknownGround,
    /// Another unit than the list names, or the one that returned it, without a reason.
    OtherUnit {
        /// The unit has returned it before.
        returned: bool,
    },
    /// It was returned once already.
    ReturnedAlready,
    /// Returning comes before disputing.
    ReturnFirst,
    /// The time for returning is over.
    ReturnLate {
        /// When it was.
        until: Date,
    },
    /// The centre settled it.
    CoordinationFinal,
    /// A redo stays with who handled it.
    RedoIsYours,
    /// The caller was not contacted yet.
    NotContacted,
    /// The caller left no number.
    NoPhone,
    /// Who called is protected.
    Protected,
    /// The clock rests already.
    Paused,
    /// The clock does not rest.
    NotPaused,
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
    /// Who handled it does not ask how it went.
    OwnFeedback,
    /// The caller is content.
    NothingToRedo,
    /// It was redone often enough.
    RedoneEnough {
        /// How often, at most.
        most: u32,
    },
    /// Only the caller may say this.
    OnlyTheCaller,
    /// It was said already.
    AlreadyRated,
    /// The time for it is over.
    RateLate {
        /// Calendar days.
        days: u32,
    },
    /// An order merged into itself.
    MergeSelf,
    /// The other order is closed.
    MergeClosed,
    /// A tip-off beside another matter.
    MergeTipOff,
    /// Too many are merged into it already.
    MergeFull {
        /// At most.
        most: usize,
    },
    /// Neither signed in nor a number.
    PhoneMissing,
    /// The number is none.
    PhoneWrong,
    /// The call is over.
    CallOver,
    /// Number and code do not go together.
    WrongCode,
    /// Too many wrong tries.
    LookupLocked {
        /// Until then.
        until: Timestamp,
    },
    /// Too many orders of one source in a day.
    TooMany {
        /// How many are taken.
        most: i64,
    },
    /// The program's key is none of ours.
    UnknownKey,
    /// Programs do not tip off.
    NotByProgram,
    /// Who wrote an article does not approve it.
    OwnArticle,
    /// A last day that is past.
    AlreadyExpired,
    /// The article does not stand there.
    ArticleNotNow {
        /// Where it stands.
        state: ArticleState,
    },
    /// There are numbers of people in what everybody may read.
    Personal(&'static str),
    /// The order is not closed yet.
    NotClosed,
    /// The same sending came with another content.
    KeyReused,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "hotline.not-found",
            Refusal::NotEmpowered { .. } => "hotline.not-empowered",
            Refusal::NotNow { .. } => "hotline.not-now",
            Refusal::WordsMissing(_) => "hotline.words-missing",
            Refusal::TooLong { .. } => "hotline.too-long",
            Refusal::UnknownKind => "hotline.unknown-kind",
            Refusal::UnknownCategory => "hotline.unknown-category",
            Refusal::UnknownRegion => "hotline.unknown-region",
            Refusal::UnknownUnit => "hotline.unknown-unit",
            Refusal::UnknownGround => "hotline.unknown-ground",
            Refusal::OtherUnit { .. } => "hotline.other-unit",
            Refusal::ReturnedAlready => "hotline.returned-already",
            Refusal::ReturnFirst => "hotline.return-first",
            Refusal::ReturnLate { .. } => "hotline.return-late",
            Refusal::CoordinationFinal => "hotline.coordination-final",
            Refusal::RedoIsYours => "hotline.redo-is-yours",
            Refusal::NotContacted => "hotline.not-contacted",
            Refusal::NoPhone => "hotline.no-phone",
            Refusal::Protected => "hotline.protected",
            Refusal::Paused => "hotline.paused",
            Refusal::NotPaused => "hotline.not-paused",
            Refusal::ExtendedAlready => "hotline.extended-already",
            Refusal::ExtensionLength { .. } => "hotline.extension-length",
            Refusal::Overdue { .. } => "hotline.overdue",
            Refusal::OwnFeedback => "hotline.own-feedback",
            Refusal::NothingToRedo => "hotline.nothing-to-redo",
            Refusal::RedoneEnough { .. } => "hotline.redone-enough",
            Refusal::OnlyTheCaller => "hotline.only-the-caller",
            Refusal::AlreadyRated => "hotline.already-rated",
            Refusal::RateLate { .. } => "hotline.rate-late",
            Refusal::MergeSelf => "hotline.merge-self",
            Refusal::MergeClosed => "hotline.merge-closed",
            Refusal::MergeTipOff => "hotline.merge-tip-off",
            Refusal::MergeFull { .. } => "hotline.merge-full",
            Refusal::PhoneMissing => "hotline.phone-missing",
            Refusal::PhoneWrong => "hotline.phone-wrong",
            Refusal::CallOver => "hotline.call-over",
            Refusal::WrongCode => "hotline.wrong-code",
            Refusal::LookupLocked { .. } => "hotline.lookup-locked",
            Refusal::TooMany { .. } => "hotline.too-many",
            Refusal::UnknownKey => "hotline.unknown-key",
            Refusal::NotByProgram => "hotline.not-by-program",
            Refusal::OwnArticle => "hotline.own-article",
            Refusal::AlreadyExpired => "hotline.already-expired",
            Refusal::ArticleNotNow { .. } => "hotline.article-not-now",
            Refusal::Personal(_) => "hotline.personal",
            Refusal::NotClosed => "hotline.not-closed",
            Refusal::KeyReused => "hotline.key-reused",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound | Refusal::WrongCode => Class::NotFound,
            Refusal::UnknownKey => Class::Unauthenticated,
            Refusal::NotEmpowered { .. }
            | Refusal::Protected
            | Refusal::OwnFeedback
            | Refusal::OwnArticle
            | Refusal::NotByProgram
            | Refusal::OnlyTheCaller => Class::Forbidden,
            Refusal::LookupLocked { .. } | Refusal::TooMany { .. } => Class::TooMany,
            Refusal::CallOver => Class::Gone,
            Refusal::WordsMissing(_)
            | Refusal::TooLong { .. }
            | Refusal::UnknownKind
            | Refusal::UnknownCategory
            | Refusal::UnknownRegion
            | Refusal::UnknownUnit
            | Refusal::UnknownGround
            | Refusal::OtherUnit { .. }
            | Refusal::ExtensionLength { .. }
            | Refusal::MergeSelf
            | Refusal::PhoneMissing
            | Refusal::PhoneWrong
            | Refusal::AlreadyExpired
            | Refusal::Personal(_) => Class::Invalid,
            _ => Class::Conflict,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::Protected | Refusal::MergeTipOff => Some("信访工作条例 第三十条"),
            Refusal::Personal(_) => Some("个人信息保护法 第六条"),
            Refusal::NotContacted | Refusal::OwnFeedback => Some("国办发〔2020〕53号"),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let pointer = match self {
            Refusal::WordsMissing(pointer) | Refusal::TooLong { pointer, .. } | Refusal::Personal(pointer) => *pointer,
            Refusal::UnknownKind => "/kind",
            Refusal::UnknownCategory => "/category",
            Refusal::UnknownRegion => "/region",
            Refusal::UnknownUnit => "/lead",
            Refusal::UnknownGround => "/ground",
            Refusal::OtherUnit { .. } => "/reason",
            Refusal::ExtensionLength { .. } => "/days",
            Refusal::MergeSelf | Refusal::MergeClosed | Refusal::MergeTipOff | Refusal::MergeFull { .. } => "/into",
            Refusal::PhoneMissing | Refusal::PhoneWrong => "/phone",
            Refusal::AlreadyExpired => "/valid_until",
            Refusal::NothingToRedo | Refusal::RedoneEnough { .. } => "/next",
            _ => return vec![],
        };
        vec![FieldError::at(pointer, self)]
    }
}

fn duty_word(duty: Duty) -> &'static str {
    match duty {
        Duty::Dispatch => "热线受理派单",
        Duty::Handle => "工单承办",
        Duty::FollowUp => "热线回访",
        Duty::LeadHotline => "热线管理",
        Duty::Supervise => "监察",
        _ => "相应",
    }
}

fn what(pointer: &str) -> &'static str {
    match pointer {
        "/title" => "一句话说清是什么事",
        "/text" => "写一写经过和要求",
        "/place" => "写一写地点",
        "/words" => "写一写说明",
        "/reason" => "写一写理由",
        "/demand" => "写一写督办要求",
        "/purpose" => "写一写为什么要看",
        "/source" => "写出处",
        "/name" => "写名称",
        _ => "这一项没有填",
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有找到，或者不归您看。请核对工单编号。"),
            Refusal::NotEmpowered { duties } => {
                let words: Vec<&str> = duties.iter().map(|duty| duty_word(*duty)).collect();
                write!(f, "需要这里的{}职权。请换有职权的人来办，或者请管理员授权。", words.join("或者"))
            }
            Refusal::NotNow { stage, .. } => {
                write!(f, "工单现在是“{}”，不能这样办。请刷新页面看最新状态。", stage.word())
            }
            Refusal::WordsMissing(pointer) => write!(f, "{}。", what(pointer)),
            Refusal::TooLong { most, .. } => write!(f, "写得太长了，最多 {most} 个字。"),
            Refusal::UnknownKind => f.write_str("选一个类型。"),
            Refusal::UnknownCategory => f.write_str("选一个事情的类别。"),
            Refusal::UnknownRegion => f.write_str("选一个地区。"),
            Refusal::UnknownUnit => f.write_str("没有这个单位，请从清单里选。"),
            Refusal::UnknownGround => f.write_str("选一个退单的依据。"),
            Refusal::OtherUnit { returned: false } => f.write_str("派给的不是责任清单上的单位，请写一句为什么。"),
            Refusal::OtherUnit { returned: true } => f.write_str("这个单位刚退过单，再派给它要写一句为什么。"),
            Refusal::ReturnedAlready => {
                f.write_str("这张工单已经退过一次。仍认为不归本单位的，请提出争议，由热线中心协调。")
            }
            Refusal::ReturnFirst => f.write_str("这张工单还没有退过，请先退单并写明依据。"),
            Refusal::ReturnLate { until } => {
                write!(f, "退单要在 {} 以前，现在已经过了。请办理，或者联系热线中心。", day(*until))
            }
            Refusal::CoordinationFinal => f.write_str("热线中心已经协调定了由您单位办，不能再退。请办理。"),
            Refusal::RedoIsYours => f.write_str("重办由原承办单位办，不能退单。请联系来电人核实后再办。"),
            Refusal::NotContacted => f.write_str("还没有联系过来电人。请先联系并登记，再反馈。"),
            Refusal::NoPhone => f.write_str("来电人没有留号码，不用联系，可以直接反馈。"),
            Refusal::Protected => {
                f.write_str("来电人的身份受保护，承办单位不能看、不能联系。需要核实的，请热线中心代问。")
            }
            Refusal::Paused => f.write_str("办理计时已经停着。请先恢复计时。"),
            Refusal::NotPaused => f.write_str("办理计时没有停。"),
            Refusal::ExtendedAlready => f.write_str("已经延期过一次，不能再延。请尽快办理并反馈。"),
            Refusal::ExtensionLength { most } => write!(f, "延期 1 到 {most} 个工作日，请改一下天数。"),
            Refusal::Overdue { due } => write!(f, "期限 {} 已过，不能再停表或者延期。请马上办理并反馈。", day(*due)),
            Refusal::OwnFeedback => f.write_str("这张工单是您办的，要由别人回访。"),
            Refusal::NothingToRedo => f.write_str("来电人说已经解决而且满意，不用重办。请选办结。"),
            Refusal::RedoneEnough { most } => {
                write!(f, "已经重办过 {most} 次。请写明情况后办结，或者由热线管理人员督办。")
            }
            Refusal::OnlyTheCaller => f.write_str("只有来电人自己能评。"),
            Refusal::AlreadyRated => f.write_str("已经评过了，谢谢。还有话要说，请再打 12345。"),
            Refusal::RateLate { days } => write!(f, "办结超过 {days} 天，不能再评。还没解决的，请再打 12345。"),
            Refusal::MergeSelf => f.write_str("不能并进自己，请换一个工单编号。"),
            Refusal::MergeClosed => f.write_str("要并进的工单已经办结。请单独派单。"),
            Refusal::MergeTipOff => f.write_str("举报只能和举报并案，并进别的工单会让人知道有人举报。请单独派单。"),
            Refusal::MergeFull { most } => {
                write!(f, "这张工单已经并进 {most} 张。请单独派单，或者并进另一张同一件事的工单。")
            }
            Refusal::PhoneMissing => f.write_str("留一个手机号码，好把结果告诉您；或者登录以后再写。"),
            Refusal::PhoneWrong => f.write_str("手机号码不对，请填 11 位手机号码。"),
            Refusal::CallOver => f.write_str("这一通电话已经结束。请重新接听。"),
            Refusal::WrongCode => f.write_str("工单编号和查询码对不上。请核对后再试，或者打 12345。"),
            Refusal::LookupLocked { until } => {
                let time = local_time(*until);
                write!(f, "试错太多次，请在 {:02}:{:02} 以后再试，或者打 12345。", time.hour(), time.minute())
            }
            Refusal::TooMany { most } => write!(f, "今天已经收到您 {most} 件。急事请直接打 12345。"),
            Refusal::UnknownKey => f.write_str("api_key 不对或者已经停用。请向热线中心申请。"),
            Refusal::NotByProgram => f.write_str("举报不能走公开接口。请打 12345 或者在网站上写，身份受保护。"),
            Refusal::OwnArticle => f.write_str("自己写的知识要由别人审核。"),
            Refusal::AlreadyExpired => f.write_str("有效期已经过了，请填今天以后的日期。"),
            Refusal::ArticleNotNow { state } => write!(f, "这条知识现在是“{}”，不能这样办。", state.word()),
            Refusal::Personal(_) => f.write_str("里面有像电话或者证件号码的数字。请删掉个人信息再提交。"),
            Refusal::NotClosed => f.write_str("工单还没有办结，办结以后才能写进知识库。"),
            Refusal::KeyReused => f.write_str("这张表已经交过，内容又改了。请打开新的一页再写。"),
        }
    }
}

fn day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

impl std::error::Error for Refusal {}
