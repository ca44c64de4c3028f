//! What a project is: the facts that its unit tells (条例 第六条、第十三条).

use std::fmt;
use std::str::FromStr;

use kernel::{BadCode, Date, Fen, RegionCode};
use serde::{Deserialize, Serialize};

/// Who invests (投资主体和资金).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Investor {
    /// The government directly, or by putting in capital (直接投资、资本金注入): a project of the government.
    Government,
    /// A company with its own means.
    Enterprise,
    /// A company, with a subsidy or discounted loan of the government (投资补助、贷款贴息).
    Aided,
}

impl Investor {
    /// All.
    pub const ALL: [Investor; 3] = [Investor::Enterprise, Investor::Aided, Investor::Government];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Investor::Government => "government",
            Investor::Enterprise => "enterprise",
            Investor::Aided => "aided",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Investor> {
        Investor::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// By which procedure the project is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// 审批: a project of the government.
    Approval,
    /// 核准: on the catalogue.
    Ratification,
    /// 备案: everything else.
    Filing,
}

impl Route {
    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Route::Approval => "approval",
            Route::Ratification => "ratification",
            Route::Filing => "filing",
        }
    }

    /// In Chinese.
    pub fn word(self) -> &'static str {
        match self {
            Route::Approval => "审批",
            Route::Ratification => "核准",
            Route::Filing => "备案",
        }
    }
}

/// What is done to what stands there (建设性质).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// 新建
    New,
    /// 扩建
    Expansion,
    /// 改建
    Conversion,
    /// 迁建
    Relocation,
}

impl Nature {
    /// All.
    pub const ALL: [Nature; 4] = [Nature::New, Nature::Expansion, Nature::Conversion, Nature::Relocation];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Nature::New => "new",
            Nature::Expansion => "expansion",
            Nature::Conversion => "conversion",
            Nature::Relocation => "relocation",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Nature> {
        Nature::ALL.into_iter().find(|one| one.name() == name)
    }

    /// In Chinese.
    pub fn word(self) -> &'static str {
        match self {
            Nature::New => "新建",
            Nature::Expansion => "扩建",
            Nature::Conversion => "改建",
            Nature::Relocation => "迁建",
        }
    }
}

/// A class of the national classification of industries (国民经济行业小类), four digits.
///
/// Source: GB/T 4754-2017, 97 divisions in 20 sections. The letter of the section may stand before the digits and must then be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Industry(u16);

/// Section, its first and its last division, its name.
const SECTIONS: [(char, u16, u16, &str); 20] = [
    ('A', 1, 5, "农、林、牧、渔业"),
    ('B', 6, 12, "采矿业"),
    ('C', 13, 43, "制造业"),
    ('D', 44, 46, "电力、热力、燃气及水生产和供应业"),
    ('E', 47, 50, "建筑业"),
    ('F', 51, 52, "批发和零售业"),
    ('G', 53, 60, "交通运输、仓储和邮政业"),
    ('H', 61, 62, "住宿和餐饮业"),
    ('I', 63, 65, "信息传输、软件和信息技术服务业"),
    ('J', 66, 69, "金融业"),
    ('K', 70, 70, "房地产业"),
    ('L', 71, 72, "租赁和商务服务业"),
    ('M', 73, 75, "科学研究和技术服务业"),
    ('N', 76, 79, "水利、环境和公共设施管理业"),
    ('O', 80, 82, "居民服务、修理和其他服务业"),
    ('P', 83, 83, "教育"),
    ('Q', 84, 85, "卫生和社会工作"),
    ('R', 86, 90, "文化、体育和娱乐业"),
    ('S', 91, 96, "公共管理、社会保障和社会组织"),
    ('T', 97, 97, "国际组织"),
];

impl Industry {
    fn place(self) -> (char, &'static str) {
        let division = self.0 / 100;
        let found = SECTIONS.iter().find(|(_, first, last, _)| (*first..=*last).contains(&division));
        found.map_or(('?', ""), |(letter, _, _, name)| (*letter, *name))
    }

    /// The letter of its section (门类).
    pub fn letter(self) -> char {
        self.place().0
    }

    /// The name of its section.
    pub fn section(self) -> &'static str {
        self.place().1
    }

    /// Whether it begins with one of these digits.
    pub fn is_in(self, prefixes: &[String]) -> bool {
        let digits = format!("{:04}", self.0);
        prefixes.iter().any(|prefix| digits.starts_with(prefix.as_str()))
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:04}", self.letter(), self.0)
    }
}

impl FromStr for Industry {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Industry, BadCode> {
        let text = text.trim().to_ascii_uppercase();
        let (letter, digits) = match text.chars().next() {
            Some(first) if first.is_ascii_uppercase() => (Some(first), &text[1..]),
            _ => (None, text.as_str()),
        };
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadCode::Length { want: 4 });
        }
        let industry = Industry(digits.parse().map_err(|_| BadCode::Length { want: 4 })?);
        // The group and the class are never both empty: 3900 is no class.
        let is_class = industry.section() != "" && industry.0 % 100 >= 10;
        let fits = letter.is_none_or(|letter| letter == industry.letter());
        if is_class && fits { Ok(industry) } else { Err(BadCode::Kind) }
    }
}

impl Serialize for Industry {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Industry {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Industry, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A project as its unit tells it, complete or not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notice {
    /// Who invests.
    pub investor: Option<Investor>,
    /// In which industry.
    pub industry: Option<Industry>,
    /// The line of the ratification catalogue that it falls under; `none` for none of them.
    pub line: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub region: Option<RegionCode>,
    /// Where exactly.
    pub address: String,
    /// What is done.
    pub nature: Option<Nature>,
    /// Scale and content.
    pub scale: String,
    /// What it costs.
    pub total: Option<Fen>,
    /// The day on which it is to start.
    pub start: Option<Date>,
    /// The day on which it is to be finished.
    pub finish: Option<Date>,
    /// The unit declares that it conforms to industrial policy and that all this is true.
    pub declared: bool,
}

/// One thing that a notice must hold (条例 第十三条; for ratification and approval the same facts stand in the application).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// Who invests.
    Investor,
    /// 行业
    Industry,
    /// 属于目录的哪一项
    Line,
    /// 项目名称
    Name,
    /// 建设地区
    Region,
    /// 建设地点
    Address,
    /// 建设性质
    Nature,
    /// 建设规模和内容
    Scale,
    /// 项目总投资额
    Total,
    /// 计划开工
    Start,
    /// 计划竣工, after the start
    Finish,
    /// 符合产业政策的声明
    Declaration,
}

impl Element {
    /// Where it is filled in.
    pub fn key(self) -> &'static str {
        match self {
            Element::Investor => "investor",
            Element::Industry => "industry",
            Element::Line => "line",
            Element::Name => "name",
            Element::Region => "region",
            Element::Address => "address",
            Element::Nature => "nature",
            Element::Scale => "scale",
            Element::Total => "total",
            Element::Start => "start",
            Element::Finish => "finish",
            Element::Declaration => "declared",
        }
    }

    /// What to do about it.
    pub fn say(self) -> &'static str {
        match self {
            Element::Investor => "选谁来投资。",
            Element::Industry => "填 4 位行业小类代码，例如 3912。",
            Element::Line => "选属于目录里的哪一项，或者选都不是。",
            Element::Name => "填项目名称，4 到 100 个字。",
            Element::Region => "选建设地区，到区县。",
            Element::Address => "填建设地点，100 个字以内。",
            Element::Nature => "选建设性质。",
            Element::Scale => "填建设规模和内容，10 到 500 个字。",
            Element::Total => "填总投资，大于 0，单位万元。",
            Element::Start => "填计划开工日期，今天或者以后。",
            Element::Finish => "填计划竣工日期，要在开工之后。",
            Element::Declaration => "声明项目符合产业政策、信息真实，才能提交。",
        }
    }
}

/// A project, complete. Nothing of it is personal: the unit is a company or a body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Particulars {
    /// Its name.
    pub name: String,
    /// The county where it stands.
    pub region: RegionCode,
    /// Where exactly.
    pub address: String,
    /// What is done.
    pub nature: Nature,
    /// Its industry.
    pub industry: Industry,
    /// Scale and content.
    pub scale: String,
    /// What it costs.
    pub total: Fen,
    /// Planned start.
    pub start: Date,
    /// Planned end.
    pub finish: Date,
}
