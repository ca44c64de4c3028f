//! The command line: what can be asked of the binary, in words good enough to need no manual.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Tongban 通办 — one network on which a person finds any public service of a province, applies, follows the case and
/// receives a signed electronic licence.
#[derive(Debug, Parser)]
#[command(name = "tongban", version, propagate_version = true, after_help = AFTER_HELP)]
pub struct Cli {
    /// Settings that every command understands.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
First steps:
  tongban serve --demo            serve http://127.0.0.1:8080 with demonstration accounts (see /demo)
  tongban tour                    walk the main job against that server, step by step
  tongban doctor                  say what is missing on this machine

Every setting can be given three ways; the later one wins:
  tongban.toml   [server]  listen = \"0.0.0.0:8080\"
  environment    TONGBAN__SERVER__LISTEN=0.0.0.0:8080
  flag           --listen 0.0.0.0:8080
`tongban config print` shows all of them with their meaning.

通办：零配置即可启动；数据放在 --data 所指的目录，备份只需该目录。";

/// Settings that every command understands.
#[derive(Debug, Default, Args)]
pub struct Common {
    /// Configuration file [default: ./tongban.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder that holds the database, files and keys [default: ./tongban-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Use PostgreSQL instead of the built-in SQLite: postgres://user:password@host/name
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the public site, the staff consoles and the JSON API until SIGTERM or Ctrl-C
    Serve(Serve),
    /// Serve the simulators of what stands outside (payment channel and others) on loopback, for trying out and testing
    Sandbox(Sandbox),
    /// Import a register; a file with any bad line changes nothing and every bad line is named
    Import(Import),
    /// Walk the main job against a running server that was started with --demo, printing every step
    Tour(Tour),
    /// Check the journal, or prove one of its entries to somebody else
    Journal {
        /// What to do with the journal.
        #[command(subcommand)]
        command: Journal,
    },
    /// Check an electronic licence
    Licence {
        /// What to do with the licence.
        #[command(subcommand)]
        command: Licence,
    },
    /// Bids: seal one at the bidder's own machine
    Bid {
        /// What to do with the bid.
        #[command(subcommand)]
        command: Bid,
    },
    /// Ratings of services: send them on, or count them anew
    Ratings {
        /// What to do with the ratings.
        #[command(subcommand)]
        command: Ratings,
    },
    /// 12345: count the units' rates anew
    Hotline {
        /// What to do with the rates.
        #[command(subcommand)]
        command: Hotline,
    },
    /// Figures: count them anew from the journal
    Insight {
        /// What to do with the figures.
        #[command(subcommand)]
        command: Insight,
    },
    /// Exchange with other nodes
    Exchange {
        /// What to do.
        #[command(subcommand)]
        command: Exchange,
    },
    /// Copy everything (database, files, keys) into one folder, while the server runs
    Backup(Backup),
    /// Put a backup back into an empty data folder
    Restore(Restore),
    /// Say in clear words whether this machine and this data folder are fit to serve
    Doctor(Doctor),
    /// Measure this build on this machine, beside the machine's own limits
    Bench(Bench),
    /// Show the configuration in force
    Config {
        /// What to do with the configuration.
        #[command(subcommand)]
        command: Config,
    },
}

/// Flags of `serve`.
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Add fictitious people, companies and staff with known passwords, listed at /demo
    #[arg(long)]
    pub demo: bool,
    /// Let time run N times as fast (1440: a day in a minute), to see deadlines fire
    #[arg(long, value_name = "N")]
    pub clock_rate: Option<u32>,
    /// Start the clock at 9:05 of the next working day, to try appointments and queues at any hour
    #[arg(long)]
    pub office_hours: bool,
    /// What this node is called when it exchanges with others, such as province or nanjing
    #[arg(long, value_name = "NAME")]
    pub node: Option<String>,
    /// A node that this one knows: NAME=KEY may hand up to us, to NAME=KEY@URL we hand up; may be given several times
    #[arg(long, value_name = "PEER")]
    pub peer: Vec<String>,
    /// What this server is for; production refuses --demo, --clock-rate and --office-hours
    #[arg(long, value_enum)]
    pub profile: Option<Profile>,
}

/// Commands about other nodes.
#[derive(Debug, Subcommand)]
pub enum Exchange {
    /// Print this node's public key, which other nodes write into their configuration
    Key,
}

/// What a server is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Profile {
    /// Trying out, developing, demonstrating
    Trial,
    /// Real cases of real people
    Production,
}

/// What can be done with bids.
#[derive(Debug, Subcommand)]
pub enum Bid {
    /// Seal a bid: an envelope to hand in, and an opening key to keep. Nothing of the bid leaves this machine
    Seal(Seal),
}

/// Arguments of `bid seal`.
#[derive(Debug, Args)]
pub struct Seal {
    /// The file of the bid
    pub file: PathBuf,
    /// The lot's code, as its notice says it
    #[arg(long)]
    pub lot: String,
    /// The price offered, in yuan
    #[arg(long)]
    pub price: String,
    /// The days offered, until completion or delivery
    #[arg(long)]
    pub days: u32,
    /// The lot's public point, as the bid room shows it
    #[arg(long, value_name = "HEX")]
    pub point: Option<String>,
    /// Ask this server for the public point: http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Folder for envelope and key
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub to: PathBuf,
}

/// Flags of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Loopback address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub listen: std::net::SocketAddr,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Which register the file is for
    #[arg(value_enum)]
    pub register: Register,
    /// The file; `-` reads standard input
    pub file: PathBuf,
    /// Only check the file, change nothing
    #[arg(long)]
    pub check: bool,
}

/// A register that can be imported.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Register {
    /// Regions of all levels: CSV `code,name,level,parent_code[,kind]`
    Regions,
    /// Public holidays and make-up working days: CSV `date,kind,name[,in_lieu]`
    Calendar,
    /// Kinds of department: CSV, see data/README.md
    Kinds,
    /// Base items of the catalogue: one JSON object a line
    Items,
    /// The account of a payment channel's day, compared with the books: see docs/reconciliation.md
    Reconciliation,
    /// Which event is told to whom, in which words: TOML, see data/messages.toml
    Messages,
    /// The rules of supervision, each with its test case: JSON, see data/monitor_rules.json
    MonitorRules,
    /// Which figures there are, of what each is made and who may see it: JSON, see data/figures.json
    Figures,
}

/// Flags of `tour`.
#[derive(Debug, Args)]
pub struct Tour {
    /// The server to walk through; it must have been started with --demo
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// District where the tour takes place, a 12-digit region code
    #[arg(long, value_name = "CODE", default_value = "320102000000")]
    pub region: String,
}

/// Commands on the journal.
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Replay every stream, check the Merkle tree, its signed heads (also those kept in DATA/heads) and the stored rows
    Verify {
        /// Heads that somebody else kept, as `journal head` printed them, one a line; may be repeated
        #[arg(long, value_name = "FILE")]
        witness: Vec<PathBuf>,
    },
    /// Print the newest signed head, for somebody else to keep as a witness
    Head,
    /// Print a proof that entry SEQ is in the journal, checkable without this system
    Prove {
        /// The entry's sequence number.
        seq: i64,
    },
    /// Check a proof that `journal prove` printed
    Check {
        /// The proof as a JSON file; `-` reads standard input.
        file: PathBuf,
    },
}

/// Commands on a licence.
#[derive(Debug, Subcommand)]
pub enum Licence {
    /// Check a licence file (PDF): its seal, every byte of it and, with --server or --data, its present state
    Verify {
        /// The licence as a PDF file.
        file: PathBuf,
        /// Public key of the issuing system (hex or PEM file); may be repeated
        #[arg(long, value_name = "FILE")]
        key: Vec<PathBuf>,
        /// Ask this server for its public keys and the licence's present state
        #[arg(long, value_name = "URL")]
        server: Option<String>,
    },
}

/// Commands on ratings.
#[derive(Debug, Subcommand)]
pub enum Ratings {
    /// Print a month's ratings under the field names of the national interface, one JSON object a line
    Export {
        /// The month in which the services ended, such as 2026-11.
        month: String,
    },
    /// Count a month's services anew and compare with the kept figures
    Recount {
        /// The month in which the services ended, such as 2026-11.
        month: String,
    },
}

/// Commands on the hotline's rates.
#[derive(Debug, Subcommand)]
pub enum Hotline {
    /// Count a month's work orders anew and compare with the kept figures of every unit
    Recount {
        /// The month of dispatch, such as 2026-11.
        month: String,
    },
}

/// Commands on figures.
#[derive(Debug, Subcommand)]
pub enum Insight {
    /// Count the whole journal anew and compare with the kept roll-ups; every cell that differs is named
    Recount,
}

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// Folder to write; must not exist or be empty
    pub to: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// Folder that `backup` wrote
    pub from: PathBuf,
}

/// Flags of `doctor`.
#[derive(Debug, Default, Args)]
pub struct Doctor {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// Flags of `bench`.
#[derive(Clone, Debug, Args)]
pub struct Bench {
    /// Measure a running server (started with --demo) instead of a fresh one on an empty folder
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Keep-alive callers at the same time
    #[arg(long, default_value_t = 64)]
    pub callers: usize,
    /// Seconds for each measurement
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// Measure only these; all when none is named
    #[arg(long, value_name = "NAME", value_parser = crate::bench::keys(), value_delimiter = ',')]
    pub only: Vec<String>,
    /// Measure submits on a second server too, in which this follower (such as insight.follow) rests
    #[arg(long, value_name = "FOLLOWER")]
    pub resting: Option<String>,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
}

/// Commands on the configuration.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Print every setting with its value and meaning, as a file that can be used
    Print {
        /// Hide passwords and other secrets
        #[arg(long)]
        redact: bool,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
