//! The fields of the agent's form.

use hotline::Kind;
use kernel::RegionCode;
use store::Read;
use web::{Choice, Field, FieldKind, Fields, Wrong};

use super::Given;
use crate::hotline::{categories, regions, units};

pub(super) fn area(key: &str, label: &str, sent: &Fields, wrongs: &[Wrong]) -> Field {
    Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
}

fn line(key: &str, label: &str, sent: &Fields, wrongs: &[Wrong]) -> Field {
    Field::new(FieldKind::Text, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
}

pub(super) fn head(
    read: &mut dyn Read,
    sent: &Fields,
    given: &Given,
    own: &RegionCode,
    wrongs: &[Wrong],
) -> Result<Vec<Field>, store::Error> {
    let mut kind = Field::new(FieldKind::Radio, "kind", "类型");
    kind.choices = Kind::ALL.map(|kind| Choice::new(kind.name(), kind.word())).into();
    let mut region = Field::new(FieldKind::Select, "region", "地区");
    region.choices = regions(read, own)?;
    let mut category = Field::new(FieldKind::Select, "category", "类别");
    category.choices = std::iter::once(Choice::new("", "按内容自动判断")).chain(categories()).collect();
    Ok(vec![
        kind.value(sent.get("kind").unwrap_or_default()).wrong(wrongs),
        line("title", "一句话", sent, wrongs),
        region.value(given.region.to_string()).wrong(wrongs),
        category.value(given.category.clone()).wrong(wrongs),
    ])
}

pub(super) fn body(sent: &Fields, asks_phone: bool, wrongs: &[Wrong]) -> Vec<Field> {
    let mut fields = vec![
        line("place", "地点", sent, wrongs).optional(),
        area("text", "经过和要求", sent, wrongs),
        line("name", "称呼", sent, wrongs).optional().width("w-18"),
    ];
    if asks_phone {
        fields.push(
            Field::new(FieldKind::Phone, "phone", "联系电话")
                .value(sent.get("phone").unwrap_or_default())
                .wrong(wrongs)
                .width("w-18")
                .optional(),
        );
    }
    fields
}

pub(super) fn dispatch(
    read: &mut dyn Read,
    sent: &Fields,
    given: &Given,
    wrongs: &[Wrong],
) -> Result<Vec<Field>, store::Error> {
    let mut lead = Field::new(FieldKind::Select, "lead", "派给").optional();
    lead.choices = std::iter::once(Choice::new("", "按建议的单位")).chain(units(read, &given.region)?).collect();
    let mut assisting = Field::new(FieldKind::Select, "assisting", "协办").optional();
    assisting.choices = std::iter::once(Choice::new("", "没有协办")).chain(units(read, &given.region)?).collect();
    Ok(vec![
        lead.value(sent.get("lead").unwrap_or_default()).wrong(wrongs),
        assisting.value(sent.get("assisting").unwrap_or_default()).wrong(wrongs),
        line("reason", "不按建议派的原因", sent, wrongs).optional(),
    ])
}
