//! What the data files say: which couriers there are, what their codes mean, who carries what and who pays.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kernel::{BasicCode, DepartmentId, WorkingDays};
use serde::Deserialize;

use crate::model::{Direction, Meaning, Payer};

/// Couriers and their codes.
pub const COURIERS: &str = include_str!("../../../../data/couriers.json");
/// Who carries and who pays.
pub const POSTAGE: &str = include_str!("../../../../data/postage.csv");

/// The data of this room, read.
#[derive(Debug)]
pub struct Book {
    couriers: Vec<CourierEntry>,
    postage: Vec<Rule>,
}

/// A courier as the data file tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourierEntry {
    /// Its code: `ems`, `sf`.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Where people call it.
    pub phone: String,
    /// Working days of silence that are no trouble.
    pub quiet_days: u32,
    /// Hours without news after which it is asked.
    pub poll_hours: i64,
    /// What its codes mean. Sources differ for most of them: they are settings, not facts.
    pub codes: BTreeMap<String, Meaning>,
}

impl CourierEntry {
    /// The silence that is no trouble.
    pub fn quiet(&self) -> WorkingDays {
        WorkingDays(self.quiet_days)
    }
}

/// Who carries a parcel and who pays for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postage {
    /// The courier's code.
    pub courier: String,
    /// Who pays.
    pub payer: Payer,
}

/// One line of the postage file; `None` stands for any.
#[derive(Debug)]
struct Rule {
    item: Option<BasicCode>,
    department: Option<String>,
    direction: Option<Direction>,
    postage: Postage,
}

/// The shipped data. It is read once; a file that was spoilt before the build is told with its line.
pub fn book() -> Result<&'static Book, &'static str> {
    static BOOK: OnceLock<Result<Book, String>> = OnceLock::new();
    BOOK.get_or_init(|| Book::read(COURIERS, POSTAGE)).as_ref().map_err(String::as_str)
}

impl Book {
    /// Reads the two files. Every line must name a known courier, and the last must fit everything.
    pub fn read(couriers: &str, postage: &str) -> Result<Book, String> {
        let couriers: Vec<CourierEntry> =
            serde_json::from_str(couriers).map_err(|error| format!("couriers.json: {error}"))?;
        let lines = postage.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
        let postage = lines
            .map(|(at, line)| rule(line, &couriers).map_err(|reason| format!("postage.csv line {}: {reason}", at + 1)))
            .collect::<Result<Vec<Rule>, _>>()?;
        for direction in [Direction::Collect, Direction::Deliver] {
            let all = |rule: &Rule| {
                rule.item.is_none() && rule.department.is_none() && rule.direction.is_none_or(|one| one == direction)
            };
            if !postage.iter().any(all) {
                return Err(format!("postage.csv: no line fits every parcel of {}", direction.name()));
            }
        }
        Ok(Book { couriers, postage })
    }

    /// The courier of this code.
    pub fn courier(&self, code: &str) -> Option<&CourierEntry> {
        self.couriers.iter().find(|courier| courier.code == code)
    }

    /// Who carries a parcel of this item and department, and who pays: the first line that fits.
    pub fn postage(&self, item: &BasicCode, department: &DepartmentId, direction: Direction) -> Option<&Postage> {
        let kind = department.kind.to_string();
        let fits = |rule: &&Rule| {
            rule.item.is_none_or(|one| one == *item)
                && rule.department.as_ref().is_none_or(|one| *one == kind)
                && rule.direction.is_none_or(|one| one == direction)
        };
        self.postage.iter().find(fits).map(|rule| &rule.postage)
    }
}

fn rule(line: &str, couriers: &[CourierEntry]) -> Result<Rule, String> {
    let parts: Vec<&str> = line.split(',').map(str::trim).collect();
    let [item, department, direction, courier, payer] = parts[..] else {
        return Err("五列：item,department,direction,courier,payer".to_owned());
    };
    if !couriers.iter().any(|one| one.code == courier) {
        return Err(format!("没有快递 {courier}"));
    }
    Ok(Rule {
        item: if item == "*" { None } else { Some(item.parse().map_err(|error| format!("{item}：{error}"))?) },
        department: (department != "*").then(|| department.to_owned()),
        direction: match direction {
            "*" => None,
            "collect" => Some(Direction::Collect),
            "deliver" => Some(Direction::Deliver),
            other => return Err(format!("没有方向 {other}")),
        },
        postage: Postage {
            courier: courier.to_owned(),
            payer: match payer {
                "office" => Payer::Office,
                "applicant" => Payer::Applicant,
                other => return Err(format!("没有付款方 {other}")),
            },
        },
    })
}
