//! The Merkle tree of RFC 9162 (2.1), with SM3 in place of SHA-256. Pure: nodes come through a function.

use crate::{Error, sm3};
use kernel::Digest;

/// Where a node stands: its level above the leaves, and its place on that level. Only complete nodes have one.
pub type Find<'a> = &'a mut dyn FnMut(u32, u64) -> Result<Digest, Error>;

/// The hash of a leaf: `SM3(0x00 ‖ input)`.
pub fn leaf(input: &[u8]) -> Digest {
    sm3(&[&[0], input].concat())
}

/// The hash of an inner node: `SM3(0x01 ‖ left ‖ right)`.
pub fn node(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    sm3(&bytes)
}

/// The root of the empty tree.
pub fn empty() -> Digest {
    sm3(&[])
}

/// The hash over the leaves `start..end`.
pub fn range(start: u64, end: u64, find: Find<'_>) -> Result<Digest, Error> {
    let count = end - start;
    if count == 0 {
        return Ok(empty());
    }
    if count.is_power_of_two() && start.is_multiple_of(count) {
        return find(count.trailing_zeros(), start / count);
    }
    let middle = start + split(count);
    Ok(node(&range(start, middle, find)?, &range(middle, end, find)?))
}

/// The largest power of two smaller than `count`.
fn split(count: u64) -> u64 {
    count.next_power_of_two() / 2
}

/// The path that proves leaf `index` in the tree of the first `size` leaves (RFC 9162, 2.1.3.1).
pub fn inclusion(index: u64, size: u64, find: Find<'_>) -> Result<Vec<Digest>, Error> {
    let (mut start, mut end, mut path) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range(middle, end, find)?);
            end = middle;
        } else {
            path.push(range(start, middle, find)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2).
pub fn includes(leaf: &Digest, index: u64, size: u64, path: &[Digest], root: &Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for step in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node(step, &hash);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            hash = node(&hash, step);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// The path that proves that the tree of `size` leaves continues the one of its first `earlier` (RFC 9162, 2.1.4.1).
pub fn consistency(earlier: u64, size: u64, find: Find<'_>) -> Result<Vec<Digest>, Error> {
    if earlier == 0 || earlier >= size {
        return Ok(vec![]);
    }
    let (mut start, mut end, mut path, mut is_whole) = (0, size, Vec::new(), true);
    while earlier < end {
        let middle = start + split(end - start);
        if earlier <= middle {
            path.push(range(middle, end, find)?);
            end = middle;
        } else {
            path.push(range(start, middle, find)?);
            (start, is_whole) = (middle, false);
        }
    }
    if !is_whole {
        path.push(range(start, end, find)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether the path shows that the later root continues the earlier one (RFC 9162, 2.1.4.2).
pub fn continues(earlier: u64, size: u64, before: &Digest, after: &Digest, path: &[Digest]) -> bool {
    if earlier == size {
        return path.is_empty() && before == after;
    }
    if earlier == 0 || earlier > size {
        return earlier == 0 && path.is_empty();
    }
    let (mut place, mut last) = (earlier - 1, size - 1);
    while place & 1 == 1 {
        (place, last) = (place >> 1, last >> 1);
    }
    let mut steps = path.iter();
    let first = if earlier.is_power_of_two() { Some(before) } else { steps.next() };
    let Some(first) = first else { return false };
    let (mut old, mut new) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            (old, new) = (node(step, &old), node(step, &new));
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            new = node(&new, step);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    last == 0 && old == *before && new == *after
}

/// The complete subtrees that the first leaves make, largest first: enough to go on and to give the root at any size.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: u64,
    complete: Vec<Digest>,
}

impl Frontier {
    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.complete.pop() {
                hash = node(&left, &hash);
            }
        }
        self.complete.push(hash);
        self.size += 1;
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Digest {
        let mut nodes = self.complete.iter().rev().copied();
        let last = nodes.next();
        last.map_or_else(empty, |last| nodes.fold(last, |right, left| node(&left, &right)))
    }
}
