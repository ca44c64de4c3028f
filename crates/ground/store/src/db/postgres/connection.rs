//! One connection to the server.

use super::locked;
use super::value::{fault, is_cut};
use crate::Error;
use crate::db::engine::{EachRow, Engine};
use crate::db::sql::widened;
use crate::db::value::Param;
use crate::numbers::TAKE_BLOCK;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Rows in one INSERT, at most.
const ROWS_MAX: usize = 128;

/// What is in the way of a transaction.
pub(super) enum Trouble {
    /// Another transaction changed the same rows, or the plan grew old: try again.
    Conflict(Error),
    /// A key is taken: one more try, in which the job can see by whom.
    Taken(Error),
    /// A statement failed, and the transaction with it.
    Failed(Error),
}

impl Trouble {
    pub(super) fn error(self) -> Error {
        match self {
            Trouble::Conflict(error) | Trouble::Taken(error) | Trouble::Failed(error) => error,
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Commands.
    Writer,
    /// Questions.
    Reader,
    /// Single statements that write, each durable by itself.
    Alone,
}

/// A connection and its prepared statements, found by the address of their text: all SQL is `'static`.
pub(super) struct Connection {
    config: postgres::Config,
    kind: Kind,
    /// A transaction is open.
    is_open: bool,
    /// A statement that may write was sent since this was last cleared.
    pub(super) has_written: bool,
    client: Option<Client>,
    statements: HashMap<(usize, usize, usize), Statement>,
    pub(super) trouble: Option<Trouble>,
    /// For what must outlive the transaction.
    side: Option<Arc<Mutex<Connection>>>,
}

impl Connection {
    pub(super) fn closed(config: &postgres::Config, kind: Kind) -> Self {
        let (client, statements) = (None, HashMap::new());
        let (is_open, has_written) = (false, false);
        Connection { config: config.clone(), kind, is_open, has_written, client, statements, trouble: None, side: None }
    }

    pub(super) fn open(config: &postgres::Config, kind: Kind) -> Result<Self, Error> {
        let mut connection = Self::closed(config, kind);
        connection.client()?;
        Ok(connection)
    }

    /// Whether nothing of the last use is left.
    pub(super) fn is_clean(&self) -> bool {
        !self.is_open && self.trouble.is_none()
    }

    /// This connection, with another at its side for what must outlive its transactions.
    pub(super) fn beside(self, side: Arc<Mutex<Connection>>) -> Self {
        Connection { side: Some(side), ..self }
    }

    /// The client. Outside a transaction it connects anew after a cut; inside one it never does, or the statements
    /// that follow would stand alone.
    fn client(&mut self) -> Result<&mut Client, Error> {
        let is_gone = self.client.as_ref().is_none_or(Client::is_closed);
        if is_gone && self.is_open {
            let error = Error::Io("the connection to the database was cut".to_owned());
            self.trouble.get_or_insert(Trouble::Conflict(error.clone()));
            return Err(error);
        }
        if is_gone {
            self.statements.clear();
            self.client = None;
            let mut client = self.config.connect(NoTls).map_err(|error| fault(&error))?;
            let session = match self.kind {
                Kind::Reader => "SET default_transaction_read_only = on; SET synchronous_commit = on",
                Kind::Writer | Kind::Alone => "SET synchronous_commit = on",
            };
            client.batch_execute(session).map_err(|error| fault(&error))?;
            self.client = Some(client);
        }
        self.client.as_mut().ok_or(Error::Closed)
    }

    /// Begins a transaction with these words.
    pub(super) fn begin(&mut self, words: &'static str) -> Result<(), Error> {
        self.trouble = None;
        let first = self.client()?.batch_execute(words);
        match first {
            // The cut came while it was idle: nothing is lost, a new connection begins.
            Err(error) if is_cut(&error) => {
                self.client = None;
                self.client()?.batch_execute(words).map_err(|error| fault(&error))?;
            }
            other => other.map_err(|error| fault(&error))?,
        }
        self.is_open = true;
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), Error> {
        self.is_open = false;
        let Some(client) = &mut self.client else { return Err(Error::Closed) };
        match client.batch_execute("COMMIT") {
            Ok(()) => Ok(()),
            Err(error) if is_cut(&error) => Err(Error::Io(
                "the connection was cut at the commit; whether the command happened is unknown: send it again under \
                 the same idempotency key"
                    .to_owned(),
            )),
            Err(error) => Err(self.failed(&error)),
        }
    }

    pub(super) fn roll_back(&mut self) {
        self.is_open = false;
        // A connection on which this fails is replaced at its next use; the server rolls back by itself.
        if let Some(client) = &mut self.client
            && client.batch_execute("ROLLBACK").is_err()
        {
            self.client = None;
        }
    }

    fn failed(&mut self, error: &postgres::Error) -> Error {
        let ours = fault(error);
        let code = error.code().map_or("", |code| code.code());
        let trouble = Some(match code {
            // Serialisation failure, deadlock.
            "40001" | "40P01" => Trouble::Conflict(Error::Busy(ours.to_string())),
            // "cached plan must not change result type": a migration ran beside us.
            "0A000" if !self.statements.is_empty() => {
                self.statements.clear();
                Trouble::Conflict(ours.clone())
            }
            // Unique key, table or object is there already.
            "23505" | "42P07" | "42710" => Trouble::Taken(ours.clone()),
            _ if is_cut(error) => {
                self.client = None;
                Trouble::Conflict(ours.clone())
            }
            _ => Trouble::Failed(ours.clone()),
        });
        if self.trouble.is_none() {
            self.trouble = trouble;
        }
        ours
    }

    fn statement(&mut self, sql: &'static str, width: usize, rows: usize) -> Result<Statement, Error> {
        let key = (sql.as_ptr() as usize, sql.len(), rows);
        self.has_written |= !sql.trim_start().starts_with("SELECT");
        self.client()?;
        if let Some(known) = self.statements.get(&key) {
            return Ok(known.clone());
        }
        let wide = if rows > 1 { widened(sql, width, rows) } else { None };
        let prepared = self.client()?.prepare(wide.as_deref().unwrap_or(sql));
        let statement = prepared.map_err(|error| self.failed(&error))?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }

    fn ask(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<postgres::Row>, Error> {
        let statement = self.statement(sql, 0, 1)?;
        let answer = self.client()?.query(&statement, &by_reference(params));
        answer.map_err(|error| self.failed(&error))
    }
}

fn by_reference<'a>(params: &'a [Param<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

impl Engine for Connection {
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error> {
        let mut answer = self.ask(sql, params);
        if answer.is_err() && !self.is_open && self.client.is_none() {
            // The cut came before or during a statement that stands alone and may be sent again.
            answer = self.ask(sql, params);
        }
        answer?.iter().try_for_each(|found| row(found))
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        let statement = self.statement(sql, 0, 1)?;
        let changed = self.client()?.execute(&statement, &by_reference(params));
        changed.map_err(|error| self.failed(&error))
    }

    fn insert_many(&mut self, sql: &'static str, width: usize, params: &[Param<'_>]) -> Result<u64, Error> {
        let (mut rest, mut written) = (params, 0);
        while !rest.is_empty() {
            // Powers of two, so that few statements are prepared.
            let left = rest.len() / width;
            let rows = ROWS_MAX.min(1 << left.ilog2());
            let (now, later) = rest.split_at(rows * width);
            let statement = self.statement(sql, width, rows)?;
            let changed = self.client()?.execute(&statement, &by_reference(now));
            written += changed.map_err(|error| self.failed(&error))?;
            rest = later;
        }
        Ok(written)
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.has_written = true;
        let done = self.client()?.batch_execute(sql);
        done.map_err(|error| self.failed(&error))
    }

    fn outside_block(&mut self, series: &str, size: i64) -> Option<Result<i64, Error>> {
        let side = self.side.as_ref()?;
        let mut side = locked(side);
        let params = [Param::Text(series), Param::Int(size)];
        let mut end = None;
        let taken = side.each(TAKE_BLOCK, &params, &mut |row| {
            end = Some(row.get::<i64>(0)?);
            Ok(())
        });
        Some(taken.and_then(|()| end.ok_or_else(|| Error::Corrupt("store_number gave no number".to_owned()))))
    }
}
