//! The second factor: codes by the RFC's own vectors, and its way through the door.

use std::time::Duration;

use identity::{Door, Knock, Opened, Origin, Policy, Refusal, rules::account::Command, totp::Secret};
use kernel::{Duty, Timestamp};
use store::{Db, Error};

use crate::house::*;

/// RFC 6238, appendix B: the secret 12345678901234567890, the last six of the eight digits.
#[test]
fn codes_are_those_of_rfc_6238() {
    let secret = secret("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for (second, code) in [
        (59, 287_082),
        (1_111_111_109, 81_804),
        (1_111_111_111, 50_471),
        (1_234_567_890, 5_924),
        (2_000_000_000, 279_037),
        (20_000_000_000, 353_130),
    ] {
        let now = Timestamp::from_second(second).unwrap();
        let step = second / 30;
        assert_eq!(secret.code(step), code);
        let typed = format!("{code:06}");
        assert_eq!(secret.accepts(&typed, now, 0), Some(step));
        assert_eq!(secret.accepts(&format!("{} {}", &typed[..3], &typed[3..]), now, 0), Some(step));
        assert_eq!(secret.accepts(&typed, now, step), None, "a code is good once");
        assert_eq!(secret.accepts(&typed, now + Duration::from_secs(90), 0), None, "an old code is none");
    }
    for nonsense in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
        assert_eq!(secret.accepts(nonsense, Timestamp::from_second(59).unwrap(), 0), None);
    }
}

fn secret(text: &str) -> Secret {
    Secret::parse(&text.replace(' ', "")).unwrap()
}

/// A house where staff need a second factor, with one member of staff.
fn strict(test: impl Fn(&Db, &Door)) {
    house(|db, door| {
        let id = crate::staff_desk::hire(db, "XW0007", &[Duty::Receive]);
        let password = identity::Password::given(PASSWORD).unwrap();
        door.open_staff_account(&SETUP, id, &"xw0007".parse().unwrap(), &password).unwrap();
        let policy = Policy { staff_second: true, ceiling: 10, ..Policy::default() };
        test(db, &Door::new(db.clone(), PASSWORDS.clone(), policy));
    });
}

fn enter_password(door: &Door) -> Opened {
    door.sign_in(&knock("xw0007", PASSWORD, Origin::default())).unwrap()
}

fn code(db: &Db, secret: &Secret) -> String {
    format!("{:06}", secret.code(db.now().as_second() / 30))
}

fn set_up(db: &Db, door: &Door) -> Secret {
    let Opened::Enrol { ticket, secret } = enter_password(door) else {
        panic!("staff are let in without a second factor")
    };
    let entered = door.prove(&ticket, &code(db, &secret), &Origin::default()).unwrap();
    assert!(matches!(entered, Opened::In(_)));
    secret
}

#[test]
fn staff_set_up_a_second_factor_on_the_way_in_and_need_it_from_then_on() {
    strict(|db, door| {
        let secret = set_up(db, door);
        let Opened::Code { ticket } = enter_password(door) else { panic!("no code was asked") };
        // The code that set it up is spent.
        let prove = |code: &str| door.prove(&ticket, code, &Origin::default());
        assert_eq!(refused(prove(&code(db, &secret))), Refusal::WrongCode);
        pass(db, Duration::from_secs(30));
        let good = code(db, &secret);
        assert!(matches!(prove(&good).unwrap(), Opened::In(_)));
        assert_eq!(refused(prove(&good)), Refusal::WrongCode, "a code is good once");
        pass(db, Duration::from_secs(30));
        let knock = Knock { code: Some(code(db, &secret)), ..knock("xw0007", PASSWORD, Origin::default()) };
        assert!(matches!(door.sign_in(&knock).unwrap(), Opened::In(_)), "password and code at once");
        // A ticket is good for some minutes.
        pass(db, Duration::from_secs(11 * 60));
        assert_eq!(refused(prove(&code(db, &secret))), Refusal::TicketOver);
        assert_eq!(refused(door.prove("nonsense", "123456", &Origin::default())), Refusal::TicketOver);
    });
}

#[test]
fn codes_cannot_be_tried_out() {
    strict(|db, door| {
        let secret = set_up(db, door);
        let Opened::Code { ticket } = enter_password(door) else { panic!("no code was asked") };
        let wrong = format!("{:06}", (secret.code(0) + 1) % 1_000_000);
        for _ in 0..5 {
            assert_eq!(refused(door.prove(&ticket, &wrong, &Origin::default())), Refusal::WrongCode);
        }
        assert!(matches!(refused(door.prove(&ticket, &wrong, &Origin::default())), Refusal::Locked { .. }));
    });
}

#[test]
fn a_code_goes_past_the_guesses_of_others_and_nonsense_does_not() {
    strict(|db, door| {
        let secret = set_up(db, door);
        for n in 0..10 {
            drop(door.sign_in(&knock("xw0007", "nonsense-1", at(&format!("198.51.{n}.1")))));
        }
        assert!(matches!(refused(door.sign_in(&knock("xw0007", PASSWORD, at("203.0.113.1")))), Refusal::Locked { .. }));
        pass(db, Duration::from_secs(30));
        let with = |code: String| Knock { code: Some(code), ..knock("xw0007", PASSWORD, at("203.0.113.1")) };
        assert_eq!(refused(door.sign_in(&with("nonsense".to_owned()))), Refusal::WrongCredentials);
        assert!(door.sign_in(&with(code(db, &secret))).is_ok());
    });
}

#[test]
fn a_security_officer_gives_back_the_way_in() {
    strict(|db, door| {
        set_up(db, door);
        let officer = crate::staff_desk::actor(db, crate::staff_desk::hire(db, "XW0009", &[Duty::Secure]));
        let number = "XW0007".parse().unwrap();
        let staff = db.read::<_, Error>(|read| identity::staff_by_number(read, &number)).unwrap().unwrap();
        let holder = identity::Holder::Staff(staff.id);
        let account = db.read::<_, Error>(|read| identity::account_of(read, holder)).unwrap().unwrap().id;
        let remove = move || Command::RemoveSecondFactor { reason: "持工作证和身份证核实".to_owned() };
        let by = officer.clone();
        write(db, move |tx| identity::manage_account(tx, &by, &account, &remove())).unwrap();
        let again = write(db, move |tx| identity::manage_account(tx, &officer, &account, &remove()));
        assert_eq!(refused(again), Refusal::NoSecondFactor);
        assert!(matches!(enter_password(door), Opened::Enrol { .. }));
    });
}

#[test]
fn where_it_is_not_required_it_is_set_up_by_who_wants_it() {
    house(|db, door| {
        let id = crate::staff_desk::hire(db, "XW0007", &[Duty::Receive]);
        let password = identity::Password::given(PASSWORD).unwrap();
        door.open_staff_account(&SETUP, id, &"xw0007".parse().unwrap(), &password).unwrap();
        let token = sign_in(door, "xw0007", PASSWORD).unwrap();
        let session = session(db, &token).unwrap();
        let (ticket, secret) = door.offer(&session).unwrap();
        let wrong = format!("{:06}", (secret.code(0) + 1) % 1_000_000);
        assert_eq!(refused(door.enrol(&session, &ticket, &wrong)), Refusal::WrongCode);
        door.enrol(&session, &ticket, &code(db, &secret)).unwrap();
        assert_eq!(refused(door.offer(&session)), Refusal::SecondFactorSet);
        assert!(matches!(enter_password(door), Opened::Code { .. }));
        let citizen = signed_in(db, door, "chen.mei", chen());
        assert_eq!(refused(door.offer(&citizen)), Refusal::UnknownStaff);
    });
}
