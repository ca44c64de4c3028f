//! Other words for the same thing, words near to it, and words that say nothing.

use std::collections::HashMap;

use organisation::BadLine;

/// The words that ship with the product.
const SHIPPED: &str = include_str!("../../../../data/synonyms.csv");

/// What is known of everyday words.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// A word and the one that stands for it everywhere, in the index and in what is asked.
    same: Table<String>,
    /// A word and those that it also means, weaker ones last.
    near: HashMap<String, Vec<String>>,
    /// Words that are left out of what is asked.
    fillers: Table<()>,
}

/// Words by their first character, the longest first, so that the longest one that fits is found at once.
#[derive(Clone, Debug)]
struct Table<T>(HashMap<char, Vec<(String, T)>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Table<T> {
    fn put(&mut self, word: String, value: T) {
        let Some(first) = word.chars().next() else { return };
        let list = self.0.entry(first).or_default();
        list.push((word, value));
        list.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }

    /// The longest word with which `text` begins.
    fn at(&self, text: &str) -> Option<(&str, &T)> {
        let list = self.0.get(&text.chars().next()?)?;
        list.iter().find(|(word, _)| text.starts_with(word.as_str())).map(|(word, value)| (word.as_str(), value))
    }
}

/// Characters that say nothing at the beginning or the end of what is asked.
const EDGES: [char; 12] = ['我', '请', '想', '要', '吗', '呢', '吧', '啊', '呀', '嘛', '哦', '的'];

impl Words {
    /// The words that ship with the product.
    pub fn shipped() -> Result<Self, Vec<BadLine>> {
        Self::parse(SHIPPED)
    }

    /// Reads `word,means,kind` lines; kind is `same`, `near` or `filler`. Every bad line is reported.
    pub fn parse(text: &str) -> Result<Self, Vec<BadLine>> {
        let mut words = Self::default();
        let mut bad = Vec::new();
        for (place, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let fields: Vec<String> = line.split(',').map(plain).collect();
            let reason = match fields.as_slice() {
                [word, means, kind] if !word.is_empty() => match (kind.as_str(), means.as_str()) {
                    ("filler", "") => {
                        words.fillers.put(word.clone(), ());
                        continue;
                    }
                    ("same", means) if !means.is_empty() && means != word => {
                        words.same.put(word.clone(), means.to_owned());
                        // It stands for itself, so that no shorter word is found within it.
                        words.same.put(means.to_owned(), means.to_owned());
                        continue;
                    }
                    ("near", means) if !means.is_empty() => {
                        words.near.entry(word.clone()).or_default().push(means.to_owned());
                        continue;
                    }
                    _ => "类别应为 same、near 或 filler，前两种写明指什么，后一种不写".to_owned(),
                },
                _ => "应有三列：词、指什么、类别".to_owned(),
            };
            bad.push(BadLine { line: place + 1, reason });
        }
        // What is near is looked up by words as they stand in the index.
        let near = std::mem::take(&mut words.near);
        for (word, means) in near {
            let means: Vec<String> = means.iter().map(|means| words.canonical(means)).collect();
            words.near.entry(words.canonical(&word)).or_default().extend(means);
        }
        if bad.is_empty() { Ok(words) } else { Err(bad) }
    }

    /// The text with each word put by the one that stands for it, the longest words first.
    pub fn canonical(&self, text: &str) -> String {
        replaced(text, |rest| self.same.at(rest).map(|(word, means)| (word.len(), means.as_str())))
    }

    /// The text without words that say nothing; the text itself, if nothing would be left.
    pub fn without_fillers(&self, text: &str) -> String {
        let kept = replaced(text, |rest| self.fillers.at(rest).map(|(word, ())| (word.len(), "")));
        let kept = kept.trim_matches(EDGES);
        if kept.is_empty() { text.to_owned() } else { kept.to_owned() }
    }

    /// What a word also means, weaker ones last.
    pub fn near(&self, word: &str) -> &[String] {
        self.near.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every word that is known, as it stands in the index.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        let same = self.same.0.values().flatten().map(|(_, means)| means.as_str());
        let near = self.near.iter().flat_map(|(word, means)| std::iter::once(word).chain(means)).map(String::as_str);
        same.chain(near)
    }
}

/// Goes through a text and puts in what `at` finds at each place: the length of what it takes and what it gives.
fn replaced<'t>(text: &str, at: impl Fn(&str) -> Option<(usize, &'t str)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match at(rest) {
            Some((length, gives)) if length > 0 => {
                out.push_str(gives);
                rest = &rest[length..];
            }
            _ => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// A text as it is compared: small letters, narrow forms, no blanks and no punctuation.
pub(crate) fn plain(text: &str) -> String {
    let narrow = |one: char| match one {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(one) - 0xfee0).unwrap_or(one),
        one => one,
    };
    text.chars().map(narrow).filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
