//! Bills.

use kernel::{PartyId, PaymentCode, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use super::county_number;
use crate::{Bill, ReceiptNumber, Stage, rules};

/// A bill that is not there yet.
pub(crate) fn insert(tx: &mut Tx, bill: &Bill) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO payment_bill
        (code, version, county, department, payer, subject, stage, opened, due, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let body = serde_json::to_string(bill)?;
    let county = county_number(&bill.department.region);
    let (stage, due) = (bill.stage().number(), rules::due(bill));
    let row = params![
        bill.code,
        bill.version,
        county,
        bill.department,
        bill.payer,
        bill.subject,
        stage,
        bill.opened,
        due,
        body
    ];
    tx.execute(INSERT, &row).map(drop)
}

/// A bill that was at `version` when it was loaded. Fails with `Lost` when somebody else changed it since.
pub(crate) fn save(tx: &mut Tx, bill: &Bill, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE payment_bill SET version = $1, stage = $2, due = $3, body = $4
        WHERE code = $5 AND version = $6";
    let body = serde_json::to_string(bill)?;
    let (stage, due) = (bill.stage().number(), rules::due(bill));
    let row = params![bill.version, stage, due, body, bill.code, version];
    if tx.execute(UPDATE, &row)? == 1 { Ok(()) } else { Err(Error::Lost) }
}

/// The bill of this code.
pub(crate) fn load(read: &mut dyn Read, code: &PaymentCode) -> Result<Option<Bill>, Error> {
    const SELECT: &str = "SELECT body FROM payment_bill WHERE code = $1";
    read.query_one(SELECT, &params![code], from_row)
}

/// The latest bill of this subject.
pub(crate) fn of_subject(read: &mut dyn Read, subject: &str) -> Result<Option<Bill>, Error> {
    const SELECT: &str = "SELECT body FROM payment_bill WHERE subject = $1 ORDER BY opened DESC, code DESC LIMIT 1";
    read.query_one(SELECT, &params![subject], from_row)
}

/// Bills of one payer, latest first, before `before`.
pub(crate) fn of_payer(
    read: &mut dyn Read,
    payer: &PartyId,
    before: Option<(Timestamp, PaymentCode)>,
    limit: usize,
) -> Result<Vec<Bill>, Error> {
    const LATEST: &str = "SELECT body FROM payment_bill WHERE payer = $1 ORDER BY opened DESC, code DESC LIMIT $2";
    const BEFORE: &str = "SELECT body FROM payment_bill WHERE payer = $1 AND (opened, code) < ($2, $3)
        ORDER BY opened DESC, code DESC LIMIT $4";
    match before {
        None => read.query(LATEST, &params![payer, limit], from_row),
        Some((opened, code)) => read.query(BEFORE, &params![payer, opened, code, limit], from_row),
    }
}

/// Bills on which time acts by itself at `now`.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT code FROM payment_bill WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Whether the columns by which lists and the wheel find the bill say what the bill itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, bill: &Bill) -> Result<bool, Error> {
    const SELECT: &str =
        "SELECT version, county, stage, opened, due, department, payer, subject FROM payment_bill WHERE code = $1";
    let found = read.query_one(SELECT, &params![bill.code], |row| {
        let numbers: (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let when: (Timestamp, Option<Timestamp>) = (row.get(3)?, row.get(4)?);
        let texts: (String, String, String) = (row.get(5)?, row.get(6)?, row.get(7)?);
        Ok((numbers, when, texts))
    })?;
    let numbers = (bill.version, county_number(&bill.department.region), bill.stage().number());
    let texts = (bill.department.to_string(), bill.payer.to_string(), bill.subject.clone());
    Ok(found == Some((numbers, (bill.opened, rules::due(bill)), texts)))
}

/// How many bills stand at each stage, for the operator.
pub(crate) fn stages(read: &mut dyn Read) -> Result<Vec<(Stage, i64)>, Error> {
    const COUNT: &str = "SELECT stage, COUNT(*) FROM payment_bill GROUP BY stage ORDER BY stage LIMIT 20";
    let rows = read.query(COUNT, &[], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let stage = |number| Stage::ALL.into_iter().find(|stage| stage.number() == number);
    Ok(rows.into_iter().filter_map(|(number, count)| Some((stage(number)?, count))).collect())
}

/// Remembers of which bill a receipt is.
pub(crate) fn keep_receipt(tx: &mut Tx, number: &ReceiptNumber, code: &PaymentCode) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO payment_receipt (number, bill) VALUES ($1, $2)";
    tx.execute(INSERT, &params![number.to_string(), code]).map(drop)
}

/// The bill of a receipt.
pub(crate) fn of_receipt(read: &mut dyn Read, number: &ReceiptNumber) -> Result<Option<Bill>, Error> {
    const SELECT: &str =
        "SELECT b.body FROM payment_receipt r JOIN payment_bill b ON b.code = r.bill WHERE r.number = $1";
    read.query_one(SELECT, &params![number.to_string()], from_row)
}

fn from_row(row: &dyn Row) -> Result<Bill, Error> {
    row.json(0)
}
