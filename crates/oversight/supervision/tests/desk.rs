//! Supervision in the house: cases live by their own rules, flags come of them, orders are handled; on both databases.

use std::collections::BTreeMap;

use casework::{Command, Stance, Verdict};
use kernel::{Actor, CaseNumber, Duty};
use store::ReadExt;
use supervision::query::{self, Asked, Period, Whose};
use supervision::{BUILT_IN, Flag, FlagId, FlagState, Grade, Level, Order, OrderCommand, OrderState, Refusal, rules};

use crate::house::*;

type Failure = store::Failure<Refusal>;

fn own_supervisor() -> Actor {
    staff(21, XUANWU, None, &[Duty::Supervise])
}

fn flags(house: &House, number: CaseNumber) -> Vec<Flag> {
    house.db.read(|read| query::trace(read, &own_supervisor(), &number)).unwrap().1
}

fn graded(flags: &[Flag]) -> Vec<(String, Grade)> {
    flags.iter().map(|flag| (flag.id.rule.to_string(), flag.grade)).collect()
}

fn issue(house: &House, actor: &Actor, id: &FlagId) -> Result<Order, Failure> {
    let (actor, id) = (actor.clone(), id.clone());
    house.db.write(move |tx| supervision::issue(tx, &actor, &id, Level::Important, "查明原因，尽快办结。"))
}

fn act(house: &House, actor: &Actor, order: &Order, command: OrderCommand) -> Result<Order, Failure> {
    let (actor, number) = (actor.clone(), order.number);
    house.db.write(move |tx| supervision::handle(tx, &actor, &number, &command))
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    match result.unwrap_err() {
        store::Failure::Refused(refusal) => kernel::Refuse::code(&refusal),
        store::Failure::Broken(error) => panic!("{error}"),
    }
}

fn review() -> Command {
    Command::Review { stance: Stance::For, opinion: "材料齐全。".to_owned() }
}

/// What following and knocking keep is what a recount of the journal gives: watches, flags and figures.
fn is_recounted(house: &House, numbers: &[CaseNumber]) {
    for number in numbers {
        let (trace, flags) = house.db.read(|read| query::trace(read, &own_supervisor(), number)).unwrap();
        let kept = house.db.read(|read| query::watch_of(read, number)).unwrap().unwrap();
        assert_eq!(trace.watch.raised, kept.raised, "{number}");
        assert_eq!(trace.next, house.db.read(|read| query::due_of(read, number)).unwrap());
        let stored: BTreeMap<String, Grade> =
            flags.iter().map(|flag| (format!("{}-{}", flag.id.rule, flag.id.breach), flag.grade)).collect();
        assert_eq!(stored, kept.raised);
    }
    let (region, today) = (region(XUANWU), house.today());
    let trend = house.db.read(|read| query::trend(read, &region, today, 90)).unwrap();
    let sums = trend.iter().fold([0; 4], |mut sums, day| {
        let of = day.figures;
        sums.iter_mut().zip([of.submitted, of.accepted, of.closed, of.without_visit]).for_each(|(sum, n)| *sum += n);
        sums
    });
    let entries = house.db.read(|read| store::journal::since(read, 0, 10_000)).unwrap();
    let count = |kinds: &[&str]| entries.iter().filter(|entry| kinds.contains(&entry.kind.as_str())).count();
    let counted = [
        count(&["casework.submitted"]),
        count(&["casework.accepted", "casework.deemed-accepted"]),
        count(&["casework.closed"]),
        count(&["casework.closed"]),
    ];
    assert_eq!(sums.map(|n| usize::try_from(n).unwrap()), counted, "all came by network and were served there");
}

#[test]
fn an_overdue_case_is_flagged_ordered_put_right_and_lifted() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.steps(number, &[(&house.clerk, Command::Accept), (&house.reviewer, review())]);
        house.drain();
        assert_eq!(graded(&flags(&house, number)), []);

        let due = house.case(number).decide_by.unwrap();
        house.go_to(due.tomorrow().unwrap());
        house.drain();
        let found = flags(&house, number);
        let overdue = found.iter().find(|flag| flag.id.rule.to_string() == "T3").unwrap();
        assert_eq!((overdue.grade, &overdue.state), (Grade::Yellow, &FlagState::Open));
        let accepted = house.db.read(|read| store::journal::entry(read, overdue.raised.evidence[0])).unwrap().unwrap();
        assert_eq!(accepted.kind, "casework.accepted", "the evidence is the entry itself");
        // Knocked at again and again, nothing is raised twice.
        house.drain();
        assert_eq!(flags(&house, number), found);

        let elsewhere = staff(22, "320104000000", None, &[Duty::Supervise]);
        assert_eq!(code(issue(&house, &elsewhere, &overdue.id)), "supervision.not-found");
        assert_eq!(code(issue(&house, &house.clerk, &overdue.id)), "supervision.not-supervisor");
        let order = issue(&house, &own_supervisor(), &overdue.id).unwrap();
        assert_eq!(code(issue(&house, &own_supervisor(), &overdue.id)), "supervision.flag-not-open");
        assert_eq!(code(act(&house, &house.elsewhere, &order, OrderCommand::Sign)), "supervision.not-found");
        act(&house, &house.clerk, &order, OrderCommand::Sign).unwrap();
        house.steps(number, &[(&house.decider, Command::Decide { verdict: Verdict::Grant { reason: None } })]);
        act(&house, &house.clerk, &order, OrderCommand::Answer { measures: "当天办结。".to_owned() }).unwrap();
        let check = OrderCommand::Check { lift: true, reason: "已办结。".to_owned() };
        let closed = act(&house, &own_supervisor(), &order, check).unwrap();
        assert_eq!(closed.state, OrderState::Closed { lifted: true });
        house.drain();
        let lifted = house.db.read(|read| query::flag_for(read, &own_supervisor(), &overdue.id)).unwrap();
        assert_eq!(lifted.state, FlagState::Lifted);
        is_recounted(&house, &[number]);
        let records = house.db.read(|read| query::records(read, &own_supervisor(), false, 10, None)).unwrap();
        assert_eq!(records.lines[0].result, "消牌");
        house.verify();
    });
}

#[test]
fn silence_is_flagged_and_an_order_without_answer_turns_red() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        let answer_by = house.working_days_on(5);
        house.go_to(answer_by.tomorrow().unwrap());
        house.drain();
        let silent = flags(&house, number).into_iter().find(|flag| flag.id.rule.to_string() == "T1").unwrap();
        assert_eq!(silent.grade, Grade::Yellow);
        assert_eq!(silent.since(), kernel::midnight(answer_by.tomorrow().unwrap()));
        let order = issue(&house, &own_supervisor(), &silent.id).unwrap();
        house.go_to(house.working_days_on(6));
        house.drain();
        let order = house.db.read(|read| query::order_for(read, &house.clerk, &order.number)).unwrap();
        assert!(order.overdue && order.unsigned);
        let red = house.db.read(|read| query::flag_for(read, &house.clerk, &silent.id)).unwrap();
        assert_eq!((red.grade, red.state.name()), (Grade::Red, "ordered"));
        let month = Period { from: kernel::local_date(silent.since()).first_of_month(), to: house.today() };
        let score = house.db.read(|read| query::score(read, &Whose::Region(region(XUANWU)), month)).unwrap();
        let red = score.lines.iter().find(|line| line.what == "red").unwrap();
        assert!(red.count >= 1 && score.tenths == score.lines.iter().map(|line| line.tenths).sum::<i64>());
        house.verify();
    });
}

#[test]
fn a_withdrawn_flag_stays_withdrawn() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.go_to(house.working_days_on(5).tomorrow().unwrap());
        house.drain();
        let id = flags(&house, number).iter().find(|flag| flag.id.rule.to_string() == "T1").unwrap().id.clone();
        let withdraw = |actor: &Actor, reason: &'static str| {
            let (actor, id) = (actor.clone(), id.clone());
            house.db.write(move |tx| supervision::withdraw(tx, &actor, &id, reason))
        };
        assert_eq!(code(withdraw(&house.clerk, "系统停机。")), "supervision.not-supervisor");
        assert_eq!(code(withdraw(&own_supervisor(), " ")), "supervision.words");
        withdraw(&own_supervisor(), "系统停机两天。").unwrap();
        house.pass_days(5);
        house.drain();
        let asked = Asked { rule: Some(id.rule), ..Asked::default() };
        let page = house.db.read(|read| query::flags(read, &own_supervisor(), &asked, 10, None)).unwrap();
        assert_eq!(page.lines.iter().map(|flag| flag.state.name()).collect::<Vec<_>>(), ["withdrawn"]);
        house.verify();
    });
}

#[test]
fn lists_go_on_where_they_ended_and_show_only_ones_own_place() {
    each_house(|house| {
        let numbers: Vec<CaseNumber> = (0..5).map(|_| house.submit(RENEWAL).number).collect();
        house.go_to(house.working_days_on(5).tomorrow().unwrap());
        house.drain();
        let asked = Asked { rule: "T1".parse().ok(), grade: Some(Grade::Yellow), ..Asked::default() };
        let (mut seen, mut cursor) = (vec![], None);
        loop {
            let page =
                house.db.read(|read| query::flags(read, &own_supervisor(), &asked, 2, cursor.as_deref())).unwrap();
            seen.extend(page.lines.into_iter().map(|flag| flag.id.case));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        seen.sort();
        assert_eq!(seen, numbers);
        for nobody in
            [house.elsewhere.clone(), house.citizen.clone(), staff(30, XUANWU, Some("310"), &[Duty::Supervise])]
        {
            let page = house.db.read(|read| query::flags(read, &nobody, &asked, 10, None)).unwrap();
            assert_eq!(page.lines, []);
            assert!(house.db.read(|read| query::trace(read, &nobody, &numbers[0])).is_err());
        }
        assert_eq!(house.db.read(|read| query::to_act(read, &own_supervisor(), 3)).unwrap().len(), 3);
        is_recounted(&house, &numbers);
        let fired = house.db.read(|read| query::fired(read)).unwrap().1;
        let of = |rule: &str| fired.iter().find(|one| one.rule.id.to_string() == rule).unwrap();
        assert_eq!((of("T1").month, of("P6").month, of("P6").last), (5, 0, None));
    });
}

#[test]
fn other_rules_are_taken_whole_or_not_and_every_open_case_is_looked_at_again() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.drain();
        let import = |actor: &Actor, text: String| {
            let actor = actor.clone();
            house.db.write(move |tx| supervision::import(tx, &actor, &text))
        };
        let system = Actor::System("import");
        assert_eq!(code(import(&house.clerk, BUILT_IN.to_owned())), "supervision.not-publisher");
        assert_eq!(code(import(&system, BUILT_IN.replacen("warn_left", "warn_leftover", 1))), "supervision.bad-rules");
        let before = house.db.read(|read| query::due_of(read, &number)).unwrap();
        let stricter = BUILT_IN
            .replacen("2026.1", "2026.2", 1)
            .replacen("\"clock\": \"answer\", \"warn_share\": 80", "\"clock\": \"answer\", \"warn_share\": 20", 1)
            .replacen("\"warn_left\": 1", "\"warn_left\": 4", 1);
        import(&system, stricter).unwrap();
        house.drain();
        let after = house.db.read(|read| query::due_of(read, &number)).unwrap();
        assert!(after < before, "{after:?} {before:?}");
        assert_eq!(house.db.read(|read| query::rulebook(read)).unwrap().version, "2026.2");
        house.verify();
    });
}

#[test]
fn an_entry_heard_twice_has_its_effect_once() {
    each_house(|house| {
        let number = house.submit(RENEWAL).number;
        house.drain();
        let entries = house.db.read(|read| store::journal::stream(read, &casework::stream(&number), 1, 10)).unwrap();
        let signs: Vec<_> = entries
            .iter()
            .filter_map(|entry| rules::seen(entry, &mut |_| Ok(None)).unwrap())
            .map(|(_, sign)| sign)
            .collect();
        house.db.write(move |tx| supervision::observe(tx, &number, &signs)).unwrap();
        is_recounted(&house, &[number]);
        let _ = house.db.read(|read| read.cached::<organisation::Regions>()).unwrap();
    });
}
