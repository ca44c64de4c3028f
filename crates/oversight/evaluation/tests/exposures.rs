//! 曝光纠错: reported by anybody, verified, published with the unit's name, put right, closed; the reporter stays unknown.

use evaluation::rules::Refusal;
use evaluation::{ExposureCommand as C, ExposureId, ExposureState, Report, query};
use kernel::Actor;
use store::Failure;

use crate::house::*;

fn report(source: &str) -> Report {
    Report {
        kind: "extra".to_owned(),
        region: region(XUANWU),
        department: Some("310".parse().unwrap()),
        item: None,
        text: "窗口要我交清单上没有的证明，经办的是 13800000111。".to_owned(),
        source: source.to_owned(),
    }
}

fn expose(house: &House, actor: Option<&Actor>, report: Report) -> Result<(ExposureId, String), Failure<Refusal>> {
    let actor = actor.cloned();
    house.db.write(move |tx| evaluation::expose(tx, actor.as_ref(), &report))
}

fn handle(house: &House, actor: &Actor, id: ExposureId, command: C) -> Result<evaluation::Exposure, Failure<Refusal>> {
    let actor = actor.clone();
    house.db.write(move |tx| evaluation::handle_exposure(tx, &actor, &id, &command))
}

fn verify(founded: bool) -> C {
    C::Verify { founded, reason: "查了收件记录，确实多要了一份证明。".to_owned() }
}

fn publish() -> C {
    C::Publish {
        title: "窗口要了清单外的证明".to_owned(), text: "玄武区一窗口多要一份证明。".to_owned()
    }
}

fn rectify() -> C {
    C::Rectify { measures: "退还材料，全窗口重新培训。".to_owned() }
}

fn close() -> C {
    C::Close { reason: "已核对，不再发生。".to_owned() }
}

#[test]
fn from_the_report_to_the_close() {
    each_house(|house| {
        let (named, secret) = expose(&house, Some(&house.citizen), report("ignored")).unwrap();
        let (nameless, _) = expose(&house, None, report("192.0.2.7")).unwrap();
        let queue = |state| {
            house.db.read(|read| query::exposure_queue(read, &house.officer, state, 10, None)).unwrap().exposures
        };
        let waiting = queue(ExposureState::Reported);
        assert_eq!(waiting.len(), 2);
        for exposure in &waiting {
            let words = house.db.read(|read| query::exposure_words(read, exposure)).unwrap();
            assert!(words.contains("清单上没有"));
        }
        // Nobody but its reporter finds it before it is published.
        for actor in [&house.elsewhere, &house.citizen, &house.other] {
            assert_eq!(refused(house.db.read(|read| query::exposure_for(read, actor, &named))), Refusal::NotFound);
        }
        let (own, words) = house.db.read(|read| query::by_secret(read, &secret)).unwrap();
        assert_eq!((own.id, words.contains("清单上没有")), (named, true));
        let party = house.citizen.party().unwrap();
        assert_eq!(house.db.read(|read| query::my_exposures(read, &party)).unwrap().len(), 1);

        let early = refused(handle(&house, &house.officer, named, publish()));
        assert_eq!(early, Refusal::ExposureNotNow { state: ExposureState::Reported, command: "publish" });
        assert!(handle(&house, &house.elsewhere, named, verify(true)).is_err());
        handle(&house, &house.officer, named, verify(true)).unwrap();
        let told = C::Publish { title: "多要证明".to_owned(), text: "打 13800000111".to_owned() };
        assert_eq!(refused(handle(&house, &house.officer, named, told)), Refusal::Personal("/text"));
        for command in [publish(), rectify(), close()] {
            handle(&house, &house.officer, named, command).unwrap();
        }
        handle(&house, &house.officer, nameless, verify(false)).unwrap();
        let here = region("320100000000");
        let shown = house.db.read(|read| query::exposed(read, &here, 10, None)).unwrap().exposures;
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].state, shown[0].measures.is_some()), (ExposureState::Closed, true));
        assert_eq!(shown[0].department.kind.to_string(), "310", "the unit is named");
        house.verify();
    });
}

#[test]
fn the_journal_does_not_tell_who_reported() {
    each_house(|house| {
        let (id, _) = expose(&house, Some(&house.citizen), report("x")).unwrap();
        let party = house.citizen.party().unwrap().to_string();
        let entries = house.db.read(|read| store::journal::since(read, 0, 10_000)).unwrap();
        let entry = entries.iter().find(|entry| entry.stream == format!("exposure:{id}")).unwrap();
        assert_eq!(entry.actor, "system:expose");
        assert!(!entry.body.contains(&party) && !entry.body.contains("清单"), "{}", entry.body);
    });
}

#[test]
fn one_source_reports_five_times_a_day_and_only_what_exists() {
    each_house(|house| {
        for _ in 0..5 {
            expose(&house, None, report("192.0.2.9")).unwrap();
        }
        assert_eq!(refused(expose(&house, None, report("192.0.2.9"))), Refusal::TooManyReports { most: 5 });
        assert!(expose(&house, None, report("192.0.2.10")).is_ok());
        house.pass_days(1);
        assert!(expose(&house, None, report("192.0.2.9")).is_ok());
        let strange = Report { kind: "gossip".to_owned(), ..report("a") };
        assert_eq!(refused(expose(&house, None, strange)), Refusal::UnknownKind);
        let empty = Report { text: "\u{200b} ".to_owned(), ..report("a") };
        assert_eq!(refused(expose(&house, None, empty)), Refusal::WordsMissing("/text"));
        let nowhere = Report { region: region("990000000000"), ..report("a") };
        assert_eq!(refused(expose(&house, None, nowhere)), Refusal::UnknownUnit);
    });
}

#[test]
fn reports_that_wait_too_long_are_seen() {
    each_house(|house| {
        let (id, _) = expose(&house, None, report("a")).unwrap();
        let now = || house.db.read(|read| query::exposure_for(read, &Actor::System("test"), &id)).unwrap();
        house.pass_days(10);
        house.drain();
        assert!(now().overdue);
        handle(&house, &house.officer, id, verify(true)).unwrap();
        assert!(!now().overdue, "the next clock is another one");
        house.pass_days(30);
        house.drain();
        assert!(now().overdue);
        house.verify();
    });
}
