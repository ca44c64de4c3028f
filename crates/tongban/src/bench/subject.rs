//! The server that is measured: one that runs already, or a fresh one of this very binary on an empty folder.

use crate::{cli, failure::Failed};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

/// A server to be measured; one that was started for it is stopped and its folder removed at the end.
pub struct Subject {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    child: Option<Child>,
    folder: Option<PathBuf>,
}

impl Subject {
    /// The server named by the flags, or a new one.
    pub fn start(flags: &cli::Bench, common: &cli::Common) -> Result<Self, Failed> {
        Self::start_with(flags, common, &[])
    }

    /// The same, a new one with settings of its own.
    pub fn start_with(flags: &cli::Bench, common: &cli::Common, more: &[(&str, &str)]) -> Result<Self, Failed> {
        if let Some(server) = &flags.server {
            return Ok(Self { address: server.trim_end_matches('/').to_owned(), child: None, folder: None });
        }
        let stamp = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let parent = common.data.clone().unwrap_or_else(std::env::temp_dir);
        let folder = parent.join(format!("tongban-bench-{stamp}"));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let listen = format!("127.0.0.1:{port}");
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--demo", "--listen", &listen]).arg("--data").arg(&folder);
        if let Some(database) = &common.database {
            command.args(["--database", database]);
        }
        // What is measured is a house without a past.
        command
            .envs(more.iter().copied())
            .env("TONGBAN__DEMO__MONTH_CASES", "0")
            .env("TONGBAN__LOG__LEVEL", "warn")
            .stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let output = child.stdout.take().map(BufReader::new);
        let ready = output.and_then(|lines| lines.lines().map_while(Result::ok).find(|line| line.contains("ready")));
        let subject = Self { address: format!("http://{listen}"), child: Some(child), folder: Some(folder) };
        match ready {
            Some(_) => Ok(subject),
            None => {
                Err(Failed::new("the server that bench started ended before it was ready; its messages stand above"))
            }
        }
    }

    /// The folder whose disk is the one to compare with.
    pub fn folder(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(std::env::temp_dir)
    }

    /// Resident memory of a server that was started here.
    pub fn memory_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.as_ref()?.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
