//! Which items fit what is asked, and in which order.

use std::collections::HashMap;

use store::Error;

use crate::phrase::Asked;
use crate::snapshot::Snapshot;

/// An item that fits.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    /// Its place in the snapshot.
    pub place: usize,
    /// How well.
    pub score: f32,
    /// By which phrases, best first.
    pub matched: Vec<String>,
}

/// What a phrase that fits counts against what single words count.
const PHRASE: f32 = 2.0;
/// What words near to those that were asked count.
const NEAR: f32 = 0.8;
/// What is added when a phrase is just what was asked.
const EXACT: f32 = 1.5;
/// What is added for items that many people look for.
const FREQUENT: f32 = 0.05;
/// From this nearness on what was asked was probably not mistyped.
const SURE: f32 = 0.5;
/// From this likeness of sound on it was probably meant.
const LIKE: f32 = 0.6;
/// Share of the best score below which an item does not fit; the best is taken for no more than `GOOD`, so that a
/// perfect hit does not hide what else may be needed.
const SHARE: f32 = 0.2;
const GOOD: f32 = 2.0;
/// Whatever the others score, below this an item does not fit.
const LEAST: f32 = 0.35;
/// A fit of Latin letters below this is chance.
const LATIN: f32 = 0.3;

/// The items that fit, best first.
pub(crate) fn rank(snapshot: &Snapshot, asked: &Asked) -> Result<Vec<Ranked>, Error> {
    let scored = snapshot.scored(asked)?;
    let mut scores: HashMap<usize, f32> =
        scored.iter().map(|scored| (scored.place, scored.words + NEAR * scored.near)).collect();
    let mut sure = false;
    for (place, score) in &mut scores {
        let best = best(snapshot, *place, |phrase| phrase.nearness(asked));
        sure |= best >= SURE;
        *score += PHRASE * best + if best == 1.0 { EXACT } else { 0.0 };
    }
    if asked.is_latin() {
        for place in 0..snapshot.docs.len() {
            let fit = best(snapshot, place, |phrase| phrase.sound.fit(&asked.plain));
            if fit >= LATIN {
                *scores.entry(place).or_default() += (PHRASE + EXACT) * fit;
            }
        }
    } else if !sure && asked.core.chars().count() > 1 {
        for place in 0..snapshot.docs.len() {
            let like = best(snapshot, place, |phrase| phrase.sounds_like(asked));
            if like >= LIKE {
                *scores.entry(place).or_default() += PHRASE * like;
            }
        }
    }
    let mut ranked: Vec<Ranked> = scores
        .into_iter()
        .map(|(place, score)| {
            let frequent = snapshot.docs[place].item.tags.iter().any(|tag| tag == "高频");
            Ranked { place, score: score + if frequent { FREQUENT } else { 0.0 }, matched: Vec::new() }
        })
        .collect();
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.place.cmp(&other.place)));
    let floor = f32::max(LEAST, SHARE * ranked.first().map_or(0.0, |best| best.score.min(GOOD)));
    ranked.retain(|ranked| ranked.score >= floor);
    for ranked in &mut ranked {
        ranked.matched = matched(snapshot, ranked.place, asked);
    }
    Ok(ranked)
}

fn best(snapshot: &Snapshot, place: usize, of: impl Fn(&crate::phrase::Phrase) -> f32) -> f32 {
    snapshot.docs[place].phrases.iter().map(of).fold(0.0, f32::max)
}

/// What people call the item that fits what is asked, best first. The name itself is shown anyway.
fn matched(snapshot: &Snapshot, place: usize, asked: &Asked) -> Vec<String> {
    let fit = |phrase: &crate::phrase::Phrase| {
        if asked.is_latin() { phrase.sound.fit(&asked.plain) } else { phrase.nearness(asked) }
    };
    let phrases = snapshot.docs[place].phrases.iter().filter(|phrase| !phrase.is_name);
    let mut fitting: Vec<(f32, &str)> = phrases.map(|phrase| (fit(phrase), phrase.text.as_str())).collect();
    fitting.retain(|(fit, _)| *fit > 0.25);
    fitting.sort_by(|one, other| other.0.total_cmp(&one.0));
    fitting.into_iter().map(|(_, text)| text.to_owned()).collect()
}
