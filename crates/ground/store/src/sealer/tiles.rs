//! The tree as it is stored: tiles of 256 neighbouring nodes on every eighth level. All nodes between are at most 255
//! hashes away, and appending rewrites only the last tile of each level.

use super::tree;
use crate::db::{Param, Read, ReadExt, Tx};
use crate::follow::Position;
use crate::{Error, params};
use kernel::Digest;
use std::collections::HashMap;

/// Nodes in a full tile.
pub const WIDTH: u64 = 256;
/// Tree levels from one tile level to the next.
const STEP: u32 = 8;

/// The last tile of one level.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tile {
    pub level: u32,
    pub position: u64,
    pub hashes: Vec<Digest>,
    /// On level 0, the entries that the leaves stand for, and the first one's place in the journal.
    pub entries: Vec<i64>,
    pub first: Position,
}

impl Tile {
    fn is_full(&self) -> bool {
        self.hashes.len() as u64 == WIDTH
    }

    pub fn save(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        const SAVE: &str = "INSERT INTO store_tree_tile (level, position, first_epoch, first_seq, hashes, entries)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes, entries = excluded.entries";
        let hashes: Vec<u8> = self.hashes.iter().flat_map(|hash| hash.0).collect();
        let entries: Vec<u8> = self.entries.iter().flat_map(|seq| seq.to_be_bytes()).collect();
        let (level, place) = (Param::from(&self.level), self.position as i64);
        let first = if self.level == 0 {
            [Param::from(&self.first.epoch), Param::from(&self.first.seq)]
        } else {
            [Param::Null, Param::Null]
        };
        let [epoch, seq] = first;
        let entries = if self.level == 0 { Param::Bytes(&entries) } else { Param::Null };
        tx.execute(SAVE, &[level, Param::Int(place), epoch, seq, Param::Bytes(&hashes), entries]).map(drop)
    }
}

/// Reads one tile; an absent one is empty.
pub fn load(read: &mut dyn Read, level: u32, position: u64) -> Result<Tile, Error> {
    const LOAD: &str = "SELECT hashes, entries, first_epoch, first_seq FROM store_tree_tile
        WHERE level = $1 AND position = $2";
    let found = read.query_one(LOAD, &params![level, position as i64], |row| {
        let hashes: Vec<u8> = row.get(0)?;
        let entries: Vec<u8> = row.get::<Option<_>>(1)?.unwrap_or_default();
        let first = Position {
            epoch: row.get::<Option<_>>(2)?.unwrap_or_default(),
            seq: row.get::<Option<_>>(3)?.unwrap_or_default(),
        };
        Ok(Tile {
            level,
            position,
            hashes: hashes.as_chunks::<32>().0.iter().map(|hash| Digest(*hash)).collect(),
            entries: entries.as_chunks::<8>().0.iter().map(|seq| i64::from_be_bytes(*seq)).collect(),
            first,
        })
    })?;
    Ok(found.unwrap_or(Tile { level, position, ..Tile::default() }))
}

/// The leaf that stands for an entry, if it is sealed: its index and hash.
pub fn find_leaf(read: &mut dyn Read, at: Position) -> Result<Option<(u64, Digest)>, Error> {
    const TILE: &str = "SELECT position FROM store_tree_tile WHERE level = 0 AND (first_epoch, first_seq) <= ($1, $2)
        ORDER BY first_epoch DESC, first_seq DESC LIMIT 1";
    let Some(position) = read.query_one(TILE, &params![at.epoch, at.seq], |row| row.get::<u64>(0))? else {
        return Ok(None);
    };
    let tile = load(read, 0, position)?;
    let place = tile.entries.iter().position(|seq| *seq == at.seq);
    Ok(place.and_then(|place| Some((position * WIDTH + place as u64, *tile.hashes.get(place)?))))
}

/// The right edge of the tree: the last tile of each level, from the leaves up.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    levels: Vec<Tile>,
}

impl Edge {
    /// Reads the edge.
    pub fn load(read: &mut dyn Read) -> Result<Self, Error> {
        const LAST: &str = "SELECT MAX(position) FROM store_tree_tile WHERE level = $1";
        let mut edge = Edge::default();
        for level in 0.. {
            let last = read.query_one(LAST, &params![level], |row| row.get::<Option<u64>>(0))?.flatten();
            let Some(last) = last else { break };
            let mut tile = load(read, level, last)?;
            if tile.is_full() {
                tile = Tile { level, position: last + 1, ..Tile::default() };
            }
            edge.levels.push(tile);
        }
        Ok(edge)
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |tile| tile.position * WIDTH + tile.hashes.len() as u64)
    }

    /// Adds a leaf. Tiles that became full go to `full`.
    pub fn push(&mut self, leaf: Digest, at: Position, full: &mut Vec<Tile>) {
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level as usize {
                self.levels.push(Tile { level, ..Tile::default() });
            }
            let tile = &mut self.levels[level as usize];
            if level == 0 {
                if tile.hashes.is_empty() {
                    tile.first = at;
                }
                tile.entries.push(at.seq);
            }
            tile.hashes.push(hash);
            if !tile.is_full() {
                break;
            }
            hash = complete(&tile.hashes);
            let next = Tile { level, position: tile.position + 1, ..Tile::default() };
            full.push(std::mem::replace(tile, next));
        }
    }

    /// The tiles that are not full yet.
    pub fn partial(&self) -> impl Iterator<Item = &Tile> {
        self.levels.iter().filter(|tile| !tile.hashes.is_empty())
    }
}

/// The root of a complete subtree.
fn complete(hashes: &[Digest]) -> Digest {
    match hashes {
        [single] => *single,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            tree::node(&complete(left), &complete(right))
        }
    }
}

/// Finds nodes in the stored tiles, each read once.
pub struct Stored<'a> {
    read: &'a mut dyn Read,
    tiles: HashMap<(u32, u64), Tile>,
}

impl<'a> Stored<'a> {
    pub fn new(read: &'a mut dyn Read) -> Self {
        Stored { read, tiles: HashMap::new() }
    }

    /// The complete node at this place.
    pub fn node(&mut self, level: u32, index: u64) -> Result<Digest, Error> {
        // The nodes of the tile level below that it spans, which all lie in one tile.
        let (tile_level, above) = (level / STEP, level % STEP);
        let (first, count) = (index << above, 1_usize << above);
        let (position, start) = (first / WIDTH, (first % WIDTH) as usize);
        let tile = match self.tiles.entry((tile_level, position)) {
            std::collections::hash_map::Entry::Occupied(tile) => tile.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => place.insert(load(self.read, tile_level, position)?),
        };
        let hashes = tile.hashes.get(start..start + count);
        hashes.map(complete).ok_or_else(|| Error::Corrupt(format!("the tree lacks node {index} of level {level}")))
    }
}
