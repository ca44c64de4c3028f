//! The state × command picture, drawn from `decide`: a change of the law shows as a change of this table.

use casework::{Case, Command, Refusal};
use kernel::{Actor, Refuse as _};

use crate::given::*;

/// Each state as it stands one working day after it began, so that no limit has passed.
fn states() -> Vec<(&'static str, Case, kernel::Date)> {
    vec![
        ("submitted", case(), TUESDAY),
        ("submitted, instant", instant(), TUESDAY),
        ("submitted, silent too long", case(), NEXT_TUESDAY),
        ("correcting", correcting(), TUESDAY),
        ("correcting, too late", correcting(), kernel::Date::constant(2026, 4, 2)),
        ("accepted", accepted(), WEDNESDAY),
        ("suspended", suspended(), FRIDAY),
        ("reviewed", reviewed(), FRIDAY),
        ("granted", granted(), FRIDAY),
        ("granted, prepared", prepared(), FRIDAY),
        ("denied", denied(), FRIDAY),
        ("declined", declined(), FRIDAY),
        ("served", served(), FRIDAY),
        ("closed", closed(), FRIDAY),
        ("withdrawn", withdrawn(), FRIDAY),
    ]
}

/// Each command with somebody who may give it.
fn commands() -> Vec<(Actor, Command)> {
    vec![
        (clerk(), Command::Accept),
        (clerk(), decline()),
        (clerk(), correct(PLAN)),
        (applicant(), resubmit(PLAN)),
        (reviewer(), review()),
        (everything(DECIDER), grant()),
        (reviewer(), suspend(clock::Ground::Testing)),
        (reviewer(), resume()),
        (decider(), extend(5)),
        (house(), serve()),
        (house(), prepare()),
        (house(), Command::Arrived { how: casework::Service::Post, on: FRIDAY }),
        (applicant(), choose_way(casework::Service::Window)),
        (house(), Command::Close),
        (applicant(), withdraw()),
        (wheel(), Command::Tick),
    ]
}

fn cell(case: &Case, actor: &Actor, command: &Command, today: kernel::Date) -> String {
    match decide(case, actor, command, today) {
        Ok(events) if events.is_empty() => "·".to_owned(),
        Ok(events) => events.iter().map(store::Event::kind).collect::<Vec<_>>().join(" + "),
        Err(Refusal::NotNow { .. }) => "–".to_owned(),
        Err(refusal) => format!("! {}", refusal.code().trim_start_matches("casework.")),
    }
}

#[test]
fn the_picture_of_a_case_is_the_one_we_agreed_on() {
    let commands = commands();
    let mut picture = String::from("# What each command does in each state\n\n");
    picture +=
        "`–` not now, `·` nothing to do, `!` refused for another reason. Drawn from `rules::decide`.\n\n| state |";
    commands.iter().for_each(|(_, command)| picture += &format!(" {} |", command.name()));
    picture += &format!("\n|{}\n", " --- |".repeat(commands.len() + 1));
    for (name, case, today) in states() {
        picture += &format!("| {name} |");
        commands.iter().for_each(|(actor, command)| picture += &format!(" {} |", cell(&case, actor, command, today)));
        picture += "\n";
    }
    golden("tests/golden/picture.md", &picture);
}

/// Compares with a file that is kept; `UPDATE_GOLDEN=1` writes it anew.
fn golden(path: &str, found: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == found,
        "{} is not what the rules draw now; look at the difference and run with UPDATE_GOLDEN=1:\n{found}",
        path.display()
    );
}
