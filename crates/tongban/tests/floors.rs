//! The house rule of ARCHITECTURE.md: a room may use only what stands to its left on its own floor, or below it.
//! Cargo would let anyone add a line under `[dependencies]`; this test does not.

use std::{collections::BTreeMap, fs, path::Path};
use toml::Table;

/// The floors from the ground up; on each, rooms from left to right. `|` joins rooms that stand side by side: neither may use the other.
const FLOORS: &[(&str, &[&str])] = &[
    ("ground", &["kernel", "clock", "store"]),
    ("registers", &["organisation", "catalogue|identity", "licences"]),
    ("services", &["payment", "delivery", "halls", "casework"]),
    ("platforms", &["hotline", "trading", "investment"]),
    ("oversight", &["search", "evaluation", "supervision", "exchange", "messages", "insight"]),
    ("faces", &["web", "portal|console|api"]),
    (".", &["stage", "sandbox", "tongban"]),
];

#[test]
fn rooms_use_only_what_is_below_or_to_their_left() {
    let places: BTreeMap<&str, (usize, usize)> = FLOORS
        .iter()
        .enumerate()
        .flat_map(|(floor, (_, rooms))| rooms.iter().enumerate().map(move |(place, names)| (floor, place, names)))
        .flat_map(|(floor, place, names)| names.split('|').map(move |name| (name, (floor, place))))
        .collect();
    let mut broken = Vec::new();
    for (floor, room, manifest) in manifests() {
        let Some(own) = places.get(room.as_str()) else {
            broken.push(format!("{room} has no place in the house: give it one in ARCHITECTURE.md and in this test"));
            continue;
        };
        if FLOORS[own.0].0 != floor {
            broken.push(format!("{room} belongs on floor {}, not {floor}", FLOORS[own.0].0));
        }
        for used in dependencies(&manifest) {
            match places.get(used.as_str()) {
                Some(other) if other >= own => {
                    broken.push(format!("{room} must not use {used}: it does not stand below or to the left"))
                }
                _ => {}
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What the rooms promise not to know, as absences in the manifests.
#[test]
fn ground_and_rules_stay_free_of_what_they_must_not_know() {
    let absent: &[(&str, &[&str])] = &[
        ("kernel", &["rusqlite", "postgres", "tokio", "axum", "getrandom", "serde_json"]),
        ("clock", &["store", "tokio", "axum", "getrandom"]),
        ("store", &["clock", "axum", "organisation"]),
        ("casework", &["axum", "rusqlite", "postgres", "search"]),
        ("catalogue", &["axum", "rusqlite", "postgres", "search"]),
        ("portal", &["rusqlite", "postgres"]),
        ("console", &["rusqlite", "postgres"]),
        ("api", &["rusqlite", "postgres"]),
    ];
    for (_, room, manifest) in manifests() {
        let forbidden = absent.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, names)| names);
        for used in dependencies(&manifest) {
            assert!(!forbidden.contains(&used.as_str()), "{room} must not know {used}");
        }
    }
}

/// Floor, name and manifest of every crate in the house.
fn manifests() -> Vec<(String, String, Table)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for floor in FLOORS.iter().map(|(floor, _)| *floor) {
        let Ok(rooms) = fs::read_dir(crates.join(floor)) else { continue };
        for room in rooms.flatten() {
            if let Ok(text) = fs::read_to_string(room.path().join("Cargo.toml")) {
                let manifest: Table = text.parse().expect("cargo has read this manifest already");
                let name = manifest["package"]["name"].as_str().expect("a package has a name").to_owned();
                found.push((floor.to_owned(), name, manifest));
            }
        }
    }
    assert!(found.len() >= 14, "the manifests are not where they were");
    found
}

fn dependencies(manifest: &Table) -> Vec<String> {
    let table = manifest.get("dependencies").and_then(|value| value.as_table());
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}
