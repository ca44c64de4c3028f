//! What this room itself tells: other figures hold, and who took figures out of the house.

use kernel::{Date, RegionCode};
use serde::{Deserialize, Serialize};

/// What happened. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BookEvent {
    /// Other figures are in force. In the stream `figures`.
    Imported {
        /// The name of the version.
        version: String,
        /// SM3 of the text.
        digest: String,
        /// How many figures.
        figures: usize,
    },
    /// Somebody took figures out as a file. In a stream `figure-export:…`; the entry names who.
    Exported {
        /// Which figure.
        figure: String,
        /// Of which region.
        region: RegionCode,
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
        /// How many lines.
        lines: usize,
    },
}

impl store::Event for BookEvent {
    const ROOM: &'static str = "insight";

    fn kind(&self) -> &'static str {
        match self {
            BookEvent::Imported { .. } => "figures-imported",
            BookEvent::Exported { .. } => "figures-exported",
        }
    }
}
