//! The catalogue and the forms that ship with the product.

use organisation::{BadLine, Kinds};

use crate::form::Form;
use crate::item::BaseItem;
use crate::parse;

/// Base items, one a line.
pub const ITEMS: &str = include_str!("../../../../data/items.jsonl");
/// What each item is for, in one sentence.
pub const SUMMARIES: &str = include_str!("../../../../data/summaries.csv");

/// Makes the list of shipped forms from their names, which are the names of their files.
macro_rules! forms {
    ($($name:literal),+ $(,)?) => {
        /// Forms by name: `person`, `organisation`, `either`, `project`, or the basic code of an item.
        pub const FORMS: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../../data/forms/", $name, ".json")))),+
        ];
    };
}

forms!(
    "person",
    "organisation",
    "either",
    "project",
    "320109904000",
    "320131907000",
    "320709905000",
    "320123905000",
    "320131901000",
    "320131905000",
    "320709902000",
    "320709903000",
    "322017904000",
    "321011901000",
    "322018901000",
    "322009902000",
    "322036903000",
    "320711901000",
    "320511904000",
    "320514901000",
);

/// The shipped catalogue, read.
#[derive(Debug)]
pub struct Builtin {
    /// Base items.
    pub items: Vec<BaseItem>,
    /// Forms.
    pub forms: Vec<Form>,
}

/// Reads the shipped data. It fails only if a file was spoilt before the build.
pub fn builtin(kinds: &Kinds) -> Result<Builtin, Vec<BadLine>> {
    let summaries = parse::summaries(SUMMARIES)?;
    let items = parse::items(ITEMS, kinds, &summaries)?;
    let forms = FORMS.iter().map(|(name, text)| Form::parse(name, text)).collect::<Result<_, _>>()?;
    Ok(Builtin { items, forms })
}
