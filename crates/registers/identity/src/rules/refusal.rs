//! What this room refuses, in words for people and codes for programs.

use std::fmt;

use kernel::{Class, Duty, Refuse, Timestamp, ZONE};

/// The register's rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Login name or password is wrong; which of them is not told.
    WrongCredentials,
    /// Too many wrong passwords came from there; or a code too many.
    Locked {
        /// The next may be tried then.
        until: Timestamp,
    },
    /// The code of the second factor is wrong, or was used before.
    WrongCode,
    /// The code of the second factor must be given too.
    CodeNeeded,
    /// A second factor must be set up on the sign-in page first.
    SecondFactorNeeded,
    /// The account has no second factor.
    NoSecondFactor,
    /// The account has a second factor already.
    SecondFactorSet,
    /// The time between password and code is over.
    TicketOver,
    /// Too many people are signing in at this moment.
    Busy,
    /// The account is closed.
    Disabled,
    /// The account is open already.
    NotDisabled,
    /// The account is not locked.
    NotLocked,
    /// Nobody closes or unlocks their own account.
    OwnAccount,
    /// The session has ended or never was.
    SessionEnded,
    /// Login name of a wrong form.
    BadLogin,
    /// Login name belongs to somebody else.
    LoginTaken,
    /// The password chosen is too weak.
    WeakPassword {
        /// What is missing.
        why: &'static str,
    },
    /// The holder of this ID number has an account already.
    PersonRegistered,
    /// The member of staff has an account already.
    StaffRegistered,
    /// The organisation is registered with another representative.
    OrganisationRegistered,
    /// The ID number is in the register under another name.
    NameMismatch,
    /// An organisation's name of a wrong form.
    BadOrganisationName,
    /// Only persons signed in as themselves may do this.
    NotPerson,
    /// No such party.
    UnknownParty,
    /// No such account.
    UnknownAccount,
    /// No such member of staff.
    UnknownStaff,
    /// No such delegation.
    UnknownDelegation,
    /// Somebody else's data.
    NotYours,
    /// The power for it is missing.
    NotAllowed {
        /// Which duty it needs.
        duty: Duty,
    },
    /// A reason or purpose must be given.
    ReasonMissing,
    /// No right to act for the party.
    NoMandate,
    /// The mandate does not cover the item.
    BeyondMandate,
    /// Only the party itself or its legal representative may give or take back a mandate.
    NotPrincipal,
    /// A mandate to oneself.
    SelfDelegation,
    /// The agent must be a natural person in the register.
    AgentNotPerson,
    /// A mandate for no item at all.
    EmptyExtent,
    /// The mandate's last day lies in the past or too far ahead.
    BadPeriod,
    /// The mandate was taken back before.
    AlreadyRevoked,
    /// A staff number of a wrong form.
    BadStaffNumber,
    /// The staff number belongs to somebody else.
    StaffNumberTaken,
    /// The post has no name or too long a one.
    BadPost,
    /// No longer serves.
    NotServing,
    /// Nobody changes their own post or powers.
    OwnPowers,
    /// Who asked for powers cannot approve them.
    SamePersonApproves,
    /// No request for powers waits.
    NothingPending,
    /// One person would be two of administrator, security officer and auditor.
    OfficersSeparate,
    /// An officer would handle cases.
    OfficerHandlesCases,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials => "identity.wrong-credentials",
            Self::Locked { .. } => "identity.locked",
            Self::WrongCode => "identity.wrong-code",
            Self::CodeNeeded => "identity.code-needed",
            Self::SecondFactorNeeded => "identity.second-factor-needed",
            Self::NoSecondFactor => "identity.no-second-factor",
            Self::SecondFactorSet => "identity.second-factor-set",
            Self::TicketOver => "identity.ticket-over",
            Self::Busy => "identity.busy",
            Self::Disabled => "identity.disabled",
            Self::NotDisabled => "identity.not-disabled",
            Self::NotLocked => "identity.not-locked",
            Self::OwnAccount => "identity.own-account",
            Self::SessionEnded => "identity.session-ended",
            Self::BadLogin => "identity.bad-login",
            Self::LoginTaken => "identity.login-taken",
            Self::WeakPassword { .. } => "identity.weak-password",
            Self::PersonRegistered => "identity.person-registered",
            Self::StaffRegistered => "identity.staff-registered",
            Self::OrganisationRegistered => "identity.organisation-registered",
            Self::NameMismatch => "identity.name-mismatch",
            Self::BadOrganisationName => "identity.bad-organisation-name",
            Self::NotPerson => "identity.not-person",
            Self::UnknownParty => "identity.unknown-party",
            Self::UnknownAccount => "identity.unknown-account",
            Self::UnknownStaff => "identity.unknown-staff",
            Self::UnknownDelegation => "identity.unknown-delegation",
            Self::NotYours => "identity.not-yours",
            Self::NotAllowed { .. } => "identity.not-allowed",
            Self::ReasonMissing => "identity.reason-missing",
            Self::NoMandate => "identity.no-mandate",
            Self::BeyondMandate => "identity.beyond-mandate",
            Self::NotPrincipal => "identity.not-principal",
            Self::SelfDelegation => "identity.self-delegation",
            Self::AgentNotPerson => "identity.agent-not-person",
            Self::EmptyExtent => "identity.empty-extent",
            Self::BadPeriod => "identity.bad-period",
            Self::AlreadyRevoked => "identity.already-revoked",
            Self::BadStaffNumber => "identity.bad-staff-number",
            Self::StaffNumberTaken => "identity.staff-number-taken",
            Self::BadPost => "identity.bad-post",
            Self::NotServing => "identity.not-serving",
            Self::OwnPowers => "identity.own-powers",
            Self::SamePersonApproves => "identity.same-person-approves",
            Self::NothingPending => "identity.nothing-pending",
            Self::OfficersSeparate => "identity.officers-separate",
            Self::OfficerHandlesCases => "identity.officer-handles-cases",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::WrongCredentials
            | Self::WrongCode
            | Self::CodeNeeded
            | Self::SecondFactorNeeded
            | Self::TicketOver
            | Self::SessionEnded => Class::Unauthenticated,
            Self::Locked { .. } | Self::Busy => Class::TooMany,
            Self::BadLogin
            | Self::WeakPassword { .. }
            | Self::BadOrganisationName
            | Self::ReasonMissing
            | Self::SelfDelegation
            | Self::AgentNotPerson
            | Self::EmptyExtent
            | Self::BadPeriod
            | Self::BadStaffNumber
            | Self::BadPost
            | Self::NameMismatch => Class::Invalid,
            Self::UnknownParty | Self::UnknownAccount | Self::UnknownStaff | Self::UnknownDelegation => Class::NotFound,
            Self::Disabled
            | Self::OwnAccount
            | Self::NotPerson
            | Self::NotYours
            | Self::NotAllowed { .. }
            | Self::NoMandate
            | Self::BeyondMandate
            | Self::NotPrincipal
            | Self::OwnPowers
            | Self::SamePersonApproves
            | Self::OfficersSeparate
            | Self::OfficerHandlesCases => Class::Forbidden,
            Self::NotDisabled
            | Self::NotLocked
            | Self::NoSecondFactor
            | Self::SecondFactorSet
            | Self::LoginTaken
            | Self::PersonRegistered
            | Self::StaffRegistered
            | Self::OrganisationRegistered
            | Self::AlreadyRevoked
            | Self::StaffNumberTaken
            | Self::NotServing
            | Self::NothingPending => Class::Conflict,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Self::NameMismatch | Self::PersonRegistered => Some("网络安全法 第二十四条"),
            Self::NoMandate | Self::BeyondMandate => Some("行政许可法 第二十九条"),
            Self::NotPrincipal => Some("民法典 第一百六十九条"),
            Self::BadPeriod | Self::EmptyExtent => Some("民法典 第一百六十五条"),
            Self::SelfDelegation | Self::AgentNotPerson => Some("民法典 第一百六十二条"),
            Self::NotYours | Self::ReasonMissing => Some("个人信息保护法 第六条"),
            Self::Locked { .. }
            | Self::WeakPassword { .. }
            | Self::CodeNeeded
            | Self::WrongCode
            | Self::SecondFactorNeeded => Some("GB/T 22239-2019 身份鉴别"),
            Self::OwnAccount
            | Self::OwnPowers
            | Self::SamePersonApproves
            | Self::OfficersSeparate
            | Self::OfficerHandlesCases => Some("GB/T 22239-2019 访问控制"),
            _ => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let text = match self {
            Self::WrongCredentials => {
                "请核对后重新输入，填了动态验证码的也核对一下；忘记密码请带身份证到就近政务服务大厅重置。"
            }
            Self::Locked { .. } => {
                "请到时再试；用以前登录过的浏览器，或者填上动态验证码，不受别人输错的影响。急需办事请带身份证到就近政务服务大厅。"
            }
            Self::WrongCode => "请等验证器显示下一个验证码后重新输入；手机的时间要准。验证器丢了，请找安全保密管理员。",
            Self::CodeNeeded => "请输入验证器上现在显示的 6 位验证码。",
            Self::SecondFactorNeeded => "请先在网页上登录一次，按提示绑定验证器。",
            Self::TicketOver => "请重新输入账号和密码。",
            Self::Busy => "请过几秒再试一次，已填写的内容不会丢失。",
            Self::Disabled => "请联系发放账号的单位，或到就近政务服务大厅核实身份后恢复。",
            Self::SessionEnded => "请重新登录，草稿已保存。",
            Self::BadLogin => "请换一个 4 到 64 位的账号，可用汉字、字母、数字和 _ - . @。",
            Self::LoginTaken => "请换一个账号；如果这是您的账号，请直接登录。",
            Self::WeakPassword { .. } => "请换一个至少 8 位、含字母和数字的密码。",
            Self::PersonRegistered => "请直接登录；如果不是您本人注册，请带身份证到就近政务服务大厅申诉。",
            Self::StaffRegistered => "请用原有账号登录；忘记密码请由系统管理员核实身份后重置。",
            Self::OrganisationRegistered => "请由登记的法定代表人登录办理，或先到登记机关变更法定代表人。",
            Self::NameMismatch => "请按居民身份证填写姓名和号码；姓名已变更的，请带身份证到政务服务大厅更正。",
            Self::NotPerson => "请切换到本人身份后再操作。",
            Self::NoMandate => "请由对方登录后在“授权管理”中委托您，再切换办事身份。",
            Self::BeyondMandate => "请委托人在“授权管理”中把这一事项加入委托范围。",
            Self::NotPrincipal => "请由本人或法定代表人登录办理。",
            Self::BadPeriod => "请选择今天至三年以内的日期。",
            Self::EmptyExtent => "请至少选择一个事项，或选择全部事项。",
            Self::NotAllowed { .. } => "请由具有该职权的人员办理，或请系统管理员申请、安全保密管理员批准该职权。",
            Self::ReasonMissing => "请写明理由（200 字以内）。",
            Self::OwnAccount | Self::OwnPowers => "请由另一名管理员办理。",
            Self::SamePersonApproves => "请由安全保密管理员批准。",
            Self::OfficersSeparate | Self::OfficerHandlesCases => "请为不同职权指定不同人员。",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::WrongCredentials => "账号或密码不正确。",
            Self::Locked { until } => {
                let at = until.to_zoned(ZONE);
                return write!(
                    f,
                    "输错的次数太多，{:02}:{:02}:{:02} 以后才能再试。",
                    at.hour(),
                    at.minute(),
                    at.second()
                );
            }
            Self::WrongCode => "动态验证码不正确，或者已经用过。",
            Self::CodeNeeded => "这个账号还要输入动态验证码。",
            Self::SecondFactorNeeded => "工作人员登录要绑定验证器。",
            Self::NoSecondFactor => "这个账号没有绑定验证器。",
            Self::SecondFactorSet => "这个账号已经绑定了验证器。",
            Self::TicketOver => "输入密码以后过了太久。",
            Self::Busy => "此刻登录的人较多。",
            Self::Disabled => "此账号已停用。",
            Self::NotDisabled => "此账号没有停用。",
            Self::NotLocked => "这个账号没有人在等待重试。",
            Self::OwnAccount => "不能停用、恢复或解锁自己的账号。",
            Self::SessionEnded => "登录已结束。",
            Self::BadLogin => "账号格式不正确。",
            Self::LoginTaken => "这个账号已被使用。",
            Self::WeakPassword { why } => return write!(f, "密码太简单：{why}。"),
            Self::PersonRegistered => "这个身份证号已经注册过账号。",
            Self::StaffRegistered => "这名工作人员已经有账号。",
            Self::OrganisationRegistered => "这个单位已经登记，登记的法定代表人不是您。",
            Self::NameMismatch => "姓名与身份证号对不上。",
            Self::BadOrganisationName => "单位名称应为 2 到 100 个字。",
            Self::NotPerson => "这一操作只能由本人以个人身份办理。",
            Self::UnknownParty => "没有找到这个办事主体。",
            Self::UnknownAccount => "没有找到这个账号。",
            Self::UnknownStaff => "没有找到这名工作人员。",
            Self::UnknownDelegation => "没有找到这项委托。",
            Self::NotYours => "这不是您的信息，您不能查看。",
            Self::NotAllowed { duty } => return write!(f, "您没有“{}”职权。", duty_name(*duty)),
            Self::ReasonMissing => "请说明理由。",
            Self::NoMandate => "您现在不能代对方办事：没有有效的委托。",
            Self::BeyondMandate => "这一事项不在委托范围内。",
            Self::NotPrincipal => "只有本人或法定代表人才能委托他人或收回委托。",
            Self::SelfDelegation => "不能委托给自己。",
            Self::AgentNotPerson => "受托人应当是已实名注册的个人。",
            Self::EmptyExtent => "没有选择委托事项。",
            Self::BadPeriod => "委托截止日期不正确。",
            Self::AlreadyRevoked => "这项委托已经收回。",
            Self::BadStaffNumber => "工号应为 2 到 32 位字母、数字或连字符。",
            Self::StaffNumberTaken => "这个工号已被使用。",
            Self::BadPost => "岗位名称应为 1 到 50 个字。",
            Self::NotServing => "这名工作人员已离岗。",
            Self::OwnPowers => "不能变更自己的岗位或职权。",
            Self::SamePersonApproves => "申请职权的人不能自己批准。",
            Self::NothingPending => "没有待批准的职权申请。",
            Self::OfficersSeparate => "系统管理员、安全保密管理员、安全审计员必须由三个人分别担任。",
            Self::OfficerHandlesCases => "系统管理员、安全保密管理员、安全审计员不能办理业务。",
        };
        f.write_str(text)
    }
}

impl std::error::Error for Refusal {}

/// The duty in the reader's words.
fn duty_name(duty: Duty) -> &'static str {
    match duty {
        Duty::Receive => "收件受理",
        Duty::Review => "审查",
        Duty::Decide => "决定",
        Duty::Collect => "收费",
        Duty::Settle => "减免、退付审核和对账",
        Duty::Supervise => "监察",
        Duty::Redress => "好差评整改",
        Duty::Host => "大厅管理",
        Duty::Publish => "事项发布",
        Duty::Administer => "系统管理",
        Duty::Secure => "安全保密管理",
        Duty::Audit => "安全审计",
        Duty::Analyse => "数据分析",
        Duty::Dispatch => "热线受理派单",
        Duty::Handle => "工单承办",
        Duty::FollowUp => "热线回访",
        Duty::LeadHotline => "热线管理",
        Duty::Trade => "公共资源交易",
        Duty::Assess => "评标",
        Duty::Exchange => "数据交换管理",
    }
}
