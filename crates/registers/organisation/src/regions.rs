//! The register of regions in memory: it changes a few times a year and is asked on every page.

use std::collections::HashMap;

use kernel::{Date, Level, RegionCode};
use store::{Cached, Read};

use crate::model::{Alias, Region, RegionKind};
use crate::table;

/// All regions that stand today, and the old codes that still mean something.
#[derive(Debug, Default)]
pub struct Regions {
    /// In the order of their codes, so that a region is followed by all that lies in it.
    all: Vec<Region>,
    index: HashMap<RegionCode, usize>,
    children: HashMap<RegionCode, Vec<usize>>,
    roots: Vec<usize>,
    /// How many stand on each level, highest first.
    counts: [usize; 5],
    aliases: HashMap<RegionCode, Vec<Alias>>,
}

impl Regions {
    /// Orders regions and old codes for asking; regions that ended are left out.
    pub fn new(regions: impl IntoIterator<Item = Region>, aliases: impl IntoIterator<Item = Alias>) -> Self {
        let mut all: Vec<Region> = regions.into_iter().filter(|region| region.valid_to.is_none()).collect();
        all.sort_by_key(|region| region.code);
        let index: HashMap<_, _> = all.iter().enumerate().map(|(place, region)| (region.code, place)).collect();
        let mut children: HashMap<RegionCode, Vec<usize>> = HashMap::new();
        let mut roots = Vec::new();
        for (place, region) in all.iter().enumerate() {
            match region.parent().filter(|parent| index.contains_key(parent)) {
                Some(parent) => children.entry(parent).or_default().push(place),
                None => roots.push(place),
            }
        }
        let counts = Level::ALL.map(|level| all.iter().filter(|region| region.level() == level).count());
        let mut by_code: HashMap<RegionCode, Vec<Alias>> = HashMap::new();
        for alias in aliases {
            by_code.entry(alias.code).or_default().push(alias);
        }
        by_code.values_mut().for_each(|list| list.sort_by_key(|alias| alias.valid_to));
        Self { all, index, children, roots, counts, aliases: by_code }
    }

    /// The region of this code, if it stands today.
    pub fn get(&self, code: &RegionCode) -> Option<&Region> {
        self.index.get(code).map(|place| &self.all[*place])
    }

    /// The region that a code means today: itself, or what took its place.
    pub fn resolve(&self, code: &RegionCode) -> Option<&Region> {
        // A region lives four or five renamings at most; the bound keeps a circle in the data from hanging us.
        let mut code = *code;
        for _ in 0..8 {
            if let Some(region) = self.get(&code) {
                return Some(region);
            }
            code = self.aliases.get(&code)?.last()?.successor;
        }
        None
    }

    /// What a code was called on a day, old names included.
    pub fn name_on(&self, code: &RegionCode, day: Date) -> Option<&str> {
        let old = self.aliases.get(code).and_then(|list| list.iter().find(|alias| day < alias.valid_to));
        old.map(|alias| alias.name.as_str()).or_else(|| self.get(code).map(|region| region.name.as_str()))
    }

    /// Old codes with what became of them.
    pub fn aliases(&self) -> impl Iterator<Item = &Alias> {
        self.aliases.values().flatten()
    }

    /// The regions directly below, in the order of their codes.
    pub fn children<'a>(&'a self, code: &RegionCode) -> impl ExactSizeIterator<Item = &'a Region> + use<'a> {
        self.children.get(code).map(Vec::as_slice).unwrap_or_default().iter().map(|place| &self.all[*place])
    }

    /// The regions that stand under nothing: the province or provinces of this house.
    pub fn roots(&self) -> impl ExactSizeIterator<Item = &Region> {
        self.roots.iter().map(|place| &self.all[*place])
    }

    /// The region with all those above it, the highest first. Empty when it does not stand.
    pub fn path(&self, code: &RegionCode) -> Vec<&Region> {
        let mut path: Vec<&Region> = code.ancestors().filter_map(|above| self.get(&above)).collect();
        path.reverse();
        path
    }

    /// Every region, in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Region> {
        self.all.iter()
    }

    /// Regions of one level.
    pub fn at(&self, level: Level) -> impl Iterator<Item = &Region> {
        self.all.iter().filter(move |region| region.level() == level)
    }

    /// How many regions stand on a level.
    pub fn count_at(&self, level: Level) -> usize {
        self.counts[usize::from(level.number()) - 1]
    }

    /// How many regions stand.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether the register is still empty.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The name with those above it, as people write it: 南京市玄武区, without the province.
    ///
    /// A zone that carries its city's name says it once: 苏州工业园区, not 苏州市苏州工业园区.
    pub fn full_name(&self, code: &RegionCode) -> String {
        let path = self.path(code);
        let mut name = String::new();
        let mut before: Option<&Region> = None;
        for region in path.iter().filter(|region| region.level() != Level::Province) {
            let repeats = before.is_some_and(|above| {
                let zone = matches!(region.kind, RegionKind::FunctionalZone | RegionKind::TownLike);
                let stem = stem(&above.name);
                zone && stem.chars().count() >= 2 && region.name.starts_with(stem)
            });
            if repeats && let Some(above) = before {
                name.truncate(name.len() - above.name.len());
            }
            name.push_str(&region.name);
            before = Some(region);
        }
        if name.is_empty() { path.last().map(|region| region.name.clone()).unwrap_or_default() } else { name }
    }

    /// Regions whose name holds `text`: exact first, then those that begin with it, higher levels before lower ones.
    pub fn find(&self, text: &str, limit: usize) -> Vec<&Region> {
        let text = text.trim();
        if text.is_empty() {
            return Vec::new();
        }
        if let Some(region) = text.parse().ok().and_then(|code| self.resolve(&code)) {
            return vec![region];
        }
        let mut hits: Vec<(u8, usize)> = Vec::new();
        for (place, region) in self.all.iter().enumerate() {
            let rank = match region.name.find(text) {
                Some(0) if region.name.len() == text.len() || stem(&region.name) == text => 0,
                Some(0) => 1,
                Some(_) => 2,
                None => continue,
            };
            hits.push((rank * 8 + region.level().number(), place));
        }
        let old = self.aliases().filter(|alias| alias.name.contains(text)).filter_map(|alias| {
            let region = self.resolve(&alias.successor)?;
            self.index.get(&region.code).map(|place| (7, *place))
        });
        hits.extend(old);
        hits.sort_unstable();
        let mut seen = std::collections::HashSet::new();
        hits.retain(|(_, place)| seen.insert(*place));
        hits.into_iter().take(limit).map(|(_, place)| &self.all[place]).collect()
    }
}

impl Cached for Regions {
    const NAME: &'static str = "organisation.regions";

    fn load(read: &mut dyn Read) -> Result<Self, store::Error> {
        let regions = table::regions(read)?;
        let aliases = table::aliases(read)?;
        Ok(Self::new(regions, aliases))
    }
}

/// A name without the last character when that only says what it is: 玄武 of 玄武区. Two characters at least remain.
pub(crate) fn stem(name: &str) -> &str {
    match name.strip_suffix(['省', '市', '区', '县']) {
        Some(stem) if stem.chars().count() >= 2 => stem,
        _ => name,
    }
}
