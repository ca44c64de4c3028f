//! What came in and went out, by day and department.

use kernel::DepartmentId;
use store::{Error, Read, ReadExt, Tx, params};

use crate::model::county_number;

pub(crate) fn add(tx: &mut Tx, day: i64, department: &DepartmentId, what: &str, n: i64) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO supervision_tally (day, county, department, what, n) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (day, county, department, what) DO UPDATE SET n = supervision_tally.n + excluded.n";
    let county = county_number(&department.region);
    tx.execute(ADD, &params![day, county, department, what, n]).map(drop)
}

/// The sums of a span of days over counties from `low` to `high`, by figure.
pub(crate) fn sums(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (i64, i64),
    department: &str,
) -> Result<Vec<(String, i64)>, Error> {
    const SUMS: &str = "SELECT what, CAST(SUM(n) AS BIGINT) FROM supervision_tally
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 AND ($5 = '' OR department = $5)
        GROUP BY what ORDER BY what";
    read.query(SUMS, &params![from, to, low, high, department], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The sums day by day.
pub(crate) fn days(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (i64, i64),
) -> Result<Vec<(i64, String, i64)>, Error> {
    const DAYS: &str = "SELECT day, what, CAST(SUM(n) AS BIGINT) FROM supervision_tally
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 GROUP BY day, what ORDER BY day";
    read.query(DAYS, &params![from, to, low, high], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Departments with the most applications in a span of days.
pub(crate) fn departments(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (i64, i64),
    limit: usize,
) -> Result<Vec<DepartmentId>, Error> {
    const BUSIEST: &str = "SELECT department FROM supervision_tally
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 AND what = 'submitted'
        GROUP BY department ORDER BY SUM(n) DESC, department LIMIT $5";
    read.query(BUSIEST, &params![from, to, low, high, limit], |row| row.get(0))
}
