//! `journal`: whether the past is as it was written, and proofs for somebody who does not trust this system.

use crate::{failure::Failed, rooms};
use std::{fs, io::Read as _, path::Path};
use store::{Db, Proof, PublicKey, sealer};

/// Checks everything; `Err` when something does not fit.
pub fn verify(db: &Db) -> Result<String, Failed> {
    let report = store::verify_journal(db, &rooms::replays(), &[])?;
    let keys: Vec<&str> = report.keys.iter().map(String::as_str).collect();
    let said = format!(
        "{} entries, {} of them under {} signed heads (keys: {}); {} streams replayed",
        report.entries,
        report.sealed,
        report.heads,
        keys.join(", "),
        report.replayed
    );
    if report.is_sound() {
        return Ok(format!("The journal is sound: {said}"));
    }
    let problems = report.problems.iter().map(|problem| match problem.seq {
        Some(seq) => format!("  entry {seq}: {}", problem.what),
        None => format!("  {}", problem.what),
    });
    Err(Failed::new(format!("The journal is NOT sound: {said}\n{}", problems.collect::<Vec<_>>().join("\n"))))
}

/// The proof that entry `seq` is in the journal, as JSON.
pub fn prove(db: &Db, seq: i64) -> Result<String, Failed> {
    sealer::seal_now(db)?;
    let proof = db.read(|read| sealer::prove(read, seq))?;
    let proof = proof.ok_or_else(|| Failed::new(format!("there is no entry {seq} in the journal")))?;
    serde_json::to_string_pretty(&proof).map_err(|error| Failed::new(error.to_string()))
}

/// Checks a proof that `prove` printed, against the key that it claims; whoever asks compares that key.
pub fn check(file: &Path) -> Result<String, Failed> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.map_err(|error| Failed::new(format!("cannot read {}: {error}", file.display())))?;
    let proof: Proof =
        serde_json::from_str(&text).map_err(|error| Failed::new(format!("this is no proof: {error}")))?;
    let key: PublicKey = proof.public_key;
    proof.check(&key).map_err(|error| Failed::new(format!("the proof does NOT hold: {error}")))?;
    Ok(format!(
        "The proof holds: entry {} ({}) is under a head of {} entries signed with key {}.\n\
         Compare this key with the one that you know to be the issuer's:\n{key}",
        proof.entry.seq,
        proof.entry.kind,
        proof.head.size,
        key.key_id()
    ))
}
