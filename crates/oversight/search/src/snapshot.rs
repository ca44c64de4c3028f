//! The index over one state of the catalogue. It never changes; a new state gets a new one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use catalogue::{Adjustments, BaseItem, Items};
use kernel::RegionCode;
use organisation::Regions;
use store::Error;
use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{DocAddress, IndexReader, TantivyDocument, Term, collector::TopDocs};

use crate::jieba::{Cutter, pairs};
use crate::phrase::{Asked, Phrase};
use crate::words::{Words, plain};

/// One item with all that it is called.
pub(crate) struct Doc {
    pub item: Arc<BaseItem>,
    pub phrases: Vec<Phrase>,
    /// Every word that is indexed of it.
    words: HashSet<String>,
}

/// How well an item fits by its words.
pub(crate) struct Scored {
    /// Its place in `docs`.
    pub place: usize,
    /// By the words that were asked, from 0 to 1: against the best item, and by the share of them that it has.
    pub words: f32,
    /// By words near to them, from 0 to 1 against the best item.
    pub near: f32,
}

/// The index over one state of the catalogue.
pub(crate) struct Snapshot {
    pub items: Arc<Items>,
    pub regions: Arc<Regions>,
    pub adjustments: Arc<Adjustments>,
    pub words: Arc<Words>,
    pub docs: Vec<Doc>,
    cutter: Cutter,
    reader: IndexReader,
    fields: Fields,
}

/// What is indexed of an item, and how much a word found there counts.
struct Fields {
    /// Its place in `docs`.
    place: Field,
    /// Name.
    name: Field,
    /// What people call it.
    called: Field,
    /// Result, department, tags.
    about: Field,
    /// The sentence of plain words, and the conditions.
    told: Field,
    /// Pairs of characters of name and synonyms.
    pairs: Field,
}

/// Memory for building, in bytes; the least that the library takes.
const BUILD_BYTES: usize = 15_000_000;

impl Snapshot {
    /// Indexes a catalogue.
    pub fn build(
        items: Arc<Items>,
        regions: Arc<Regions>,
        adjustments: Arc<Adjustments>,
        words: Arc<Words>,
    ) -> Result<Self, Error> {
        let doc = |item: &Arc<BaseItem>| Doc {
            phrases: Phrase::all(item, &words),
            item: Arc::clone(item),
            words: HashSet::new(),
        };
        let mut docs: Vec<Doc> = items.iter().map(doc).collect();
        let phrases = docs.iter().flat_map(|doc| &doc.phrases).map(|phrase| phrase.core.as_str());
        let cutter = Cutter::new(&words, phrases);
        let (schema, fields) = schema();
        let index = tantivy::Index::create_in_ram(schema);
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, BUILD_BYTES).map_err(broken)?;
        for (place, doc) in docs.iter_mut().enumerate() {
            let document = fields.document(place, doc, &words, &cutter);
            writer.add_document(document).map_err(broken)?;
        }
        writer.commit().map_err(broken)?;
        let reader = index.reader().map_err(broken)?;
        Ok(Self { items, regions, adjustments, words, docs, cutter, reader, fields })
    }

    /// How well each item fits by its words.
    pub fn scored(&self, asked: &Asked) -> Result<Vec<Scored>, Error> {
        let words = self.cutter.words(&asked.core);
        let own = words.iter().map(|word| self.fields.word(word, weight(word)));
        let pairs = pairs(&asked.core).into_iter().map(|pair| one(self.fields.pairs, &pair, 0.5));
        let own = self.found(own.chain(pairs).collect())?;
        let near = words.iter().flat_map(|word| self.words.near(word).iter().enumerate());
        // What stands first in the list of near words is nearest.
        let near = near.flat_map(|(place, near)| self.cutter.words(near).into_iter().map(move |near| (place, near)));
        let near = near.map(|(place, near)| self.fields.word(&near, weight(&near) / (1.0 + 0.3 * place as f32)));
        let near = self.found(near.collect())?;
        let total: f32 = words.iter().map(|word| weight(word)).sum();
        let share = |place: usize| {
            let doc = &self.docs[place].words;
            let had: f32 = words.iter().filter(|word| doc.contains(*word)).map(|word| weight(word)).sum();
            if total > 0.0 { had / total } else { 0.0 }
        };
        let mut scored: HashMap<usize, Scored> = HashMap::new();
        for (place, score) in own {
            scored.insert(place, Scored { place, words: score * share(place), near: 0.0 });
        }
        for (place, score) in near {
            scored.entry(place).or_insert(Scored { place, words: 0.0, near: 0.0 }).near = score;
        }
        Ok(scored.into_values().collect())
    }

    /// The items that have any of the parts, with their score against the best.
    fn found(&self, parts: Vec<Box<dyn Query>>) -> Result<Vec<(usize, f32)>, Error> {
        if parts.is_empty() || self.docs.is_empty() {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let any = BooleanQuery::new(parts.into_iter().map(|part| (Occur::Should, part)).collect());
        let all = TopDocs::with_limit(self.docs.len()).order_by_score();
        let found = searcher.search(&any, &all).map_err(broken)?;
        let best = found.first().map_or(1.0, |(score, _)| score.max(f32::MIN_POSITIVE));
        let place = |address: DocAddress| {
            let fast = searcher.segment_reader(address.segment_ord).fast_fields().u64("place").ok()?;
            fast.first(address.doc_id).map(|place| place as usize)
        };
        Ok(found.into_iter().filter_map(|(score, address)| Some((place(address)?, score / best))).collect())
    }

    /// The region that serves somebody in `here`.
    pub fn serving(&self, item: &BaseItem, here: Option<RegionCode>) -> Option<RegionCode> {
        catalogue::place(&self.regions, item, here?).ok()
    }

    /// Promised working days and visits as they hold for somebody in `here`.
    pub fn terms(&self, item: &BaseItem, here: Option<RegionCode>) -> (u32, u32) {
        let local = self.serving(item, here).and_then(|region| self.adjustments.get(&item.code, &region));
        let promised =
            local.and_then(|local| local.promised).map_or(item.promised.0, |days| days.0.min(item.promised.0));
        let visits = local.and_then(|local| local.visits).map_or(item.visits, |visits| visits.min(item.visits));
        (promised, visits)
    }
}

/// What a word says: one character stands everywhere and says little.
fn weight(word: &str) -> f32 {
    if word.chars().count() == 1 { 0.2 } else { 1.0 }
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    // Tokens come ready made; no tokenizer of the library is asked.
    let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        place: schema.add_u64_field("place", FAST),
        name: schema.add_text_field("name", text.clone()),
        called: schema.add_text_field("called", text.clone()),
        about: schema.add_text_field("about", text.clone()),
        told: schema.add_text_field("told", text.clone()),
        pairs: schema.add_text_field("pairs", text),
    };
    (schema.build(), fields)
}

impl Fields {
    /// What is indexed of an item; its words are kept beside it.
    fn document(&self, place: usize, doc: &mut Doc, words: &Words, cutter: &Cutter) -> TantivyDocument {
        let item = &doc.item;
        let cut = |text: &str| cutter.words(&words.canonical(&plain(text)));
        let called = |own: bool| doc.phrases.iter().filter(move |phrase| phrase.is_name == own);
        let cores = |own: bool| called(own).flat_map(|phrase| cutter.words(&phrase.core)).collect::<Vec<_>>();
        let about = [&item.result, &item.department_short].into_iter().chain(&item.tags);
        let told = std::iter::once(&item.summary).chain(&item.conditions);
        let texts: [(Field, Vec<String>); 4] = [
            (self.name, cut(&item.name).into_iter().chain(cores(true)).collect()),
            (self.called, cores(false)),
            (self.about, about.flat_map(|text| cut(text)).collect()),
            (self.told, told.flat_map(|text| cut(text)).collect()),
        ];
        let mut document = TantivyDocument::default();
        document.add_u64(self.place, place as u64);
        let mut all_words = HashSet::new();
        for (field, words) in texts {
            all_words.extend(words.iter().cloned());
            document.add_pre_tokenized_text(field, ready(words.into_iter()));
        }
        let all = doc.phrases.iter().flat_map(|phrase| pairs(&phrase.core));
        document.add_pre_tokenized_text(self.pairs, ready(all));
        doc.words = all_words;
        document
    }

    /// A word wherever it may stand; the best place counts, the others a little.
    fn word(&self, word: &str, weight: f32) -> Box<dyn Query> {
        let places = [(self.name, 3.0), (self.called, 3.0), (self.about, 2.0), (self.told, 1.0)];
        let places = places.into_iter().map(|(field, boost)| one(field, word, boost * weight)).collect();
        Box::new(DisjunctionMaxQuery::with_tie_breaker(places, 0.2))
    }
}

fn one(field: Field, text: &str, boost: f32) -> Box<dyn Query> {
    let term = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(term), boost))
}

/// Words as the library takes them.
fn ready(words: impl Iterator<Item = String>) -> PreTokenizedString {
    let token = |(position, text): (usize, String)| Token {
        offset_from: 0,
        offset_to: text.len(),
        position,
        text,
        position_length: 1,
    };
    PreTokenizedString { text: String::new(), tokens: words.enumerate().map(token).collect() }
}

fn broken(error: tantivy::TantivyError) -> Error {
    Error::Io(format!("search index: {error}"))
}
