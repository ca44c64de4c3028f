//! The roll-ups: adding to cells, and asking for their sums.

use std::collections::BTreeMap;

use kernel::Timestamp;
use store::{AsParam, Error, Read, ReadExt, Row, Tx, params};

use crate::model::{Key, Sums};

/// Adds to cells, all in as few statements as the database allows.
pub(crate) fn add(tx: &mut Tx, cells: &BTreeMap<Key, Sums>) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO insight_cell (measure, cube, day, place, kind, item, way, hour, value, n, total)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (measure, cube, day, place, kind, item, way, hour, value)
        DO UPDATE SET n = insight_cell.n + excluded.n, total = insight_cell.total + excluded.total";
    let rows = cells.iter().map(|(key, sums)| {
        let Key { measure, cube, day, place, kind, item, way, hour, value } = key;
        [
            measure.as_param(),
            cube.as_param(),
            day.as_param(),
            place.as_param(),
            kind.as_param(),
            item.as_param(),
            way.as_param(),
            hour.as_param(),
            value.as_param(),
            sums.n.as_param(),
            sums.total.as_param(),
        ]
    });
    tx.insert_many(ADD, rows).map(drop)
}

/// How far the journal is in the roll-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reached {
    pub position: store::Position,
    /// When the last entry was written.
    pub at: Timestamp,
}

pub(crate) fn set_reached(tx: &mut Tx, reached: &Reached) -> Result<(), Error> {
    const SET: &str = "INSERT INTO insight_position (id, epoch, seq, at) VALUES (1, $1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, at = excluded.at";
    let store::Position { epoch, seq } = reached.position;
    tx.execute(SET, &params![epoch, seq, reached.at]).map(drop)
}

pub(crate) fn reached(read: &mut dyn Read) -> Result<Option<Reached>, Error> {
    const SELECT: &str = "SELECT epoch, seq, at FROM insight_position WHERE id = 1";
    read.query_one(SELECT, &[], |row| {
        Ok(Reached { position: store::Position { epoch: row.get(0)?, seq: row.get(1)? }, at: row.get(2)? })
    })
}

/// Which cells are added up: of one measure and cube, of a span of days and places, narrowed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Narrow<'a> {
    pub measure: &'a str,
    pub cube: i64,
    pub days: (i64, i64),
    pub places: (i64, i64),
    /// Empty: all.
    pub kind: &'a str,
    /// Empty: all.
    pub item: &'a str,
    /// Empty: all.
    pub way: &'a str,
    /// Negative: all.
    pub hour: i64,
}

/// Sums by a key and by the value that was measured, in the order of both.
pub(crate) type Grouped<K> = Vec<(K, i64, Sums)>;

fn grouped<K: store::FromColumn>(row: &dyn Row) -> Result<(K, i64, Sums), Error> {
    Ok((row.get(0)?, row.get(1)?, Sums { n: row.get(2)?, total: row.get(3)? }))
}

macro_rules! by {
    ($(#[$doc:meta])* $name:ident, $type:ty, $key:literal) => {
        $(#[$doc])*
        pub(crate) fn $name(read: &mut dyn Read, narrow: &Narrow) -> Result<Grouped<$type>, Error> {
            const SUMS: &str = concat!(
                "SELECT ", $key, ", value, CAST(SUM(n) AS BIGINT), CAST(SUM(total) AS BIGINT) FROM insight_cell
                WHERE measure = $1 AND cube = $2 AND day >= $3 AND day <= $4 AND place >= $5 AND place <= $6
                    AND ($7 = '' OR kind = $7) AND ($8 = '' OR item = $8) AND ($9 = '' OR way = $9)
                    AND ($10 < 0 OR hour = $10)
                GROUP BY ", $key, ", value ORDER BY 1, 2"
            );
            let Narrow { measure, cube, days, places, kind, item, way, hour } = narrow;
            let params = params![measure, cube, days.0, days.1, places.0, places.1, kind, item, way, hour];
            read.query(SUMS, &params, grouped)
        }
    };
}

by!(
    /// By day.
    days, i64, "day"
);
by!(
    /// By hour.
    hours, i64, "hour"
);
by!(
    /// By day and hour: 20261126 and 09 as 2026112609.
    days_of_hours, i64, "day * 100 + hour"
);
by!(
    /// By city: regions of the second level, and what is the province's own.
    cities, i64, "place / 100000000"
);
by!(
    /// By county, and what is a city's or the province's own.
    counties, i64, "place / 1000000"
);
by!(
    /// By town, and what is a county's own.
    towns, i64, "place / 1000"
);
by!(
    /// By village, and what is a town's own.
    villages, i64, "place"
);
by!(
    /// By kind of department.
    kinds, String, "kind"
);
by!(
    /// By item.
    items, String, "item"
);
by!(
    /// By way.
    ways, String, "way"
);

/// By month and city, for what is published.
pub(crate) fn months_of_cities(read: &mut dyn Read, narrow: &Narrow) -> Result<Vec<(i64, i64, i64, Sums)>, Error> {
    const SUMS: &str = "SELECT day / 100, place / 100000000, value, CAST(SUM(n) AS BIGINT), CAST(SUM(total) AS BIGINT)
        FROM insight_cell
        WHERE measure = $1 AND cube = 1 AND day >= $2 AND day <= $3 AND place >= $4 AND place <= $5
        GROUP BY day / 100, place / 100000000, value ORDER BY 1, 2, 3";
    let Narrow { measure, days, places, .. } = narrow;
    read.query(SUMS, &params![measure, days.0, days.1, places.0, places.1], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, Sums { n: row.get(3)?, total: row.get(4)? }))
    })
}

/// The first day of a measure.
pub(crate) fn first_day(read: &mut dyn Read, measure: &str) -> Result<Option<i64>, Error> {
    const FIRST: &str = "SELECT MIN(day) FROM insight_cell WHERE measure = $1 AND cube = 1";
    Ok(read.query_one(FIRST, &params![measure], |row| row.get(0))?.flatten())
}

/// Every cell, for comparing with a recount.
pub(crate) fn each(read: &mut dyn Read, mut look: impl FnMut(Key, Sums)) -> Result<(), Error> {
    const ALL: &str = "SELECT measure, cube, day, place, kind, item, way, hour, value, n, total FROM insight_cell";
    read.each(ALL, &[], &mut |row| {
        let key = Key {
            measure: row.get(0)?,
            cube: row.get(1)?,
            day: row.get(2)?,
            place: row.get(3)?,
            kind: row.get(4)?,
            item: row.get(5)?,
            way: row.get(6)?,
            hour: row.get(7)?,
            value: row.get(8)?,
        };
        look(key, Sums { n: row.get(9)?, total: row.get(10)? });
        Ok(())
    })
}
