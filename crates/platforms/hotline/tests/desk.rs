//! The desk on both databases: who sees what, what is sealed, what is merged, what is counted, what everybody may know.

use hotline::{
    Channel, Command, Intake, Kind, Next, OrderNumber, Outcome, Refusal, Satisfaction, Stage, Supervised, query,
};
use kernel::{Actor, PartyId};
use query::View;
use store::{Read, journal};

use crate::house::*;

fn words() -> String {
    "核实过了，13800000123 是店主。".to_owned()
}

fn feed_back() -> Command {
    Command::FeedBack { outcome: Outcome::Solved, words: words() }
}

fn follow_up(solved: bool, satisfaction: Satisfaction, next: Next) -> Command {
    Command::FollowUp { solved, satisfaction: Some(satisfaction), words: words(), next }
}

fn whole_journal(house: &House) -> String {
    let entries = house.db.read(|read| journal::since(read, 0, 10_000)).unwrap();
    entries.iter().map(|entry| format!("{} {} {}\n", entry.stream, entry.actor, entry.body)).collect()
}

#[test]
fn from_the_call_to_the_follow_up() {
    each_house(|house| {
        let number = house.handling(intake(Kind::Complaint));
        assert_eq!(refused(house.handle(&house.elsewhere, number, Command::Sign)), Refusal::NotFound);
        assert_eq!(refused(house.handle(&house.stranger, number, Command::Sign)), Refusal::NotFound);
        // Who helps may read, and does not act for who leads.
        assert!(matches!(refused(house.handle(&house.police, number, feed_back())), Refusal::NotEmpowered { .. }));
        house.handle(&house.handler, number, Command::Contact { words: words() }).unwrap();
        house.handle(&house.handler, number, feed_back()).unwrap();
        house.handle(&house.officer, number, follow_up(false, Satisfaction::Dissatisfied, Next::Redo)).unwrap();
        house.handle(&house.handler, number, Command::Sign).unwrap();
        house.handle(&house.handler, number, Command::Contact { words: words() }).unwrap();
        house.handle(&house.handler, number, feed_back()).unwrap();
        let closed = house.handle(&house.officer, number, follow_up(true, Satisfaction::Fairly, Next::Close)).unwrap();
        assert_eq!((closed.stage(), closed.rounds.len()), (Stage::Closed, 2));
        house.drain();
        house.verify();
        // Nothing personal stands in the clear in any row of the journal.
        let journal = whole_journal(&house);
        for secret in ["13800000995", "13800000123", "徐先生", "酒馆", "双塔街", NAME, RESIDENT] {
            assert!(!journal.contains(secret), "{secret}");
        }
        let month = i64::from(house.db.today().year()) * 100 + i64::from(house.db.today().month());
        let rates = house.db.read(|read| query::rates(read, &house.leader, &region(XUANWU), month)).unwrap();
        let [unit] = &rates[..] else { panic!("{rates:?}") };
        let rate =
            |code: &str| unit.rates.iter().find(|rate| rate.code == code).map(|rate| (rate.of, rate.all)).unwrap();
        assert_eq!((unit.dispatched, rate("signing"), rate("response")), (1, (2, 2), (2, 2)));
        assert_eq!((rate("closing"), rate("solved"), rate("satisfied")), ((2, 2), (1, 2), (1, 2)));
        assert_eq!((rate("redo"), rate("return")), ((1, 1), (0, 1)));
        assert!(matches!(
            refused(house.db.read(|read| query::rates(read, &house.citizen, &region(XUANWU), month))),
            Refusal::NotEmpowered { .. }
        ));
    });
}

#[test]
fn lists_show_each_desk_its_own() {
    each_house(|house| {
        let number = house.handling(intake(Kind::Complaint));
        let waiting = house
            .register(&house.agent, Intake { category: "wages".to_owned(), ..intake(Kind::Request) })
            .unwrap()
            .number;
        house
            .db
            .read::<_, store::Failure<Refusal>>(|read| {
                let of = |page: query::Page| page.lines.iter().map(|line| line.order.number).collect::<Vec<_>>();
                assert_eq!(of(query::queue(read, &house.agent, Stage::Waiting, 10, None)?), [waiting]);
                assert_eq!(of(query::queue(read, &house.elsewhere, Stage::Waiting, 10, None)?), []);
                assert_eq!(of(query::inbox(read, &house.handler, Stage::Handling, 10, None)?), [number]);
                assert_eq!(
                    of(query::inbox(read, &house.police, Stage::Handling, 10, None)?),
                    [number],
                    "who helps finds it too"
                );
                assert_eq!(of(query::inbox(read, &house.elsewhere, Stage::Handling, 10, None)?), []);
                assert_eq!(query::inbox_counts(read, &house.handler)?, [(Stage::Dispatched, 0), (Stage::Handling, 1)]);
                assert_eq!(query::counts(read, &house.agent)?[0], (Stage::Waiting, 1));
                assert!(query::queue(read, &house.handler, Stage::Waiting, 10, None).is_err());
                Ok(())
            })
            .unwrap();
        // A list goes on where it stopped.
        for _ in 0..3 {
            house.register(&house.agent, intake(Kind::Enquiry)).unwrap();
        }
        house
            .db
            .read::<_, store::Failure<Refusal>>(|read| {
                let (mut seen, mut cursor) = (vec![], None);
                loop {
                    let page = query::queue(read, &house.agent, Stage::Waiting, 2, cursor.as_deref())?;
                    seen.extend(page.lines.iter().map(|line| line.order.number));
                    let Some(next) = page.next else { break };
                    cursor = Some(next);
                }
                seen.sort();
                seen.dedup();
                assert_eq!(seen.len(), 4);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn who_tips_off_is_known_to_the_centre_alone_and_each_look_is_noted() {
    each_house(|house| {
        let tip = Intake { phone: None, channel: Channel::Web, name: String::new(), ..intake(Kind::TipOff) };
        let order = house.register(&house.citizen, tip).unwrap();
        let party = house.citizen.party().unwrap();
        assert_ne!(order.holder, party, "not even the row says by whom");
        let entries = house.db.read(|read| journal::stream(read, &order.number.stream(), 1, 10)).unwrap();
        assert!(
            entries.iter().all(|entry| entry.actor == "system:hotline" && !entry.body.contains(&party.to_string()))
        );
        let number = order.number;
        // The same caller's other orders cannot be laid beside it: their marks are keyed apart.
        let open = Intake { phone: None, channel: Channel::Web, ..intake(Kind::Complaint) };
        assert!(house.register(&house.citizen, open).unwrap().supervised.is_empty());
        house.handle(&house.agent, number, dispatch()).unwrap();
        house.handle(&house.handler, number, Command::Sign).unwrap();
        house
            .db
            .read::<_, store::Failure<Refusal>>(|read| {
                let order = query::order_for(read, &house.handler, &number)?;
                assert_eq!(query::view_of(read, &house.handler, &order)?, Some(View::Unit));
                let shown = query::shown(read, &order, View::Unit)?;
                assert_eq!(shown.caller, "");
                assert!(shown.call.text.contains("138****") && !shown.call.text.contains("13800000995"));
                assert!(query::shown(read, &order, View::Centre)?.caller.starts_with("林** 138****0997"));
                // Their own list has it, nobody else's.
                assert_eq!(query::mine(read, &party, 10, None)?.lines.len(), 2);
                assert!(query::order_for(read, &house.citizen, &number).is_ok());
                assert_eq!(query::mine(read, &house.stranger.party().unwrap(), 10, None)?.lines.len(), 0);
                Ok(())
            })
            .unwrap();
        let look = |actor: &Actor| {
            let actor = actor.clone();
            house.db.write(move |tx| hotline::reveal(tx, &actor, &number, "核实举报内容"))
        };
        assert_eq!(refused(look(&house.handler)), Refusal::Protected);
        let contact = look(&house.officer).unwrap();
        assert_eq!((contact.phone.as_deref(), contact.party), (Some(PHONE), Some(party)));
        // Beside the party's other looks it would say who tipped off; so the caller finds it on the order's own page.
        assert!(house.db.read(|read| identity::looks(read, &party, None, 10)).unwrap().is_empty());
        let own = house.db.read(|read| query::story(read, &house.order(number), View::Caller)).unwrap();
        assert!(own.iter().any(|told| matches!(told.event, hotline::Event::Seen { .. })));
        let noted = house.db.read(|read| journal::stream(read, &number.stream(), 1, 10)).unwrap();
        assert_eq!(noted.iter().filter(|entry| entry.kind == "hotline.seen").count(), 1);
        // The unit does not read of it in the order's story.
        let story = house.db.read(|read| query::story(read, &house.order(number), View::Unit)).unwrap();
        assert!(story.iter().all(|told| !matches!(told.event, hotline::Event::Seen { .. })));
        house.verify();
    });
}

#[test]
fn whoever_called_finds_their_order_by_code_or_by_name() {
    each_house(|house| {
        let anonymous = Intake { channel: Channel::Web, source: "10.0.0.1".to_owned(), ..intake(Kind::Complaint) };
        let web = Actor::System("web");
        let nameless = Intake { phone: None, ..anonymous.clone() };
        assert_eq!(refused(house.register(&web, nameless)), Refusal::PhoneMissing);
        let number = house.register(&web, anonymous.clone()).unwrap().number;
        let code = house.db.read::<_, store::Error>(|read| Ok(query::code(&read.vault(), &number))).unwrap();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert!(house.db.read(|read| query::by_code(read, &number, &code)).is_ok());
        for other in [wrong, "", "00000", &format!("{code}0")] {
            assert_eq!(refused(house.db.read(|read| query::by_code(read, &number, other))), Refusal::WrongCode);
        }
        let rate = Command::Rate { solved: true, satisfaction: None, words: String::new() };
        let early = {
            let (code, rate) = (code.clone(), rate.clone());
            house.db.write(move |tx| hotline::rate_with_code(tx, &number, &code, &rate))
        };
        assert!(matches!(refused(early), Refusal::NotNow { .. }));
        let other = {
            let code = code.clone();
            house.db.write(move |tx| hotline::rate_with_code(tx, &number, &code, &Command::Sign))
        };
        assert_eq!(refused(other), Refusal::OnlyTheCaller);
        // Ten a day from one address.
        for _ in 0..9 {
            house.register(&web, anonymous.clone()).unwrap();
        }
        assert_eq!(refused(house.register(&web, anonymous)), Refusal::TooMany { most: 10 });
        // A form sent twice is one order.
        let keyed = Intake { key: "once".to_owned(), phone: None, ..intake(Kind::Request) };
        let first = house.register(&house.citizen, keyed.clone()).unwrap().number;
        assert_eq!(house.register(&house.citizen, keyed.clone()).unwrap().number, first);
        let mut other = keyed;
        other.call.text = "另一件事。".to_owned();
        assert_eq!(refused(house.register(&house.citizen, other)), Refusal::KeyReused);
        // Signed in: found by name, and rated by name.
        let own = house
            .register(&house.citizen, Intake { phone: None, channel: Channel::Web, ..intake(Kind::Request) })
            .unwrap();
        assert_eq!(own.holder, house.citizen.party().unwrap());
        assert!(matches!(refused(house.handle(&house.citizen, own.number, rate)), Refusal::NotNow { .. }));
        assert!(house.db.read(|read| query::order_for(read, &house.citizen, &own.number)).is_ok());
        assert_eq!(
            refused(house.db.read(|read| query::order_for(read, &house.stranger, &own.number))),
            Refusal::NotFound
        );
    });
}

#[test]
fn a_call_shows_what_is_known_and_what_may_be_the_same() {
    each_house(|house| {
        let own = Intake { phone: None, channel: Channel::Web, ..intake(Kind::Complaint) };
        let first = house.register(&house.citizen, own).unwrap().number;
        house.register(&house.citizen, Intake { phone: None, ..intake(Kind::TipOff) }).unwrap();
        let agent = house.agent.clone();
        let phone: kernel::Mobile = PHONE.parse().unwrap();
        let token = house.db.write(move |tx| hotline::open_call(tx, &agent, Some(phone))).unwrap();
        assert!(!token.contains(PHONE));
        house
            .db
            .read::<_, store::Failure<Refusal>>(|read| {
                assert_eq!(query::call(read, &house.agent, &token)?.phone, Some(phone));
                assert_eq!(
                    query::call(read, &house.leader, &token).err().map(|_| ()),
                    Some(()),
                    "another agent's call"
                );
                let known = query::known(read, &house.agent, &phone)?;
                assert!(matches!(refused(query::known(read, &house.handler, &phone)), Refusal::NotEmpowered { .. }));
                assert_eq!(
                    known.orders.iter().map(|(order, _)| order.number).collect::<Vec<_>>(),
                    [first],
                    "the tip-off is not shown"
                );
                assert_eq!(known.name, "徐**");
                let same =
                    query::duplicates(read, &house.agent, None, &region(XUANWU), "双塔街126号", "noise-business")?;
                assert!(same.len() == 1 && same[0].same_place && !same[0].same_caller);
                let same = query::duplicates(read, &house.agent, Some(&phone), &region(XUANWU), "", "noise-business")?;
                assert!(same[0].same_caller);
                assert!(query::duplicates(read, &house.agent, Some(&phone), &region(XUANWU), "", "wages")?.is_empty());
                let there = query::duplicates(read, &house.elsewhere, None, &region(XUANWU), "", "noise-business")?;
                assert!(there.is_empty(), "another district's agent");
                Ok(())
            })
            .unwrap();
        let looks = house.db.read(|read| identity::looks(read, &house.citizen.party().unwrap(), None, 10)).unwrap();
        assert_eq!(looks.len(), 1);
        house.db.time().advance(std::time::Duration::from_secs(5 * 3600));
        assert_eq!(refused(house.db.read(|read| query::call(read, &house.agent, &token))), Refusal::CallOver);
        assert!(refused(house.db.read(|read| query::call(read, &house.agent, "x"))) == Refusal::CallOver);
        // The same caller with the same matter is supervised from the start; merged, both sides know.
        let again = house.register(&house.citizen, Intake { phone: None, ..intake(Kind::Complaint) }).unwrap();
        assert!(again.supervised.contains(&Supervised::Repeat));
        let (agent, number) = (house.agent.clone(), again.number);
        house.db.write(move |tx| hotline::merge(tx, &agent, &number, &first)).unwrap();
        let main = house.order(first);
        assert!(main.joined == [number] && main.supervised.contains(&Supervised::Repeat));
        let (agent, none) = (house.agent.clone(), OrderNumber::new(house.db.today(), 999));
        assert!(house.db.write(move |tx| hotline::merge(tx, &agent, &first, &none)).is_err());
        assert_eq!(house.order(first).stage(), Stage::Waiting, "all of it happens, or none");
        house.verify();
    });
}

#[test]
fn the_wheel_notes_what_is_late() {
    each_house(|house| {
        let waiting = house.register(&house.agent, intake(Kind::Enquiry)).unwrap().number;
        let number = house.handling(Intake { phone: Some("13800000111".parse().unwrap()), ..intake(Kind::Complaint) });
        house.drain();
        assert!(house.order(waiting).supervised.is_empty());
        house.db.time().advance(std::time::Duration::from_secs(31 * 60));
        house.drain();
        assert!(house.order(waiting).late_dispatch);
        house.pass_days(30);
        house.drain();
        assert!(house.order(number).supervised.contains(&Supervised::Overdue));
        let page = house.db.read(|read| query::supervised(read, &house.leader, true, 10, None)).unwrap();
        assert_eq!(page.lines.len(), 2);
        house.verify();
    });
}

#[test]
fn what_everybody_may_know_has_nobody_in_it() {
    each_house(|house| {
        let agent = house.agent.clone();
        assert!(matches!(
            refused(house.db.write(move |tx| hotline::issue_key(tx, &agent, "某小程序"))),
            Refusal::NotEmpowered { .. }
        ));
        let leader = house.leader.clone();
        let key = house.db.write(move |tx| hotline::issue_key(tx, &leader, "某小程序")).unwrap();
        let bring = |key: &str, intake: Intake| {
            let key = key.to_owned();
            house.db.write(move |tx| hotline::register_by_key(tx, &key, &intake))
        };
        assert_eq!(refused(bring("nothing", intake(Kind::Complaint))), Refusal::UnknownKey);
        assert_eq!(refused(bring(&key, intake(Kind::TipOff))), Refusal::NotByProgram);
        let order = bring(&key, intake(Kind::Complaint)).unwrap();
        assert_eq!(order.channel, Channel::Program);
        let tip = house.register(&house.agent, intake(Kind::TipOff)).unwrap().number;
        let secret =
            house.register(&house.agent, Intake { confidential: true, ..intake(Kind::Complaint) }).unwrap().number;
        house
            .db
            .read::<_, store::Failure<Refusal>>(|read| {
                let all = query::public(read, &[order.number, tip, secret])?;
                assert_eq!(all.iter().map(|order| order.number).collect::<Vec<_>>(), [order.number]);
                let now = read.now();
                let asked = query::Asked {
                    region: region("320100000000"),
                    from: order.at,
                    to: now,
                    category: String::new(),
                    open: true,
                    closed: true,
                };
                let list = query::public_list(read, &asked)?;
                assert_eq!(list.iter().map(|order| order.number).collect::<Vec<_>>(), [order.number]);
                assert!(query::public_list(read, &query::Asked { open: false, ..asked.clone() })?.is_empty());
                assert!(query::public_list(read, &query::Asked { category: "wages".to_owned(), ..asked })?.is_empty());
                let token = query::token(&read.vault(), &order.number);
                assert_eq!(query::by_token(read, &token)?, order.number);
                assert!(query::by_token(read, &format!("{}x", &token[..28])).is_err());
                Ok(())
            })
            .unwrap();
        let id = house.db.read(|read| query::keys(read, &house.leader)).unwrap()[0].id.clone();
        let (leader, gone) = (house.leader.clone(), id.clone());
        house.db.write(move |tx| hotline::revoke_key(tx, &leader, &gone)).unwrap();
        assert_eq!(refused(bring(&key, intake(Kind::Complaint))), Refusal::UnknownKey);
        let leader = house.leader.clone();
        assert_eq!(refused(house.db.write(move |tx| hotline::revoke_key(tx, &leader, &id))), Refusal::NotFound);
        house.verify();
    });
}

#[test]
fn wrong_words_are_refused_and_whoever_is_erased_has_left_nothing() {
    each_house(|house| {
        let bad = |change: fn(&mut Intake)| {
            let mut intake = intake(Kind::Complaint);
            change(&mut intake);
            refused(house.register(&house.agent, intake))
        };
        assert_eq!(bad(|intake| intake.call.text = " \u{200b}".to_owned()), Refusal::WordsMissing("/text"));
        assert_eq!(
            bad(|intake| intake.call.title = "长".repeat(101)),
            Refusal::TooLong { pointer: "/title", most: 100 }
        );
        assert_eq!(bad(|intake| intake.category = "none".to_owned()), Refusal::UnknownCategory);
        assert_eq!(bad(|intake| intake.region = "320199000000".parse().unwrap()), Refusal::UnknownRegion);
        assert!(matches!(
            refused(house.register(&house.handler, intake(Kind::Complaint))),
            Refusal::NotEmpowered { .. }
        ));
        let guessed = Intake { category: String::new(), ..intake(Kind::Complaint) };
        assert_eq!(house.register(&house.agent, guessed).unwrap().category, "noise-business");
        let order = house.register(&house.citizen, Intake { phone: None, ..intake(Kind::Complaint) }).unwrap();
        let party: PartyId = order.holder;
        house.db.write::<_, store::Error, _>(move |tx| tx.erase(&party)).unwrap();
        let shown = house.db.read(|read| query::shown(read, &order, View::Centre)).unwrap();
        assert_eq!((shown.call.text.as_str(), shown.caller.as_str()), ("（已按本人要求删除）", ""));
        house.verify();
    });
}

#[test]
fn supervision_from_outside_the_centre_does_not_learn_who_tipped_off() {
    each_house(|house| {
        let tip = Intake { urgent: true, ..intake(Kind::TipOff) };
        let titled = |title: &str, intake: Intake| Intake {
            call: hotline::Call { title: title.to_owned(), place: format!("{title}门口"), ..intake.call },
            ..intake
        };
        let number = house.register(&house.agent, titled("13800000995 举报小作坊", tip)).unwrap().number;
        let overseer = staff(61, "320100000000", &[kernel::Duty::Supervise], None);
        let officer = house.officer.clone();
        house.db.write(move |tx| hotline::reveal(tx, &officer, &number, "核实举报内容")).unwrap();
        house
            .db
            .read::<_, store::Failure<Refusal>>(|read| {
                let order = query::order_for(read, &overseer, &number)?;
                let view = query::view_of(read, &overseer, &order)?.unwrap();
                assert_eq!(view, View::Overseer);
                let shown = query::shown(read, &order, view)?;
                let all = format!("{} {} {}", shown.call.title, shown.call.place, shown.call.text);
                assert!(shown.caller.is_empty() && !all.contains("13800000995"), "{all}");
                // It sees that somebody looked, which is what it watches.
                let story = query::story(read, &order, view)?;
                assert!(story.iter().any(|told| matches!(told.event, hotline::Event::Seen { .. })));
                let page = query::queue(read, &overseer, Stage::Waiting, 10, None)?;
                assert!(page.lines.len() == 1 && !page.lines[0].title.contains("13800000995"));
                let page = query::queue(read, &house.agent, Stage::Waiting, 10, None)?;
                assert!(page.lines[0].title.contains("13800000995"), "the centre reads it whole");
                Ok(())
            })
            .unwrap();
        let look = house.db.write(move |tx| hotline::reveal(tx, &overseer, &number, "看看是谁"));
        assert!(matches!(refused(look), Refusal::NotEmpowered { .. }));
    });
}

#[test]
fn everybody_whose_order_was_merged_is_told_the_answer() {
    each_house(|house| {
        let by = |actor: &Actor, phone: &str| {
            let phone = (!phone.is_empty()).then(|| phone.parse().unwrap());
            house.register(actor, Intake { phone, ..intake(Kind::Complaint) }).unwrap().number
        };
        let merge = |number: OrderNumber, into: OrderNumber| {
            let agent = house.agent.clone();
            house.db.write(move |tx| hotline::merge(tx, &agent, &number, &into))
        };
        let main = house.handling(intake(Kind::Complaint));
        let (second, third, fourth) =
            (by(&house.citizen, ""), by(&house.agent, "13800000111"), by(&house.stranger, ""));
        // One that others were merged into before.
        merge(third, second).unwrap();
        merge(second, main).unwrap();
        let tip = house.register(&house.agent, intake(Kind::TipOff)).unwrap().number;
        assert_eq!(refused(merge(tip, main)), Refusal::MergeTipOff);
        assert_eq!(house.order(tip).stage(), Stage::Waiting, "all of it happens, or none");
        house.handle(&house.handler, main, Command::Contact { words: words() }).unwrap();
        house.handle(&house.handler, main, feed_back()).unwrap();
        let told = |number: OrderNumber| {
            let order = house.order(number);
            let story = house.db.read(|read| query::story(read, &order, View::Caller)).unwrap();
            let relayed = story.into_iter().filter(|told| matches!(told.event, hotline::Event::Relayed { .. }));
            relayed.map(|told| told.words).collect::<Vec<_>>()
        };
        // Numbers in it were meant for one of them.
        let answer = ["核实过了，138****是店主。".to_owned()];
        assert_eq!((told(second), told(third)), (answer.to_vec(), answer.to_vec()));
        assert!(told(main).is_empty());
        // Merged when the answer was there already.
        let merged = merge(fourth, main).unwrap();
        assert_eq!(told(fourth), answer);
        assert_eq!(merged, house.order(fourth));
        // An erased caller stops nobody else's answer.
        house.handle(&house.officer, main, follow_up(false, Satisfaction::Dissatisfied, Next::Redo)).unwrap();
        let gone = house.citizen.party().unwrap();
        house.db.write::<_, store::Error, _>(move |tx| tx.erase(&gone)).unwrap();
        house.handle(&house.handler, main, Command::Sign).unwrap();
        house.handle(&house.handler, main, Command::Contact { words: words() }).unwrap();
        house.handle(&house.handler, main, feed_back()).unwrap();
        assert_eq!((told(third).len(), told(fourth).len()), (2, 2));
        house.verify();
    });
}

/// What happened, counted from the journal alone by another way than the follower's: unit, what, how many.
fn counted_by_hand(house: &House, numbers: &[OrderNumber]) -> std::collections::BTreeMap<(String, &'static str), i64> {
    use hotline::{Clock, Event};
    let mut counts = std::collections::BTreeMap::new();
    for number in numbers {
        let entries = house.db.read(|read| journal::stream(read, &number.stream(), 1, 300)).unwrap();
        let mut lead = String::new();
        // Whether the answer of this round is late already.
        let mut late = false;
        let mut count = |unit: &str, what| *counts.entry((unit.to_owned(), what)).or_insert(0) += 1;
        for entry in entries {
            match entry.event::<Event>().unwrap() {
                Event::Dispatched { lead: unit, .. } => {
                    lead = unit.to_string();
                    late = false;
                    count(&lead, "dispatched");
                }
                Event::Redone { .. } => {
                    late = false;
                    count(&lead, "redone");
                }
                Event::Returned { .. } => count(&lead, "returned"),
                Event::Overdue { clock: Clock::Handle, .. } => {
                    late = true;
                    count(&lead, "done-known");
                }
                Event::FedBack { .. } if !late => {
                    count(&lead, "done-known");
                    count(&lead, "done-in-time");
                }
                Event::Rated { rated, .. } => {
                    count(&lead, "asked");
                    if rated.solved {
                        count(&lead, "solved");
                    }
                    if rated.satisfaction.is_some() {
                        count(&lead, "rated");
                    }
                    if matches!(rated.satisfaction, Some(Satisfaction::Satisfied | Satisfaction::Fairly)) {
                        count(&lead, "satisfied");
                    }
                }
                _ => {}
            }
        }
    }
    counts
}

#[test]
fn the_rates_are_what_a_recount_gives() {
    each_house(|house| {
        let month = |house: &House| i64::from(house.db.today().year()) * 100 + i64::from(house.db.today().month());
        let first = month(&house);
        let handled = |days: u64, solved: bool, level: Satisfaction, next: Next| {
            let number = house.handling(intake(Kind::Complaint));
            house.handle(&house.handler, number, Command::Contact { words: words() }).unwrap();
            house.pass_days(days);
            house.drain();
            house.handle(&house.handler, number, feed_back()).unwrap();
            house.handle(&house.officer, number, follow_up(solved, level, next)).unwrap();
            number
        };
        let mut numbers = vec![
            handled(0, true, Satisfaction::Satisfied, Next::Close),
            handled(0, false, Satisfaction::Dissatisfied, Next::Redo),
            handled(1, true, Satisfaction::Fairly, Next::Close),
        ];
        // Returned, and given to another unit with a reason.
        let number = house.register(&house.agent, intake(Kind::Complaint)).unwrap().number;
        house.handle(&house.agent, number, dispatch()).unwrap();
        let ground = hotline::book().grounds[0].code.clone();
        house.handle(&house.handler, number, Command::Return { ground, reason: words() }).unwrap();
        let other = Command::Dispatch { lead: unit("090"), assisting: vec![], reason: words() };
        house.handle(&house.agent, number, other).unwrap();
        numbers.push(number);
        // One that is late, the last: its days lead into another month.
        numbers.push(handled(45, false, Satisfaction::Dissatisfied, Next::Close));
        house.drain();
        let last = month(&house);
        let mut kept = std::collections::BTreeMap::new();
        for month in first..=last {
            assert_eq!(house.db.read(|read| query::recount(read, month)).unwrap(), []);
            for unit in house.db.read(|read| query::rates(read, &house.leader, &region(XUANWU), month)).unwrap() {
                let mut add = |what, n: i64| *kept.entry((unit.unit.to_string(), what)).or_insert(0) += n;
                add("dispatched", unit.dispatched);
                for rate in &unit.rates {
                    match rate.code {
                        "closing" => {
                            add("done-in-time", rate.of);
                            add("done-known", rate.all);
                        }
                        "solved" => {
                            add("solved", rate.of);
                            add("asked", rate.all);
                        }
                        "satisfied" => {
                            add("satisfied", rate.of);
                            add("rated", rate.all);
                        }
                        "redo" => add("redone", rate.of),
                        "return" => add("returned", rate.of),
                        _ => {}
                    }
                }
            }
        }
        kept.retain(|_, n| *n != 0);
        assert_eq!(kept, counted_by_hand(&house, &numbers));
    });
}
