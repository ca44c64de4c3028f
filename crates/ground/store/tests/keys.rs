//! Files, personal values, signatures.

use crate::{PARCELS, party};
use kernel::Sealed;
use store::testing::{Folder, each_database, places};
use store::{Db, Error, Files, PublicKey, Read, Signature, Signer, SoftSigner, verify, verify_as};

#[test]
fn a_file_is_kept_once_and_checked() {
    let folder = Folder::new();
    let files = Files::new(folder.path().join("files"));
    let digest = files.put(b"abc").unwrap();
    // GB/T 32905-2016, A.1.
    assert_eq!(digest.to_string(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_eq!(files.put(b"abc").unwrap(), digest);
    assert!(files.exists(&digest));
    assert_eq!(files.get(&digest).unwrap(), b"abc");
    let path = folder.path().join("files/66/c7").join(digest.to_string());
    std::fs::write(&path, b"abd").unwrap();
    assert!(matches!(files.get(&digest), Err(Error::Corrupt(_))));
    assert_eq!(files.put(b"abc").unwrap(), digest, "a damaged file is healed by the same content");
    assert_eq!(files.get(&digest).unwrap(), b"abc");
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(files.get(&digest), Err(Error::Corrupt(_))));
}

#[test]
fn a_sealed_value_opens_for_its_party_alone() {
    each_database(&[PARCELS], |db| {
        let (zhang, li) = (party(), party());
        let sealed = db.seal(&zhang, "32010219900307123X").unwrap();
        assert!(!sealed.as_str().contains("3201"));
        assert_ne!(db.seal(&zhang, "32010219900307123X").unwrap(), sealed);
        assert_eq!(db.unseal(&zhang, &sealed).unwrap(), "32010219900307123X");
        db.seal(&li, "x").unwrap();
        assert!(matches!(db.unseal(&li, &sealed), Err(Error::Corrupt(_))));
        assert!(matches!(db.unseal(&party(), &sealed), Err(Error::Key(_))));
        let mut changed = sealed.as_str().to_owned().into_bytes();
        changed[30] ^= 1;
        let changed = Sealed(String::from_utf8(changed).unwrap());
        assert!(matches!(db.unseal(&zhang, &changed), Err(Error::Corrupt(_))));
    });
}

#[test]
fn an_erased_party_cannot_be_read_or_sealed_again() {
    for place in places(&[PARCELS]) {
        let db = place.open();
        let zhang = party();
        let sealed = db.write::<_, Error, _>(move |tx| tx.seal(&zhang, "13800000000")).unwrap();
        assert_eq!(db.unseal(&zhang, &sealed).unwrap(), "13800000000");
        let undone: Result<(), Error> = db.write(move |tx| tx.erase(&zhang).and(Err(Error::Lost)));
        assert!(undone.is_err());
        assert_eq!(db.unseal(&zhang, &sealed).unwrap(), "13800000000");
        db.write(move |tx| tx.erase(&zhang)).unwrap();
        assert_eq!(db.unseal(&zhang, &sealed), Err(Error::Erased));
        assert_eq!(db.seal(&zhang, "x"), Err(Error::Erased));
        assert_eq!(db.write(move |tx| tx.seal(&zhang, "x")), Err(Error::Erased));
        drop(db);
        assert_eq!(place.open().unseal(&zhang, &sealed), Err(Error::Erased));
    }
}

#[test]
fn a_key_of_a_command_that_was_undone_is_not_used() {
    each_database(&[PARCELS], |db| {
        let zhang = party();
        let undone: Result<(), Error> = db.write(move |tx| tx.seal(&zhang, "x").and(Err(Error::Lost)));
        assert!(undone.is_err());
        let sealed = db.seal(&zhang, "y").unwrap();
        assert_eq!(db.unseal(&zhang, &sealed).unwrap(), "y");
    });
}

#[test]
fn two_processes_agree_on_a_partys_key() {
    for place in places(&[PARCELS]) {
        let (one, two) = (place.open(), place.open());
        let zhang = party();
        let sealed = std::thread::scope(|scope| {
            let first = scope.spawn(|| one.seal(&zhang, "x").unwrap());
            let second = scope.spawn(|| two.seal(&zhang, "x").unwrap());
            [first.join().unwrap(), second.join().unwrap()]
        });
        for sealed in &sealed {
            assert_eq!(one.unseal(&zhang, sealed).unwrap(), "x");
            assert_eq!(two.unseal(&zhang, sealed).unwrap(), "x");
        }
    }
}

#[test]
fn blind_indexes_match_within_a_domain_and_over_restarts() {
    for place in places(&[PARCELS]) {
        let db = place.open();
        let blind = db.vault().blind("identity.mobile", "13800000000");
        assert_ne!(blind, db.vault().blind("identity.resident", "13800000000"));
        assert_ne!(blind, db.vault().blind("identity.mobile", "13800000001"));
        let sealed = db.vault().encrypt("identity.name", "张三");
        drop(db);
        let db = place.open();
        assert_eq!(
            blind,
            db.read::<_, Error>(|read| Ok(read.vault().blind("identity.mobile", "13800000000"))).unwrap()
        );
        assert_eq!(db.vault().decrypt("identity.name", &sealed).unwrap(), "张三");
        assert!(db.vault().decrypt("identity.address", &sealed).is_err());
    }
}

#[test]
fn another_master_key_is_refused() {
    for place in places(&[PARCELS]) {
        let path = place.folder().join("keys/master.key");
        drop(place.open());
        let right = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(Db::open(place.config()).map(drop), Err(Error::Key(_))));
        assert!(!path.exists(), "a wrong key is not left behind");
        std::fs::write(&path, right).unwrap();
        drop(place.open());
    }
}

#[cfg(unix)]
#[test]
fn key_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = store::testing::Place::sqlite(&[]);
    for name in ["master.key", "signing.pem"] {
        let mode = std::fs::metadata(place.folder().join("keys").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn signatures_are_verified_and_kept_over_restarts() {
    let folder = Folder::new();
    let signer = SoftSigner::open(folder.path(), "signing").unwrap();
    let signature = signer.sign("准予许可".as_bytes()).unwrap();
    let key = SoftSigner::open(folder.path(), "signing").unwrap().public_key();
    assert_eq!(key.key_id(), signer.key_id());
    assert!(verify(&key, "准予许可".as_bytes(), &signature));
    assert!(!verify(&key, "不予许可".as_bytes(), &signature));
    assert!(!verify(&SoftSigner::open(folder.path(), "other").unwrap().public_key(), b"x", &signature));
    assert!(!verify_as("another id", &key, "准予许可".as_bytes(), &signature));
    assert_eq!(Signature::from_der(&signature.to_der()).unwrap(), signature);
    assert_eq!(signature.to_string().parse::<Signature>().unwrap(), signature);
    assert_eq!(key.to_string().parse::<PublicKey>().unwrap(), key);
}

#[test]
fn a_signature_made_by_openssl_is_verified() {
    // openssl pkeyutl -sign -in - -inkey pkcs8-private-key.pem -digest sm3 -pkeyopt distid:example@rustcrypto.org
    // (the vector that the sm2 crate ships)
    let key = "0408d77ae04c01cc4c1104360dd8af6b6f7df334283d7c1a6afd5652407b87bee5014e2a57c36c150d16324dc664e31e643235\
        9609c4e79847a5b161c8c7364c8a";
    let signature = "d1dcccedd9fb785e0f67c16b7c52901625c0b69de9bca2144acc7be713cad2fc\
        f7d1eae6e3a157b36c65f672f738ca8b46298bf149a6510072c431b49cd88b1c";
    let (key, signature) = (key.parse().unwrap(), signature.parse().unwrap());
    assert!(verify_as("example@rustcrypto.org", &key, b"testing", &signature));
    assert!(!verify(&key, b"testing", &signature));
}
