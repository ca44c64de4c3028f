//! What is refused, and what to do then.

use std::fmt;

use kernel::{Class, FieldError, Refuse};

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing, or none that this person or system may know of.
    NotFound,
    /// Nobody named themselves.
    NoCredential,
    /// The credential is not known, or was revoked.
    BadCredential,
    /// A person's session was used where a system's credential is wanted.
    NotASystem,
    /// Only who cares for the exchange of that department does this.
    NotCaretaker,
    /// Only who may see the department's cases does.
    NotYours,
    /// The name is taken.
    NameTaken,
    /// The department does not exist.
    NoDepartment,
    /// A short name is none.
    Word {
        /// Which.
        pointer: &'static str,
    },
    /// Words are missing, or too many.
    Words {
        /// Which.
        pointer: &'static str,
    },
    /// The credential was revoked already.
    Revoked,
    /// The batch number is empty or too long.
    BatchNumber,
    /// No rows, or too many.
    Rows {
        /// How many there were.
        found: usize,
    },
    /// The batch number was used for other rows.
    BatchOther,
    /// The row is not waiting any more.
    NotOpen,
    /// The resource is not shared.
    NotShared,
    /// Nobody approves what they asked for themselves.
    OwnRequest,
    /// Not in this state.
    NotNow {
        /// The state.
        state: &'static str,
    },
    /// There is no approved request for this resource.
    NoPermit,
    /// This node exchanges with nobody.
    NoNode,
    /// The sender is no node that this one knows.
    UnknownNode,
    /// It is meant for another node.
    NotForUs,
    /// A signature is not the sender's.
    BadSignature {
        /// Of which envelope; 0 for the whole.
        seq: u64,
    },
    /// No envelopes, too many, or numbered from nothing.
    Packet,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Refusal::NotFound => "没有找到，或者不在您可以查看的范围内。请核对编号。",
            Refusal::NoCredential => "请求没有带接入密钥。请把密钥放进 Authorization: Bearer 请求头。",
            Refusal::BadCredential => "接入密钥不对，或者已经作废。请向数据交换管理人员申请新的密钥。",
            Refusal::NotASystem => "这里只供部门业务系统使用接入密钥访问，个人登录不能代替。请换成接入密钥。",
            Refusal::NotCaretaker => "这一步由管这个部门数据交换的人员办理。请联系数据交换管理岗。",
            Refusal::NotYours => "这里只给有权查看这个部门办件的人员使用。请联系数据交换管理岗。",
            Refusal::NameTaken => "这个系统标识已经有人用了。请换一个。",
            Refusal::NoDepartment => "没有这个部门。请核对区划和部门类别。",
            Refusal::Word { .. } => "标识只能用 2 到 40 个小写字母、数字和连字符。请改写。",
            Refusal::Words { .. } => "请写清楚，500 字以内。",
            Refusal::Revoked => "这个系统的密钥已经作废。要恢复接入，请重新发放密钥。",
            Refusal::BatchNumber => "批次号 cd_batch 要有 1 到 64 个可见的 ASCII 字符。",
            Refusal::Rows { found } => {
                let most = crate::ROWS_MOST;
                return write!(f, "一批要有 1 到 {most} 行，这一批有 {found} 行。请分批发送。");
            }
            Refusal::BatchOther => "这个批次号已经用过，而且内容不一样。重发同一批请原样发送，新的内容请换批次号。",
            Refusal::NotOpen => "这一行已经不在隔离区等待处理。请刷新列表。",
            Refusal::NotShared => "这一项不予共享，不能申请。确实需要的，请与提供部门协商修改共享属性。",
            Refusal::OwnRequest => "申请不能由提出的人自己批准。请交给另一位数据交换管理人员。",
            Refusal::NotNow { .. } => "申请现在不在这一步。请刷新页面，看现在能做什么。",
            Refusal::NoPermit => "没有批准的使用申请，或者已经收回。请先在资源目录里申请使用。",
            Refusal::NoNode => "本节点没有配置节点间交换。请在配置里写明 exchange.node 和 exchange.peers。",
            Refusal::UnknownNode => "不认识的节点。请双方先在配置里登记对方的名称和公钥。",
            Refusal::NotForUs => "信封不是发给本节点的。请核对收件节点的名称。",
            Refusal::BadSignature { .. } => "签名不是该节点的。请核对双方登记的公钥，然后重发。",
            Refusal::Packet => "信封数量或者编号不对。请按接口说明重新打包。",
        };
        f.write_str(text)
    }
}

impl std::error::Error for Refusal {}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "exchange.not-found",
            Refusal::NoCredential => "exchange.no-credential",
            Refusal::BadCredential => "exchange.bad-credential",
            Refusal::NotASystem => "exchange.not-a-system",
            Refusal::NotCaretaker => "exchange.not-caretaker",
            Refusal::NotYours => "exchange.not-yours",
            Refusal::NameTaken => "exchange.name-taken",
            Refusal::NoDepartment => "exchange.no-department",
            Refusal::Word { .. } => "exchange.word",
            Refusal::Words { .. } => "exchange.words",
            Refusal::Revoked => "exchange.revoked",
            Refusal::BatchNumber => "exchange.batch-number",
            Refusal::Rows { .. } => "exchange.rows",
            Refusal::BatchOther => "exchange.batch-other",
            Refusal::NotOpen => "exchange.not-open",
            Refusal::NotShared => "exchange.not-shared",
            Refusal::OwnRequest => "exchange.own-request",
            Refusal::NotNow { .. } => "exchange.not-now",
            Refusal::NoPermit => "exchange.no-permit",
            Refusal::NoNode => "exchange.no-node",
            Refusal::UnknownNode => "exchange.unknown-node",
            Refusal::NotForUs => "exchange.not-for-us",
            Refusal::BadSignature { .. } => "exchange.bad-signature",
            Refusal::Packet => "exchange.packet",
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound | Refusal::NoNode => Class::NotFound,
            Refusal::NoCredential | Refusal::BadCredential => Class::Unauthenticated,
            Refusal::NotASystem
            | Refusal::NotCaretaker
            | Refusal::NotYours
            | Refusal::OwnRequest
            | Refusal::NoPermit
            | Refusal::UnknownNode
            | Refusal::BadSignature { .. } => Class::Forbidden,
            Refusal::Revoked | Refusal::NotOpen | Refusal::NotShared | Refusal::NotNow { .. } => Class::Conflict,
            Refusal::NameTaken
            | Refusal::NoDepartment
            | Refusal::Word { .. }
            | Refusal::Words { .. }
            | Refusal::BatchNumber
            | Refusal::Rows { .. }
            | Refusal::BatchOther
            | Refusal::NotForUs
            | Refusal::Packet => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            // The three classes, and that a department must give grounds for keeping something to itself.
            Refusal::NotShared | Refusal::NoPermit => Some("政务信息资源共享管理暂行办法 第九条"),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let pointer: &'static str = match self {
            Refusal::Word { pointer } | Refusal::Words { pointer } => pointer,
            Refusal::NameTaken => "/id",
            Refusal::NoDepartment => "/department",
            Refusal::BatchNumber | Refusal::BatchOther => "/cd_batch",
            Refusal::Rows { .. } => "/rows",
            _ => return vec![],
        };
        vec![FieldError::at(pointer, self)]
    }
}
