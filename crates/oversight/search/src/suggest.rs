//! What somebody may be about to type.

use kernel::BasicCode;

use crate::phrase::Asked;
use crate::snapshot::Snapshot;

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The words to put into the field.
    pub text: String,
    /// The item that they call.
    pub code: BasicCode,
    /// Its name.
    pub name: String,
}

/// Phrases that begin with what was typed, then those that hold it; each item once.
pub(crate) fn suggest(snapshot: &Snapshot, typed: &str, limit: usize) -> Vec<Suggestion> {
    let asked = Asked::new(typed, &snapshot.words);
    if asked.plain.is_empty() {
        return Vec::new();
    }
    let mut fitting: Vec<(f32, usize, &str)> = Vec::new();
    for (place, doc) in snapshot.docs.iter().enumerate() {
        let fit = |phrase: &crate::phrase::Phrase| {
            let own = crate::words::plain(&phrase.text);
            let fit: f32 = match (own.find(&asked.plain), phrase.core.find(&asked.core)) {
                (Some(0), _) => 3.0,
                (_, Some(0)) => 2.5,
                (Some(_), _) => 2.0,
                (_, Some(_)) => 1.5,
                _ if asked.is_latin() => phrase.sound.fit(&asked.plain),
                _ => 0.0,
            };
            // Shorter phrases first among equals.
            (fit, fit - own.chars().count() as f32 * 0.01)
        };
        let found = doc.phrases.iter().map(|phrase| (fit(phrase), phrase.text.as_str()));
        let best = found.filter(|((fit, _), _)| *fit > 0.6).max_by(|one, other| one.0.1.total_cmp(&other.0.1));
        fitting.extend(best.map(|((_, fit), text)| (fit, place, text)));
    }
    fitting.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let shown = fitting.into_iter().take(limit.min(20)).map(|(_, place, text)| {
        let item = &snapshot.docs[place].item;
        Suggestion { text: text.to_owned(), code: item.code, name: item.name.clone() }
    });
    shown.collect()
}
