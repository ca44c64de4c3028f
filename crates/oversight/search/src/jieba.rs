//! Cutting Chinese text into words.

use jieba_rs::Jieba;

use crate::words::Words;

/// Cuts text into words; knows the words of the catalogue besides those of the dictionary.
pub(crate) struct Cutter(Jieba);

/// Words that stand in every other sentence.
const STOPS: [&str; 22] = [
    "的", "了", "在", "和", "及", "与", "或", "是", "个", "一", "要", "去", "给", "把", "我", "吗", "这", "那", "就",
    "都", "先", "来",
];

/// Longest phrase that is taken for a word, in characters: longer ones are sentences, and their parts are found.
const WORD_CHARS_MAX: usize = 4;

impl Cutter {
    /// A cutter that knows `words` and `phrases`.
    pub fn new<'a>(words: &'a Words, phrases: impl Iterator<Item = &'a str>) -> Self {
        let mut jieba = Jieba::new();
        for word in words.all().chain(phrases) {
            if (2..=WORD_CHARS_MAX).contains(&word.chars().count()) && !jieba.has_word(word) {
                jieba.add_word(word, None, None);
            }
        }
        Self(jieba)
    }

    /// The words of a text, long ones and the shorter ones within them, without those that say nothing.
    pub fn words(&self, text: &str) -> Vec<String> {
        let tokens = self.0.cut_for_search(text, false).into_iter().map(|token| token.word);
        tokens.filter(|word| !STOPS.contains(word) && !word.trim().is_empty()).map(str::to_owned).collect()
    }
}

/// Pairs of neighbouring characters: what remains alike when one character is wrong.
pub(crate) fn pairs(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}
