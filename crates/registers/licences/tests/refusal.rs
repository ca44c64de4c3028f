//! Every refusal speaks: a code of its own, plain words, and what to do.

use kernel::Refuse;
use licences::{BadContent, Refusal, State, file::Fault};

use crate::fixtures::content;

fn all() -> Vec<Box<dyn Refuse>> {
    use Refusal as R;
    let state = State::Revoked;
    let refusals = [
        R::Unknown,
        R::UnknownHolder,
        R::NotAllowed,
        R::ReasonMissing,
        R::NotNow { state },
        R::NotOver,
        R::AlreadyIssued { id: content().id },
        R::NotNextVersion,
        R::OtherHolder,
        R::Content(BadContent::Period),
        R::UnknownType,
        R::TypesFull,
        R::BadTypeName,
        R::CodeOver,
        R::TooManyCodes,
        R::NotValid { state },
    ];
    let faults = [Fault::NotLicence, Fault::TooLarge, Fault::UnknownKey("0".to_owned()), Fault::Changed];
    let refusals = refusals.into_iter().map(|one| Box::new(one) as Box<dyn Refuse>);
    refusals.chain(faults.into_iter().map(|one| Box::new(one) as Box<dyn Refuse>)).collect()
}

#[test]
fn codes_are_different_and_belong_to_this_room() {
    let all = all();
    let mut codes: Vec<_> = all.iter().map(|refusal| refusal.code()).collect();
    assert!(codes.iter().all(|code| code.starts_with("licences.")));
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len());
}

#[test]
fn words_are_whole_sentences_with_something_to_do() {
    for refusal in all() {
        for text in [refusal.to_string(), refusal.remedy().unwrap()] {
            assert!(text.ends_with('。') && !text.contains('_'), "{text}");
        }
    }
}
