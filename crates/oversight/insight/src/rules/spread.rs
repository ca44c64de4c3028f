//! Distributions, exactly: every value that was measured is kept with how often it was.

/// How values spread. The median and the ninth decile come before the average: one very long case moves the average, not them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// How many values.
    pub n: i64,
    /// The least value that at least half of all are not above (中位数).
    pub median: i64,
    /// The least value that at least nine tenths of all are not above (90 分位).
    pub p90: i64,
    /// The average.
    pub mean: f64,
    /// The greatest.
    pub most: i64,
}

/// The spread of values, each with how often it was, in the order of the values. None of nothing. Exact, for whole values.
pub fn spread(values: &[(i64, i64)]) -> Option<Spread> {
    let n: i64 = values.iter().map(|(_, n)| *n).sum();
    if n <= 0 {
        return None;
    }
    let at_least = |share_of_ten: i64| {
        // The rank is rounded up, without floating point.
        let rank = (n * share_of_ten + 9) / 10;
        let mut seen = 0;
        values.iter().find_map(|(value, n)| {
            seen += n;
            (seen >= rank).then_some(*value)
        })
    };
    let sum: i64 = values.iter().map(|(value, n)| value * n).sum();
    let most = values.iter().rev().find(|(_, n)| *n > 0).map(|(value, _)| *value)?;
    Some(Spread { n, median: at_least(5)?, p90: at_least(9)?, mean: sum as f64 / n as f64, most })
}
