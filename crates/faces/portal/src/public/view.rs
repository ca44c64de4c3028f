//! What several public pages show of items, themes and places.

use std::sync::Arc;

use catalogue::{Adjustments, BaseItem, Fee, Items, Reach, Subject};
use clock::Limit;
use kernel::{Level, RegionCode};
use organisation::{Kinds, Regions};
use store::ReadExt;
use web::{Fault, House, Promise, words};

/// A link with a few words beside it.
pub(crate) struct Link {
    pub name: String,
    pub href: String,
    pub say: String,
}

/// A piece of a text; the matched ones are marked.
pub(crate) struct Piece {
    pub text: String,
    pub matched: bool,
}

/// An item in a list.
pub(crate) struct Hit {
    pub name: String,
    pub href: String,
    pub summary: String,
    pub promise: Promise,
    pub also: Vec<Vec<Piece>>,
    pub office: String,
    pub anywhere: bool,
    pub elsewhere: Vec<Link>,
    pub elsewhere_say: String,
}

/// A theme with its sign.
pub(crate) struct ThemeTile {
    pub name: String,
    pub href: String,
    pub sign: &'static str,
    pub count: usize,
    pub words: String,
}

/// The registers that public pages are made from.
pub(crate) struct Shelf {
    pub items: Arc<Items>,
    pub regions: Arc<Regions>,
    pub kinds: Arc<Kinds>,
    pub adjustments: Arc<Adjustments>,
}

impl Shelf {
    pub fn open(house: &House) -> Result<Shelf, Fault> {
        house.read(|read| {
            Ok(Shelf {
                items: read.cached::<Items>()?,
                regions: read.cached::<Regions>()?,
                kinds: read.cached::<Kinds>()?,
                adjustments: read.cached::<Adjustments>()?,
            })
        })
    }

    /// Items that somebody in `here` can have handled; without a place, all of them.
    pub fn handled(&self, here: Option<RegionCode>) -> impl Iterator<Item = &Arc<BaseItem>> {
        self.items
            .iter()
            .filter(move |item| here.is_none_or(|here| catalogue::place(&self.regions, item, here).is_ok()))
    }

    /// The region that serves somebody in `here`.
    pub fn serving(&self, item: &BaseItem, here: Option<RegionCode>) -> Option<RegionCode> {
        catalogue::place(&self.regions, item, here?).ok()
    }

    /// The themes of a subject that hold items for `here`: with their numbers, the fullest first.
    pub fn themes(&self, subject: Subject, here: Option<RegionCode>) -> Vec<ThemeTile> {
        let handled: Vec<&Arc<BaseItem>> = self.handled(here).filter(|item| item.is_for(subject)).collect();
        let mut tiles: Vec<ThemeTile> = self
            .items
            .themes(subject)
            .into_iter()
            .filter_map(|(theme, _)| {
                let own = |item: &&&Arc<BaseItem>| theme_of(item, subject).is_some_and(|own| own.code == theme.code);
                let items: Vec<_> = handled.iter().filter(own).collect();
                (!items.is_empty()).then(|| ThemeTile {
                    href: format!("/theme/{}/{}", subject_word(subject), theme.code),
                    sign: sign(&theme.name),
                    count: items.len(),
                    words: everyday_words(items.iter().map(|item| &****item)),
                    name: theme.name,
                })
            })
            .collect();
        tiles.sort_by_key(|tile| std::cmp::Reverse(tile.count));
        tiles
    }

    /// How an item stands in a list for somebody in `here`; `matched` marks words among its other names.
    pub fn hit(&self, item: &BaseItem, here: Option<RegionCode>, matched: &dyn Fn(&str) -> bool) -> Hit {
        let serving = self.serving(item, here);
        let office = serving.map(|region| self.regions.full_name(&region)).unwrap_or_default();
        let kind = self.kinds.get(&item.department).map(|kind| kind.short.clone()).unwrap_or_default();
        let mut also: Vec<&String> = item.synonyms.iter().collect();
        also.sort_by_key(|name| !matched(name));
        let elsewhere = self.elsewhere(item, serving);
        let adjustment = serving.and_then(|region| self.adjustments.get(&item.code, &region));
        let terms = catalogue::rules::terms(item, adjustment);
        Hit {
            name: item.name.clone(),
            href: format!("/item/{}", item.code),
            summary: item.summary.clone(),
            promise: promise(item, terms.promised.0, terms.visits, &terms.fee),
            also: also
                .into_iter()
                .take(5)
                .map(|name| vec![Piece { matched: matched(name), text: name.clone() }])
                .collect(),
            office: if office.is_empty() { kind } else { format!("{office} · {kind}") },
            anywhere: matches!(item.reach, Reach::Nation | Reach::Province),
            elsewhere_say: self.elsewhere_say(item, serving, elsewhere.len()),
            elsewhere,
        }
    }

    /// The neighbours of the serving region where the item is handled as well.
    pub fn elsewhere(&self, item: &BaseItem, serving: Option<RegionCode>) -> Vec<Link> {
        let Some(serving) = serving else { return vec![] };
        let Some(above) = serving.parent() else { return vec![] };
        let link = |region: &organisation::Region| Link {
            name: region.name.clone(),
            href: format!("/item/{}?region={}", item.code, region.code),
            say: String::new(),
        };
        self.regions.children(&above).filter(|region| region.code != serving).take(40).map(link).collect()
    }

    /// 其他地方也能办：苏州市另外 9 个区县，全省共 13 市、104 个区县
    pub fn elsewhere_say(&self, item: &BaseItem, serving: Option<RegionCode>, neighbours: usize) -> String {
        let count = |level: &Level| match level {
            Level::Province => "省里".to_owned(),
            level => format!("{}{}", words::thousands(self.regions.at(*level).count() as u64), level_unit(*level)),
        };
        let levels: Vec<String> = item.levels.iter().map(count).collect();
        let all = format!("全省 {}", levels.join("、"));
        match serving {
            None => format!("在哪里办：{all}"),
            Some(_) if neighbours == 0 => match item.levels.as_slice() {
                [Level::Province] => "全省统一由省里办理".to_owned(),
                _ => format!("其他地方也能办：{all}"),
            },
            Some(serving) => {
                let above = serving.parent().and_then(|above| self.regions.get(&above));
                let name = above.map(|above| above.name.clone()).unwrap_or_default();
                format!("其他地方也能办：{name}另外 {neighbours}{}，{all}", level_unit(serving.level()))
            }
        }
    }
}

/// The number of a level's regions goes before this.
fn level_unit(level: Level) -> &'static str {
    match level {
        Level::Province => " 省",
        Level::City => " 市",
        Level::County => " 个区县",
        Level::Town => " 个镇街",
        Level::Village => " 个村社区",
    }
}

pub(crate) fn theme_of(item: &BaseItem, subject: Subject) -> Option<&catalogue::Theme> {
    match subject {
        Subject::Person => item.personal_theme.as_ref(),
        Subject::Organisation => item.company_theme.as_ref(),
    }
}

/// The word for a subject in addresses.
pub(crate) fn subject_word(subject: Subject) -> &'static str {
    match subject {
        Subject::Person => "person",
        Subject::Organisation => "company",
    }
}

/// The subject that an address names.
pub(crate) fn subject_of(word: &str) -> Option<Subject> {
    match word {
        "person" => Some(Subject::Person),
        "company" => Some(Subject::Organisation),
        _ => None,
    }
}

/// Two everyday names of different items, for the line under a theme.
fn everyday_words<'a>(items: impl Iterator<Item = &'a BaseItem>) -> String {
    let mut names: Vec<&str> = vec![];
    for item in items {
        let Some(name) = item.synonyms.iter().find(|name| name.chars().count() <= 6) else { continue };
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
        if names.len() == 2 {
            break;
        }
    }
    names.join("、")
}

/// The one character that stands for a theme (字标).
fn sign(theme: &str) -> &'static str {
    const SIGNS: [(&str, &str); 49] = [
        ("生育收养", "育"),
        ("户籍办理", "户"),
        ("民族宗教", "族"),
        ("教育科研", "学"),
        ("入伍服役", "兵"),
        ("就业创业", "业"),
        ("设立变更", "设"),
        ("准营准办", "店"),
        ("抵押质押", "押"),
        ("职业资格", "职"),
        ("行政缴费", "缴"),
        ("婚姻登记", "婚"),
        ("优待抚恤", "优"),
        ("规划建设", "建"),
        ("住房保障", "房"),
        ("社会保障", "保"),
        ("证件办理", "证"),
        ("交通出行", "行"),
        ("旅游观光", "游"),
        ("出境入境", "出"),
        ("消费维权", "权"),
        ("公共安全", "安"),
        ("司法公证", "法"),
        ("知识产权", "知"),
        ("环保绿化", "绿"),
        ("文化体育", "文"),
        ("公用事业", "用"),
        ("医疗卫生", "医"),
        ("离职退休", "老"),
        ("死亡殡葬", "殡"),
        ("资质认证", "质"),
        ("年检年审", "检"),
        ("税收财务", "税"),
        ("人力资源", "人"),
        ("投资审批", "投"),
        ("融资信贷", "融"),
        ("商务贸易", "商"),
        ("招标拍卖", "标"),
        ("农林牧渔", "农"),
        ("国土和规划建设", "土"),
        ("交通运输", "运"),
        ("水务气象", "水"),
        ("科技创新", "科"),
        ("文体教育", "文"),
        ("质量技术", "量"),
        ("安全生产", "安"),
        ("公安消防", "消"),
        ("法人注销", "销"),
        ("其他", "他"),
    ];
    SIGNS.iter().find(|(name, _)| *name == theme).map_or("办", |(_, sign)| sign)
}

/// The three numbers of an item as handled with these terms.
pub(crate) fn promise(item: &BaseItem, promised: u32, visits: u32, fee: &Fee) -> Promise {
    let law = match item.statutory {
        _ if promised == 0 => "材料齐全，当场就能办好".to_owned(),
        Some(limit) => format!("受理第二天起算，法律最长 {}", long(limit)),
        None => "受理第二天起算，法律没有规定期限".to_owned(),
    };
    let trips_say = match (visits, &item.visit_reason) {
        (0, _) => "全程网上办，不用到现场".to_owned(),
        (_, Some(reason)) => reason.clone(),
        (_, None) => "要到窗口来".to_owned(),
    };
    let (fee, fee_say) = match fee {
        Fee::Free { note: None } => (None, "不收费，有人要钱请打 12345".to_owned()),
        Fee::Free { note: Some(note) } => (None, format!("{note}。有人另外要钱请打 12345")),
        Fee::Charged { basis, standard, online, .. } => {
            let online = if *online { "，可以网上缴" } else { "" };
            (Some(standard.clone()), format!("{standard}。依据：{basis}{online}"))
        }
    };
    Promise { days: promised, days_say: law, trips: visits, trips_say, fee, fee_say }
}

/// 20 个工作日
pub(crate) fn long(limit: Limit) -> String {
    match limit {
        Limit::Immediate => "当场".to_owned(),
        Limit::Working(days) => format!("{days} 个工作日"),
        Limit::Calendar(days) => format!("{days} 天"),
        Limit::Months(months) => format!("{months} 个月"),
    }
}
