//! Codes to test with, all visibly nobody's, and strategies that make more.

use kernel::{
    BankCard, BasicCode, CaseNumber, CreditCode, Date, ImplementationCode, KindCode, Level, LicenceId, LicenceTypeCode,
    OrganisationCode, PaymentCode, ProjectCode, RegionCode, ResidentId, check,
};
use proptest::prelude::*;

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn any_day() -> impl Strategy<Value = Date> {
    (2000_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

pub fn any_region() -> impl Strategy<Value = RegionCode> {
    (11_u32..66, 1_u32..100, 1_u32..100, 1_u32..600, 1_u32..500, 1_usize..=5).prop_map(
        |(province, city, county, town, village, level)| {
            let full = format!("{province}{city:02}{county:02}{town:03}{village:03}");
            let end = [2, 4, 6, 9, 12][level - 1];
            format!("{:0<12}", &full[..end]).parse().unwrap()
        },
    )
}

pub fn any_kind() -> impl Strategy<Value = KindCode> {
    "[0-9]{3}".prop_map(|text| text.parse().unwrap())
}

pub fn any_resident() -> impl Strategy<Value = ResidentId> {
    (0_u32..9_999, any_day(), 998_u16..=999)
        .prop_map(|(address, birth, sequence)| ResidentId::from_parts(320_000 + address, birth, sequence).unwrap())
}

pub fn any_credit() -> impl Strategy<Value = CreditCode> {
    ("[159]", "[1239]", "32[0-9]{4}", "[0-9A-HJ-NPQRTUWXY]{8}").prop_filter_map(
        "an organisation code's check character is always a digit or X",
        |(authority, category, region, body)| {
            let first = |text: String| text.chars().next().unwrap();
            CreditCode::from_parts(first(authority), first(category), &region, &body).ok()
        },
    )
}

pub fn any_organisation() -> impl Strategy<Value = OrganisationCode> {
    "[0-9]{8}".prop_map(|body| OrganisationCode::from_parts(&body).unwrap())
}

pub fn any_basic() -> impl Strategy<Value = BasicCode> {
    "[0-9]{12}".prop_map(|text| text.parse().unwrap())
}

pub fn any_implementation() -> impl Strategy<Value = ImplementationCode> {
    (any_credit(), prop::sample::select(Level::ALL.to_vec()), any_basic())
        .prop_map(|(body, level, basic)| ImplementationCode::new(body, level, basic))
}

pub fn any_licence() -> impl Strategy<Value = LicenceId> {
    (any_credit(), 1_u16..1000, any_credit(), "[0-9A-Z]{1,32}", 1_u16..1000).prop_map(
        |(definer, kind, issuer, serial, version)| {
            let kind = LicenceTypeCode::new(definer, kind).unwrap();
            LicenceId::new(kind, issuer, &serial, version).unwrap()
        },
    )
}

pub fn any_project() -> impl Strategy<Value = ProjectCode> {
    (2021_u16..2099, 1_u8..=12, "32[0-9]{4}", "[0-9]{2}", "0[1-5]", 0_u32..100_000).prop_map(
        |(year, month, region, department, kind, random)| {
            ProjectCode::from_parts(year, month, &region, &department, &kind, random).unwrap()
        },
    )
}

pub fn any_case() -> impl Strategy<Value = CaseNumber> {
    (any_region(), any_kind(), any_day(), 0..=CaseNumber::SERIAL_MAX)
        .prop_map(|(region, kind, date, serial)| CaseNumber::new(region, kind, date, serial).unwrap())
}

pub fn any_bill() -> impl Strategy<Value = PaymentCode> {
    (any_region(), 2000_i16..2100, 0..=PaymentCode::SERIAL_MAX)
        .prop_map(|(region, year, serial)| PaymentCode::new(region, year, serial).unwrap())
}

pub fn any_card() -> impl Strategy<Value = BankCard> {
    "[0-9]{11,18}".prop_map(|body| {
        let check = check::luhn(body.as_bytes()).unwrap();
        format!("{body}{}", char::from(check)).parse().unwrap()
    })
}
