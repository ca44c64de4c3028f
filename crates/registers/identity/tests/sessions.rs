//! The door and what lies behind it, on real databases.

use std::time::Duration;

use identity::{Holder, Password, Refusal, Role, act_for, rules::account::Command};
use store::{Error, ReadExt};

use crate::house::*;

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn whoever_registers_is_signed_in_and_can_sign_in_again() {
    house(|db, door| {
        let first = signed_in(db, door, "chen.mei", chen());
        assert_eq!((first.name.as_str(), &first.role, first.acting_for.as_ref()), ("陈梅", &Role::Citizen, None));
        assert_eq!(first.region.unwrap().to_string(), "320102000000");
        let second = session(db, &sign_in(door, " CHEN.mei", PASSWORD).unwrap()).unwrap();
        assert_eq!(second.actor, first.actor);
        assert_ne!(second.csrf, first.csrf);
    });
}

#[test]
fn one_id_number_has_one_account_and_one_name() {
    house(|db, door| {
        register(door, "chen.mei", chen()).unwrap();
        assert_eq!(refused(register(door, "another", chen())), Refusal::PersonRegistered);
        assert_eq!(refused(register(door, "CHEN.MEI", wang())), Refusal::LoginTaken);
        // Somebody entered at a window opens an account under the same name only.
        enter(db, identity::Particulars::Person(wang()));
        let other_name = identity::Person { name: "王岩".parse().unwrap(), ..wang() };
        assert_eq!(refused(register(door, "wang.yan", other_name)), Refusal::NameMismatch);
        assert!(register(door, "wang.yan", wang()).is_ok());
    });
}

#[test]
fn wrong_passwords_keep_their_place_waiting_and_nobody_else() {
    house(|db, door| {
        register(door, "chen.mei", chen()).unwrap();
        let guess = |login: &str, password: &str, from: &str| door.sign_in(&knock(login, password, at(from)));
        // Whether there is such an account makes no difference to anything that can be seen.
        for login in ["chen.mei", "nobody.here"] {
            for _ in 0..5 {
                assert_eq!(refused(guess(login, "nonsense-1", "192.0.2.7")), Refusal::WrongCredentials);
            }
            let until = db.now() + Duration::from_secs(30);
            let Refusal::Locked { until: told } = refused(guess(login, "nonsense-1", "192.0.2.99")) else { panic!() };
            assert!((told.as_second() - until.as_second()).abs() <= 1, "{login}");
        }
        // Not even the right password passes from there, and it does from anywhere else.
        assert!(matches!(refused(guess("chen.mei", PASSWORD, "192.0.2.8")), Refusal::Locked { .. }));
        assert!(guess("chen.mei", PASSWORD, "192.0.3.8").is_ok());
        pass(db, Duration::from_secs(31));
        assert!(guess("chen.mei", PASSWORD, "192.0.2.8").is_ok());
        let failed = "SELECT COUNT(*) FROM store_journal WHERE kind = 'identity.sign-in-failed'";
        let failed = db.read::<_, Error>(|read| read.query_one(failed, &[], |row| row.get::<i64>(0))).unwrap();
        assert_eq!(failed, Some(5));
    });
}

#[test]
fn a_browser_that_was_let_in_before_does_not_wait_for_the_guesses_of_others() {
    house(|db, _| {
        let policy = identity::Policy { ceiling: 10, ..identity::Policy::default() };
        let door = &identity::Door::new(db.clone(), PASSWORDS.clone(), policy);
        register(door, "chen.mei", chen()).unwrap();
        register(door, "wang.yan", wang()).unwrap();
        let device = |login: &str| match door.sign_in(&knock(login, PASSWORD, at("192.0.2.7"))).unwrap() {
            identity::Opened::In(entered) => entered.device,
            other => panic!("{other:?}"),
        };
        let (own, others) = (device("chen.mei"), device("wang.yan"));
        // A crowd of networks reaches the ceiling.
        for n in 0..10 {
            let from = at(&format!("198.51.{n}.1"));
            assert_eq!(refused(door.sign_in(&knock("chen.mei", "nonsense-1", from))), Refusal::WrongCredentials);
        }
        let come = |device: &Option<String>, password: &str| {
            let origin = identity::Origin { device: device.clone(), ..at("203.0.113.1") };
            door.sign_in(&knock("chen.mei", password, origin))
        };
        assert!(matches!(refused(come(&None, PASSWORD)), Refusal::Locked { .. }));
        assert!(matches!(refused(come(&others, PASSWORD)), Refusal::Locked { .. }), "known for another account");
        let forged = own.as_ref().map(|text| format!("9{text}"));
        assert!(matches!(refused(come(&forged, PASSWORD)), Refusal::Locked { .. }));
        assert!(come(&own, PASSWORD).is_ok());
        // A stolen browser guesses no more often than anybody.
        (0..5).for_each(|_| assert_eq!(refused(come(&own, "nonsense-1")), Refusal::WrongCredentials));
        assert!(matches!(refused(come(&own, PASSWORD)), Refusal::Locked { .. }));
        pass(db, 60 * MINUTE);
        assert!(come(&None, PASSWORD).is_ok());
    });
}

#[test]
fn guesses_at_the_same_moment_are_counted_like_guesses_in_a_row() {
    house(|_, door| {
        register(door, "chen.mei", chen()).unwrap();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let tries: Vec<_> =
                (0..12).map(|_| scope.spawn(|| refused(sign_in(door, "chen.mei", "nonsense-1")))).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|answer| **answer == Refusal::WrongCredentials).count(), 5, "{answers:?}");
    });
}

#[test]
fn who_waits_is_let_try_again_only_by_hand() {
    house(|db, door| {
        let holder = Holder::Person(party_of(&signed_in(db, door, "chen.mei", chen())));
        (0..5).for_each(|_| drop(sign_in(door, "chen.mei", "nonsense-1")));
        let account = db.read::<_, Error>(|read| identity::account_of(read, holder)).unwrap().unwrap();
        let unlock = Command::Unlock { reason: "本人持身份证到窗口核实".to_owned() };
        let (id, again) = (account.id, unlock.clone());
        write(db, move |tx| identity::manage_account(tx, &SETUP, &id, &unlock)).unwrap();
        assert!(sign_in(door, "chen.mei", PASSWORD).is_ok());
        assert_eq!(refused(write(db, move |tx| identity::manage_account(tx, &SETUP, &id, &again))), Refusal::NotLocked);
    });
}

#[test]
fn unknown_names_and_impossible_ones_get_the_answer_of_a_wrong_password() {
    house(|_, door| {
        for (login, password) in [("nobody", PASSWORD), ("x", PASSWORD), ("nobody", ""), ("' OR 1=1 --", PASSWORD)] {
            assert_eq!(refused(sign_in(door, login, password)), Refusal::WrongCredentials);
        }
    });
}

#[test]
fn a_session_ends_when_unused_for_two_hours_and_after_twelve_in_any_case() {
    house(|db, door| {
        let token = register(door, "chen.mei", chen()).unwrap();
        let key = token.key();
        for _ in 0..7 {
            pass(db, 100 * MINUTE);
            let open = session(db, &token).unwrap();
            assert!(open.wants_touch);
            write(db, move |tx| identity::touch(tx, &key)).unwrap();
            assert!(!session(db, &token).unwrap().wants_touch);
        }
        pass(db, 20 * MINUTE);
        assert_eq!(session(db, &token), None);

        let idle = sign_in(door, "chen.mei", PASSWORD).unwrap();
        pass(db, 119 * MINUTE);
        assert!(session(db, &idle).is_some());
        pass(db, MINUTE);
        assert_eq!(session(db, &idle), None);
    });
}

#[test]
fn signing_out_ends_one_session_or_all() {
    house(|db, door| {
        let tokens: Vec<_> = std::iter::once(register(door, "chen.mei", chen()).unwrap())
            .chain((0..2).map(|_| sign_in(door, "chen.mei", PASSWORD).unwrap()))
            .collect();
        let open = || tokens.iter().filter(|token| session(db, token).is_some()).count();
        let first = session(db, &tokens[0]).unwrap();
        let again = first.clone();
        write(db, move |tx| identity::sign_out(tx, &first)).unwrap();
        assert_eq!(open(), 2);
        // Ending a session that has ended is no error.
        write(db, move |tx| identity::sign_out(tx, &again)).unwrap();
        let second = session(db, &tokens[1]).unwrap();
        assert_eq!(write(db, move |tx| identity::sign_out_everywhere(tx, &second)), Ok(2));
        assert_eq!(open(), 0);
    });
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    house(|db, door| {
        let own = register(door, "chen.mei", chen()).unwrap();
        let other = sign_in(door, "chen.mei", PASSWORD).unwrap();
        let here = session(db, &own).unwrap();
        let new = Password::given("xuanwu-2027").unwrap();
        assert_eq!(refused(door.change_password(&here, "nonsense-1", &new)), Refusal::WrongCredentials);
        door.change_password(&here, PASSWORD, &new).unwrap();
        assert!(session(db, &own).is_some() && session(db, &other).is_none());
        assert_eq!(refused(sign_in(door, "chen.mei", PASSWORD)), Refusal::WrongCredentials);
        assert!(sign_in(door, "chen.mei", "xuanwu-2027").is_ok());
    });
}

#[test]
fn whoever_forgot_the_password_gets_a_new_one_at_the_window() {
    house(|db, door| {
        let token = register(door, "chen.mei", chen()).unwrap();
        let own = session(db, &token).unwrap();
        let new = Password::given("xuanwu-2027").unwrap();
        let reset = |actor: &kernel::Actor, reason| door.reset_password(actor, own.account, &new, reason);
        let clerk = crate::staff_desk::clerk(db);
        assert_eq!(refused(reset(&clerk, " ")), Refusal::ReasonMissing);
        assert!(matches!(refused(reset(&own.actor, "忘记密码")), Refusal::NotAllowed { .. }));
        reset(&clerk, "忘记密码，已核验身份证").unwrap();
        assert_eq!(session(db, &token), None);
        assert_eq!(refused(sign_in(door, "chen.mei", PASSWORD)), Refusal::WrongCredentials);
        assert!(sign_in(door, "chen.mei", "xuanwu-2027").is_ok());
    });
}

#[test]
fn a_closed_account_has_no_sessions() {
    house(|db, door| {
        let token = register(door, "chen.mei", chen()).unwrap();
        let id = session(db, &token).unwrap().account;
        let close = Command::Disable { reason: "本人申请注销".to_owned() };
        write(db, move |tx| identity::manage_account(tx, &SETUP, &id, &close)).unwrap();
        assert_eq!(session(db, &token), None);
        assert_eq!(refused(sign_in(door, "chen.mei", PASSWORD)), Refusal::Disabled);
        let own = write(db, move |tx| identity::manage_account(tx, &SETUP, &id, &Command::SignOut));
        assert!(matches!(refused(own), Refusal::NotAllowed { .. }));
    });
}

#[test]
fn a_token_is_nowhere_in_the_database() {
    house(|db, door| {
        let token = register(door, "chen.mei", chen()).unwrap();
        let bodies = "SELECT body FROM store_journal UNION ALL SELECT body FROM identity_session \
            UNION ALL SELECT particulars FROM identity_party";
        let bodies = db.read::<_, Error>(|read| read.query(bodies, &[], |row| row.get::<String>(0))).unwrap();
        for secret in [token.reveal().as_str(), "陈梅", "320102190001019997", "13800001234", "chen.mei"] {
            assert!(bodies.iter().all(|body| !body.contains(secret)), "{secret} stands in clear");
        }
    });
}

#[test]
fn sessions_that_are_over_are_swept_away() {
    house(|db, door| {
        register(door, "chen.mei", chen()).unwrap();
        let due = || db.read::<_, Error>(|read| store::Wheel::due(&identity::Sweeper, read, db.now(), 9)).unwrap();
        assert_eq!(due(), Vec::<String>::new());
        pass(db, 13 * 60 * MINUTE);
        let keys = due();
        assert_eq!(keys.len(), 1);
        db.write::<_, Error, _>(move |tx| store::Wheel::tick(&identity::Sweeper, tx, &keys[0])).unwrap();
        assert_eq!(due(), Vec::<String>::new());
    });
}

#[test]
fn the_representative_acts_for_the_company_and_comes_back() {
    house(|db, door| {
        let company = enter(db, identity::Particulars::Organisation(company(&chen())));
        let token = register(door, "chen.mei", chen()).unwrap();
        let own = session(db, &token).unwrap();
        let me = party_of(&own);
        let here = own.clone();
        write(db, move |tx| act_for(tx, &here, &company)).unwrap();
        let acting = session(db, &token).unwrap();
        assert_eq!(acting.actor.party(), Some(company));
        assert_eq!(acting.acting_for.as_ref().unwrap().name, "玄武湖畔餐饮有限公司");
        write(db, move |tx| act_for(tx, &acting, &me)).unwrap();
        assert_eq!(session(db, &token).unwrap().actor, own.actor);
        // A stranger has no such right.
        let stranger = signed_in(db, door, "wang.yan", wang());
        assert_eq!(refused(write(db, move |tx| act_for(tx, &stranger, &company))), Refusal::NoMandate);
    });
}

#[test]
fn one_account_can_sign_in_many_times_at_once() {
    house(|db, door| {
        register(door, "chen.mei", chen()).unwrap();
        let tokens: Vec<_> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| sign_in(door, "chen.mei", PASSWORD))).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(tokens.iter().all(|token| session(db, token.as_ref().unwrap()).is_some()), "{tokens:?}");
    });
}
