//! How a receiver knows that a webhook is ours: the signatures of Standard Webhooks 1 (<https://www.standardwebhooks.com>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";

/// What we and one receiver know: 24 to 64 bytes, as the specification wants them. Wiped on drop; it cannot be printed:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_outbound::WebhookSecret>();
/// ```
///
/// It can be shared between threads, which also shows that the refusal above is for the reason it states:
///
/// ```
/// fn sharable<T: Send + Sync>() {}
/// sharable::<timbre_outbound::WebhookSecret>();
/// ```
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// From 24 to 64 bytes of randomness; `None` for fewer or more.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (24..=64).contains(&bytes.len()).then(|| Self(Zeroizing::new(bytes.to_vec())))
    }

    /// From the form in which it is shown; `None` for anything else.
    pub fn read(shown: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(shown.strip_prefix(PREFIX)?).ok()?);
        Self::from_bytes(&bytes)
    }

    /// `whsec_` and base64: what the receiver is given, once.
    pub fn shown(&self) -> Zeroizing<String> {
        let encoded = Zeroizing::new(STANDARD.encode(&*self.0));
        Zeroizing::new(format!("{PREFIX}{}", *encoded))
    }

    /// HMAC-SHA-256 of `{id}.{timestamp}.{body}`.
    fn mac(&self, id: &str, timestamp: i64, body: &[u8]) -> [u8; 32] {
        // One block, filled with zeros: the same key, by the definition of HMAC (RFC 2104), and it always fits.
        let mut key = Zeroizing::new([0; 64]);
        key[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new((&*key).into());
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        mac.finalize().into_bytes().into()
    }
}

/// The header `webhook-signature`: one signature for each secret, so that a receiver that knows the old or the new one
/// finds its own while secrets are changed. `timestamp` is in seconds since 1970, UTC.
pub fn sign(secrets: &[WebhookSecret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let one = |secret: &WebhookSecret| format!("v1,{}", STANDARD.encode(secret.mac(id, timestamp, body)));
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = WebhookSecret::read(SECRET).unwrap();
        let signature = sign(&[secret], ID, 1_614_265_330, BODY);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_signs_and_each_part_counts() {
        let secrets = [WebhookSecret::read(SECRET).unwrap(), WebhookSecret::from_bytes(&[7; 32]).unwrap()];
        let signed = sign(&secrets, ID, 1, BODY);
        let each: Vec<_> = secrets.iter().map(|one| sign(std::slice::from_ref(one), ID, 1, BODY)).collect();
        assert_eq!(signed, each.join(" "));
        assert_ne!(each[0], each[1]);
        for other in
            [sign(&secrets, "msg", 1, BODY), sign(&secrets, ID, 2, BODY), sign(&secrets, ID, 1, b"{}")]
        {
            assert_ne!(other, signed);
        }
    }

    #[test]
    fn a_secret_is_read_as_it_is_shown() {
        for length in [24, 32, 64] {
            let secret = WebhookSecret::from_bytes(&vec![9; length]).unwrap();
            assert_eq!(WebhookSecret::read(&secret.shown()).unwrap().0, secret.0);
        }
        assert_eq!(*WebhookSecret::read(SECRET).unwrap().shown(), SECRET);
        for bad in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!", "whsec_c2hvcnQ="] {
            assert!(WebhookSecret::read(bad).is_none(), "{bad}");
        }
        assert!(WebhookSecret::from_bytes(&[0; 65]).is_none());
    }
}
