//! `bid seal`: makes a sealed envelope and its opening key at the bidder's own machine. It talks to a server only to learn the lot's
//! public point, and never sends anything of the bid.

use crate::{cli, failure::Failed, http::Server};
use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};
use trading::{
    LotCode,
    envelope::{Plain, seal as close},
};

/// Seals the file and says where envelope and key are.
pub fn seal(flags: &cli::Seal) -> Result<String, Failed> {
    let lot: LotCode = flags.lot.parse().map_err(|error| Failed::new(format!("--lot {}: {error}", flags.lot)))?;
    let price = flags.price.parse().map_err(|error: kernel::BadAmount| Failed::new(format!("--price: {error}")))?;
    let point = match (&flags.point, &flags.server) {
        (Some(point), _) => point.clone(),
        (None, Some(server)) => ask(server, &lot)?,
        (None, None) => return Err(Failed::new("name the lot's public point with --point, or a server with --server")),
    };
    let file =
        fs::read(&flags.file).map_err(|error| Failed::new(format!("cannot read {}: {error}", flags.file.display())))?;
    let name = flags.file.file_name().map_or_else(|| "bid".to_owned(), |name| name.to_string_lossy().into_owned());
    let plain = Plain { price, days: flags.days, name, file };
    let (envelope, key) =
        close(&lot, &point, &plain).map_err(|_| Failed::new("--point is no public point of a lot (130 hex digits)"))?;
    let (to, key_to) = (format!("{lot}.tbbid"), format!("{lot}.key.txt"));
    let (to, key_to) = (flags.to.join(to), flags.to.join(key_to));
    let told = |path: &Path, error: io::Error| Failed::new(format!("cannot write {}: {error}", path.display()));
    fs::write(&to, &envelope).map_err(|error| told(&to, error))?;
    write_private(&key_to, &format!("{}\n", key.text())).map_err(|error| told(&key_to, error))?;
    Ok(format!(
        "{}  sealed envelope, SM3 {}: hand it in before the deadline\n{}  opening key: keep it, bring it at the opening; \
         without it nobody can open the bid\n加密投标文件递交给平台；解密码自己存好，开标时用，丢了就打不开。",
        to.display(),
        store::sm3(&envelope),
        key_to.display()
    ))
}

/// Writes a file that its owner alone may read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn ask(server: &str, lot: &LotCode) -> Result<String, Failed> {
    let answer = Server::at(server).get(&format!("/api/v1/lots/{lot}")).map_err(|e| Failed::new(e.to_string()))?;
    let point = answer.json()["point"].as_str().map(str::to_owned);
    point.ok_or_else(|| Failed::new(format!("{} answered {}", answer.asked, answer.gist())))
}
