//! Drafts: filled in on any device, by their owner only, gone after thirty days.

use casework::{Attachment, Brought, Channel, Draft, Offer, Provision, Refusal, TaskState, Turn, Way, drafts};
use catalogue::Answers;
use kernel::Actor;
use store::Failure;

use crate::desk::refusal;
use crate::given::grant;
use crate::house::*;

fn start(house: &House, actor: &Actor) -> Draft {
    let actor = actor.clone();
    house.db.write(move |tx| drafts::start(tx, &actor, code(RENEWAL), region(XUANWU))).unwrap()
}

fn answer(house: &House, draft: &Draft, answers: Answers) -> Result<Draft, Failure<Refusal>> {
    let (actor, id, version) = (house.citizen.clone(), draft.id, draft.version);
    house.db.write(move |tx| drafts::answer(tx, &actor, &id, version, &answers))
}

fn attach(house: &House, draft: &Draft, attachment: Attachment) -> Result<Draft, Failure<Refusal>> {
    let (actor, id, version) = (house.citizen.clone(), draft.id, draft.version);
    house.db.write(move |tx| drafts::attach(tx, &actor, &id, version, &attachment))
}

fn one(key: &str, answer: &str) -> Answers {
    [(key.to_owned(), answer.into())].into()
}

#[test]
fn a_draft_is_filled_in_step_by_step_and_submitted_once() {
    each_house(|house| {
        let draft = start(&house, &house.citizen);
        let view = || house.db.read(|read| drafts::view(read, &house.citizen, &draft.id)).unwrap();

        // What is known stands there with its source; the first section needs nothing more.
        let first = view();
        assert_eq!(first.prefilled["name"].answer, NAME.into());
        assert_eq!(first.prefilled["name"].source, "实名账户");
        let states = |view: &casework::DraftView| view.sections.iter().map(|section| section.state).collect::<Vec<_>>();
        assert_eq!(states(&first), [TaskState::Done, TaskState::NotStarted]);
        assert_eq!((first.materials_state, first.submit_state), (TaskState::NotStarted, TaskState::NotYet));
        assert_eq!(first.sections[1].next.as_deref(), Some("reason"));
        assert!(first.wrong.is_empty());

        let draft2 = answer(&house, &draft, one("reason", "坏了，看不清")).unwrap();
        assert_eq!(states(&view())[1], TaskState::InProgress);
        let draft3 = answer(&house, &draft2, one("phone", "12345")).unwrap();
        assert_eq!(states(&view())[0], TaskState::NeedsChange);
        assert_eq!(view().wrong.len(), 1);
        let draft4 = answer(&house, &draft3, renewal()).unwrap();
        let draft5 = attach(&house, &draft4, house.upload(HOUSEHOLD)).unwrap();
        assert_eq!(view().materials_state, TaskState::InProgress);
        let draft6 = attach(&house, &draft5, house.upload(OLD_CARD)).unwrap();
        assert!(!view().is_ready(), "how the result is received is not chosen");
        let (actor, id, version) = (house.citizen.clone(), draft6.id, draft6.version);
        house.db.write(move |tx| drafts::choose_way(tx, &actor, &id, version, &Way::Window)).unwrap();
        let done = view();
        assert!(done.is_ready() && done.count(Turn::Yours) == 0);
        assert!(states(&done).iter().all(|state| *state == TaskState::Done));

        let filled = house.db.read(|read| drafts::filled(read, &house.citizen, &draft6.id)).unwrap();
        let receipt = house.try_submit(&house.citizen, filled.filing(Channel::Online)).unwrap();
        // The draft is gone, and pressing the button again shows the same receipt.
        let gone = house.db.read(|read| drafts::of(read, &house.citizen, &draft.id));
        assert_eq!(refusal(gone), Refusal::DraftGone);
        let again = house.try_submit(&house.citizen, filled.filing(Channel::Online)).unwrap();
        assert_eq!((again.number, again.repeated), (receipt.number, true));
        assert_eq!(house.case(receipt.number).way, casework::Service::Window);
    });
}

#[test]
fn what_is_known_needs_no_answer() {
    each_house(|house| {
        let draft = start(&house, &house.citizen);
        let mut own = renewal();
        own.retain(|key, _| !matches!(key.as_str(), "name" | "resident_id" | "phone"));
        let draft = answer(&house, &draft, own).unwrap();
        let draft = attach(&house, &draft, house.upload(HOUSEHOLD)).unwrap();
        let draft = attach(&house, &draft, house.upload(OLD_CARD)).unwrap();
        let filled = house.db.read(|read| drafts::filled(read, &house.citizen, &draft.id)).unwrap();
        let receipt = house.try_submit(&house.citizen, filled.filing(Channel::Mobile)).unwrap();
        let case = house.case(receipt.number);
        let papers = house.db.read(|read| casework::query::papers(read, &house.citizen, &case)).unwrap();
        assert_eq!(papers.answers["resident_id"], RESIDENT.into());
    });
}

#[test]
fn two_devices_do_not_overwrite_each_other() {
    each_house(|house| {
        let draft = start(&house, &house.citizen);
        answer(&house, &draft, one("away", "否")).unwrap();
        assert_eq!(refusal(answer(&house, &draft, one("away", "是"))), Refusal::DraftStale { version: 2 });
        assert_eq!(
            refusal(answer(&house, &Draft { version: 2, ..draft }, one("无", "有"))),
            Refusal::NotAsked("无".to_owned())
        );
    });
}

#[test]
fn a_draft_is_its_owners_alone() {
    each_house(|house| {
        let draft = start(&house, &house.citizen);
        for actor in [&house.other, &house.clerk, &house.supervisor] {
            let found = house.db.read(|read| drafts::of(read, actor, &draft.id));
            assert!(matches!(refusal(found), Refusal::DraftGone | Refusal::OnlyTheApplicant));
        }
        let others = house.db.read(|read| drafts::list(read, &house.other)).unwrap();
        assert!(others.is_empty());
        let (citizen, other, id) = (house.citizen.clone(), house.other.clone(), draft.id);
        let stolen = house.db.write(move |tx| drafts::discard(tx, &other, &id));
        assert_eq!(refusal(stolen), Refusal::DraftGone);
        house.db.write(move |tx| drafts::discard(tx, &citizen, &id)).unwrap();
        assert!(house.db.read(|read| drafts::list(read, &house.citizen)).unwrap().is_empty());
    });
}

#[test]
fn a_draft_is_kept_for_thirty_days_after_the_last_change() {
    each_house(|house| {
        let draft = start(&house, &house.citizen);
        house.pass_days(20);
        answer(&house, &draft, one("away", "否")).unwrap();
        house.pass_days(29);
        house.drain();
        assert_eq!(house.db.read(|read| drafts::list(read, &house.citizen)).unwrap().len(), 1);
        house.pass_days(2);
        // Nobody sees it any more even before it is cleared away.
        assert_eq!(refusal(house.db.read(|read| drafts::of(read, &house.citizen, &draft.id))), Refusal::DraftGone);
        house.drain();
        let left = house.db.read::<_, store::Error>(|read| {
            store::ReadExt::query(read, "SELECT id FROM casework_draft", &[], |row| row.get::<String>(0))
        });
        assert!(left.unwrap().is_empty());
    });
}

#[test]
fn nobody_is_asked_twice_for_what_is_there() {
    each_house(|house| {
        // A licence from an earlier case, and a file from another.
        let temporary = house.submit(TEMPORARY).number;
        house.steps(temporary, &[(&house.clerk, grant())]);
        house.drain();
        let draft = start(&house, &house.citizen);
        let view = house.db.read(|read| drafts::view(read, &house.citizen, &draft.id)).unwrap();
        let of = |name: &str| view.materials.iter().find(|material| material.name == name).unwrap();
        assert_eq!((of("居民身份证换领申请表").turn, of(HOUSEHOLD).turn), (Turn::Ready, Turn::Yours));
        let [Offer::Earlier { case, digest, .. }] = &of(HOUSEHOLD).offers[..] else {
            panic!("{:?}", of(HOUSEHOLD).offers)
        };
        assert_eq!(*case, temporary);
        let earlier = Brought::Earlier { case: *case, digest: *digest };
        let attachment = Attachment { material: HOUSEHOLD.to_owned(), brought: earlier };
        let draft = attach(&house, &draft, attachment).unwrap();
        let draft = attach(&house, &draft, house.upload(OLD_CARD)).unwrap();
        let draft = answer(&house, &draft, renewal()).unwrap();
        let receipt = house.try_submit(&house.citizen, draft.filing(Channel::Online)).unwrap();
        let case = house.case(receipt.number);
        assert!(case.materials.iter().any(|material| matches!(material.provision, Provision::Earlier { .. })));
    });
}
