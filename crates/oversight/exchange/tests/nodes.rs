//! Two nodes with a bad line between them: everything arrives once, in the order of its case, and both sides can prove it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use exchange::query;
use exchange::{Courier, HandUp, NodeName, NodeWheel, Nodes, Packet, Peer, Source, Statement, Wire};
use kernel::{Refuse, local_date};
use serde_json::Value;
use store::testing::{self, Place};
use store::{Db, Failure, ReadExt, Runner, Signature};

use crate::given::*;
use crate::permits::verify;

/// A small generator (SplitMix64): the same seed, the same misfortunes.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// The line between the nodes.
struct Line {
    province: Db,
    nodes: Nodes,
    state: Mutex<State>,
}

struct State {
    rng: Rng,
    /// Healed: nothing goes wrong any more.
    is_well: bool,
    /// Posts that fail in a row.
    cut: u64,
    delayed: Vec<String>,
    /// Which stream each number belongs to, as seen on the wire.
    streams: BTreeMap<u64, String>,
    misfortunes: usize,
}

impl Line {
    fn deliver(&self, path: &str, body: &str) -> Result<String, String> {
        let said = |failure: Failure<exchange::Refusal>| match failure {
            Failure::Refused(refusal) => refusal.code().to_owned(),
            Failure::Broken(error) => panic!("{error}"),
        };
        if path.ends_with("/packets") {
            let packet: Packet = serde_json::from_str(body).unwrap();
            let receipt = exchange::receive_packet(&self.province, &self.nodes, packet).map_err(said)?;
            Ok(serde_json::to_string(&receipt).unwrap())
        } else {
            let statement: Statement = serde_json::from_str(body).unwrap();
            let answer = exchange::receive_statement(&self.province, &self.nodes, &statement).map_err(said)?;
            Ok(serde_json::to_string(&answer).unwrap())
        }
    }
}

impl Wire for Line {
    fn post(&self, _: &str, path: &str, body: String) -> Result<String, String> {
        let (fate, late) = {
            let mut state = self.state.lock().unwrap();
            if let Ok(packet) = serde_json::from_str::<Packet>(&body) {
                state.streams.extend(packet.envelopes.iter().map(|one| (one.seq, one.stream.clone())));
            }
            if state.cut > 0 {
                state.cut -= 1;
                return Err("cut".to_owned());
            }
            let fate = if state.is_well { 99 } else { state.rng.below(9) };
            state.misfortunes += usize::from(fate < 7);
            if fate == 3 {
                state.delayed.push(body.clone());
            }
            if fate == 6 {
                state.cut = 3;
            }
            let late = if fate > 4 { std::mem::take(&mut state.delayed) } else { vec![] };
            (fate, late)
        };
        let is_packet = path.ends_with("/packets");
        // What was delayed comes now, before what was sent after it or long behind it.
        for old in late.iter().filter(|_| is_packet) {
            self.deliver(path, old)?;
        }
        match fate {
            0 | 6 => Err("lost on the way there".to_owned()),
            1 => self.deliver(path, &body).and(Err("the answer was lost".to_owned())),
            2 => self.deliver(path, &body).and_then(|_| self.deliver(path, &body)),
            3 => Err("delayed".to_owned()),
            // The second half first, then all of it: what comes too early is held.
            4 if is_packet => {
                let mut packet: Packet = serde_json::from_str(&body).unwrap();
                packet.envelopes = packet.envelopes.split_off(packet.envelopes.len() / 2);
                self.deliver(path, &serde_json::to_string(&packet).unwrap())?;
                self.deliver(path, &body)
            }
            5 if is_packet => {
                let mut packet: Packet = serde_json::from_str(&body).unwrap();
                packet.envelopes[0].body.push(' ');
                let refused = self.deliver(path, &serde_json::to_string(&packet).unwrap());
                assert_eq!(refused.unwrap_err(), "exchange.bad-signature");
                Err("changed on the way".to_owned())
            }
            _ => self.deliver(path, &body),
        }
    }
}

struct Pair {
    city: Db,
    province: Db,
    nodes: Arc<Nodes>,
    line: Arc<Line>,
    source: Source,
}

fn name(text: &str) -> NodeName {
    text.parse().unwrap()
}

fn peer(of: &str, db: &Db, url: Option<&str>) -> (NodeName, Peer) {
    (name(of), Peer { name: name(of), key: db.signer().public_key(), url: url.map(str::to_owned) })
}

impl Pair {
    fn open(city: &Place, province: &Place, seed: u64) -> Pair {
        let (city, province) = (city.open(), province.open());
        setup(&city);
        setup(&province);
        begin(&city);
        begin(&province);
        let above = Nodes { me: Some(name("province")), peers: [peer("nanjing", &city, None)].into() };
        let nodes =
            Nodes { me: Some(name("nanjing")), peers: [peer("province", &province, Some("http://there"))].into() };
        exchange::acquaint(&city, &nodes).unwrap();
        exchange::acquaint(&province, &above).unwrap();
        let state =
            State { rng: Rng(seed), is_well: false, cut: 0, delayed: vec![], streams: BTreeMap::new(), misfortunes: 0 };
        let line = Arc::new(Line { province: province.clone(), nodes: above, state: Mutex::new(state) });
        let (source, _) = register(&city, "xuanwu-scjg");
        Pair { city, province, nodes: Arc::new(nodes), line, source }
    }

    /// All that can be done now is done, over the line as it is.
    fn drain(&self) {
        let courier = Courier::new(self.city.clone(), self.nodes.clone(), self.line.clone());
        let hand_up = HandUp { nodes: self.nodes.clone() };
        Runner::drain(
            &self.city,
            vec![Arc::new(hand_up)],
            vec![Arc::new(NodeWheel { pace: 1 })],
            vec![Arc::new(courier)],
        )
        .unwrap();
    }

    fn pass(&self, seconds: u64) {
        for db in [&self.city, &self.province] {
            db.time().advance(Duration::from_secs(seconds));
        }
    }

    fn backlog(&self) -> i64 {
        self.city.read(|read| query::peers(read)).unwrap()[0].backlog.0
    }

    /// The line is good from now on, and time passes until nothing waits.
    fn heal(&self) {
        {
            let mut state = self.line.state.lock().unwrap();
            (state.is_well, state.cut) = (true, 0);
        }
        for _ in 0..4 {
            self.pass(1_000);
            self.drain();
        }
        assert_eq!(self.backlog(), 0);
    }

    /// Sends the rows of some cases in several batches, day by day.
    fn work(&self, rounds: u64) {
        for round in 0..rounds {
            let day = self.city.today();
            let cases: Vec<Rows> = (0..3).map(|n| Rows::of(&self.source, &format!("SC{round}-{n}"), day)).collect();
            let batch = |part: &str, rows: Vec<Value>| {
                let answer = send(&self.city, &self.source, &format!("{round}-{part}"), &rows).unwrap();
                assert_eq!(answer.counts[3], 0, "{answer:?}");
                self.drain();
            };
            batch("basic", cases.iter().map(Rows::basic).collect());
            batch("process", cases.iter().map(Rows::process).collect());
            batch("result", cases.iter().map(Rows::result).collect());
            self.pass(if round % 4 == 3 { 86_400 } else { 400 });
            if round % 4 == 3 {
                self.city.time().advance_to(at(self.city.today(), 9 * 60));
                self.province.time().advance_to(at(self.city.today(), 9 * 60));
            }
        }
    }
}

/// Runs the test with two nodes, on each database.
fn each_pair(seed: u64, test: impl Fn(Pair)) {
    let (cities, provinces) = (testing::places(MIGRATIONS), testing::places(MIGRATIONS));
    for (city, province) in cities.iter().zip(&provinces) {
        test(Pair::open(city, province, seed));
    }
}

const ROWS: &str = "SELECT project_no, kind, event_at FROM exchange_row ORDER BY project_no, kind";

fn rows(db: &Db) -> Vec<(String, String, i64)> {
    db.read(|read| read.query(ROWS, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))).unwrap()
}

/// Everything arrived once and in order, and both sides say the same of every day.
fn is_whole(pair: &Pair, rounds: usize) {
    assert_eq!(rows(&pair.city), rows(&pair.province));
    assert_eq!(rows(&pair.province).len(), rounds * 9);
    let entries = pair.province.read(|read| store::journal::since(read, 0, 10_000)).unwrap();
    let taken: Vec<u64> = entries
        .iter()
        .filter(|entry| entry.kind == "exchange.batch-received")
        .map(|entry| entry.stream.rsplit('/').next().unwrap().parse().unwrap())
        .collect();
    let streams = pair.line.state.lock().unwrap().streams.clone();
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for seq in &taken {
        let before = last.insert(&streams[seq], *seq).unwrap_or(0);
        assert!(before < *seq, "{seq} of {} came after {before}", streams[seq]);
    }
    let mut once = taken.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((once.len(), taken.len()), (rounds * 9, rounds * 9), "each envelope was taken in once");
    for (db, of) in [(&pair.city, "city"), (&pair.province, "province")] {
        let peers = db.read(|read| query::peers(read)).unwrap();
        assert_eq!((peers[0].held, peers[0].conflicts), (0, 0), "{of}");
        for day in peers[0].days.iter().filter(|day| day.day < local_date(db.now())) {
            assert_eq!((day.state.as_str(), day.ours), ("agreed", day.theirs), "{of} {day:?}");
        }
        verify(db);
    }
}

#[test]
fn everything_arrives_once_and_in_order_over_a_bad_line() {
    for seed in [1, 2, 3] {
        each_pair(seed, |pair| {
            pair.work(8);
            pair.heal();
            pair.pass(86_400);
            pair.heal();
            assert!(pair.line.state.lock().unwrap().misfortunes > 5, "the plan of seed {seed} is too kind");
            is_whole(&pair, 8);
            let days = pair.city.read(|read| query::peers(read)).unwrap()[0].days.len();
            assert!(days >= 2, "{days} days were reconciled");
        });
    }
}

#[test]
fn a_cut_of_days_is_caught_up_in_order() {
    each_pair(7, |pair| {
        pair.line.state.lock().unwrap().cut = u64::MAX;
        pair.work(8);
        let peers = pair.city.read(|read| query::peers(read)).unwrap();
        assert_eq!(peers[0].backlog.0, 72);
        assert!(peers[0].standing.attempts > 3 && peers[0].standing.error.as_deref() == Some("cut"));
        pair.heal();
        pair.pass(86_400);
        pair.heal();
        is_whole(&pair, 8);
        assert!(pair.city.read(|read| query::peers(read)).unwrap()[0].standing.receipt_at.is_some());
    });
}

#[test]
fn what_the_receiver_lost_or_changed_is_found_by_the_root_and_sent_again() {
    each_pair(9, |pair| {
        pair.line.state.lock().unwrap().is_well = true;
        pair.work(4);
        pair.heal();
        // The receiver was put back to an older state: three envelopes are gone there.
        pair.province
            .write(|tx: &mut store::Tx<'_>| {
                tx.execute("DELETE FROM exchange_incoming WHERE seq IN (5, 6, 30)", &[]).map(drop)
            })
            .unwrap();
        let day = pair.city.read(|read| query::peers(read)).unwrap()[0].days.last().unwrap().clone();
        let ask = |actor: kernel::Actor| {
            let (node, day) = (name("province"), day.day);
            pair.city.write(move |tx| exchange::ask_day(tx, &actor, &node, day))
        };
        assert_eq!(code(ask(supervisor())), "exchange.not-caretaker");
        ask(carer()).unwrap();
        pair.drain();
        let now = pair.city.read(|read| query::peers(read)).unwrap()[0].days.last().unwrap().clone();
        assert_eq!((now.state.as_str(), now.tries), ("agreed", 2), "found by the first look, agreed at the second");
        assert_eq!(rows(&pair.city), rows(&pair.province));
        verify(&pair.province);

        // Changed there: the same numbers, another root. It is shown, and does not heal by itself.
        pair.province
            .write(|tx: &mut store::Tx<'_>| {
                const CHANGE: &str =
                    "UPDATE exchange_incoming SET digest = (SELECT digest FROM exchange_incoming WHERE seq = 1)
                    WHERE seq = 2";
                tx.execute(CHANGE, &[]).map(drop)
            })
            .unwrap();
        ask(carer()).unwrap();
        pair.drain();
        let peers = pair.city.read(|read| query::peers(read)).unwrap();
        assert_eq!((peers[0].days.last().unwrap().state.as_str(), peers[0].conflicts), ("differs", 1));
        assert!(!store::verify_journal(&pair.province, &[&exchange::Exchanges], &[]).unwrap().is_sound());
    });
}

#[test]
fn strangers_and_forged_words_are_refused() {
    each_pair(11, |pair| {
        pair.line.state.lock().unwrap().cut = u64::MAX;
        pair.work(1);
        let envelope = exchange::Envelope {
            seq: 1,
            stream: "case:x".to_owned(),
            step: 1,
            day: pair.city.today(),
            at: pair.city.now(),
            body: "[]".to_owned(),
            signature: Signature([0; 64]),
        };
        let (me, there) = (name("nanjing"), name("province"));
        let signed = |envelope: &exchange::Envelope, by: &Db| {
            let signature = by.signer().sign(&envelope.signed(&me, &there)).unwrap();
            exchange::Envelope { signature, ..envelope.clone() }
        };
        let give = |from: &str, to: &str, envelopes: Vec<exchange::Envelope>| {
            let packet = Packet { from: name(from), to: name(to), envelopes };
            exchange::receive_packet(&pair.province, &pair.line.nodes, packet)
        };
        let good = signed(&envelope, &pair.city);
        assert_eq!(code(give("suzhou", "province", vec![good.clone()])), "exchange.unknown-node");
        assert_eq!(code(give("nanjing", "suzhou", vec![good.clone()])), "exchange.not-for-us");
        assert_eq!(code(give("nanjing", "province", vec![])), "exchange.packet");
        assert_eq!(code(give("nanjing", "province", vec![good.clone(); 65])), "exchange.packet");
        assert_eq!(code(give("nanjing", "province", vec![envelope.clone()])), "exchange.bad-signature");
        assert_eq!(
            code(give("nanjing", "province", vec![signed(&envelope, &pair.province)])),
            "exchange.bad-signature"
        );
        let nothing = signed(&exchange::Envelope { seq: 0, ..envelope.clone() }, &pair.city);
        assert_eq!(code(give("nanjing", "province", vec![nothing])), "exchange.packet");
        let garbage = signed(&exchange::Envelope { body: "{".to_owned(), ..envelope.clone() }, &pair.city);
        assert_eq!(code(give("nanjing", "province", vec![garbage])), "exchange.packet");
        let nobody = exchange::receive_packet(
            &pair.province,
            &Nodes::default(),
            Packet { from: me.clone(), to: there.clone(), envelopes: vec![good.clone()] },
        );
        assert_eq!(code(nobody), "exchange.no-node");

        // Replayed, it is known; another one at its place is a conflict; a clock that is ahead is noted.
        let first = give("nanjing", "province", vec![good.clone()]).unwrap();
        assert!(first.is_signed_by(&pair.province.signer().public_key()));
        assert_eq!(first.lines[0].taken, exchange::Taken::Applied);
        assert_eq!(give("nanjing", "province", vec![good]).unwrap().lines[0].taken, exchange::Taken::Known);
        let other = signed(&exchange::Envelope { stream: "case:y".to_owned(), ..envelope.clone() }, &pair.city);
        assert_eq!(give("nanjing", "province", vec![other]).unwrap().lines[0].taken, exchange::Taken::Conflict);
        let ahead = kernel::Timestamp::from_microsecond(pair.province.now().as_microsecond() + 3_600_000_000).unwrap();
        let early = exchange::Envelope { seq: 9, step: 3, at: ahead, ..envelope };
        let receipt = give("nanjing", "province", vec![signed(&early, &pair.city)]).unwrap();
        assert_eq!(receipt.lines[0].taken, exchange::Taken::Held);
        let peers = pair.province.read(|read| query::peers(read)).unwrap();
        assert_eq!(peers[0].held, 1);
        assert!(peers[0].standing.skew > 3_500_000_000);
        verify(&pair.province);
    });
}

#[test]
fn peers_are_written_with_their_key() {
    let key = "04".to_owned() + &"ab".repeat(64);
    let peer: Peer = format!("province={key}@http://127.0.0.1:1/").parse().unwrap();
    assert_eq!((peer.name.as_str(), peer.url.as_deref()), ("province", Some("http://127.0.0.1:1")));
    assert!(format!("nanjing={key}").parse::<Peer>().unwrap().url.is_none());
    let safe: Peer = format!("province={key}@https://province.example").parse().unwrap();
    assert_eq!(safe.url.as_deref(), Some("https://province.example"));
    for bad in ["province", "Province=ab", &format!("p={key}"), "province=04ab", &format!("province={key}@ftp://x")] {
        assert!(bad.parse::<Peer>().is_err(), "{bad}");
    }
}
