//! A licence to test with. All people and companies are made up.

use kernel::{Date, DepartmentId, LicenceId, PartyId, Uuid};
use licences::{Content, Draft, HolderName, Issuer, Keys, SealedLicence};
use store::{Signer, SoftSigner};

/// A soft key in a folder that goes away with the test.
pub fn signer() -> SoftSigner {
    let folder = std::env::temp_dir().join(format!("tongban-licences-{}", store::fresh_uuid().simple()));
    let signer = SoftSigner::open(&folder, "test").unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    signer
}

pub fn keys(signer: &dyn Signer) -> Keys {
    Keys::of(signer)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A made-up credit code of a state organ in this region, with right check characters.
pub fn organ(region6: &str, body: &str) -> kernel::CreditCode {
    kernel::CreditCode::from_parts('1', '1', region6, body).unwrap()
}

pub fn content() -> Content {
    let department: DepartmentId = "320508000000-230".parse().unwrap();
    let issuer = organ("320508", "90000023");
    let kind = kernel::LicenceTypeCode::new(organ("320000", "90000023"), 7).unwrap();
    Content {
        format: Content::FORMAT.to_owned(),
        id: LicenceId::new(kind, issuer, "2026000017", 1).unwrap(),
        name: "公共场所卫生许可证".to_owned(),
        number: "3205082302026000017".to_owned(),
        holder: HolderName {
            kind: identity::PartyKind::Person,
            name: "陈梅".to_owned(),
            identifier: "320102190001019997".to_owned(),
        },
        issuer: Issuer { department, name: "苏州市姑苏区卫生健康委员会".to_owned(), code: issuer },
        issued_on: day("2026-09-28"),
        valid_from: day("2026-09-30"),
        valid_until: Some(day("2030-09-29")),
        fields: vec![
            ("单位名称".to_owned(), "梅园理发店".to_owned()),
            (
                "经营地址".to_owned(),
                "江苏省苏州市姑苏区平江街道观前街 18 号一层东侧 102 室（与历史街区保护范围相邻）".to_owned(),
            ),
            ("许可项目".to_owned(), "理发、生活美容".to_owned()),
            ("联系电话".to_owned(), "13800001234".to_owned()),
        ],
        case: None,
    }
}

pub fn holder() -> PartyId {
    PartyId::new(Uuid::from_u128(1))
}

pub fn sealed(content: Content, signer: &dyn Signer) -> SealedLicence {
    Draft::new(holder(), content).unwrap().seal(signer).unwrap()
}
