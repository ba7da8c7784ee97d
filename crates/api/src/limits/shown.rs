//! What is left of the rate of whoever calls, on every reply to them: the fields of draft-ietf-httpapi-ratelimit-headers-06.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};

use super::Counted;
use crate::documented::ReplyHeader;

/// What a document says of them: each reply to a call that was done has them, where a caller must say who they are.
pub(crate) const HEADERS: [ReplyHeader; 4] = [
    ReplyHeader::always("RateLimit-Limit", "Calls that may come at once."),
    ReplyHeader::always("RateLimit-Remaining", "Calls that may still come now."),
    ReplyHeader::always(
        "RateLimit-Reset",
        "Seconds until all may come at once again, or until the next may come.",
    ),
    ReplyHeader::always(
        "RateLimit-Policy",
        "Calls that come back in a window of so many seconds, and calls at once.",
    ),
];

/// Shows what was counted of a request, if it was counted for somebody who is known.
pub(crate) async fn show(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let counted = response.request().extensions().get::<Counted>().copied();
    if let Some(counted) = counted {
        for (name, value) in fields(counted) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
    }
    Ok(response)
}

fn fields(counted: Counted) -> [(&'static str, String); 4] {
    let rate = counted.rate;
    [
        ("ratelimit-limit", rate.burst.to_string()),
        ("ratelimit-remaining", counted.remaining.to_string()),
        ("ratelimit-reset", counted.reset_seconds.to_string()),
        ("ratelimit-policy", format!("{};w=60;burst={}", rate.per_minute, rate.burst)),
    ]
}

#[cfg(test)]
mod tests {
    use timbre_domain::rate::Rate;

    use super::*;

    #[test]
    fn the_limit_is_what_remaining_is_left_of_and_the_policy_says_how_it_comes_back() {
        let rate = Rate { per_minute: 1_200, burst: 200 };
        let counted = Counted { rate, remaining: 12, reset_seconds: 10, refused: false };
        let expected = [
            ("ratelimit-limit", "200"),
            ("ratelimit-remaining", "12"),
            ("ratelimit-reset", "10"),
            ("ratelimit-policy", "1200;w=60;burst=200"),
        ];
        assert_eq!(fields(counted).each_ref().map(|(name, value)| (*name, value.as_str())), expected);
    }
}
