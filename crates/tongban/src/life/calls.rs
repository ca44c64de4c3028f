//! 12345: what people call and write about, and what units make of it. Most goes well; some is late, returned, disputed, done again.

use super::{Draw, Stage, agenda::Deed, days, instant, minutes_after};
use crate::failure::Failed;
use hotline::{Call, Channel, Command, Intake, Kind, Next, OrderNumber, Outcome, Satisfaction};
use kernel::{Actor, DepartmentId, Level as Rank, RegionCode, Timestamp, local_date};

/// The counties that have handlers: where the demonstration goes into detail.
const COUNTIES: [&str; 2] = ["320102000000", "320508000000"];
/// Calls of one day, at most.
const A_DAY: i64 = 6;
/// Lanes of this part lie beyond those of the others.
const LANES: u64 = 1 << 33;

/// What people bring: kind, category, title, words.
const MATTERS: [(Kind, &str, &str, &str); 18] = [
    (Kind::Complaint, "noise-business", "楼下酒馆夜里音响扰民", "连着几天放到夜里十一点多，请来测一测。"),
    (Kind::Complaint, "noise-construction", "工地凌晨还在施工", "凌晨两点还在打桩，睡不着觉。"),
    (Kind::Request, "road-light", "路灯三天不亮", "小区东门的路灯三天不亮，晚上看不见台阶。"),
    (Kind::Request, "road-light", "井盖松动", "路口的井盖一压就响，怕有人掉下去。"),
    (Kind::Complaint, "parking", "消防通道被车堵住", "每天晚上都有车停在消防通道上。"),
    (Kind::Complaint, "housing", "电梯坏了一周没人修", "物业说在等配件，老人上下楼很困难。"),
    (Kind::Complaint, "wages", "两个月没有发工资", "装修队两个月没有发工资，老板不接电话。"),
    (Kind::TipOff, "food", "小作坊用过期原料", "看到他们把过期的面粉拆开混着用。"),
    (Kind::Complaint, "consumer", "健身房关门不退卡", "预付卡还剩一千多，门店关了，联系不上。"),
    (Kind::Enquiry, "residence", "身份证到期怎么换", "身份证下个月到期，要带什么材料。"),
    (Kind::Enquiry, "social-insurance", "退休手续怎么办", "明年退休，要提前多久办、在哪里办。"),
    (Kind::Enquiry, "medical-insurance", "异地看病怎么报销", "孩子在外地工作，看病能不能直接结算。"),
    (Kind::Suggestion, "traffic", "公交末班车晚一点", "九点半就没车了，能不能延到十点半。"),
    (Kind::Request, "safety", "外墙砖要掉下来", "临街外墙的砖翘起来了，下面天天有人走。"),
    (Kind::Complaint, "air", "烧烤油烟往屋里灌", "一开窗全是油烟，找店家说没有用。"),
    (Kind::Complaint, "price", "停车场乱收费", "公示每小时五元，收了十元。"),
    (Kind::Praise, "service", "窗口同志耐心", "老人不会用手机，窗口的同志一步一步教。"),
    (Kind::Complaint, "service", "窗口午休没人接待", "中午十二点到一点半一个窗口都不开。"),
];
const PLACES: [&str; 6] =
    ["示例路 12 号", "样例街 126 号", "示范新村 5 幢", "演示巷 3 号", "模拟花园东门", "样本大厦门口"];

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It goes as it should.
    Plain,
    /// The unit answers too late.
    Late,
    /// The unit returns it, and another one handles it.
    Returned,
    /// The caller is not content: it is done again.
    Redone,
    /// The caller says by themselves how it was.
    Rated,
}

/// Calls of every day, working or not: 12345 is answered at any hour.
pub fn plan(stage: &Stage, begins: Timestamp) -> Vec<Deed> {
    let mut deeds = vec![];
    let mut lane = LANES;
    for day in days(begins, stage.until) {
        let mut draw = Draw::of("calls", lane);
        for _ in 0..draw.between(1, A_DAY) {
            lane += 1;
            let at = instant(day, draw.between(8 * 60, 21 * 60));
            if at > begins && at < stage.until {
                // Stories lie far apart in the sequence, so that none is the shifted copy of its neighbour.
                let draw = Draw::of("call", lane.wrapping_mul(101));
                deeds.push(Deed::new(at, lane, move |stage| call(stage, at, lane, draw)));
            }
        }
    }
    deeds
}

/// One order on its way.
#[derive(Clone)]
struct Story {
    number: OrderNumber,
    county: RegionCode,
    caller: Option<Actor>,
    fate: Fate,
    lane: u64,
    draw: Draw,
}

fn call(stage: &Stage, at: Timestamp, lane: u64, mut draw: Draw) -> Result<Vec<Deed>, Failed> {
    let Ok(county) = draw.of_these(&COUNTIES).parse::<RegionCode>() else { return Ok(vec![]) };
    let Some(agent) = centre(stage, "agent", county) else { return Ok(vec![]) };
    let (kind, category, title, text) = *draw.of_these(&MATTERS);
    let resident = draw.chance(45).then(|| draw.of_these(&stage.cast.residents).clone());
    let caller = resident.filter(|resident| !resident.is_company).map(|resident| resident.actor);
    let fate = match draw.between(1, 100) {
        1..=10 => Fate::Late,
        11..=19 => Fate::Returned,
        20..=29 => Fate::Redone,
        30..=49 if caller.is_some() => Fate::Rated,
        _ => Fate::Plain,
    };
    let intake = Intake {
        kind,
        category: category.to_owned(),
        region: county,
        channel: if caller.is_some() { Channel::Web } else { Channel::Call },
        urgent: category == "safety",
        confidential: false,
        name: "示例人".to_owned(),
        phone: format!("1380000{:04}", draw.between(0, 9_999)).parse().ok(),
        openid: None,
        call: Call { title: title.to_owned(), place: (*draw.of_these(&PLACES)).to_owned(), text: text.to_owned() },
        source: String::new(),
        key: String::new(),
    };
    let by = caller.clone().unwrap_or_else(|| agent.clone());
    let taken = stage.carry("call", move |tx| hotline::register(tx, &by, &intake))?;
    let Some(order) = taken else { return Ok(vec![]) };
    let story = Story { number: order.number, county, caller, fate, lane, draw };
    // One in twelve waits longer than it may.
    let mut draw = story.draw.clone();
    let later = minutes_after(at, if draw.chance(8) { draw.between(35, 80) } else { draw.between(2, 25) });
    Ok(vec![Deed::new(later, lane, move |stage| {
        if matches!(kind, Kind::Enquiry | Kind::Praise) {
            let words = "按您说的情况，带身份证和户口簿到居住地的窗口办，也可以在网上办。";
            done(stage, &agent, &story.number, Command::Answer { words: words.to_owned() })?;
            return Ok(vec![]);
        }
        dispatch(stage, later, agent, story)
    })])
}

fn dispatch(stage: &Stage, at: Timestamp, agent: Actor, story: Story) -> Result<Vec<Deed>, Failed> {
    let Some(unit) = unit_of(stage, &story)? else { return Ok(vec![]) };
    let mut draw = story.draw.clone();
    let send =
        |lead: DepartmentId, reason: &str| Command::Dispatch { lead, assisting: vec![], reason: reason.to_owned() };
    done(stage, &agent, &story.number, send(unit, ""))?;
    let soon = soon_after(stage, at, &mut draw);
    if story.fate != Fate::Returned {
        return Ok(vec![Deed::new(soon, story.lane, move |stage| sign(stage, soon, story))]);
    }
    Ok(vec![Deed::new(soon, story.lane, move |stage| {
        let reason = "按权责清单，这件事由主管的另一家单位办。".to_owned();
        let back = Command::Return { ground: "competence".to_owned(), reason };
        let Some(own) = handler(stage, &story) else { return Ok(vec![]) };
        done(stage, &own, &story.number, back)?;
        let again = minutes_after(soon, 15);
        Ok(vec![Deed::new(again, story.lane, move |stage| {
            let Ok(service) = "010".parse() else { return Ok(vec![]) };
            let other = DepartmentId::new(story.county, service);
            done(stage, &agent, &story.number, send(other, "退单的依据成立，改由政务服务部门牵头。"))?;
            let mut draw = story.draw.clone();
            let soon = soon_after(stage, again, &mut draw);
            Ok(vec![Deed::new(soon, story.lane, move |stage| sign(stage, soon, story))])
        })])
    })])
}

/// The unit that the list names.
fn unit_of(stage: &Stage, story: &Story) -> Result<Option<DepartmentId>, Failed> {
    let number = story.number;
    let order = stage.db.read(|read| hotline::query::order_for(read, &Actor::System("month"), &number));
    let order = order.map_err(Failed::refused)?;
    Ok(hotline::book().suggest(&order.category, &order.region).map(|found| found.unit))
}

fn sign(stage: &Stage, at: Timestamp, story: Story) -> Result<Vec<Deed>, Failed> {
    let Some(own) = handler(stage, &story) else { return Ok(vec![]) };
    done(stage, &own, &story.number, Command::Sign)?;
    let mut draw = story.draw.clone();
    let soon = minutes_after(at, draw.between(15, 90));
    Ok(vec![Deed::new(soon, story.lane, move |stage| {
        // A tip-off's caller is the centre's to speak with: the rule says no, and the unit goes on.
        let words = "电话核实了时间、地点和要求。".to_owned();
        done(stage, &own, &story.number, Command::Contact { words })?;
        let days = if story.fate == Fate::Late { 9 } else { draw.between(1, 4) };
        let end = stage.later(soon, u32::try_from(days).unwrap_or(2), &mut draw);
        Ok(vec![Deed::new(end, story.lane, move |stage| feed_back(stage, end, story))])
    })])
}

fn feed_back(stage: &Stage, at: Timestamp, story: Story) -> Result<Vec<Deed>, Failed> {
    let words = "到现场看过，已要求责任方当天改正，并安排一周内复查。".to_owned();
    let outcome = if story.fate == Fate::Redone { Outcome::Partly } else { Outcome::Solved };
    let Some(own) = handler(stage, &story) else { return Ok(vec![]) };
    done(stage, &own, &story.number, Command::FeedBack { outcome, words })?;
    let mut draw = story.draw.clone();
    let later = stage.later(at, 1, &mut draw);
    Ok(vec![Deed::new(later, story.lane, move |stage| ask(stage, later, story))])
}

fn ask(stage: &Stage, at: Timestamp, mut story: Story) -> Result<Vec<Deed>, Failed> {
    let mut draw = Draw::of("asked", story.lane);
    if let (Fate::Rated, Some(caller)) = (story.fate, &story.caller) {
        let satisfaction = Some(*draw.of_these(&[Satisfaction::Satisfied, Satisfaction::Fairly]));
        let words = "晚上安静多了，谢谢。".to_owned();
        done(stage, caller, &story.number, Command::Rate { solved: true, satisfaction, words })?;
        return Ok(vec![]);
    }
    let Some(officer) = centre(stage, "caller", story.county) else { return Ok(vec![]) };
    let again = story.fate == Fate::Redone;
    let satisfaction = match again {
        true => Satisfaction::Dissatisfied,
        false => *draw.of_these(&[Satisfaction::Satisfied, Satisfaction::Satisfied, Satisfaction::Fairly]),
    };
    let next = if again { Next::Redo } else { Next::Close };
    let words = if again { "来电人说第二天又照旧。" } else { "来电人说解决了。" };
    let command = Command::FollowUp { solved: !again, satisfaction: Some(satisfaction), words: words.to_owned(), next };
    done(stage, &officer, &story.number, command)?;
    if !again {
        return Ok(vec![]);
    }
    story.fate = Fate::Plain;
    let soon = soon_after(stage, at, &mut draw);
    Ok(vec![Deed::new(soon, story.lane, move |stage| sign(stage, soon, story))])
}

fn done(stage: &Stage, actor: &Actor, number: &OrderNumber, command: Command) -> Result<(), Failed> {
    let (actor, number, name) = (actor.clone(), *number, command.name());
    stage.carry(name, move |tx| hotline::handle(tx, &actor, &number, &command)).map(drop)
}

/// Who has this role in the centre of the county's city.
fn centre(stage: &Stage, role: &'static str, county: RegionCode) -> Option<Actor> {
    stage.cast.staff(role, county.at(Rank::City)?).cloned()
}

/// Who handles work orders in the county.
fn handler(stage: &Stage, story: &Story) -> Option<Actor> {
    stage.cast.staff("handler", story.county).cloned()
}

/// A little later; what came in after hours is looked at first thing in the morning, by most.
fn soon_after(stage: &Stage, at: Timestamp, draw: &mut Draw) -> Timestamp {
    let later = stage.later(at, 0, draw);
    let day = local_date(later);
    match day == local_date(at) || draw.chance(15) {
        true => later,
        false => instant(day, draw.between(9 * 60 + 5, 10 * 60 + 40)),
    }
}
