//! The knowledge base: written by one, approved by another, offered as long as it is good.

use hotline::{ArticleCommand as C, ArticleState, Kind, NewArticle, Refusal, query};
use kernel::{Actor, Date};
use store::Failure;

use crate::house::*;

fn article(until: Date) -> NewArticle {
    NewArticle {
        title: "酒馆夜里放音响怎么管".to_owned(),
        text: "由区生态环境部门责令改正。".to_owned(),
        category: "noise-business".to_owned(),
        source: "玄武区生态环境局".to_owned(),
        valid_until: until,
        order: None,
    }
}

fn write(house: &House, actor: &Actor, content: NewArticle) -> Result<hotline::Article, Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| hotline::write_article(tx, &actor, &content))
}

fn handle(
    house: &House,
    actor: &Actor,
    id: hotline::ArticleId,
    command: C,
) -> Result<hotline::Article, Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| hotline::handle_article(tx, &actor, &id, &command))
}

fn days(today: Date, days: u64) -> Date {
    today.checked_add(std::time::Duration::from_secs(days * 86_400)).unwrap()
}

#[test]
fn one_writes_another_approves_and_what_expired_is_not_offered() {
    each_house(|house| {
        let today = house.db.today();
        let found = |words: &str| house.db.read(|read| query::search(read, words, "", 5)).unwrap();
        assert_eq!(
            refused(write(&house, &house.agent, article(days(today, 0).yesterday().unwrap()))),
            Refusal::AlreadyExpired
        );
        let personal = NewArticle { text: "打 13800000997 找老王。".to_owned(), ..article(days(today, 5)) };
        assert_eq!(refused(write(&house, &house.agent, personal)), Refusal::Personal("/text"));
        assert!(matches!(
            refused(write(&house, &house.handler, article(days(today, 5)))),
            Refusal::NotEmpowered { .. }
        ));
        let own = write(&house, &house.leader, article(days(today, 5))).unwrap().id;
        assert!(found("酒馆 音响").is_empty(), "a draft is not offered");
        assert_eq!(refused(handle(&house, &house.leader, own, C::Approve)), Refusal::OwnArticle);
        assert!(matches!(refused(handle(&house, &house.agent, own, C::Approve)), Refusal::NotEmpowered { .. }));
        assert_eq!(
            refused(handle(&house, &house.second_leader, own, C::Renew { until: today })),
            Refusal::ArticleNotNow { state: ArticleState::Draft }
        );
        handle(&house, &house.second_leader, own, C::Approve).unwrap();
        let offered = found("酒馆夜里很吵");
        assert!(offered.len() == 1 && offered[0].expiring);
        assert!(found("公积金").is_empty());
        house.pass_days(6);
        assert!(found("酒馆 音响").is_empty(), "what expired is not offered");
        let until = days(house.db.today(), 90);
        handle(&house, &house.leader, own, C::Renew { until }).unwrap();
        assert!(!found("酒馆 音响")[0].expiring);
        handle(&house, &house.leader, own, C::Withdraw { reason: "并到别的一条。".to_owned() }).unwrap();
        assert!(found("酒馆 音响").is_empty());
        house.verify();
    });
}

#[test]
fn the_shipped_articles_are_whole_and_an_order_is_written_back_when_it_is_closed() {
    each_house(|house| {
        house.db.write(|tx| hotline::import_knowledge(tx, &Actor::System("import"))).unwrap();
        let found = house.db.read(|read| query::search(read, "举报 保密", "service", 3)).unwrap();
        assert!(found[0].article.content.title.contains("举报"));
        let order = house.register(&house.agent, intake(Kind::Enquiry)).unwrap().number;
        let draft = NewArticle { order: Some(order), ..article(days(house.db.today(), 100)) };
        assert_eq!(refused(write(&house, &house.agent, draft.clone())), Refusal::NotClosed);
        house.handle(&house.agent, order, hotline::Command::Answer { words: "归生态环境局管。".to_owned() }).unwrap();
        let article = write(&house, &house.agent, draft).unwrap();
        assert_eq!((article.state, article.content.order), (ArticleState::Draft, Some(order)));
        let drafts = house.db.read(|read| query::articles(read, &house.leader, ArticleState::Draft)).unwrap();
        assert_eq!(drafts.len(), 1);
        house.verify();
    });
}
