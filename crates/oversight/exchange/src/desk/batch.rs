//! Batches of rows: read, checked and sealed before the transaction; judged, stored and told in it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{CreditCode, DepartmentId, Digest, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{Db, Error, Read as _, Tx, Vault, sm3};

use super::{HOUSE, Result};
use crate::model::{BatchEvent, Noted, county_number};
use crate::rules::{self, Read, Ruling};
use crate::table::row::{Batch, Saved};
use crate::{
    BatchAnswer, Fault, Kind, Known, KnownCase, Line, Operation, Origin, Outcome, Quarantine, QuarantineId,
    QuarantineState, ROWS_MOST, Refusal, RowAnswer, Source, table,
};

/// Names the columns in which rows and applicants are sealed.
const ROW: &str = "exchange.row";
const APPLICANT: &str = "exchange.applicant";

/// A batch as it is sent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// Its number, chosen by the sender.
    pub cd_batch: String,
    /// The rows.
    pub rows: Vec<Map<String, Value>>,
}

/// A row ready for the transaction.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    guid: String,
    /// The row as it was sent, sealed.
    body: String,
    read: std::result::Result<(Read, Option<KnownCase>), Vec<Fault>>,
}

/// A batch ready for the transaction.
#[derive(Debug, Clone)]
pub struct Prepared {
    origin: Origin,
    /// Whose rows these are, where they do not say it themselves.
    department: DepartmentId,
    batch: String,
    digest: Digest,
    rows: Vec<Meant>,
}

impl Prepared {
    /// Whether these rows were taken in before under this number.
    pub(crate) fn is_known(&self, tx: &mut Tx) -> std::result::Result<bool, Error> {
        Ok(table::row::batch(tx, &self.origin, &self.batch)?.is_some())
    }

    /// Whose rows these are, where they do not say it themselves.
    pub(crate) fn department(&self) -> DepartmentId {
        self.department
    }
}

/// Opens the content of a row.
pub(crate) fn unseal(vault: &Vault, body: &str) -> std::result::Result<Map<String, Value>, Error> {
    Ok(serde_json::from_str(&vault.decrypt(ROW, &kernel::Sealed(body.to_owned()))?)?)
}

/// Name and code of an applicant.
pub(crate) fn applicant(vault: &Vault, sealed: &str) -> std::result::Result<(String, String), Error> {
    Ok(serde_json::from_str(&vault.decrypt(APPLICANT, &kernel::Sealed(sealed.to_owned()))?)?)
}

/// The blind index of an applicant's code.
pub(crate) fn blind(vault: &Vault, code: &str) -> String {
    Digest(vault.blind(APPLICANT, &code.trim().to_uppercase())).to_string()
}

/// Reads, checks and seals a batch of a departmental system. `bytes` is the body as it was sent.
pub fn prepare(db: &Db, source: &Source, incoming: Incoming, bytes: &[u8]) -> std::result::Result<Prepared, Refusal> {
    let number = incoming.cd_batch.trim();
    if !(1..=64).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::BatchNumber);
    }
    if !(1..=ROWS_MOST).contains(&incoming.rows.len()) {
        return Err(Refusal::Rows { found: incoming.rows.len() });
    }
    let (department, number) = (source.department, number.to_owned());
    let rows = checked(db.vault(), &number, incoming.rows, Some(source.org_code), department);
    Ok(Prepared { origin: Origin::from(&source.id), department, batch: number, digest: sm3(bytes), rows })
}

/// As [`prepare`], for rows that another node handed up in one envelope.
pub(crate) fn prepare_node(
    vault: &Vault,
    origin: Origin,
    seq: u64,
    body: &str,
    department: DepartmentId,
) -> std::result::Result<Prepared, Error> {
    let rows: Vec<Map<String, Value>> = serde_json::from_str(body)?;
    let batch = seq.to_string();
    let rows = checked(vault, &batch, rows, None, department);
    Ok(Prepared { origin, department, batch, digest: sm3(body.as_bytes()), rows })
}

/// Checks and seals rows. One that cannot even be named gets a name from its place.
pub(crate) fn checked(
    vault: &Vault,
    batch: &str,
    rows: Vec<Map<String, Value>>,
    org_code: Option<CreditCode>,
    department: DepartmentId,
) -> Vec<Meant> {
    let mut seen = BTreeSet::new();
    let mut meant = Vec::with_capacity(rows.len());
    for (row, place) in rows.into_iter().zip(1..) {
        let named = row.get("row_guid").and_then(Value::as_str).map(str::trim).filter(|guid| !guid.is_empty());
        let guid = named.map_or_else(|| format!("{batch}#{place}"), |guid| guid.chars().take(64).collect());
        let body = Value::Object(row.clone()).to_string();
        let mut read = rules::check(row, org_code);
        if !seen.insert(guid.clone()) {
            let detail = "同一批里有两行用了这个 row_guid，请合并或者换一个".to_owned();
            read = Err(vec![Fault { field: "row_guid".to_owned(), code: "twice".to_owned(), detail }]);
        }
        if let Ok(right) = &read
            && let Some(fault) = foreign(right, org_code.is_some(), department)
        {
            read = Err(vec![fault]);
        }
        let read = read.map(|read| {
            let case = fresh(vault, &read, department);
            (read, case)
        });
        meant.push(Meant { guid, body: vault.encrypt(ROW, &body).0, read });
    }
    meant
}

/// A system may not speak for another department of this platform either.
fn foreign(read: &Read, is_bound: bool, department: DepartmentId) -> Option<Fault> {
    let said: DepartmentId = read.get("department")?.parse().ok()?;
    let detail = "不是这个接入系统所属的部门，只能报送本部门的办件".to_owned();
    (is_bound && said != department).then(|| Fault {
        field: "department".to_owned(),
        code: "other-department".to_owned(),
        detail,
    })
}

/// The case as a basic row tells it.
fn fresh(vault: &Vault, read: &Read, department: DepartmentId) -> Option<KnownCase> {
    if read.kind != Kind::Basic {
        return None;
    }
    let text = |name: &str| read.get(name).unwrap_or_default().to_owned();
    let (name, code) = (text("applyer_name"), text("applyer_page_code"));
    let said = read.get("department").and_then(|text| text.parse().ok());
    Some(KnownCase {
        department: said.unwrap_or(department),
        item: text("catalog_code"),
        name: text("task_name"),
        applicant: vault.encrypt(APPLICANT, &json!([name, code]).to_string()).0,
        blind: blind(vault, &code),
        instant: read.get("project_type") == Some("1"),
        applied: read.instant("apply_date").unwrap_or(read.event_at),
        accepted: read.instant("accept_date"),
        processes: 0,
        result: None,
        result_at: None,
    })
}

/// Receives a batch. The same batch again is answered as before; its number with other rows is refused.
pub fn receive(tx: &mut Tx, prepared: &Prepared) -> Result<BatchAnswer> {
    if let Some(before) = table::row::batch(tx, &prepared.origin, &prepared.batch)? {
        if before.digest != prepared.digest {
            return Err(Refusal::BatchOther.into());
        }
        return Ok(serde_json::from_str(&before.answer).map_err(Error::from)?);
    }
    Ok(take_in(tx, prepared)?)
}

/// What a batch changes, gathered while its rows are judged in memory.
struct Work<'a> {
    origin: &'a Origin,
    department: DepartmentId,
    batch: &'a str,
    now: Timestamp,
    known: HashMap<String, Known>,
    cases: HashMap<String, KnownCase>,
    /// Numbers that another system told first.
    elsewhere: HashSet<String>,
    changed_rows: BTreeMap<&'a str, &'a str>,
    changed_cases: BTreeSet<&'a str>,
    marks: Vec<Noted>,
    quarantined: Vec<Quarantine>,
}

/// Takes in rows that were not taken in before under this number: a few statements for all of them.
pub(crate) fn take_in(tx: &mut Tx, prepared: &Prepared) -> std::result::Result<BatchAnswer, Error> {
    let Prepared { origin, department, batch, digest, rows } = prepared;
    let guids: Vec<&str> = rows.iter().map(|row| row.guid.as_str()).collect();
    let right = || rows.iter().filter_map(|row| row.read.as_ref().ok());
    let numbers: BTreeSet<&str> = right().map(|(read, _)| read.project_no.as_str()).collect();
    let numbers: Vec<&str> = numbers.into_iter().collect();
    let mut work = Work {
        origin,
        department: *department,
        batch,
        now: tx.now(),
        known: table::row::known(tx, origin, &guids)?,
        cases: table::row::cases(tx, origin, &numbers)?,
        elsewhere: HashSet::new(),
        changed_rows: BTreeMap::new(),
        changed_cases: BTreeSet::new(),
        marks: vec![],
        quarantined: vec![],
    };
    let unknown: Vec<&str> = numbers.iter().filter(|number| !work.cases.contains_key(**number)).copied().collect();
    work.elsewhere = if origin.is_node() { HashSet::new() } else { table::row::elsewhere(tx, origin, &unknown)? };
    let waiting = table::quarantine::waiting(tx, origin, &guids)?;
    let mut answers: Vec<Option<(RowAnswer, Line)>> = rows.iter().map(|_| None).collect();
    for place in order(rows) {
        answers[place] = Some(work.judge(&rows[place]));
    }
    let (rows, lines): (Vec<RowAnswer>, Vec<Line>) = answers.into_iter().flatten().unzip();
    let counts = Outcome::ALL.iter().map(|outcome| rows.iter().filter(|row| row.outcome == *outcome).count());
    let counts: Vec<usize> = counts.collect();
    let counts = [counts[0], counts[1], counts[2], counts[3]];
    work.save(tx)?;
    for row in rows.iter().filter(|row| row.outcome != Outcome::Quarantined && waiting.contains(&row.row_guid)) {
        table::quarantine::mend(tx, origin, &row.row_guid)?;
    }
    let answer = BatchAnswer { cd_batch: batch.clone(), received: work.now, counts, rows };
    let stored = Batch {
        batch: batch.clone(),
        digest: *digest,
        received: work.now,
        counts: counts.map(|count| i64::try_from(count).unwrap_or(i64::MAX)),
        answer: serde_json::to_string(&answer)?,
    };
    table::row::save_batch(tx, origin, county_number(&department.region), &stored)?;
    let mut events = vec![BatchEvent::Received {
        origin: origin.clone(),
        batch: batch.clone(),
        digest: *digest,
        counts,
        rows: lines,
    }];
    if !work.marks.is_empty() {
        events.push(BatchEvent::Noticed { origin: origin.clone(), marks: work.marks });
    }
    tx.journal(&HOUSE, &stream(origin, batch), 1, &events)?;
    Ok(answer)
}

/// The journal stream of a batch.
pub(crate) fn stream(origin: &Origin, batch: &str) -> String {
    format!("exchange-batch:{origin}/{batch}")
}

/// A case comes before its steps and these before its result, in whatever order the sender wrote them.
fn order(rows: &[Meant]) -> Vec<usize> {
    let rank = |place: &usize| {
        rows[*place].read.as_ref().map_or((9, Timestamp::MAX), |(read, _)| match read.kind {
            Kind::Basic => (0, read.cd_time),
            Kind::Result => (2, read.cd_time),
            _ => (1, read.cd_time),
        })
    };
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(rank);
    places
}

impl<'a> Work<'a> {
    fn judge(&mut self, row: &'a Meant) -> (RowAnswer, Line) {
        let (read, fresh) = match &row.read {
            Ok(right) => right,
            Err(faults) => return self.quarantine(row, faults.clone(), self.department),
        };
        if self.elsewhere.contains(&read.project_no) {
            let detail = "这个办件编号已经由另一个系统报送，请核对编号".to_owned();
            let fault = Fault { field: "project_no".to_owned(), code: "taken".to_owned(), detail };
            return self.quarantine(row, vec![fault], self.department);
        }
        let (known, case) = (self.known.get(&row.guid), self.cases.get(&read.project_no));
        let ruling = rules::decide(read, known, case, self.now);
        let marks = match ruling {
            Ruling::Accept | Ruling::Replace => rules::marks(read, known, case, self.now),
            _ => vec![],
        };
        let outcome = match &ruling {
            Ruling::Quarantine(faults) => {
                let department = case.map_or(self.department, |case| case.department);
                return self.quarantine(row, faults.clone(), department);
            }
            Ruling::Accept => Outcome::Accepted,
            Ruling::Replace | Ruling::Remove => Outcome::Replaced,
            Ruling::Unchanged => Outcome::Unchanged,
        };
        if outcome != Outcome::Unchanged {
            let case = self.cases.remove(&read.project_no);
            if let Some(case) = rules::apply_case(case, read, &ruling, || fresh.clone()) {
                let (guid, project_no, department) = (&row.guid, &read.project_no, case.department);
                let noted = |mark: &crate::Mark| Noted {
                    guid: guid.clone(),
                    project_no: project_no.clone(),
                    department,
                    mark: *mark,
                    event_at: read.event_at,
                };
                self.marks.extend(marks.iter().map(noted));
                self.cases.insert(read.project_no.clone(), case);
                self.changed_cases.insert(&read.project_no);
            }
            let known = Known {
                kind: read.kind,
                project_no: read.project_no.clone(),
                cd_time: read.cd_time,
                event_at: read.event_at,
                removed: read.operation == Operation::Delete,
                digest: read.digest,
                batch: self.batch.to_owned(),
            };
            self.known.insert(row.guid.clone(), known);
            self.changed_rows.insert(&row.guid, &row.body);
        }
        let digest = (outcome != Outcome::Unchanged).then_some(read.digest);
        let answer = RowAnswer { row_guid: row.guid.clone(), outcome, faults: vec![], marks };
        (answer, Line { guid: row.guid.clone(), outcome, digest })
    }

    fn quarantine(&mut self, row: &Meant, faults: Vec<Fault>, department: DepartmentId) -> (RowAnswer, Line) {
        // Of two rows with one name the first one stays in the list.
        if !self.quarantined.iter().any(|kept| kept.guid == row.guid) {
            self.quarantined.push(Quarantine {
                id: QuarantineId::new(store::fresh_uuid()),
                version: 0,
                origin: self.origin.clone(),
                guid: row.guid.clone(),
                batch: self.batch.to_owned(),
                department,
                received: self.now,
                state: QuarantineState::Open,
                faults: faults.clone(),
                body: row.body.clone(),
            });
        }
        let outcome = Outcome::Quarantined;
        let answer = RowAnswer { row_guid: row.guid.clone(), outcome, faults, marks: vec![] };
        (answer, Line { guid: row.guid.clone(), outcome, digest: None })
    }

    fn save(&self, tx: &mut Tx) -> std::result::Result<(), Error> {
        let saved: Vec<Saved> = self
            .changed_rows
            .iter()
            .filter_map(|(guid, body)| Some(Saved { guid, known: self.known.get(*guid)?, body }))
            .collect();
        table::row::save(tx, self.origin, self.now, &saved)?;
        let changed = self.cases.iter().filter(|(number, _)| self.changed_cases.contains(number.as_str()));
        table::row::save_cases(tx, self.origin, self.now, changed)?;
        table::quarantine::save(tx, &self.quarantined)?;
        table::row::save_marks(tx, self.origin, self.now, &self.marks)
    }
}

impl Meant {
    /// The row alone, under its own name.
    pub(crate) fn alone(self, origin: Origin, department: DepartmentId, batch: String) -> Prepared {
        let digest = sm3(self.body.as_bytes());
        Prepared { origin, department, batch, digest, rows: vec![self] }
    }
}
