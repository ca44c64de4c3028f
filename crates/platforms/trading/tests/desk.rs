//! The desk on both real databases.

use kernel::{Actor, Fen};
use store::{Failure, ReadExt as _};
use trading::{
    BidState, Command, ComplaintCommand, ComplaintState, FailGround, Family, LotState, Refusal, Stage, query,
};

use crate::given::{at, days};
use crate::house::*;

#[test]
fn a_works_contract_from_the_plan_to_the_deposits() {
    each_house(|house| {
        let code = house.tendering();
        house.awarded(code);
        let lot = house.lot(code);
        assert_eq!(lot.winner().unwrap().price, Fen(400_000_000));
        assert_eq!(lot.winner().unwrap().name, "示例公司11有限公司");
        assert_eq!(code_of(house.return_deposits(code)), "trading.nothing-held");
        house.must(&house.tenderer.clone(), code, Command::Sign { amount: Fen(400_000_000) });
        assert_eq!(house.return_deposits(code).unwrap(), 3);
        assert_eq!(house.return_deposits(code).unwrap(), 0, "twice is once");
        let bid = house.db.read(|read| query::own_bid(read, &house.companies[0], &code)).unwrap().unwrap();
        assert_eq!(bid.deposit.returned, Fen(10_000_000));
        assert!(bid.deposit.interest > Fen(0) && bid.deposit.held() == Fen(0));
        assert!(house.lot(code).returned);
        house.verify();
    });
}

#[test]
fn before_the_opening_nothing_that_is_stored_tells_a_bid() {
    each_house(|house| {
        let code = house.tendering();
        let key = house.bid(&house.companies[0], code, 412_345_678);
        let share = key.text().rsplit('.').next().unwrap().to_owned();
        let mut stored = String::new();
        house
            .db
            .read::<_, store::Error>(|read| {
                for sql in [
                    "SELECT body FROM store_journal",
                    "SELECT body FROM trading_lot",
                    "SELECT body FROM trading_bid",
                    "SELECT secret FROM trading_key",
                    "SELECT seed FROM trading_key",
                    "SELECT body FROM store_outbox",
                ] {
                    stored.extend(read.query(sql, &[], |row| row.get::<String>(0))?);
                }
                Ok(())
            })
            .unwrap();
        for secret in [MARKER, share.as_str(), "412345678", "4123456.78"] {
            assert!(!stored.contains(secret), "{secret}");
        }
        // And no byte of the data folder: database, log, files.
        let mut folders = vec![house.db.data().to_owned()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                    continue;
                }
                files += 1;
                let bytes = std::fs::read(&entry).unwrap();
                for secret in [MARKER.as_bytes(), share.as_bytes()] {
                    assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", entry.display());
                }
            }
        }
        assert!(files > 0);
        // Not even the bidder, with the right key, opens it before the instant; nobody is told who or how many.
        assert_eq!(code_of(house.give(&house.companies[0], code, &key)), "trading.before-due");
        for actor in [&house.centre, &house.tenderer, &house.supervisor] {
            let lot = house.db.read(|read| query::inside(read, actor, &code)).unwrap();
            assert!(lot.envelopes.is_empty() && lot.bids.is_empty());
            assert!(house.db.read(|read| query::deposits(read, actor, &code)).unwrap().is_empty());
            assert!(house.db.read(|read| query::own_bid(read, actor, &code)).unwrap().is_none());
        }
        house.verify();
    });
}

#[test]
fn envelopes_come_are_replaced_and_taken_back_until_the_instant() {
    each_house(|house| {
        let code = house.tendering();
        let company = &house.companies[0];
        let (first, _) = house.sealed(code, 100);
        assert_eq!(code_of(house.submit(company, code, &first)), "trading.not-bidder");
        let bid = house.join(company, code).unwrap();
        assert_eq!(house.join(company, code).unwrap().id, bid.id, "twice is once");
        house.pay(&bid.account, "F1", Fen(10_000_000)).unwrap();
        assert_eq!(code_of(house.pay("BZJ999", "F1", Fen(1))), "trading.not-found");
        let one = house.submit(company, code, &first).unwrap();
        assert_eq!(house.submit(company, code, &first).unwrap().version, one.version, "the same one twice is one");
        let (second, _) = house.sealed(code, 200);
        let two = house.submit(company, code, &second).unwrap();
        assert_ne!(one.envelope(), two.envelope());
        let actor = company.clone();
        let back = house.db.write(move |tx| trading::withdraw(tx, &actor, &code)).unwrap();
        assert_eq!((&back.state, back.deposit.held()), (&BidState::Withdrawn, Fen(0)));
        house.submit(company, code, &second).unwrap();
        assert_eq!(code_of(house.submit(company, code, b"%PDF-1.7")), "trading.no-envelope");
        let other = house.tendering();
        assert_eq!(code_of(house.submit(company, other, &second)), "trading.other-lot");
        house.go_to(house.lot(code).notice.unwrap().deadline);
        let (late, _) = house.sealed(code, 300);
        assert_eq!(code_of(house.submit(company, code, &late)), "trading.too-late");
        let actor = company.clone();
        assert_eq!(code_of(house.db.write(move |tx| trading::withdraw(tx, &actor, &code))), "trading.too-late");
        assert_eq!(code_of(house.join(&house.companies[1], code)), "trading.documents-over");
        assert_eq!(code_of(house.join(&house.tenderer, other)), "trading.own-tender");
        house.verify();
    });
}

#[test]
fn with_two_bidders_nothing_is_opened_and_deposits_go_back() {
    each_house(|house| {
        let code = house.tendering();
        let key = house.bid(&house.companies[0], code, 100);
        house.bid(&house.companies[1], code, 200);
        house.go_to(house.lot(code).notice.unwrap().deadline);
        let lot = house.must(&house.centre.clone(), code, Command::Open);
        assert!(matches!(lot.state, LotState::Failed { ground: FailGround::TooFew { bids: 2 }, .. }));
        assert_eq!(code_of(house.give(&house.companies[0], code, &key)), "trading.window-over");
        assert_eq!(house.return_deposits(code).unwrap(), 2);
        house.verify();
    });
}

#[test]
fn an_opening_that_is_tried_again_loses_and_doubles_nothing() {
    each_house(|house| {
        let code = house.tendering();
        let keys = house.opening(code, 4);
        let began = house.lot(code);
        let again = house.must(&house.centre.clone(), code, Command::Open);
        assert_eq!(again, began, "pressed twice");
        house.give(&house.companies[0], code, &keys[0]).unwrap();
        assert_eq!(house.give(&house.companies[0], code, &keys[0]).unwrap().bids.len(), 1);
        assert_eq!(code_of(house.give(&house.companies[1], code, &keys[0])), "trading.wrong-key");
        // A process that died after the file was opened and before it was told: the same again.
        let unsealed = trading::unseal(&house.db, &house.companies[1], &code, &keys[1]).unwrap();
        drop(unsealed);
        house.give(&house.companies[1], code, &keys[1]).unwrap();
        house.give(&house.companies[2], code, &keys[2]).unwrap();
        assert_eq!(code_of(house.handle(&house.centre, code, Command::CloseOpening)), "trading.window-runs");
        house.pass(3_600);
        house.turn();
        let lot = house.lot(code);
        assert_eq!((lot.bids.len(), lot.envelopes.len(), &lot.state), (3, 4, &LotState::Assessing));
        assert_eq!(code_of(house.give(&house.companies[3], code, &keys[3])), "trading.window-over");
        assert_eq!(house.must(&house.centre.clone(), code, Command::CloseOpening), lot);
        assert!(house.give(&house.companies[0], code, &keys[0]).is_ok(), "who was opened hears so");
        house.verify();
    });
}

#[test]
fn experts_are_drawn_once_in_secret_and_provably() {
    each_house(|house| {
        let code = house.tendering();
        let keys = house.opening(code, 3);
        assert_eq!(code_of(house.draw(code)), "trading.not-now");
        for (company, key) in house.companies.iter().zip(&keys) {
            house.give(company, code, key).unwrap();
        }
        house.must(&house.centre.clone(), code, Command::CloseOpening);
        house.draw(code).unwrap();
        assert_eq!(code_of(house.draw(code)), "trading.panel");
        let seated: Vec<&Actor> = house
            .experts
            .iter()
            .filter(|expert| house.db.read(|read| query::seat(read, expert, &code)).unwrap().is_some())
            .collect();
        assert_eq!(seated.len(), 5);
        // Who works for the tenderer or for a bidder is not among them.
        assert!(!seated.contains(&&house.experts[0]) && !seated.contains(&&house.experts[1]));
        // Until the result neither rows nor journal tell who it is.
        let drawn = house.lot(code).panel.unwrap();
        assert_eq!(code_of(house.db.read(|read| query::proof(read, &code))), "trading.not-found");
        let rows = house.db.read(|read| read.query("SELECT expert FROM trading_seat", &[], |row| row.get::<String>(0)));
        let ids = house.db.read(|read| read.query("SELECT id FROM trading_expert", &[], |row| row.get::<String>(0)));
        let (rows, ids) = (rows.unwrap(), ids.unwrap());
        assert!(rows.iter().all(|row| !ids.contains(row)));
        assert!(ids.iter().all(|id| !drawn.sealed.as_str().contains(id)));
        assert!(house.db.read(|read| query::public(read, &code)).unwrap().panel.is_none());
        house.verify();
    });
}

#[test]
fn with_the_result_the_draw_can_be_checked_by_anybody() {
    each_house(|house| {
        let code = house.tendering();
        house.awarded(code);
        let proof = house.db.read(|read| query::proof(read, &code)).unwrap();
        assert!(proof.holds());
        assert_eq!(Some(proof.commitment), house.lot(code).commitment);
        assert_eq!((proof.drawn.len(), house.lot(code).experts.len()), (5, 5));
        house.verify();
    });
}

#[test]
fn a_complaint_follows_an_objection_suspends_and_voids() {
    each_house(|house| {
        let code = house.tendering();
        house.assessed(code);
        house.must(&house.tenderer.clone(), code, Command::PublishCandidates);
        let bidder = house.companies[1].clone();
        let complain = |objection: usize| {
            let bidder = bidder.clone();
            house.db.write(move |tx| trading::complain(tx, &bidder, &code, objection, "第一名弄虚作假"))
        };
        assert_eq!(code_of(complain(0)), "trading.object-first");
        house.must(&bidder, code, Command::Object { stage: Stage::Result, text: "弄虚作假".to_owned() });
        assert_eq!(code_of(complain(0)), "trading.object-first", "the answer comes first");
        house.must(&house.tenderer.clone(), code, Command::Answer { objection: 0, text: "没有".to_owned() });
        let filed = complain(0).unwrap();
        let handle = |actor: &Actor, command: ComplaintCommand| {
            let actor = actor.clone();
            house.db.write(move |tx| trading::handle_complaint(tx, &actor, &filed.id, &command))
        };
        let decide = |uphold| ComplaintCommand::Decide { uphold, reason: "查明属实".to_owned() };
        assert_eq!(code_of(handle(&house.centre, ComplaintCommand::Accept { suspend: true })), "trading.not-found");
        assert_eq!(code_of(handle(&bidder, ComplaintCommand::Accept { suspend: true })), "trading.not-supervisor");
        assert_eq!(code_of(handle(&house.supervisor, decide(true))), "trading.not-now");
        handle(&house.supervisor, ComplaintCommand::Accept { suspend: true }).unwrap();
        house.go_to(at(days(house.db.today(), 8), 9, 0));
        let award = Command::Award { reason: None };
        assert_eq!(code_of(house.handle(&house.tenderer, code, award)), "trading.suspended");
        let open = house.db.read(|read| query::open_complaints(read, &house.supervisor, 10, None)).unwrap();
        assert_eq!(open.lines.len(), 1);
        house.pass(60 * 86_400);
        house.turn();
        let late = house.db.read(|read| query::complaint_for(read, &house.supervisor, &filed.id)).unwrap();
        assert!(late.late.is_some());
        let decided = handle(&house.supervisor, decide(true)).unwrap();
        assert!(matches!(decided.state, ComplaintState::Decided { upheld: true, .. }));
        let lot = house.lot(code);
        assert!(matches!(lot.state, LotState::Failed { ground: FailGround::Void, .. }) && !lot.suspended);
        assert_eq!(lot.experts.len(), 5, "with the result the panel is public");
        let elsewhere = house.companies[2].clone();
        assert!(house.db.read(|read| query::complaint_for(read, &elsewhere, &filed.id)).is_err());
        house.verify();
    });
}

#[test]
fn who_may_not_know_of_a_lot_finds_none() {
    each_house(|house| {
        let code = house.plan("works-open");
        let find = |actor: &Actor| house.db.read(|read| query::lot_for(read, actor, &code)).map(|_| ());
        assert_eq!(find(&house.companies[0]), Err(Failure::Refused(Refusal::NotFound)));
        assert_eq!(find(&house.tenderer), Ok(()));
        assert_eq!(find(&house.centre), Ok(()));
        assert_eq!(code_of(house.db.read(|read| query::public(read, &code))), "trading.not-found");
        let person = Actor::Citizen {
            account: kernel::AccountId::new(kernel::Uuid::from_u128(5)),
            person: kernel::PartyId::new(kernel::Uuid::from_u128(5)),
            acting_for: kernel::PartyId::new(kernel::Uuid::from_u128(5)),
        };
        let plan = trading::Plan {
            name: "x".to_owned(),
            procedure: "works-open".to_owned(),
            region: crate::given::NANJING.parse().unwrap(),
            lots: vec![],
        };
        assert_eq!(code_of(house.db.write(move |tx| trading::plan(tx, &person, &plan))), "trading.not-company");
        let handed = house.handle(&house.tenderer, code, Command::Publish);
        assert_eq!(code_of(handed), "trading.not-centre");
        assert_eq!(code_of(house.handle(&house.centre, code, Command::Publish)), "trading.not-now");
    });
}

#[test]
fn lists_go_on_where_they_ended() {
    each_house(|house| {
        let codes: Vec<_> = (0..5).map(|_| house.tendering()).collect();
        house.plan("procurement-open");
        let (mut seen, mut cursor) = (vec![], None::<String>);
        loop {
            let page =
                house.db.read(|read| query::lots(read, Some(Family::Works), Some("tendering"), 2, cursor.as_deref()));
            let page = page.unwrap();
            seen.extend(page.lines.iter().map(|lot| lot.code));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        seen.sort();
        assert_eq!(seen, codes);
        for (family, stage, count) in [
            (None, None, 5),
            (Some(Family::Procurement), None, 0),
            (None, Some("opening"), 0),
            (None, Some("tendering"), 5),
        ] {
            let page = house.db.read(|read| query::lots(read, family, stage, 100, None)).unwrap();
            assert_eq!(page.lines.len(), count);
        }
        let work = house.db.read(|read| query::work(read, &house.centre, "planning", 10, None)).unwrap();
        assert_eq!(work.lines.len(), 1);
        assert!(house.db.read(|read| query::work(read, &house.tenderer, "planning", 10, None)).is_err());
        assert_eq!(house.db.read(|read| query::tenders(read, &house.tenderer, 10, None)).unwrap().lines.len(), 6);
        house.join(&house.companies[0], codes[0]).unwrap();
        let bids = house.db.read(|read| query::bids(read, &house.companies[0], 10, None)).unwrap();
        assert_eq!(bids.lines.len(), 1);
    });
}

#[test]
fn a_lot_that_ran_elsewhere_is_brought_in_by_the_same_rules() {
    each_house(|house| {
        let then = |back: i64| trading::Desk::then(at(house.db.today(), 9 - back * 24, 0));
        let (tenderer, centre) = (house.tenderer.clone(), house.centre.clone());
        let plan = trading::Plan {
            name: "迁入项目".to_owned(),
            procedure: "works-open".to_owned(),
            region: crate::given::NANJING.parse().unwrap(),
            lots: vec![trading::NewLot { name: "一标段".to_owned(), estimate: crate::given::ESTIMATE }],
        };
        let (desk, actor) = (then(30), tenderer.clone());
        let code = house.db.write(move |tx| desk.plan(tx, &actor, &plan)).unwrap()[0];
        let today = house.db.today();
        let notice = trading::Notice { documents_until: today, deadline: at(today, 10, 0), ..house.notice() };
        let (desk, actor, late) =
            (then(10), tenderer.clone(), Command::Notify { notice: notice.clone(), reserve: None });
        assert_eq!(code_of(house.db.write(move |tx| desk.handle(tx, &actor, &code, &late))), "trading.too-short");
        let (desk, actor, notify) = (then(30), tenderer, Command::Notify { notice, reserve: None });
        house.db.write(move |tx| desk.handle(tx, &actor, &code, &notify)).unwrap();
        let (desk, fresh) = (then(29), trading::Fresh::make().unwrap());
        let lot = house.db.write(move |tx| desk.publish(tx, &centre, &code, &fresh)).unwrap();
        assert!(lot.brought && lot.published < Some(house.db.now()));
        // No other lot can be reached from the past.
        let own = house.tendering();
        let (desk, actor) = (then(1), house.companies[0].clone());
        assert_eq!(code_of(house.db.write(move |tx| desk.join(tx, &actor, &own))), "trading.not-house");
        house.verify();
    });
}
