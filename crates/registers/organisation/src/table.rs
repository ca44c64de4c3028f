//! The only SQL of this room, and row ↔ value.

use clock::{CalendarDay, DayKind};
use kernel::{Date, DepartmentId, RegionCode};
use store::{AsParam, Error, Param, Read, ReadExt, Tx, params};

use crate::model::{Alias, AreaCode, CalendarLine, DepartmentKind, Region, RegionKind, RegionLine, Settings};

pub(crate) fn regions(read: &mut dyn Read) -> Result<Vec<Region>, Error> {
    read.query("SELECT code, name, kind, valid_from, valid_to FROM organisation_region ORDER BY code", &[], |row| {
        let kind: String = row.get(2)?;
        Ok(Region {
            code: row.parse(0)?,
            name: row.get(1)?,
            kind: RegionKind::from_word(&kind).ok_or_else(|| Error::Corrupt("organisation_region.kind".into()))?,
            valid_from: row.get(3)?,
            valid_to: row.get(4)?,
        })
    })
}

pub(crate) fn aliases(read: &mut dyn Read) -> Result<Vec<Alias>, Error> {
    const ALL: &str =
        "SELECT code, name, successor, valid_from, valid_to, reason FROM organisation_alias ORDER BY code, valid_to";
    read.query(ALL, &[], |row| {
        Ok(Alias {
            code: row.parse(0)?,
            name: row.get(1)?,
            successor: row.parse(2)?,
            valid_from: row.get(3)?,
            valid_to: row.get(4)?,
            reason: row.get(5)?,
        })
    })
}

pub(crate) fn areas(read: &mut dyn Read) -> Result<Vec<AreaCode>, Error> {
    read.query("SELECT region, area_code FROM organisation_area ORDER BY region", &[], |row| {
        Ok(AreaCode { region: row.parse(0)?, area_code: row.get(1)? })
    })
}

pub(crate) fn days(read: &mut dyn Read) -> Result<Vec<CalendarDay>, Error> {
    read.query("SELECT day, kind, name FROM organisation_calendar ORDER BY day", &[], |row| {
        let kind: String = row.get(1)?;
        let kind = if kind == "workday" { DayKind::Workday } else { DayKind::Holiday };
        Ok(CalendarDay { date: row.get(0)?, kind, name: row.get(2)? })
    })
}

pub(crate) fn kinds(read: &mut dyn Read) -> Result<Vec<DepartmentKind>, Error> {
    read.query("SELECT body FROM organisation_kind ORDER BY code", &[], |row| row.json(0))
}

pub(crate) fn settings(read: &mut dyn Read) -> Result<Vec<(DepartmentId, Settings)>, Error> {
    read.query("SELECT region, kind, body FROM organisation_department ORDER BY region, kind", &[], |row| {
        Ok((DepartmentId { region: row.parse(0)?, kind: row.parse(1)? }, row.json(2)?))
    })
}

pub(crate) fn insert_regions(tx: &mut Tx<'_>, list: &[RegionLine], since: Option<Date>) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO organisation_region (code, name, kind, valid_from) VALUES ($1, $2, $3, $4)";
    let rows = list.iter().map(|RegionLine { code, name, kind }| {
        [code.as_param(), Param::Text(name), Param::Text(kind.word()), since.map_or(Param::Null, Param::display)]
    });
    tx.insert_many(INSERT, rows).map(drop)
}

pub(crate) fn revive_region(tx: &mut Tx<'_>, line: &RegionLine, from: Date) -> Result<(), Error> {
    const REVIVE: &str =
        "UPDATE organisation_region SET name = $2, kind = $3, valid_from = $4, valid_to = NULL WHERE code = $1";
    tx.execute(REVIVE, &params![line.code, &line.name, line.kind.word(), from]).map(drop)
}

pub(crate) fn change_region(tx: &mut Tx<'_>, line: &RegionLine) -> Result<(), Error> {
    const CHANGE: &str = "UPDATE organisation_region SET name = $2, kind = $3 WHERE code = $1";
    tx.execute(CHANGE, &params![line.code, &line.name, line.kind.word()]).map(drop)
}

pub(crate) fn close_region(tx: &mut Tx<'_>, code: &RegionCode, to: Date) -> Result<(), Error> {
    tx.execute("UPDATE organisation_region SET valid_to = $2 WHERE code = $1", &params![*code, to]).map(drop)
}

pub(crate) fn put_alias(tx: &mut Tx<'_>, alias: &Alias) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO organisation_alias (code, name, successor, valid_from, valid_to, reason)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (code, valid_to) DO UPDATE SET name = excluded.name, successor = excluded.successor,
            valid_from = excluded.valid_from, reason = excluded.reason";
    let Alias { code, name, successor, valid_from, valid_to, reason } = alias;
    tx.execute(PUT, &params![*code, name, *successor, *valid_from, *valid_to, reason]).map(drop)
}

pub(crate) fn replace_areas(tx: &mut Tx<'_>, list: &[AreaCode]) -> Result<(), Error> {
    tx.execute("DELETE FROM organisation_area", &[])?;
    const INSERT: &str = "INSERT INTO organisation_area (region, area_code) VALUES ($1, $2)";
    tx.insert_many(INSERT, list.iter().map(|line| params![line.region, line.area_code])).map(drop)
}

pub(crate) fn clear_year(tx: &mut Tx<'_>, year: i16) -> Result<(), Error> {
    let (from, to) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    tx.execute("DELETE FROM organisation_calendar WHERE day >= $1 AND day <= $2", &params![&from, &to]).map(drop)
}

pub(crate) fn insert_days(tx: &mut Tx<'_>, list: &[CalendarLine]) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO organisation_calendar (day, kind, name) VALUES ($1, $2, $3)";
    let word = |works| Param::Text(if works { "workday" } else { "holiday" });
    tx.insert_many(INSERT, list.iter().map(|line| [line.date.as_param(), word(line.works), Param::Text(&line.name)]))
        .map(drop)
}

pub(crate) fn replace_kinds(tx: &mut Tx<'_>, list: &[DepartmentKind]) -> Result<(), Error> {
    tx.execute("DELETE FROM organisation_kind", &[])?;
    for kind in list {
        let body = serde_json::to_string(kind)?;
        tx.execute("INSERT INTO organisation_kind (code, body) VALUES ($1, $2)", &params![kind.code, &body])?;
    }
    Ok(())
}

pub(crate) fn put_settings(tx: &mut Tx<'_>, id: &DepartmentId, settings: &Settings) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO organisation_department (region, kind, body) VALUES ($1, $2, $3)
        ON CONFLICT (region, kind) DO UPDATE SET body = excluded.body";
    let body = serde_json::to_string(settings)?;
    tx.execute(PUT, &params![id.region, id.kind, &body]).map(drop)
}

/// The number of the next event of a stream; taken by asking.
pub(crate) fn next_version(tx: &mut Tx<'_>, stream: &str) -> Result<i64, Error> {
    const NEXT: &str = "INSERT INTO organisation_stream (name, version) VALUES ($1, 1)
        ON CONFLICT (name) DO UPDATE SET version = organisation_stream.version + 1 RETURNING version";
    let version = tx.query_one(NEXT, &params![stream], |row| row.get(0))?;
    version.ok_or_else(|| Error::Corrupt("organisation_stream gave no version".into()))
}
