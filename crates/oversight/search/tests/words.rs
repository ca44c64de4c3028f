//! Everyday words.

use search::Words;

#[test]
fn the_longest_word_is_taken() {
    let words = Words::shipped().unwrap();
    assert_eq!(words.canonical("给娃娃上户口"), "给孩子上户口");
    assert_eq!(words.canonical("驾驶执照"), "驾驶证");
    assert_eq!(words.canonical("没有这种词"), "没有这种词");
}

#[test]
fn fillers_go_and_something_stays() {
    let words = Words::shipped().unwrap();
    assert_eq!(words.without_fillers("我想开饭店要什么证"), "开饭店");
    assert_eq!(words.without_fillers("怎么办"), "怎么办");
}

#[test]
fn every_bad_line_is_told() {
    let bad =
        Words::parse("word,means,kind\n娃,孩子,same\n娃,孩子\n娃,娃,same\n娃,,near\n娃,孩子,filler\n,孩子,same\n")
            .unwrap_err();
    assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
}
