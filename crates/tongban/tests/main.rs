//! Tests of the whole house: over HTTP, from the command line, and of its own rules.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod api;
mod command_line;
mod delivery;
mod exchange;
mod floors;
mod hotline;
mod kill;
mod kill_payment;
mod kill_trading;
mod month;
mod open311;
mod routes;
mod support;
mod wechat;
mod wire;

use support::{Folder, Server, tongban};

/// One server for everything that only asks: starting one costs more than all the questions.
#[test]
fn a_server_with_demonstration_accounts_answers_as_described() {
    let folder = Folder::new("demo");
    let limits = [("TONGBAN__SERVER__BEHIND_PROXY", "true"), ("TONGBAN__LIMITS__REQUESTS_PER_MINUTE", "30")];
    let server = Server::start(folder.path(), &limits);
    api::all(&server);
    api::rates(&server);
    routes::all(&server);
    delivery::all(&server);
    open311::all(&server);
    hotline::all(&server);
    wechat::all(&server);
    let tour = tongban(&["tour", "--server", &server.address]);
    assert!(
        tour.status.success(),
        "{}{}",
        String::from_utf8_lossy(&tour.stdout),
        String::from_utf8_lossy(&tour.stderr)
    );
}
