//! Parties, mandates and looks, on real databases.

use std::time::Duration;

use identity::{
    Batch, Extent, LookedBy, NewDelegation, NewOrganisation, Particulars, Person, Refusal, SeedOrganisation,
    SeedPerson, Source, Via, act_for, delegate, may_act, reveal, revoke,
};
use kernel::{Actor, BasicCode, Duty, PartyId, Power, Scope, StaffId, Uuid};
use store::{Db, Error, Failure};

use crate::house::*;

const DAY: Duration = Duration::from_secs(86_400);

fn item(text: &str) -> BasicCode {
    text.parse().unwrap()
}

fn reviewer() -> Actor {
    let region = "320102000000".parse().unwrap();
    let powers = vec![Power { duty: Duty::Review, scope: Scope { region, subtree: true, kind: None } }];
    Actor::Staff { staff: StaffId::new(Uuid::from_u128(4)), region, post: "审查岗".to_owned(), powers }
}

fn may(db: &Db, actor: &Actor, item: Option<&BasicCode>) -> Result<(), Failure<Refusal>> {
    db.read(|read| may_act(read, actor, item))
}

#[test]
fn a_party_is_shown_masked_and_prefills_its_own_forms_whole() {
    house(|db, _| {
        let person = enter(db, Particulars::Person(chen()));
        let organisation = enter(db, Particulars::Organisation(company(&chen())));
        let shown = |id: PartyId| db.read::<_, Error>(|read| identity::party(read, &id)).unwrap().unwrap();
        let own = shown(person);
        assert_eq!((own.name.as_str(), own.name_masked.as_str()), ("陈梅", "陈*"));
        assert_eq!((own.identifier_masked, own.phone_masked.unwrap()), (chen().id.masked(), "138****1234".to_owned()));
        assert_eq!(shown(organisation).representative.unwrap(), "陈梅");

        let facts = db.read::<_, Error>(|read| identity::facts(read, &person)).unwrap();
        let fact = |key| facts.iter().find(|fact| fact.key == key).map(|fact| (fact.value.as_str(), fact.source));
        assert_eq!(fact("person.resident_id"), Some(("320102190001019997", Source::Account)));
        assert_eq!(fact("person.birth_date"), Some(("1900-01-01", Source::IdNumber)));
        assert_eq!(fact("person.phone"), Some(("13800001234", Source::Account)));
        let facts = db.read::<_, Error>(|read| identity::facts(read, &organisation)).unwrap();
        assert!(
            facts.iter().any(|fact| fact.key == "organisation.credit_code" && fact.value == company_code().to_string())
        );
        let unknown = PartyId::new(Uuid::from_u128(1));
        assert_eq!(db.read::<_, Error>(|read| identity::facts(read, &unknown)).unwrap(), vec![]);
        assert_eq!(db.read::<_, Error>(|read| identity::party(read, &unknown)).unwrap(), None);
    });
}

#[test]
fn the_names_of_a_page_are_asked_at_once_and_an_erased_one_is_left_out() {
    house(|db, _| {
        let person = enter(db, Particulars::Person(chen()));
        let gone = enter(db, Particulars::Person(wang()));
        let organisation = enter(db, Particulars::Organisation(company(&chen())));
        let unknown = PartyId::new(Uuid::from_u128(1));
        // More than one statement's worth, the same one over and over.
        let mut ids = vec![person, organisation, gone, unknown];
        ids.extend(std::iter::repeat_n(person, 70));
        let names = |ids: &[PartyId]| {
            let mut names: Vec<String> = db
                .read::<_, Error>(|read| identity::parties(read, ids))
                .unwrap()
                .into_values()
                .map(|party| party.name)
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&ids), ["玄武湖畔餐饮有限公司", "王䶮", "陈梅"]);
        assert_eq!(names(&[]), Vec::<String>::new());
        write(db, move |tx| Ok(tx.erase(&gone)?)).unwrap();
        assert_eq!(names(&ids), ["玄武湖畔餐饮有限公司", "陈梅"]);
    });
}

#[test]
fn parties_are_found_by_their_numbers_and_entered_once() {
    house(|db, _| {
        let person = enter(db, Particulars::Person(chen()));
        let organisation = enter(db, Particulars::Organisation(company(&chen())));
        let found = db.read::<_, Error>(|read| identity::person_by_id(read, &chen().id)).unwrap();
        assert_eq!(found, Some(person));
        let found = db.read::<_, Error>(|read| identity::organisation_by_code(read, &company_code())).unwrap();
        assert_eq!(found, Some(organisation));
        let again = write(db, |tx| identity::enter(tx, &SETUP, &Particulars::Person(chen())));
        assert_eq!(refused(again), Refusal::PersonRegistered);
        let again = write(db, |tx| identity::enter(tx, &SETUP, &Particulars::Organisation(company(&wang()))));
        assert_eq!(refused(again), Refusal::OrganisationRegistered);
    });
}

#[test]
fn a_look_has_a_purpose_and_the_party_sees_it() {
    house(|db, door| {
        let chen = party_of(&signed_in(db, door, "chen.mei", chen()));
        let stranger = signed_in(db, door, "wang.yan", wang());
        let looked = write(db, move |tx| reveal(tx, &reviewer(), &chen, "办件审查")).unwrap();
        assert_eq!(looked.identifier(), "320102190001019997");
        assert_eq!(refused(write(db, move |tx| reveal(tx, &reviewer(), &chen, " "))), Refusal::ReasonMissing);
        let curious = write(db, move |tx| reveal(tx, &stranger.actor, &chen, "看看"));
        assert_eq!(refused(curious), Refusal::NotYours);
        let nobody = PartyId::new(Uuid::from_u128(1));
        assert_eq!(refused(write(db, move |tx| reveal(tx, &reviewer(), &nobody, "查"))), Refusal::UnknownParty);
        write(db, move |tx| identity::look(tx, &Actor::System("anyone"), &chen, &["证照"], "亮证核验")).unwrap();

        let looks = db.read::<_, Error>(|read| identity::looks(read, &chen, None, 10)).unwrap();
        assert_eq!(looks.len(), 2);
        let review = looks.iter().find(|look| look.purpose == "办件审查").unwrap();
        assert!(matches!(&review.by, LookedBy::Staff { post, .. } if post == "审查岗"));
        assert!(looks.iter().any(|look| look.by == LookedBy::Anyone && look.fields == ["证照"]));
        let rest = db.read::<_, Error>(|read| identity::looks(read, &chen, Some(&looks[0].id), 10)).unwrap();
        assert_eq!(rest, looks[1..]);
    });
}

#[test]
fn an_agent_acts_within_the_mandate_until_its_last_day() {
    house(|db, door| {
        let company = enter(db, Particulars::Organisation(company(&chen())));
        let head = register(door, "chen.mei", chen()).unwrap();
        let own = session(db, &head).unwrap();
        write(db, move |tx| act_for(tx, &own, &company)).unwrap();
        let head = session(db, &head).unwrap().actor;

        let token = register(door, "wang.yan", wang()).unwrap();
        let agent = party_of(&session(db, &token).unwrap());
        let (covered, other) = (item("320709901000"), item("320709902000"));
        let until = db.today().checked_add(jiff_days(10)).unwrap();
        let new = NewDelegation { agent, extent: Extent::Items(vec![covered]), until };
        let (giver, given) = (head.clone(), new.clone());
        let id = write(db, move |tx| delegate(tx, &giver, &given)).unwrap();

        let here = session(db, &token).unwrap();
        write(db, move |tx| act_for(tx, &here, &company)).unwrap();
        let acting = session(db, &token).unwrap();
        assert_eq!(acting.actor.party(), Some(company));
        assert_eq!(may(db, &acting.actor, Some(&covered)), Ok(()));
        assert_eq!(refused(may(db, &acting.actor, Some(&other))), Refusal::BeyondMandate);
        // An agent does not pass the mandate on, nor change the company's entry.
        let (passing, onward) = (acting.actor.clone(), NewDelegation { agent: party_of(&session_of(&head)), ..new });
        assert_eq!(refused(write(db, move |tx| delegate(tx, &passing, &onward))), Refusal::NotPrincipal);
        let changing = acting.actor.clone();
        let change = write(db, move |tx| identity::change_contact(tx, &changing, None, None));
        assert_eq!(refused(change), Refusal::NotPrincipal);

        let subjects = db.read::<_, Error>(|read| identity::subjects(read, &agent)).unwrap();
        let via: Vec<_> = subjects.iter().map(|subject| (subject.party.id, subject.mandate.via)).collect();
        assert_eq!(via, [(agent, Via::Own), (company, Via::Delegation)]);
        let given = db.read::<_, Error>(|read| identity::delegations(read, &company, None, 9)).unwrap();
        assert_eq!(given.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);

        pass(db, 11 * DAY);
        assert_eq!(refused(may(db, &acting.actor, Some(&covered))), Refusal::NoMandate);
        let subjects = db.read::<_, Error>(|read| identity::subjects(read, &agent)).unwrap();
        assert_eq!(subjects.len(), 1);
    });
}

fn jiff_days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}

/// The person behind an actor, as a session would name them.
fn session_of(actor: &Actor) -> identity::Session {
    let at = kernel::Timestamp::UNIX_EPOCH;
    let token: identity::Token = "A".repeat(43).parse().unwrap();
    identity::Session {
        key: token.key(),
        account: kernel::AccountId::new(Uuid::from_u128(1)),
        actor: actor.clone(),
        name: String::new(),
        acting_for: None,
        region: None,
        role: identity::Role::Citizen,
        csrf: String::new(),
        ends_at: at,
        wants_touch: false,
    }
}

#[test]
fn a_mandate_taken_back_ends_the_sessions_that_use_it() {
    house(|db, door| {
        let head = signed_in(db, door, "chen.mei", chen());
        let token = register(door, "wang.yan", wang()).unwrap();
        let (me, agent) = (party_of(&head), party_of(&session(db, &token).unwrap()));
        let new = NewDelegation { agent, extent: Extent::Everything, until: db.today() };
        let (giver, again) = (head.actor.clone(), head.actor.clone());
        let id = write(db, move |tx| delegate(tx, &giver, &new)).unwrap();
        let here = session(db, &token).unwrap();
        write(db, move |tx| act_for(tx, &here, &me)).unwrap();

        let stranger = session(db, &token).unwrap().actor;
        assert_eq!(refused(write(db, move |tx| revoke(tx, &stranger, &id))), Refusal::NotPrincipal);
        let giver = head.actor.clone();
        write(db, move |tx| revoke(tx, &giver, &id)).unwrap();
        assert_eq!(session(db, &token), None);
        assert_eq!(refused(write(db, move |tx| revoke(tx, &again, &id))), Refusal::AlreadyRevoked);
    });
}

#[test]
fn a_session_goes_on_in_its_own_name_when_the_mandate_runs_out() {
    house(|db, door| {
        let head = signed_in(db, door, "chen.mei", chen());
        let token = register(door, "wang.yan", wang()).unwrap();
        let (me, agent) = (party_of(&head), party_of(&session(db, &token).unwrap()));
        let new = NewDelegation { agent, extent: Extent::Everything, until: db.today() };
        write(db, move |tx| delegate(tx, &head.actor, &new)).unwrap();
        // A quarter of an hour before midnight in China.
        let midnight = kernel::midnight(db.today().tomorrow().unwrap());
        db.time().advance_to(midnight.checked_sub(Duration::from_secs(900)).unwrap());
        let token2 = sign_in(door, "wang.yan", PASSWORD).unwrap();
        let here = session(db, &token2).unwrap();
        write(db, move |tx| act_for(tx, &here, &me)).unwrap();
        assert_eq!(session(db, &token2).unwrap().actor.party(), Some(me));
        pass(db, Duration::from_secs(901));
        assert_eq!(session(db, &token2).unwrap().actor.party(), Some(agent));
    });
}

#[test]
fn a_representative_adds_the_company_and_nobody_elses() {
    house(|db, door| {
        let new = NewOrganisation {
            name: "玄武湖畔餐饮有限公司".parse().unwrap(),
            code: company_code(),
            phone: None,
            region: None,
            address: None,
        };
        let (head, other) = (signed_in(db, door, "chen.mei", chen()), signed_in(db, door, "wang.yan", wang()));
        let add = |actor: Actor| {
            let new = new.clone();
            write(db, move |tx| identity::register_organisation(tx, &actor, &new))
        };
        let id = add(head.actor.clone()).unwrap();
        assert_eq!(add(head.actor.clone()).unwrap(), id);
        assert_eq!(refused(add(other.actor)), Refusal::OrganisationRegistered);
        assert_eq!(refused(add(reviewer())), Refusal::NotPerson);
        let mandate = db.read::<_, Error>(|read| identity::mandate(read, &party_of(&head), &id)).unwrap();
        assert_eq!(mandate.unwrap().via, Via::Representative);
    });
}

#[test]
fn contact_data_are_changed_by_the_party_itself() {
    house(|db, door| {
        let own = signed_in(db, door, "chen.mei", chen());
        let (actor, phone) = (own.actor.clone(), Some("13900005678".parse().unwrap()));
        write(db, move |tx| identity::change_contact(tx, &actor, phone, None)).unwrap();
        let party = db.read::<_, Error>(|read| identity::party(read, &party_of(&own))).unwrap().unwrap();
        assert_eq!((party.phone_masked.as_deref(), party.region, party.version), (Some("139****5678"), None, 2));
        let staff = write(db, move |tx| identity::change_contact(tx, &reviewer(), None, None));
        assert_eq!(refused(staff), Refusal::NotPerson);
    });
}

#[test]
fn a_batch_may_be_sent_twice() {
    house(|db, door| {
        let batch = Batch {
            phc: PHC.clone(),
            persons: vec![
                SeedPerson { person: chen(), login: Some("demo.chen".parse().unwrap()) },
                SeedPerson { person: wang(), login: None },
            ],
            organisations: vec![SeedOrganisation { organisation: company(&chen()) }],
            staff: vec![],
        };
        let send = || {
            let batch = batch.clone();
            write(db, move |tx| identity::import(tx, &SETUP, &batch)).unwrap()
        };
        let (first, second) = (send(), send());
        assert_eq!((first.entered, second.entered), (3, 0));
        assert_eq!((first.persons, first.organisations), (second.persons, second.organisations));
        assert!(sign_in(door, "demo.chen", PASSWORD).is_ok());
    });
}

#[test]
fn who_was_erased_cannot_be_shown_any_more_and_the_journal_still_verifies() {
    house(|db, _| {
        let id = enter(db, Particulars::Person(chen()));
        db.write::<_, Error, _>(move |tx| tx.erase(&id)).unwrap();
        assert_eq!(db.read::<_, Error>(|read| identity::party(read, &id)), Err(Error::Erased));
    });
}

/// Puts a row wrong behind the program's back, and says what `journal verify` finds.
fn found_after(db: &Db, sql: &'static str) -> Vec<String> {
    db.write::<_, Error, _>(move |tx| tx.execute(sql, &[]).map(drop)).unwrap();
    let report = store::verify_journal(db, &[&identity::Registers], &[]).unwrap();
    report.problems.into_iter().map(|problem| problem.what).collect()
}

#[test]
fn a_row_changed_by_hand_is_found() {
    for sql in [
        "UPDATE identity_account SET failures = 3",
        "UPDATE identity_account SET enabled = 0",
        "UPDATE identity_account SET phc = '$argon2id$v=19$m=19456,t=2,p=1$YQ$YQ'",
        "UPDATE identity_party SET region = '320500000000'",
        "UPDATE identity_party SET identifier = representative WHERE kind = 'organisation'",
        "UPDATE identity_delegation SET until_day = '2099-12-31'",
        "UPDATE identity_look SET fields = '[]'",
        "DELETE FROM identity_look",
        "UPDATE identity_staff SET powers = '[]'",
    ] {
        store::testing::each_database(&[identity::MIGRATIONS], |db| {
            let door = identity::Door::new(db.clone(), PASSWORDS.clone(), identity::Policy::default());
            let own = signed_in(&db, &door, "chen.mei", chen());
            let agent = enter(&db, Particulars::Person(wang()));
            let elsewhere = kernel::ResidentId::from_parts(320102, "1900-01-02".parse().unwrap(), 999).unwrap();
            enter(&db, Particulars::Organisation(company(&Person { id: elsewhere, ..chen() })));
            let (actor, me) = (own.actor.clone(), party_of(&own));
            let new = NewDelegation { agent, extent: Extent::Everything, until: db.today() };
            write(&db, move |tx| delegate(tx, &actor, &new)).unwrap();
            write(&db, move |tx| reveal(tx, &reviewer(), &me, "办件审查")).unwrap();
            crate::staff_desk::hire(&db, "XW0007", &[Duty::Receive]);
            let before = found_after(&db, "UPDATE identity_party SET version = version");
            let after = found_after(&db, sql);
            assert!(after.len() > before.len(), "{sql}: {after:?}");
        });
    }
}
