//! How a text sounds.

use ::pinyin::ToPinyin;

/// A text by its sounds: whole syllables, and their first letters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sound {
    /// One for each character; Latin letters and digits stand for themselves.
    pub syllables: Vec<String>,
    /// All syllables in one.
    pub whole: String,
    /// The first letter of each.
    pub initials: String,
}

impl Sound {
    /// The sound of a plain text.
    pub fn of(text: &str) -> Self {
        let syllable = |one: char| match one.to_pinyin() {
            Some(sound) => sound.plain().to_owned(),
            None => one.to_string(),
        };
        let syllables: Vec<String> = text.chars().map(syllable).collect();
        Self {
            whole: syllables.concat(),
            initials: syllables.iter().filter_map(|syllable| syllable.chars().next()).collect(),
            syllables,
        }
    }

    /// How well Latin letters fit, from 0 to 1: the whole, its beginning, the beginning of a later syllable, initials
    /// with gaps.
    pub fn fit(&self, letters: &str) -> f32 {
        let share = |part: usize, whole: usize| part as f32 / whole.max(1) as f32;
        let initials = match self.initials.find(letters) {
            Some(0) => 0.75 + 0.25 * share(letters.len(), self.initials.len()),
            Some(_) => 0.5 + 0.2 * share(letters.len(), self.initials.len()),
            None if letters.len() >= 3 => 0.5 * self.scattered(letters),
            None => 0.0,
        };
        let whole = match self.starts().find(|start| self.whole[*start..].starts_with(letters)) {
            Some(0) => 0.75 + 0.25 * share(letters.len(), self.whole.len()),
            Some(_) => 0.5 + 0.2 * share(letters.len(), self.whole.len()),
            None => 0.0,
        };
        f32::max(initials, whole)
    }

    /// Where each syllable begins.
    fn starts(&self) -> impl Iterator<Item = usize> {
        self.syllables.iter().scan(0, |at, syllable| {
            let start = *at;
            *at += syllable.len();
            Some(start)
        })
    }

    /// Initials in their order with others between them: the share that they have of the span they take. 0 when one is
    /// missing.
    fn scattered(&self, letters: &str) -> f32 {
        let initials: Vec<char> = self.initials.chars().collect();
        let wanted: Vec<char> = letters.chars().collect();
        let span_from = |start: usize| {
            let mut wanted = wanted.iter();
            let mut next = wanted.next();
            for (place, letter) in initials.iter().enumerate().skip(start) {
                if next == Some(letter) {
                    next = wanted.next();
                    if next.is_none() {
                        return Some(place + 1 - start);
                    }
                }
            }
            None
        };
        let starts = (0..initials.len()).filter(|start| initials.get(*start) == wanted.first());
        starts.filter_map(span_from).min().map_or(0.0, |span| wanted.len() as f32 / span as f32)
    }
}
