//! `doctor`: whether this machine and this data folder are fit to serve, in words that say what to do.

use crate::{config::Config, failure::Failed, serve};
use serde::Serialize;
use std::{fs, path::Path};
use store::Db;

/// Less free space than this is a warning.
const SPACE_MB_MIN: u64 = 1024;
/// A follower further behind than this is a warning.
const BEHIND_MAX: i64 = 10_000;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// How it is.
    pub state: State,
    /// In words, with what to do.
    pub words: String,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Good,
    /// It works, but somebody should act.
    Warning,
    /// It does not work.
    Bad,
}

/// Looks at everything. It changes nothing, except that an empty data folder gets its database and keys.
pub fn examine(config: &Config) -> Vec<Finding> {
    let folder = Path::new(&config.data.folder);
    let mut findings = vec![data_folder(folder), disk_space(folder), fonts()];
    if !folder.join("tongban.db").exists() && config.data.database.is_empty() {
        findings.push(good("database", "none yet: `tongban serve` makes it".to_owned()));
        return findings;
    }
    match serve::open(config) {
        Ok(db) => findings.extend(database(&db, config)),
        Err(error) => findings.push(bad("database", error.to_string())),
    }
    findings
}

/// The findings in words, and whether any of them is bad.
pub fn report(findings: &[Finding]) -> (String, bool) {
    let line = |finding: &Finding| {
        let mark = match finding.state {
            State::Good => "ok     ",
            State::Warning => "warning",
            State::Bad => "BAD    ",
        };
        format!("{mark}  {:<14} {}", finding.what, finding.words)
    };
    let text = findings.iter().map(line).collect::<Vec<_>>().join("\n");
    (text, findings.iter().any(|finding| finding.state == State::Bad))
}

fn good(what: &'static str, words: String) -> Finding {
    Finding { what, state: State::Good, words }
}

fn warning(what: &'static str, words: String) -> Finding {
    Finding { what, state: State::Warning, words }
}

fn bad(what: &'static str, words: String) -> Finding {
    Finding { what, state: State::Bad, words }
}

fn data_folder(folder: &Path) -> Finding {
    let what = "data folder";
    if !folder.exists() {
        return good(what, format!("{} does not exist yet; `tongban serve` makes it", folder.display()));
    }
    let probe = folder.join(".doctor");
    if let Err(error) = fs::write(&probe, b"x").and_then(|()| fs::remove_file(&probe)) {
        let who = "let the user that runs tongban own it";
        return bad(what, format!("{} cannot be written: {error}; {who}", folder.display()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let keys = folder.join("keys");
        let mode = fs::metadata(&keys).map_or(0o700, |meta| meta.permissions().mode());
        if mode & 0o077 != 0 {
            let fix = format!("chmod 700 {}", keys.display());
            return bad(what, format!("{} can be read by others; run: {fix}", keys.display()));
        }
    }
    good(what, format!("{} can be written, keys are its owner's alone", folder.display()))
}

fn disk_space(folder: &Path) -> Finding {
    let what = "disk space";
    let existing = folder.ancestors().find(|part| part.exists() && !part.as_os_str().is_empty());
    let existing = existing.unwrap_or(Path::new("."));
    match free_mb(existing) {
        Some(free) if free < SPACE_MB_MIN => {
            warning(what, format!("only {free} MB free at {}: when it is full, writing stops", existing.display()))
        }
        Some(free) => good(what, format!("{free} MB free at {}", existing.display())),
        None => good(what, "cannot be told on this system".to_owned()),
    }
}

/// Free space as `df` tells it: the standard library has no call for it.
fn free_mb(folder: &Path) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kib: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kib / 1024)
}

fn fonts() -> Finding {
    match licences::document::Fonts::find() {
        Some(fonts) => good("PDF fonts", format!("{} and its serif", fonts.sans.path.display())),
        None => warning(
            "PDF fonts",
            "Noto CJK is missing, licences cannot be printed; on Debian: apt install fonts-noto-cjk".to_owned(),
        ),
    }
}

fn database(db: &Db, config: &Config) -> Vec<Finding> {
    let at = if config.data.database.is_empty() { "SQLite in the data folder" } else { "PostgreSQL" };
    let mut findings = vec![good("database", format!("{at} answers, tables are up to date"))];
    findings.push(keys(db));
    let looked =
        [calendar(db), journal(db), followers(db), catalogue(db), ledger(db), outbox(db), figures(db), insight(db)];
    findings.extend(looked.into_iter().map(|found| found.unwrap_or_else(|error| bad("database", error.to_string()))));
    findings
}

fn keys(db: &Db) -> Finding {
    let signer = db.signer();
    let probe = b"doctor";
    match signer.sign(probe) {
        Ok(signature) if store::verify(&signer.public_key(), probe, &signature) => {
            good("keys", format!("signing key {} signs and verifies", signer.key_id()))
        }
        Ok(_) => {
            bad("keys", format!("what key {} signs does not verify: restore keys/ from the backup", signer.key_id()))
        }
        Err(error) => bad("keys", format!("{error}: restore keys/ from the backup")),
    }
}

/// Deadlines reach into next year long before it begins.
fn calendar(db: &Db) -> Result<Finding, Failed> {
    let what = "calendar";
    let calendar = db.read(|read| organisation::calendar(read))?;
    let today = db.today();
    let missing: Vec<i16> =
        [today.year(), today.year() + 1].into_iter().filter(|year| !calendar.covers(*year)).collect();
    let Some(first) = missing.first() else {
        return Ok(good(what, format!("holiday notices for {} and {} are there", today.year(), today.year() + 1)));
    };
    // The State Council announces a year's holidays in the last quarter of the year before.
    let late = missing.contains(&today.year()) || today.month() == 12;
    let words = format!(
        "{first} has no holiday notice: deadlines there count weekends only; run `tongban import calendar FILE` when it is published"
    );
    Ok(if late { warning(what, words) } else { good(what, words) })
}

fn journal(db: &Db) -> Result<Finding, Failed> {
    let head = db.read(|read| store::sealer::latest_head(read))?;
    Ok(match head {
        Some(head) => {
            good("journal", format!("signed head over {} entries; `tongban journal verify` checks all", head.size))
        }
        None => good("journal", "no signed head yet: the first comes when the server runs".to_owned()),
    })
}

fn followers(db: &Db) -> Result<Finding, Failed> {
    let what = "followers";
    let all = db.read(|read| store::status(read))?;
    if let Some(failing) = all.iter().find(|status| status.failures > 0) {
        let error = failing.last_error.clone().unwrap_or_default();
        return Ok(warning(what, format!("{} failed {} times: {error}", failing.name, failing.failures)));
    }
    Ok(match all.iter().max_by_key(|status| status.behind) {
        Some(slowest) if slowest.behind > BEHIND_MAX => {
            warning(what, format!("{} is {} entries behind; is the server running?", slowest.name, slowest.behind))
        }
        Some(slowest) => good(what, format!("{} workers, at most {} entries behind", all.len(), slowest.behind)),
        None => good(what, "none has run yet".to_owned()),
    })
}

/// What could not be sent to the outside and waits for somebody to look at it.
fn outbox(db: &Db) -> Result<Finding, Failed> {
    let what = "outbox";
    let parked = db.read(|read| store::parked(read, 100))?;
    Ok(match parked.first() {
        None => good(what, "nothing is parked".to_owned()),
        Some(first) => {
            let (count, channel, reason) = (parked.len(), &first.message.channel, &first.reason);
            warning(what, format!("{count} messages are parked; the oldest, to {channel}: {reason}"))
        }
    })
}

/// The ledger of payments, added up line by line.
fn ledger(db: &Db) -> Result<Finding, Failed> {
    let audit = db.snapshot(|read| payment::query::audit(read))?;
    let bills: i64 = audit.bills.iter().map(|(_, count)| count).sum();
    Ok(if audit.is_good() {
        good("ledger", format!("{bills} bills, all accounts together make 0.00"))
    } else {
        let where_ = audit.unbalanced.join(", ");
        bad(
            "ledger",
            format!("the accounts make {} instead of 0.00 ({where_}); run `tongban journal verify`", audit.sum),
        )
    })
}

/// The figures of ratings and run reports, against a recount of this month and the one before.
fn figures(db: &Db) -> Result<Finding, Failed> {
    let what = "figures";
    let today = db.today();
    let this = i64::from(today.year()) * 100 + i64::from(today.month());
    let before = if this % 100 == 1 { this - 89 } else { this - 1 };
    for month in [before, this] {
        let differences = db.snapshot(|read| evaluation::query::recount(read, month))?;
        if let Some(first) = differences.first() {
            let evaluation::query::Difference { what: name, kept, counted } = first;
            let words = format!(
                "{month}: {} of them differ from a recount, such as {name} (kept {kept}, counted {counted}); right while followers \
                 catch up, otherwise report it",
                differences.len()
            );
            return Ok(warning(what, words));
        }
    }
    Ok(good(what, "ratings and reports are what a recount gives".to_owned()))
}

/// A journal up to this long is counted anew by the doctor; a longer one by `tongban insight recount`.
const RECOUNT_ENTRIES_MAX: i64 = 200_000;

/// The roll-ups of figures, against a recount of the journal.
fn insight(db: &Db) -> Result<Finding, Failed> {
    let what = "insight";
    let entries = db.read(|read| store::journal::latest(read, 1))?.first().map_or(0, |last| last.seq);
    if entries > RECOUNT_ENTRIES_MAX {
        return Ok(good(what, format!("{entries} entries are many: `tongban insight recount` counts them anew")));
    }
    let found = db.snapshot(|read| insight::query::recount(read, 1))?;
    Ok(match found.differences.first() {
        None => good(what, format!("{} cells are what a recount of the journal gives", found.cells)),
        Some(first) => {
            let words = format!(
                "{} of {} cells differ from a recount, such as {}; run `tongban insight recount` and report it",
                found.differ, found.cells, first.key
            );
            bad(what, words)
        }
    })
}

fn catalogue(db: &Db) -> Result<Finding, Failed> {
    use store::ReadExt;
    let (regions, items) = db.read(|read| {
        let regions = read.cached::<organisation::Regions>()?;
        let items = read.cached::<catalogue::Items>()?;
        Ok::<_, store::Error>((regions.len(), items.len()))
    })?;
    let words = format!("{regions} regions, {items} items");
    Ok(if regions == 0 || items == 0 {
        warning("registers", format!("{words}: `tongban serve` enters the built-in data, `tongban import` your own"))
    } else {
        good("registers", words)
    })
}
