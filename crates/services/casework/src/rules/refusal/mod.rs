//! Why casework said no, in the reader's words.

mod law;

use std::fmt;

use clock::{BadExtension, BadPause, Ground};
use kernel::{Date, Digest, Duty, FieldError, Timestamp};

use crate::{Stage, Subject};

/// The rules said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such case, or none that this person may know of.
    NotFound,
    /// The state of the case does not allow this.
    NotNow {
        /// Where it stands.
        stage: Stage,
        /// What was asked.
        command: &'static str,
    },
    /// This member of staff does not hold the duty for this department.
    NotEmpowered {
        /// Any of these would do.
        duties: Vec<Duty>,
    },
    /// Only the applicant may do this.
    OnlyTheApplicant,
    /// A second correction without a supervisor's reason.
    ToldTwice,
    /// A correction that asks for nothing.
    NothingMissing,
    /// A correction that does not say what is wrong.
    CorrectionWithoutWords {
        /// Which line.
        at: usize,
    },
    /// A material that the published list does not name.
    OffTheList {
        /// Which.
        name: String,
    },
    /// A material that the government must ask of itself.
    HeldByGovernment {
        /// Which.
        name: String,
    },
    /// Corrections that leave something out.
    StillMissing {
        /// What.
        what: Vec<Subject>,
    },
    /// The time for corrections is over.
    CorrectionLapsed {
        /// When the case was sent back.
        on: Date,
    },
    /// Not accepting needs reason and article. Carries the empty field, as the next ones do.
    DeclineWithoutReason(&'static str),
    /// Denying needs reason and article.
    DenialWithoutReason(&'static str),
    /// Granting what the reviewer was against needs reasons.
    AgainstOpinionWithoutReason(&'static str),
    /// A review that says nothing.
    ReviewWithoutWords(&'static str),
    /// A decision before the review.
    NotReviewed,
    /// Whoever did that may not decide.
    SamePerson {
        /// What they did before: 受理 or 审查.
        did: &'static str,
    },
    /// The clock may not rest for this.
    GroundNotLawful {
        /// The ground given.
        ground: Ground,
    },
    /// A special procedure without reason, length or result.
    SuspensionWithoutWords(&'static str),
    /// The limit cannot be extended like that.
    Extension(BadExtension),
    /// The clock cannot be stopped or started like that.
    Pause(BadPause),
    /// The limit has passed already.
    Overdue {
        /// The last day.
        due: Date,
    },
    /// A text that is far too long.
    TooLong {
        /// The field.
        pointer: &'static str,
        /// Characters at most.
        most: usize,
    },
    /// What was granted is handed over once its fee is paid or remitted.
    FeeUnpaid,
    /// The licence has not been issued yet.
    LicenceNotIssued,
    /// The form has errors.
    Form(Vec<FieldError>),
    /// Materials of the list that are not there.
    MaterialsMissing(Vec<String>),
    /// One material was given twice, or more files than one case holds.
    TooManyMaterials,
    /// A file of a kind that is not taken.
    FileKind,
    /// A file that is not what it claims.
    FileDisguised {
        /// What it is.
        media: &'static str,
    },
    /// A file that was never uploaded.
    FileUnknown(Digest),
    /// A licence that is not the applicant's or not valid.
    LicenceUnusable {
        /// For which material.
        material: String,
    },
    /// An earlier material that is not the applicant's.
    EarlierUnusable {
        /// For which material.
        material: String,
    },
    /// The agent's mandate does not cover this item.
    NoMandate,
    /// The item is for the other kind of applicant.
    NotForYou {
        /// Whether it is for natural persons.
        natural: bool,
    },
    /// The item is an approval of an investment project, and no project was named.
    NeedsProject,
    /// The application names another project than the one it belongs to.
    OtherProject {
        /// The question's key.
        key: String,
    },
    /// The catalogue refused: no such item, or not handled there.
    Item(catalogue::Refusal),
    /// The hall refused: the ticket is not at this clerk's window.
    Hall(halls::Refusal),
    /// The draft is gone: submitted, discarded, older than thirty days, or somebody else's.
    DraftGone,
    /// The draft was changed on another device.
    DraftStale {
        /// Its version now.
        version: i64,
    },
    /// Too many drafts at once.
    TooManyDrafts,
    /// A question or material that the draft does not have.
    NotAsked(String),
    /// Number and query password do not belong together.
    WrongPassword,
    /// Too many wrong passwords.
    LookupLocked {
        /// Until when.
        until: Timestamp,
    },
    /// The same idempotency key came with another content.
    KeyReused,
    /// The item's data do not allow this way of receiving the result.
    WayNotOffered,
    /// Delivery refused.
    Parcel(delivery::Refusal),
}

/// Characters that one written reason may have.
const TEXT_MOST: usize = 2000;

/// `text` without outer spaces and without what nobody can see; `empty` is the refusal if nothing is left.
pub(super) fn written(
    text: &str,
    pointer: &'static str,
    empty: impl FnOnce(&'static str) -> Refusal,
) -> Result<String, Refusal> {
    let text: String = text.chars().filter(|found| !is_unseen(*found)).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(empty(pointer)),
        n if n > TEXT_MOST => Err(Refusal::TooLong { pointer, most: TEXT_MOST }),
        _ => Ok(text.to_owned()),
    }
}

/// Controls other than the end of a line, blanks without width, and marks that turn the direction of writing: with them a
/// reason may be empty to the eye, or read otherwise than it was written.
fn is_unseen(found: char) -> bool {
    (found.is_control() && !matches!(found, '\n' | '\t'))
        || matches!(found, '\u{200b}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl From<BadExtension> for Refusal {
    fn from(bad: BadExtension) -> Refusal {
        Refusal::Extension(bad)
    }
}

impl From<BadPause> for Refusal {
    fn from(bad: BadPause) -> Refusal {
        Refusal::Pause(bad)
    }
}

impl From<catalogue::Refusal> for Refusal {
    fn from(refusal: catalogue::Refusal) -> Refusal {
        Refusal::Item(refusal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound => f.write_str("没有找到这个办件。"),
            Refusal::NotNow { stage, command } => {
                write!(f, "办件现在是“{}”，不能{}。", stage.word(), asked(command))
            }
            Refusal::NotEmpowered { .. } => f.write_str("您的岗位没有办理这一步的职权。"),
            Refusal::OnlyTheApplicant => f.write_str("只有申请人本人或其代理人可以这样做。"),
            Refusal::ToldTwice => f.write_str("补正内容须一次告知；如确需再次补正，请由主管注明理由。"),
            Refusal::NothingMissing => f.write_str("请列出需要补正的全部内容；如果没有，请直接受理。"),
            Refusal::CorrectionWithoutWords { at } => {
                write!(f, "请写明第 {} 项哪里不符合要求、怎样补正。", at + 1)
            }
            Refusal::OffTheList { name } => {
                write!(f, "“{name}”不在本事项公布的材料清单上，不得要求提交，也无须提交。")
            }
            Refusal::HeldByGovernment { name } => {
                write!(f, "“{name}”由政府部门自行核查，不得要求申请人提交。请通过数据共享获取。")
            }
            Refusal::StillMissing { what } => write!(f, "还有 {} 项没有补正，请全部补齐后一次提交。", what.len()),
            Refusal::CorrectionLapsed { on } => write!(f, "补正期限已过，本件已于{}退回。", day(*on)),
            Refusal::DeclineWithoutReason(_) => f.write_str("不予受理须写明理由和依据的条款。"),
            Refusal::DenialWithoutReason(_) => f.write_str("作出不予决定须说明事实、理由和依据的条款。"),
            Refusal::AgainstOpinionWithoutReason(_) => {
                f.write_str("审查意见是不同意；作出准予决定，须写明理由，存入案卷。")
            }
            Refusal::ReviewWithoutWords(_) => f.write_str("请写明审查意见。"),
            Refusal::NotReviewed => f.write_str("本件还没有审查意见，不能作出决定。"),
            Refusal::SamePerson { did } => write!(f, "您已办理本件的{did}，按岗位分离的要求不能再由您决定。"),
            Refusal::GroundNotLawful { .. } => {
                f.write_str("这个理由不能停止计算期限；只有听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审可以。")
            }
            Refusal::SuspensionWithoutWords(_) => {
                f.write_str("特别程序须写明理由、所需的工作日数和结果，并书面告知申请人。")
            }
            Refusal::Extension(bad) => bad.fmt(f),
            Refusal::Pause(bad) => bad.fmt(f),
            Refusal::Overdue { due } => write!(f, "办理期限{}已经届满，不能再停止或者延长。", day(*due)),
            Refusal::TooLong { most, .. } => write!(f, "内容太长，请控制在 {most} 字以内。"),
            Refusal::FeeUnpaid => f.write_str("费用还没有缴清，不能送达。"),
            Refusal::LicenceNotIssued => f.write_str("证照还没有制发，不能送达。"),
            Refusal::Form(errors) => write!(f, "申请表有 {} 处需要修改。", errors.len()),
            Refusal::MaterialsMissing(names) => write!(f, "还缺少材料：{}。请补齐后提交。", names.join("、")),
            Refusal::TooManyMaterials => f.write_str("材料的份数太多，或者同一份材料交了两次。请合并后再提交。"),
            Refusal::FileKind => f.write_str(
                "不能收这种文件。请换成 PDF、OFD、图片（JPG、PNG、WebP、HEIC）、Word（docx）或 Excel（xlsx）。",
            ),
            Refusal::FileDisguised { media } => {
                write!(f, "文件的内容是 {media}，与它的名称不一致。请核对后重新选择文件。")
            }
            Refusal::FileUnknown(_) => f.write_str("有一份材料的文件没有上传成功，请重新上传。"),
            Refusal::LicenceUnusable { material } => {
                write!(f, "用来提供“{material}”的电子证照不是申请人的，或者现在不在有效状态。请换一种方式提供。")
            }
            Refusal::EarlierUnusable { material } => {
                write!(f, "以前办件里的“{material}”不能用于本次申请。请重新上传。")
            }
            Refusal::NotForYou { natural: true } => f.write_str("这个事项面向个人，请切换为个人身份后申请。"),
            Refusal::NotForYou { natural: false } => f.write_str("这个事项面向企业和单位，请切换为单位身份后申请。"),
            Refusal::OtherProject { .. } => f.write_str(
                "项目代码和这个办件所属的项目不一致。请填本项目的代码；要办另一个项目，请从那个项目的页面申请。",
            ),
            Refusal::NeedsProject => f.write_str(
                "这个事项要凭投资项目代码办理，不能单独申请。请先到“投资项目”登记项目、取得代码，再从项目页面申请。",
            ),
            Refusal::NoMandate => f.write_str("您得到的委托不包括这个事项。请委托人增加委托范围，或由其本人申请。"),
            Refusal::Item(refusal) => refusal.fmt(f),
            Refusal::Hall(refusal) => refusal.fmt(f),
            Refusal::DraftGone => f.write_str("这份草稿已经提交、删除或者超过 30 天。"),
            Refusal::DraftStale { .. } => {
                f.write_str("这份草稿刚在另一台设备上改过。请刷新页面，在最新内容上继续填写。")
            }
            Refusal::TooManyDrafts => f.write_str("没有提交的草稿太多。请先提交或者删除一些，再开始新的申请。"),
            Refusal::NotAsked(_) => f.write_str("这个事项没有这一项。请刷新页面后重试。"),
            Refusal::WrongPassword => f.write_str("办件编号和查询密码对不上。"),
            Refusal::LookupLocked { until } => {
                let until = kernel::local_time(*until);
                write!(
                    f,
                    "查询密码错误次数过多，请在 {:02}:{:02}:{:02} 以后再试。",
                    until.hour(),
                    until.minute(),
                    until.second()
                )
            }
            Refusal::WayNotOffered => f.write_str("这个事项的结果不能这样领取，也不寄快递。请换一种方式。"),
            Refusal::Parcel(refusal) => refusal.fmt(f),
            Refusal::KeyReused => f.write_str("这次请求的重复提交标识用过，但内容不同。请换一个标识后重试。"),
        }
    }
}

fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A command in the middle of a Chinese sentence.
fn asked(command: &str) -> &'static str {
    match command {
        "accept" => "受理",
        "decline" => "作出不予受理决定",
        "correct" => "要求补正",
        "resubmit" => "补正",
        "review" => "审查",
        "decide" => "作出决定",
        "suspend" => "启动特别程序",
        "resume" => "结束特别程序",
        "extend" => "延长期限",
        "serve" | "prepare" | "arrived" => "送达",
        "choose-way" => "改领取方式",
        "fetch" => "叫快递取原件",
        "close" => "办结",
        "withdraw" => "撤回",
        _ => "这样办理",
    }
}
