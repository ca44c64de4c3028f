//! The figures in words, with the machine's own limits from the same run.

use super::{
    Measurement,
    followers::{Beside, Cost},
    load::Figures,
};
use crate::failure::Failed;
use serde::Serialize;
use std::{collections::BTreeMap, fmt, fs, path::Path, time::Duration};

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
    /// What each follower costs an event.
    pub costs: BTreeMap<String, Cost>,
    /// What a submit costs with and without one of them.
    pub beside: Option<Beside>,
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
        writeln!(f, "\n{:<24} {:>10} {:>12} {:>12}", "follower", "events", "own µs each", "writer µs")?;
        for (name, Cost { entries, prepare_us, write_us }) in &self.costs {
            writeln!(f, "{name:<24} {entries:>10} {prepare_us:>12.1} {write_us:>12.1}")?;
        }
        if let Some(Beside { resting, with, without }) = &self.beside {
            let kept = 100.0 * with / without.max(1.0);
            writeln!(f, "\nsubmit with {resting} {with:.0}/s, while it rests {without:.0}/s: {kept:.0} % kept")?;
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
            "followers": self.costs,
            "beside": self.beside,
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
