//! Every refusal speaks: a code of its own room, a sentence that says what to do now, and the article where there is one.

use kernel::{Class, Fen, Refuse};
use trading::envelope::Flaw;
use trading::rules::Refusal;

use crate::given::{DAY, at};

#[test]
fn each_says_what_to_do_now() {
    let (moment, article) = (at(DAY, 9, 0), "招标投标法 第二十四条");
    let all = [
        (Refusal::NotFound, Class::NotFound),
        (Refusal::NotTenderer, Class::Forbidden),
        (Refusal::NotCentre, Class::Forbidden),
        (Refusal::NotDrawn, Class::Forbidden),
        (Refusal::NotSupervisor, Class::Forbidden),
        (Refusal::NotCompany, Class::Forbidden),
        (Refusal::NotBidder, Class::Forbidden),
        (Refusal::OwnTender, Class::Forbidden),
        (Refusal::UnknownProcedure, Class::Invalid),
        (Refusal::NotHouse, Class::Forbidden),
        (Refusal::NotNow { state: "planned", command: "open" }, Class::Conflict),
        (Refusal::TooShort { pointer: "/deadline", least: DAY, article }, Class::Invalid),
        (Refusal::NotEarlier, Class::Invalid),
        (Refusal::DepositTooHigh { most: Fen(1), article }, Class::Invalid),
        (Refusal::Seats { least: 5, article }, Class::Invalid),
        (Refusal::Amount { pointer: "/amount" }, Class::Invalid),
        (Refusal::Words { pointer: "/text" }, Class::Invalid),
        (Refusal::BeforeDue { at: moment }, Class::Conflict),
        (Refusal::TooLate { at: moment }, Class::Conflict),
        (Refusal::DocumentsOver { until: DAY }, Class::Conflict),
        (Refusal::Unanswered { count: 1 }, Class::Conflict),
        (Refusal::Suspended, Class::Conflict),
        (Refusal::WindowRuns { until: moment }, Class::Conflict),
        (Refusal::WindowOver, Class::Conflict),
        (Refusal::Envelope(Flaw::Form), Class::Invalid),
        (Refusal::Envelope(Flaw::OtherLot), Class::Invalid),
        (Refusal::Envelope(Flaw::OtherKey), Class::Invalid),
        (Refusal::Envelope(Flaw::Closed), Class::Invalid),
        (Refusal::Envelope(Flaw::Content), Class::Invalid),
        (Refusal::Envelope(Flaw::KeyForm), Class::Invalid),
        (Refusal::ObjectLate, Class::Conflict),
        (Refusal::Answered, Class::Conflict),
        (Refusal::ObjectFirst, Class::Conflict),
        (Refusal::ComplainLate { until: DAY }, Class::Conflict),
        (Refusal::StillPublic { until: DAY, article }, Class::Conflict),
        (Refusal::NoCandidate, Class::Conflict),
        (Refusal::AmountDiffers { price: Fen(1) }, Class::Invalid),
        (Refusal::Panel { drawn: true }, Class::Conflict),
        (Refusal::Panel { drawn: false }, Class::Conflict),
        (Refusal::TooFewExperts { found: 1, need: 5 }, Class::Conflict),
        (Refusal::Sheet, Class::Invalid),
        (Refusal::Scored, Class::Conflict),
        (Refusal::SheetsMissing { count: 1 }, Class::Conflict),
        (Refusal::NothingHeld, Class::Conflict),
        (Refusal::NoForfeit, Class::Conflict),
    ];
    for (refusal, class) in all {
        let text = refusal.to_string();
        assert!(refusal.code().starts_with("trading.") && text.chars().count() >= 8, "{refusal:?}");
        assert!(text.ends_with('。') && text.chars().all(|c| !c.is_control()), "{text}");
        assert_eq!(refusal.class(), class, "{refusal:?}");
        assert!(refusal.fields().iter().all(|field| field.pointer.starts_with('/')));
        assert!(refusal.article().is_none_or(|article| article.contains('第')));
    }
}
