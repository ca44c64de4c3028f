//! `import`: a register from a file. Every bad line is named with its number; if there is one, nothing changes.

use crate::{
    cli::{self, Register},
    failure::Failed,
};
use kernel::Actor;
use organisation::{Kinds, RegionLine, Regions};
use std::{collections::HashSet, fs, io::Read as _, path::Path};
use store::{Db, ReadExt};

/// Who imports, for the journal.
const IMPORT: Actor = Actor::System("import");

/// Imports (or with `--check` only reads) the file and says what it held.
pub fn run(db: &Db, flags: &cli::Import) -> Result<String, Failed> {
    let text = read(&flags.file)?;
    let imported = match flags.register {
        Register::Regions => regions(db, &text, flags)?,
        Register::Calendar => {
            let list = organisation::parse::calendar(&text).map_err(|bad| Failed::lines(&flags.file, &bad))?;
            write(db, flags.check, list.len(), move |tx| organisation::desk::import_calendar(tx, &IMPORT, &list))?
        }
        Register::Kinds => {
            let list = organisation::parse::kinds(&text).map_err(|bad| Failed::lines(&flags.file, &bad))?;
            write(db, flags.check, list.len(), move |tx| organisation::desk::import_kinds(tx, &IMPORT, &list))?
        }
        Register::Items => items(db, &text, flags)?,
        Register::Reconciliation => return reconciliation(db, &text, flags),
        Register::Messages => messages(db, text, flags)?,
        Register::MonitorRules => return monitor_rules(db, text, flags),
        Register::Figures => return figures(db, text, flags),
    };
    let done = if flags.check { "are good; nothing was changed (--check)" } else { "imported" };
    Ok(format!("{imported} lines {done}"))
}

/// A list of regions, or of the levels in the file only: what stands on other levels stays as it is.
fn regions(db: &Db, text: &str, flags: &cli::Import) -> Result<usize, Failed> {
    let stored = db.read(|read| read.cached::<Regions>())?;
    let list = organisation::parse::regions(text, |code| stored.get(&code).is_some());
    let list = list.map_err(|bad| Failed::lines(&flags.file, &bad))?;
    let levels: HashSet<_> = list.iter().map(|line| line.code.level()).collect();
    let kept = stored.iter().filter(|region| !levels.contains(&region.level()));
    let kept = kept.map(|region| RegionLine { code: region.code, name: region.name.clone(), kind: region.kind });
    let count = list.len();
    let whole: Vec<RegionLine> = list.into_iter().chain(kept).collect();
    write(db, flags.check, count, move |tx| organisation::desk::import_regions(tx, &IMPORT, &whole))
}

fn write<R, F>(db: &Db, check: bool, count: usize, mut command: F) -> Result<usize, Failed>
where
    R: kernel::Refuse,
    F: FnMut(&mut store::Tx) -> Result<(), store::Failure<R>> + Send + 'static,
{
    if !check {
        db.write(move |tx| command(tx)).map_err(Failed::refused)?;
    }
    Ok(count)
}

fn read(file: &Path) -> Result<String, Failed> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    let bytes = bytes.map_err(|e| Failed::new(format!("cannot read {}: {e}", file.display())))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].split(|byte| *byte == b'\n').count();
        Failed::new(format!("{} is not UTF-8: line {line} holds other bytes", file.display()))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The routing of messages: every fault is named, and one fault is enough to change nothing.
fn messages(db: &Db, text: String, flags: &cli::Import) -> Result<usize, Failed> {
    let routing = messages::Routing::parse(&text).map_err(|bad| {
        let faults: Vec<String> = bad.iter().map(|one| format!("  {one}")).collect();
        Failed::new(format!("{}: nothing was imported.\n{}", flags.file.display(), faults.join("\n")))
    })?;
    write(db, flags.check, routing.routes.len(), move |tx| messages::desk::publish(tx, &IMPORT, &text).map(drop))
}

/// The rules of supervision: one whose own test case does not hold is not taken, nor are the others then.
fn monitor_rules(db: &Db, text: String, flags: &cli::Import) -> Result<String, Failed> {
    let calendar = db.read(|read| organisation::calendar(read))?;
    let book = supervision::Rulebook::parse(&text, &calendar).map_err(|supervision::BadBook(bad)| {
        Failed::new(format!("{}:\n  {}", flags.file.display(), bad.join("\n  ")))
    })?;
    let (version, count) = (book.version, book.rules.len());
    if flags.check {
        return Ok(format!("{count} rules of version {version} are good; nothing was changed (--check)"));
    }
    db.write(move |tx| supervision::import(tx, &IMPORT, &text)).map_err(Failed::refused)?;
    Ok(format!("{count} rules of version {version} are in force"))
}

/// The figures: one that is wrong is named with its reason, and then nothing changes.
fn figures(db: &Db, text: String, flags: &cli::Import) -> Result<String, Failed> {
    let book = insight::Book::parse(&text)
        .map_err(|insight::BadBook(bad)| Failed::new(format!("{}:\n  {}", flags.file.display(), bad.join("\n  "))))?;
    let (version, count) = (book.version, book.figures.len());
    if flags.check {
        return Ok(format!("{count} figures of version {version} are good; nothing was changed (--check)"));
    }
    db.write(move |tx| insight::import(tx, &IMPORT, &text)).map_err(Failed::refused)?;
    Ok(format!("{count} figures of version {version} are in force"))
}

fn items(db: &Db, text: &str, flags: &cli::Import) -> Result<usize, Failed> {
    let kinds = db.read(|read| read.cached::<Kinds>())?;
    let summaries = catalogue::parse::summaries(catalogue::builtin::SUMMARIES).unwrap_or_default();
    let list = catalogue::parse::items(text, &kinds, &summaries).map_err(|bad| Failed::lines(&flags.file, &bad))?;
    write(db, flags.check, list.len(), move |tx| catalogue::desk::publish(tx, &IMPORT, &list).map(drop))
}

/// The account of a channel's day: compared with the books, what agrees is settled, what does not waits for a person.
fn reconciliation(db: &Db, text: &str, flags: &cli::Import) -> Result<String, Failed> {
    let statement = payment::statement::parse(text.as_bytes());
    let statement = statement.map_err(|bad| Failed::new(format!("{}: {bad}", flags.file.display())))?;
    let count = statement.lines.len();
    if flags.check {
        return Ok(format!("{count} lines are good; nothing was changed (--check)"));
    }
    let account = payment::reconcile(db, &statement).map_err(Failed::refused)?;
    let open = account.differences.iter().filter(|difference| difference.resolution.is_none()).count();
    Ok(format!("{count} lines compared: {} agree, {open} wait for a person at /cashier", account.even))
}
