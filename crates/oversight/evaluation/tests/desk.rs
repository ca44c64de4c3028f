//! The main line on both databases: a case ends, it is rated poorly, called back, put right, answered and followed up.

use casework::{Channel, Key};
use evaluation::rules::Refusal;
use evaluation::{Command, Level, Stage, Subject, Turn, Way, query};
use identity::Particulars;
use kernel::{Actor, Refuse};
use store::Failure;

use crate::given;
use crate::house::{self, *};

#[test]
fn from_a_poor_rating_to_the_follow_up() {
    each_house(|house| {
        let number = house.served();
        let invited = house.service(number);
        assert_eq!(invited.invited.staff, [house.clerk.staff().unwrap()]);
        assert!(invited.first.is_none() && invited.invited.online && invited.invited.clerk.is_none());

        let service = house.rate(&house.citizen, number, Turn::First, Level::Bad).unwrap();
        assert_eq!(service.redress.as_ref().unwrap().stage(), Stage::Contact);
        let twice = refused(house.rate(&house.citizen, number, Turn::First, Level::Very));
        assert_eq!(twice, Refusal::AlreadyRated);

        // The desk of the district sees it; the clerk who was rated, and the neighbours, do not.
        let queue = |actor: &Actor| house.db.read(|read| query::queue(read, actor, Stage::Contact, 10, None));
        assert_eq!(queue(&house.officer).unwrap().services, std::slice::from_ref(&service));
        assert_eq!(queue(&house.supervisor).unwrap().services, std::slice::from_ref(&service));
        assert_eq!(queue(&house.clerk).unwrap().services, []);
        assert_eq!(queue(&house.elsewhere).unwrap().services, []);
        assert!(queue(&house.citizen).is_err());
        let subject = Subject::Case(number);
        let see = |actor: &Actor| house.db.read(|read| query::service_for(read, actor, &subject));
        assert_eq!(refused(see(&house.clerk)), Refusal::OwnService);
        assert_eq!(refused(see(&house.elsewhere)), Refusal::NotFound);
        assert_eq!(refused(see(&house.other)), Refusal::NotFound);

        let words = house.db.read(|read| query::words(read, &service)).unwrap();
        assert_eq!(words.first, "说了等一会儿，结果等了一上午。");
        let whom = call(&house, &house.officer, number).unwrap();
        assert!(matches!(whom, Particulars::Person(person) if person.name.to_string() == NAME));
        let looks = house.db.read(|read| identity::looks(read, &service.invited.party, None, 10)).unwrap();
        assert!(looks[0].purpose.starts_with("差评回访"));
        assert_eq!(refused(call(&house, &house.clerk, number)), Refusal::OwnService);
        assert!(call(&house, &house.supervisor, number).is_err());

        for command in [given::contact(), given::verify(None), given::reply()] {
            house.handle(&house.officer, number, command).unwrap();
        }
        let early = house.db.read(|read| query::of_case(read, &house.citizen, &number)).unwrap().unwrap();
        assert_eq!(early.redress.as_ref().unwrap().stage(), Stage::Answered);
        house.rate(&house.citizen, number, Turn::FollowUp, Level::Well).unwrap();
        assert_eq!(refused(house.rate(&house.citizen, number, Turn::FollowUp, Level::Well)), Refusal::AlreadyFollowed);

        // Published with the answer beside it, after somebody looked through it.
        let waiting = house.db.read(|read| query::to_review(read, &house.officer, 10, None)).unwrap();
        assert_eq!(waiting.services.len(), 1);
        house.handle(&house.officer, number, given::publish("等了一上午。")).unwrap();
        house.drain();
        let (item, here) = (code(READER), region(XUANWU));
        let comments = house.db.read(|read| query::comments(read, &item, &here, 10, None)).unwrap();
        assert_eq!(comments.services[0].published.as_ref().unwrap().text, "等了一上午。");
        let sums = house.db.read(|read| query::item_sums(read, &item, &here)).unwrap();
        assert_eq!((sums.levels(), sums.get("rectified"), sums.get("contacted-in-time")), ([0, 0, 0, 0, 1], 1, 1));
        assert_eq!(sums.score_tenths(), None, "one rating is too few for a score");
        house.recount();
        house.verify();
    });
}

fn call(house: &House, actor: &Actor, number: kernel::CaseNumber) -> Result<Particulars, Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| evaluation::reveal_contact(tx, &actor, &Subject::Case(number)))
}

#[test]
fn a_key_makes_a_rating_that_is_sent_twice_happen_once() {
    each_house(|house| {
        let number = house.served();
        let send = |request: &[u8]| {
            let (actor, new) = (house.citizen.clone(), house::rating(Level::Very, ""));
            let key = Key { client: actor.label(), key: "k1".to_owned(), request: request.to_vec() };
            house.db.write(move |tx| evaluation::rate(tx, &actor, &number, Turn::First, &new, Some(&key)))
        };
        let first = send(b"one").unwrap();
        assert_eq!(send(b"one").unwrap(), first);
        assert_eq!(refused(send(b"two")), Refusal::KeyReused);
    });
}

#[test]
fn a_link_rates_once_and_nobody_guesses_one() {
    each_house(|house| {
        let number = house.served();
        let subject = Subject::Case(number);
        let token = query::link(house.db.vault(), &subject, Turn::First);
        let rate = |token: &str, level| {
            let (token, mut new) = (token.to_owned(), house::rating(level, ""));
            new.way = Way::Link;
            house.db.write(move |tx| evaluation::rate_by_link(tx, &token, &new))
        };
        assert_eq!(refused(rate("0123456789abcdef0123456789abcdef", Level::Very)), Refusal::LinkUnknown);
        // The link of the follow-up is not good before there is something to follow up.
        let later = query::link(house.db.vault(), &subject, Turn::FollowUp);
        assert_eq!(refused(rate(&later, Level::Very)), Refusal::LinkUnknown);
        rate(&token, Level::Poor).unwrap();
        assert_eq!(refused(rate(&token, Level::Very)), Refusal::LinkUsed);
        for command in [given::contact(), given::verify(None), given::reply()] {
            house.handle(&house.officer, number, command).unwrap();
        }
        rate(&later, Level::Well).unwrap();
        assert_eq!(refused(rate(&later, Level::Well)), Refusal::LinkUsed);
        house.drain();
        house.recount();
        house.verify();
    });
}

#[test]
fn the_tablet_shows_the_case_just_finished_and_the_clerk_chooses_nothing() {
    each_house(|house| {
        let online = house.finish(Channel::Online);
        house.drain();
        let token = house.db.read(|read| evaluation::tablet_link(read, &house.clerk)).unwrap();
        let shown = || house.db.read(|read| query::at_tablet(read, &token)).unwrap();
        assert_eq!(shown(), None, "whoever applied online does not stand at the window");
        assert!(house.db.read(|read| evaluation::tablet_link(read, &house.officer)).is_err());
        let first = house.finish(Channel::Window);
        house.drain();
        assert_eq!(shown().unwrap().subject, Subject::Case(first));
        house.pass_days(0);
        house.db.time().advance(std::time::Duration::from_secs(60));
        let second = house.finish(Channel::Window);
        house.drain();
        assert_eq!(shown().unwrap().subject, Subject::Case(second));
        let rate = |number, level| {
            let (token, mut new) = (token.clone(), house::rating(level, ""));
            (new.way, new.aspects) = (Way::Tablet, vec!["attitude".to_owned()]);
            house.db.write(move |tx| evaluation::rate_at_tablet(tx, &token, &Subject::Case(number), &new))
        };
        assert_eq!(refused(rate(first, Level::Very)), Refusal::NotFound);
        assert_eq!(refused(rate(online, Level::Very)), Refusal::NotFound);
        rate(second, Level::Very).unwrap();
        assert_eq!(shown(), None);
        let third = house.finish(Channel::Window);
        house.drain();
        house.db.time().advance(std::time::Duration::from_secs(16 * 60));
        assert_eq!(shown(), None, "{third} is offered for a quarter of an hour");
        house.pass_days(1);
        let old = house.db.read(|read| query::at_tablet(read, &token));
        assert_eq!(refused(old), Refusal::LinkUnknown, "a tablet's address is good for its day");
    });
}

#[test]
fn the_wheel_notes_silence_and_what_is_overdue() {
    each_house(|house| {
        let (silent, poor) = (house.served(), house.served());
        house.rate(&house.citizen, poor, Turn::First, Level::Poor).unwrap();
        house.pass_days(10);
        house.drain();
        assert!(house.service(silent).lapsed.is_some());
        assert!(house.service(poor).redress.unwrap().contact_overdue);
        house.pass_days(20);
        house.drain();
        let redress = house.service(poor).redress.unwrap();
        assert!(redress.rectify_overdue && redress.is_overdue());
        house.rate(&house.citizen, silent, Turn::First, Level::Very).unwrap();
        house.drain();
        house.verify();
    });
}

#[test]
fn a_withdrawn_case_is_a_service_too() {
    each_house(|house| {
        let number = house.finish(Channel::Online);
        house.drain();
        let page = house.db.read(|read| query::mine(read, &house.citizen.party().unwrap(), 10, None)).unwrap();
        assert_eq!(page.services.iter().map(|service| service.subject).collect::<Vec<_>>(), [Subject::Case(number)]);
        assert_eq!(Refusal::NotFound.class().status(), 404);
    });
}

#[test]
fn the_national_rows_count_the_other_way_round_and_name_nobody() {
    each_house(|house| {
        let number = house.served();
        house.served();
        let (actor, new) = (house.citizen.clone(), house::rating(Level::Bad, "打 13800000997 没人接"));
        house.db.write(move |tx| evaluation::rate(tx, &actor, &number, Turn::First, &new, None)).unwrap();
        let month = house.month();
        let (rows, next) = house.db.read(|read| query::export(read, month, "", 100)).unwrap();
        assert_eq!((rows.len(), next), (1, None), "silence is not sent as a rating");
        let text = serde_json::to_string(&rows[0]).unwrap();
        assert!(text.contains("\"satisfaction\":1") && text.contains("\"assessNumber\":1"), "{text}");
        assert!(text.contains("打 *********** 没人接"), "{text}");
        assert!(!text.contains(NAME) && !text.contains(RESIDENT) && !text.contains(PHONE), "{text}");
        assert!(rows[0].task_code.len() > 12 && rows[0].dept_code.len() == 18, "{text}");
    });
}

#[test]
fn nothing_personal_stands_in_the_clear() {
    each_house(|house| {
        let number = house.served();
        let (actor, new) = (house.citizen.clone(), house::rating(Level::Bad, "我叫𠮷小满，电话 13800000997"));
        house.db.write(move |tx| evaluation::rate(tx, &actor, &number, Turn::First, &new, None)).unwrap();
        let note = Command::Contact { note: "已致电𠮷小满 13800000997".to_owned() };
        house.handle(&house.officer, number, note).unwrap();
        let entries = house.db.read(|read| store::journal::since(read, 0, 10_000)).unwrap();
        let ours: Vec<_> = entries.iter().filter(|entry| entry.room() == "evaluation").collect();
        assert!(ours.len() >= 4);
        for entry in ours {
            assert!(!entry.body.contains(PHONE) && !entry.body.contains("小满"), "{}", entry.body);
        }
    });
}
