//! One form for all pages of the exchange: panels with facts, a table and forms.

use ::exchange::{Kind, Mark, Operation, Outcome, QuarantineState, Share, query};
use askama::Template;
use kernel::Duty;
use web::{Choice, Field, FieldKind, Frame, House, Visitor, Wrong};

use crate::deck::{self, Desk};
use identity::Session;

/// A tab of the exchange.
pub struct Tab {
    name: &'static str,
    href: &'static str,
    current: bool,
}

/// A cell of a table.
#[derive(Default)]
pub struct Cell {
    pub text: String,
    pub href: Option<String>,
    pub badge: Option<&'static str>,
    pub num: bool,
    /// A button: where it leads and what it says.
    pub act: Option<(String, &'static str)>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    pub fn link(href: String, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), href: Some(href), ..Cell::default() }
    }

    pub fn badge(class: &'static str, word: impl Into<String>) -> Cell {
        Cell { text: word.into(), badge: Some(class), ..Cell::default() }
    }

    pub fn number(number: i64) -> Cell {
        Cell { text: web::words::thousands(number.unsigned_abs()), num: true, ..Cell::default() }
    }

    /// Whether it stands in one line, on phones too.
    pub fn is_short(&self) -> bool {
        self.text.chars().count() <= 20
    }

    pub fn button(action: String, word: &'static str) -> Cell {
        Cell { act: Some((action, word)), ..Cell::default() }
    }
}

/// A form of a panel.
pub struct Form {
    pub action: String,
    pub fields: Vec<Field>,
    pub button: &'static str,
    pub second: bool,
}

/// A panel.
#[derive(Default)]
pub struct Panel {
    pub title: String,
    pub say: String,
    pub facts: Vec<(&'static str, String)>,
    pub heads: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// What is said when the table is empty.
    pub none: &'static str,
    pub forms: Vec<Form>,
}

impl Panel {
    pub fn new(title: impl Into<String>, say: impl Into<String>) -> Panel {
        Panel { title: title.into(), say: say.into(), ..Panel::default() }
    }
}

/// A page of the exchange.
#[derive(Template)]
#[template(path = "console/exchange/sheet.html")]
pub struct Sheet {
    pub frame: Frame,
    pub title: String,
    pub say: &'static str,
    pub nav: Vec<Tab>,
    pub wrongs: Vec<Wrong>,
    pub done: Option<(&'static str, String)>,
    /// A credential, shown once.
    pub secret: Option<String>,
    pub panels: Vec<Panel>,
    /// Where else to look: address and words.
    pub aside: Option<(&'static str, &'static str)>,
    pub next: Option<String>,
}

impl Sheet {
    /// An empty page under the tab whose address is `under`.
    pub fn new(
        house: &House,
        visitor: &Visitor,
        session: &Session,
        (title, say): (&str, &'static str),
        under: &str,
        wrongs: Vec<Wrong>,
    ) -> Sheet {
        let actor = &session.actor;
        let tabs: [(&'static str, &'static str, &[Duty]); 5] = [
            ("接入系统", "/exchange", &query::CARING),
            ("隔离区", "/exchange/quarantine", &[Duty::Exchange]),
            ("节点", "/exchange/nodes", &query::CARING),
            ("资源目录", "/exchange/resources", &query::CARING),
            ("外部办件", "/exchange/cases", &query::SEEING),
        ];
        let shown = tabs.into_iter().filter(|(_, _, duties)| deck::holds(actor, duties));
        let nav = shown.map(|(name, href, _)| Tab { name, href, current: href == under }).collect();
        let frame = deck::frame(visitor, house, session, title, Desk::Exchange).with_errors(!wrongs.is_empty());
        Sheet {
            frame,
            title: title.to_owned(),
            say,
            nav,
            wrongs,
            done: None,
            secret: None,
            panels: vec![],
            aside: None,
            next: None,
        }
    }
}

/// A kind of record in words.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Basic => "受理信息",
        Kind::Process => "过程信息",
        Kind::Special => "特别程序",
        Kind::Correction => "补正信息",
        Kind::Result => "结果信息",
    }
}

/// A share class in words.
pub fn share(share: Share) -> &'static str {
    match share {
        Share::Unconditional => "无条件共享",
        Share::Conditional => "有条件共享",
        Share::Closed => "不予共享",
    }
}

/// A mark in words.
pub fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Late => "迟报，晚于 24 小时",
        Mark::BackDated => "补录或倒填",
        Mark::NoProcess => "只有结果，没有过程",
    }
}

/// Where a quarantined row stands, in words.
pub fn state(state: QuarantineState) -> &'static str {
    match state {
        QuarantineState::Open => "等待处理",
        QuarantineState::Mended => "已收下",
        QuarantineState::Resolved => "已放下",
    }
}

/// What became of a row, in words.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "收下",
        Outcome::Replaced => "替换",
        Outcome::Unchanged => "没有变化",
        Outcome::Quarantined => "隔离",
    }
}

/// What a row asks for, in words; the code itself where it is none.
pub fn operation(code: &str) -> String {
    match Operation::from_name(code) {
        Some(Operation::Insert) => "新增".to_owned(),
        Some(Operation::Update) => "修改".to_owned(),
        Some(Operation::Delete) => "删除".to_owned(),
        None => code.to_owned(),
    }
}

/// Choices of kinds of record.
pub fn kinds() -> Vec<Choice> {
    Kind::ALL.iter().map(|one| Choice::new(one.name(), kind(*one))).collect()
}

/// Choices of share classes.
pub fn shares() -> Vec<Choice> {
    Share::ALL.iter().map(|one| Choice::new(one.name(), share(*one))).collect()
}

/// A field with the value that was sent, if there was one.
pub fn field(kind: FieldKind, key: &'static str, label: &'static str, sent: &web::Fields, wrongs: &[Wrong]) -> Field {
    Field::new(kind, key, label).value(sent.get(key).unwrap_or_default().to_owned()).wrong(wrongs)
}
