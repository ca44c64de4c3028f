//! What followers cost that count it themselves: the one that tells people, and the one that keeps the roll-ups.

use super::stage::Stage;
use serde::Serialize;

/// What a follower costs an event.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Telling {
    /// Events it had seen by the end of the run.
    pub entries: u64,
    /// Microseconds on its own thread: reading, wording, sealing.
    pub prepare_us: f64,
    /// Microseconds on the writer.
    pub write_us: f64,
}

/// The cost of a follower (`teller`, `insight`) so far; none while it saw nothing.
pub fn telling(stage: &Stage, name: &str) -> Option<Telling> {
    let text = stage.text("/metrics")?;
    let value = |name: &str| -> Option<f64> {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.rsplit_once(' ')?.1.parse().ok()
    };
    let entries = value(&format!("tongban_{name}_entries_total")).filter(|entries| *entries > 0.0)?;
    let part = |part: &str| value(&format!("tongban_{name}_microseconds_total{{part=\"{part}\"}}"));
    let (prepare, write) = (part("prepare")?, part("write")?);
    Some(Telling { entries: entries as u64, prepare_us: prepare / entries, write_us: write / entries })
}
