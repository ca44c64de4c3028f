//! Issuing, finding and ending licences, on real databases.

use std::time::Duration;

use kernel::{Actor, Duty, LicenceId, LicenceTypeCode};
use licences::{CancelGround, Command, Content, Draft, Filter, Finding, Grant, Refusal, RevokeGround, Standing, State};
use store::{Error, Failure, Signer};

use crate::fixtures::*;

fn handle(house: &House, actor: Actor, id: &LicenceId, command: Command) -> Result<State, Failure<Refusal>> {
    let id = id.clone();
    let licence = house.write(move |tx| licences::handle(tx, &actor, &id, &command))?;
    Ok(licence.state(house.db.today()))
}

fn why() -> String {
    "依法处理".to_owned()
}

/// A sealed next version of a licence.
fn next(house: &House, id: &LicenceId) -> licences::SealedLicence {
    let old = house.read(|read| licences::get(read, id)).unwrap();
    let content = Content { id: id.next_version().unwrap(), fields: vec![], ..old.content };
    Draft::new(old.holder, content).unwrap().seal(&*house.db.signer()).unwrap()
}

#[test]
fn a_licence_is_issued_found_and_verified() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        let year = house.db.today().year();
        assert_eq!((id.serial(), id.version()), (format!("{year}000001").as_str(), 1));
        assert_eq!(id.type_code(), house.type_code);
        let licence = house.read(|read| licences::get(read, &id)).unwrap();
        assert_eq!(licence.content.holder.identifier, "320102190001019997");
        assert_eq!(licence.state(house.db.today()), State::Valid);

        let verdict = house.verify(&id.to_string());
        assert_eq!(verdict.finding, Finding::Genuine(State::Valid));
        let shown = verdict.licence.unwrap();
        assert_eq!((shown.holder.as_str(), shown.holder_identifier.as_str()), ("陈*", "320102**********97"));
        assert_eq!(shown.fields, [], "a guessed identifier tells nothing else of a person");
    });
}

#[test]
fn whole_licences_are_for_their_holders_and_the_issuing_department() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        let department = house.grant().department;
        let elsewhere = kernel::DepartmentId { region: "320102000000".parse().unwrap(), ..department };
        assert_ne!(elsewhere, department);
        for (actor, sees) in [
            (house.citizen(house.holder), true),
            (house.citizen(house.stranger), false),
            (staff(Duty::Review), true),
            (staff(Duty::Audit), false),
        ] {
            let seen = house.read(|read| licences::licence_for(read, &actor, &id));
            assert_eq!(seen.is_some(), sees, "{actor:?}");
        }
    });
}

#[test]
fn what_cannot_be_genuine_gets_a_verdict_not_an_error() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap().to_string();
        let (rest, check) = id.split_at(id.len() - 1);
        let mistyped = format!("{rest}{}", if check == "0" { '1' } else { '0' });
        let never = LicenceId::new(house.type_code, house.grant().issuer_code, "1900000001", 1).unwrap().to_string();
        for (text, finding) in [
            (mistyped.as_str(), Finding::BadIdentifier),
            ("", Finding::BadIdentifier),
            ("<script>", Finding::BadIdentifier),
            (&"9".repeat(10_000), Finding::BadIdentifier),
            (&never, Finding::Unknown),
        ] {
            let verdict = house.verify(text);
            assert_eq!((&verdict.finding, verdict.licence), (&finding, None));
        }
        assert_eq!(house.verify(&format!(" {id} ")).finding, Finding::Genuine(State::Valid));
    });
}

#[test]
fn a_licence_changed_behind_the_programs_back_has_a_broken_seal() {
    // Not `house`: the journal rightly disagrees in the end.
    store::testing::each_database(&[identity::MIGRATIONS, licences::MIGRATIONS], |db| {
        let signer = signer();
        let licence = sealed(content(), &signer);
        let (definer, name, kept) = (organ("320000", "90000023"), content().name, licence.clone());
        db.write::<_, Failure<Refusal>, _>(move |tx| {
            (1..=7).try_for_each(|n| {
                let name = if n == 7 { name.clone() } else { format!("证照{n}") };
                licences::ensure_type(tx, &SETUP, &name, &definer).map(drop)
            })?;
            licences::issue(tx, &SETUP, &kept, None)
        })
        .unwrap();
        let verify = || {
            let id = content().id.to_string();
            db.read::<_, Error>(|read| licences::verify(read, &id, &keys(&signer))).unwrap().finding
        };
        assert!(matches!(verify(), Finding::Genuine(_)));
        let forged = Content { number: "8".to_owned(), ..content() }.canonical();
        db.write::<_, Error, _>(move |tx| {
            let sealed = tx.seal(&holder(), &forged)?;
            let sql = "UPDATE licences_licence SET content = $1";
            tx.execute(sql, &store::params![sealed]).map(drop)
        })
        .unwrap();
        assert_eq!(verify(), Finding::BrokenSeal);
        let report = store::verify_journal(&db, &[&licences::Register], &[]).unwrap();
        assert!(report.problems.iter().any(|problem| problem.what.contains("content")), "{:?}", report.problems);
        db.write::<_, Error, _>(move |tx| tx.erase(&holder())).unwrap();
        assert_eq!(verify(), Finding::Erased);
    });
}

#[test]
fn a_licence_sealed_with_another_key_is_not_genuine() {
    house(|house| {
        let other = signer();
        let sealed = licences::prepare(&house.db, &other, &house.grant()).unwrap();
        let id = house.write(move |tx| licences::issue(tx, &SETUP, &sealed, None)).unwrap();
        assert_eq!(house.verify(&id.to_string()).finding, Finding::BrokenSeal);
        let trusted = [other.public_key(), house.db.signer().public_key()].into_iter().collect();
        let verdict = house.read(|read| licences::verify(read, &id.to_string(), &trusted));
        assert!(verdict.finding.is_good());
    });
}

#[test]
fn a_licence_is_over_the_day_after_its_last_without_anybody_doing_anything() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        house.db.time().advance(YEAR);
        assert_eq!(house.verify(&id.to_string()).finding, Finding::Genuine(State::Valid));
        house.db.time().advance(Duration::from_secs(86_400));
        assert_eq!(house.verify(&id.to_string()).finding, Finding::Genuine(State::Expired));
    });
}

#[test]
fn licences_are_suspended_restored_revoked_and_cancelled() {
    house(|house| {
        let id = house.issue(&house.grant()).unwrap();
        let decider = || staff(Duty::Decide);
        let suspend = || Command::Suspend { reason: why() };
        assert_eq!(handle(house, decider(), &id, suspend()), Ok(State::Suspended));
        assert_eq!(refused(handle(house, decider(), &id, suspend())), Refusal::NotNow { state: State::Suspended });
        assert_eq!(house.verify(&id.to_string()).finding, Finding::Genuine(State::Suspended));
        assert_eq!(handle(house, decider(), &id, Command::Restore { reason: why() }), Ok(State::Valid));
        let revoke = Command::Revoke { ground: RevokeGround::Deceit, reason: why() };
        assert_eq!(refused(handle(house, staff(Duty::Review), &id, revoke.clone())), Refusal::NotAllowed);
        assert_eq!(handle(house, decider(), &id, revoke), Ok(State::Revoked));
        let cancel = Command::Cancel { ground: CancelGround::PermitWithdrawn, reason: why() };
        assert_eq!(handle(house, decider(), &id, cancel), Ok(State::Cancelled));
        let never = LicenceId::new(house.type_code, house.grant().issuer_code, "1900000001", 1).unwrap();
        assert_eq!(refused(handle(house, decider(), &never, suspend())), Refusal::Unknown);
    });
}

#[test]
fn a_new_version_takes_the_old_ones_place() {
    house(|house| {
        let old = house.issue(&house.grant()).unwrap();
        let sealed = next(house, &old);
        let skipped = {
            let third = Content { id: sealed.content().id.next_version().unwrap(), ..sealed.content().clone() };
            Draft::new(house.holder, third).unwrap().seal(&*house.db.signer()).unwrap()
        };
        let foreign = Draft::new(house.stranger, sealed.content().clone()).unwrap().seal(&*house.db.signer()).unwrap();
        let issue = |sealed: licences::SealedLicence| {
            let old = old.clone();
            house.write(move |tx| licences::issue(tx, &SETUP, &sealed, Some(&old)))
        };
        assert_eq!(refused(issue(skipped)), Refusal::NotNextVersion);
        assert_eq!(refused(issue(foreign)), Refusal::OtherHolder);
        let new = issue(sealed.clone()).unwrap();
        assert_eq!(refused(issue(sealed)), Refusal::NotNow { state: State::Replaced });
        assert_eq!(house.verify(&old.to_string()).finding, Finding::Replaced { by: new.clone() });
        assert!(house.verify(&new.to_string()).finding.is_good());

        let list = |filter| house.read(|read| licences::list(read, &house.holder, filter, None, 9));
        assert_eq!(list(Filter::Current).len(), 1);
        let all = list(Filter::Everything);
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|one| matches!(one.standing, Standing::Replaced { .. })));
    });
}

#[test]
fn only_who_may_decide_issues_and_only_known_types() {
    house(|house| {
        let sealed = house.prepare(&house.grant()).unwrap();
        for actor in [house.citizen(house.holder), staff(Duty::Review)] {
            let sealed = sealed.clone();
            let issued = house.write(move |tx| licences::issue(tx, &actor, &sealed, None));
            assert_eq!(refused(issued), Refusal::NotAllowed);
        }
        let twice = sealed.clone();
        assert!(house.write(move |tx| licences::issue(tx, &staff(Duty::Decide), &sealed, None)).is_ok());
        let id = twice.content().id.clone();
        let again = house.write(move |tx| licences::issue(tx, &SETUP, &twice, None));
        assert_eq!(refused(again), Refusal::AlreadyIssued { id });

        let definer = organ("320000", "90000023");
        let unknown = Grant { type_code: LicenceTypeCode::new(definer, 99).unwrap(), ..house.grant() };
        assert_eq!(refused(house.issue(&unknown)), Refusal::UnknownType);
        let nobody = Grant { holder: holder(), ..house.grant() };
        assert_eq!(refused(house.issue(&nobody)), Refusal::UnknownHolder);
        let backwards = Grant { valid_until: Some(day("2000-01-01")), ..house.grant() };
        assert_eq!(refused(house.issue(&backwards)), Refusal::Content(licences::BadContent::Period));
    });
}

#[test]
fn a_case_leads_to_one_licence_however_often_it_is_tried() {
    house(|house| {
        let Grant { department, issued_on, .. } = house.grant();
        let case = kernel::CaseNumber::new(department.region, department.kind, issued_on, 1).unwrap();
        let grant = Grant { case: Some(case), ..house.grant() };
        let id = house.issue(&grant).unwrap();
        assert_eq!(refused(house.issue(&grant)), Refusal::AlreadyIssued { id: id.clone() });
        let of_case = house.read(|read| licences::of_case(read, &case));
        assert_eq!(of_case.into_iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    });
}

#[test]
fn types_get_the_next_number_of_their_body_and_keep_it() {
    house(|house| {
        let definer = organ("320000", "90000031");
        let ensure = |name: &str| {
            let name = name.to_owned();
            house.write(move |tx| licences::ensure_type(tx, &SETUP, &name, &definer))
        };
        let first = ensure("食品经营许可证").unwrap();
        assert_eq!(first.to_string(), format!("{definer}001"));
        assert_eq!(ensure("导游证").unwrap().to_string(), format!("{definer}002"));
        assert_eq!(ensure(" 食品经营许可证 ").unwrap(), first);
        for name in ["", "  ", "一\n二", &"长".repeat(101)] {
            assert_eq!(refused(ensure(name)), Refusal::BadTypeName, "{name:?}");
        }
        let found = house.read(|read| licences::licence_type(read, &first)).unwrap();
        assert_eq!(found.name, "食品经营许可证");
        assert_eq!(house.read(|read| licences::licence_types(read, Some(&first), 9)).len(), 1);
    });
}

#[test]
fn a_body_has_999_types() {
    house(|house| {
        let definer = organ("320000", "90000031");
        let full = house.write(move |tx| {
            (0..=999).try_for_each(|n| licences::ensure_type(tx, &SETUP, &format!("证照{n}"), &definer).map(drop))
        });
        assert_eq!(refused(full), Refusal::TypesFull);
    });
}

#[test]
fn lists_go_on_where_they_stopped() {
    house(|house| {
        let mut issued: Vec<_> = (0..5).map(|_| house.issue(&house.grant()).unwrap()).collect();
        let (mut seen, mut before) = (vec![], None);
        loop {
            let page = house.read(|read| licences::list(read, &house.holder, Filter::Current, before.as_ref(), 2));
            let Some(last) = page.last() else { break };
            before = Some(last.place);
            seen.extend(page.into_iter().map(|one| one.id));
        }
        seen.sort();
        issued.sort();
        assert_eq!(seen, issued);
    });
}

#[test]
fn licences_in_force_are_offered_for_materials_of_their_name() {
    house(|house| {
        let named = |name: &str| Grant { name: name.to_owned(), ..house.grant() };
        let card = house.issue(&named("居民身份证")).unwrap();
        let suspended = house.issue(&named("营业执照")).unwrap();
        handle(house, staff(Duty::Decide), &suspended, Command::Suspend { reason: why() }).unwrap();
        let names = ["营业执照（统一社会信用代码证照）", "申请人居民身份证", "监护人居民身份证"];
        let offers = house.read(|read| licences::held_by(read, &house.holder, &names));
        assert_eq!(offers.iter().map(|offer| (offer.material, &offer.licence.id)).collect::<Vec<_>>(), [(1, &card)]);
        assert_eq!(house.read(|read| licences::held_by(read, &house.stranger, &names)), vec![]);
    });
}
