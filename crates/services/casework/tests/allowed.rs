//! What is offered is what is not refused, and the other way round.

use casework::rules::{Act, allowed};
use casework::{Case, Command, Event, Refusal, Stance, Verdict};
use kernel::{Actor, Date};
use proptest::prelude::*;

use crate::given::*;
use crate::replay::{anybody, anything, history};

fn offered(case: &Case, actor: &Actor, today: Date) -> Vec<Act> {
    allowed(case, &facts(actor, today))
}

#[test]
fn everybody_is_offered_what_their_post_does_at_this_stage() {
    use Act as A;
    let check = |case: &Case, actor: Actor, today, expected: &[Act]| {
        assert_eq!(offered(case, &actor, today), expected, "{} on {today}", case.state.name());
    };
    check(&case(), clerk(), TUESDAY, &[A::Accept, A::Decline, A::Correct]);
    check(&case(), reviewer(), TUESDAY, &[]);
    check(&case(), applicant(), TUESDAY, &[A::Withdraw]);
    check(&case(), citizen(STRANGER), TUESDAY, &[]);
    check(&case(), elsewhere(), TUESDAY, &[]);
    check(&instant(), clerk(), TUESDAY, &[A::Accept, A::Decline, A::Correct, A::Grant, A::Deny]);
    check(&correcting(), applicant(), WEDNESDAY, &[A::Resubmit, A::Withdraw]);
    check(&accepted(), reviewer(), WEDNESDAY, &[A::Review, A::Suspend]);
    check(&accepted(), decider(), WEDNESDAY, &[A::Suspend, A::Extend]);
    check(&reviewed(), decider(), FRIDAY, &[A::Grant, A::Deny, A::Suspend, A::Extend]);
    check(&suspended(), reviewer(), FRIDAY, &[A::Resume]);
    // Who reviewed or accepted does not decide, whatever else their post may do.
    check(&reviewed(), everything(REVIEWER), FRIDAY, &[A::Review, A::Suspend, A::Extend]);
    check(&reviewed(), everything(CLERK), FRIDAY, &[A::Review, A::Suspend, A::Extend]);
    // After five days of silence nobody accepts any more, the law has; a clock that ran out is neither stopped nor stretched.
    check(&case(), clerk(), NEXT_TUESDAY, &[]);
    check(&case(), reviewer(), NEXT_TUESDAY, &[A::Review, A::Suspend]);
    check(&reviewed(), decider(), APRIL_FIRST, &[A::Grant, A::Deny]);
    // A second correction is the supervisor's.
    let back = after(correcting(), &[(applicant(), resubmit(PLAN), WEDNESDAY)]);
    check(&back, clerk(), FRIDAY, &[A::Accept, A::Decline]);
    check(&back, supervisor(), FRIDAY, &[A::Correct]);
}

#[test]
fn granting_against_the_opinion_needs_words() {
    let against = Command::Review { stance: Stance::Against, opinion: "油烟管道不合格。".to_owned() };
    let against = after(accepted(), &[(reviewer(), against, WEDNESDAY)]);
    let grant =
        |reason: Option<&str>| Command::Decide { verdict: Verdict::Grant { reason: reason.map(str::to_owned) } };
    for empty in [None, Some(""), Some(" \u{200b} ")] {
        let found = decide(&against, &decider(), &grant(empty), FRIDAY);
        assert_eq!(found, Err(Refusal::AgainstOpinionWithoutReason("/reason")), "{empty:?}");
    }
    let long = "长".repeat(2001);
    let found = decide(&against, &decider(), &grant(Some(&long)), FRIDAY);
    assert_eq!(found, Err(Refusal::TooLong { pointer: "/reason", most: 2000 }));
    let found = decide(&against, &decider(), &grant(Some(" 复检合格，见检测报告。 ")), FRIDAY).unwrap();
    assert!(matches!(&found[..], [Event::Granted { reason: Some(reason), .. }] if reason == "复检合格，见检测报告。"));
    let granted = after(against.clone(), &[(decider(), grant(Some("复检合格。")), FRIDAY)]);
    assert_eq!(granted.decision.unwrap().reason.as_deref(), Some("复检合格。"));
    // A later opinion for it takes the need away; where nobody was against it, words may be given and need not.
    let both = after(against, &[(reviewer(), review(), FRIDAY)]);
    assert!(decide(&both, &decider(), &grant(None), FRIDAY).is_ok());
    assert!(decide(&reviewed(), &decider(), &grant(Some("同意审查意见。")), FRIDAY).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn offered_is_what_is_refused_for_its_words_at_most(
        is_instant in any::<bool>(),
        steps in history(),
        actor in anybody(),
        commands in prop::collection::vec(anything(), 1..8),
    ) {
        let (case, today) = crate::replay::lived(is_instant, steps);
        let acts = offered(&case, &actor, today);
        for command in commands {
            let Some(act) = Act::of(&command) else { continue };
            match decide(&case, &actor, &command, today) {
                Ok(_) => prop_assert!(acts.contains(&act), "{act:?} is done but was not offered"),
                Err(refusal) if refusal.is_final() => {
                    prop_assert!(!acts.contains(&act), "{act:?} is offered but refused: {refusal}")
                }
                // Refused for its words: with others it may be done, and then it was offered; the cases above saw to it.
                Err(_) => {}
            }
        }
    }
}
