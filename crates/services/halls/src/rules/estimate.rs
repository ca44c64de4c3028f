//! How long somebody may have to wait: from what services really took, as a range, or not at all.

use crate::model::rulebook::Estimate;

/// Why there is no estimate, or what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Between so many and so many minutes.
    Minutes {
        /// At the least.
        from: u32,
        /// At the most, by half of the service times.
        to: u32,
    },
    /// Too few services of this sort were timed.
    TooFewTimed,
    /// No window calls for it now.
    NoWindow,
}

/// The wait of somebody with so many `ahead`, before so many open `windows`.
///
/// `seconds` are the latest service times, of today and of the item, in any order. The middle half of them gives the range: a
/// quarter went quicker than its lower end, a quarter slower than its upper.
pub fn wait(rule: &Estimate, seconds: &[u32], ahead: usize, windows: usize) -> Wait {
    if windows == 0 {
        return Wait::NoWindow;
    }
    if seconds.len() < rule.least {
        return Wait::TooFewTimed;
    }
    let (quick, slow) = (quantile(seconds, 1), quantile(seconds, 3));
    let (ahead, windows) = (ahead as u64, windows as u64);
    let minutes = |seconds: u64| u32::try_from(seconds.div_ceil(60)).unwrap_or(u32::MAX);
    let from = minutes(u64::from(quick) * ahead / windows);
    // Whoever is first still waits until a window is free.
    let to = minutes(u64::from(slow) * (ahead + 1) / windows).max(1);
    Wait::Minutes { from: from.min(to), to: to.max(from) }
}

/// The middle service time in seconds; `None` without any.
pub fn median(seconds: &[u32]) -> Option<u32> {
    (!seconds.is_empty()).then(|| quantile(seconds, 2))
}

/// The `quarters`-th quartile, the nearest value that occurred.
fn quantile(seconds: &[u32], quarters: usize) -> u32 {
    let mut sorted = seconds.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len().saturating_sub(1) * quarters + 2) / 4;
    sorted.get(place).copied().unwrap_or_default()
}
