//! Recordings, as a browser plays them: whole, or the part that it asks for, without which some cannot seek and others do not play at all.
//!
//! Promises that the sound is wiped from memory once it was sent. That a play is told in the audit trail is the engine's promise.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{ByteRangeSpec, ContentEncoding, ContentRange, ContentRangeSpec, IF_RANGE, RANGE},
    },
    web::Bytes,
};
use timbre_engine::{EngineError, PartAsked, Played};

use crate::fault::Fault;

/// That parts may be asked for.
const PARTS: (&str, &str) = ("accept-ranges", "bytes");

/// The part that a request asks for; none where it asks for the whole. So does whoever asks for several parts, in another unit, or in words that
/// do not read: RFC 9110 lets a server pass over those.
pub(crate) fn part_asked(request: &HttpRequest) -> Option<PartAsked> {
    let headers = request.headers();
    // "If it is still this one": a recording is given no name of its own, so it never is.
    if headers.contains_key(IF_RANGE) {
        return None;
    }
    // Not by `Range`, which leaves out what does not read and takes the rest for all that was asked.
    let text = headers.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
    let range: ByteRangeSpec = text.trim().parse().ok()?;
    Some(match range {
        ByteRangeSpec::FromTo(first, last) => PartAsked::FromTo(first, last),
        ByteRangeSpec::From(first) => PartAsked::FromTo(first, u64::MAX),
        ByteRangeSpec::Last(many) => PartAsked::Last(many),
    })
}

pub(crate) fn sound(played: Result<Played, EngineError>) -> Result<HttpResponse, Fault> {
    let played = match played {
        Err(EngineError::NoSuchPart { length }) => {
            let mut reply = HttpResponse::RangeNotSatisfiable();
            return Ok(reply.insert_header(PARTS).insert_header(content_range(None, length)).finish());
        }
        played => played?,
    };
    let mut reply = HttpResponse::Ok();
    // As it is: parts are counted in it, and nothing compressed, which nobody would wipe, is made of a voice.
    reply.content_type(played.media_type()).insert_header(PARTS).insert_header(ContentEncoding::Identity);
    let (part, bytes) = (played.part, Bytes::from_owner(played.bytes));
    Ok(match part {
        None => reply.body(bytes),
        Some(part) => {
            reply.status(StatusCode::PARTIAL_CONTENT);
            reply.insert_header(content_range(Some((part.first, part.last)), part.of));
            // Both are places in what is in memory. The slice is no copy: all is wiped when it was sent.
            reply.body(bytes.slice(part.first as usize..=part.last as usize))
        }
    })
}

fn content_range(range: Option<(u64, u64)>, length: u64) -> ContentRange {
    ContentRange(ContentRangeSpec::Bytes { range, instance_length: Some(length) })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn one_part_in_bytes_is_asked_for_and_all_else_is_the_whole() {
        let asked =
            |range: &str| part_asked(&TestRequest::get().insert_header((RANGE, range)).to_http_request());
        assert_eq!(asked("bytes=0-1"), Some(PartAsked::FromTo(0, 1)));
        assert_eq!(asked("bytes=7-"), Some(PartAsked::FromTo(7, u64::MAX)));
        assert_eq!(asked("bytes=-4"), Some(PartAsked::Last(4)));
        for range in [
            "bytes=0-1,4-5",
            "bytes=0-1,x",
            "bytes=5-4",
            "bytes=-",
            "bytes=",
            "bytes",
            "seconds=0-1",
            "bytes=0-1-2",
            "bytes=--4",
            "bytes=0-99999999999999999999",
        ] {
            assert_eq!(asked(range), None, "{range}");
        }
        assert_eq!(part_asked(&TestRequest::get().to_http_request()), None);
        let conditional = TestRequest::get().insert_header((RANGE, "bytes=0-1"));
        let conditional = conditional.insert_header((IF_RANGE, "\"1\"")).to_http_request();
        assert_eq!(part_asked(&conditional), None);
    }
}
