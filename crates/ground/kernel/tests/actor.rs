//! Who may do what, where.

use kernel::{AccountId, Actor, DepartmentId, Duty, PartyId, Power, Scope, StaffId, Uuid};

fn department(text: &str) -> DepartmentId {
    text.parse().unwrap()
}

fn official(duty: Duty, region: &str, subtree: bool, kind: Option<&str>) -> Actor {
    let region = region.parse().unwrap();
    let scope = Scope { region, subtree, kind: kind.map(|kind| kind.parse().unwrap()) };
    let powers = vec![Power { duty, scope }];
    Actor::Staff { staff: StaffId::new(Uuid::from_u128(7)), region, post: "受理岗".to_owned(), powers }
}

#[test]
fn a_power_holds_for_its_duty_within_its_scope() {
    let table = [
        // region, subtree, kind, department, holds
        ("320102000000", false, None, "320102000000-090", true),
        ("320102000000", false, None, "320102002000-090", false),
        ("320102000000", true, None, "320102002000-090", true),
        ("320000000000", true, None, "320102000000-090", true),
        ("320100000000", true, None, "320200000000-090", false),
        ("321000000000", true, None, "321002000000-090", true),
        ("320100000000", true, None, "320000000000-090", false),
        ("320102000000", true, Some("090"), "320102000000-090", true),
        ("320102000000", true, Some("091"), "320102000000-090", false),
    ];
    for (region, subtree, kind, at, holds) in table {
        let actor = official(Duty::Receive, region, subtree, kind);
        assert_eq!(actor.may(Duty::Receive, &department(at)), holds, "{region} {subtree} {kind:?} {at}");
        assert!(!actor.may(Duty::Decide, &department(at)));
    }
}

#[test]
fn the_house_itself_and_citizens_decide_nothing() {
    let id = Uuid::from_u128(1);
    let (account, person, acting_for) = (AccountId::new(id), PartyId::new(id), PartyId::new(Uuid::from_u128(2)));
    let citizen = Actor::Citizen { account, person, acting_for };
    let at = department("320102000000-090");
    for duty in Duty::ALL {
        assert!(!citizen.may(duty, &at) && !citizen.holds(duty));
        let imports = matches!(duty, Duty::Publish | Duty::Administer);
        assert_eq!(Actor::System("import").may(duty, &at), imports);
    }
    assert_eq!(citizen.party(), Some(acting_for));
    assert_eq!(citizen.label(), "citizen:00000000000000000000000000000001");
    assert_eq!(Actor::System("wheel").label(), "system:wheel");
    let staff = official(Duty::Review, "320102000000", false, None);
    assert_eq!(staff.label(), "staff:00000000000000000000000000000007");
    assert!(staff.holds(Duty::Review) && staff.party().is_none() && staff.staff().is_some());
}

#[test]
fn administrator_officer_and_auditor_are_three_people_and_handle_no_cases() {
    let apart = [Duty::Administer, Duty::Secure, Duty::Audit];
    for one in Duty::ALL {
        for other in Duty::ALL {
            let expected = one == other || !(apart.contains(&one) || apart.contains(&other));
            assert_eq!(one.goes_with(other), expected, "{one:?} {other:?}");
        }
    }
}
