//! Licences that the people and companies of the demonstration hold from the start, issued by the departments that issue them.

use super::{
    DEMO,
    people::{CITIZENS, COMPANIES},
};
use crate::failure::Failed;
use kernel::{Date, DepartmentId, PartyId, RegionCode};
use licences::{Filter, Grant};
use store::Db;

/// Name of a licence, the kind of department that issues it, years for which it is valid, and what it states.
struct Kind {
    name: &'static str,
    department: &'static str,
    years: Option<i16>,
    fields: &'static [(&'static str, &'static str)],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "居民身份证", department: "090", years: Some(20), fields: &[("民族", "汉"), ("住址", "示例路 1 号")]
    },
    Kind {
        name: "居民户口簿", department: "090", years: None, fields: &[("户别", "家庭户"), ("与户主关系", "户主")]
    },
    Kind { name: "结婚证", department: "110", years: None, fields: &[("登记机关", "示例婚姻登记处")] },
    Kind {
        name: "出生医学证明", department: "230", years: None, fields: &[("新生儿姓名", "林样"), ("性别", "女")]
    },
    Kind {
        name: "不动产权证书",
        department: "150",
        years: None,
        fields: &[("坐落", "示例路 1 号"), ("用途", "商业服务")],
    },
    Kind { name: "机动车驾驶证", department: "090", years: Some(6), fields: &[("准驾车型", "C1")] },
    Kind {
        name: "机动车行驶证",
        department: "090",
        years: None,
        fields: &[("号牌号码", "苏E00000"), ("车辆类型", "小型轿车")],
    },
    Kind {
        name: "营业执照",
        department: "310",
        years: None,
        fields: &[("类型", "有限责任公司"), ("注册资本", "人民币 10 万元"), ("经营范围", "餐饮服务（凭许可证经营）")],
    },
];

/// Issues what is not held yet.
pub fn issue(db: &Db, persons: &[PartyId], organisations: &[PartyId]) -> Result<(), Failed> {
    for (citizen, party) in CITIZENS.iter().zip(persons) {
        give(db, *party, super::county(citizen.county), citizen.licences)?;
    }
    for (company, party) in COMPANIES.iter().zip(organisations) {
        give(db, *party, super::county(company.county), &["营业执照"])?;
    }
    Ok(())
}

fn give(db: &Db, holder: PartyId, region: RegionCode, names: &[&str]) -> Result<(), Failed> {
    let held = db.read(|read| licences::list(read, &holder, Filter::Everything, None, 50))?;
    let missing = names.iter().filter(|name| held.iter().all(|licence| licence.content.name != **name));
    for kind in missing.filter_map(|name| KINDS.iter().find(|kind| kind.name == *name)) {
        let grant = grant(db, holder, region, kind)?;
        let sealed = licences::prepare(db, db.signer().as_ref(), &grant).map_err(Failed::refused)?;
        db.write(move |tx| licences::issue(tx, &DEMO, &sealed, None).map(drop)).map_err(Failed::refused)?;
    }
    Ok(())
}

fn grant(db: &Db, holder: PartyId, region: RegionCode, kind: &'static Kind) -> Result<Grant, Failed> {
    let id = DepartmentId { region, kind: kind.department.parse().map_err(super::said)? };
    let department = db.read(|read| organisation::department(read, &id))?;
    let department =
        department.ok_or_else(|| Failed::new(format!("{id} is no department, but the demonstration names it")))?;
    let definer = department.credit_code;
    let type_code =
        db.write(move |tx| licences::ensure_type(tx, &DEMO, kind.name, &definer)).map_err(Failed::refused)?;
    let today = db.today();
    Ok(Grant {
        name: kind.name.to_owned(),
        type_code,
        holder,
        department: id,
        issuer_name: department.name,
        issuer_code: department.credit_code,
        issued_on: today,
        valid_from: today,
        valid_until: kind.years.map(|years| years_after(today, years)),
        fields: kind.fields.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect(),
        case: None,
        document: licences::Document::Licence,
    })
}

/// The same day `years` later; from 29 February, the 28th.
pub fn years_after(date: Date, years: i16) -> Date {
    let year = date.year() + years;
    Date::new(year, date.month(), date.day()).or_else(|_| Date::new(year, date.month(), 28)).unwrap_or(date)
}
