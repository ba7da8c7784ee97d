//! HTTP/1.1 as far as this proof needs it, for both ends: a request that is cut in the middle, and an answer that never comes, are no
//! things that a library does.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::failure::Failure;

/// Longer than anything that is asked for here takes.
const PATIENCE: Duration = Duration::from_secs(60);
const MOST_HEADER_BYTES: u64 = 64 * 1024;
const MOST_BODY_BYTES: u64 = 16 * 1024 * 1024;

/// A request, or an answer, as it was read.
pub(super) struct Message {
    /// The request line, or the status line.
    pub(super) first: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Reads all of it. Its body is as long as it announces.
    pub(super) fn read(stream: &TcpStream) -> Result<Self, Failure> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        let mut lines = reader.by_ref().take(MOST_HEADER_BYTES);
        loop {
            let mut line = String::new();
            // The end of the stream is no line.
            if lines.read_line(&mut line)? == 0 {
                return Err(Failure::new("the connection ends within a message"));
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let mut head = head.into_iter();
        let first = head.next().ok_or_else(|| Failure::new("a message without a first line"))?;
        let pair = |line: String| {
            line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let mut message = Self { first, headers: head.filter_map(pair).collect(), body: Vec::new() };
        let length: u64 = message.header("content-length").parse().unwrap_or(0);
        if length > MOST_BODY_BYTES {
            return Err(Failure::new("a message that is too long"));
        }
        message.body = vec![0; length as usize];
        reader.read_exact(&mut message.body)?;
        Ok(message)
    }

    /// A header's value; empty where there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The status of an answer.
    pub(super) fn status(&self) -> Option<u16> {
        self.first.split(' ').nth(1)?.parse().ok()
    }
}

/// A request, as it is sent.
pub(super) fn request(method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: timbre\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend(body);
    request
}

/// An answer, as it is sent.
pub(super) fn answer(status: u16, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} -\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Asks and waits for the answer.
pub(super) fn ask(address: &str, request: &[u8]) -> Result<Message, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    Message::read(&stream)
}
