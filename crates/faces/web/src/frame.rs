//! What the frame of every page shows: whose site, which place, who is signed in, how large the type is.

use std::sync::Arc;

use kernel::{Level, RegionCode};
use organisation::Regions;

use crate::{assets, guard::Secret, house::Config};

/// How the pages look to this visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ui {
    /// As designed.
    #[default]
    Normal,
    /// 长辈版 in three sizes of type, 1 to 3.
    Elder(u8),
    /// Yellow and white on black.
    Contrast,
}

impl Ui {
    /// The look that a cookie or a link names.
    pub fn parse(word: &str) -> Option<Ui> {
        match word {
            "normal" => Some(Ui::Normal),
            "elder" => Some(Ui::Elder(1)),
            "elder2" => Some(Ui::Elder(2)),
            "elder3" => Some(Ui::Elder(3)),
            "contrast" => Some(Ui::Contrast),
            _ => None,
        }
    }

    /// The word for the cookie.
    pub fn word(self) -> &'static str {
        match self {
            Ui::Normal => "normal",
            Ui::Elder(2) => "elder2",
            Ui::Elder(3) => "elder3",
            Ui::Elder(_) => "elder",
            Ui::Contrast => "contrast",
        }
    }

    /// The word for the style sheet.
    pub fn name(&self) -> &'static str {
        match self {
            Ui::Normal => "normal",
            Ui::Elder(_) => "elder",
            Ui::Contrast => "contrast",
        }
    }

    /// The step of the type's size above the first.
    pub fn step(&self) -> Option<u8> {
        match self {
            Ui::Elder(step) if *step > 1 => Some(*step),
            _ => None,
        }
    }

    /// Whether this is 长辈版.
    pub fn elder(&self) -> bool {
        matches!(self, Ui::Elder(_))
    }

    /// Whether this is high contrast.
    pub fn contrast(&self) -> bool {
        matches!(self, Ui::Contrast)
    }

    /// The next larger type, if there is one.
    pub fn bigger(&self) -> Option<&'static str> {
        match self {
            Ui::Elder(1) => Some("elder2"),
            Ui::Elder(2) => Some("elder3"),
            _ => None,
        }
    }
}

/// Whose site it is; taken from the highest region, so that the program knows no province by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// 江苏政务服务
    pub name: String,
    /// 江苏省人民政府办公厅, or what the operator sets
    pub owner: String,
    /// The highest region, 江苏省
    pub whole: String,
    /// Its code.
    pub root: Option<RegionCode>,
}

impl Site {
    /// The site of the highest region in the register.
    pub fn of(regions: &Regions, config: &Config) -> Site {
        let root = regions.roots().next();
        let whole = root.map_or_else(String::new, |region| region.name.clone());
        let stem = whole.trim_end_matches(['省', '市']);
        let owner = config.owner.clone().unwrap_or_else(|| format!("{whole}政府"));
        Site { name: format!("{stem}政务服务"), owner, root: root.map(|region| region.code), whole }
    }
}

/// A place in words for the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionWords {
    /// Its code.
    pub code: RegionCode,
    /// Its own name: 姑苏区
    pub name: String,
    /// The city above it: 苏州市; empty for a city or a province.
    pub upper: String,
    /// 苏州市姑苏区
    pub full: String,
}

impl RegionWords {
    /// The words for a region that stands today; an old code gives what took its place.
    pub fn of(regions: &Regions, code: &RegionCode) -> Option<RegionWords> {
        let region = regions.resolve(code)?;
        let full = regions.full_name(&region.code);
        let name = match region.level() {
            Level::Village => {
                let above = regions.path(&region.code);
                above.iter().rev().take(2).rev().map(|part| part.name.as_str()).collect()
            }
            _ => region.name.clone(),
        };
        let city = region.code.at(Level::City).filter(|city| *city != region.code);
        let upper = city.and_then(|city| regions.get(&city)).map(|city| city.name.clone()).unwrap_or_default();
        let upper = if full.starts_with(&upper) { upper } else { String::new() };
        Some(RegionWords { code: region.code, name, upper, full })
    }
}

/// The part of the site that a page belongs to; it is marked in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// None of them.
    #[default]
    None,
    /// 我要办
    Apply,
    /// 我要查
    Track,
    /// 我要约
    Visit,
    /// 我要评
    Rate,
    /// 核验证照
    Verify,
    /// 我的
    Mine,
}

/// One link of a navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuEntry {
    /// What it says.
    pub name: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// What `frame.html` and `console.html` need; every template has it in a field `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The page's title, without the site's name.
    pub title: String,
    /// Something is to be put right: the title says so first.
    pub faulty: bool,
    /// How the page looks.
    pub ui: Ui,
    /// Whose site.
    pub site: Arc<Site>,
    /// The tag 演示数据 stands in the strip.
    pub demo: bool,
    /// How much of the demonstration's month is lived, in percent, while it is.
    pub prelude: Option<u16>,
    /// This page's address, encoded for a link that leads back.
    pub back: String,
    /// The place chosen.
    pub region: Option<RegionWords>,
    /// Name of the person signed in.
    pub person: Option<String>,
    /// Whether the person signed in is a member of staff.
    pub is_staff: bool,
    /// The party acted for, when it is not the person.
    pub acting_for: Option<String>,
    /// Messages that wait unread for the party acted for; `None` for visitors and staff.
    pub unread: Option<u64>,
    /// Where the page belongs.
    pub section: Section,
    /// Consoles: post and department of the person.
    pub post: Option<String>,
    /// Consoles: links of the head.
    pub tabs: Vec<MenuEntry>,
    /// The day, in words.
    pub today: String,
    pub(crate) secret: Secret,
}

impl Frame {
    /// Marks the page as one with mistakes to put right.
    #[must_use]
    pub fn with_errors(mut self, any: bool) -> Frame {
        self.faulty = any;
        self
    }

    /// Says where the page belongs.
    #[must_use]
    pub fn in_section(mut self, section: Section) -> Frame {
        self.section = section;
        self
    }

    /// Gives a console's head its post and links.
    #[must_use]
    pub fn with_deck(mut self, post: impl Into<String>, tabs: Vec<MenuEntry>) -> Frame {
        self.post = Some(post.into());
        self.tabs = tabs;
        self
    }

    /// A fresh form token; each call gives another text for the same secret, so that compressed pages tell nothing.
    pub fn csrf(&self) -> String {
        self.secret.token()
    }

    /// The address of an asset, with its content's hash.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// How many messages wait unread, as the badge says it; nothing when none does.
    pub fn badge(&self) -> Option<String> {
        match self.unread? {
            0 => None,
            count @ 1..100 => Some(count.to_string()),
            _ => Some("99+".to_owned()),
        }
    }

    /// Where the name in the head leads.
    pub fn home(&self) -> &'static str {
        if self.is_staff { "/console" } else { "/me" }
    }

    /// The links of the site's navigation.
    pub fn menu(&self) -> [MenuEntry; 6] {
        [
            ("我要办", "/personal", Section::Apply),
            ("我要查", "/progress", Section::Track),
            ("我要约", "/halls", Section::Visit),
            ("我要评", "/rate", Section::Rate),
            ("核验证照", "/verify", Section::Verify),
            ("我的", "/me", Section::Mine),
        ]
        .map(|(name, href, section)| MenuEntry { name, href, current: section == self.section })
    }
}
