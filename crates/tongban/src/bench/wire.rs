//! A keep-alive HTTP/1.1 caller that costs little: it shares the two cores with the server it measures.
//!
//! It reads exactly what our own server writes: a status line, headers with Content-Length, a body. Anything else is an error.

use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection, used for one request after another.
pub struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// Where in the caller's buffer the last answer's body stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    start: usize,
    end: usize,
}

impl Caller {
    /// Opens the connection.
    pub async fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends one whole request and reads its answer.
    pub async fn call(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if let Some(answer) = parse(&self.buffer)? {
                if answer.end <= self.buffer.len() {
                    return Ok(answer);
                }
                let missing = answer.end - self.buffer.len();
                let from = self.buffer.len();
                self.buffer.resize(from + missing, 0);
                self.stream.read_exact(&mut self.buffer[from..]).await?;
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// The body of `answer`, which must be the last one.
    pub fn body(&self, answer: Answer) -> &[u8] {
        &self.buffer[answer.start..answer.end]
    }
}

/// The answer at the head of `buffer`, or `None` while its headers are incomplete.
fn parse(buffer: &[u8]) -> io::Result<Option<Answer>> {
    let bad = |reason: &'static str| io::Error::new(io::ErrorKind::InvalidData, reason);
    let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&buffer[..head]).map_err(|_| bad("a header is not text"))?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.get(9..12)).and_then(|code| code.parse().ok());
    let status: u16 = status.ok_or_else(|| bad("no status line"))?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok());
    let length = match length {
        Some(length) => length,
        None if status == 204 || status == 304 => 0,
        None => return Err(bad("no Content-Length")),
    };
    Ok(Some(Answer { status, start: head + 4, end: head + 4 + length }))
}

/// The bytes of a request.
pub fn request(method: &str, path: &str, host: &str, headers: &[(&str, &str)], body: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body {
        text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    #[test]
    fn an_answer_is_found_by_its_length() {
        let answer = parse(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nx: y\r\n\r\n{}").unwrap().unwrap();
        assert_eq!(answer, Answer { status: 201, start: 49, end: 51 });
        assert_eq!(parse(b"HTTP/1.1 201 Created\r\nContent-Le").unwrap(), None);
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
