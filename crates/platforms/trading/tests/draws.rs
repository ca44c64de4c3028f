//! Draws: the same for everybody who reckons again, never of whom must stay away, and nobody's choice.

use std::collections::BTreeSet;

use kernel::{Digest, Uuid};
use proptest::prelude::*;
use trading::ExpertId;
use trading::draw::{Asked, Eligible, Proof, TooFew, commitment, decision, draw, pool_digest};

use crate::given::credit;

fn pool(size: u128) -> Vec<Eligible> {
    let one = |n: u128| Eligible {
        id: ExpertId::new(Uuid::from_u128(n)),
        employer: credit((n % 7) as u32),
        specialties: vec![if n.is_multiple_of(5) { "机电".to_owned() } else { "市政工程".to_owned() }],
    };
    (1..=size).map(one).collect()
}

fn asked(avoid: &[u32]) -> Asked {
    Asked {
        specialty: "市政工程".to_owned(),
        seats: 5,
        avoid: avoid.iter().map(|n| credit(*n)).collect(),
        bids: [Digest([3; 32]), Digest([1; 32])].into(),
    }
}

#[test]
fn a_draw_is_known_by_example() {
    // Reckoned outside of this program: SM3 of seed and the sorted digests, then SM3 of its hex and each id.
    let seed = [9; 32];
    let decided = decision(&seed, &asked(&[]).bids);
    let bytes = [&seed[..], &[1; 32], &[3; 32]].concat();
    assert_eq!(decided, store::sm3(&bytes));
    let drawn = draw(&seed, &pool(40), &asked(&[])).unwrap();
    let key = |id: &ExpertId| store::sm3(format!("{decided}{id}").as_bytes());
    assert!(drawn.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
    assert_eq!(drawn.len(), 5);
}

#[test]
fn too_few_is_told() {
    assert_eq!(draw(&[0; 32], &pool(6), &asked(&[1, 2])), Err(TooFew { found: 3 }));
}

#[test]
fn a_proof_holds_and_a_changed_one_does_not() {
    let (seed, pool, asked) = ([4; 32], pool(60), asked(&[1]));
    let proof = Proof {
        commitment: commitment(&seed),
        seed: "04".repeat(32),
        pool_digest: pool_digest(&pool),
        drawn: draw(&seed, &pool, &asked).unwrap(),
        pool,
        asked,
    };
    assert!(proof.holds());
    assert!(!Proof { seed: "05".repeat(32), ..proof.clone() }.holds());
    assert!(!Proof { pool: proof.pool[1..].to_vec(), ..proof.clone() }.holds());
    assert!(!Proof { drawn: proof.drawn.iter().rev().copied().collect(), ..proof.clone() }.holds());
    let mut other = proof.asked.clone();
    other.bids.insert(Digest([8; 32]));
    assert!(!Proof { asked: other, ..proof.clone() }.holds());
    let text = serde_json::to_string(&proof).unwrap();
    assert!(serde_json::from_str::<Proof>(&text).unwrap().holds());
}

proptest! {
    #[test]
    fn who_must_stay_away_is_never_drawn(seed: [u8; 32], size in 40u128..200, avoid in proptest::collection::vec(0u32..7, 0..4)) {
        let (pool, asked) = (pool(size), asked(&avoid));
        let drawn = draw(&seed, &pool, &asked).unwrap();
        let unique: BTreeSet<_> = drawn.iter().collect();
        prop_assert_eq!(unique.len(), 5);
        for id in &drawn {
            let one = pool.iter().find(|one| one.id == *id).unwrap();
            prop_assert!(!asked.avoid.contains(&one.employer));
            prop_assert!(one.specialties.contains(&asked.specialty));
        }
        // Whatever the order of the pool.
        let mut turned = pool.clone();
        turned.reverse();
        prop_assert_eq!(draw(&seed, &turned, &asked), Ok(drawn));
        prop_assert_eq!(pool_digest(&turned), pool_digest(&pool));
    }
}

#[test]
fn everybody_is_drawn_about_as_often() {
    let pool: Vec<Eligible> = pool(20).into_iter().filter(|one| one.specialties[0] == "市政工程").collect();
    let mut counts = vec![0u32; pool.len()];
    for n in 0u32..4_000 {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&n.to_be_bytes());
        for id in draw(&seed, &pool, &asked(&[])).unwrap() {
            counts[pool.iter().position(|one| one.id == id).unwrap()] += 1;
        }
    }
    // 16 experts, 5 seats, 4,000 draws: 1,250 each, standard deviation about 29.
    assert!(counts.iter().all(|count| (1_100..1_400).contains(count)), "{counts:?}");
}
