//! The command line without a server.

use crate::support::{Folder, tongban};
use std::{fs, process::Output};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn help_names_every_command() {
    let help = said(&tongban(&["--help"]));
    for command in ["serve", "import", "tour", "journal", "licence", "backup", "restore", "doctor", "bench", "config"] {
        assert!(help.contains(command), "{command} is missing in:\n{help}");
    }
}

#[test]
fn production_refuses_invented_people() {
    let folder = Folder::new("production");
    let data = folder.path().to_str().unwrap();
    let output = tongban(&["serve", "--demo", "--profile", "production", "--data", data]);
    assert!(!output.status.success());
    assert!(said(&output).contains("does not allow --demo"));
}

#[test]
fn a_clock_that_would_run_out_of_years_is_refused_before_it_marks_the_data() {
    let folder = Folder::new("pace");
    let data = folder.path().to_str().unwrap();
    for rate in ["0", "86401", "4294967295"] {
        let output = tongban(&["serve", "--demo", "--clock-rate", rate, "--data", data]);
        assert!(!output.status.success() && said(&output).contains("1 to 86400"), "{rate}: {}", said(&output));
    }
    assert!(!folder.path().exists(), "nothing was begun");
}

#[test]
fn a_mistyped_folder_is_neither_backed_up_nor_found_sound() {
    let folder = Folder::new("mistyped");
    fs::create_dir_all(folder.path()).unwrap();
    let (data, to) = (folder.path().join("nothing-here"), folder.path().join("copy"));
    let (data_name, to) = (data.to_str().unwrap(), to.to_str().unwrap());
    for command in [&["backup", to][..], &["journal", "verify"], &["journal", "prove", "1"]] {
        let output = tongban(&[command, &["--data", data_name]].concat());
        assert!(!output.status.success() && said(&output).contains("there are no data in"), "{}", said(&output));
    }
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn a_file_with_bad_lines_is_refused_with_their_numbers_and_changes_nothing() {
    let folder = Folder::new("import");
    fs::create_dir_all(folder.path()).unwrap();
    let data = folder.path().join("data");
    let (data, file) = (data.to_str().unwrap(), folder.path().join("calendar.csv"));
    let file = file.to_str().unwrap();
    fs::write(
        file,
        "date,kind,name,in_lieu\n2027-01-01,holiday,元旦,0\n2027-13-01,holiday,元旦,0\n2027-01-04,feast,元旦,0\n",
    )
    .unwrap();
    let output = tongban(&["import", "calendar", file, "--data", data]);
    assert!(!output.status.success());
    let text = said(&output);
    assert!(text.contains("line 3:") && text.contains("line 4:") && text.contains("nothing was changed"), "{text}");

    fs::write(file, "date,kind,name,in_lieu\n2027-01-01,holiday,元旦,0\n").unwrap();
    let output = tongban(&["import", "calendar", file, "--data", data]);
    assert!(output.status.success(), "{}", said(&output));
    let doctor = said(&tongban(&["doctor", "--data", data]));
    assert!(doctor.contains("registers") && doctor.contains("data folder"), "{doctor}");
    let verify = tongban(&["journal", "verify", "--data", data]);
    assert!(verify.status.success(), "{}", said(&verify));
    assert!(said(&verify).contains("--witness FILE"), "what the check does not prove is told: {}", said(&verify));

    let head = tongban(&["journal", "head", "--data", data]);
    let witness = folder.path().join("witness.jsonl");
    fs::write(&witness, &head.stdout).unwrap();
    let with =
        |file: &std::path::Path| tongban(&["journal", "verify", "--data", data, "--witness", file.to_str().unwrap()]);
    assert!(with(&witness).status.success() && said(&with(&witness)).contains("witnesses agree"));
    let forged = String::from_utf8(head.stdout).unwrap().replacen("\"size\":", "\"size\":9", 1);
    fs::write(&witness, forged).unwrap();
    assert!(!with(&witness).status.success(), "a witness that saw more entries was not heard");
}

#[test]
fn an_unknown_setting_stops_the_start() {
    let folder = Folder::new("setting");
    fs::create_dir_all(folder.path()).unwrap();
    let file = folder.path().join("tongban.toml");
    fs::write(&file, "[server]\nlisen = \"127.0.0.1:1\"\n").unwrap();
    let output = tongban(&["config", "print", "--config", file.to_str().unwrap()]);
    assert!(!output.status.success());
    assert!(said(&output).contains("did you mean server.listen?"), "{}", said(&output));
}

#[test]
fn production_refuses_simulators() {
    let folder = Folder::new("simulator");
    let data = folder.path().to_str().unwrap();
    let mut command = std::process::Command::new(crate::support::TONGBAN);
    command.args(["serve", "--profile", "production", "--listen", "127.0.0.1:0", "--data", data]);
    let output = command.env("TONGBAN__WECHAT_PAY__KIND", "simulator").output().unwrap();
    assert!(!output.status.success() && said(&output).contains("does not allow a simulator"), "{}", said(&output));
}
