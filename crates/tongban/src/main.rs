//! The binary: command line, configuration and wiring. It decides nothing about cases.

mod cli;
mod config;

use clap::Parser;

fn main() {
    let cli = cli::Cli::parse();
    println!("{cli:?}");
}
