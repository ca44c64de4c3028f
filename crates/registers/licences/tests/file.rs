//! A licence file: any one changed byte is found.

use licences::{
    Content, SealedLicence,
    file::{self, Fault, Kind},
};
use proptest::prelude::*;
use store::SoftSigner;

use crate::fixtures::{content, keys, sealed, signer};

/// The smallest thing that ends like a PDF.
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n30\n%%EOF\n";

fn pdf(licence: &SealedLicence, signer: &SoftSigner) -> Vec<u8> {
    file::seal_pdf(PDF, licence.content(), licence.seal(), signer).unwrap()
}

#[test]
fn a_sealed_pdf_and_a_json_licence_give_back_what_was_issued() {
    let signer = signer();
    let licence = sealed(content(), &signer);
    let json = file::json(licence.content(), licence.seal());
    for (bytes, kind) in [(pdf(&licence, &signer), Kind::Pdf), (json.into_bytes(), Kind::Json)] {
        let genuine = file::check(&bytes, &keys(&signer)).unwrap();
        assert_eq!((&genuine.content, &genuine.seal, genuine.kind), (licence.content(), licence.seal(), kind));
    }
}

#[test]
fn json_may_be_laid_out_otherwise_but_not_changed() {
    let signer = signer();
    let licence = sealed(content(), &signer);
    let json: serde_json::Value = serde_json::from_str(&file::json(licence.content(), licence.seal())).unwrap();
    let pretty = serde_json::to_string_pretty(&json).unwrap();
    assert!(file::check(pretty.as_bytes(), &keys(&signer)).is_ok());
    let changed = pretty.replace("理发、生活美容", "理发、医疗美容");
    assert_eq!(file::check(changed.as_bytes(), &keys(&signer)), Err(Fault::Changed));
}

#[test]
fn a_second_data_member_before_the_sealed_one_is_not_passed_over() {
    let signer = signer();
    let licence = sealed(content(), &signer);
    let json = file::json(licence.content(), licence.seal());
    let forged = json.replace("理发、生活美容", "理发、医疗美容");
    let forged = forged.split(r#","seal":"#).next().unwrap().trim_start_matches('{');
    let both = json.replacen('{', &format!("{{{forged},"), 1);
    assert!(both.contains("医疗美容") && both.contains("生活美容"));
    assert_eq!(file::check(both.as_bytes(), &keys(&signer)), Err(Fault::NotLicence));
    let twice = json.replacen(r#""name":"#, r#""name":"别的证","name":"#, 1);
    assert_eq!(file::check(twice.as_bytes(), &keys(&signer)), Err(Fault::NotLicence));
}

#[test]
fn the_end_of_the_pdf_is_where_readers_look_for_it() {
    let signer = signer();
    let bytes = pdf(&sealed(content(), &signer), &signer);
    let tail = &bytes[bytes.len() - 1024..];
    let tail = String::from_utf8_lossy(tail);
    assert!(tail.contains("\nstartxref\n30\n%%EOF\n%TONGBAN-SEAL/1 "), "{tail}");
}

#[test]
fn other_files_and_other_keys_are_told_apart() {
    let (own, other) = (signer(), signer());
    let bytes = pdf(&sealed(content(), &own), &own);
    let unknown = Fault::UnknownKey(store::Signer::key_id(&own));
    assert_eq!(file::check(&bytes, &keys(&other)), Err(unknown));
    assert_eq!(file::check(PDF, &keys(&own)), Err(Fault::NotLicence));
    for bytes in [&b""[..], b"{}", b"[1]", b"\xff\xfe", br#"{"data":{},"seal":{}}"#] {
        assert_eq!(file::check(bytes, &keys(&own)), Err(Fault::NotLicence));
    }
    assert_eq!(file::check(&vec![0; file::BYTES_MAX + 1], &keys(&own)), Err(Fault::TooLarge));
    // The data line of one licence in the file of another.
    let second = Content { number: "2".to_owned(), ..content() };
    let (first, second) = (sealed(content(), &own), sealed(second, &own));
    let mixed = file::seal_pdf(PDF, first.content(), second.seal(), &own).unwrap();
    assert_eq!(file::check(&mixed, &keys(&own)), Err(Fault::Changed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_one_changed_byte_is_found(at: prop::sample::Index, flip in 1_u8..) {
        let signer = signer();
        let licence = sealed(content(), &signer);
        let json = file::json(licence.content(), licence.seal()).into_bytes();
        for mut bytes in [pdf(&licence, &signer), json] {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(file::check(&bytes, &keys(&signer)).is_err(), "byte {} of {}", at, bytes.len());
        }
    }

    #[test]
    fn a_file_cut_short_or_lengthened_is_found(cut in 1_usize..600, more in prop::collection::vec(any::<u8>(), 1..40)) {
        let signer = signer();
        let whole = pdf(&sealed(content(), &signer), &signer);
        prop_assert!(file::check(&whole[..whole.len().saturating_sub(cut)], &keys(&signer)).is_err());
        prop_assert!(file::check(&[whole, more].concat(), &keys(&signer)).is_err());
    }

    #[test]
    fn nothing_from_outside_makes_the_check_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let signer = signer();
        let _ = file::check(&bytes, &keys(&signer));
        let _ = file::check(&[b"%PDF-", &bytes[..], b"%TONGBAN-SEAL/1 ", &bytes[..]].concat(), &keys(&signer));
    }
}
