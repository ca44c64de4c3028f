//! Many callers at once for a fixed time, and what they saw.

use super::wire::{Answer, Caller};
use serde::Serialize;
use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

/// What one caller sends: the request for its `n`-th call, and what to make of the answer.
pub trait Script: Send + Sync + 'static {
    /// The bytes of the `n`-th request of `caller`; `None` when there is nothing left to ask.
    fn request(&self, caller: usize, n: usize) -> Option<Vec<u8>>;
    /// Judges an answer; an error ends the measurement, because a fast wrong answer is no figure.
    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String>;
}

/// What a measurement gave.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Answered requests.
    pub answered: usize,
    /// Answered requests a second.
    pub per_second: f64,
    /// Median time of an answer, in milliseconds.
    pub p50_ms: f64,
    /// Time within which 99 of 100 answers came, in milliseconds.
    pub p99_ms: f64,
    /// The slowest answer, in milliseconds.
    pub max_ms: f64,
}

/// Lets `callers` follow `script` for `span`.
pub async fn drive(
    server: SocketAddr,
    callers: usize,
    span: Duration,
    script: Arc<dyn Script>,
) -> Result<Figures, String> {
    let mut connections = Vec::with_capacity(callers);
    for _ in 0..callers {
        connections.push(Caller::open(server).await.map_err(|e| format!("cannot connect to {server}: {e}"))?);
    }
    let started = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .enumerate()
        .map(|(number, caller)| tokio::spawn(run(caller, number, started + span, script.clone())))
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.map_err(|e| e.to_string())??);
    }
    Ok(figures(micros, started.elapsed()))
}

async fn run(mut caller: Caller, number: usize, until: Instant, script: Arc<dyn Script>) -> Result<Vec<u32>, String> {
    let mut micros = Vec::with_capacity(16 * 1024);
    let mut n = 0;
    while Instant::now() < until {
        let Some(request) = script.request(number, n) else { break };
        let sent = Instant::now();
        let answer = caller.call(&request).await.map_err(|e: io::Error| format!("the connection broke: {e}"))?;
        micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        script.judge(answer, caller.body(answer))?;
        n += 1;
    }
    Ok(micros)
}

pub(super) fn figures(mut micros: Vec<u32>, took: Duration) -> Figures {
    micros.sort_unstable();
    let at = |share: f64| {
        let place = ((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1));
        micros.get(place).map_or(0.0, |us| f64::from(*us) / 1000.0)
    };
    Figures {
        answered: micros.len(),
        per_second: micros.len() as f64 / took.as_secs_f64(),
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        max_ms: at(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_taken_from_the_sorted_times() {
        let figures = figures((1..=1000).rev().map(|n| n * 1000).collect(), Duration::from_secs(2));
        assert_eq!((figures.answered, figures.per_second, figures.max_ms), (1000, 500.0, 1000.0));
        assert_eq!((figures.p50_ms, figures.p99_ms), (501.0, 991.0));
    }
}
