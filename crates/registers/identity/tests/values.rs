//! Login names, passwords, staff numbers, tokens: wrong ones cannot be built.

use identity::{LoginName, OrganisationName, Password, Passwords, Policy, Refusal, StaffNumber, Token, rules};
use kernel::{AccountId, Actor, Duty, PartyId, Power, Scope, StaffId, Uuid};

#[test]
fn login_names_are_compared_without_case() {
    let name = |text: &str| text.parse::<LoginName>();
    assert_eq!(name(" Chen.Mei ").unwrap().as_str(), "chen.mei");
    assert!(name("陈梅小店").is_ok() && name("13800001234").is_ok() && name("a_b@c").is_ok());
    for text in ["", "abc", "a b c d", "a\tbcd", "<script>", &"x".repeat(65)] {
        assert_eq!(name(text), Err(Refusal::BadLogin), "{text:?}");
    }
}

#[test]
fn a_password_is_long_mixed_and_not_the_login_name() {
    let login: LoginName = "chenmei".parse().unwrap();
    let chosen = |text: &str| Password::chosen(text, &login).map(drop);
    assert_eq!(chosen("correct horse"), Ok(()));
    assert_eq!(chosen("湖光山色2026"), Ok(()));
    for text in ["", "short1", "alllletters", "12345678", "ChenMei2026", &"a1".repeat(65)] {
        assert!(matches!(chosen(text), Err(Refusal::WeakPassword { .. })), "{text:?}");
    }
    assert_eq!(Password::given("").map(drop), Err(Refusal::WrongCredentials));
    assert_eq!(Password::given(&"x".repeat(10_000)).map(drop), Err(Refusal::WrongCredentials));
}

#[test]
fn secrets_do_not_show_themselves() {
    let login: LoginName = "chenmei".parse().unwrap();
    let password = Password::given("geheim-123").unwrap();
    let token: Token = "A".repeat(43).parse().unwrap();
    let shown = format!("{login:?} {password:?} {token:?}");
    assert!(!shown.contains("chenmei") && !shown.contains("geheim") && !shown.contains("AAAA"), "{shown}");
}

#[test]
fn a_token_has_one_way_to_be_written() {
    let text = "A".repeat(43);
    let token: Token = text.parse().unwrap();
    assert_eq!(token.reveal(), text);
    // The last character carries two unused bits; other values of them are other texts, not the same token.
    for text in
        ["", "A", &"A".repeat(42), &"A".repeat(44), &format!("{}B", "A".repeat(42)), &"=".repeat(43), &"好".repeat(43)]
    {
        assert!(text.parse::<Token>().is_err(), "{text:?}");
    }
}

#[test]
fn staff_numbers_and_organisation_names_are_bounded() {
    assert_eq!("xw-0007".parse::<StaffNumber>().unwrap().as_str(), "XW-0007");
    for text in ["", "1", "工号7", "a b", &"1".repeat(33)] {
        assert_eq!(text.parse::<StaffNumber>(), Err(Refusal::BadStaffNumber), "{text:?}");
    }
    assert!("梅园理发店".parse::<OrganisationName>().is_ok());
    for text in ["", "店", "梅\n园", &"长".repeat(101)] {
        assert_eq!(text.parse::<OrganisationName>(), Err(Refusal::BadOrganisationName), "{text:?}");
    }
}

#[test]
fn a_fast_clock_leaves_sessions_their_real_length() {
    let policy = Policy::default();
    assert_eq!(policy.at_rate(1440).staff_idle, policy.staff_idle * 1440);
    assert_eq!(policy.at_rate(0), policy);
}

#[test]
fn a_password_fits_its_own_hash_and_no_other() {
    let passwords = Passwords::new(1, 4);
    let (right, wrong) = (Password::given("right-1234").unwrap(), Password::given("wrong-1234").unwrap());
    let phc = passwords.hash(&right).unwrap();
    assert_eq!(passwords.check(&right, Some(&phc)), Ok(true));
    assert_eq!(passwords.check(&wrong, Some(&phc)), Ok(false));
    assert_eq!(passwords.check(&Password::given("nobody signs in with this").unwrap(), None), Ok(false));
}

#[test]
fn a_crowd_at_the_door_waits_and_the_overflow_is_told_so() {
    let passwords = Passwords::new(1, 0);
    let password = Password::given("right-1234").unwrap();
    std::thread::scope(|scope| {
        let tries: Vec<_> = (0..6).map(|_| scope.spawn(|| passwords.hash(&password).map(drop))).collect();
        let answers: Vec<_> = tries.into_iter().map(|one| one.join().unwrap()).collect();
        assert!(answers.contains(&Ok(())));
        assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(store::Failure::Refused(Refusal::Busy)))));
    });
}

#[test]
fn unmasked_data_are_for_the_party_and_for_those_whose_duty_needs_them() {
    let party = |id| PartyId::new(Uuid::from_u128(id));
    let citizen = |person, acting_for| Actor::Citizen {
        account: AccountId::new(Uuid::from_u128(5)),
        person: party(person),
        acting_for: party(acting_for),
    };
    let staff = |duty| {
        let region = "320100000000".parse().unwrap();
        let powers = vec![Power { duty, scope: Scope { region, subtree: true, kind: None } }];
        Actor::Staff { staff: StaffId::new(Uuid::from_u128(6)), region, post: "审查".to_owned(), powers }
    };
    let missing = Err(Refusal::NotAllowed { duty: Duty::Review });
    for (actor, purpose, want) in [
        (citizen(1, 1), "查看本人信息", Ok(())),
        (citizen(2, 1), "代办", Ok(())),
        (citizen(2, 2), "好奇", Err(Refusal::NotYours)),
        (staff(Duty::Review), "办件审查", Ok(())),
        (staff(Duty::Review), "", Err(Refusal::ReasonMissing)),
        (staff(Duty::Audit), "审计", missing.clone()),
        (staff(Duty::Administer), "系统维护", missing),
        (Actor::System("follower"), "制证", Ok(())),
    ] {
        assert_eq!(rules::look::may_look(&actor, party(1), purpose), want, "{actor:?}");
    }
}
