//! What callers want and say, by which way they come, and which clocks run.

use kernel::{Date, PartyId, StaffId};
use serde::{Deserialize, Serialize};

/// What a caller wants. The names are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 咨询
    Enquiry,
    /// 求助
    Request,
    /// 投诉
    Complaint,
    /// 举报: who says it is protected, and it is never public.
    TipOff,
    /// 建议
    Suggestion,
    /// 表扬
    Praise,
}

impl Kind {
    /// All, in the order in which they are offered.
    pub const ALL: [Kind; 6] =
        [Kind::Enquiry, Kind::Request, Kind::Complaint, Kind::TipOff, Kind::Suggestion, Kind::Praise];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Enquiry => "enquiry",
            Kind::Request => "request",
            Kind::Complaint => "complaint",
            Kind::TipOff => "tip-off",
            Kind::Suggestion => "suggestion",
            Kind::Praise => "praise",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Enquiry => "咨询",
            Kind::Request => "求助",
            Kind::Complaint => "投诉",
            Kind::TipOff => "举报",
            Kind::Suggestion => "建议",
            Kind::Praise => "表扬",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// By which way it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A call.
    Call,
    /// The site.
    Web,
    /// The site on a phone.
    Mobile,
    /// The WeChat account.
    Wechat,
    /// A program, by Open311.
    Program,
}

impl Channel {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Call => "来电",
            Channel::Web => "网站",
            Channel::Mobile => "手机网页",
            Channel::Wechat => "微信",
            Channel::Program => "接口",
        }
    }
}

/// Who called, as it is kept under the key of the order's holder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What they call themselves.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Their number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Their party, if they were signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// Who they are to the WeChat account, if they wrote there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
}

/// What was said, as it is kept under the key of the order's holder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// In a sentence.
    pub title: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// What happened and what is wanted.
    #[serde(default)]
    pub text: String,
}

/// How satisfied a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Satisfaction {
    /// 满意
    Satisfied,
    /// 基本满意
    Fairly,
    /// 不满意
    Dissatisfied,
}

impl Satisfaction {
    /// From best to worst.
    pub const ALL: [Satisfaction; 3] = [Satisfaction::Satisfied, Satisfaction::Fairly, Satisfaction::Dissatisfied];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Satisfaction::Satisfied => "satisfied",
            Satisfaction::Fairly => "fairly",
            Satisfaction::Dissatisfied => "dissatisfied",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Satisfaction::Satisfied => "满意",
            Satisfaction::Fairly => "基本满意",
            Satisfaction::Dissatisfied => "不满意",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Satisfaction> {
        Satisfaction::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// What a caller says of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    /// Whether it is solved.
    pub solved: bool,
    /// How satisfied; none if they would not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
    /// The officer who asked; none if the caller said it by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// The day.
    pub on: Date,
}

impl Rated {
    /// Whether nothing is left to be done about it.
    pub fn is_well(&self) -> bool {
        self.solved && self.satisfaction != Some(Satisfaction::Dissatisfied)
    }
}

/// How a unit says that it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 已解决
    Solved,
    /// 已解释: nothing could be done, and why was told.
    Explained,
    /// 部分解决 or planned.
    Partly,
}

impl Outcome {
    /// All.
    pub const ALL: [Outcome; 3] = [Outcome::Solved, Outcome::Partly, Outcome::Explained];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Solved => "solved",
            Outcome::Partly => "partly",
            Outcome::Explained => "explained",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Solved => "已解决",
            Outcome::Partly => "部分解决，列入计划",
            Outcome::Explained => "依法不能办，已解释",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// A clock of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// 派单
    Dispatch,
    /// 签收
    Sign,
    /// 联系来电人
    Contact,
    /// 办理
    Handle,
    /// 回访
    FollowUp,
}

impl Clock {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Clock::Dispatch => "派单",
            Clock::Sign => "签收",
            Clock::Contact => "联系来电人",
            Clock::Handle => "办理",
            Clock::FollowUp => "回访",
        }
    }
}
