//! A collector of traces: it takes OTLP over HTTP, and keeps what it was sent.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
};
use prost::Message;

/// A span as it was sent.
#[derive(Debug, Clone)]
pub struct Span {
    pub trace: Vec<u8>,
    pub id: Vec<u8>,
    /// Empty: it begins a trace.
    pub parent: Vec<u8>,
    pub name: String,
    pub began: u64,
    pub ended: u64,
    pub fields: Vec<(String, String)>,
    pub service: String,
}

impl Span {
    pub fn has(&self, field: &str, value: &str) -> bool {
        self.fields.iter().any(|(name, has)| name == field && has == value)
    }
}

/// Collects until it is dropped; its thread ends with the process.
pub struct Collector {
    pub url: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let spans = Arc::<Mutex<Vec<Span>>>::default();
        let taken = Arc::clone(&spans);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, taken) = (stream.unwrap(), Arc::clone(&taken));
                thread::spawn(move || {
                    while let Some(body) = take(&stream) {
                        taken.lock().unwrap().extend(read(&body))
                    }
                });
            }
        });
        Self { url, spans }
    }

    /// What was sent so far.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap().clone()
    }
}

/// Takes one request and answers it; nothing once the other side has gone.
fn take(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length, mut media_type) = (String::new(), 0, String::new());
    if reader.read_line(&mut first).ok()? == 0 {
        return None;
    }
    assert_eq!(first.trim_end(), "POST /v1/traces HTTP/1.1");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "content-type" => media_type = value.to_owned(),
            _ => {}
        }
    }
    assert_eq!(media_type, "application/x-protobuf");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
    (&mut &*stream).write_all(answer).ok()?;
    Some(body)
}

fn read(body: &[u8]) -> Vec<Span> {
    let sent = ExportTraceServiceRequest::decode(body).unwrap();
    let mut spans = Vec::new();
    for of_process in sent.resource_spans {
        let told = texts(&of_process.resource.unwrap().attributes);
        let service = told.iter().find(|(name, _)| name == "service.name").unwrap().1.clone();
        for span in of_process.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            assert!(span.events.is_empty(), "events stay in the log: {span:?}");
            spans.push(Span {
                trace: span.trace_id,
                id: span.span_id,
                parent: span.parent_span_id,
                name: span.name,
                began: span.start_time_unix_nano,
                ended: span.end_time_unix_nano,
                fields: texts(&span.attributes),
                service: service.clone(),
            });
        }
    }
    spans
}

fn texts(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let text = |attribute: &KeyValue| {
        let value = match attribute.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(Value::StringValue(text)) => text.clone(),
            Some(Value::IntValue(number)) => number.to_string(),
            other => format!("{other:?}"),
        };
        (attribute.key.clone(), value)
    };
    attributes.iter().map(text).collect()
}
