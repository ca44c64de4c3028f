//! What an item is called: its name, what people say, and how near that is to what is asked.

use catalogue::BaseItem;

use crate::pinyin::Sound;
use crate::words::{Words, plain};

/// One way of calling an item.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    /// As it is shown.
    pub text: String,
    /// As it is compared: plain, with common words, without fillers.
    pub core: String,
    /// Pairs of neighbouring characters.
    pairs: Vec<[char; 2]>,
    /// How it sounds as it is shown.
    pub sound: Sound,
    /// How `core` sounds.
    core_sound: Sound,
    /// Whether it is the item's own name.
    pub is_name: bool,
}

impl Phrase {
    /// All ways of calling an item. A name with brackets can be called without them, and by what is in them.
    pub fn all(item: &BaseItem, words: &Words) -> Vec<Phrase> {
        let name = item.name.as_str();
        let parts = name.split(['（', '）', '(', ')']).map(str::trim).filter(|part| part.chars().count() > 1);
        let parts = parts.filter(|part| *part != name).map(|part| (part, true));
        let synonyms = item.synonyms.iter().map(|word| (word.as_str(), false));
        std::iter::once((name, true))
            .chain(parts)
            .chain(synonyms)
            .map(|(text, own)| Phrase::new(text, own, words))
            .collect()
    }

    fn new(text: &str, is_name: bool, words: &Words) -> Phrase {
        let bare = plain(text);
        let core = core(&bare, words);
        let sound = Sound::of(&bare);
        Phrase { pairs: pairs(core.chars()), core_sound: Sound::of(&core), sound, core, text: text.to_owned(), is_name }
    }

    /// How near it is to what is asked, from 0 to 1.
    pub fn nearness(&self, asked: &Asked) -> f32 {
        nearness(&self.core, &self.pairs, &asked.core, &asked.pairs)
    }

    /// How near it sounds to what is asked, from 0 to 1: as it is said, and with common words.
    pub fn sounds_like(&self, asked: &Asked) -> f32 {
        f32::max(likeness(&self.sound, &asked.said), likeness(&self.core_sound, &asked.sound))
    }
}

/// What is asked, as it is compared.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Small letters, narrow forms, nothing but letters and digits.
    pub plain: String,
    /// With common words and without fillers.
    pub core: String,
    pairs: Vec<[char; 2]>,
    /// How `core` sounds.
    sound: Sound,
    /// How it sounds as it was typed, without fillers.
    said: Sound,
}

impl Asked {
    /// Reads what somebody typed; of a long text the beginning.
    pub fn new(text: &str, words: &Words) -> Self {
        const CHARS_MAX: usize = 60;
        let plain: String = plain(text).chars().take(CHARS_MAX).collect();
        let core = core(&plain, words);
        let said = Sound::of(&words.without_fillers(&plain));
        Self { pairs: pairs(core.chars()), sound: Sound::of(&core), said, core, plain }
    }

    /// Whether it is Latin letters only: Pinyin, initials or an abbreviation.
    pub fn is_latin(&self) -> bool {
        !self.plain.is_empty() && self.plain.bytes().all(|byte| byte.is_ascii_lowercase())
    }
}

/// Fillers go first: they are known in the words in which people say them.
fn core(plain: &str, words: &Words) -> String {
    words.canonical(&words.without_fillers(plain))
}

/// Equal, one within the other, or by the share of common pairs. Something within a longer text is weighed by its part
/// of it, so that 身份证 finds all of its items alike and 开饭店 finds its own before any other.
fn nearness(own: &str, own_pairs: &[[char; 2]], asked: &str, asked_pairs: &[[char; 2]]) -> f32 {
    let share = |part: &str, whole: &str| part.chars().count() as f32 / whole.chars().count().max(1) as f32;
    if own.is_empty() || asked.is_empty() {
        0.0
    } else if own == asked {
        1.0
    } else if own.contains(asked) {
        0.5 + 0.4 * share(asked, own)
    } else if asked.contains(own) && own.chars().count() > 1 {
        f32::max(0.3 + 0.55 * share(own, asked), 0.98 * dice(own_pairs, asked_pairs))
    } else {
        0.98 * dice(own_pairs, asked_pairs)
    }
}

fn pairs<T>(units: impl Iterator<Item = T> + Clone) -> Vec<[T; 2]> {
    units.clone().zip(units.skip(1)).map(|(first, second)| [first, second]).collect()
}

/// How alike two texts sound.
fn likeness(own: &Sound, asked: &Sound) -> f32 {
    if own.whole == asked.whole {
        return 1.0;
    }
    let syllables = |sound: &Sound| pairs(sound.syllables.iter().cloned());
    dice(&syllables(own), &syllables(asked))
}

/// Sørensen and Dice: twice what is common, by what there is.
fn dice<T: PartialEq>(one: &[[T; 2]], other: &[[T; 2]]) -> f32 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let common = one.iter().filter(|pair| other.contains(pair)).count();
    2.0 * common as f32 / (one.len() + other.len()) as f32
}
