//! Where the two databases' SQL differs, it is bridged here and nowhere else.

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in the process.
    Sqlite,
    /// PostgreSQL or a database of its protocol.
    Postgres,
}

/// One piece of a statement: what stands in quotes or comments is left alone.
enum Piece<'a> {
    Code(&'a str),
    Kept(&'a str),
}

/// Cuts SQL into code and what must not be touched: 'strings', "identifiers", -- and /* comments */.
fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let start = [rest.find('\''), rest.find('"'), rest.find("--"), rest.find("/*")].into_iter().flatten().min();
        let Some(start) = start else {
            pieces.push(Piece::Code(rest));
            break;
        };
        if start > 0 {
            pieces.push(Piece::Code(&rest[..start]));
        }
        let tail = &rest[start..];
        let (open, close) = match tail.as_bytes() {
            [b'\'', ..] => (1, "'"),
            [b'"', ..] => (1, "\""),
            [b'-', ..] => (2, "\n"),
            _ => (2, "*/"),
        };
        let end = tail[open..].find(close).map_or(tail.len(), |at| open + at + close.len());
        pieces.push(Piece::Kept(&tail[..end]));
        rest = &tail[end..];
    }
    pieces
}

/// `$n` → `?n`: to SQLite `$2` is a *name*, numbered by first appearance, so `SELECT $2, $1` would swap its values.
pub(crate) fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    for piece in pieces(sql) {
        match piece {
            Piece::Kept(text) => out.push_str(text),
            Piece::Code(code) => out.push_str(&code.replace('$', "?")),
        }
    }
    out
}

/// Repeats the row of a single-row `INSERT … VALUES ($1, $2) …` so that it takes `rows` rows of `width` parameters.
///
/// The written statement must be valid for one row, and no parameter may stand outside the parentheses.
pub(crate) fn widened(sql: &str, width: usize, rows: usize) -> Option<String> {
    let values = sql.find("VALUES")? + "VALUES".len();
    let open = values + sql[values..].find('(')?;
    let close = open + closing(&sql[open..])?;
    let (head, row, tail) = (&sql[..open], &sql[open..=close], &sql[close + 1..]);
    let mut out = String::with_capacity(head.len() + tail.len() + rows * (row.len() + 4));
    out.push_str(head);
    for number in 0..rows {
        if number > 0 {
            out.push_str(", ");
        }
        out.push_str(&shifted(row, number * width));
    }
    out.push_str(tail);
    Some(out)
}

/// Where the parenthesis closes with which `text` begins.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Raises each `$n` by `by`.
fn shifted(row: &str, by: usize) -> String {
    let mut parts = row.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let number: usize = part[..digits].parse().unwrap_or(0);
        out.push_str(&format!("${}{}", number + by, &part[digits..]));
    }
    out
}

/// Translates the data definition words of a migration.
///
/// | written | SQLite | PostgreSQL |
/// |---|---|---|
/// | `BIGINT` | `INTEGER` | `BIGINT` |
/// | `BYTES` | `BLOB` | `BYTEA` |
/// | `TEXT` | `TEXT` | `TEXT COLLATE "C"`, so that both order and compare by code point |
/// | `JOURNAL_KEY` | `INTEGER PRIMARY KEY` | `BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY` |
/// | `WITHOUT ROWID` | as it is | nothing |
///
/// Every SQLite table becomes `STRICT`, so that a wrong type fails there as it does in PostgreSQL.
pub(crate) fn definition(dialect: Dialect, sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    for piece in pieces(sql) {
        match piece {
            Piece::Kept(text) => out.push_str(text),
            Piece::Code(code) => translate(dialect, code, &mut out),
        }
    }
    match dialect {
        Dialect::Sqlite => strict(&out),
        Dialect::Postgres => out.replace("WITHOUT ROWID", ""),
    }
}

fn translate(dialect: Dialect, code: &str, out: &mut String) {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut rest = code;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let (word, gap) = rest.split_at(end);
        out.push_str(match (dialect, word) {
            (Dialect::Sqlite, "BIGINT") => "INTEGER",
            (Dialect::Sqlite, "BYTES") => "BLOB",
            (Dialect::Sqlite, "JOURNAL_KEY") => "INTEGER PRIMARY KEY",
            (Dialect::Postgres, "BYTES") => "BYTEA",
            (Dialect::Postgres, "TEXT") => "TEXT COLLATE \"C\"",
            (Dialect::Postgres, "JOURNAL_KEY") => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            (_, word) => word,
        });
        let letters = gap.find(is_word).unwrap_or(gap.len());
        out.push_str(&gap[..letters]);
        rest = &gap[letters..];
    }
}

/// Adds `STRICT` to each `CREATE TABLE`.
fn strict(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    for statement in statements(sql) {
        let bare: String = pieces(statement)
            .iter()
            .filter_map(|piece| if let Piece::Code(code) = piece { Some(*code) } else { None })
            .collect();
        out.push_str(statement.trim_end());
        let words: Vec<&str> = bare.split_whitespace().collect();
        if words.first() == Some(&"CREATE") && words.get(1) == Some(&"TABLE") && !words.contains(&"AS") {
            out.push_str(if words.ends_with(&["WITHOUT", "ROWID"]) { ", STRICT" } else { "\nSTRICT" });
        }
        out.push_str(";\n");
    }
    out
}

/// The statements of a script, without their semicolons; a statement that is only comment is left out.
pub(crate) fn statements(sql: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at, mut code) = (0, 0, false);
    for piece in pieces(sql) {
        match piece {
            Piece::Kept(text) => at += text.len(),
            Piece::Code(text) => {
                for (offset, letter) in text.char_indices() {
                    if letter == ';' {
                        if code {
                            found.push(&sql[start..at + offset]);
                        }
                        (start, code) = (at + offset + 1, false);
                    } else if !letter.is_whitespace() {
                        code = true;
                    }
                }
                at += text.len();
            }
        }
    }
    if code {
        found.push(&sql[start..]);
    }
    found
}
