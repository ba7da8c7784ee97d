//! What a contract's document says of calls and replies.
//!
//! Promises that the shapes of JSON are made of the very types that are read and written, and that what a caller is turned down with is told by
//! the fault itself. What a query or a form brings is read by name, and its shape is a type of its own that stands beside that.

use std::borrow::Cow;

use actix_web::{ResponseError, body::MessageBody};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// The shape of something; what it is made of is named in the document.
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// The shape of a type as serde reads or writes it.
pub(crate) const fn shape<T: JsonSchema>() -> Shape {
    of::<T>
}

fn of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Schema {
    schemas.subschema_for::<T>()
}

/// Bytes as they are: a recording, say.
pub(crate) const BYTES: Shape = |_| json_schema!({"type": "string", "format": "binary"});

/// Text that is not JSON.
pub(crate) const TEXT: Shape = |_| json_schema!({"type": "string"});

/// What a call's body may be: a shape for each media type.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) content: Cow<'static, [(&'static str, Shape)]>,
    /// Whether there must be one.
    pub(crate) required: bool,
}

impl Body {
    /// There must be one, of one of these.
    pub(crate) const fn of(content: &'static [(&'static str, Shape)]) -> Self {
        Self { content: Cow::Borrowed(content), required: true }
    }

    /// JSON, as this type reads it.
    pub(crate) fn json<T: JsonSchema>() -> Self {
        Self { content: vec![("application/json", shape::<T>())].into(), required: true }
    }

    /// There need not be one.
    pub(crate) const fn or_none(mut self) -> Self {
        self.required = false;
        self
    }
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

impl Place {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// A parameter.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// One plain sentence.
    pub(crate) says: &'static str,
    pub(crate) shape: Shape,
}

impl Parameter {
    /// A part of the path.
    pub(crate) const fn in_path<T: JsonSchema>(name: &'static str, says: &'static str) -> Self {
        Self { name, place: Place::Path, required: true, says, shape: shape::<T>() }
    }

    /// A call must have it.
    pub(crate) const fn needed<T: JsonSchema>(name: &'static str, says: &'static str) -> Self {
        Self { name, place: Place::Query, required: true, says, shape: shape::<T>() }
    }

    /// A call may have it.
    pub(crate) const fn allowed<T: JsonSchema>(name: &'static str, says: &'static str) -> Self {
        Self { name, place: Place::Query, required: false, says, shape: shape::<T>() }
    }

    /// A call may have it among its headers.
    pub(crate) const fn header<T: JsonSchema>(name: &'static str, says: &'static str) -> Self {
        Self { name, place: Place::Header, required: false, says, shape: shape::<T>() }
    }

    /// The same, and a call must have it.
    pub(crate) const fn must_be_there(mut self) -> Self {
        self.required = true;
        self
    }
}

/// A header of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReplyHeader {
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) says: &'static str,
    /// Whether no reply of its kind is without it.
    pub(crate) always: bool,
}

impl ReplyHeader {
    /// One that each such reply has.
    pub(crate) const fn always(name: &'static str, says: &'static str) -> Self {
        Self { name, says, always: true }
    }

    /// One that such a reply may have.
    pub(crate) const fn sometimes(name: &'static str, says: &'static str) -> Self {
        Self { name, says, always: false }
    }
}

/// A reply to a call that was done.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// One plain sentence.
    pub(crate) says: &'static str,
    /// Nothing where it has no body.
    pub(crate) content: Vec<(&'static str, Shape)>,
    pub(crate) headers: Vec<ReplyHeader>,
}

/// A reply to a call that was turned down, as it is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// What the code calls it.
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: Vec<ReplyHeader>,
}

/// Headers that faults have.
const OF_FAULTS: [ReplyHeader; 3] = [
    ReplyHeader::always("Retry-After", "Seconds after which the call may be sent again."),
    ReplyHeader::always("WWW-Authenticate", "How a caller says who they are."),
    ReplyHeader::always("x-ms-error-code", "The code of the error."),
];

impl Refusal {
    /// As this fault is answered.
    pub(crate) fn of(fault: &impl ResponseError) -> Self {
        let response = fault.error_response();
        let headers =
            OF_FAULTS.into_iter().filter(|header| response.headers().contains_key(header.name)).collect();
        let status = response.status().as_u16();
        let body = response.into_body().try_into_bytes().ok();
        let body = body.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let name = format!("{fault:?}");
        let name = name.split(|this: char| !this.is_ascii_alphanumeric()).next().unwrap_or_default();
        Self { name: name.to_owned(), says: fault.to_string(), status, body, headers }
    }
}
