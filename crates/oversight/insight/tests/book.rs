//! The figures as data: what is taken, and what is not, with its reason.

use insight::{Audience, BUILT_IN, BadBook, Book, MEASURES, SOURCES};

#[test]
fn the_shipped_figures_are_right() {
    let book = Book::parse(BUILT_IN).unwrap_or_else(|BadBook(bad)| panic!("{}", bad.join("\n")));
    assert!(book.public().count() >= 6);
    assert!(book.figures.iter().any(|figure| figure.audience == Audience::Supervise));
    for figure in &book.figures {
        assert!(!figure.rooms().is_empty() && !figure.formula().is_empty(), "{}", figure.name);
    }
}

#[test]
fn what_is_not_right_is_not_taken() {
    let changed = |from: &str, to: &str| {
        assert!(BUILT_IN.contains(from), "{from}");
        Book::parse(&BUILT_IN.replacen(from, to, 1)).unwrap_err().0.join(" ")
    };
    let cases = [
        ("\"name\": \"accepted\"", "\"name\": \"submitted\"", "submitted: two of this name"),
        ("\"name\": \"accepted\"", "\"name\": \"Accepted!\"", "no name of a figure"),
        ("\"title\": \"受理\"", "\"title\": \" \"", "title: 1 to 20"),
        ("{\"count\": \"accepted\"}", "{\"count\": \"weather\"}", "there is no measure weather"),
        ("{\"spread\": \"whole-days\"}", "{\"spread\": \"closed\"}", "closed measures no value"),
        ("{\"amount\": \"paid\"}", "{\"amount\": \"bills\"}", "bills is no money"),
        ("\"part\": \"decided-in-time\"", "\"part\": \"decided\"", "always one"),
        (
            "[\"region\", \"way\", \"hour\"], \"filter\": [\"way\", \"hour\"]",
            "[\"region\", \"item\"]",
            "not kept by item",
        ),
        ("\"filter\": [\"department\", \"item\", \"way\"]", "\"filter\": [\"region\"]", "can always be chosen"),
        ("\"grains\": [\"day\", \"week\", \"month\"]", "\"grains\": [\"month\", \"month\"]", "each once"),
        ("\"grains\": [\"day\", \"week\", \"month\"]", "\"grains\": [\"day\"]", "kept by month"),
        ("\"grains\": [\"day\", \"week\", \"month\"]", "\"grains\": [\"hour\"]", "unknown variant `hour`"),
        ("\"least\": 5", "\"least\": 1", "open.least"),
        ("\"months\": 12", "\"months\": 120", "open.months"),
        ("\"licence\": \"", "\"licence\": \"\", \"remark\": \"", "unknown field `remark`"),
        ("\"audience\": \"staff\"", "\"audience\": \"everybody\"", "unknown variant"),
    ];
    for (from, to, reason) in cases {
        let told = changed(from, to);
        assert!(told.contains(reason), "{reason}: {told}");
    }
    let paid = BUILT_IN.rfind("\"made\": {\"amount\": \"paid\"}").unwrap();
    let (head, tail) = BUILT_IN.split_at(paid);
    let open = format!("{head}{}", tail.replacen("\"audience\": \"staff\"", "\"audience\": \"public\"", 1));
    assert!(Book::parse(&open).unwrap_err().0.join(" ").contains("amounts are not published"));
}

/// Every measure has its own name and a source that tells it.
#[test]
fn measures_have_names_and_sources() {
    let mut names: Vec<&str> = MEASURES.iter().map(|measure| measure.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), MEASURES.len());
    assert!(MEASURES.iter().all(|measure| SOURCES.iter().any(|source| source.room == measure.room)));
    assert!(SOURCES.iter().all(|source| source.kinds.iter().all(|kind| kind.starts_with(source.room))));
}
