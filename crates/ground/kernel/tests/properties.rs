//! What holds for every code, not only for the samples.

use crate::samples::*;
use kernel::{
    BankCard, BasicCode, CaseNumber, CreditCode, DepartmentId, Digest, Fen, HandleItemCode, ImplementationCode,
    KindCode, LicenceId, LicenceTypeCode, Mobile, OrganisationCode, PaymentCode, PersonName, ProjectCode, RegionCode,
    ResidentId, Waybill,
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Text and JSON bring back the same value, and untidy writing makes no difference.
fn comes_back<T>(value: &T)
where
    T: Display + FromStr<Err: Debug> + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let text = value.to_string();
    assert_eq!(&text.parse::<T>().unwrap(), value);
    assert_eq!(&format!("  {} ", text.to_lowercase()).parse::<T>().unwrap(), value);
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(json, format!("\"{text}\""));
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
}

/// `text` with the character at one place replaced by another of `alphabet`; none if it is no change.
fn slip(text: &str, place: prop::sample::Index, other: prop::sample::Index, alphabet: &str) -> Option<String> {
    let places: Vec<usize> = (0..text.len()).filter(|at| text.as_bytes()[*at].is_ascii_alphanumeric()).collect();
    let at = *place.get(&places);
    let other = *other.get(alphabet.as_bytes());
    let mut slipped = text.as_bytes().to_vec();
    slipped[at] = other;
    (slipped != text.as_bytes()).then(|| String::from_utf8(slipped).unwrap())
}

const DIGITS: &str = "0123456789";
const LETTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

macro_rules! finds_every_slip {
    ($($test:ident: $code:ty = $any:expr, $alphabet:expr;)+) => {
        proptest! {$(
            #[test]
            fn $test(code in $any, place: prop::sample::Index, other: prop::sample::Index) {
                comes_back::<$code>(&code);
                if let Some(slipped) = slip(&code.to_string(), place, other, $alphabet) {
                    prop_assert!(slipped.parse::<$code>().is_err(), "{code} and {slipped} are both taken");
                }
            }
        )+}
    };
}

finds_every_slip! {
    resident_id: ResidentId = any_resident(), "0123456789X";
    credit_code: CreditCode = any_credit(), LETTERS;
    organisation_code_of_digits: OrganisationCode = any_organisation(), DIGITS;
    licence_id: LicenceId = any_licence(), LETTERS;
    project_code: ProjectCode = any_project(), DIGITS;
    case_number: CaseNumber = any_case(), DIGITS;
    payment_code: PaymentCode = any_bill(), DIGITS;
    bank_card: BankCard = any_card(), DIGITS;
}

proptest! {
    #[test]
    fn swapped_neighbours_are_found(id in any_resident(), code in any_credit(), at in 0_usize..17) {
        let swapped = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            bytes.swap(at, at + 1);
            (bytes[at] != bytes[at + 1]).then(|| String::from_utf8(bytes).unwrap())
        };
        if let Some(text) = swapped(id.as_str()) {
            prop_assert!(text.parse::<ResidentId>().is_err());
        }
        // Weights are 3^i mod 31, so neighbours differ by a factor that 31 does not divide.
        if let Some(text) = swapped(code.as_str()) {
            prop_assert!(text.parse::<CreditCode>().is_err());
        }
    }

    #[test]
    fn the_other_codes_come_back(
        region in any_region(), kind in any_kind(), basic in any_basic(), done in any_implementation(),
        serial in 1_u8..100, type_serial in 1_u16..1000, mobile in "1[3-9][0-9]{9}", waybill in "[0-9]{13}",
        digest: [u8; 32],
    ) {
        comes_back::<RegionCode>(&region);
        comes_back::<KindCode>(&kind);
        comes_back(&DepartmentId::new(region, kind));
        comes_back::<BasicCode>(&basic);
        comes_back::<ImplementationCode>(&done);
        comes_back(&HandleItemCode::new(done, serial).unwrap());
        comes_back(&LicenceTypeCode::new(done.body(), type_serial).unwrap());
        comes_back::<Mobile>(&mobile.parse().unwrap());
        comes_back::<Waybill>(&waybill.parse().unwrap());
        prop_assert_eq!(Digest(digest).to_string().parse(), Ok(Digest(digest)));
    }

    #[test]
    fn a_parent_contains_its_child_and_stands_one_above(region in any_region()) {
        prop_assert!(region.contains(region));
        if let Some(parent) = region.parent() {
            prop_assert!(parent.contains(region) && !region.contains(parent));
            prop_assert_eq!(parent.level().number() + 1, region.level().number());
        }
        prop_assert!(region.ancestors().count() <= 5);
    }

    #[test]
    fn a_case_number_keeps_its_parts(
        region in any_region(), kind in any_kind(), date in any_day(), serial in 0..=CaseNumber::SERIAL_MAX,
    ) {
        let number = CaseNumber::new(region, kind, date, serial).unwrap();
        prop_assert_eq!((number.kind(), number.date(), number.serial()), (kind, date, serial));
        prop_assert!(number.region().county6() == region.county6());
    }

    #[test]
    fn money_comes_back(fen: i64) {
        prop_assert_eq!(Fen(fen).to_string().parse(), Ok(Fen(fen)));
    }

    #[test]
    fn a_name_once_read_stays_as_it_is(text in "\\PC{0,60}") {
        if let Ok(name) = text.parse::<PersonName>() {
            prop_assert_eq!(name.as_str().parse::<PersonName>(), Ok(name.clone()));
            prop_assert!((1..=50).contains(&name.as_str().chars().count()));
            prop_assert!(name.masked().chars().count() <= 3);
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC*") {
        let _ = text.parse::<ResidentId>();
        let _ = text.parse::<CreditCode>();
        let _ = text.parse::<OrganisationCode>();
        let _ = text.parse::<LicenceId>();
        let _ = format!("1.2.156.3005.2.{text}").parse::<LicenceId>();
        let _ = text.parse::<ProjectCode>();
        let _ = text.parse::<CaseNumber>();
        let _ = text.parse::<HandleItemCode>();
        let _ = text.parse::<RegionCode>();
        let _ = RegionCode::from_short(&text);
        let _ = ResidentId::upgrade(&text);
        let _ = text.parse::<DepartmentId>();
        let _ = text.parse::<Waybill>();
        let _ = text.parse::<BankCard>();
        let _ = text.parse::<Mobile>();
        let _ = text.parse::<Fen>();
        let _ = text.parse::<Digest>();
        let _ = text.parse::<kernel::PartyId>();
    }
}
