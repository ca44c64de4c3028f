//! Small numbers are not published, nor what would give them away.

/// What of a line of numbers with its total stays hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// For each number.
    pub cells: Vec<bool>,
    /// Whether the total is hidden too.
    pub total: bool,
}

/// Hides numbers from 1 to `least` - 1, and others with them, so that subtracting what is shown from the total gives none of the hidden
/// ones: where anything is hidden there are at least two, and their sum leaves room for each of them to be anything from 1 to `least`.
/// The smallest of the others are taken first. Where there are not enough of them, the total is hidden too. Zero is shown: it tells of
/// nobody.
pub fn suppress(counts: &[i64], least: i64) -> Hidden {
    let mut cells: Vec<bool> = counts.iter().map(|n| (1..least).contains(n)).collect();
    let mut others: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] >= least).collect();
    others.sort_by_key(|at| std::cmp::Reverse((counts[*at], *at)));
    let hidden = |cells: &[bool]| {
        let hidden = counts.iter().zip(cells).filter(|(_, hidden)| **hidden);
        hidden.fold((0_i64, 0_i64), |(many, sum), (n, _)| (many + 1, sum + n))
    };
    loop {
        let (many, sum) = hidden(&cells);
        if many == 0 || (many >= 2 && sum >= least + many - 1) {
            return Hidden { cells, total: false };
        }
        let Some(next) = others.pop() else { return Hidden { cells, total: true } };
        cells[next] = true;
    }
}
