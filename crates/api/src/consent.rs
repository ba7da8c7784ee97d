//! The header by which an application tells of a person's consent with the call that makes the person known: an extension of every
//! contract. `x-timbre-consent: sha256=<64 hexadecimal digits>; at=<RFC 3339>; signer=<reference>`.

use actix_web::{HttpRequest, web::Data};
use timbre_engine::{Consent, Engine};

use crate::documented::Parameter;

pub(crate) const HEADER: &str = "x-timbre-consent";

/// What a document says of it.
pub(crate) const PARAMETER: Parameter = Parameter::header::<String>(
    HEADER,
    "The person's consent: `sha256=<64 hexadecimal digits of the text's hash>; at=<RFC 3339>; signer=<reference>`.",
);

/// The header is there and does not say what it must.
pub(crate) struct Malformed;

/// The consent that came with a request.
pub(crate) fn told(request: &HttpRequest) -> Result<Option<Consent>, Malformed> {
    let mut headers = request.headers().get_all(HEADER);
    let Some(header) = headers.next() else { return Ok(None) };
    let text = header.to_str().ok().filter(|_| headers.next().is_none());
    let engine = request.app_data::<Data<Engine>>().ok_or(Malformed)?;
    text.and_then(|text| Consent::parse(text, engine.now())).map(Some).ok_or(Malformed)
}
