//! In which order envelopes are taken, what is missing, and when a silent node is tried again.

use std::collections::BTreeSet;

use crate::model::Span;

/// Where an envelope stands in its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Its rows are taken in now.
    Next,
    /// Something before it is not there yet.
    Ahead,
    /// Its rows were taken in before.
    Past,
}

/// Where step `step` stands when `taken` steps of its stream were taken in.
pub fn place(step: u32, taken: u32) -> Place {
    match step.checked_sub(taken) {
        Some(1) => Place::Next,
        Some(2..) => Place::Ahead,
        Some(0) | None => Place::Past,
    }
}

/// Sequence numbers as spans.
pub fn spans(numbers: impl IntoIterator<Item = u64>) -> Vec<Span> {
    let mut spans: Vec<Span> = vec![];
    for number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => spans.push((number, number)),
        }
    }
    spans
}

/// What is not there of a span, as at most `limit` spans.
pub fn missing(span: Span, there: &BTreeSet<u64>, limit: usize) -> Vec<Span> {
    let (mut missing, mut next) = (vec![], span.0);
    for seq in there.range(span.0..=span.1.max(span.0)) {
        if *seq > next {
            missing.push((next, *seq - 1));
        }
        next = *seq + 1;
    }
    if next <= span.1 {
        missing.push((next, span.1));
    }
    missing.truncate(limit);
    missing
}

/// Seconds until a silent node is tried again: 1, 2, 4 … five minutes. It is never given up.
pub fn backoff(attempts: i64) -> i64 {
    (1_i64 << attempts.clamp(0, 9)).min(300)
}
