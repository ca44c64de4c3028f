//! 问这件办件: asked by the applicant, answered by the office, judged by the applicant.

use kernel::Actor;
use messages::{Refusal, Side, desk, query};
use store::Failure;

use crate::house::{House, RENEWAL, each_house};

fn ask(
    house: &House,
    actor: &Actor,
    number: kernel::CaseNumber,
    text: &'static str,
) -> Result<messages::QuestionId, Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| desk::ask(tx, &actor, &number, text)).map(|(id, _)| id)
}

fn answer(house: &House, actor: &Actor, id: messages::QuestionId, text: &'static str) -> Result<(), Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| desk::answer(tx, &actor, &id, text)).map(drop)
}

fn judge(house: &House, actor: &Actor, id: messages::QuestionId, helpful: bool) -> Result<(), Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| desk::judge(tx, &actor, &id, helpful)).map(drop)
}

#[test]
fn a_question_and_its_answer_stand_in_the_dialogue_of_the_case() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.drain();
        let id = ask(&house, &house.citizen, number, "旧证丢了，要先登报吗？").unwrap();
        // The asker sees the own words at once, and they are not unread.
        let told = house.told(&house.citizen, &number);
        assert_eq!((told[1].side, told[1].body.text.as_str()), (Side::Asker, "旧证丢了，要先登报吗？"));
        assert_eq!(house.unread(&house.citizen), 1);
        house.drain();
        let post = house.db.read(|read| query::post_threads(read, &house.clerk, 20)).unwrap();
        assert_eq!(post[0].last.as_ref().unwrap().title, "申请人问了问题");

        let waiting = |actor: &Actor| house.db.read(|read| query::waiting(read, actor, None, 20));
        let page = waiting(&house.clerk).unwrap();
        assert_eq!(page.lines.len(), 1);
        assert_eq!((page.lines[0].question.id, page.lines[0].text.as_str()), (id, "旧证丢了，要先登报吗？"));
        assert!(waiting(&house.elsewhere).unwrap().lines.is_empty());
        assert!(matches!(waiting(&house.operator), Err(Failure::Refused(Refusal::NotFound))));
        assert!(matches!(waiting(&house.citizen), Err(Failure::Refused(Refusal::NotFound))));

        assert!(matches!(answer(&house, &house.elsewhere, id, "不用"), Err(Failure::Refused(Refusal::NotFound))));
        assert!(matches!(answer(&house, &house.clerk, id, " "), Err(Failure::Refused(Refusal::NoWords))));
        assert!(matches!(judge(&house, &house.citizen, id, true), Err(Failure::Refused(Refusal::NotAnsweredYet))));
        answer(&house, &house.clerk, id, "不用登报，签一份遗失声明就行。").unwrap();
        assert!(matches!(answer(&house, &house.clerk, id, "再答"), Err(Failure::Refused(Refusal::AlreadyAnswered))));
        house.drain();
        let told = house.told(&house.citizen, &number);
        let last = told.last().unwrap();
        assert_eq!(
            (last.side, last.body.text.as_str(), last.body.question),
            (Side::Office, "不用登报，签一份遗失声明就行。", Some(id))
        );
        assert!(waiting(&house.clerk).unwrap().lines.is_empty());
        // The post's own note asks for nothing any more.
        let post = house.db.read(|read| query::post_threads(read, &house.clerk, 20)).unwrap();
        assert!(post[0].settled);

        assert!(matches!(judge(&house, &house.other, id, true), Err(Failure::Refused(Refusal::NotFound))));
        judge(&house, &house.citizen, id, false).unwrap();
        assert!(matches!(judge(&house, &house.citizen, id, true), Err(Failure::Refused(Refusal::AlreadyJudged))));
        house.verify();
    });
}

#[test]
fn only_the_applicant_asks_and_not_without_end() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        for stranger in [&house.other, &house.clerk] {
            assert!(matches!(ask(&house, stranger, number, "好了吗？"), Err(Failure::Refused(Refusal::NotFound))));
        }
        for _ in 0..3 {
            ask(&house, &house.citizen, number, "好了吗？").unwrap();
        }
        let fourth = ask(&house, &house.citizen, number, "好了吗？");
        assert!(matches!(fourth, Err(Failure::Refused(Refusal::EnoughAsked { most: 3 }))));
        house.verify();
    });
}
