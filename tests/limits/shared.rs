//! Rates of several servers over one Redis: one bucket for all, and each its own where Redis is away.

use std::{
    thread,
    time::{Duration, Instant},
};

use reqwest::Method;
use timbre_api::SessionsIn;
use timbre_domain::rate::Rate;
use timbre_tests::{Application, Product, RedisServer, Reply, Setup, contains, send};

const LANGUAGES: &str = "/api/1.0/languages";

/// Longer than Redis needs to be found again anywhere.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two servers, and a tenant's application of each.
struct Pair {
    redis: RedisServer,
    one: Product,
    _two: Product,
    acme: [Application; 2],
}

/// A server whose rates alone are in this Redis, whatever others do.
fn setup(redis: &RedisServer) -> Setup {
    let mut setup = Setup { redis: redis.config(), ..Setup::default() };
    setup.http.sessions = SessionsIn::Database;
    setup
}

fn pair() -> Pair {
    pair_over(RedisServer::start())
}

fn pair_over(redis: RedisServer) -> Pair {
    let setup = || {
        let mut setup = setup(&redis);
        (setup.http.unauthenticated_per_minute, setup.http.unauthenticated_burst) = (1, 3);
        setup
    };
    let one = Product::with(setup());
    let two = one.beside(setup());
    let acme = one.application("acme");
    let acme = [acme.clone(), acme.at(&two.url)];
    let pair = Pair { redis, one, _two: two, acme };
    pair.both_share();
    pair
}

impl Pair {
    /// Waits until what one counts the other knows of.
    fn both_share(&self) {
        let end = Instant::now() + PATIENCE;
        for burst in 500_000.. {
            self.rate(Rate { per_minute: 1, burst });
            let left: Vec<_> = self.acme.iter().map(|acme| remaining(&acme.get(LANGUAGES))).collect();
            if left == [burst - 1, burst - 2] {
                return;
            }
            assert!(Instant::now() < end, "they do not come to share");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn rate(&self, rate: Rate) {
        self.one.change_policy("acme", |policy| policy.rates.read = rate);
    }
}

fn remaining(reply: &Reply) -> u32 {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.headers["ratelimit-remaining"].to_str().unwrap().parse().unwrap()
}

#[test]
fn two_servers_over_one_redis_let_one_burst_through_between_them() {
    let pair = pair();
    let begun = pair.redis.seconds();
    pair.rate(Rate { per_minute: 1, burst: 6 });
    let replies: Vec<Reply> = (0..20).map(|n| pair.acme[n % 2].get(LANGUAGES)).collect();
    let minutes = (pair.redis.seconds() - begun) / 60.0;
    let taken: Vec<_> = replies.iter().filter(|reply| reply.status == 200).map(remaining).collect();
    assert_eq!(&taken[..6], [5, 4, 3, 2, 1, 0], "each knows what the other took");
    assert!(taken.len() <= 6 + minutes as usize, "{} calls in {minutes} minutes", taken.len());
    let refused = replies.iter().find(|reply| reply.status == 429).unwrap();
    let header = |name: &str| refused.headers[name].to_str().unwrap();
    assert_eq!((header("ratelimit-limit"), header("ratelimit-remaining")), ("6", "0"));
    assert_eq!(header("ratelimit-policy"), "1;w=60;burst=6");
    assert!((1..=60).contains(&header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(header("retry-after"), header("ratelimit-reset"));
}

#[test]
fn as_many_come_back_as_the_rate_says_by_the_time_of_redis_however_many_servers_ask() {
    let pair = pair();
    let rate = Rate { per_minute: 600, burst: 5 };
    let begun = pair.redis.seconds();
    pair.rate(rate);
    let count = |acme: &Application| {
        let statuses = (0..150).map(|_| acme.get(LANGUAGES).status);
        statuses.filter(|status| *status == 200).count()
    };
    let taken: usize = thread::scope(|scope| {
        // An application's client is used by one thread at a time.
        let asking = pair.acme.each_ref().map(|acme| scope.spawn(move || count(acme)));
        asking.into_iter().map(|asked| asked.join().unwrap()).sum()
    });
    // The last may have come before the last look at the clock: so there may be fewer, and never more.
    let most = 5.0 + (pair.redis.seconds() - begun) * 10.0;
    assert!(taken as f64 <= most + 1.0, "{taken} of {most}");
    assert!(taken >= 5);
}

#[test]
fn a_changed_rate_begins_with_a_full_bucket_for_all_and_back_again() {
    let pair = pair();
    for burst in [3, 4, 3] {
        pair.rate(Rate { per_minute: 1, burst });
        let statuses: Vec<_> = (0..=burst).map(|n| pair.acme[n as usize % 2].get(LANGUAGES).status).collect();
        assert_eq!(statuses[..burst as usize], vec![200; burst as usize]);
        assert_eq!(statuses[burst as usize], 429);
    }
}

#[test]
fn strangers_are_counted_over_all_servers_and_nobody_reads_in_redis_who_called() {
    let pair = pair();
    let nobody = pair.acme.each_ref().map(|acme| send(acme.bare(Method::GET, LANGUAGES)).status);
    assert_eq!(nobody, [400, 400]);
    let again = pair.acme.each_ref().map(|acme| send(acme.bare(Method::GET, LANGUAGES)).status);
    assert_eq!(again, [400, 429]);
    let held = pair.redis.held();
    assert_eq!(held.len(), 2, "the tenant's bucket and the stranger's: {held:?}");
    let tenant = pair.one.block_on(pair.one.engine.tenant_for_operator("acme")).unwrap().id.to_string();
    for (name, value) in &held {
        let text = format!("{name} {value}");
        assert!(name.starts_with("timbre:rate:") && name.len() == 44, "{name}");
        assert!(!contains(text.as_bytes(), b"127.0.0.1") && !contains(text.as_bytes(), tenant.as_bytes()));
        let lives: i64 = pair.redis.ask(&["PTTL", name]);
        assert!((1..=3 * 60_000 + 1).contains(&lives), "what is full again does not stay: {name}: {lives}");
    }
}

#[test]
fn while_redis_is_away_or_hangs_each_server_counts_alone_and_then_they_share_again() {
    let mut pair = pair();
    // Bursts that differ: a server that counted nothing alone in between would go on with what it counted of the same one.
    for (away, burst) in [("stopped", 3), ("halted", 2)] {
        match away {
            "stopped" => pair.redis.stop(),
            _ => pair.redis.halt(),
        }
        pair.rate(Rate { per_minute: 1, burst });
        for acme in &pair.acme {
            let begun = Instant::now();
            let statuses: Vec<_> = (0..burst + 2).map(|_| acme.get(LANGUAGES).status).collect();
            let own = [vec![200; burst as usize], vec![429; 2]].concat();
            assert_eq!(statuses, own, "{away}: a burst of its own");
            // The first may have waited for an answer; those after it know better.
            assert!(begun.elapsed() < Duration::from_secs(10), "{away}: {:?}", begun.elapsed());
        }
        let ready = send(pair.acme[0].bare(Method::GET, "/readyz"));
        assert_eq!(ready.status, 200, "rates alone are no reason not to serve");
        match away {
            "stopped" => pair.redis.start_again(),
            _ => pair.redis.go_on(),
        }
        pair.both_share();
    }
}

#[test]
fn a_server_that_starts_without_redis_serves_and_shares_when_it_comes() {
    let mut redis = RedisServer::start();
    redis.stop();
    let one = Product::with(setup(&redis));
    let two = one.beside(setup(&redis));
    let acme = one.application("acme");
    assert_eq!(acme.get(LANGUAGES).status, 200);
    redis.start_again();
    let acme = [acme.clone(), acme.at(&two.url)];
    Pair { redis, one, _two: two, acme }.both_share();
}

#[test]
fn over_tls_a_redis_is_asked_whose_certificate_is_from_the_authority_and_no_other() {
    let pair = pair_over(RedisServer::start_with_tls());
    let other = RedisServer::start_with_tls();
    let mut setup = setup(&pair.redis);
    setup.redis.authorities = other.config().authorities;
    let wrong = pair.one.block_on(setup.redis.examine()).unwrap_err();
    assert!(wrong.contains("invalid peer certificate"), "{wrong}");
    let right = pair.one.block_on(pair.redis.config().examine()).unwrap();
    assert!(right.version.contains('.') && !right.forgets && !right.in_the_clear, "{right:?}");
    let third = pair.one.beside(setup);
    pair.rate(Rate { per_minute: 1, burst: 2 });
    let third = pair.acme[0].at(&third.url);
    assert_eq!(pair.acme.each_ref().map(|acme| acme.get(LANGUAGES).status), [200, 200]);
    assert_eq!(pair.acme[0].get(LANGUAGES).status, 429);
    assert_eq!(third.get(LANGUAGES).status, 200, "it counts alone");
}
