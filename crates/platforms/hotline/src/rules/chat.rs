//! How a conversation by WeChat goes: one question at a time, and nothing is registered that was not confirmed.

use kernel::{Mobile, RegionCode};

use crate::rules::{TEXT_MOST, clean};
use crate::{Chat, Kind, OrderNumber, Reply, Said, Step};

/// What is shorter says nothing that a unit could act upon.
const TEXT_LEAST: usize = 6;
/// Free words of this length are taken for what happened.
const STORY_LEAST: usize = 10;

/// What follows from what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The account says this.
    Say(Reply),
    /// The order is registered as the conversation has it.
    Register,
    /// Somebody asks where this order stands.
    Look(OrderNumber),
}

/// What the words begin, if they are one of those that the account knows.
enum Word {
    Menu,
    Drop,
    Sure,
    NoPhone,
    Kind(Kind),
    Look(OrderNumber),
}

fn word(text: &str) -> Option<Word> {
    let text: String = text.trim_matches(|c: char| c.is_whitespace() || "。，！!.,“”\"".contains(c)).to_owned();
    let kind = || Kind::ALL.into_iter().find(|kind| kind.word() == text);
    Some(match text.as_str() {
        "菜单" | "帮助" | "你好" | "您好" | "?" | "？" => Word::Menu,
        "取消" | "算了" | "重来" => Word::Drop,
        "确认" | "是" | "对" | "好" => Word::Sure,
        "不留" | "没有" | "不用" => Word::NoPhone,
        "诉求" => Word::Kind(Kind::Request),
        _ => match kind() {
            Some(kind) => Word::Kind(kind),
            None => Word::Look(number(&text)?),
        },
    })
}

/// `查 2611220000048`, or the number alone.
fn number(text: &str) -> Option<OrderNumber> {
    let digits: String = text.trim_start_matches("查").chars().filter(|c| !c.is_whitespace()).collect();
    digits.parse().ok()
}

/// The conversation after something was said, and what the account does. `places` are the counties of that name, asked
/// for when the account waits for a place.
pub fn answer(chat: &Chat, said: &Said, places: &[RegionCode]) -> (Chat, Turn) {
    let say = |chat: Chat, reply| (chat, Turn::Say(reply));
    let idle = Chat::default;
    let text = match said {
        Said::Followed => return say(idle(), Reply::Menu),
        Said::Other => return say(chat.clone(), Reply::WordsOnly),
        Said::Words(text) => clean(text),
    };
    let known = word(&text);
    match known {
        Some(Word::Menu) => return say(chat.clone(), Reply::Menu),
        Some(Word::Drop) => return say(idle(), Reply::Dropped),
        Some(Word::Look(number)) => return (chat.clone(), Turn::Look(number)),
        _ => {}
    }
    match (chat.step, known) {
        (_, Some(Word::Kind(kind))) => {
            say(Chat { step: Step::Text, kind: Some(kind), ..idle() }, Reply::AskText { kind })
        }
        (Step::Idle, None) if text.chars().count() >= STORY_LEAST => {
            told(Chat { kind: Some(Kind::Request), ..idle() }, text)
        }
        (Step::Idle, _) => say(idle(), Reply::Menu),
        (Step::Text, _) => told(chat.clone(), text),
        (Step::Place, _) => match places {
            [] => say(chat.clone(), Reply::UnknownPlace),
            [region] => say(Chat { step: Step::Phone, region: Some(*region), ..chat.clone() }, Reply::AskPhone),
            many => say(chat.clone(), Reply::WhichPlace { regions: many.to_vec() }),
        },
        (Step::Phone, Some(Word::NoPhone)) => sure(Chat { phone: None, ..chat.clone() }),
        (Step::Phone, _) => match text.parse::<Mobile>() {
            Ok(phone) => sure(Chat { phone: Some(phone), ..chat.clone() }),
            Err(_) => say(chat.clone(), Reply::NoPhone),
        },
        (Step::Sure, Some(Word::Sure)) => (chat.clone(), Turn::Register),
        (Step::Sure, _) => sure(chat.clone()),
    }
}

fn told(chat: Chat, text: String) -> (Chat, Turn) {
    let length = text.chars().count();
    let reply = match length {
        length if length < TEXT_LEAST => Reply::TooShort,
        length if length > TEXT_MOST => Reply::TooLong { most: TEXT_MOST },
        _ => return (Chat { step: Step::Place, text, ..chat }, Turn::Say(Reply::AskPlace)),
    };
    (Chat { step: Step::Text, ..chat }, Turn::Say(reply))
}

fn sure(chat: Chat) -> (Chat, Turn) {
    let (Some(kind), Some(region)) = (chat.kind, chat.region) else {
        return (Chat::default(), Turn::Say(Reply::Menu));
    };
    let reply = Reply::AskSure { kind, region, text: chat.text.clone(), has_phone: chat.phone.is_some() };
    (Chat { step: Step::Sure, ..chat }, Turn::Say(reply))
}
