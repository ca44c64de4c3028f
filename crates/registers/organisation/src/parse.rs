//! Files become lines. Pure: every bad line is reported with its number, and one bad line spoils the whole file.

use std::collections::{HashMap, HashSet};

use kernel::{Date, KindCode, Level, RegionCode};

use crate::model::{Alias, AreaCode, BadLine, CalendarLine, DepartmentKind, Patterns, RegionKind, RegionLine};

/// Longest name that a region or a department may have, in characters.
const NAME_CHARS_MAX: usize = 60;

/// Reads a list of regions: `code,name,level,parent_code` and, above the villages, `kind`.
///
/// `known` says which regions stand already elsewhere, so that villages can come in a file of their own.
pub fn regions(text: &str, known: impl Fn(RegionCode) -> bool) -> Result<Vec<RegionLine>, Vec<BadLine>> {
    let mut seen: HashMap<RegionCode, usize> = HashMap::new();
    let mut parents = Vec::new();
    let parsed = rows(text, &["code", "name", "level", "parent_code"], |row| {
        let code: RegionCode = row.parse("code", "区划代码是 12 位数字，下级部分补零")?;
        let name = row.name("name")?;
        if row.text("level") != code.level().number().to_string() {
            return Err(format!("代码 {code} 的层级与第 3 列“{}”不一致", row.text("level")));
        }
        let parent = code.parent().map_or_else(|| "000000000000".to_owned(), |parent| parent.to_string());
        if row.text("parent_code") != parent {
            return Err(format!("代码 {code} 的上级应为 {parent}，文件中是“{}”", row.text("parent_code")));
        }
        if let Some(first) = seen.insert(code, row.line) {
            return Err(format!("代码 {code} 已在第 {first} 行出现"));
        }
        parents.extend(code.parent().map(|parent| (row.line, parent)));
        let kind = region_kind(code, &name, row.text("kind"))?;
        Ok(RegionLine { code, name, kind })
    });
    let orphans = parents.iter().filter(|(_, parent)| !seen.contains_key(parent) && !known(*parent));
    let orphans = orphans.map(|(line, parent)| BadLine { line: *line, reason: format!("没有上级地区 {parent}") });
    merge(parsed, orphans.collect())
}

/// Reads old codes: `code,name,successor_code,valid_from,valid_to,reason`.
pub fn aliases(text: &str, known: impl Fn(RegionCode) -> bool) -> Result<Vec<Alias>, Vec<BadLine>> {
    let mut seen = HashSet::new();
    rows(text, &["code", "name", "successor_code", "valid_from", "valid_to", "reason"], |row| {
        let code: RegionCode = row.parse("code", "区划代码是 12 位数字")?;
        let successor: RegionCode = row.parse("successor_code", "区划代码是 12 位数字")?;
        let valid_to: Date = row.parse("valid_to", "日期写成 2020-07-03 的样子")?;
        let valid_from = match row.text("valid_from") {
            "" => None,
            _ => Some(row.parse::<Date>("valid_from", "日期写成 2020-07-03 的样子")?),
        };
        if !known(successor) {
            return Err(format!("没有承接它的地区 {successor}"));
        }
        if valid_from.is_some_and(|from| from >= valid_to) {
            return Err("起始日期应早于终止日期".to_owned());
        }
        if !seen.insert((code, valid_to)) {
            return Err(format!("代码 {code} 与日期 {valid_to} 重复"));
        }
        Ok(Alias {
            code,
            name: row.name("name")?,
            successor,
            valid_from,
            valid_to,
            reason: row.text("reason").to_owned(),
        })
    })
}

/// Reads telephone area codes: `region,area_code`.
pub fn area_codes(text: &str) -> Result<Vec<AreaCode>, Vec<BadLine>> {
    let mut seen = HashSet::new();
    rows(text, &["region", "area_code"], |row| {
        let region: RegionCode = row.parse("region", "区划代码是 12 位数字")?;
        let area_code = row.text("area_code").to_owned();
        let digits = area_code.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !area_code.starts_with('0') || !(3..=4).contains(&area_code.len()) {
            return Err(format!("区号“{area_code}”应为 0 开头的 3 至 4 位数字"));
        }
        if !seen.insert(region) {
            return Err(format!("地区 {region} 重复"));
        }
        Ok(AreaCode { region, area_code })
    })
}

/// Reads days off and make-up days: `date,kind,name` with kind `holiday` or `workday`.
pub fn calendar(text: &str) -> Result<Vec<CalendarLine>, Vec<BadLine>> {
    let mut seen = HashSet::new();
    rows(text, &["date", "kind", "name"], |row| {
        let date: Date = row.parse("date", "日期写成 2026-10-01 的样子")?;
        let works = match row.text("kind") {
            "workday" => true,
            "holiday" => false,
            other => return Err(format!("类别“{other}”应为 holiday 或 workday")),
        };
        if works && date.weekday().to_monday_one_offset() <= 5 {
            return Err(format!("{date} 本来就上班，不能是补班日"));
        }
        if !seen.insert(date) {
            return Err(format!("{date} 重复"));
        }
        Ok(CalendarLine { date, works, name: row.name("name")? })
    })
}

/// Reads kinds of department: code, names, category and one name pattern for each level.
pub fn kinds(text: &str) -> Result<Vec<DepartmentKind>, Vec<BadLine>> {
    const HEAD: [&str; 12] = [
        "code",
        "national_code",
        "department",
        "short",
        "category",
        "province",
        "city",
        "district",
        "county",
        "zone",
        "town",
        "village",
    ];
    let mut codes = HashSet::new();
    let mut names = HashSet::new();
    rows(text, &HEAD, |row| {
        let code: KindCode = row.parse("code", "部门类别代码是 3 位数字")?;
        let national_code = row.text("national_code").to_owned();
        if national_code.len() != 2 || !code.to_string().starts_with(&national_code) {
            return Err(format!("类别代码 {code} 的前两位应为国家部门代码“{national_code}”"));
        }
        let name = row.name("department")?;
        if !codes.insert(code) || !names.insert(name.clone()) {
            return Err(format!("类别 {code}“{name}”重复"));
        }
        let category = match row.text("category") {
            "1" => '1',
            "2" => '2',
            "3" => '3',
            other => return Err(format!("机构类别“{other}”应为 1 机关、2 事业单位或 3 群团")),
        };
        let in_city = ["province", "city"];
        let in_county = ["province", "city", "county", "county_stem", "county_full"];
        let in_town = ["province", "city", "county", "county_stem", "county_full", "town", "town_office"];
        let in_village = [
            "province",
            "city",
            "county",
            "county_stem",
            "county_full",
            "town",
            "town_office",
            "village",
            "village_stem",
            "village_committee",
        ];
        let patterns = Patterns {
            province: row.pattern("province", &["province"])?,
            city: row.pattern("city", &in_city)?,
            district: row.pattern("district", &in_county)?,
            county: row.pattern("county", &in_county)?,
            zone: row.pattern("zone", &in_county)?,
            town: row.pattern("town", &in_town)?,
            village: row.pattern("village", &in_village)?,
        };
        Ok(DepartmentKind { code, national_code, name, short: row.name("short")?, category, patterns })
    })
}

/// What sort of place a code and a name speak of; `word` is what the file says, empty for villages.
///
/// Source: GB/T 2260 gives districts the pairs 01–20, counties 21–80 and county-level cities 81–99;
/// GB/T 10114-2003 numbers towns and villages likewise.
fn region_kind(code: RegionCode, name: &str, word: &str) -> Result<RegionKind, String> {
    let digits = code.to_string();
    let kind = match (code.level(), word) {
        (Level::Province, "province" | "") => RegionKind::Province,
        (Level::City, "city" | "") => RegionKind::City,
        (Level::County, "county" | "") => match digits[4..6].parse::<u8>() {
            Ok(..=20) => RegionKind::District,
            Ok(21..=80) => RegionKind::County,
            _ => RegionKind::CountyCity,
        },
        (Level::County, "functional_zone") => RegionKind::FunctionalZone,
        (Level::County, word) => match RegionKind::from_word(word) {
            Some(kind @ (RegionKind::District | RegionKind::County | RegionKind::CountyCity)) => kind,
            _ => return Err(format!("类别“{word}”与代码 {code} 的层级不符")),
        },
        (Level::Town, "subdistrict") => RegionKind::Subdistrict,
        (Level::Town, "town") => RegionKind::Town,
        (Level::Town, "township") => RegionKind::Township,
        (Level::Town, "town_like") => RegionKind::TownLike,
        (Level::Village, _) => village_kind(&digits, name),
        (_, word) => return Err(format!("类别“{word}”与代码 {code} 的层级不符")),
    };
    Ok(kind)
}

/// The name decides, for the numbers do not always follow the standard; without a telling name the number does.
fn village_kind(digits: &str, name: &str) -> RegionKind {
    let said = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    if said(&["居委会", "居民委员会"]) {
        RegionKind::Residents
    } else if said(&["村委会", "村民委员会"]) {
        RegionKind::Villagers
    } else {
        match digits[9..12].parse::<u16>() {
            Ok(1..=199) => RegionKind::Residents,
            Ok(200..=399) => RegionKind::Villagers,
            _ => RegionKind::VillageLike,
        }
    }
}

/// One line of a CSV file, its fields found by the names in the heading.
struct Row<'a> {
    line: usize,
    record: &'a csv::StringRecord,
    columns: &'a HashMap<String, usize>,
}

impl Row<'_> {
    fn text(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|index| self.record.get(*index)).unwrap_or_default().trim()
    }

    fn parse<T: std::str::FromStr>(&self, column: &str, rule: &str) -> Result<T, String> {
        let text = self.text(column);
        text.parse().map_err(|_| format!("“{text}”不对：{rule}"))
    }

    fn name(&self, column: &str) -> Result<String, String> {
        let text = self.text(column);
        if text.is_empty() || text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) {
            return Err(format!("{column} 列应有名称，不超过 {NAME_CHARS_MAX} 个字"));
        }
        Ok(text.to_owned())
    }

    fn pattern(&self, column: &str, allowed: &[&str]) -> Result<Option<String>, String> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}').ok_or_else(|| format!("{column} 列的花括号没有配对"))?;
            let word = &rest[open + 1..open + close];
            if !allowed.contains(&word) {
                return Err(format!("{column} 列不认识 {{{word}}}"));
            }
            rest = &rest[open + close + 1..];
        }
        Ok(Some(text.to_owned()))
    }
}

/// Reads a CSV file with a heading, line by line; goes on after a bad line so that all of them are found at once.
fn rows<T>(
    text: &str,
    head: &[&str],
    mut parse: impl FnMut(&Row<'_>) -> Result<T, String>,
) -> Result<Vec<T>, Vec<BadLine>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns: HashMap<String, usize> = match reader.headers() {
        Ok(names) => names.iter().enumerate().map(|(index, name)| (name.trim().to_owned(), index)).collect(),
        Err(error) => return Err(vec![BadLine { line: 1, reason: format!("读不出表头：{error}") }]),
    };
    let missing: Vec<&str> = head.iter().copied().filter(|name| !columns.contains_key(*name)).collect();
    if !missing.is_empty() {
        return Err(vec![BadLine { line: 1, reason: format!("表头缺少 {}", missing.join("、")) }]);
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line() as usize;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Err(error) => bad.push(BadLine { line, reason: format!("读不出这一行：{error}") }),
            Ok(true) => {
                let line = record.position().map_or(line, |position| position.line() as usize);
                if record.len() != columns.len() {
                    let reason = format!("应有 {} 列，实有 {} 列", columns.len(), record.len());
                    bad.push(BadLine { line, reason });
                    continue;
                }
                match parse(&Row { line, record: &record, columns: &columns }) {
                    Ok(value) => good.push(value),
                    Err(reason) => bad.push(BadLine { line, reason }),
                }
            }
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// Joins what each line says of itself with what the lines say of one another, in the order of the file.
fn merge<T>(parsed: Result<Vec<T>, Vec<BadLine>>, more: Vec<BadLine>) -> Result<Vec<T>, Vec<BadLine>> {
    let (good, mut bad) = match parsed {
        Ok(good) => (good, Vec::new()),
        Err(bad) => (Vec::new(), bad),
    };
    bad.extend(more);
    bad.sort_by_key(|bad| bad.line);
    bad.dedup_by_key(|bad| bad.line);
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}
