//! Figures in words.

use catalogue::Items;
use insight::query::{OpenValue, Part, Period, Reading};
use insight::{Better, Dimension, Figure, Grain, Made};
use kernel::{Date, RegionCode};
use organisation::{Kinds, Regions};
use web::words::{short_day, thousands};

/// A value with its unit. Where a figure spreads, the median.
pub fn value(figure: &Figure, reading: &Reading) -> String {
    match bare(reading) {
        None => "无".to_owned(),
        Some(text) if figure.unit == "%" => format!("{text}%"),
        Some(text) => format!("{text} {}", figure.unit),
    }
}

/// A value without its unit; none where there is nothing.
pub fn bare(reading: &Reading) -> Option<String> {
    match reading {
        Reading::Count(n) => Some(count(*n)),
        Reading::Amount(fen) => Some(fen.to_string()),
        Reading::Share { whole: 0, .. } | Reading::Spread(None) => None,
        Reading::Share { part, whole } => Some(format!("{:.1}", *part as f64 * 100.0 / *whole as f64)),
        Reading::Spread(Some(spread)) => Some(spread.median.to_string()),
        Reading::Published(value) => Some(match value {
            OpenValue::Nothing => return None,
            OpenValue::Hidden => "不公开".to_owned(),
            OpenValue::Count(n) => count(*n),
            OpenValue::PerMille(n) => format!("{:.1}", *n as f64 / 10.0),
            OpenValue::Spread { median, .. } => median.to_string(),
        }),
    }
}

/// What stands beside a value: its parts, or how it is spread.
pub fn beside(reading: &Reading) -> String {
    match reading {
        Reading::Share { part, whole } => format!("{} ÷ {}", count(*part), count(*whole)),
        Reading::Spread(Some(spread)) => {
            format!("90% 的在 {} 以内，平均 {:.1}，共 {} 次", spread.p90, spread.mean, count(spread.n))
        }
        Reading::Published(OpenValue::Spread { p90, .. }) => format!("90% 的在 {p90} 以内"),
        _ => String::new(),
    }
}

/// How a value is now, compared with another one, and whether that is worse.
pub fn change(figure: &Figure, now: &Reading, before: &Reading) -> (String, bool) {
    let (Some(now), Some(before)) = (now.number(), before.number()) else {
        return ("没有可比的数据".to_owned(), false);
    };
    let more = now - before;
    let words = match figure.made {
        _ if more.abs() < 0.05 => "现在一样".to_owned(),
        Made::Share { .. } => format!("{}{:.1} 个百分点", sign(more), more.abs()),
        Made::Spread(_) => format!("{}{:.0} {}", sign(more), more.abs(), figure.unit),
        _ if before == 0.0 => "那时没有".to_owned(),
        _ => format!("{}{:.1}%", sign(more), (more * 100.0 / before).abs()),
    };
    let is_worse = match figure.better {
        Better::More => more < -0.05,
        Better::Less => more > 0.05,
        Better::Neither => false,
    };
    (words, is_worse)
}

fn sign(more: f64) -> &'static str {
    if more > 0.0 { "现在多 " } else { "现在少 " }
}

/// A count, with its sign.
pub fn count(n: i64) -> String {
    format!("{}{}", if n < 0 { "-" } else { "" }, thousands(n.unsigned_abs()))
}

/// A part of a trend; one that is not over says so.
pub fn period(period: Period, grain: Grain, today: Date) -> String {
    let name = match grain {
        Grain::Day => short_day(period.from, today),
        Grain::Week => format!("{}起一周", short_day(period.from, today)),
        Grain::Month => format!("{}年{}月", period.from.year(), period.from.month()),
    };
    if is_over(period, grain, today) { name } else { format!("{name}，未完") }
}

/// A part of a trend on a drawing: 26年11月, 11月26日.
pub fn mark(period: Period, grain: Grain) -> String {
    match grain {
        Grain::Day | Grain::Week => format!("{}月{}日", period.from.month(), period.from.day()),
        Grain::Month => format!("{:02}年{}月", period.from.year() % 100, period.from.month()),
    }
}

/// Whether all days of a part of a trend are over.
pub fn is_over(period: Period, grain: Grain, today: Date) -> bool {
    let is_whole = match grain {
        Grain::Day => true,
        Grain::Week => period.to.weekday().to_monday_zero_offset() == 6,
        Grain::Month => period.to == period.to.last_of_month(),
    };
    is_whole && period.to < today
}

/// A grain of time.
pub fn grain(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "按天",
        Grain::Week => "按周",
        Grain::Month => "按月",
    }
}

/// A dimension.
pub fn dimension(by: Dimension, figure: &Figure) -> &'static str {
    match by {
        Dimension::Region => "地区",
        Dimension::Department => "部门",
        Dimension::Item => "事项",
        Dimension::Hour => "时段",
        Dimension::Way if figure.rooms().contains("halls") => "业务类别",
        Dimension::Way if figure.rooms().contains("delivery") => "承运单位",
        Dimension::Way if figure.rooms().contains("supervision") => "轻重",
        Dimension::Way => "渠道",
    }
}

/// The registers that names come from.
pub struct Names {
    pub regions: std::sync::Arc<Regions>,
    pub kinds: std::sync::Arc<Kinds>,
    pub items: std::sync::Arc<Items>,
}

impl Names {
    pub fn region(&self, code: &RegionCode) -> String {
        self.regions.get(code).map_or_else(|| code.to_string(), |region| region.name.clone())
    }

    pub fn kind(&self, code: &kernel::KindCode) -> String {
        self.kinds.get(code).map_or_else(|| code.to_string(), |kind| kind.short.clone())
    }

    pub fn item(&self, code: &kernel::BasicCode) -> String {
        self.items.get(code).map_or_else(|| code.to_string(), |item| item.name.clone())
    }

    /// A part of a split of a region.
    pub fn part(&self, part: &Part, figure: &Figure, asked: &RegionCode) -> String {
        match part {
            Part::Region(code) if code == asked => format!("{}本级", self.region(code)),
            Part::Region(code) => self.region(code),
            Part::Department(kind) => self.kind(kind),
            Part::Item(item) => self.item(item),
            Part::Way(way) => self::way(figure, way),
            Part::Hour(hour) => format!("{hour} 时"),
            Part::Without => "没有分".to_owned(),
            Part::Others => "其他".to_owned(),
        }
    }
}

/// A way in the words of the figure, of the hall's rules or of the courier's data.
pub fn way(figure: &Figure, way: &str) -> String {
    if let Some(word) = figure.ways.get(way) {
        return word.clone();
    }
    let service = || halls::rulebook().services.iter().find(|service| service.letter.to_string() == way);
    if figure.rooms().contains("halls")
        && let Some(service) = service()
    {
        return service.name.clone();
    }
    let is_parcel = figure.rooms().contains("delivery");
    let courier = delivery::book().ok().and_then(|book| book.courier(way)).filter(|_| is_parcel);
    courier.map_or_else(|| way.to_owned(), |courier| courier.name.clone())
}
