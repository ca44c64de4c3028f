//! `journal`: whether the past is as it was written, and proofs for somebody who does not trust this system.

use crate::{failure::Failed, rooms};
use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};
use store::{Db, Proof, PublicKey, sealer};

/// Checks everything, with the heads that witnesses kept; `Err` when something does not fit.
pub fn verify(db: &Db, witnesses: &[PathBuf]) -> Result<String, Failed> {
    let mut witnessed = Vec::new();
    for file in witnesses {
        let named = |error: &dyn std::fmt::Display| Failed::new(format!("{}: {error}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| named(&error))?;
        witnessed.extend(sealer::kept::parse(&text).map_err(|error| named(&error))?);
    }
    let report = store::verify_journal(db, &rooms::replays(), &witnessed)?;
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
        return Ok(format!("The journal is sound: {said}\n{}", worth(&report, db)));
    }
    let problems = report.problems.iter().map(|problem| match problem.seq {
        Some(seq) => format!("  entry {seq}: {}", problem.what),
        None => format!("  {}", problem.what),
    });
    Err(Failed::new(format!("The journal is NOT sound: {said}\n{}", problems.collect::<Vec<_>>().join("\n"))))
}

/// What the check proves, and what it does not.
fn worth(report: &store::Report, db: &Db) -> String {
    let file = sealer::kept::path(db.data());
    let kept = match report.kept {
        0 => format!(
            "No head is kept outside the database ({} is missing): that its last entries were not cut off cannot be seen.",
            file.display()
        ),
        count => format!("{count} heads kept in {} agree: nobody cut or changed the database alone.", file.display()),
    };
    let witnessed = match report.witnessed {
        0 => "Whoever can write database and folder and sign with this house's key could have made both anew. To exclude that, let \
              somebody else keep heads (`tongban journal head`) and give them here with --witness FILE."
            .to_owned(),
        count => format!("{count} heads of witnesses agree: up to the newest of them nobody at all has changed the past."),
    };
    format!("{kept}\n{witnessed}")
}

/// The newest signed head, one line of JSON, for a witness to keep.
pub fn head(db: &Db) -> Result<String, Failed> {
    let head = sealer::seal_now(db)?.ok_or_else(|| Failed::new("the journal is empty: there is nothing to witness"))?;
    serde_json::to_string(&head).map_err(|error| Failed::new(error.to_string()))
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
