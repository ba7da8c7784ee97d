//! Redis: whether it answers, and whether it keeps what it is given.

use timbre_api::SessionsIn;
use timbre_engine::Finding;

use crate::settings::Settings;

const PART: &str = "redis";

pub async fn findings(settings: &Settings) -> Vec<Finding> {
    let keeps_sessions = settings.http.sessions == SessionsIn::Redis;
    if !settings.redis.is_set() {
        return vec![Finding::ok(PART, "none: sessions are in the database, each process counts its calls")];
    }
    let state = match settings.redis.examine().await {
        Ok(state) => state,
        Err(error) if keeps_sessions => {
            return vec![Finding::fail(
                PART,
                error,
                "see whether it runs, and whether [redis] is right; until then dialogues are answered 503",
            )];
        }
        Err(error) => {
            return vec![Finding::warn(
                PART,
                error,
                "see whether it runs, and whether [redis] is right; until then each process counts its calls",
            )];
        }
    };
    let what = if keeps_sessions { "rates and sessions" } else { "rates" };
    let mut findings = vec![Finding::ok(PART, format!("Redis {} shares {what}", state.version))];
    if keeps_sessions && state.forgets {
        findings.push(Finding::warn(
            PART,
            "when its memory is full it throws away sessions, and with them dialogues under way",
            "set its maxmemory-policy to noeviction, or http.sessions to database",
        ));
    }
    if state.in_the_clear {
        findings.push(Finding::warn(
            PART,
            "it is called without TLS over a network, which sees its password",
            "use rediss://, with redis.authorities for a certificate authority of your own",
        ));
    }
    findings
}
