//! Those who hold connections without asking anything, and the way the server stops.

use crate::support::{Folder, Server, free_address};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

/// Longer than any bound of this test: reaching it is a failure.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_server_gives_nobody_more_than_their_share() {
    let folder = Folder::new("wire");
    let metrics = free_address();
    let settings = [
        ("TONGBAN__SERVER__METRICS_LISTEN", metrics.as_str()),
        // Long enough that a busy machine does not close what is meant to be held.
        ("TONGBAN__SERVER__HEAD_SECONDS", "3"),
        ("TONGBAN__SERVER__BODY_SECONDS", "3"),
        ("TONGBAN__LIMITS__CONNECTIONS_MAX", "12"),
    ];
    let mut server = Server::start_as(folder.path(), &["--profile", "production"], &settings);
    figures_have_their_own_door(&server, &metrics);
    heads_and_bodies_that_never_end_are_not_waited_for(&server);
    heads_have_a_bound(&server);
    requests_name_one_host(&server);
    connections_have_a_bound(&server);
    what_was_begun_is_finished(&mut server);
}

fn figures_have_their_own_door(server: &Server, metrics: &str) {
    assert_eq!(server.get("/metrics", None).status, 404);
    let answer = say(metrics, b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("tongban_requests_total"), "{answer}");
    let answer = say(metrics, b"GET /login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

fn heads_and_bodies_that_never_end_are_not_waited_for(server: &Server) {
    const BODY: &str = "POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let length = format!("{BODY}content-length: 400\r\n\r\n{{\"account\"");
    let chunked = format!("{BODY}transfer-encoding: chunked\r\n\r\n5\r\n{{\"acc\r\n");
    for (sent, want) in [
        ("", ""),
        ("GET / HT", ""),
        ("GET / HTTP/1.1\r\nhost: x\r\nx-slow:", ""),
        (length.as_str(), "HTTP/1.1 408 "),
        (chunked.as_str(), "HTTP/1.1 408 "),
    ] {
        let started = Instant::now();
        let answer = say(host(server), sent.as_bytes());
        assert!(answer.starts_with(want) && (answer.is_empty() == want.is_empty()), "{sent:?}: {answer}");
        assert!(started.elapsed() < PATIENCE, "{sent:?} was waited for");
    }
}

fn heads_have_a_bound(server: &Server) {
    let many: String = (0..120).map(|n| format!("x-{n}: y\r\n")).collect();
    let long = format!("x: {}\r\n", "y".repeat(40 * 1024));
    for header in [many, long] {
        let answer = say(host(server), format!("GET / HTTP/1.1\r\nhost: x\r\n{header}\r\n").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

fn requests_name_one_host(server: &Server) {
    for (hosts, want) in [("", "400"), ("host: a\r\nhost: b\r\n", "400"), ("host: a\r\n", "200")] {
        let answer = say(host(server), format!("GET /livez HTTP/1.1\r\n{hosts}connection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {want} ")), "{hosts:?}: {answer}");
    }
}

fn connections_have_a_bound(server: &Server) {
    let held: Vec<TcpStream> = (0..24).map(|_| connect(host(server))).collect();
    let refused = held.into_iter().filter_map(|mut stream| {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok();
        answer.starts_with("HTTP/1.1 503 ").then_some(())
    });
    assert!(refused.count() >= 12, "more connections were held than allowed");
    // The places come back.
    let started = Instant::now();
    while server.get("/livez", None).status != 200 {
        assert!(started.elapsed() < PATIENCE, "the places did not come back");
    }
}

fn what_was_begun_is_finished(server: &mut Server) {
    const BODY: &[u8] = br#"{"account":"nobody.here","password":"wrong-1234"}"#;
    let mut stream = connect(host(server));
    const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Only a request that the server has taken up is one that it must finish; until it asks for the body, a busy
    // machine may not have looked at the connection yet.
    let mut go_on = [0; GO_ON.len()];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(go_on, GO_ON);
    stream.write_all(&BODY[..9]).unwrap();
    server.signal_stop();
    stream.write_all(&BODY[9..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(server.ended_well());
}

fn host(server: &Server) -> &str {
    server.address.trim_start_matches("http://")
}

fn connect(host: &str) -> TcpStream {
    let stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends bytes and reads until the server closes.
fn say(host: &str, bytes: &[u8]) -> String {
    let mut stream = connect(host);
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8_lossy(&answer).into_owned()
}
