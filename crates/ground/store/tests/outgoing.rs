//! Calls to others: only a certificate that this machine trusts is believed.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Tells the child where the server is.
const ADDRESS: &str = "TONGBAN_TEST_OUTGOING";

/// A server that answers `200` over TLS, with a certificate for `localhost`; the certificate as PEM.
fn server() -> (SocketAddr, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let Ok(mut session) = rustls::ServerConnection::new(Arc::clone(&config)) else { continue };
            let mut tls = rustls::Stream::new(&mut session, &mut stream);
            // Who does not believe the certificate leaves before a word is said.
            if tls.read(&mut [0; 1024]).is_ok_and(|n| n > 0) {
                tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok").ok();
                session.send_close_notify();
                session.write_tls(&mut stream).ok();
            }
        }
    });
    (address, pem)
}

fn call(address: &str) -> Result<u16, ureq::Error> {
    store::client(Duration::from_secs(5)).get(address).call().map(|response| response.status().as_u16())
}

#[test]
fn a_certificate_is_believed_only_if_the_machine_trusts_it() {
    let (address, pem) = server();
    let address = format!("https://localhost:{}", address.port());
    assert!(call(&address).is_err(), "nobody knows who made this certificate");

    // The store of authorities is read once a process, so another one is asked.
    let folder = std::env::temp_dir().join(format!("tongban-outgoing-{}", store::fresh_uuid().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("authority.pem");
    std::fs::write(&file, pem).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["outgoing::the_child_that_trusts_it_calls", "--exact"])
        .env("SSL_CERT_FILE", &file)
        .env(ADDRESS, &address)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).ok();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
}

/// Says nothing unless it was started by the test above.
#[test]
fn the_child_that_trusts_it_calls() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    assert_eq!(call(&address).unwrap(), 200);
}
