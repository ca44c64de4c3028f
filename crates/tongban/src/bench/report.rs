//! The figures in words, with the machine's own limits from the same run.

use super::{Measurement, load::Figures, messages::Telling};
use crate::failure::Failed;
use serde::Serialize;
use std::{fmt, fs, path::Path, time::Duration};

/// What this machine can do at best.
#[derive(Clone, Debug, Serialize)]
pub struct Limits {
    /// The disk and the bare writer.
    #[serde(flatten)]
    pub store: store::bench::Figures,
    /// Processor cores.
    pub cores: usize,
}

/// Everything that was measured.
pub struct Report {
    /// Each measurement with its figures.
    pub figures: Vec<(Measurement, Figures)>,
    /// What the follower that tells people costs.
    pub telling: Option<Telling>,
    /// What the follower that keeps the roll-ups costs.
    pub counting: Option<Telling>,
    /// The machine.
    pub limits: Limits,
    /// Resident memory of the server before the load, if it was started here.
    pub idle_memory_kib: Option<u64>,
    /// Size of this binary.
    pub binary_bytes: u64,
    /// Callers at once.
    pub callers: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limits { store, cores } = &self.limits;
        writeln!(
            f,
            "this machine: {cores} cores, {:.0} fsync/s, {:.0} bare group-commit transactions/s of seven rows, {:.0} readings by key/s",
            store.fsyncs_per_second, store.transactions_per_second, store.readings_per_second
        )?;
        writeln!(f, "binary {:.1} MB", self.binary_bytes as f64 / 1e6)?;
        if let Some(kib) = self.idle_memory_kib {
            writeln!(f, "idle memory {:.0} MB", kib as f64 / 1024.0)?;
        }
        writeln!(
            f,
            "\n{:<24} {:>10} {:>9} {:>9} {:>9}   {} keep-alive callers on the same cores",
            "", "per second", "p50 ms", "p99 ms", "max ms", self.callers
        )?;
        for (Measurement { title, .. }, Figures { per_second, p50_ms, p99_ms, max_ms, .. }) in &self.figures {
            writeln!(f, "{title:<24} {per_second:>10.0} {p50_ms:>9.2} {p99_ms:>9.2} {max_ms:>9.2}")?;
        }
        for (name, costs) in [("messages.teller", &self.telling), ("insight.follow", &self.counting)] {
            let Some(Telling { entries, prepare_us, write_us }) = costs else { continue };
            let cost = format!("{prepare_us:.0} µs an event on its own thread, {write_us:.0} µs on the writer");
            writeln!(f, "\nfollower {name}: {cost} ({entries} events)")?;
        }
        Ok(())
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let figures: serde_json::Map<String, serde_json::Value> = self
            .figures
            .iter()
            .map(|(one, figures)| (one.key.to_owned(), serde_json::to_value(figures).unwrap_or_default()))
            .collect();
        serde_json::json!({
            "figures": figures,
            "telling": self.telling,
            "counting": self.counting,
            "machine": self.limits,
            "idle_memory_kib": self.idle_memory_kib,
            "binary_bytes": self.binary_bytes,
            "callers": self.callers,
        })
        .serialize(serializer)
    }
}

/// Measures the disk of `folder` and the bare writer on it.
pub fn machine_limits(folder: &Path) -> Result<Limits, Failed> {
    let folder = folder.join("machine-limits");
    let store = store::bench::measure(store::Config::new(&folder), Duration::from_secs(2))?;
    fs::remove_dir_all(&folder)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Limits { store, cores })
}

/// The size of this program.
pub fn binary_bytes() -> u64 {
    std::env::current_exe().and_then(fs::metadata).map_or(0, |meta| meta.len())
}
