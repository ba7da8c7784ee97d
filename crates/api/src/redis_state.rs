//! Whether a Redis serves, for whoever sets an installation up.

use std::{net::IpAddr, time::Duration};

use redis::{AsyncCommands, ConnectionAddr, RedisResult, aio::MultiplexedConnection};
use tokio::time::timeout;

use crate::{
    RedisConfig,
    limits::{COUNTING, Counting},
    redis_link::connect,
};

/// Time for all that is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// A Redis that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisState {
    /// As it says itself.
    pub version: String,
    /// Whether it throws away what is kept in it when its memory is full: with sessions, dialogues under way.
    pub forgets: bool,
    /// Whether its password goes over a network as it is.
    pub in_the_clear: bool,
}

impl RedisConfig {
    /// Does once all that a server does: connects, writes, reads and deletes, and counts a call. No error holds the address.
    pub async fn examine(&self) -> Result<RedisState, String> {
        self.check().map_err(|wrong| format!("redis.{wrong}"))?;
        let client = self.client()?;
        let in_the_clear = is_in_the_clear(&client.get_connection_info().addr);
        let asked = async {
            let mut connection = connect(&client).await?;
            let tried = tried(&mut connection).await;
            // Whatever came of it.
            let cleared: RedisResult<()> = connection.del(&[SESSION, COUNTED]).await;
            tried.and_then(|state| cleared.map(|()| state))
        };
        match timeout(PATIENCE, asked).await {
            Ok(found) => {
                found.map(|state| RedisState { in_the_clear, ..state }).map_err(|error| error.to_string())
            }
            Err(_) => Err(format!("it does not answer within {PATIENCE:?}")),
        }
    }
}

const SESSION: &str = "timbre:session:tried-out";
const COUNTED: &str = "timbre:rate:tried-out";

async fn tried(connection: &mut MultiplexedConnection) -> RedisResult<RedisState> {
    let () = connection.set_ex(SESSION, "{}", PATIENCE.as_secs() * 2).await?;
    let _: Option<String> = connection.get(SESSION).await?;
    let _: Counting =
        redis::Script::new(COUNTING).key(COUNTED).arg(60).arg(1).invoke_async(connection).await?;
    // One that does not say how it is may serve all the same.
    let said: String = redis::cmd("INFO").query_async(connection).await.unwrap_or_default();
    Ok(state(&said))
}

fn is_in_the_clear(address: &ConnectionAddr) -> bool {
    match address {
        ConnectionAddr::Tcp(host, _) => {
            let ours = host.parse::<IpAddr>().map_or(host == "localhost", |address| address.is_loopback());
            !ours
        }
        _ => false,
    }
}

fn state(info: &str) -> RedisState {
    let line = |name: &str| {
        info.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':')).unwrap_or("")
    };
    let version = match line("redis_version") {
        "" => "of unknown version".to_owned(),
        version => version.to_owned(),
    };
    let bounded = !matches!(line("maxmemory"), "" | "0");
    let forgets = bounded && !matches!(line("maxmemory_policy"), "" | "noeviction");
    RedisState { version, forgets, in_the_clear: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_by_what_it_says_of_itself() {
        let info = "# Server\r\nredis_version:7.0.15\r\n# Memory\r\nmaxmemory:1048576\r\nmaxmemory_policy:allkeys-lru\r\n";
        let found = RedisState { version: "7.0.15".to_owned(), forgets: true, in_the_clear: false };
        assert_eq!(state(info), found);
        assert!(!state(&info.replace("allkeys-lru", "noeviction")).forgets);
        assert!(!state(&info.replace("1048576", "0")).forgets, "no bound, nothing thrown away");
        assert_eq!((state("").version.as_str(), state("").forgets), ("of unknown version", false));
    }

    #[test]
    fn only_what_leaves_the_machine_without_tls_is_in_the_clear() {
        let tcp = |host: &str| is_in_the_clear(&ConnectionAddr::Tcp(host.to_owned(), 6_379));
        assert_eq!(
            ["127.0.0.1", "::1", "localhost", "redis", "10.0.0.1"].map(tcp),
            [false, false, false, true, true]
        );
    }
}
