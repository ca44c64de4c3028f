//! The path of a lot by table: each period with its last day that is refused and its first that is not.

use kernel::{Date, Fen, local_date};
use proptest::prelude::*;
use trading::rules::{self, due};
use trading::{Command, FailGround, Ground, Late, LotCode, LotEvent, LotState, Mark, Notice, Stage};

use crate::given::*;

#[test]
fn the_data_are_whole() {
    let book = trading::book::Book::parse(trading::book::PROCEDURES).unwrap();
    assert_eq!(&book, trading::book());
    for bad in [
        trading::book::PROCEDURES.replacen("\"points\": 50", "\"points\": 51", 1),
        trading::book::PROCEDURES.replacen("\"least\": 5", "\"least\": 4", 1),
        trading::book::PROCEDURES.replacen("\"days\"", "\"day\"", 1),
    ] {
        assert!(trading::book::Book::parse(&bad).is_err());
    }
}

#[test]
fn periods_count_the_days_that_the_law_names() {
    let calendar = calendar();
    // Calendar days: the day itself does not count; a last day off moves on.
    let works = works();
    assert_eq!(works.bidding.least(DAY, &calendar), Date::constant(2026, 3, 22));
    assert_eq!(
        works.publicity.as_ref().unwrap().last(Date::constant(2026, 3, 4), &calendar),
        Date::constant(2026, 3, 9)
    );
    assert_eq!(works.object_before.as_ref().unwrap().before(DUE), Date::constant(2026, 3, 12));
    // Working days.
    assert_eq!(works.complaint_accept.last(Date::constant(2026, 3, 5), &calendar), Date::constant(2026, 3, 10));
    assert_eq!(procurement().documents.least(DAY, &calendar), Date::constant(2026, 3, 9));
    assert_eq!(works.deposit_most.as_ref().unwrap().of(Fen(100_000_001)), Fen(2_000_000));
}

#[test]
fn a_notice_gives_the_days_that_the_law_wants() {
    let lot = lot();
    let give = |change: &dyn Fn(&mut Notice)| {
        let mut notice = notice();
        change(&mut notice);
        act(&lot, &tenderer(), &Command::Notify { notice, reserve: None }, at(DAY, 9, 0))
    };
    assert!(give(&|_| {}).is_ok());
    refused(give(&|notice| notice.deadline = at(days(DAY, 19), 23, 59)), "trading.too-short");
    assert!(give(&|notice| notice.documents_until = days(DAY, 5)).is_ok());
    refused(give(&|notice| notice.documents_until = days(DAY, 4)), "trading.too-short");
    refused(give(&|notice| notice.documents_until = days(DAY, 21)), "trading.too-short");
    assert!(give(&|notice| notice.deposit = Fen(ESTIMATE.0 / 50)).is_ok());
    refused(give(&|notice| notice.deposit = Fen(ESTIMATE.0 / 50 + 1)), "trading.deposit-too-high");
    for seats in [0, 3, 4, 6, 17] {
        refused(give(&|notice| notice.seats = seats), "trading.seats");
    }
    refused(give(&|notice| notice.text = " ".to_owned()), "trading.words");
    refused(
        act(&lot, &company(11), &Command::Notify { notice: notice(), reserve: None }, at(DAY, 9, 0)),
        "trading.not-tenderer",
    );
}

#[test]
fn the_days_are_counted_from_the_publication_and_not_from_the_draft() {
    let mut lot = lot();
    step(&mut lot, &tenderer(), &Command::Notify { notice: notice(), reserve: None }, at(DAY, 9, 0));
    refused(act(&lot, &centre(), &Command::Publish, at(days(DAY, 1), 9, 0)), "trading.too-short");
    refused(act(&lot, &tenderer(), &Command::Publish, at(DAY, 9, 0)), "trading.not-centre");
    step(&mut lot, &centre(), &Command::SendBack { reason: "截止时间太近".to_owned() }, at(days(DAY, 1), 9, 0));
    let later = Notice { deadline: at(days(DAY, 21), 9, 0), ..notice() };
    step(&mut lot, &tenderer(), &Command::Notify { notice: later, reserve: None }, at(days(DAY, 1), 9, 0));
    step(&mut lot, &centre(), &Command::Publish, at(days(DAY, 1), 16, 0));
    assert_eq!(lot.state, LotState::Tendering);
    refused(act(&lot, &centre(), &Command::Publish, at(days(DAY, 1), 16, 0)), "trading.not-now");
}

#[test]
fn a_change_leaves_fifteen_days_or_moves_the_deadline() {
    let lot = tendering(works(), notice());
    let clarify = |on: i64, deadline: Option<i64>| {
        let deadline = deadline.map(|day| at(days(DAY, day), 9, 0));
        act(&lot, &tenderer(), &Command::Clarify { text: "更正图纸".to_owned(), deadline }, at(days(DAY, on), 12, 0))
    };
    assert!(clarify(5, None).is_ok());
    refused(clarify(6, None), "trading.too-short");
    refused(clarify(6, Some(20)), "trading.too-short");
    refused(clarify(6, Some(19)), "trading.not-earlier");
    let events = clarify(6, Some(21)).unwrap();
    let mut later = lot.clone();
    events.iter().for_each(|event| rules::apply(&mut later, event));
    assert_eq!(local_date(later.notice.unwrap().deadline), days(DAY, 21));
}

#[test]
fn an_objection_to_the_documents_stops_the_opening_until_it_is_answered() {
    let mut lot = tendering(works(), notice());
    let object = Command::Object { stage: Stage::Documents, text: "资格条件过高".to_owned() };
    refused(act(&lot, &company(11), &object, at(days(DAY, 11), 9, 0)), "trading.object-late");
    refused(act(&lot, &tenderer(), &object, at(DAY, 11, 0)), "trading.own-tender");
    refused(act(&lot, &company(600), &object, at(DAY, 11, 0)), "trading.not-company");
    step(&mut lot, &company(11), &object, at(days(DAY, 10), 9, 0));
    refused(act(&lot, &centre(), &Command::Open, at(DUE, 9, 0)), "trading.unanswered");
    let answer = Command::Answer { objection: 0, text: "已降低".to_owned() };
    refused(act(&lot, &centre(), &answer, at(DUE, 9, 0)), "trading.not-tenderer");
    step(&mut lot, &tenderer(), &answer, at(days(DAY, 12), 9, 0));
    refused(act(&lot, &tenderer(), &answer, at(days(DAY, 12), 9, 0)), "trading.answered");
    assert!(act(&lot, &centre(), &Command::Open, at(DUE, 9, 0)).is_ok());
}

#[test]
fn nothing_is_opened_before_the_instant_nor_with_fewer_than_three() {
    let lot = tendering(works(), notice());
    let host = centre();
    let open = |count: usize, hour, minute| {
        let mut facts = facts(&lot, &host, at(DUE, hour, minute));
        facts.envelopes = (1..).take(count).map(bid_id).collect();
        rules::decide(&lot, &Command::Open, &facts)
    };
    refused(open(5, 8, 59), "trading.before-due");
    assert_eq!(open(2, 9, 0), Ok(vec![LotEvent::Failed { ground: FailGround::TooFew { bids: 2 }, on: DUE }]));
    assert!(matches!(open(3, 9, 0).unwrap()[..], [LotEvent::OpeningBegan { .. }]));
    refused(act(&lot, &tenderer(), &Command::Open, at(DUE, 9, 0)), "trading.not-centre");
    let elsewhere = staff(3, "320500000000", &[kernel::Duty::Trade]);
    refused(act(&lot, &elsewhere, &Command::Open, at(DUE, 9, 0)), "trading.not-centre");
}

#[test]
fn an_opening_ends_when_all_keys_are_there_or_the_time_is_over() {
    let mut lot = opening(works(), &[100, 200]);
    lot.envelopes.push(bid_id(13));
    assert_eq!(act(&lot, &centre(), &Command::Open, at(DUE, 9, 1)), Ok(vec![]), "pressed twice");
    refused(act(&lot, &centre(), &Command::CloseOpening, at(DUE, 9, 59)), "trading.window-runs");
    assert_eq!(due(&lot), Some(at(DUE, 10, 0)));
    let events = act(&lot, &kernel::Actor::System("wheel"), &Command::Tick, at(DUE, 10, 0)).unwrap();
    assert_eq!(events, [LotEvent::OpeningClosed { at: at(DUE, 10, 0), unopened: vec![bid_id(13)] }]);
    let mut nobody = opening(works(), &[]);
    nobody.envelopes = vec![bid_id(11), bid_id(12), bid_id(13)];
    nobody.state = LotState::Opening { until: at(DUE, 10, 0) };
    step(&mut nobody, &centre(), &Command::CloseOpening, at(DUE, 10, 0));
    assert!(matches!(nobody.state, LotState::Failed { ground: FailGround::NoneOpened, .. }));
}

#[test]
fn an_objection_at_the_opening_is_answered_on_the_spot() {
    let mut lot = opening(works(), &[100, 200, 300]);
    let object = Command::Object { stage: Stage::Opening, text: "密封有问题".to_owned() };
    refused(act(&lot, &company(44), &object, at(DUE, 9, 10)), "trading.not-bidder");
    step(&mut lot, &company(11), &object, at(DUE, 9, 10));
    assert_eq!(lot.objections[0].answer_by, DUE);
    refused(act(&lot, &centre(), &Command::CloseOpening, at(DUE, 9, 20)), "trading.unanswered");
    step(&mut lot, &tenderer(), &Command::Answer { objection: 0, text: "已当场核对".to_owned() }, at(DUE, 9, 25));
    step(&mut lot, &centre(), &Command::CloseOpening, at(DUE, 9, 30));
    refused(act(&lot, &company(11), &object, at(DUE, 9, 40)), "trading.not-now");
}

#[test]
fn points_are_averaged_and_the_lowest_price_gets_all_of_its_own() {
    // 50 for the price, 30 and 20 judged; 10 points for each.
    let lot = assessed(works(), &[20_000, 10_000, 40_000], &[100, 100, 100]);
    let order: Vec<(_, u64)> = lot.ranking.iter().map(|ranked| (ranked.bid, ranked.hundredths)).collect();
    assert_eq!(order, [(bid_id(12), 7_000), (bid_id(11), 4_500), (bid_id(13), 3_250)]);
    let better = assessed(works(), &[20_000, 10_000, 40_000], &[200, 0, 0]);
    assert_eq!(better.ranking[0].bid, bid_id(11), "25 + 40 against 50");
    // Equal points: the lower price goes first.
    let even = assessed(works(), &[10_000, 10_000], &[100, 100]);
    assert_eq!(even.ranking[0].bid, bid_id(11));
}

#[test]
fn a_majority_rejects_and_a_missing_deposit_does() {
    let mut lot = assessing(works(), &[100, 200, 300]);
    lot.bids[2].has_deposit = false;
    let whole = sheet(&lot, &[100, 100]);
    let mut against = whole.clone();
    let reject = Mark::Reject { ground: Ground::Unqualified, reason: "没有资质".to_owned() };
    against.marks.insert(bid_id(11), reject);
    for seat in 1..=5 {
        score(&mut lot, seat, if seat <= 3 { against.clone() } else { whole.clone() });
    }
    step(&mut lot, &centre(), &Command::Report, at(DUE, 15, 0));
    assert_eq!(lot.ranking.iter().map(|ranked| ranked.bid).collect::<Vec<_>>(), [bid_id(12)]);
    assert_eq!(lot.rejected, [(bid_id(13), Ground::NoDeposit), (bid_id(11), Ground::Unqualified)]);
}

#[test]
fn all_rejected_is_a_failure() {
    let mut lot = assessing(works(), &[100, 200, 300]);
    let reject = || Mark::Reject { ground: Ground::NotResponsive, reason: "不响应".to_owned() };
    for seat in 1..=5 {
        let marks = lot.bids.iter().map(|bid| (bid.bid, reject())).collect();
        score(&mut lot, seat, trading::Sheet { marks });
    }
    step(&mut lot, &centre(), &Command::Report, at(DUE, 15, 0));
    assert!(matches!(lot.state, LotState::Failed { ground: FailGround::AllRejected, .. }));
}

#[test]
fn a_sheet_speaks_of_every_bid_and_criterion() {
    let lot = assessing(works(), &[100, 200, 300]);
    let expert = staff(21, NANJING, &[kernel::Duty::Assess]);
    let give = |seat: Option<u32>, sheet| {
        let mut facts = facts(&lot, &expert, at(DUE, 11, 0));
        facts.seat = seat;
        rules::decide(&lot, &Command::Score { seat: 1, sheet }, &facts)
    };
    assert!(give(Some(1), sheet(&lot, &[100, 100, 100])).is_ok());
    refused(give(None, sheet(&lot, &[100, 100, 100])), "trading.not-drawn");
    refused(give(Some(2), sheet(&lot, &[100, 100, 100])), "trading.not-drawn");
    refused(give(Some(1), sheet(&lot, &[100, 100])), "trading.sheet");
    let mut high = sheet(&lot, &[100, 100, 100]);
    if let Some(Mark::Points(points)) = high.marks.get_mut(&bid_id(11)) {
        points.insert("record".to_owned(), 201);
    }
    refused(give(Some(1), high), "trading.sheet");
    let mut mute = sheet(&lot, &[100, 100, 100]);
    mute.marks.insert(bid_id(11), Mark::Reject { ground: Ground::Price, reason: " ".to_owned() });
    refused(give(Some(1), mute), "trading.sheet");
    refused(act(&lot, &centre(), &Command::Report, at(DUE, 15, 0)), "trading.sheets-missing");
    let mut scored = lot.clone();
    let own = sheet(&lot, &[100, 100, 100]);
    score(&mut scored, 1, own.clone());
    let mut facts = facts(&scored, &expert, at(DUE, 11, 0));
    facts.seat = Some(1);
    refused(rules::decide(&scored, &Command::Score { seat: 1, sheet: own }, &facts), "trading.scored");
    let mut undrawn = lot.clone();
    undrawn.panel = None;
    refused(act(&undrawn, &centre(), &Command::Report, at(DUE, 15, 0)), "trading.panel");
}

/// Sunday 22 March: candidates within three days (25th), public until the 26th.
fn publicised() -> trading::Lot {
    let mut lot = assessed(works(), &[10_000, 20_000, 30_000], &[100, 100, 100]);
    step(&mut lot, &tenderer(), &Command::PublishCandidates, at(days(DUE, 1), 9, 0));
    lot
}

#[test]
fn candidates_are_public_for_three_days_before_the_award() {
    let mut lot = publicised();
    assert_eq!(lot.state, LotState::Publicised { until: Date::constant(2026, 3, 26) });
    let award = Command::Award { reason: None };
    refused(act(&lot, &tenderer(), &award, at(Date::constant(2026, 3, 26), 23, 59)), "trading.still-public");
    let object = Command::Object { stage: Stage::Result, text: "第一名没有资质".to_owned() };
    refused(act(&lot, &company(44), &object, at(days(DUE, 2), 9, 0)), "trading.not-bidder");
    step(&mut lot, &company(12), &object, at(days(DUE, 2), 9, 0));
    refused(act(&lot, &tenderer(), &award, at(Date::constant(2026, 3, 27), 9, 0)), "trading.unanswered");
    step(&mut lot, &tenderer(), &Command::Answer { objection: 0, text: "有".to_owned() }, at(days(DUE, 3), 9, 0));
    refused(act(&lot, &centre(), &award, at(Date::constant(2026, 3, 27), 9, 0)), "trading.not-tenderer");
    step(&mut lot, &tenderer(), &award, at(Date::constant(2026, 3, 27), 9, 0));
    assert_eq!(lot.winner().unwrap().bid, bid_id(11));
    refused(act(&lot, &company(12), &object, at(Date::constant(2026, 3, 27), 9, 0)), "trading.object-late");
    let sign = |amount| Command::Sign { amount: Fen(amount) };
    refused(act(&lot, &tenderer(), &sign(9999), at(Date::constant(2026, 3, 28), 9, 0)), "trading.amount-differs");
    step(&mut lot, &tenderer(), &sign(10_000), at(Date::constant(2026, 3, 30), 9, 0));
    assert!(matches!(lot.state, LotState::Contracted { back_by, .. } if back_by == Date::constant(2026, 4, 6)));
}

#[test]
fn who_gives_up_is_followed_by_the_next_candidate() {
    let mut lot = publicised();
    step(&mut lot, &tenderer(), &Command::Award { reason: None }, at(Date::constant(2026, 3, 27), 9, 0));
    let next = |reason: Option<&str>| Command::Award { reason: reason.map(str::to_owned) };
    refused(act(&lot, &tenderer(), &next(None), at(Date::constant(2026, 3, 28), 9, 0)), "trading.words");
    for bid in [12, 13] {
        step(&mut lot, &tenderer(), &next(Some("放弃中标")), at(Date::constant(2026, 3, 28), 9, 0));
        assert_eq!(lot.winner().unwrap().bid, bid_id(bid));
    }
    refused(act(&lot, &tenderer(), &next(Some("放弃")), at(Date::constant(2026, 3, 28), 9, 0)), "trading.no-candidate");
}

#[test]
fn procurement_tells_the_result_at_once_and_hears_objections_after_it() {
    let mut lot = assessed(procurement(), &[10_000, 20_000, 30_000], &[100, 100, 100]);
    assert!(matches!(lot.state, LotState::Assessed { publish_by } if publish_by == Date::constant(2026, 3, 27)));
    refused(act(&lot, &tenderer(), &Command::PublishCandidates, at(days(DUE, 1), 9, 0)), "trading.not-now");
    step(&mut lot, &tenderer(), &Command::Award { reason: None }, at(days(DUE, 1), 9, 0));
    let LotState::Awarded { object_until: Some(until), .. } = lot.state else { panic!("{:?}", lot.state) };
    assert_eq!(until, Date::constant(2026, 4, 1), "seven working days");
    let object = Command::Object { stage: Stage::Result, text: "质疑".to_owned() };
    refused(act(&lot, &company(12), &object, at(days(until, 1), 9, 0)), "trading.object-late");
    step(&mut lot, &company(12), &object, at(until, 9, 0));
    assert_eq!(lot.objections[0].answer_by, Date::constant(2026, 4, 10), "seven working days");
    let open = tendering(procurement(), notice());
    let object = Command::Object { stage: Stage::Documents, text: "质疑".to_owned() };
    assert!(act(&open, &company(12), &object, at(days(DAY, 19), 9, 0)).is_ok(), "until the deadline");
}

#[test]
fn what_is_not_done_in_time_is_told_once() {
    let wheel = kernel::Actor::System("wheel");
    let mut lot = assessed(works(), &[10_000, 20_000, 30_000], &[100, 100, 100]);
    let mut told = vec![];
    let mut go = |lot: &mut trading::Lot| {
        while let Some(now) = due(lot) {
            let events = act(lot, &wheel, &Command::Tick, now).unwrap();
            assert!(!events.is_empty(), "a knock does something");
            events.iter().for_each(|event| rules::apply(lot, event));
            told.extend(events);
        }
    };
    go(&mut lot);
    step(&mut lot, &tenderer(), &Command::PublishCandidates, at(days(DUE, 9), 9, 0));
    step(&mut lot, &tenderer(), &Command::Award { reason: None }, at(days(DUE, 20), 9, 0));
    go(&mut lot);
    step(&mut lot, &tenderer(), &Command::Sign { amount: Fen(10_000) }, at(days(DUE, 60), 9, 0));
    go(&mut lot);
    let late: Vec<Late> = told
        .iter()
        .filter_map(|event| match event {
            LotEvent::Overdue { what, .. } => Some(*what),
            _ => None,
        })
        .collect();
    assert_eq!(late, [Late::Candidates, Late::Contract, Late::Deposits]);
}

#[test]
fn a_suspended_lot_waits() {
    let mut lot = publicised();
    rules::apply(&mut lot, &LotEvent::Suspended { suspended: true });
    let award = Command::Award { reason: None };
    refused(act(&lot, &tenderer(), &award, at(Date::constant(2026, 3, 27), 9, 0)), "trading.suspended");
    rules::apply(&mut lot, &LotEvent::Suspended { suspended: false });
    assert!(act(&lot, &tenderer(), &award, at(Date::constant(2026, 3, 27), 9, 0)).is_ok());
}

proptest! {
    #[test]
    fn no_deadline_shorter_than_twenty_days_is_ever_published(gap in 0i64..40, wait in 0i64..40, documents in 0i64..40) {
        let lot = lot();
        let drafted = Notice { deadline: at(days(DAY, gap), 9, 0), documents_until: days(DAY, documents), ..notice() };
        let handed = act(&lot, &tenderer(), &Command::Notify { notice: drafted, reserve: None }, at(DAY, 9, 0));
        prop_assert_eq!(handed.is_ok(), gap >= 20 && documents >= 5 && documents <= gap);
        if let Ok(events) = handed {
            let mut lot = lot;
            events.iter().for_each(|event| rules::apply(&mut lot, event));
            let published = act(&lot, &centre(), &Command::Publish, at(days(DAY, wait), 9, 0));
            prop_assert_eq!(published.is_ok(), gap - wait >= 20 && documents - wait >= 5);
        }
    }

    #[test]
    fn a_code_with_one_wrong_character_is_no_code(serial in 0u32..1_000_000, place in 0usize..40, other in "[0-9A-Z]") {
        let code = LotCode::new("A01", &credit(3), DAY, serial).unwrap();
        let text = code.to_string();
        prop_assert_eq!(text.parse::<LotCode>(), Ok(code));
        let mut wrong = text.clone();
        wrong.replace_range(place..=place, &other);
        prop_assert!(wrong == text || wrong.parse::<LotCode>().is_err());
    }

    #[test]
    fn whatever_is_asked_when_the_events_give_the_lot(seed in proptest::collection::vec((0usize..14, 0i64..60), 1..60)) {
        let commands = [
            Command::Notify { notice: notice(), reserve: None }, Command::Publish, Command::SendBack { reason: "改".to_owned() },
            Command::Ask { text: "问".to_owned() }, Command::Clarify { text: "答".to_owned(), deadline: None },
            Command::Object { stage: Stage::Documents, text: "异".to_owned() },
            Command::Answer { objection: 0, text: "答".to_owned() }, Command::Open, Command::CloseOpening,
            Command::Report, Command::PublishCandidates, Command::Award { reason: None },
            Command::Sign { amount: Fen(1) }, Command::Tick,
        ];
        let actors = [tenderer(), centre(), company(11)];
        let mut lot = lot();
        let start = lot.clone();
        let (mut told, mut hours) = (vec![], 9);
        for (which, hour) in seed {
            hours += hour;
            for actor in &actors {
                let now = at(DAY, hours, 0);
                if let Ok(events) = act(&lot, actor, &commands[which], now) {
                    events.iter().for_each(|event| rules::apply(&mut lot, event));
                    told.extend(events);
                }
            }
        }
        let mut again = start;
        told.iter().for_each(|event| rules::apply(&mut again, event));
        prop_assert_eq!(again, lot);
    }
}
