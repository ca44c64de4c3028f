//! The article behind each refusal, and what can be done now.

use clock::BadExtension;
use kernel::{Class, FieldError, Refuse};

use super::Refusal;
use crate::Subject;

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotFound => "casework.not-found",
            Refusal::NotNow { .. } => "casework.not-now",
            Refusal::NotEmpowered { .. } => "casework.not-empowered",
            Refusal::OnlyTheApplicant => "casework.only-the-applicant",
            Refusal::ToldTwice => "casework.told-twice",
            Refusal::NothingMissing => "casework.nothing-missing",
            Refusal::CorrectionWithoutWords { .. } => "casework.correction-without-words",
            Refusal::OffTheList { .. } => "casework.off-the-list",
            Refusal::HeldByGovernment { .. } => "casework.held-by-government",
            Refusal::StillMissing { .. } => "casework.still-missing",
            Refusal::CorrectionLapsed { .. } => "casework.correction-lapsed",
            Refusal::DeclineWithoutReason(_) => "casework.decline-without-reason",
            Refusal::DenialWithoutReason(_) => "casework.denial-without-reason",
            Refusal::AgainstOpinionWithoutReason(_) => "casework.against-opinion-without-reason",
            Refusal::ReviewWithoutWords(_) => "casework.review-without-words",
            Refusal::NotReviewed => "casework.not-reviewed",
            Refusal::SamePerson { .. } => "casework.same-person",
            Refusal::GroundNotLawful { .. } => "casework.ground-not-lawful",
            Refusal::SuspensionWithoutWords(_) => "casework.suspension-without-words",
            Refusal::Extension(bad) => bad.code(),
            Refusal::Pause(bad) => bad.code(),
            Refusal::Overdue { .. } => "casework.overdue",
            Refusal::TooLong { .. } => "casework.too-long",
            Refusal::FeeUnpaid => "casework.fee-unpaid",
            Refusal::LicenceNotIssued => "casework.licence-not-issued",
            Refusal::Form(_) => "casework.form",
            Refusal::MaterialsMissing(_) => "casework.materials-missing",
            Refusal::TooManyMaterials => "casework.too-many-materials",
            Refusal::FileKind => "casework.file-kind",
            Refusal::FileDisguised { .. } => "casework.file-disguised",
            Refusal::FileUnknown(_) => "casework.file-unknown",
            Refusal::LicenceUnusable { .. } => "casework.licence-unusable",
            Refusal::EarlierUnusable { .. } => "casework.earlier-unusable",
            Refusal::NotForYou { .. } => "casework.not-for-you",
            Refusal::NeedsProject => "casework.needs-project",
            Refusal::OtherProject { .. } => "casework.other-project",
            Refusal::NoMandate => "casework.no-mandate",
            Refusal::Item(refusal) => refusal.code(),
            Refusal::Hall(refusal) => refusal.code(),
            Refusal::DraftGone => "casework.draft-gone",
            Refusal::DraftStale { .. } => "casework.draft-stale",
            Refusal::TooManyDrafts => "casework.too-many-drafts",
            Refusal::NotAsked(_) => "casework.not-asked",
            Refusal::WrongPassword => "casework.wrong-password",
            Refusal::LookupLocked { .. } => "casework.lookup-locked",
            Refusal::KeyReused => "casework.key-reused",
            Refusal::WayNotOffered => "casework.way-not-offered",
            Refusal::Parcel(refusal) => refusal.code(),
        }
    }

    fn class(&self) -> Class {
        match self {
            Refusal::NotFound => Class::NotFound,
            Refusal::NotEmpowered { .. }
            | Refusal::OnlyTheApplicant
            | Refusal::NoMandate
            | Refusal::SamePerson { .. } => Class::Forbidden,
            Refusal::NotNow { .. }
            | Refusal::ToldTwice
            | Refusal::CorrectionLapsed { .. }
            | Refusal::NotReviewed
            | Refusal::Overdue { .. }
            | Refusal::FeeUnpaid
            | Refusal::LicenceNotIssued
            | Refusal::DraftStale { .. }
            | Refusal::TooManyDrafts
            | Refusal::KeyReused => Class::Conflict,
            Refusal::Parcel(refusal) => refusal.class(),
            Refusal::FileKind | Refusal::FileDisguised { .. } => Class::Unsupported,
            Refusal::DraftGone | Refusal::WrongPassword => Class::NotFound,
            Refusal::LookupLocked { .. } => Class::TooMany,
            Refusal::Item(refusal) => refusal.class(),
            Refusal::Hall(refusal) => refusal.class(),
            Refusal::Extension(bad) => bad.class(),
            Refusal::Pause(bad) => bad.class(),
            Refusal::NothingMissing
            | Refusal::CorrectionWithoutWords { .. }
            | Refusal::OffTheList { .. }
            | Refusal::HeldByGovernment { .. }
            | Refusal::StillMissing { .. }
            | Refusal::DeclineWithoutReason(_)
            | Refusal::DenialWithoutReason(_)
            | Refusal::AgainstOpinionWithoutReason(_)
            | Refusal::ReviewWithoutWords(_)
            | Refusal::GroundNotLawful { .. }
            | Refusal::SuspensionWithoutWords(_)
            | Refusal::TooLong { .. }
            | Refusal::Form(_)
            | Refusal::MaterialsMissing(_)
            | Refusal::TooManyMaterials
            | Refusal::FileUnknown(_)
            | Refusal::LicenceUnusable { .. }
            | Refusal::EarlierUnusable { .. }
            | Refusal::NotForYou { .. }
            | Refusal::NeedsProject
            | Refusal::OtherProject { .. }
            | Refusal::NotAsked(_)
            | Refusal::WayNotOffered => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        match self {
            Refusal::ToldTwice
            | Refusal::NothingMissing
            | Refusal::CorrectionWithoutWords { .. }
            | Refusal::StillMissing { .. }
            | Refusal::MaterialsMissing(_)
            | Refusal::DeclineWithoutReason(_) => Some("行政许可法 第三十二条"),
            Refusal::OffTheList { .. } => Some("行政许可法 第三十条、第三十一条"),
            Refusal::HeldByGovernment { .. } => Some("优化营商环境条例 第三十七条"),
            Refusal::DenialWithoutReason(_) => Some("行政许可法 第三十八条"),
            // That the overruled opinion is answered in writing is the house's own rule.
            Refusal::AgainstOpinionWithoutReason(_) => None,
            Refusal::ReviewWithoutWords(_) | Refusal::NotReviewed => Some("行政许可法 第三十四条"),
            // Separation of the hands is the item's own rule; the law asks for supervision of each step.
            Refusal::SamePerson { .. } => Some("行政许可法 第十条"),
            Refusal::GroundNotLawful { .. } | Refusal::SuspensionWithoutWords(_) => Some("行政许可法 第四十五条"),
            Refusal::Overdue { .. } => Some("行政许可法 第四十二条"),
            Refusal::Extension(bad) => bad.article(),
            Refusal::Pause(bad) => bad.article(),
            Refusal::FeeUnpaid => Some("行政许可法 第五十八条、第五十九条"),
            Refusal::LicenceNotIssued => Some("行政许可法 第三十九条、第四十四条"),
            Refusal::NotEmpowered { .. } => Some("行政许可法 第二十二条"),
            Refusal::OnlyTheApplicant | Refusal::NoMandate => Some("行政许可法 第二十九条"),
            Refusal::NeedsProject | Refusal::OtherProject { .. } => {
                Some("企业投资项目核准和备案管理条例 第四条；政府投资条例 第十条")
            }
            Refusal::Item(refusal) => refusal.article(),
            Refusal::Parcel(refusal) => refusal.article(),
            Refusal::Hall(refusal) => refusal.article(),
            Refusal::NotFound
            | Refusal::NotNow { .. }
            | Refusal::CorrectionLapsed { .. }
            | Refusal::TooLong { .. }
            | Refusal::Form(_)
            | Refusal::TooManyMaterials
            | Refusal::FileKind
            | Refusal::FileDisguised { .. }
            | Refusal::FileUnknown(_)
            | Refusal::LicenceUnusable { .. }
            | Refusal::EarlierUnusable { .. }
            | Refusal::NotForYou { .. }
            | Refusal::DraftGone
            | Refusal::DraftStale { .. }
            | Refusal::TooManyDrafts
            | Refusal::NotAsked(_)
            | Refusal::WrongPassword
            | Refusal::LookupLocked { .. }
            | Refusal::WayNotOffered
            | Refusal::KeyReused => None,
        }
    }

    fn remedy(&self) -> Option<String> {
        let words = match self {
            Refusal::NotFound => "请核对办件编号；如确认无误，请拨打 12345。",
            Refusal::NotNow { .. } => "请刷新页面，按办件现在的状态办理。",
            Refusal::NotEmpowered { .. } => "请转给有相应职权的同事，或联系本单位的安全保密管理员。",
            Refusal::SamePerson { .. } => "请由另一位有决定职权的同事决定。",
            Refusal::CorrectionLapsed { .. } => "可以重新提交申请，已交的材料不必再传。",
            Refusal::Overdue { .. } => "请尽快作出决定，并向申请人说明超期原因。",
            Refusal::NotReviewed => "请先由审查人员提出意见。",
            Refusal::FeeUnpaid => "申请人缴费或者减免后，系统会自动制发和送达。",
            Refusal::AgainstOpinionWithoutReason(_) => "请在“理由”里写清为什么与审查意见不同，再决定。",
            Refusal::LicenceNotIssued => "证照制发后系统会自动送达，不必重复操作。",
            Refusal::Item(refusal) => return refusal.remedy(),
            Refusal::Parcel(refusal) => return refusal.remedy(),
            Refusal::Hall(refusal) => return refusal.remedy(),
            Refusal::DraftGone => "请到“我的办件”查看是否已经提交，或者重新开始填写。",
            Refusal::WrongPassword => "编号和查询密码印在提交回执上；申请人登录后也能在办件页面看到。",
            _ => return None,
        };
        Some(words.to_owned())
    }

    fn fields(&self) -> Vec<FieldError> {
        let one = |pointer: String| vec![FieldError { pointer, code: self.code(), detail: self.to_string() }];
        match self {
            Refusal::Form(errors) => errors.clone(),
            Refusal::Item(refusal) => refusal.fields(),
            Refusal::Parcel(refusal) => refusal.fields(),
            Refusal::WayNotOffered => one("/delivery".to_owned()),
            Refusal::OtherProject { key } => one(format!("/answers/{key}")),
            Refusal::Hall(refusal) => refusal.fields(),
            Refusal::DeclineWithoutReason(pointer)
            | Refusal::DenialWithoutReason(pointer)
            | Refusal::AgainstOpinionWithoutReason(pointer)
            | Refusal::ReviewWithoutWords(pointer)
            | Refusal::SuspensionWithoutWords(pointer)
            | Refusal::TooLong { pointer, .. } => one((*pointer).to_owned()),
            Refusal::Extension(BadExtension::NoReason) => one("/reason".to_owned()),
            Refusal::Extension(BadExtension::Nothing | BadExtension::TooLong) => one("/days".to_owned()),
            Refusal::GroundNotLawful { .. } => one("/ground".to_owned()),
            Refusal::ToldTwice => one("/supervisor_reason".to_owned()),
            Refusal::NothingMissing => one("/missing".to_owned()),
            Refusal::CorrectionWithoutWords { at } => one(format!("/missing/{at}/why")),
            Refusal::MaterialsMissing(names) => names
                .iter()
                .map(|name| FieldError {
                    pointer: format!("/materials/{name}"),
                    code: self.code(),
                    detail: format!("请提供“{name}”。"),
                })
                .collect(),
            Refusal::StillMissing { what } => what
                .iter()
                .map(|what| match what {
                    Subject::Material(name) => (format!("/materials/{name}"), format!("请补交“{name}”。")),
                    Subject::Field(key) => (format!("/form/{key}"), "请按补正通知修改这一项。".to_owned()),
                })
                .map(|(pointer, detail)| FieldError { pointer, code: self.code(), detail })
                .collect(),
            Refusal::OffTheList { .. }
            | Refusal::HeldByGovernment { .. }
            | Refusal::TooManyMaterials
            | Refusal::FileUnknown(_)
            | Refusal::LicenceUnusable { .. }
            | Refusal::EarlierUnusable { .. } => one("/materials".to_owned()),
            _ => vec![],
        }
    }
}
