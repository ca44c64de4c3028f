//! What is told, exactly once, to whom, and what becomes of its SMS.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::{AccountId, Actor, PartyId, Uuid};
use messages::rules::code::Purpose;
use messages::sms::{Desk, Operator, Outgoing};
use messages::{SmsState, Teller, desk, query};
use store::{Db, Error, Failure, Follower, Message, ReadExt, SendError, Sender, Tx};

use crate::house::{HOUSEHOLD, House, NAME, RENEWAL, RESIDENT, correct, each_house, grant, review};

type Failed = Failure<messages::Refusal>;

/// Takes SMS and keeps them, or refuses them as it was told.
#[derive(Default)]
struct Phone {
    taken: Mutex<Vec<(String, String, String)>>,
    refuses: Mutex<Vec<SendError>>,
}

impl Operator for Phone {
    fn hand_over(&self, sms: &Outgoing<'_>) -> Result<String, SendError> {
        if let Some(error) = self.refuses.lock().unwrap().pop() {
            return Err(error);
        }
        let mut taken = self.taken.lock().unwrap();
        taken.push((sms.to.to_string(), sms.text.to_owned(), sms.key.to_owned()));
        Ok(format!("SIM{}", taken.len()))
    }
}

fn sender(house: &House, phone: &Arc<Phone>) -> Vec<Arc<dyn Sender>> {
    vec![Arc::new(Desk::new(house.db.clone(), Arc::clone(phone) as Arc<dyn Operator>))]
}

fn sms(house: &House, number: &kernel::CaseNumber) -> Vec<Option<(SmsState, Option<String>)>> {
    house.told(&house.citizen, number).into_iter().map(|message| message.sms).collect()
}

#[test]
fn a_case_from_submission_to_licence_is_one_dialogue() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.drain();
        assert_eq!(house.titles(&house.citizen, &number), ["申请收到了"]);
        assert_eq!(house.unread(&house.citizen), 1);
        house.steps(number, &[(&house.clerk, casework::Command::Accept)]);
        house.pay(number);
        house.steps(number, &[(&house.reviewer, review()), (&house.decider, grant())]);
        house.drain();
        let titles = house.titles(&house.citizen, &number);
        let wanted = ["申请收到了", "有一笔费用要缴", "已经受理", "缴好了", "电子票据开好了", "办成了", "电子证照到了"];
        for wanted in wanted {
            assert_eq!(titles.iter().filter(|title| **title == wanted).count(), 1, "{wanted}: {titles:?}");
        }
        assert_eq!(titles.len(), wanted.len(), "{titles:?}");
        let bill = house.told(&house.citizen, &number).into_iter().find(|told| told.body.turn).unwrap();
        assert!(bill.settled && bill.body.text.contains("20元"), "{}", bill.body.text);
        let threads = house.threads(&house.citizen);
        let of_case = threads.iter().find(|line| line.subject == casework::stream(&number)).unwrap();
        assert_eq!((of_case.title.as_str(), of_case.unread), ("居民身份证换领", 7));
        // A licence that came of a case is told in the dialogue of the case.
        assert!(threads.iter().all(|line| !line.subject.starts_with("licence:")), "{threads:?}");
        assert_eq!(house.unread(&house.citizen), 7);
        assert_eq!(house.unread(&house.other), 0);
        house.verify();
    });
}

#[test]
fn opening_a_thread_marks_it_read_and_others_find_none() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.drain();
        let id = house.threads(&house.citizen)[0].id;
        for stranger in [&house.other, &house.clerk, &house.operator, &Actor::System("x")] {
            let found = house.db.read(|read| query::thread(read, stranger, &id, None, 10));
            assert!(matches!(found, Err(Failure::Refused(messages::Refusal::NotFound))), "{stranger:?}");
            let actor = stranger.clone();
            let marked: Result<(), Failed> = house.db.write(move |tx| desk::mark_read(tx, &actor, &id));
            assert!(matches!(marked, Err(Failure::Refused(messages::Refusal::NotFound))));
        }
        let actor = house.citizen.clone();
        house.db.write(move |tx| desk::mark_read(tx, &actor, &id)).unwrap();
        assert_eq!(house.unread(&house.citizen), 0);
        assert!(house.told(&house.citizen, &number).iter().all(|message| message.read_at.is_some()));
        // What comes later is unread again, and counted once.
        house.steps(number, &[(&house.clerk, casework::Command::Accept)]);
        house.drain();
        // Accepted, and a fee to be paid.
        assert_eq!(house.unread(&house.citizen), 2);
    });
}

#[test]
fn nothing_is_told_twice_when_the_process_dies_between_effect_and_cursor() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let teller = Teller { has_channel: true };
        let entries = house.db.read(|read| store::journal::since(read, 0, 1_000)).unwrap();
        // The effect ran, and its transaction was lost before the cursor moved.
        let mut lost = teller.prepare(&house.db, &entries).unwrap();
        let died: Result<(), Error> = house.db.write(move |tx| {
            lost(tx)?;
            Err(Error::Closed)
        });
        assert!(died.is_err());
        assert!(house.told(&house.citizen, &number).is_empty());
        // It is done again, and once more as if the cursor had been restored from an older copy.
        house.drain();
        for _ in 0..2 {
            let mut again = teller.prepare(&house.db, &entries).unwrap();
            house.db.write(move |tx: &mut Tx<'_>| again(tx)).unwrap();
        }
        assert_eq!(house.titles(&house.citizen, &number), ["申请收到了"]);
        assert_eq!((house.unread(&house.citizen), house.outbox().len()), (1, 1));
    });
}

#[test]
fn personal_values_stand_nowhere_in_the_clear() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.steps(number, &[(&house.clerk, correct(HOUSEHOLD))]);
        house.drain();
        let everything = dump(&house.db);
        for secret in [NAME, RESIDENT, crate::house::PHONE, "看不清", "申请收到了", "已经一次列全"] {
            assert!(!everything.contains(secret), "{secret} stands in the clear");
        }
    });
}

/// Every column of this room's rows and of the outbox as one text.
fn dump(db: &Db) -> String {
    const MESSAGES: &str = "SELECT body FROM messages_message ORDER BY id LIMIT 1000";
    const THREADS: &str = "SELECT title FROM messages_thread ORDER BY id LIMIT 1000";
    const SMS: &str = "SELECT COALESCE(body, '') FROM messages_sms ORDER BY message LIMIT 1000";
    const REMINDERS: &str = "SELECT telling FROM messages_reminder ORDER BY id LIMIT 1000";
    const OUTBOX: &str = "SELECT body FROM store_outbox ORDER BY id LIMIT 1000";
    let mut text = String::new();
    for sql in [MESSAGES, THREADS, SMS, REMINDERS, OUTBOX] {
        let rows: Vec<String> = db.read::<_, Error>(|read| read.query(sql, &[], |row| row.get(0))).unwrap();
        assert!(!rows.is_empty(), "{sql}");
        text.extend(rows);
    }
    text
}

#[test]
fn sms_go_by_day_wait_at_night_and_follow_their_reports() {
    each_house(|house| {
        let phone = Arc::new(Phone::default());
        let number = house.submit(RENEWAL).number;
        house.drain_with(sender(&house, &phone));
        let taken = phone.taken.lock().unwrap().clone();
        let [(to, text, key)] = &taken[..] else { panic!("{taken:?}") };
        assert_eq!(to, crate::house::PHONE);
        assert!(text.starts_with("【江苏政务服务】收到您的居民身份证换领申请（尾号"), "{text}");
        assert!(!text.contains(&number.to_string()), "{text}");
        assert_eq!(sms(&house, &number), [Some((SmsState::Sent, None))]);

        let report =
            desk::Report { key: key.clone(), receipt: "SIM1".into(), delivered: true, code: "DELIVERED".into() };
        for news in [true, false] {
            let report = report.clone();
            assert_eq!(house.db.write(move |tx| desk::report(tx, &report)), Ok(news));
        }
        assert_eq!(sms(&house, &number), [Some((SmsState::Delivered, None))]);

        // At ten in the evening it waits for the morning.
        house.go_to(house.today(), 22);
        house.steps(number, &[(&house.clerk, casework::Command::Accept)]);
        house.drain_with(sender(&house, &phone));
        assert_eq!(sms(&house, &number)[1], Some((SmsState::Held, None)));
        house.go_to(house.today().tomorrow().unwrap(), 8);
        house.drain_with(sender(&house, &phone));
        assert_eq!(sms(&house, &number)[1], Some((SmsState::Sent, None)));
        assert_eq!(phone.taken.lock().unwrap().len(), 3);
    });
}

#[test]
fn a_refused_sms_is_parked_and_an_operator_sends_it_again() {
    each_house(|house| {
        let phone = Arc::new(Phone::default());
        let no = |reason: &str| SendError { reason: reason.to_owned(), retry: false };
        phone.refuses.lock().unwrap().push(no("isv.SMS_TEMPLATE_ILLEGAL"));
        let number = house.submit(RENEWAL).number;
        house.drain_with(sender(&house, &phone));
        assert_eq!(sms(&house, &number), [Some((SmsState::Failed, Some("refused".to_owned())))]);
        let running = house.db.read(|read| query::running(read, &house.operator)).unwrap();
        let [stuck] = &running.parked[..] else { panic!("{:?}", running.parked) };
        assert_eq!(stuck.reason, "isv.SMS_TEMPLATE_ILLEGAL");
        let fired = running.routes.iter().find(|(route, _)| route.id == "case-submitted").unwrap();
        assert_eq!((fired.1.n, fired.1.lacking, fired.1.last.is_some()), (1, 0, true));

        let again = |actor: &Actor, reason: &'static str| {
            let (actor, id) = (actor.clone(), stuck.id.clone());
            house.db.write(move |tx| desk::resend(tx, &actor, &id, reason))
        };
        assert!(matches!(again(&house.clerk, "x"), Err(Failure::Refused(messages::Refusal::NotAllowed))));
        assert!(matches!(again(&house.operator, ""), Err(Failure::Refused(messages::Refusal::ReasonMissing))));
        again(&house.operator, "模板登记好了").unwrap();
        assert!(matches!(again(&house.operator, "再来"), Err(Failure::Refused(messages::Refusal::NotParked))));
        house.drain_with(sender(&house, &phone));
        assert_eq!(sms(&house, &number), [Some((SmsState::Sent, None))]);
        house.verify();
    });
}

#[test]
fn an_sms_whose_sending_was_not_noted_is_not_sent_twice() {
    each_house(|house| {
        let phone = Arc::new(Phone::default());
        house.submit(RENEWAL);
        house.drain();
        let (key, body) = house.outbox().pop().unwrap();
        let party = house.citizen.party();
        let at = house.db.now();
        let message = Message { id: "x".into(), channel: "sms".into(), key, party, body, at, attempts: 0 };
        let desk = Desk::new(house.db.clone(), Arc::clone(&phone) as Arc<dyn Operator>);
        for _ in 0..3 {
            desk.send(&message).unwrap();
        }
        assert_eq!(phone.taken.lock().unwrap().len(), 1);
    });
}

#[test]
fn preferences_stop_sms_but_not_what_the_law_serves() {
    each_house(|house| {
        let prefer = |group: &'static str, wanted| {
            let actor = house.citizen.clone();
            house.db.write(move |tx| desk::prefer(tx, &actor, group, "sms", wanted))
        };
        prefer("progress", false).unwrap();
        prefer("progress", false).unwrap();
        assert!(matches!(prefer("served", false), Err(Failure::Refused(messages::Refusal::MustBeServed { .. }))));
        let number = house.submit(RENEWAL).number;
        house.steps(number, &[(&house.clerk, casework::Command::Accept)]);
        house.drain();
        let off = Some((SmsState::NotWanted, Some("switched-off".to_owned())));
        let found = sms(&house, &number);
        assert_eq!(found[0], off);
        assert!(found.len() == 3 && found[1..].iter().all(|sms| *sms == Some((SmsState::Queued, None))), "{found:?}");
        let set = house.db.read(|read| query::preferences(read, &house.citizen)).unwrap();
        assert!(set.iter().any(|one| one.group.code == "progress" && !one.sms));
        assert!(set.iter().all(|one| !one.group.staff));
        prefer("progress", true).unwrap();
        house.verify();
    });
}

#[test]
fn without_a_channel_and_for_old_news_no_sms_is_written() {
    each_house(|mut house| {
        house.has_channel = false;
        let number = house.submit(RENEWAL).number;
        house.drain();
        assert_eq!(sms(&house, &number), [Some((SmsState::NotWanted, Some("no-channel".to_owned())))]);
        house.has_channel = true;
        house.steps(number, &[(&house.clerk, casework::Command::Accept)]);
        house.db.time().advance(Duration::from_secs(25 * 3600));
        house.drain();
        assert_eq!(sms(&house, &number)[1], Some((SmsState::NotWanted, Some("stale".to_owned()))));
        assert!(house.outbox().is_empty());
    });
}

#[test]
fn reminders_come_once_each_and_go_when_their_cause_is_gone() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.steps(number, &[(&house.clerk, correct(HOUSEHOLD))]);
        house.drain();
        let turn = house.told(&house.citizen, &number).pop().unwrap();
        assert_eq!((turn.body.title.as_str(), turn.body.turn, turn.settled), ("要补 2 处内容", true, false));
        let until = turn.body.until.unwrap();
        let before = |days: u64| until.checked_sub(Duration::from_secs(days * 86_400)).unwrap();
        house.go_to(before(3), 8);
        house.drain();
        assert_eq!(house.told(&house.citizen, &number).len(), 2);
        house.go_to(before(3), 9);
        house.drain();
        house.drain();
        assert_eq!(house.titles(&house.citizen, &number)[2..], ["补正还有 3 天到期"]);

        let (actor, upload) = (house.citizen.clone(), house.upload(HOUSEHOLD));
        let answers = [("phone".to_owned(), "13800000995".into())].into_iter().collect();
        let command = casework::resubmission(&house.db, &actor, &number, Some(&answers), &[upload]).unwrap();
        house.steps(number, &[(&house.citizen, command)]);
        house.drain();
        // The second reminder is withdrawn, and what was told asks for nothing any more.
        house.go_to(before(1), 10);
        house.drain();
        let told = house.told(&house.citizen, &number);
        let titles: Vec<&str> = told.iter().map(|message| message.body.title.as_str()).collect();
        assert!(!titles.contains(&"补正还有 1 天到期"), "{titles:?}");
        assert!(told.iter().filter(|message| message.body.turn).all(|message| message.settled));
        // The window heard that the corrections are in.
        let post = house.db.read(|read| query::post_threads(read, &house.clerk, 20)).unwrap();
        assert_eq!(post.len(), 1);
        assert_eq!(post[0].last.as_ref().unwrap().title, "补正交回来了");
        assert_eq!(house.db.read(|read| query::post_unread(read, &house.clerk)).unwrap(), 1);
    });
}

#[test]
fn an_erased_party_holds_nobody_up() {
    each_house(|house| {
        house.submit(RENEWAL);
        let party: PartyId = house.citizen.party().unwrap();
        house.db.write(move |tx| tx.erase(&party)).unwrap();
        let other = house.other.clone();
        house.db.write(move |tx| identity::change_contact(tx, &other, None, None)).unwrap();
        house.drain();
        let threads = house.threads(&house.other);
        assert_eq!(threads[0].last.as_ref().unwrap().title, "登记信息改了");
    });
}

#[test]
fn a_wrong_routing_changes_nothing_and_the_same_one_is_published_once() {
    each_house(|house| {
        let publish = |text: &'static str| house.db.write(move |tx| desk::publish(tx, &Actor::System("import"), text));
        assert_eq!(publish(messages::BUILTIN), Ok(1));
        assert!(matches!(publish("version = 1"), Err(Failure::Refused(messages::Refusal::BadRouting { .. }))));
        let clerk = house.clerk.clone();
        let refused = house.db.write(move |tx| desk::publish(tx, &clerk, messages::BUILTIN));
        assert!(matches!(refused, Err(Failure::Refused(messages::Refusal::NotAllowed))));
        let changed: &'static str =
            Box::leak(messages::BUILTIN.replace("申请收到了", "收到您的申请了").into_boxed_str());
        assert_eq!(publish(changed), Ok(2));
        let number = house.submit(RENEWAL).number;
        house.drain();
        assert_eq!(house.titles(&house.citizen, &number), ["收到您的申请了"]);
        house.verify();
    });
}

#[test]
fn a_code_goes_to_the_registered_number_and_opens_the_account_once() {
    each_house(|house| {
        let phone = Arc::new(Phone::default());
        let party = house.citizen.party().unwrap();
        let account = AccountId::new(Uuid::from_u128(77));
        let send = |address: &'static str| {
            house.db.write(move |tx| desk::send_code(tx, account, party, Purpose::SignIn, address, 1))
        };
        let id = send("10.0.0.1").unwrap();
        assert!(matches!(send("10.0.0.2"), Err(Failure::Refused(messages::Refusal::CodeTooSoon { .. }))));
        house.go_to(house.today(), 22);
        house.drain_with(sender(&house, &phone));
        // The first code is over by now; another goes out at night too, and stands in no row in the clear.
        let late = house.db.write(move |tx| desk::check_code(tx, &id, "000000", Purpose::SignIn, 1)).unwrap();
        assert_eq!(late, Err(messages::Refusal::CodeOver));
        let id = send("10.0.0.1").unwrap();
        house.drain_with(sender(&house, &phone));
        let (to, text, _) = phone.taken.lock().unwrap().last().unwrap().clone();
        assert_eq!(to, crate::house::PHONE);
        let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
        assert!(text.starts_with(&format!("【江苏政务服务】验证码{digits}，5分钟内有效")), "{text}");
        let stored = house.outbox().into_iter().map(|(key, body)| key + &body).collect::<String>();
        assert!(!stored.contains(&digits));

        let check =
            |digits: String| house.db.write(move |tx| desk::check_code(tx, &id, &digits, Purpose::SignIn, 1)).unwrap();
        let wrong = if digits == "000000" { "111111" } else { "000000" };
        assert_eq!(check(wrong.to_owned()), Err(messages::Refusal::CodeWrong { left: 4 }));
        assert_eq!(check(digits.clone()), Ok(account));
        assert_eq!(check(digits), Err(messages::Refusal::CodeOver));
        house.verify();
    });
}

/// Events of a room that this one knows by the kinds in its data alone.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", tag = "about", content = "what")]
enum Hall {
    Appointment(Appointment),
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Appointment {
    Booked { party: PartyId, slot: Slot, code: String },
    Cancelled { at: kernel::Timestamp },
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Slot {
    day: kernel::Date,
    minute: u16,
}

impl store::Event for Hall {
    const ROOM: &'static str = "halls";
    fn kind(&self) -> &'static str {
        match self {
            Hall::Appointment(Appointment::Booked { .. }) => "booked",
            Hall::Appointment(Appointment::Cancelled { .. }) => "cancelled",
        }
    }
}

#[test]
fn a_room_that_comes_later_is_told_by_data_alone() {
    each_house(|house| {
        let day = house.working_days_on(5);
        let book = |stream: &'static str| {
            let (party, slot) = (house.citizen.party().unwrap(), Slot { day, minute: 9 * 60 + 30 });
            let booked = Hall::Appointment(Appointment::Booked { party, slot, code: "1234".to_owned() });
            let told =
                move |tx: &mut Tx<'_>| tx.journal(&Actor::System("hall"), stream, 1, std::slice::from_ref(&booked));
            house.db.write(told).unwrap();
        };
        book("appointment:a");
        book("appointment:b");
        house.drain();
        let threads = house.threads(&house.citizen);
        let last = threads[0].last.clone().unwrap();
        assert_eq!((threads.len(), threads[0].title.as_str(), last.title.as_str()), (2, "预约", "约好了"));
        assert!(last.text.contains("9:30，带好证件"), "{}", last.text);
        assert!(last.link.unwrap().starts_with("/appoint/"));

        let cancelled = Hall::Appointment(Appointment::Cancelled { at: house.db.now() });
        let told = move |tx: &mut Tx<'_>| {
            tx.journal(&Actor::System("hall"), "appointment:a", 2, std::slice::from_ref(&cancelled))
        };
        house.db.write(told).unwrap();
        house.drain();
        // The day before, only the one that stands is recalled.
        house.go_to(day.yesterday().unwrap(), 9);
        house.drain();
        let recalled = |line: &messages::query::ThreadLine| line.last.as_ref().unwrap().title.clone();
        let mut titles: Vec<String> = house.threads(&house.citizen).iter().map(recalled).collect();
        titles.sort();
        assert_eq!(titles, ["预约取消了", "预约就在明天"]);
    });
}

/// As supervision's orders stand in the journal.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    Issued { department: kernel::DepartmentId, item: String, sign_by: kernel::Date, reply_by: kernel::Date },
    Answered { measures: String },
}

impl store::Event for Order {
    const ROOM: &'static str = "supervision";
    fn kind(&self) -> &'static str {
        match self {
            Order::Issued { .. } => "order-issued",
            Order::Answered { .. } => "order-answered",
        }
    }
}

#[test]
fn what_concerns_a_department_reaches_whoever_holds_the_post_for_it() {
    each_house(|house| {
        let decider = crate::house::appoint(&house.db, "D-1", &[kernel::Duty::Decide]);
        let supervisor = crate::house::appoint(&house.db, "S-1", &[kernel::Duty::Supervise]);
        // Another department of the region than that where both have their desks.
        let department = "320102000000-310".parse().unwrap();
        let (sign_by, reply_by) = (house.working_days_on(1), house.working_days_on(5));
        let issued = Order::Issued { department, item: "食品经营许可".to_owned(), sign_by, reply_by };
        let answered = Order::Answered { measures: "已经改正".to_owned() };
        for (version, event) in [(1, issued), (2, answered)] {
            let event = std::sync::Arc::new(event);
            house
                .db
                .write(move |tx: &mut Tx<'_>| {
                    tx.journal(&Actor::System("order"), "order:7", version, std::slice::from_ref(&*event))
                })
                .unwrap();
        }
        house.drain();
        let inbox = |actor: &Actor| house.db.read(|read| messages::query::post_threads(read, actor, 10)).unwrap();
        let told =
            |actor: &Actor| inbox(actor).into_iter().map(|line| (line.title, line.last.unwrap())).next().unwrap();
        let (heading, order) = told(&decider);
        assert_eq!((heading.as_str(), order.title.as_str()), ("督办", "收到督办单"));
        assert!(order.text.contains("“食品经营许可”被督办"), "{}", order.text);
        assert_eq!(order.link.as_deref(), Some("/monitor/orders/7"));
        assert_eq!(told(&supervisor).1.title, "督办单有答复");
        assert_eq!(house.db.read(|read| messages::query::post_unread(read, &decider)).unwrap(), 1);
        assert!(inbox(&house.clerk).is_empty(), "a clerk holds neither post");
        assert!(inbox(&house.elsewhere).is_empty());
    });
}
