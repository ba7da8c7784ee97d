//! The bench's HTTP client: one request at a time over a connection of its own, from the standard
//! library, so that as little as possible of what is timed is the client's own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};

use crate::failure::Failure;

const BOUNDARY: &str = "timbre-bench-boundary";

pub struct Client {
    address: SocketAddr,
    key: String,
    secret: String,
    cookie: Option<String>,
}

impl Client {
    pub fn new(address: SocketAddr, key: &str, secret: &str) -> Self {
        Self { address, key: key.to_owned(), secret: secret.to_owned(), cookie: None }
    }

    /// Posts a WAV file, or nothing, and reads the JSON reply. Any status but 200 is a failure.
    pub fn post(&mut self, path: &str, wav: Option<&[u8]>) -> Result<serde_json::Value, Failure> {
        let mut body = Vec::new();
        if let Some(wav) = wav {
            body.extend(format!("--{BOUNDARY}\r\n").bytes());
            body.extend(b"Content-Disposition: form-data; name=\"audio\"; filename=\"code.wav\"\r\n");
            body.extend(b"Content-Type: audio/wav\r\n\r\n");
            body.extend(wav);
            body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        }
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let kind = match wav {
            Some(_) => format!("Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"),
            None => String::new(),
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nx-biometrid-key: {}\r\nx-biometrid-secret: {}\r\n{cookie}{kind}\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.key,
            self.secret,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body)?;
        self.read_reply(BufReader::new(stream))
    }

    fn read_reply(&mut self, mut stream: BufReader<TcpStream>) -> Result<serde_json::Value, Failure> {
        let mut status = String::new();
        stream.read_line(&mut status)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "set-cookie" => self.cookie = value.trim().split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        if !status.starts_with("HTTP/1.1 200") {
            return Err(Failure::new(format!("{}: {}", status.trim_end(), String::from_utf8_lossy(&body))));
        }
        Ok(serde_json::from_slice(&body)?)
    }
}
