//! What must not be published: numbers by which people are known.

/// Digits in a row that may be somebody's number: a subscriber's has seven or more, a resident ID 18, a bank card up to 19.
const DIGITS_LEAST: usize = 7;

/// The text with every number of people starred out: seven digits or more in a row (also with `X` at the end, or broken up
/// by blanks and hyphens), and whatever looks like an address of electronic mail.
pub fn mask(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = letters.clone();
    let mut at = 0;
    while at < letters.len() {
        if !is_digit(letters[at]) {
            at += 1;
            continue;
        }
        let end = run_end(&letters, at);
        if letters[at..end].iter().filter(|letter| is_digit(**letter)).count() >= DIGITS_LEAST {
            star(&mut out[at..end]);
        }
        at = end;
    }
    mask_mail(&letters, &mut out);
    out.into_iter().collect()
}

/// Whether nothing in the text would be starred out.
pub fn is_masked(text: &str) -> bool {
    mask(text) == text
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('０'..='９').contains(&letter)
}

/// Where a run of digits ends that begins at `at`; single blanks and hyphens inside it do not end it.
fn run_end(letters: &[char], at: usize) -> usize {
    let mut end = at;
    while end < letters.len() {
        let joins = matches!(letters[end], ' ' | '-') && letters.get(end + 1).is_some_and(|next| is_digit(*next));
        let closes = matches!(letters[end], 'x' | 'X') && end - at >= 17;
        if !(is_digit(letters[end]) || joins || closes) {
            break;
        }
        end += 1;
    }
    end
}

fn star(letters: &mut [char]) {
    letters.iter_mut().filter(|letter| !matches!(letter, ' ' | '-')).for_each(|letter| *letter = '*');
}

fn mask_mail(letters: &[char], out: &mut [char]) {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+');
    for at in (0..letters.len()).filter(|at| letters[*at] == '@') {
        let start = letters[..at].iter().rposition(|letter| !is_part(*letter)).map_or(0, |before| before + 1);
        let end = letters[at + 1..].iter().position(|letter| !is_part(*letter)).map_or(letters.len(), |n| at + 1 + n);
        if start < at && end > at + 1 {
            out[start..end].fill('*');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_masked, mask};

    #[test]
    fn numbers_of_people_are_starred_and_other_figures_stay() {
        for (said, shown) in [
            ("打 13800000997 没人接", "打 *********** 没人接"),
            ("我的号 320102190001019997，等了 40 分钟", "我的号 ******************，等了 40 分钟"),
            ("11010519491231002X来过", "******************来过"),
            ("138 0000 0997", "*** **** ****"),
            ("写信到 a.b@c.example 没回", "写信到 ************* 没回"),
            ("2026年9月3日花了 120 元", "2026年9月3日花了 120 元"),
            ("２３４５６７８９", "********"),
        ] {
            assert_eq!(mask(said), shown);
        }
        assert!(is_masked("第 3 号窗口") && !is_masked("025-01234567"));
    }
}
