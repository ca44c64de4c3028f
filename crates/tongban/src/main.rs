//! The binary: command line, configuration and wiring. It decides nothing about cases.

mod backup;
mod bench;
mod bid;
mod builtin;
mod cli;
mod config;
mod couriers;
mod demo;
mod doctor;
mod failure;
mod http;
mod import;
mod insights;
mod journal;
mod licence;
mod life;
mod nodes;
mod outside;
mod ratings;
mod rooms;
mod serve;
mod tour;
mod wire;

use clap::Parser;
use cli::{Cli, Command};
use config::Config;
use failure::Failed;
use std::{io::IsTerminal, process::ExitCode};

/// Many small allocations from many threads: the system's allocator is slower at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<u8, Failed> {
    match &cli.command {
        Command::Tour(flags) => return Ok(tour::run(flags)),
        Command::Bench(flags) => return bench::run(flags, &cli.common).map(|()| 0),
        Command::Licence { command: cli::Licence::Verify { file, key, server } } => {
            println!("{}", licence::verify(file, key, server.as_deref(), &cli.common)?);
            return Ok(0);
        }
        Command::Bid { command: cli::Bid::Seal(flags) } => {
            println!("{}", bid::seal(flags)?);
            return Ok(0);
        }
        Command::Journal { command: cli::Journal::Check { file } } => {
            println!("{}", journal::check(file)?);
            return Ok(0);
        }
        _ => {}
    }
    let config = configuration(cli)?;
    log(&cli.command, &config)?;
    with_configuration(&cli.command, &config)
}

fn with_configuration(command: &Command, config: &Config) -> Result<u8, Failed> {
    let said = match command {
        Command::Serve(_) => return serve::run(config).map(|()| 0),
        Command::Sandbox(flags) => return outside::sandbox(config, flags.listen).map(|()| 0),
        Command::Import(flags) => import::run(&serve::open(config)?, flags)?,
        Command::Journal { command: cli::Journal::Verify { witness } } => {
            journal::verify(&serve::open_existing(config)?, witness)?
        }
        Command::Journal { command: cli::Journal::Head } => journal::head(&serve::open_existing(config)?)?,
        Command::Journal { command: cli::Journal::Prove { seq } } => {
            journal::prove(&serve::open_existing(config)?, *seq)?
        }
        Command::Ratings { command: cli::Ratings::Export { month } } => {
            return ratings::export(&serve::open_existing(config)?, month).map(|()| 0);
        }
        Command::Hotline { command: cli::Hotline::Recount { month } } => {
            ratings::recount_hotline(&serve::open_existing(config)?, month)?
        }
        Command::Ratings { command: cli::Ratings::Recount { month } } => {
            ratings::recount(&serve::open_existing(config)?, month)?
        }
        Command::Insight { command: cli::Insight::Recount } => insights::recount(&serve::open_existing(config)?)?,
        Command::Exchange { command: cli::Exchange::Key } => nodes::key(config)?,
        Command::Backup(flags) => backup::backup(config, &flags.to)?,
        Command::Restore(flags) => backup::restore(config, &flags.from)?,
        Command::Doctor(flags) => return Ok(examine(config, flags)),
        Command::Config { command: cli::Config::Print { redact } } => config::print(config, *redact),
        // The rest needs no configuration and was answered before.
        _ => String::new(),
    };
    println!("{}", said.trim_end());
    Ok(0)
}

fn examine(config: &Config, flags: &cli::Doctor) -> u8 {
    let findings = doctor::examine(config);
    let (text, bad) = doctor::report(&findings);
    if flags.json {
        println!("{}", serde_json::to_string_pretty(&findings).unwrap_or_default());
    } else {
        println!("{text}");
    }
    u8::from(bad)
}

/// File and environment, then the flags, which win.
fn configuration(cli: &Cli) -> Result<Config, Failed> {
    let loaded = config::load(cli.common.config.as_deref(), std::env::vars());
    let mut config = loaded.map_err(|error| Failed::new(error.to_string()))?;
    if let Some(data) = &cli.common.data {
        config.data.folder = data.display().to_string();
    }
    if let Some(database) = &cli.common.database {
        config.data.database.clone_from(database);
    }
    if let Command::Serve(flags) = &cli.command {
        if let Some(listen) = &flags.listen {
            config.server.listen.clone_from(listen);
        }
        if let Some(rate) = flags.clock_rate {
            config.clock.rate = rate;
        }
        config.clock.office_hours |= flags.office_hours;
        if let Some(node) = &flags.node {
            config.exchange.node.clone_from(node);
        }
        for peer in &flags.peer {
            config.exchange.peers = format!("{} {peer}", config.exchange.peers).trim().to_owned();
        }
        if let Some(profile) = flags.profile {
            config.server.profile = match profile {
                cli::Profile::Trial => "trial".to_owned(),
                cli::Profile::Production => "production".to_owned(),
            };
        }
        config.demo.accounts |= flags.demo;
    }
    Ok(config)
}

/// Everything that is logged goes to standard error, so that standard output carries only the line that says "ready". Commands
/// that end by themselves are quiet unless asked.
fn log(command: &Command, config: &Config) -> Result<(), Failed> {
    let is_default = config.log.level == config::Log::default().level;
    let level = if is_default && !matches!(command, Command::Serve(_) | Command::Sandbox(_)) {
        "warn"
    } else {
        &config.log.level
    };
    let filter = tracing_subscriber::EnvFilter::try_new(level);
    let filter = filter.map_err(|error| Failed::new(format!("setting log.level: {error}")))?;
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal());
    let logger = logger.with_writer(std::io::stderr);
    match config.log.format.as_str() {
        "text" => logger.init(),
        "json" => logger.json().init(),
        other => return Err(Failed::new(format!("setting log.format: there is no format {other}: text or json"))),
    }
    Ok(())
}
