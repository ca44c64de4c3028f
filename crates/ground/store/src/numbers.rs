//! Serial numbers without a hot row: a process takes them in blocks. Gaps happen, doubles never.

use crate::db::{ReadExt, Tx};
use crate::{Error, params};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many numbers are taken at a time.
const BLOCK: i64 = 64;
/// Series held in memory; beyond it all are dropped, at the price of gaps.
const SERIES_MAX: usize = 50_000;

/// The blocks that this process holds: series → next, end.
#[derive(Default)]
pub(crate) struct Numbers(Mutex<HashMap<String, (i64, i64)>>);

impl Numbers {
    fn take(&self, series: &str) -> Option<i64> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, end) = held.get_mut(series)?;
        let number = *next;
        *next += 1;
        if *next >= *end {
            held.remove(series);
        }
        Some(number)
    }

    /// Adds blocks whose transaction is done.
    pub fn add(&self, blocks: impl Iterator<Item = (String, i64, i64)>) {
        for (series, next, end) in blocks.filter(|(_, next, end)| next < end) {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if held.len() >= SERIES_MAX {
                held.clear();
            }
            held.insert(series, (next, end));
        }
    }

    /// Drops all blocks: a commit failed, so their taking may not be durable.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Takes a block; answers the first number after it.
pub(crate) const TAKE_BLOCK: &str = "INSERT INTO store_number (series, next) VALUES ($1, 1 + $2)
    ON CONFLICT (series) DO UPDATE SET next = store_number.next + $2 RETURNING next";

impl Tx<'_> {
    /// The next number of a series, from 1. A command that is rolled back leaves a gap.
    pub fn number(&mut self, series: &str) -> Result<i64, Error> {
        if let Some(block) = self.after.blocks.iter_mut().find(|block| block.0 == series && block.1 < block.2) {
            block.1 += 1;
            return Ok(block.1 - 1);
        }
        if let Some(number) = self.shared.numbers.take(series) {
            return Ok(number);
        }
        let (end, is_durable) = match self.outside_block(series, BLOCK) {
            Some(end) => (end?, true),
            None => {
                let end = self.query_one(TAKE_BLOCK, &params![series, BLOCK], |row| row.get::<i64>(0))?;
                (end.ok_or_else(|| Error::Corrupt("store_number gave no number".to_owned()))?, false)
            }
        };
        let rest = (series.to_owned(), end - BLOCK + 1, end);
        if is_durable {
            self.shared.numbers.add(std::iter::once(rest));
        } else {
            self.after.blocks.push(rest);
        }
        Ok(end - BLOCK)
    }
}
