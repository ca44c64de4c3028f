//! Why a command of the command line did not do what was asked, in words that name the thing and the next step.

use std::{fmt, path::Path};

/// A message for the operator; the exit code is 1.
#[derive(Debug)]
pub struct Failed(String);

impl Failed {
    /// With this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Every bad line of a file, with its number.
    pub fn lines(file: &Path, bad: &[organisation::BadLine]) -> Self {
        let lines = bad.iter().map(|bad| format!("  line {}: {}", bad.line, bad.reason));
        let list = lines.collect::<Vec<_>>().join("\n");
        Self(format!("{}: {} bad lines, nothing was changed\n{list}", file.display(), bad.len()))
    }

    /// What the rules refused, with what can be done.
    pub fn refused<R: kernel::Refuse>(failure: store::Failure<R>) -> Self {
        match failure {
            store::Failure::Refused(refusal) => {
                let remedy = refusal.remedy().map(|remedy| format!("\n{remedy}")).unwrap_or_default();
                Self(format!("{refusal} [{}]{remedy}", refusal.code()))
            }
            store::Failure::Broken(error) => error.into(),
        }
    }
}

impl From<store::Error> for Failed {
    fn from(error: store::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
