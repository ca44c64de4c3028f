//! Whatever is typed.

use proptest::prelude::*;
use search::{Query, Words};

use crate::Shipped;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn nothing_that_is_typed_breaks_the_search(text in "(.|\n|[一-龥]|许可|怎么办){0,40}", limit in 0usize..1000, offset in 0usize..300) {
        let index = &Shipped::get().index;
        let hits = index.search(&Query { limit, offset, ..Query::new(text.clone(), "320000000000".parse().ok()) }).unwrap();
        prop_assert!(hits.hits.len() <= limit && hits.hits.len() <= hits.total);
        prop_assert_eq!(hits.near.is_empty(), hits.total > 0);
        prop_assert!(hits.hits.windows(2).all(|two| two[0].score >= two[1].score));
        index.suggest(&text, limit).unwrap();
        let words = Words::shipped().unwrap();
        let once = words.canonical(&text);
        prop_assert!(once.len() <= 8 * text.len() + 8);
    }
}
