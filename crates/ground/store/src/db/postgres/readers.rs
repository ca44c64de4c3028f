//! The connections that read.

use super::connection::{Connection, Kind};
use super::locked;
use crate::Error;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

/// How long a question waits for a connection.
const READER_WAIT: Duration = Duration::from_secs(10);

/// Connections for questions, handed out in the order of asking.
pub(super) struct Readers {
    config: postgres::Config,
    most: usize,
    state: Mutex<ReadersState>,
}

#[derive(Default)]
struct ReadersState {
    idle: Vec<Connection>,
    lent: usize,
    waiting: VecDeque<SyncSender<Connection>>,
}

/// A connection on loan; it goes to the next in line when dropped.
pub(super) struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Readers {
    /// Up to `most` connections, made when they are asked for.
    pub(super) fn new(config: postgres::Config, most: usize) -> Self {
        Readers { config, most: most.max(1), state: Mutex::default() }
    }

    /// Closes those that are idle.
    pub(super) fn close(&self) {
        locked(&self.state).idle.clear();
    }

    pub(super) fn take(&self) -> Result<Lent<'_>, Error> {
        let mut state = locked(&self.state);
        let connection = if state.lent < self.most && state.waiting.is_empty() {
            state.lent += 1;
            let idle = state.idle.pop();
            drop(state);
            idle.unwrap_or_else(|| Connection::closed(&self.config, Kind::Reader))
        } else {
            let (sender, receiver) = sync_channel(1);
            state.waiting.push_back(sender);
            drop(state);
            receiver.recv_timeout(READER_WAIT).map_err(|error| match error {
                RecvTimeoutError::Timeout => Error::Busy("no connection became free in time".to_owned()),
                RecvTimeoutError::Disconnected => Error::Closed,
            })?
        };
        Ok(Lent { readers: self, connection: Some(connection) })
    }
}

impl Lent<'_> {
    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection.get_or_insert_with(|| Connection::closed(&self.readers.config, Kind::Reader))
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if std::thread::panicking() || !connection.is_clean() {
            // It may be in the middle of something.
            connection = Connection::closed(&self.readers.config, Kind::Reader);
        }
        let mut state = locked(&self.readers.state);
        while let Some(next) = state.waiting.pop_front() {
            match next.try_send(connection) {
                Ok(()) => return,
                Err(back) => {
                    // That one gave up waiting.
                    connection = match back {
                        TrySendError::Full(back) => back,
                        TrySendError::Disconnected(back) => back,
                    };
                }
            }
        }
        state.lent -= 1;
        state.idle.push(connection);
    }
}
