//! 领取方式: the questions how a result is to be received, and what was answered. The same for drafts and for cases under way.

use casework::{Service, Way};
use delivery::End;
use kernel::PartyId;
use store::{Error, Read};
use web::{Choice, Field, FieldKind, Fields, Wrong};

use super::words;

/// Name, telephone and address as they may be offered: of the last parcel, else of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Whom to ask for.
    pub name: String,
    /// Where to call.
    pub phone: String,
    /// Where.
    pub address: String,
}

/// What is known of where a party can be found by a courier.
pub fn known(read: &mut dyn Read, party: &PartyId) -> Result<Known, Error> {
    if let Some(End { name, phone, address }) = delivery::query::last_end(read, party)? {
        return Ok(Known { name, phone, address });
    }
    let facts = identity::facts(read, party)?;
    let fact = |keys: [&str; 2]| {
        let found = facts.iter().find(|fact| keys.contains(&fact.key));
        found.map_or_else(String::new, |fact| fact.value.clone())
    };
    Ok(Known {
        name: fact(["person.name", "organisation.name"]),
        phone: fact(["person.phone", "organisation.phone"]),
        address: fact(["person.address", "organisation.address"]),
    })
}

/// The question which way, with the answer so far.
pub fn choice(ways: &[Service], chosen: Option<Service>, sent: &Fields, wrongs: &[Wrong]) -> Field {
    let mut field = Field::new(FieldKind::Radio, "way", "结果怎么给您")
        .hint("电子的和纸质的一样有效。不管选哪种，电子的都会先到您的账户里。");
    field.choices = ways
        .iter()
        .map(|way| Choice { hint: words::way_hint(*way).to_owned(), ..Choice::new(code(*way), words::way(*way)) })
        .collect();
    let value = sent.get("way").map_or_else(|| chosen.map_or("", code).to_owned(), str::to_owned);
    field.value(value).wrong(wrongs)
}

/// The three questions of an address.
pub fn address(known: &Known, sent: &Fields, wrongs: &[Wrong]) -> Vec<Field> {
    let typed = |key: &str, known: &str| sent.get(key).map_or_else(|| known.to_owned(), str::to_owned);
    let field = |field: Field, known: &str| {
        let value = typed(&field.key, known);
        field.value(value).wrong(wrongs)
    };
    vec![
        field(Field::new(FieldKind::Text, "name", "找谁").width("w-18").autocomplete("name"), &known.name),
        field(
            Field::new(FieldKind::Phone, "phone", "电话")
                .hint("快递员到了打这个电话")
                .width("w-11")
                .autocomplete("tel"),
            &known.phone,
        ),
        field(
            Field::new(FieldKind::Text, "address", "地址")
                .hint("从省、市、区写到门牌号，例如 江苏省南京市玄武区某某路 1 号 2 幢 301 室")
                .width("w-30")
                .autocomplete("street-address"),
            &known.address,
        ),
    ]
}

/// The address that was sent, or what is wrong with it.
pub fn end(sent: &Fields) -> Result<End, Vec<Wrong>> {
    let text = |key: &str| sent.get(key).unwrap_or_default();
    End::new(text("name"), text("phone"), text("address")).map_err(|errors| Wrong::of(&errors))
}

/// The way that was sent, or what is wrong with it.
pub fn chosen(ways: &[Service], sent: &Fields) -> Result<Way, Vec<Wrong>> {
    let way = ways.iter().find(|way| sent.get("way") == Some(code(**way)));
    match way {
        Some(Service::Post) => Ok(Way::Courier { to: end(sent)? }),
        Some(Service::Window) => Ok(Way::Window),
        Some(Service::Electronic | Service::PublicNotice) => Ok(Way::Electronic),
        None => Err(vec![Wrong::new("way", "选一种领取方式")]),
    }
}

/// How forms call a way.
fn code(way: Service) -> &'static str {
    match way {
        Service::Electronic => "electronic",
        Service::Window => "window",
        Service::Post => "courier",
        Service::PublicNotice => "notice",
    }
}
