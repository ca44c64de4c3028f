//! Sealed envelopes: both shares open, nothing less does.

use kernel::Fen;
use proptest::prelude::*;
use trading::envelope::{Flaw, LotSecret, OpeningKey, Plain, header, open, seal};

use crate::given::*;

fn plain() -> Plain {
    Plain { price: Fen(488_000_000), days: 120, name: "投标文件.pdf".to_owned(), file: b"%PDF-1.7 secret".to_vec() }
}

#[test]
fn both_shares_open_what_one_bidder_sealed() {
    let (secret, lot) = (LotSecret::fresh().unwrap(), code(works()));
    let (envelope, key) = seal(&lot, &secret.point(), &plain()).unwrap();
    let kept: OpeningKey = key.text().parse().unwrap();
    assert_eq!(open(&envelope, &lot, &secret, &kept), Ok(plain()));
    assert!(!envelope.windows(6).any(|window| window == b"secret"));
    assert_eq!(header(&envelope, &lot).unwrap().lot, lot);
    let spaced = format!("  {}\n ", key.text());
    assert_eq!(spaced.parse::<OpeningKey>(), Ok(key.clone()));
    assert_eq!(format!("{key:?}"), "OpeningKey(…)");
}

#[test]
fn one_share_alone_opens_nothing() {
    let (secret, lot) = (LotSecret::fresh().unwrap(), code(works()));
    let (envelope, key) = seal(&lot, &secret.point(), &plain()).unwrap();
    // The house has everything but the bidder's share: any other share does not open it.
    let id = header(&envelope, &lot).unwrap().id;
    let guessed: OpeningKey = format!("TB1.{id}.{}", "A".repeat(43)).parse().unwrap();
    assert_eq!(open(&envelope, &lot, &secret, &guessed), Err(Flaw::Closed));
    // The bidder's share and the envelope without the house's half do not.
    assert_eq!(open(&envelope, &lot, &LotSecret::fresh().unwrap(), &key), Err(Flaw::Closed));
    // A key of another envelope is known as such.
    let (_, other) = seal(&lot, &secret.point(), &plain()).unwrap();
    assert_eq!(open(&envelope, &lot, &secret, &other), Err(Flaw::OtherKey));
    let elsewhere = code(procurement());
    assert_eq!(open(&envelope, &elsewhere, &secret, &key), Err(Flaw::OtherLot));
    assert_eq!(header(&envelope, &elsewhere), Err(Flaw::OtherLot));
}

#[test]
fn what_is_no_envelope_or_key_is_told() {
    let lot = code(works());
    for bytes in [&b""[..], b"%PDF-1.7", b"TBBID1\n", b"TBBID1\n\0\0\0\x02{}rest", b"TBBID1\n\xff\xff\xff\xff"] {
        assert_eq!(header(bytes, &lot), Err(Flaw::Form));
    }
    for text in ["", "TB1", "TB1.x.y", "TB2.00000000000000000000000000000000.AAAA", "TB1.0.A.A"] {
        assert_eq!(text.parse::<OpeningKey>(), Err(Flaw::KeyForm));
    }
    assert_eq!(seal(&lot, "04", &plain()).map(|_| ()), Err(Flaw::Form));
    let secret = LotSecret::fresh().unwrap();
    for bad in
        [Plain { price: Fen(0), ..plain() }, Plain { days: 0, ..plain() }, Plain { name: "../x".to_owned(), ..plain() }]
    {
        let (envelope, key) = seal(&lot, &secret.point(), &bad).unwrap();
        assert_eq!(open(&envelope, &lot, &secret, &key), Err(Flaw::Content));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_changed_byte_goes_unseen(at in 0usize..4_000, flip in 1u8..=255) {
        let (secret, lot) = (LotSecret::fresh().unwrap(), code(works()));
        let (mut envelope, key) = seal(&lot, &secret.point(), &plain()).unwrap();
        let at = at % envelope.len();
        envelope[at] ^= flip;
        prop_assert!(open(&envelope, &lot, &secret, &key).is_err());
    }
}
