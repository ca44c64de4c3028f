//! Samples printed with the standards, published by public bodies or computed elsewhere, and what we must say to them.

use kernel::{
    BadCode, BankCard, BasicCode, CreditCode, HandleItemCode, ImplementationCode, Level, LicenceId, Mobile,
    OrganisationCode, ProjectCode, RegionCode, ResidentId, Waybill,
};
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Each text is a code, and is shown as it was written.
fn right<T: FromStr<Err: Debug> + Display>(texts: &[&str]) {
    for text in texts {
        match text.parse::<T>() {
            Ok(code) => assert_eq!(code.to_string(), *text),
            Err(error) => panic!("{text}: {error:?}"),
        }
    }
}

/// Each text is refused for its reason.
fn wrong<T: FromStr<Err = BadCode> + Debug>(texts: &[(&str, BadCode)]) {
    for (text, reason) in texts {
        assert_eq!(text.parse::<T>().map(|_| ()), Err(*reason), "{text}");
    }
}

#[test]
fn resident_ids() {
    right::<ResidentId>(&["11010519491231002X", "440524188001010014", "320102190001019997", "320505190003159986"]);
    wrong::<ResidentId>(&[
        ("110105194912310021", BadCode::Check),
        ("320102190013019997", BadCode::Date),
        ("320102190001019990", BadCode::Check),
        ("320102190002299997", BadCode::Date),
        ("320102179901019997", BadCode::Date),
        ("990102190001019997", BadCode::Check),
        ("160102190001019997", BadCode::Region),
        ("32010219000101999", BadCode::Length { want: 18 }),
        ("3201021900010199977", BadCode::Length { want: 18 }),
        ("3201021900010X9997", BadCode::Character { at: 14, found: 'X' }),
        ("32010219000101999A", BadCode::Character { at: 18, found: 'A' }),
        ("三20102190001019997", BadCode::Character { at: 1, found: '三' }),
        ("", BadCode::Length { want: 18 }),
    ]);
    assert_eq!(ResidentId::upgrade("320102000101999").unwrap().as_str(), "320102190001019997");
    assert_eq!(ResidentId::upgrade("320102001301999"), Err(BadCode::Date));
    assert_eq!(ResidentId::upgrade("32010200010199"), Err(BadCode::Length { want: 15 }));
}

#[test]
fn credit_codes() {
    right::<CreditCode>(&[
        "91350100M000100Y43",
        "11100000000013338W",
        "11430000006122244L",
        "11330105002500287C",
        "11450000007565194H",
        "11650000010183859F",
        "11100000MB0341032Y",
        "11420503087246977F",
    ]);
    wrong::<CreditCode>(&[
        ("91350100M000100Y4A", BadCode::Check),
        ("91350100M000100I43", BadCode::Character { at: 16, found: 'I' }),
        ("9135010AM000100Y43", BadCode::Character { at: 8, found: 'A' }),
        ("91350100M000100Y4", BadCode::Length { want: 18 }),
        ("91350100M000100Y433", BadCode::Length { want: 18 }),
    ]);
    let office: CreditCode = "11100000000013338W".parse().unwrap();
    assert_eq!(CreditCode::from_parts('1', '1', "100000", "00001333").unwrap(), office);
    assert_eq!((office.authority(), office.category(), office.region6()), ('1', '1', "100000"));
    assert_eq!(office.organisation().unwrap().as_str(), "000013338");
    assert_eq!(CreditCode::from_parts('1', '1', "10000", "00001333"), Err(BadCode::Length { want: 17 }));
    assert_eq!(CreditCode::from_parts('O', '1', "100000", "00001333"), Err(BadCode::Character { at: 1, found: 'O' }));
}

#[test]
fn organisation_codes() {
    right::<OrganisationCode>(&["M000100Y4", "000013338", "006122244"]);
    assert_eq!("M000100Y-4".parse::<OrganisationCode>().unwrap().as_str(), "M000100Y4");
    wrong::<OrganisationCode>(&[
        ("M000100Y5", BadCode::Check),
        ("M000100Y", BadCode::Length { want: 9 }),
        ("M000-100Y4", BadCode::Character { at: 5, found: '-' }),
    ]);
}

#[test]
fn licence_ids() {
    right::<LicenceId>(&[
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    ]);
    wrong::<LicenceId>(&[
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V", BadCode::Check),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.000.U", BadCode::Serial),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.1.U", BadCode::Serial),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L..001.U", BadCode::Serial),
        ("1.2.156.3005.2.11100000000013338W011..20230000403.001.U", BadCode::Kind),
        (
            "1.2.156.3005.2.11100000000013338WABC.11430000006122244L.20230000403.001.U",
            BadCode::Character { at: 19, found: 'A' },
        ),
        ("1.2.156.3005.3.11100000000013338W011.11430000006122244L.20230000403.001.U", BadCode::Kind),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001", BadCode::Length { want: 72 }),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U.U", BadCode::Length { want: 72 }),
    ]);
    let id: LicenceId = "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0".parse().unwrap();
    assert_eq!((id.issuer(), id.serial(), id.version()), ("11330105002500287C", "2025052201", 2));
    assert_eq!(id.next_version().unwrap().version(), 3);
    let made = LicenceId::new(id.type_code(), "11330105002500287C".parse().unwrap(), "2025052201", 2);
    assert_eq!(made, Ok(id));
}

#[test]
fn project_codes() {
    right::<ProjectCode>(&["2509-320193-89-01-544060", "2603-141124-89-05-346948", "2411-130202-89-01-637015"]);
    assert_eq!("25093201938901544060".parse::<ProjectCode>().unwrap().to_string(), "2509-320193-89-01-544060");
    wrong::<ProjectCode>(&[
        ("2509-320193-89-01-544061", BadCode::Check),
        ("2018-320193-89-01-544060", BadCode::Date),
        ("2509-320193-89-01-54406", BadCode::Length { want: 20 }),
    ]);
}

#[test]
fn item_codes() {
    right::<BasicCode>(&["000115015005", "650116013001"]);
    right::<ImplementationCode>(&["11650000010183859F2650116013001"]);
    right::<HandleItemCode>(&["11450000007565194H200011501500504"]);
    wrong::<ImplementationCode>(&[
        ("11650000010183858F2650116013001", BadCode::Check),
        ("11650000010183859F1650116013001", BadCode::Kind),
        ("11650000010183859F7650116013001", BadCode::Kind),
        ("11650000010183859F265011601300A", BadCode::Character { at: 31, found: 'A' }),
    ]);
    wrong::<HandleItemCode>(&[("11450000007565194H200011501500500", BadCode::Serial)]);

    let handled: HandleItemCode = "11450000007565194H200011501500504".parse().unwrap();
    let done = handled.implementation();
    assert_eq!((done.level(), done.basic().as_str()), (Level::Province, "000115015005"));
    assert_eq!(ImplementationCode::new(done.body(), done.level(), done.basic()), done);
    assert_eq!(HandleItemCode::new(done, 4), Ok(handled));
    assert_eq!(HandleItemCode::new(done, 0), Err(BadCode::Serial));
    assert_eq!(HandleItemCode::new(done, 100), Err(BadCode::Serial));
    let basic = done.basic();
    assert_eq!((basic.region2(), basic.item_type(), basic.department2()), ("00", "01", "15"));
    assert_eq!(basic.main().as_str(), "000115015000");
}

#[test]
fn waybills() {
    right::<Waybill>(&["RR473124829GB", "1234567890123"]);
    wrong::<Waybill>(&[
        ("RR473124828GB", BadCode::Check),
        ("RR4731248296B", BadCode::Character { at: 12, found: '6' }),
        ("RRA73124829GB", BadCode::Character { at: 3, found: 'A' }),
        ("RR47312482GB", BadCode::Length { want: 13 }),
    ]);
}

#[test]
fn mobiles_and_cards() {
    assert_eq!("+86 138-0000-5678".parse::<Mobile>().unwrap().as_str(), "13800005678");
    assert_eq!("１３８００００５６７８".parse::<Mobile>().unwrap().as_str(), "13800005678");
    wrong::<Mobile>(&[
        ("12800005678", BadCode::Character { at: 2, found: '2' }),
        ("23800005678", BadCode::Character { at: 1, found: '2' }),
        ("1380000567", BadCode::Length { want: 11 }),
    ]);
    assert_eq!("4111 1111 1111 1111".parse::<BankCard>().unwrap().as_str(), "4111111111111111");
    wrong::<BankCard>(&[
        ("4111111111111112", BadCode::Check),
        ("41111111111", BadCode::Length { want: 19 }),
        ("41111111111111111111", BadCode::Length { want: 19 }),
        ("4111a", BadCode::Character { at: 5, found: 'A' }),
    ]);
}

#[test]
fn regions() {
    right::<RegionCode>(&["320000000000", "321000000000", "320102000000", "320102002000", "320102002001"]);
    // A city without counties has its towns directly below it.
    right::<RegionCode>(&["441900003000"]);
    wrong::<RegionCode>(&[
        ("000000000000", BadCode::Region),
        ("020000000000", BadCode::Region),
        ("320002000000", BadCode::Region),
        ("320102000001", BadCode::Region),
        ("320102", BadCode::Length { want: 12 }),
        ("32010200000A", BadCode::Character { at: 12, found: 'A' }),
    ]);
}
