//! Land, mining rights and state property: quotes that rise, end, and are paid.

use kernel::{Actor, Digest, Fen};
use proptest::prelude::*;
use trading::rules::{self, Ended, Refusal};
use trading::{
    Command, FailGround, Late, Lot, LotEvent, LotState, NewLot, Notice, OpenBid, Plan, Procedure, Rounds, book, query,
};

use crate::given::*;
use crate::house::{House, code_of, each_house};

const START: Fen = Fen(100_000_000);
const STEP: Fen = Fen(1_000_000);
/// Registration and deposit end on the thirtieth day, quotes on the thirty-third.
const BEGINS: i64 = 21;
const ENDS: i64 = 33;

fn procedure(code: &str) -> &'static Procedure {
    book().procedure(code).unwrap()
}

fn land() -> &'static Procedure {
    procedure("land-listing")
}

fn offer(today: kernel::Date) -> Notice {
    Notice {
        text: "示例地块挂牌出让。".to_owned(),
        documents_until: days(today, 29),
        deadline: at(days(today, 30), 9, 0),
        deposit: Fen(20_000_000),
        seats: 0,
        specialty: String::new(),
        rounds: Some(Rounds {
            start: START,
            step: STEP,
            begins: at(days(today, BEGINS), 9, 0),
            ends: at(days(today, ENDS), 15, 0),
            reserve: None,
            approval: None,
        }),
    }
}

fn listed() -> Lot {
    tendering(land(), offer(DAY))
}

fn quote_by(lot: &Lot, n: u128, price: i64, now: kernel::Timestamp) -> Result<Vec<LotEvent>, Refusal> {
    let actor = company(n);
    let facts = rules::Facts { own: Some(bid_id(n)), admitted: true, ..facts(lot, &actor, now) };
    rules::decide(lot, &Command::Quote { price: Fen(price) }, &facts)
}

fn quoted(lot: &mut Lot, n: u128, price: i64, now: kernel::Timestamp) {
    let events = quote_by(lot, n, price, now).unwrap();
    events.iter().for_each(|event| rules::apply(lot, event));
}

/// What the desk would gather.
fn gathered(lot: &Lot, reserve: Option<Fen>) -> Ended {
    let mut bids: Vec<OpenBid> = vec![];
    for quote in &lot.quotes {
        bids.retain(|bid| bid.bid != quote.bid);
        let n = quote.bid.uuid().as_u128();
        bids.push(OpenBid { digest: Digest([0; 32]), ..open_bid(n, quote.price.0, true) });
    }
    Ended { bids, reserve }
}

fn end(lot: &mut Lot, reserve: Option<Fen>) {
    let now = lot.ends.or(lot.rounds().map(|rounds| rounds.ends)).unwrap();
    let wheel = Actor::System("wheel");
    let facts = rules::Facts { ended: Some(gathered(lot, reserve)), ..facts(lot, &wheel, now) };
    let events = rules::decide(lot, &Command::Tick, &facts).unwrap();
    events.iter().for_each(|event| rules::apply(lot, event));
}

#[test]
fn a_notice_of_quotes_keeps_the_periods_and_the_deposit() {
    let hand_in = |notice: Notice, procedure: &Procedure, reserve: Option<Fen>| {
        act(&lot_of(procedure), &tenderer(), &Command::Notify { notice, reserve }, at(DAY, 9, 0))
    };
    let with = |change: fn(&mut Notice, &mut Rounds)| {
        let mut notice = offer(DAY);
        let mut rounds = notice.rounds.take().unwrap();
        change(&mut notice, &mut rounds);
        Notice { rounds: Some(rounds), ..notice }
    };
    assert!(hand_in(offer(DAY), land(), Some(START)).is_ok());
    refused(hand_in(Notice { rounds: None, ..offer(DAY) }, land(), None), "trading.words");
    refused(hand_in(with(|_, rounds| rounds.start = Fen(0)), land(), None), "trading.amount");
    refused(hand_in(with(|_, rounds| rounds.step = Fen(-1)), land(), None), "trading.amount");
    // 39 号令 第八条: 20 days before the beginning; 第十八条: 10 days of listing.
    refused(hand_in(with(|_, rounds| rounds.begins = at(days(DAY, 19), 9, 0)), land(), None), "trading.too-short");
    refused(hand_in(with(|_, rounds| rounds.ends = at(days(DAY, 30), 15, 0)), land(), None), "trading.too-short");
    refused(hand_in(with(|notice, _| notice.deadline = at(days(DAY, 34), 9, 0)), land(), None), "trading.after-rounds");
    refused(hand_in(with(|notice, _| notice.deposit = Fen(19_999_999)), land(), None), "trading.deposit-too-low");
    refused(hand_in(offer(DAY), land(), Some(Fen(START.0 - 1))), "trading.amount");
    // 32 号令: registration first, a start below the valuation only with an approval, deposits of 30 % at most, no reserve.
    let property = procedure("property-transfer");
    let first = |change: fn(&mut Notice, &mut Rounds)| {
        let mut notice = with(|notice, rounds| {
            notice.deadline = at(days(DAY, 29), 17, 0);
            rounds.begins = at(days(DAY, 30), 9, 0);
            rounds.start = ESTIMATE;
        });
        let mut rounds = notice.rounds.take().unwrap();
        change(&mut notice, &mut rounds);
        Notice { rounds: Some(rounds), ..notice }
    };
    assert!(hand_in(first(|_, _| {}), property, None).is_ok());
    refused(hand_in(first(|_, _| {}), property, Some(ESTIMATE)), "trading.amount");
    refused(
        hand_in(first(|notice, _| notice.deadline = at(days(DAY, 31), 9, 0)), property, None),
        "trading.after-rounds",
    );
    refused(hand_in(first(|_, rounds| rounds.start = Fen(ESTIMATE.0 - 1)), property, None), "trading.below-valuation");
    let allowed = first(|_, rounds| {
        rounds.start = Fen(ESTIMATE.0 - 1);
        rounds.approval = Some("示例国资委同意再次披露".to_owned());
    });
    assert!(hand_in(allowed, property, None).is_ok());
    refused(
        hand_in(first(|notice, _| notice.deposit = Fen(ESTIMATE.0 / 3)), property, None),
        "trading.deposit-too-high",
    );
    // Over ten million yuan assets are disclosed twice as long.
    let asset = procedure("asset-transfer");
    assert_eq!(asset.bidding(Fen(1_000_000_000)).days, 10);
    assert_eq!(asset.bidding(Fen(1_000_000_001)).days, 20);
}

#[test]
fn quotes_rise_within_their_time() {
    let mut lot = listed();
    let open = at(days(DAY, BEGINS), 9, 0);
    refused(quote_by(&lot, 11, START.0, at(days(DAY, BEGINS), 8, 59)), "trading.before-rounds");
    refused(quote_by(&lot, 11, START.0 - 1, open), "trading.too-low");
    refused(quote_by(&lot, 11, START.0 * 100, open), "trading.too-high");
    refused(act(&lot, &company(11), &Command::Quote { price: START }, open), "trading.not-bidder");
    let (actor, poor) = (company(11), Some(bid_id(11)));
    let facts_of = rules::Facts { own: poor, admitted: false, ..facts(&lot, &actor, open) };
    refused(rules::decide(&lot, &Command::Quote { price: START }, &facts_of), "trading.not-admitted");
    refused(act(&lot, &tenderer(), &Command::Quote { price: START }, open), "trading.own-tender");
    refused(act(&lot, &centre(), &Command::Quote { price: START }, open), "trading.not-company");
    quoted(&mut lot, 11, START.0, open);
    assert_eq!(quote_by(&lot, 11, START.0, open), Ok(vec![]), "told twice is told once");
    refused(quote_by(&lot, 11, START.0 + STEP.0, open), "trading.own-quote");
    refused(quote_by(&lot, 12, START.0 + STEP.0 - 1, open), "trading.too-low");
    quoted(&mut lot, 12, START.0 + STEP.0, open);
    assert_eq!(
        (lot.number_of(&bid_id(11)), lot.number_of(&bid_id(12)), lot.number_of(&bid_id(13))),
        (Some(1), Some(2), None)
    );
    assert_eq!(lot.ends, None, "long before the end nothing moves");
    // In the last five minutes the end moves, each time.
    quoted(&mut lot, 11, START.0 + 2 * STEP.0, at(days(DAY, ENDS), 14, 58));
    assert_eq!(lot.ends, Some(at(days(DAY, ENDS), 15, 3)));
    quoted(&mut lot, 12, START.0 + 3 * STEP.0, at(days(DAY, ENDS), 15, 2));
    assert_eq!(lot.ends, Some(at(days(DAY, ENDS), 15, 7)));
    refused(quote_by(&lot, 11, START.0 + 4 * STEP.0, at(days(DAY, ENDS), 15, 7)), "trading.rounds-over");
    // Sealed lots know no quotes, and these no envelopes.
    refused(quote_by(&tendering(works(), notice()), 11, START.0, at(days(DAY, 1), 9, 0)), "trading.not-now");
    refused(act(&lot, &centre(), &Command::Open, at(days(DAY, ENDS), 16, 0)), "trading.not-now");
}

#[test]
fn the_end_finds_the_winner_or_none() {
    let mut lot = listed();
    end(&mut lot, None);
    assert!(matches!(lot.state, LotState::Failed { ground: FailGround::NoQuote, .. }));

    let mut lot = listed();
    quoted(&mut lot, 11, START.0, at(days(DAY, 25), 9, 0));
    let mut below = lot.clone();
    end(&mut below, Some(Fen(START.0 + 1)));
    assert!(matches!(below.state, LotState::Failed { ground: FailGround::BelowReserve, .. }));

    // One quote at the start price is enough (39 号令 第十九条).
    end(&mut lot, Some(START));
    assert!(matches!(lot.state, LotState::Assessed { .. }));
    let day = days(DAY, ENDS + 1);
    step(&mut lot, &tenderer(), &Command::Award { reason: None }, at(day, 9, 0));
    assert_eq!(lot.winner().unwrap().party, party(11));
    refused(
        act(&lot, &tenderer(), &Command::Award { reason: Some("换人".to_owned()) }, at(day, 9, 0)),
        "trading.no-candidate",
    );
    refused(act(&lot, &tenderer(), &Command::GiveUp, at(day, 9, 0)), "trading.not-now");
    refused(act(&lot, &tenderer(), &Command::Sign { amount: Fen(1) }, at(day, 9, 0)), "trading.amount-differs");
    let mut left = lot.clone();
    step(&mut left, &tenderer(), &Command::GiveUp, at(days(day, 40), 9, 0));
    assert!(left.late.contains(&Late::Contract));
    assert!(matches!(left.state, LotState::Failed { ground: FailGround::WinnerLeft, .. }));
    step(&mut lot, &tenderer(), &Command::Sign { amount: START }, at(day, 10, 0));
    let instalments = lot.instalments.unwrap();
    assert_eq!(instalments.first, Fen(START.0 / 2));
    refused(act(&lot, &tenderer(), &settle("F1", 1), at(day, 11, 0)), "trading.not-centre");
    refused(act(&lot, &centre(), &settle("F1", 0), at(day, 11, 0)), "trading.amount");
    refused(act(&lot, &centre(), &settle("F1", START.0 + 1), at(day, 11, 0)), "trading.amount");
    let mut late = lot.clone();
    step(&mut late, &Actor::System("wheel"), &Command::Tick, at(days(instalments.first_by, 1), 0, 0));
    assert!(late.late.contains(&Late::FirstPayment) && !late.late.contains(&Late::Payment));
    step(&mut lot, &centre(), &settle("F1", START.0 / 2), at(day, 11, 0));
    assert_eq!(act(&lot, &centre(), &settle("F1", 7), at(day, 12, 0)), Ok(vec![]), "each flow once");
    step(&mut lot, &centre(), &settle("F2", START.0 / 2), at(days(day, 9), 11, 0));
    step(&mut lot, &Actor::System("wheel"), &Command::Tick, at(days(day, 400), 0, 0));
    assert!(!lot.late.iter().any(|late| matches!(late, Late::Payment | Late::FirstPayment)));
}

fn settle(flow: &str, amount: i64) -> Command {
    Command::Settle { flow: flow.to_owned(), amount: Fen(amount) }
}

proptest! {
    /// Whatever is tried, prices rise by the step, nobody follows themselves, and the last quote wins.
    #[test]
    fn prices_rise_and_the_last_wins(tries in proptest::collection::vec((11u128..15, -2i64..6, 0i64..60), 1..60)) {
        let mut lot = listed();
        let mut now = at(days(DAY, ENDS), 14, 0);
        for (who, steps, seconds) in tries {
            now = kernel::Timestamp::from_microsecond(now.as_microsecond() + seconds * 10_000_000).unwrap();
            let price = lot.next_price().unwrap().0 + steps * STEP.0 / 2;
            if let Ok(events) = quote_by(&lot, who, price, now) {
                events.iter().for_each(|event| rules::apply(&mut lot, event));
            }
        }
        for pair in lot.quotes.windows(2) {
            prop_assert!(pair[1].price.0 >= pair[0].price.0 + STEP.0 && pair[1].bid != pair[0].bid);
            prop_assert!(pair[1].at >= pair[0].at);
        }
        let ends = lot.ends.or(lot.rounds().map(|rounds| rounds.ends)).unwrap();
        prop_assert!(lot.quotes.iter().all(|quote| quote.at < ends));
        let top = lot.quotes.last().copied();
        end(&mut lot, None);
        match top {
            Some(top) => prop_assert_eq!(lot.ranked(0).map(|bid| (bid.bid, bid.price)), Some((top.bid, top.price))),
            None => {
                let nothing = matches!(lot.state, LotState::Failed { ground: FailGround::NoQuote, .. });
                prop_assert!(nothing);
            }
        }
    }
}

impl House {
    fn offered(&self, procedure: &str, reserve: Option<Fen>) -> trading::LotCode {
        let actor = self.tenderer.clone();
        let plan = Plan {
            name: "示例地块".to_owned(),
            procedure: procedure.to_owned(),
            region: NANJING.parse().unwrap(),
            lots: vec![NewLot { name: "2026G01 号".to_owned(), estimate: ESTIMATE }],
        };
        let code = self.db.write(move |tx| trading::plan(tx, &actor, &plan)).unwrap()[0];
        self.must(&self.tenderer.clone(), code, Command::Notify { notice: offer(self.db.today()), reserve });
        self.publish(code).unwrap();
        code
    }

    fn register(&self, actor: &Actor, code: trading::LotCode, deposit: i64) -> trading::Bid {
        let bid = self.join(actor, code).unwrap();
        self.pay(&bid.account, "F1", Fen(deposit)).unwrap()
    }
}

#[test]
fn a_piece_of_land_is_listed_sold_and_paid() {
    each_house(|house| {
        let code = house.offered("land-listing", Some(Fen(START.0 + STEP.0)));
        let [first, second, third, fourth] = &house.companies[..] else { panic!("four companies") };
        let winner = house.register(first, code, 20_000_000);
        let other = house.register(second, code, 20_000_000);
        house.register(third, code, 19_999_999);
        let quote = |actor: &Actor, price: i64| house.handle(actor, code, Command::Quote { price: Fen(price) });
        assert_eq!(code_of(quote(first, START.0)), "trading.before-rounds");
        let rounds = house.lot(code).rounds().cloned().unwrap();
        house.go_to(rounds.begins);
        assert_eq!(code_of(quote(third, START.0)), "trading.not-admitted");
        assert_eq!(code_of(quote(fourth, START.0)), "trading.not-bidder");
        quote(second, START.0).unwrap();
        quote(first, START.0 + STEP.0).unwrap();
        // The public learns prices and numbers, nobody's name; the reserve is in no row.
        let seen = house.db.read(|read| query::public(read, &code)).unwrap();
        assert_eq!((seen.quotes.len(), seen.bids.len()), (2, 0));
        house.go_to(rounds.ends);
        house.turn();
        let lot = house.lot(code);
        assert_eq!(lot.ranked(0).unwrap().party, first.party().unwrap());
        let public = || house.db.read(|read| query::public(read, &code)).unwrap();
        assert!(public().bids.is_empty() && public().ranking.is_empty(), "nobody is named before the award");
        house.must(&house.tenderer.clone(), code, Command::Award { reason: None });
        assert_eq!(public().bids.len(), 1, "whoever was outbid is never named");
        assert_eq!(house.return_deposits(code).unwrap(), 2, "the winner's stays");
        house.must(&house.tenderer.clone(), code, Command::Sign { amount: Fen(START.0 + STEP.0) });
        let lot = house.lot(code);
        assert_eq!(lot.settled_sum(), Fen(20_000_000), "the deposit became a part of the price");
        let bids = house.db.read(|read| query::deposits(read, &house.centre, &code)).unwrap();
        let held = |id| bids.iter().find(|bid| bid.id == id).map(|bid| bid.deposit.clone()).unwrap();
        let (own, back) = (held(winner.id), held(other.id));
        assert_eq!((own.held(), own.set_off, own.returned), (Fen(0), Fen(20_000_000), Fen(0)));
        assert_eq!((back.held(), back.returned, back.interest), (Fen(0), Fen(20_000_000), Fen(0)));
        house.must(&house.centre.clone(), code, settle("B1", START.0 + STEP.0 - 20_000_000));
        assert_eq!(house.lot(code).settled_sum(), Fen(START.0 + STEP.0));
        assert!(public().settled.iter().all(|one| one.flow.is_empty()), "flow numbers are nobody else's business");
        house.verify();
    });
}

#[test]
fn of_two_equal_quotes_one_stands() {
    each_house(|house| {
        let code = house.offered("land-listing", None);
        for company in &house.companies {
            house.register(company, code, 20_000_000);
        }
        house.go_to(house.lot(code).rounds().unwrap().begins);
        let answers: Vec<bool> = std::thread::scope(|scope| {
            let calls = house.companies.iter().map(|company| {
                let house = &house;
                scope.spawn(move || house.handle(company, code, Command::Quote { price: START }).is_ok())
            });
            let calls: Vec<_> = calls.collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|won| **won).count(), 1);
        assert_eq!(house.lot(code).quotes.len(), 1);
        house.verify();
    });
}
