//! How a result reaches its applicant on paper, and a courier for originals: on both databases.

use casework::{Attachment, Brought, Case, Command, Refusal, Service, Stage, State, Way};
use delivery::{ContentKind, Direction, End, Parcel, Step};
use kernel::{Actor, CaseNumber, Date, local_date};
use store::{Failure, ReadExt as _};

use crate::given::{grant, review};
use crate::house::*;

/// What couriers told comes from the house.
const COURIERS: Actor = Actor::System("delivery");
const WAYBILL: &str = "1130000000012";
/// 普通护照签发: its data say that no courier brings it.
const PASSPORT: &str = "320109901000";

fn home() -> End {
    End::new(NAME, PHONE, "江苏省南京市玄武区示例路 1 号 2 幢 301 室").unwrap()
}

fn courier() -> Way {
    Way::Courier { to: home() }
}

/// A renewal whose result is wanted this way, granted; followers have done their work.
fn granted(house: &House, way: Way) -> CaseNumber {
    let filing = casework::Filing { way, ..house.filing(&house.citizen, RENEWAL) };
    let number = house.try_submit(&house.citizen, filing).unwrap().number;
    let stage::House { clerk, reviewer, decider, .. } = &**house;
    house.steps(number, &[(clerk, Command::Accept), (reviewer, review()), (decider, grant())]);
    house.drain();
    number
}

fn parcels(house: &House, number: CaseNumber) -> Vec<Parcel> {
    house.db.read(|read| delivery::query::of(read, &casework::stream(&number))).unwrap()
}

fn parcel(house: &House, actor: &Actor, parcel: &Parcel, command: delivery::Command) -> Parcel {
    let (actor, id) = (actor.clone(), parcel.id);
    house.db.write(move |tx| delivery::handle(tx, &actor, &id, &command)).unwrap()
}

/// Packed, numbered, given to the courier.
fn send(house: &House, sent: &Parcel) {
    parcel(house, &house.clerk, sent, delivery::Command::Scan { step: Step::Packed });
    let number = WAYBILL.parse().unwrap();
    parcel(house, &COURIERS, sent, delivery::Command::Booked { attempt: sent.attempt, number });
    parcel(house, &house.clerk, sent, delivery::Command::Scan { step: Step::Given });
}

/// The courier tells a code, as of so many days ago.
fn told(house: &House, code: &str, days_ago: i64) {
    let at = house.db.now().as_microsecond() - days_ago * 24 * 3_600_000_000;
    let report = delivery::port::Report {
        number: WAYBILL.parse().unwrap(),
        order: None,
        key: format!("{code}:{at}"),
        at: kernel::Timestamp::from_microsecond(at).unwrap(),
        code: code.to_owned(),
        words: delivery::port::Words::default(),
    };
    house.db.write(move |tx| delivery::report(tx, "ems", std::slice::from_ref(&report))).unwrap();
    house.drain();
}

fn choose(house: &House, actor: &Actor, number: CaseNumber, way: &Way) -> Result<Case, Failure<Refusal>> {
    let command = casework::way_change(&house.db, actor, &number, way)?;
    let actor = actor.clone();
    house.db.write(move |tx| casework::choose_way(tx, &actor, &number, &command))
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure<Refusal>>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Everything, with parcels, is what its events say.
fn verify(house: &House) {
    let replays: [&dyn store::Replay; 2] = [&casework::CaseReplay, &delivery::ParcelReplay];
    let report = store::verify_journal(&house.db, &replays, &[]).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
}

#[test]
fn the_licence_is_in_force_at_once_and_the_paper_is_served_when_it_arrives() {
    each_house(|house| {
        let number = granted(&house, courier());
        let case = house.case(number);
        assert_eq!((case.stage(), case.way), (Stage::Granted, Service::Post));
        let prepared = case.prepared.unwrap();
        assert_eq!(prepared.how, Service::Post);
        let licence = case.licence.clone().unwrap();
        let made = house.db.read(|read| licences::of_case(read, &number)).unwrap();
        assert_eq!(made.iter().map(|made| made.id.clone()).collect::<Vec<_>>(), std::slice::from_ref(&licence));
        // The ten working days of art. 44 go on being watched.
        let State::Granted { serve_by } = case.state else { panic!("{:?}", case.state) };
        assert_eq!(case.next_by(), Some(serve_by));

        let sent = &parcels(&house, number)[0];
        assert_eq!((Some(sent.id), sent.direction), (prepared.parcel, Direction::Deliver));
        assert_eq!(sent.contents[0].kind, ContentKind::Result);
        let ends = house.db.read(|read| delivery::query::ends(read, sent)).unwrap();
        assert_eq!(ends.to, home());
        send(&house, sent);
        told(&house, "203", 0);
        assert_eq!(house.case(number).stage(), Stage::Granted);

        // The courier tells four days late that it was signed for two days ago.
        house.pass_days(4);
        let signed: Date = local_date(
            kernel::Timestamp::from_microsecond(house.db.now().as_microsecond() - 2 * 24 * 3_600_000_000).unwrap(),
        );
        told(&house, "704", 2);
        let case = house.case(number);
        assert_eq!(case.stage(), Stage::Closed);
        assert_eq!(case.licence, Some(licence));
        let steps = house.db.read(|read| casework::query::events_of(read, &house.citizen, &number)).unwrap();
        let kinds: Vec<_> = steps.iter().map(|step| store::Event::kind(&step.event)).collect();
        assert_eq!(kinds, ["submitted", "accepted", "reviewed", "granted", "prepared", "served", "closed"]);
        let served = steps.iter().find_map(|step| match &step.event {
            casework::Event::Served { how, on, .. } => Some((*how, *on)),
            _ => None,
        });
        assert_eq!(served, Some((Service::Post, signed)));

        // Told again, or something else: nothing happens twice.
        told(&house, "704", 1);
        told(&house, "708", 0);
        assert_eq!(house.case(number), case);
        verify(&house);
    });
}

#[test]
fn no_address_stands_in_clear() {
    each_house(|house| {
        granted(&house, courier());
        let mut seen: Vec<String> = vec![];
        house
            .db
            .read(|read| {
                for sql in [
                    "SELECT body FROM store_journal",
                    "SELECT body FROM store_outbox",
                    "SELECT body FROM casework_case",
                    "SELECT body FROM delivery_parcel",
                ] {
                    seen.extend(read.query(sql, &[], |row| row.get::<String>(0))?);
                }
                Ok::<_, store::Error>(())
            })
            .unwrap();
        assert!(seen.len() > 4);
        assert!(seen.iter().all(|text| !text.contains("示例路") && !text.contains(PHONE)));
    });
}

#[test]
fn a_result_for_the_window_waits_until_a_clerk_hands_it_over() {
    each_house(|house| {
        let number = granted(&house, Way::Window);
        let case = house.case(number);
        assert!(casework::waits_at_window(&case));
        assert!(case.licence.is_some() && parcels(&house, number).is_empty());
        let serve = Command::Serve { how: Service::Window, licence: None };
        assert!(matches!(refusal(house.handle(&house.reviewer, number, serve.clone())), Refusal::NotEmpowered { .. }));
        house.steps(number, &[(&house.clerk, serve), (&house.clerk, Command::Close)]);
        assert_eq!(house.case(number).stage(), Stage::Closed);
        verify(&house);
    });
}

#[test]
fn the_applicant_may_change_their_mind_until_a_courier_has_it() {
    each_house(|house| {
        // Before the decision.
        let number = house.submit(RENEWAL).number;
        assert_eq!(choose(&house, &house.citizen, number, &courier()).unwrap().way, Service::Post);
        let papers = house.db.read(|read| {
            let case = casework::query::case_for(read, &house.citizen, &number)?;
            casework::query::papers(read, &house.citizen, &case)
        });
        assert_eq!(papers.unwrap().way, courier());
        assert_eq!(refusal(choose(&house, &house.other, number, &Way::Window)), Refusal::NotFound);
        assert_eq!(refusal(choose(&house, &house.clerk, number, &Way::Window)), Refusal::OnlyTheApplicant);

        // Ready for the courier, wanted at the window, and by courier again, at another door.
        let number = granted(&house, courier());
        let case = choose(&house, &house.citizen, number, &Way::Window).unwrap();
        assert_eq!(case.prepared.unwrap().how, Service::Window);
        assert_eq!(parcels(&house, number)[0].state, delivery::State::Cancelled);
        let office = End::new("前台", "025-83000000", "江苏省南京市玄武区示例路 9 号").unwrap();
        choose(&house, &house.citizen, number, &Way::Courier { to: office.clone() }).unwrap();
        let all = parcels(&house, number);
        assert_eq!(all.len(), 2);
        let ends = house.db.read(|read| delivery::query::ends(read, &all[1])).unwrap();
        assert_eq!(ends.to, office);

        // In the courier's hands it stays there.
        send(&house, &all[1]);
        told(&house, "203", 0);
        let held = refusal(choose(&house, &house.citizen, number, &Way::Electronic));
        assert_eq!(held, Refusal::Parcel(delivery::Refusal::WithCourier));
        let serve = Command::Serve { how: Service::Window, licence: None };
        assert!(matches!(refusal(house.handle(&house.clerk, number, serve)), Refusal::Parcel(_)));

        // Only electronic after all: served at once.
        let number = granted(&house, courier());
        choose(&house, &house.citizen, number, &Way::Electronic).unwrap();
        assert_eq!(house.case(number).stage(), Stage::Closed);
        let over = refusal(choose(&house, &house.citizen, number, &Way::Window));
        assert!(matches!(over, Refusal::NotNow { .. }));
        verify(&house);
    });
}

#[test]
fn what_came_back_is_handed_over_at_the_window_by_a_scan() {
    each_house(|house| {
        let number = granted(&house, courier());
        let sent = &parcels(&house, number)[0];
        send(&house, sent);
        told(&house, "203", 0);
        house.pass_days(1);
        told(&house, "706", 0);
        house.pass_days(1);
        told(&house, "708", 0);
        assert_eq!(house.case(number).stage(), Stage::Granted);
        parcel(&house, &house.clerk, sent, delivery::Command::Scan { step: Step::Received });
        parcel(&house, &house.clerk, sent, delivery::Command::Act { act: delivery::Act::AtWindow, note: None });
        parcel(&house, &house.clerk, sent, delivery::Command::Scan { step: Step::ToApplicant });
        house.drain();
        let steps = house.db.read(|read| casework::query::events_of(read, &house.citizen, &number)).unwrap();
        let by_window = |event: &casework::Event| matches!(event, casework::Event::Served { how: Service::Window, .. });
        assert!(steps.iter().any(|step| by_window(&step.event)));
        assert_eq!(house.case(number).stage(), Stage::Closed);
        verify(&house);
    });
}

#[test]
fn a_parcel_that_still_lies_at_the_window_is_taken_back_by_handing_over() {
    each_house(|house| {
        let number = granted(&house, courier());
        let serve = Command::Serve { how: Service::Window, licence: None };
        house.steps(number, &[(&house.clerk, serve), (&house.clerk, Command::Close)]);
        house.drain();
        assert_eq!(parcels(&house, number)[0].state, delivery::State::Cancelled);
        verify(&house);
    });
}

#[test]
fn a_way_that_the_items_data_do_not_offer_is_refused() {
    each_house(|house| {
        let base = house.filing(&house.citizen, TEMPORARY);
        let filing = casework::Filing { item: code(PASSPORT), way: courier(), materials: vec![], ..base };
        assert_eq!(refusal(house.try_submit(&house.citizen, filing)), Refusal::WayNotOffered);
    });
}

#[test]
fn a_courier_fetches_originals_once() {
    each_house(|house| {
        let mut filing = house.filing(&house.citizen, RENEWAL);
        filing.materials.retain(|attachment| attachment.material != OLD_CARD);
        filing.materials.push(Attachment { material: OLD_CARD.to_owned(), brought: Brought::AtWindow });
        let number = house.try_submit(&house.citizen, filing).unwrap().number;
        let fetch = |actor: &Actor, name: &str| {
            let (actor, names, from) = (actor.clone(), vec![name.to_owned()], home());
            house.db.write(move |tx| casework::fetch_originals(tx, &actor, &number, &from, &names))
        };
        assert_eq!(refusal(fetch(&house.other, OLD_CARD)), Refusal::NotFound);
        assert_eq!(refusal(fetch(&house.clerk, OLD_CARD)), Refusal::OnlyTheApplicant);
        assert!(matches!(refusal(fetch(&house.citizen, HOUSEHOLD)), Refusal::OffTheList { .. }));
        let fetched = fetch(&house.citizen, OLD_CARD).unwrap();
        assert_eq!((fetched.direction, fetched.contents[0].kind), (Direction::Collect, ContentKind::Original));
        assert!(matches!(refusal(fetch(&house.citizen, OLD_CARD)), Refusal::OffTheList { .. }));
        // Called off, it can be ordered again; after the decision it is too late.
        parcel(&house, &house.citizen, &fetched, delivery::Command::Cancel);
        fetch(&house.citizen, OLD_CARD).unwrap();
        let stage::House { clerk, reviewer, decider, .. } = &*house;
        house.steps(number, &[(clerk, Command::Accept), (reviewer, review()), (decider, grant())]);
        assert!(matches!(refusal(fetch(&house.citizen, OLD_CARD)), Refusal::NotNow { .. }));
        verify(&house);
    });
}
