//! Which licence serves for a material that an item asks for: nobody uploads what the government itself issued.

/// What stands before or after a licence's name in lists of materials and does not change what is meant.
const BEFORE: [&str; 4] = ["申请人的", "申请人", "本人的", "本人"];
const AFTER: [&str; 10] =
    ["原件及复印件", "原件和复印件", "正本及副本", "正副本", "电子证照", "复印件", "原件", "正本", "副本", "扫描件"];

/// Everyday names and the names on the licences themselves.
const SAME: [(&str, &str); 9] = [
    ("身份证", "居民身份证"),
    ("户口簿", "居民户口簿"),
    ("户口本", "居民户口簿"),
    ("居民户口本", "居民户口簿"),
    ("驾驶证", "机动车驾驶证"),
    ("行驶证", "机动车行驶证"),
    ("社保卡", "社会保障卡"),
    ("不动产权证", "不动产权证书"),
    ("房产证", "不动产权证书"),
];

/// A material's or licence's name without what stands in brackets, without white space, and without words such as
/// 申请人 before and 复印件 after it; everyday names become the proper ones.
#[must_use]
pub fn normalise(name: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '（' | '[' | '［' | '〔' | '【' | '《' | '<' => depth += 1,
            ')' | '）' | ']' | '］' | '〕' | '】' | '》' | '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 && !c.is_whitespace() => plain.push(c),
            _ => {}
        }
    }
    let mut rest = plain.as_str();
    while let Some(shorter) = BEFORE.iter().find_map(|word| rest.strip_prefix(word).filter(|rest| !rest.is_empty())) {
        rest = shorter;
    }
    while let Some(shorter) = AFTER.iter().find_map(|word| rest.strip_suffix(word).filter(|rest| !rest.is_empty())) {
        rest = shorter;
    }
    let proper = SAME.iter().find(|(everyday, _)| *everyday == rest).map_or(rest, |(_, proper)| *proper);
    proper.to_owned()
}

/// Whether a licence named `licence` serves for `material`. A material may name alternatives (结婚证或离婚证).
///
/// Somebody else's licence is never offered: 监护人居民身份证 is not the applicant's own.
#[must_use]
pub fn serves(licence: &str, material: &str) -> bool {
    let licence = normalise(licence);
    let material = normalise(material);
    licence == material || material.split('或').any(|one| normalise(one) == licence)
}
