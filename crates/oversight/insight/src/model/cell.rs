//! Facts, and the cells where they add up.

use kernel::{BasicCode, Date, KindCode, RegionCode};

use super::{Dimension, Measure, Worth, day_number, place_number};

/// One more of a measure, or one less: what an event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Of what.
    pub measure: &'static Measure,
    /// The day in China.
    pub day: Date,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// Where.
    pub place: RegionCode,
    /// The kind of department.
    pub kind: Option<KindCode>,
    /// The item.
    pub item: Option<BasicCode>,
    /// The way.
    pub way: String,
    /// The value measured, or the amount in fen.
    pub value: i64,
    /// 1, or -1 where something that was told before does not hold.
    pub n: i64,
}

/// Which dimensions a row of the roll-ups keeps. Not all together: a question needs one cube only, and each stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cube {
    /// Department and way.
    Place = 1,
    /// Department and item.
    Item = 2,
    /// Hour, department and way.
    Hour = 3,
}

impl Cube {
    /// The stored number.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The cube that answers a question about these dimensions; none if no cube keeps them together.
    pub fn of(asked: &[Dimension]) -> Option<Cube> {
        let has = |one| asked.contains(&one);
        match (has(Dimension::Item), has(Dimension::Hour), has(Dimension::Way)) {
            (true, false, false) => Some(Cube::Item),
            (true, _, _) => None,
            (false, true, _) => Some(Cube::Hour),
            (false, false, _) => Some(Cube::Place),
        }
    }
}

/// The address of a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Of what.
    pub measure: String,
    /// Which cube.
    pub cube: i64,
    /// The day, as 20261126.
    pub day: i64,
    /// The region, as a number.
    pub place: i64,
    /// The kind of department; empty if none.
    pub kind: String,
    /// The item; empty if none or not kept.
    pub item: String,
    /// The way; empty if none or not kept.
    pub way: String,
    /// The hour; 0 if not kept.
    pub hour: i64,
    /// The value; 0 if none.
    pub value: i64,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Key { measure, cube, day, place, kind, item, way, hour, value } = self;
        write!(f, "{measure}/{cube} {day} {place} kind={kind} item={item} way={way} hour={hour} value={value}")
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many.
    pub n: i64,
    /// Their values or amounts together.
    pub total: i64,
}

impl Sums {
    /// More of it.
    pub fn add(&mut self, other: Sums) {
        self.n += other.n;
        self.total += other.total;
    }
}

/// The cells to which a fact adds, and what it adds to each.
pub fn cells(fact: &Fact) -> impl Iterator<Item = (Key, Sums)> {
    let is_valued = fact.measure.worth == Worth::Value;
    let sums = Sums { n: fact.n, total: fact.n * fact.value };
    let key = |cube: Cube| Key {
        measure: fact.measure.name.to_owned(),
        cube: cube.number(),
        day: day_number(fact.day),
        place: place_number(&fact.place),
        kind: fact.kind.map_or_else(String::new, |kind| kind.to_string()),
        item: match (cube, &fact.item) {
            (Cube::Item, Some(item)) => item.to_string(),
            _ => String::new(),
        },
        way: if cube == Cube::Item { String::new() } else { fact.way.clone() },
        hour: if cube == Cube::Hour { i64::from(fact.hour) } else { 0 },
        value: if is_valued { fact.value } else { 0 },
    };
    let by = fact.measure.by;
    let wanted = [
        Some(Cube::Place),
        by.contains(&Dimension::Item).then_some(Cube::Item),
        by.contains(&Dimension::Hour).then_some(Cube::Hour),
    ];
    wanted.into_iter().flatten().map(move |cube| (key(cube), sums)).collect::<Vec<_>>().into_iter()
}
