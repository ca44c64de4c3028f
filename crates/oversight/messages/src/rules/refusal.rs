//! Why this room said no, in the reader's words.

use std::fmt;

use kernel::{Class, FieldError, Refuse};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such thread, message or question, or none that this person may know of.
    NotFound,
    /// Only the system administrator may do this.
    NotAllowed,
    /// A staff act without a reason.
    ReasonMissing,
    /// The routing has faults; nothing was changed.
    BadRouting {
        /// Each of them.
        faults: Vec<String>,
    },
    /// There is no such group or channel.
    UnknownGroup,
    /// The law requires these messages to be served.
    MustBeServed {
        /// The group.
        group: String,
        /// The article.
        law: String,
    },
    /// Only the party itself may set this.
    NotYours,
    /// Nothing was written.
    NoWords,
    /// More was written than is kept.
    TooLong {
        /// Characters allowed.
        most: usize,
    },
    /// Characters that nobody can see.
    Hidden,
    /// Several questions about the case wait already.
    EnoughAsked {
        /// How many may.
        most: usize,
    },
    /// A colleague was faster.
    AlreadyAnswered,
    /// There is no answer yet to judge.
    NotAnsweredYet,
    /// It was judged before.
    AlreadyJudged,
    /// The SMS is not parked: it was sent, or is on its way.
    NotParked,
    /// A code was sent a moment ago.
    CodeTooSoon {
        /// Seconds of the house's clock until another may be sent.
        seconds: i64,
    },
    /// Enough codes for today.
    CodesEnough,
    /// The code is wrong.
    CodeWrong {
        /// Tries left.
        left: u32,
    },
    /// The code is too old, was used, or was missed too often.
    CodeOver,
    /// No mobile number is known to which a code could go.
    NoNumber,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有这条消息，或者它不是发给您现在这个身份的。"),
            Refusal::NotAllowed => f.write_str("只有系统管理员能改消息规则、重发短信。"),
            Refusal::ReasonMissing => f.write_str("请写明理由，会记入日志。"),
            Refusal::BadRouting { faults } => {
                write!(f, "消息规则有 {} 处不对，没有启用：{}", faults.len(), faults.join("；"))
            }
            Refusal::UnknownGroup => f.write_str("没有这一类消息。"),
            Refusal::MustBeServed { group, law } => {
                write!(f, "“{group}”是法律规定必须送达的（{law}），不能关。")
            }
            Refusal::NotYours => f.write_str("接收方式只能由本人或法定代表人设置。"),
            Refusal::NoWords => f.write_str("还没有写内容。"),
            Refusal::TooLong { most } => write!(f, "最多写 {most} 个字，请删短一些。"),
            Refusal::Hidden => f.write_str("内容里有看不见的字符，请删去后重新输入。"),
            Refusal::EnoughAsked { most } => write!(f, "这件办件已经有 {most} 个问题在等答复。"),
            Refusal::AlreadyAnswered => f.write_str("这个问题已经有人答复了。"),
            Refusal::NotAnsweredYet => f.write_str("这个问题还没有答复。"),
            Refusal::AlreadyJudged => f.write_str("这条答复您已经评过了。"),
            Refusal::NotParked => f.write_str("这条短信没有停发：已经发出，或者正在发。"),
            Refusal::CodeTooSoon { seconds } => write!(f, "验证码刚发过，{seconds} 秒后可以再发。"),
            Refusal::CodesEnough => f.write_str("今天发的验证码够多了。"),
            Refusal::CodeWrong { left } => write!(f, "验证码不对，还可以试 {left} 次。"),
            Refusal::CodeOver => f.write_str("验证码过期了、用过了，或者输错太多次。"),
            Refusal::NoNumber => f.write_str("没有登记手机号，发不了验证码。"),
        }
    }
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "messages.not-found",
            Refusal::NotAllowed => "messages.not-allowed",
            Refusal::ReasonMissing => "messages.reason-missing",
            Refusal::BadRouting { .. } => "messages.bad-routing",
            Refusal::UnknownGroup => "messages.unknown-group",
            Refusal::MustBeServed { .. } => "messages.must-be-served",
            Refusal::NotYours => "messages.not-yours",
            Refusal::NoWords => "messages.no-words",
            Refusal::TooLong { .. } => "messages.too-long",
            Refusal::Hidden => "messages.hidden",
            Refusal::EnoughAsked { .. } => "messages.enough-asked",
            Refusal::AlreadyAnswered => "messages.already-answered",
            Refusal::NotAnsweredYet => "messages.not-answered",
            Refusal::AlreadyJudged => "messages.already-judged",
            Refusal::NotParked => "messages.not-parked",
            Refusal::CodeTooSoon { .. } => "messages.code-too-soon",
            Refusal::CodesEnough => "messages.codes-enough",
            Refusal::CodeWrong { .. } => "messages.code-wrong",
            Refusal::CodeOver => "messages.code-over",
            Refusal::NoNumber => "messages.no-number",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound | Refusal::UnknownGroup => Class::NotFound,
            Refusal::NotAllowed | Refusal::NotYours => Class::Forbidden,
            Refusal::ReasonMissing
            | Refusal::BadRouting { .. }
            | Refusal::NoWords
            | Refusal::TooLong { .. }
            | Refusal::Hidden
            | Refusal::CodeWrong { .. }
            | Refusal::CodeOver
            | Refusal::NoNumber => Class::Invalid,
            Refusal::EnoughAsked { .. } | Refusal::CodeTooSoon { .. } | Refusal::CodesEnough => Class::TooMany,
            Refusal::MustBeServed { .. }
            | Refusal::AlreadyAnswered
            | Refusal::NotAnsweredYet
            | Refusal::AlreadyJudged
            | Refusal::NotParked => Class::Conflict,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::EnoughAsked { .. } => Some("行政许可法 第三十条"),
            Refusal::MustBeServed { .. } => Some("行政许可法 第四十四条"),
            _ => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let say = match self {
            Refusal::NotFound => "请从“我的消息”重新打开，或者换成当时的身份再看。",
            Refusal::NotAllowed => "请找本单位的系统管理员。",
            Refusal::BadRouting { .. } => "请按提示改好文件，再启用一次。",
            Refusal::UnknownGroup => "请从“接收方式”页面重新打开。",
            Refusal::NotYours => "请由本人登录，或者请法定代表人登录后设置。",
            Refusal::MustBeServed { .. } => "其他几类的短信可以关。",
            Refusal::EnoughAsked { .. } => "请等答复，1 个工作日内会有；着急可以打 12345。",
            Refusal::AlreadyAnswered => "请刷新页面看同事的答复。",
            Refusal::NotAnsweredYet => "答复会到“我的消息”，着急可以打 12345。",
            Refusal::AlreadyJudged => "还有不清楚的，可以接着问。",
            Refusal::NotParked => "请刷新页面看它现在的状态。",
            Refusal::CodeTooSoon { .. } => "没收到的话，看看是不是被手机拦截了。",
            Refusal::CodesEnough => "请明天再试，或者用密码登录；也可以带身份证到窗口办。",
            Refusal::CodeWrong { .. } => "请对照最新一条短信再输一次。",
            Refusal::CodeOver => "请重新发一个验证码。",
            Refusal::NoNumber => "请带身份证到任何一个政务服务中心登记手机号。",
            Refusal::ReasonMissing | Refusal::NoWords | Refusal::TooLong { .. } | Refusal::Hidden => return None,
        };
        Some(say.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Refusal::NoWords | Refusal::TooLong { .. } | Refusal::Hidden => vec![FieldError::at("/text", self)],
            Refusal::ReasonMissing => vec![FieldError::at("/reason", self)],
            _ => vec![],
        }
    }
}
