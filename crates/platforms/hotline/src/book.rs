//! What can be set without a build: limits, grounds, and the list of who is responsible for what (责任清单).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kernel::{Date, DepartmentId, KindCode, Level, RegionCode, Timestamp, WorkingDays, local_date, midnight};
use serde::Deserialize;

use crate::Kind;

/// The shipped settings.
const BUILT_IN: &str = include_str!("../../../../data/hotline.json");
/// The shipped list of responsibility.
const RESPONSIBILITY: &str = include_str!("../../../../data/hotline_responsibility.csv");

/// Limits and lists of this room.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// The kind of office at which the centre stands.
    pub centre: KindCode,
    /// Working hours, in minutes after midnight: from, to.
    pub hours: Vec<(i64, i64)>,
    /// Minutes to dispatch, at any hour.
    pub dispatch_minutes: i64,
    /// The same when it is urgent.
    pub urgent_dispatch_minutes: i64,
    /// Working minutes to sign.
    pub sign_minutes: i64,
    /// Minutes to sign what is urgent, at any hour.
    pub urgent_sign_minutes: i64,
    /// Working days in which a unit may return it.
    pub return_days: u32,
    /// Working days in which the caller is contacted.
    pub contact_days: u32,
    /// Working days in which somebody asks the caller how it went.
    pub follow_up_days: u32,
    /// Calls in vain after which nobody calls any more.
    pub follow_up_tries: u32,
    /// Working days of the one extension, at most.
    pub extend_days_most: u32,
    /// How often one order is redone, at most.
    pub redos_most: u32,
    /// Calendar days for which a caller may still rate what was closed.
    pub rate_days: u32,
    /// Calendar days before its end in which an article of the knowledge base is marked.
    pub expiring_days: u32,
    /// Calendar days back in which duplicates are looked for.
    pub duplicate_days: u32,
    /// Orders that one source writes without signing in, in a day.
    pub asks_a_day: i64,
    /// Orders that one program's key brings in a day.
    pub key_requests_a_day: i64,
    /// Days of handling by kind.
    pub kinds: Vec<KindDays>,
    /// Grounds on which a unit may return an order.
    pub grounds: Vec<Ground>,
    /// What who wrote by WeChat is told, by what happened: with {number}, {words} and {handle_by}.
    pub wechat: BTreeMap<String, String>,
    /// Who is responsible for what; read from its own file.
    #[serde(skip)]
    pub lines: Vec<Line>,
}

/// How long handling takes, at most.
#[derive(Debug, Clone, Deserialize)]
pub struct KindDays {
    /// The kind.
    pub code: Kind,
    /// Working days.
    pub days: u32,
}

/// A ground for returning.
#[derive(Debug, Clone, Deserialize)]
pub struct Ground {
    /// For programs.
    pub code: String,
    /// In words.
    pub name: String,
}

/// One line of the list: what, where, and which kind of office on which level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Code of the category.
    pub category: String,
    /// The group it belongs to.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Only within this region; anywhere without one.
    pub region: Option<RegionCode>,
    /// The level that handles it.
    pub level: Level,
    /// The kind of office.
    pub kind: KindCode,
    /// The articles it rests on.
    pub basis: String,
    /// Words by which it is known.
    pub keywords: Vec<String>,
}

/// Who should handle something, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The unit.
    pub unit: DepartmentId,
    /// The line of the list that says so.
    pub line: Line,
}

/// The book in force.
pub fn book() -> &'static Book {
    static BOOK: LazyLock<Book> = LazyLock::new(|| {
        let mut book: Book = serde_json::from_str(BUILT_IN).expect("a test reads the shipped settings");
        book.lines = lines(RESPONSIBILITY).expect("a test reads the shipped list of responsibility");
        book
    });
    &BOOK
}

/// Reads a list of responsibility; what is wrong is said with its line.
pub(crate) fn lines(text: &str) -> Result<Vec<Line>, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut found = vec![];
    for (number, record) in reader.records().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}", number + 2);
        let record = record.map_err(|error| wrong(&error.to_string()))?;
        let [category, group, name, region, level, kind, basis, keywords] = std::array::from_fn(|at| record.get(at));
        let text = |cell: Option<&str>| cell.unwrap_or_default().trim().to_owned();
        let region = text(region);
        let region = (!region.is_empty()).then(|| region.parse()).transpose().map_err(|_| wrong("no region"))?;
        found.push(Line {
            category: text(category),
            group: text(group),
            name: text(name),
            region,
            level: level_of(&text(level)).ok_or_else(|| wrong("no level"))?,
            kind: text(kind).parse().map_err(|_| wrong("no kind of department"))?,
            basis: text(basis),
            keywords: text(keywords).split_whitespace().map(str::to_owned).collect(),
        });
    }
    Ok(found)
}

fn level_of(word: &str) -> Option<Level> {
    match word {
        "province" => Some(Level::Province),
        "city" => Some(Level::City),
        "county" => Some(Level::County),
        "town" => Some(Level::Town),
        _ => None,
    }
}

impl Book {
    /// Working days in which an order of this kind is handled.
    pub fn days(&self, kind: Kind) -> u32 {
        self.kinds.iter().find(|line| line.code == kind).map_or(5, |line| line.days)
    }

    /// The ground with this code.
    pub fn ground(&self, code: &str) -> Option<&Ground> {
        self.grounds.iter().find(|ground| ground.code == code)
    }

    /// Each category once, in the order of the list.
    pub fn categories(&self) -> Vec<&Line> {
        let mut found: Vec<&Line> = vec![];
        for line in &self.lines {
            if !found.iter().any(|known| known.category == line.category) {
                found.push(line);
            }
        }
        found
    }

    /// The first line of a category: its name and group.
    pub fn category(&self, code: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.category == code)
    }

    /// Who should handle this: the line for the narrowest region that has one, and the office on the level that it names. A place
    /// above that level answers itself.
    pub fn suggest(&self, category: &str, region: &RegionCode) -> Option<Suggestion> {
        let fits =
            |line: &&Line| line.category == category && line.region.is_none_or(|within| within.contains(*region));
        let narrow = |line: &&Line| line.region.map_or(0, |within| within.level() as u8 + 1);
        let mut fitting: Vec<&Line> = self.lines.iter().filter(fits).collect();
        fitting.sort_by_key(|line| std::cmp::Reverse(narrow(line)));
        let line = (*fitting.first()?).clone();
        let at = region.at(line.level).unwrap_or(*region);
        Some(Suggestion { unit: DepartmentId::new(at, line.kind), line })
    }

    /// The category whose words stand most often in a text.
    pub fn guess(&self, text: &str) -> Option<&Line> {
        let hits = |line: &&Line| line.keywords.iter().filter(|word| text.contains(word.as_str())).count();
        let mut best: Option<(&Line, usize)> = None;
        for line in self.categories() {
            let n = hits(&line);
            if n > 0 && best.is_none_or(|(_, most)| n > most) {
                best = Some((line, n));
            }
        }
        best.map(|(line, _)| line)
    }

    /// So many working minutes later: only within the hours of working days.
    pub fn after_working_minutes(&self, calendar: &clock::Calendar, from: Timestamp, minutes: i64) -> Timestamp {
        let (mut day, mut left) = (local_date(from), minutes);
        let mut at = minute_of(from, day);
        // A year has more than two hundred working days; the bound only guards against a book without hours.
        for _ in 0..400 {
            if calendar.is_working(day) {
                for (opens, closes) in &self.hours {
                    let begins = at.max(*opens);
                    let there = (closes - begins).max(0);
                    if left <= there && there > 0 {
                        return instant(day, begins + left);
                    }
                    left -= there;
                }
            }
            at = 0;
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        instant(calendar.after(local_date(from), WorkingDays(1)), 0)
    }
}

fn minute_of(at: Timestamp, day: Date) -> i64 {
    (at.as_microsecond() - midnight(day).as_microsecond()) / 60_000_000
}

fn instant(day: Date, minute: i64) -> Timestamp {
    later(midnight(day), minute)
}

/// So many minutes later.
pub(crate) fn later(from: Timestamp, minutes: i64) -> Timestamp {
    let micros = from.as_microsecond().saturating_add(minutes.saturating_mul(60_000_000));
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}
