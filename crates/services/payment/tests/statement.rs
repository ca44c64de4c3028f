//! The account of a day: what a file must be, and the five classes of difference.

use kernel::Fen;
use payment::rules::{Flow, FlowKind, compare};
use payment::statement::{BadStatement, Line, parse, write};
use payment::{Channel, Finding};

use crate::given::*;

fn line(kind: FlowKind, own_no: &str, reference: &str, amount: i64) -> Line {
    Line { kind, own_no: own_no.to_owned(), reference: reference.to_owned(), amount: Fen(amount), at: tuesday() }
}

fn flow(kind: FlowKind, own_no: &str, reference: &str, amount: i64) -> Flow {
    Flow { kind, own_no: own_no.to_owned(), reference: reference.to_owned(), amount: Fen(amount), at: tuesday() }
}

#[test]
fn a_file_that_is_whole_is_read_back_as_it_was_written() {
    let lines = vec![line(FlowKind::Pay, "A1", "T1", 2_000), line(FlowKind::Refund, "R1", "B1", 500)];
    let text = write(Channel::Counter, TUESDAY, &lines);
    let read = parse(text.as_bytes()).unwrap();
    assert_eq!((read.channel, read.day, &read.lines), (Channel::Counter, TUESDAY, &lines));
    assert_eq!(read.sums(), (Fen(2_000), Fen(500)));
    assert!(parse(write(Channel::Counter, TUESDAY, &[]).as_bytes()).unwrap().lines.is_empty());
}

#[test]
fn a_file_that_is_not_whole_is_refused_with_its_fault() {
    let lines = vec![line(FlowKind::Pay, "A1", "T1", 2_000)];
    let text = write(Channel::Counter, TUESDAY, &lines);
    let resealed = |body: &str| format!("{body}T|{}\n", store::sm3(body.as_bytes()));
    let body = &text[..text.find("T|").unwrap()];
    assert_eq!(parse(text.replace("20.00|2026", "21.00|2026").as_bytes()), Err(BadStatement::Hash));
    assert_eq!(parse(&text.as_bytes()[..text.len() - 20]), Err(BadStatement::Hash));
    assert_eq!(parse(resealed(&body.replacen("|1|20.00", "|2|20.00", 1)).as_bytes()), Err(BadStatement::Sums));
    assert_eq!(parse(resealed(&body.replace("D|pay", "D|gift")).as_bytes()), Err(BadStatement::Shape { line: 2 }));
    assert_eq!(
        parse(resealed(&body.replace("|20.00|2026", "|-20.00|2026")).as_bytes()),
        Err(BadStatement::Shape { line: 2 })
    );
    let twice = write(Channel::Counter, TUESDAY, &[lines[0].clone(), lines[0].clone()]);
    assert_eq!(parse(twice.as_bytes()), Err(BadStatement::Twice { line: 3 }));
    for garbage in [&b""[..], b"\n", b"T|", b"\xff\xfe", b"H|1|wechat\n"] {
        assert!(parse(garbage).is_err());
    }
}

#[test]
fn five_classes_of_difference() {
    use FlowKind::{Pay, Refund};
    let theirs = [
        line(Pay, "A1", "T1", 2_000),
        line(Pay, "A2", "T2", 2_000),
        line(Pay, "A3", "T3", 2_000),
        line(Pay, "A4", "T4", 2_000),
        line(Refund, "R1", "B1", 500),
    ];
    let ours = [
        flow(Pay, "A1", "T1", 2_000),
        flow(Pay, "A2", "T2", 1_999),
        flow(Pay, "A5", "T5", 2_000),
        flow(Refund, "R1", "B1", 500),
    ];
    let compared = compare(&theirs, &ours, |own_no| own_no == "A3");
    assert_eq!((compared.even.as_slice(), compared.even_refunds), (&["A1".to_owned()][..], 1));
    let found: Vec<_> = compared.differences.iter().map(|one| (one.finding, one.own_no.as_str())).collect();
    assert_eq!(
        found,
        [(Finding::Amount, "A2"), (Finding::State, "A3"), (Finding::Surplus, "A4"), (Finding::Shortfall, "A5")]
    );
}
