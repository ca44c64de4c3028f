//! The account of a channel's day as a file (对账文件).
//!
//! One format for all channels whose own is not read by an adapter. UTF-8, lines end in LF, fields are separated by `|`:
//!
//! ```text
//! H|1|<channel>|<day yyyy-mm-dd>|<lines>|<payments, yuan>|<refunds, yuan>
//! D|<pay or refund>|<our order or refund>|<the channel's number>|<amount, yuan>|<time, RFC 3339>
//! …
//! T|<SM3, hex, of every byte before this line>
//! ```
//!
//! At a counter, where there is no order of ours, the field holds the payment code.

use std::fmt;

use kernel::{Date, Digest, Fen, Timestamp};

use crate::{Channel, rules::FlowKind};

/// Lines that one file may have.
pub const LINES_MOST: usize = 1_000_000;

/// A channel's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The channel.
    pub channel: Channel,
    /// The day.
    pub day: Date,
    /// What moved.
    pub lines: Vec<Line>,
    /// Digest of the file.
    pub file: Digest,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Payment or refund.
    pub kind: FlowKind,
    /// Our order or refund.
    pub own_no: String,
    /// The channel's number.
    pub reference: String,
    /// How much.
    pub amount: Fen,
    /// When.
    pub at: Timestamp,
}

impl Statement {
    /// What was paid, and what went back.
    pub fn sums(&self) -> (Fen, Fen) {
        let sum = |kind| Fen(self.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount.0).sum());
        (sum(FlowKind::Pay), sum(FlowKind::Refund))
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadStatement {
    /// Not in this format, from this line on.
    Shape {
        /// The line, counted from 1.
        line: usize,
    },
    /// The hash of the trailer does not fit: something was changed or is missing.
    Hash,
    /// Number of lines or sums of the header do not fit.
    Sums,
    /// One number stands in two lines.
    Twice {
        /// The line, counted from 1.
        line: usize,
    },
    /// More lines than a day has.
    TooLong,
    /// More differences than an account of this day could have.
    Strange,
}

impl fmt::Display for BadStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadStatement::Shape { line } => write!(f, "对账文件第 {line} 行的格式不对。"),
            BadStatement::Hash => f.write_str("对账文件末行的摘要不符，文件被改动过或者不全。"),
            BadStatement::Sums => f.write_str("对账文件首行的笔数或合计与明细不符。"),
            BadStatement::Twice { line } => write!(f, "对账文件第 {line} 行与前面的一行是同一笔。"),
            BadStatement::TooLong => f.write_str("对账文件的行数太多，不像一天的账单。"),
            BadStatement::Strange => f.write_str("差异太多，这份文件不像是这个渠道这一天的账单。"),
        }
    }
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Result<Statement, BadStatement> {
    let text = std::str::from_utf8(bytes).map_err(|_| BadStatement::Shape { line: 1 })?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (body, trailer) = text.rsplit_once('\n').ok_or(BadStatement::Shape { line: 1 })?;
    let count = body.split('\n').count();
    if count > LINES_MOST {
        return Err(BadStatement::TooLong);
    }
    let hash = trailer.strip_prefix("T|").ok_or(BadStatement::Shape { line: count + 1 })?;
    if store::sm3(&bytes[..body.len() + 1]).to_string() != hash {
        return Err(BadStatement::Hash);
    }
    let mut lines = body.split('\n').enumerate();
    let head = lines.next().and_then(|(_, head)| header(head)).ok_or(BadStatement::Shape { line: 1 })?;
    let (channel, day, count, paid, refunded) = head;
    let mut found = vec![];
    for (at, text) in lines {
        found.push(detail(text).ok_or(BadStatement::Shape { line: at + 1 })?);
    }
    check_twice(&found)?;
    let statement = Statement { channel, day, lines: found, file: store::sm3(bytes) };
    if statement.lines.len() != count || statement.sums() != (paid, refunded) {
        return Err(BadStatement::Sums);
    }
    Ok(statement)
}

/// No number of the channel stands twice among lines of one kind.
pub fn check_twice(lines: &[Line]) -> Result<(), BadStatement> {
    let mut seen = std::collections::HashSet::new();
    match lines.iter().position(|line| !seen.insert((line.kind, &line.reference))) {
        Some(at) => Err(BadStatement::Twice { line: at + 2 }),
        None => Ok(()),
    }
}

fn header(text: &str) -> Option<(Channel, Date, usize, Fen, Fen)> {
    let fields: Vec<&str> = text.split('|').collect();
    let ["H", "1", channel, day, count, paid, refunded] = fields[..] else { return None };
    let money = |text: &str| text.parse::<Fen>().ok().filter(|amount| amount.0 >= 0);
    Some((channel.parse().ok()?, day.parse().ok()?, count.parse().ok()?, money(paid)?, money(refunded)?))
}

fn detail(text: &str) -> Option<Line> {
    let fields: Vec<&str> = text.split('|').collect();
    let ["D", kind, own_no, reference, amount, at] = fields[..] else { return None };
    let kind = match kind {
        "pay" => FlowKind::Pay,
        "refund" => FlowKind::Refund,
        _ => return None,
    };
    let is_number =
        |text: &str| !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_number(own_no) || !is_number(reference) {
        return None;
    }
    let amount = amount.parse::<Fen>().ok().filter(|amount| (1..=1_000_000_000_000).contains(&amount.0))?;
    Some(Line { kind, own_no: own_no.to_owned(), reference: reference.to_owned(), amount, at: at.parse().ok()? })
}

/// Writes a file, as a channel would.
pub fn write(channel: Channel, day: Date, lines: &[Line]) -> String {
    let statement = Statement { channel, day, lines: lines.to_vec(), file: Digest([0; 32]) };
    let (paid, refunded) = statement.sums();
    let mut text = format!("H|1|{channel}|{day}|{}|{paid}|{refunded}\n", lines.len());
    for line in lines {
        let kind = if line.kind == FlowKind::Pay { "pay" } else { "refund" };
        text.push_str(&format!("D|{kind}|{}|{}|{}|{}\n", line.own_no, line.reference, line.amount, line.at));
    }
    let hash = store::sm3(text.as_bytes());
    text.push_str(&format!("T|{hash}\n"));
    text
}
