//! Staff, their accounts and their powers, on real databases.

use identity::{Batch, NewStaff, Password, Refusal, Role, SeedStaff, appoint, handle_staff, rules::staff::Command};
use kernel::{Actor, DepartmentId, Duty, Power, Scope, StaffId};
use store::{Db, Error};

use crate::house::*;

fn department() -> DepartmentId {
    "320102000000-230".parse().unwrap()
}

fn new(number: &str, duties: &[Duty]) -> NewStaff {
    let scope = Scope { region: department().region, subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    let name = "周宁".parse().unwrap();
    NewStaff {
        number: number.parse().unwrap(),
        name,
        person: None,
        post: "综合窗口".into(),
        department: department(),
        powers,
    }
}

pub fn hire(db: &Db, number: &str, duties: &[Duty]) -> StaffId {
    let new = new(number, duties);
    write(db, move |tx| appoint(tx, &SETUP, &new)).unwrap()
}

/// A clerk at a window.
pub fn clerk(db: &Db) -> Actor {
    actor(db, hire(db, "XW0001", &[Duty::Receive]))
}

pub fn actor(db: &Db, id: StaffId) -> Actor {
    db.read::<_, Error>(|read| identity::staff(read, &id)).unwrap().unwrap().actor()
}

#[test]
fn staff_sign_in_with_their_post_and_powers_for_half_an_idle_hour() {
    house(|db, door| {
        let id = hire(db, "XW0007", &[Duty::Receive]);
        let (login, password) = ("xw0007".parse().unwrap(), Password::given(PASSWORD).unwrap());
        door.open_staff_account(&SETUP, id, &login, &password).unwrap();
        let token = sign_in(door, "XW0007", PASSWORD).unwrap();
        let open = session(db, &token).unwrap();
        assert_eq!(open.actor, actor(db, id));
        assert!(open.actor.may(Duty::Receive, &department()) && !open.actor.may(Duty::Decide, &department()));
        let want =
            Role::Staff { number: "XW0007".parse().unwrap(), post: "综合窗口".into(), department: department() };
        assert_eq!((open.role, open.name.as_str()), (want, "周宁"));
        pass(db, std::time::Duration::from_secs(30 * 60));
        assert_eq!(session(db, &token), None);
    });
}

#[test]
fn powers_are_asked_for_approved_and_end_the_sessions_with_the_old_ones() {
    house(|db, door| {
        let administrator = hire(db, "GL0001", &[Duty::Administer]);
        let security = hire(db, "GL0002", &[Duty::Secure]);
        let clerk = {
            let (by, new) = (actor(db, administrator), new("XW0007", &[Duty::Receive]));
            write(db, move |tx| appoint(tx, &by, &new)).unwrap()
        };
        let held = || actor(db, clerk).holds(Duty::Receive);
        assert!(!held());
        let (login, password) = ("xw0007".parse().unwrap(), Password::given(PASSWORD).unwrap());
        door.open_staff_account(&actor(db, administrator), clerk, &login, &password).unwrap();
        let token = sign_in(door, "xw0007", PASSWORD).unwrap();

        let by = actor(db, administrator);
        let alone = write(db, move |tx| handle_staff(tx, &by, &clerk, &Command::ApprovePowers));
        assert_eq!(refused(alone), Refusal::NotAllowed { duty: Duty::Secure });
        let by = actor(db, security);
        write(db, move |tx| handle_staff(tx, &by, &clerk, &Command::ApprovePowers)).unwrap();
        assert!(held());
        assert_eq!(session(db, &token), None);

        let by = actor(db, administrator);
        let dismiss = Command::Dismiss { reason: "调离".to_owned() };
        write(db, move |tx| handle_staff(tx, &by, &clerk, &dismiss)).unwrap();
        assert_eq!(refused(sign_in(door, "xw0007", PASSWORD)), Refusal::Disabled);
    });
}

#[test]
fn a_staff_number_and_a_staff_account_are_given_once() {
    house(|db, door| {
        let id = hire(db, "XW0007", &[]);
        let same = new("xw0007", &[]);
        assert_eq!(refused(write(db, move |tx| appoint(tx, &SETUP, &same))), Refusal::StaffNumberTaken);
        let password = Password::given(PASSWORD).unwrap();
        let open = |actor: &Actor, staff| door.open_staff_account(actor, staff, &"xw0007".parse().unwrap(), &password);
        open(&SETUP, id).unwrap();
        assert_eq!(refused(open(&SETUP, id)), Refusal::StaffRegistered);
        let other = hire(db, "XW0008", &[]);
        assert_eq!(refused(open(&actor(db, id), other)), Refusal::NotAllowed { duty: Duty::Administer });
        let nobody = StaffId::new(kernel::Uuid::from_u128(1));
        assert_eq!(refused(open(&SETUP, nobody)), Refusal::UnknownStaff);
    });
}

#[test]
fn one_person_under_two_numbers_is_still_one_person() {
    house(|db, _| {
        let person = enter(db, identity::Particulars::Person(chen()));
        let as_person = |number: &str, duties: &[Duty]| NewStaff { person: Some(person), ..new(number, duties) };
        let auditor = as_person("GL0003", &[Duty::Audit]);
        write(db, move |tx| appoint(tx, &SETUP, &auditor)).unwrap();
        let second = as_person("GL0004", &[Duty::Secure]);
        assert_eq!(refused(write(db, move |tx| appoint(tx, &SETUP, &second))), Refusal::OfficersSeparate);
        let clerk = as_person("XW0009", &[Duty::Receive]);
        assert_eq!(refused(write(db, move |tx| appoint(tx, &SETUP, &clerk))), Refusal::OfficerHandlesCases);
    });
}

#[test]
fn staff_of_a_department_are_listed_by_number() {
    house(|db, _| {
        for number in ["XW0003", "XW0001", "XW0002"] {
            hire(db, number, &[]);
        }
        let list = |after: Option<&str>, limit| {
            let after = after.map(|after| after.parse().unwrap());
            let listed = db.read::<_, Error>(|read| identity::staff_of(read, &department(), after.as_ref(), limit));
            listed.unwrap().into_iter().map(|staff| staff.number.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(list(None, 2), ["XW0001", "XW0002"]);
        assert_eq!(list(Some("XW0002"), 2), ["XW0003"]);
        let found = db.read::<_, Error>(|read| identity::staff_by_number(read, &"xw0003".parse().unwrap())).unwrap();
        assert_eq!(found.unwrap().name.as_str(), "周宁");
    });
}

#[test]
fn a_batch_that_breaks_the_separation_of_officers_enters_nobody() {
    house(|db, _| {
        let staff = [("XW0001", &[Duty::Receive][..]), ("GL0001", &[Duty::Administer, Duty::Audit])];
        let staff = staff.map(|(number, duties)| SeedStaff { staff: new(number, duties), login: None });
        let batch = Batch { phc: PHC.clone(), persons: vec![], organisations: vec![], staff: staff.to_vec() };
        assert_eq!(refused(write(db, move |tx| identity::import(tx, &SETUP, &batch))), Refusal::OfficersSeparate);
        let entered = db.read::<_, Error>(|read| identity::staff_of(read, &department(), None, 9)).unwrap();
        assert_eq!(entered, vec![]);
    });
}
