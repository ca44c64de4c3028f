//! Every refusal speaks: a code of its own, plain words, and what to do.

use identity::Refusal;
use kernel::{Duty, Refuse, Timestamp};

fn all() -> Vec<Refusal> {
    use Refusal as R;
    vec![
        R::WrongCredentials,
        R::Locked { until: Timestamp::from_second(1_790_000_000).unwrap() },
        R::Busy,
        R::WrongCode,
        R::CodeNeeded,
        R::SecondFactorNeeded,
        R::NoSecondFactor,
        R::SecondFactorSet,
        R::TicketOver,
        R::Disabled,
        R::NotDisabled,
        R::NotLocked,
        R::OwnAccount,
        R::SessionEnded,
        R::BadLogin,
        R::LoginTaken,
        R::WeakPassword { why: "至少 8 个字符" },
        R::PersonRegistered,
        R::StaffRegistered,
        R::OrganisationRegistered,
        R::NameMismatch,
        R::BadOrganisationName,
        R::NotPerson,
        R::UnknownParty,
        R::UnknownAccount,
        R::UnknownStaff,
        R::UnknownDelegation,
        R::NotYours,
        R::NotAllowed { duty: Duty::Review },
        R::ReasonMissing,
        R::NoMandate,
        R::BeyondMandate,
        R::NotPrincipal,
        R::SelfDelegation,
        R::AgentNotPerson,
        R::EmptyExtent,
        R::BadPeriod,
        R::AlreadyRevoked,
        R::BadStaffNumber,
        R::StaffNumberTaken,
        R::BadPost,
        R::NotServing,
        R::OwnPowers,
        R::SamePersonApproves,
        R::NothingPending,
        R::OfficersSeparate,
        R::OfficerHandlesCases,
    ]
}

#[test]
fn codes_are_different_and_belong_to_this_room() {
    let mut codes: Vec<_> = all().iter().map(Refuse::code).collect();
    assert!(codes.iter().all(|code| code.starts_with("identity.")));
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all().len());
}

#[test]
fn words_are_whole_sentences_without_the_programs_own_names() {
    for refusal in all() {
        for text in [Some(refusal.to_string()), refusal.remedy()].into_iter().flatten() {
            assert!(text.ends_with('。'), "{text}");
            assert!(!text.contains('_') || text.contains("_ - ."), "{text}");
            assert!(!text.contains("identity"), "{text}");
        }
    }
}
