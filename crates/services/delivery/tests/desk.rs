//! The desk on both real databases.

use delivery::port::{Courier as _, Push, Report, Words};
use delivery::query::{self, List};
use delivery::{Act, Command, ContentKind, Direction, Meaning, Place, Refusal, State, Step, Trouble};
use kernel::{Actor, Duty, PartyId, Timestamp, Uuid};
use store::Failure;
use store::testing::each_database;

use crate::given::*;

fn with_house(test: impl Fn(House)) {
    each_database(&[organisation::MIGRATIONS, delivery::MIGRATIONS], |db| test(House::open(db)));
}

fn report(house: &House, code: &str, minutes: i64) -> Report {
    let at = Timestamp::from_microsecond(house.db.now().as_microsecond() + minutes * 60_000_000).unwrap();
    Report {
        number: number(),
        order: None,
        key: format!("{code}:{minutes}"),
        at,
        code: code.to_owned(),
        words: Words {
            place: "南京市".to_owned(), remark: "签收人：示例人".to_owned(), raw: "{}".to_owned()
        },
    }
}

fn outbox(house: &House) -> i64 {
    use store::ReadExt as _;
    let count = house.db.read(|read| {
        read.query_one("SELECT COUNT(*) FROM store_outbox WHERE channel LIKE 'courier.%'", &[], |row| row.get::<i64>(0))
    });
    count.unwrap().unwrap_or(0)
}

/// Packed, booked, given.
fn sent(house: &House) -> delivery::Parcel {
    let parcel = house.begin(Direction::Deliver, ContentKind::Result);
    house.handle(&clerk(), parcel.id, Command::Scan { step: Step::Packed }).unwrap();
    house.handle(&super::given::house(), parcel.id, Command::Booked { attempt: 1, number: number() }).unwrap();
    house.handle(&clerk(), parcel.id, Command::Scan { step: Step::Given }).unwrap()
}

#[test]
fn a_result_goes_its_way_and_the_row_is_what_the_events_say() {
    with_house(|house| {
        let parcel = house.begin(Direction::Deliver, ContentKind::Result);
        assert_eq!(outbox(&house), 0, "nobody is called before it is packed");
        assert_eq!((parcel.courier.as_str(), parcel.direction), ("ems", Direction::Deliver));
        let parcel = sent(&house);
        assert_eq!(outbox(&house), 1);
        // Out of order, one of them twice, one of nobody's parcel.
        let stranger = Report { number: "1130000000999".parse().unwrap(), ..report(&house, "704", 1) };
        house.db.time().advance(std::time::Duration::from_secs(7200));
        let told = [report(&house, "702", -20), report(&house, "203", -60), report(&house, "702", -20), stranger];
        assert_eq!(house.report("ems", told.to_vec()), 3);
        assert_eq!(house.report("ems", told.to_vec()), 3);
        let now = house.load(parcel.id);
        assert_eq!((now.state, now.traces.len()), (State::OutForDelivery, 2));
        assert_eq!(house.report("sf", vec![report(&house, "80", -1)]), 0, "another courier knows nothing of it");
        house.report("ems", vec![report(&house, "704", -5)]);
        let now = house.load(parcel.id);
        assert_eq!(now.state, State::Delivered);
        let words = house.db.read(|read| query::words(read, &now.party, &now.traces[0])).unwrap();
        assert_eq!(words.place, "南京市");
        house.verify();
    });
}

#[test]
fn what_is_personal_is_sealed_in_journal_rows_and_outbox() {
    with_house(|house| {
        let parcel = sent(&house);
        house.report("ems", vec![report(&house, "203", 0)]);
        use store::ReadExt as _;
        let mut seen = vec![];
        house
            .db
            .read(|read| {
                for sql in [
                    "SELECT body FROM store_journal",
                    "SELECT body FROM store_outbox",
                    "SELECT ends FROM delivery_parcel",
                    "SELECT body FROM delivery_parcel",
                    "SELECT raw FROM delivery_trace",
                ] {
                    seen.extend(read.query(sql, &[], |row| row.get::<String>(0))?);
                }
                Ok::<_, store::Error>(())
            })
            .unwrap();
        assert!(seen.len() > 5);
        for text in &seen {
            for secret in ["示例人", "13800000999", "示例路"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
        let ends = house.db.read(|read| query::ends(read, &parcel)).unwrap();
        assert_eq!(ends.to, end());
        assert!(ends.from.name.contains("玄武区"));
        // Erased, it is still there and opens to nobody.
        let party = party();
        house.db.write(move |tx| tx.erase(&party)).unwrap();
        assert_eq!(house.db.read(|read| query::ends(read, &parcel)), Err(store::Error::Erased));
        assert_eq!(house.report("ems", vec![]), 0);
        house.verify();
    });
}

#[test]
fn other_peoples_parcels_do_not_exist() {
    with_house(|house| {
        let parcel = house.begin(Direction::Deliver, ContentKind::Result);
        let stranger = citizen(PartyId::new(Uuid::from_u128(8)));
        let elsewhere = staff(15, "320104000000", &[Duty::Receive]);
        let reviewer = staff(12, XUANWU, &[Duty::Review]);
        for actor in [stranger, elsewhere, reviewer] {
            let seen = house.db.read(|read| query::parcel_for(read, &actor, &parcel.id));
            assert_eq!(seen, Err(Failure::Refused(Refusal::NotFound)));
            let done = house.handle(&actor, parcel.id, Command::Cancel);
            assert_eq!(done, Err(Failure::Refused(Refusal::NotFound)));
        }
        let opening = house.opening(Direction::Collect, ContentKind::Original);
        let stranger: Actor = citizen(PartyId::new(Uuid::from_u128(8)));
        let opened = house.db.write(move |tx| delivery::open(tx, &stranger, &opening));
        assert_eq!(opened.map(|_| ()), Err(Failure::Refused(Refusal::NotEmpowered)));
        let empty = delivery::Opening { contents: vec![], ..house.opening(Direction::Collect, ContentKind::Copy) };
        let opened = house.db.write(move |tx| delivery::open(tx, &super::given::house(), &empty));
        assert_eq!(opened.map(|_| ()), Err(Failure::Refused(Refusal::Empty)));
    });
}

#[test]
fn a_citizen_orders_a_courier_for_originals_and_may_call_it_off() {
    with_house(|house| {
        let opening = house.opening(Direction::Collect, ContentKind::Original);
        let own = citizen(party());
        let parcel = house.db.write(move |tx| delivery::open(tx, &own, &opening)).unwrap();
        assert_eq!((parcel.courier.as_str(), outbox(&house)), ("sf", 1));
        let last = house.db.read(|read| query::last_end(read, &party())).unwrap();
        assert_eq!(last, Some(end()));
        let after = house.handle(&citizen(party()), parcel.id, Command::Cancel).unwrap();
        assert_eq!((after.state, outbox(&house)), (State::Cancelled, 2));
        house.verify();
    });
}

#[test]
fn lists_follow_the_work_and_show_trouble() {
    with_house(|house| {
        let first = sent(&house);
        let second = house.begin(Direction::Deliver, ContentKind::Result);
        let at = |actor: &Actor, place| {
            let page = house.db.read(|read| query::list(read, actor, List::At(place), None, 10)).unwrap();
            page.parcels.iter().map(|listed| listed.parcel.id).collect::<Vec<_>>()
        };
        let city = staff(16, "320100000000", &[Duty::Supervise]);
        for actor in [clerk(), city] {
            assert_eq!(at(&actor, Place::UnderWay), [first.id]);
            assert_eq!(at(&actor, Place::ToPack), [second.id]);
        }
        assert!(at(&staff(15, "320104000000", &[Duty::Receive]), Place::ToPack).is_empty());
        let refused = house.db.read(|read| query::counts(read, &citizen(party()))).map(|_| ());
        assert_eq!(refused, Err(Failure::Refused(Refusal::NotEmpowered)));

        // Nobody tells anything for a week: the wheel notes it, and the courier is asked again and again.
        let asked = outbox(&house);
        house.pass_days(7);
        assert!(outbox(&house) > asked, "the courier is asked");
        let trouble = || house.db.read(|read| query::list(read, &clerk(), List::Trouble, None, 10)).unwrap().parcels;
        assert_eq!(trouble().len(), 1);
        assert_eq!(trouble()[0].trouble, Some(Trouble::Silent));
        let count = house.db.read(|read| query::counts(read, &clerk())).unwrap().trouble;
        assert_eq!(count, 1);
        let note = house.db.seal(&party(), "打了电话，说明天去网点查").unwrap();
        house.handle(&clerk(), first.id, Command::Act { act: Act::Called, note: Some(note) }).unwrap();
        house.report("ems", vec![report(&house, "305", -1)]);
        assert!(trouble().is_empty());
        house.verify();
    });
}

#[test]
fn pages_of_a_list_leave_nothing_out_and_tell_nothing_twice() {
    with_house(|house| {
        let all: Vec<_> = (0..7).map(|_| house.begin(Direction::Deliver, ContentKind::Result).id).collect();
        let (mut seen, mut cursor) = (vec![], None::<String>);
        loop {
            let page = house
                .db
                .read(|read| query::list(read, &clerk(), List::At(Place::ToPack), cursor.as_deref(), 3))
                .unwrap();
            seen.extend(page.parcels.iter().map(|listed| listed.parcel.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    });
}

#[test]
fn codes_nobody_knows_are_listed() {
    with_house(|house| {
        let parcel = sent(&house);
        house.report("ems", vec![report(&house, "Z99", 0), report(&house, "Z99", 1), report(&house, "203", 0)]);
        let unknown = house.db.read(|read| query::unknown_codes(read)).unwrap();
        assert_eq!(unknown, [("ems".to_owned(), "Z99".to_owned(), 2)]);
        let now = house.load(parcel.id);
        assert_eq!((now.state, now.traces.len()), (State::PickedUp, 3));
        assert_eq!(now.traces.iter().filter(|trace| trace.meaning == Some(Meaning::PickedUp)).count(), 1);
        house.verify();
    });
}

#[test]
fn a_parcel_is_found_by_the_number_on_it() {
    with_house(|house| {
        let parcel = sent(&house);
        let found = |actor: &Actor, code: &str| house.db.read(|read| query::found(read, actor, code));
        assert_eq!(found(&clerk(), " 1130 0000 00012 "), Ok(parcel.id));
        assert_eq!(found(&clerk(), &parcel.id.to_string()), Ok(parcel.id));
        let elsewhere = staff(15, "320104000000", &[Duty::Receive]);
        for (actor, code) in [(&elsewhere, NUMBER), (&clerk(), "1130000000999"), (&clerk(), "x")] {
            assert_eq!(found(actor, code), Err(Failure::Refused(Refusal::UnknownNumber)));
        }
    });
}

#[test]
fn a_push_is_taken_once_however_often_it_comes() {
    with_house(|house| {
        let key = "AAECAwQFBgcICQoLDA0ODw==";
        let ems = delivery::port::Ems::new(delivery::port::EmsAccount {
            address: "http://127.0.0.1:1".to_owned(),
            sender: "1100000000000".to_owned(),
            authorization: String::new(),
            key: key.to_owned(),
            simulator: false,
        });
        let parcel = sent(&house);
        house.db.time().advance(std::time::Duration::from_secs(3600));
        let local = kernel::local_time(house.db.now());
        let time = format!("{} {:02}:{:02}:{:02}", local.date(), local.hour(), local.minute(), local.second());
        let trace = serde_json::json!({"waybillNo": NUMBER, "opCode": "704", "opTime": time, "opDesc": "妥投"});
        let sealed = delivery::port::ems_seal(&trace.to_string(), key).unwrap();
        let body = serde_json::json!({"method": "040002", "senderNo": "1100000000000", "logitcsInterface": sealed});
        for _ in 0..3 {
            let body = body.to_string();
            let reports = ems.push(&Push { word: "", body: body.as_bytes() }).unwrap();
            assert_eq!(house.report("ems", reports), 1);
        }
        let now = house.load(parcel.id);
        assert_eq!((now.state, now.traces.len()), (State::Delivered, 1));
        house.verify();
    });
}
