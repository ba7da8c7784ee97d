//! Nothing that is not public is reached, however it is named. (`cargo xtask prove ssrf` tries many more spellings.)

use std::process::Command;
use std::sync::atomic::Ordering;

use timbre_outbound::{Outbound, OutboundConfig, OutboundError};

use crate::servers::{Names, Server, config, outbound};

fn canary() -> Server {
    Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret")
}

fn allowing(allow: &[&str]) -> OutboundConfig {
    OutboundConfig { allow: allow.iter().map(|entry| (*entry).to_owned()).collect(), ..config() }
}

#[tokio::test]
async fn an_address_is_refused_before_anything_is_asked_unless_its_network_is_allowed() {
    let canary = canary();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "a.localhost.", "[::1]", "0"]
    {
        let url = format!("http://{host}:{}/", canary.port);
        let client = outbound(&config());
        assert!(matches!(client.check(&url), Err(OutboundError::Refused(_))), "{host}");
        let error = client.fetch(&url, &mut Vec::new()).await.unwrap_err();
        assert!(matches!(error, OutboundError::Refused(_)) && error.is_lasting(), "{error:?}");
    }
    assert_eq!(canary.connections(), 0);
    let url = format!("http://2130706433:{}/", canary.port);
    let client = outbound(&allowing(&["127.0.0.0/8"]));
    assert_eq!(client.fetch(&url, &mut Vec::new()).await.unwrap(), 6);
}

#[tokio::test]
async fn a_name_is_judged_by_its_addresses_unless_it_is_allowed_itself() {
    let canary = canary();
    let url = format!("http://Receiver.Internal.:{}/", canary.port);
    let client = outbound(&allowing(&["internal", "other.internal", "10.0.0.0/8"]));
    assert!(client.check(&url).is_ok(), "only a lookup can tell");
    let error = client.fetch(&url, &mut Vec::new()).await.unwrap_err();
    assert!(matches!(error, OutboundError::Refused(_)), "{error:?}");
    assert_eq!(canary.connections(), 0);
    for allow in ["receiver.internal", "127.0.0.1"] {
        let client = outbound(&allowing(&[allow]));
        assert_eq!(client.fetch(&url, &mut Vec::new()).await.unwrap(), 6, "{allow}");
    }
}

#[tokio::test]
async fn a_name_that_changes_its_address_between_two_looks_gains_nothing() {
    let canary = canary();
    // Here 127.0.0.2 stands for the public internet; nobody listens there.
    let names = Names::answering(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let lookups = names.lookups();
    let client = Outbound::with_resolver(&allowing(&["127.0.0.2"]), names).unwrap();
    let url = format!("http://rebinding.test:{}/", canary.port);
    assert!(client.check(&url).is_ok());
    let first = client.fetch(&url, &mut Vec::new()).await.unwrap_err();
    assert!(matches!(first, OutboundError::Connect { .. } | OutboundError::TooSlow { .. }), "{first:?}");
    assert_eq!(lookups.load(Ordering::SeqCst), 1, "what was judged is what is connected to");
    let second = client.fetch(&url, &mut Vec::new()).await.unwrap_err();
    assert!(matches!(second, OutboundError::Refused(_)), "{second:?}");
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn of_several_addresses_only_those_that_may_be_reached_are_tried() {
    let canary = canary();
    let url = format!("http://mixed.test:{}/", canary.port);
    let names = || Names::answering(&[&["::ffff:127.0.0.1", "127.0.0.2", "127.0.0.1"]]);
    let client = Outbound::with_resolver(&allowing(&["127.0.0.2"]), names()).unwrap();
    let error = client.fetch(&url, &mut Vec::new()).await.unwrap_err();
    assert!(matches!(error, OutboundError::Connect { .. } | OutboundError::TooSlow { .. }), "{error:?}");
    assert_eq!(canary.connections(), 0);
    // Where the last one may be reached as well, it is.
    let client = Outbound::with_resolver(&allowing(&["127.0.0.0/8"]), names()).unwrap();
    assert_eq!(client.fetch(&url, &mut Vec::new()).await.unwrap(), 6);
}

#[tokio::test]
async fn a_name_without_addresses_is_refused_and_one_that_nobody_knows_may_be_known_later() {
    let client = Outbound::with_resolver(&config(), Names::answering(&[&[]])).unwrap();
    let error = client.fetch("http://empty.test/", &mut Vec::new()).await.unwrap_err();
    assert!(matches!(error, OutboundError::Refused(_)), "{error:?}");
    let client = Outbound::new(&config()).unwrap();
    let error = client.fetch("http://nobody.invalid/", &mut Vec::new()).await.unwrap_err();
    assert!(!error.is_lasting(), "{error:?}");
}

#[tokio::test]
async fn the_operating_systems_own_localhost_is_refused_under_any_name_and_found_if_allowed() {
    let canary = canary();
    let url = format!("http://localhost:{}/", canary.port);
    let client = Outbound::new(&allowing(&["localhost"])).unwrap();
    assert_eq!(client.fetch(&url, &mut Vec::new()).await.unwrap(), 6);
    let client = Outbound::new(&allowing(&[])).unwrap();
    assert!(client.fetch(&url, &mut Vec::new()).await.is_err());
    assert_eq!(canary.connections(), 1);
}

/// What [`no_proxy_of_the_environment_is_asked`] runs in a process whose environment names proxies.
#[tokio::test]
#[ignore = "it is run by another test"]
async fn fetch_what_the_environment_says() {
    let url = std::env::var("TIMBRE_TEST_URL").unwrap();
    assert_eq!(outbound(&config()).fetch(&url, &mut Vec::new()).await.unwrap(), 6);
}

#[test]
fn no_proxy_of_the_environment_is_asked() {
    let (server, proxy) = (canary(), canary());
    let mut again = Command::new(std::env::current_exe().unwrap());
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(name, format!("http://127.0.0.1:{}", proxy.port));
    }
    let ran = again
        .args(["--exact", "refusing::fetch_what_the_environment_says", "--ignored"])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env("TIMBRE_TEST_URL", format!("http://public.test:{}/", server.port))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    assert_eq!((server.connections(), proxy.connections()), (1, 0));
}
