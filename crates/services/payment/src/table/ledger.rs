//! The ledger.

use kernel::{Date, Fen, PaymentCode, Timestamp};
use store::{Error, Param, Read, ReadExt, Tx, params};

use crate::rules::Posting;

/// Writes the lines of one event.
pub(crate) fn write(
    tx: &mut Tx,
    bill: &PaymentCode,
    version: i64,
    at: Timestamp,
    postings: &[Posting],
) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO payment_entry (bill, version, line, account, amount, at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let rows = postings.iter().zip(0..).map(|((account, amount), line)| {
        [
            Param::from(bill),
            Param::Int(version),
            Param::Int(line),
            Param::Text(account.name()),
            Param::from(amount),
            Param::Int(at.as_microsecond()),
        ]
    });
    tx.insert_many(INSERT, rows).map(drop)
}

/// The lines of a bill, in order: version, account, amount.
pub(crate) fn of(read: &mut dyn Read, bill: &PaymentCode) -> Result<Vec<(i64, String, Fen, Timestamp)>, Error> {
    const SELECT: &str = "SELECT version, account, amount, at FROM payment_entry WHERE bill = $1
        ORDER BY version, line LIMIT 2000";
    read.query(SELECT, &params![bill], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
}

/// The lines of one event.
pub(crate) fn of_event(read: &mut dyn Read, bill: &PaymentCode, version: i64) -> Result<Vec<(String, Fen)>, Error> {
    const SELECT: &str =
        "SELECT account, amount FROM payment_entry WHERE bill = $1 AND version = $2 ORDER BY line LIMIT 20";
    read.query(SELECT, &params![bill, version], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The sum of each account over everything that was ever written: for the operator, who can wait.
pub(crate) fn sums(read: &mut dyn Read) -> Result<Vec<(String, Fen)>, Error> {
    const SUM: &str =
        "SELECT account, CAST(SUM(amount) AS BIGINT) FROM payment_entry GROUP BY account ORDER BY account LIMIT 100";
    read.query(SUM, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Events whose lines do not sum to zero; there must be none.
pub(crate) fn unbalanced(read: &mut dyn Read) -> Result<Vec<String>, Error> {
    const FIND: &str =
        "SELECT bill, version FROM payment_entry GROUP BY bill, version HAVING SUM(amount) <> 0 LIMIT 10";
    read.query(FIND, &[], |row| Ok(format!("{} {}", row.get::<String>(0)?, row.get::<i64>(1)?)))
}

/// Adds to an account's day.
pub(crate) fn add(tx: &mut Tx, day: Date, account: &str, amount: Fen) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO payment_book (day, account, amount) VALUES ($1, $2, $3)
        ON CONFLICT (day, account) DO UPDATE SET amount = payment_book.amount + excluded.amount";
    tx.execute(ADD, &params![day, account, amount]).map(drop)
}

/// The days of the book, latest first: day, account, amount.
pub(crate) fn book(read: &mut dyn Read, from: Date, limit: usize) -> Result<Vec<(Date, String, Fen)>, Error> {
    const SELECT: &str = "SELECT day, account, amount FROM payment_book WHERE day >= $1
        ORDER BY day DESC, account LIMIT $2";
    read.query(SELECT, &params![from, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The balance of each account by the book.
pub(crate) fn balances(read: &mut dyn Read) -> Result<Vec<(String, Fen)>, Error> {
    const SUM: &str =
        "SELECT account, CAST(SUM(amount) AS BIGINT) FROM payment_book GROUP BY account ORDER BY account LIMIT 100";
    read.query(SUM, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}
