//! One enrolment of a profile at a time, over all servers.

use std::thread;

use timbre_tests::{
    Product, Setup, Speaker,
    subscriber::{TextDependent, V2_0, Verification, azure_error, field},
};

const HEART: Speaker = Speaker("af_heart");

#[test]
fn of_enrolments_sent_at_once_to_two_servers_some_are_told_to_wait_and_none_is_lost() {
    let one = Product::start();
    let other = one.beside(Setup::default());
    let acme = one.subscriber("acme");
    let servers = [acme.clone(), acme.at(&other.url)];
    let id = acme.profile(V2_0, TextDependent);
    let replies: Vec<_> = thread::scope(|scope| {
        let senders: Vec<_> = (0..6)
            .map(|n| {
                let (server, id) = (&servers[n % 2], &id);
                scope.spawn(move || server.enrol(V2_0, TextDependent, id, HEART.passport(n % 4)))
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    let taken = replies.iter().filter(|reply| reply.status == 201).count();
    let told = azure_error("Conflict", "Sending concurrent requests on same profile is not allowed.");
    let refused = replies.iter().filter(|reply| reply.status == 409 && reply.body == told).count();
    assert_eq!(taken + refused, 6, "{:?}", replies.iter().map(|reply| &reply.body).collect::<Vec<_>>());
    assert!(taken >= 1 && refused >= 1, "{taken} taken, {refused} refused");
    assert_eq!(field(&acme.show(V2_0, TextDependent, &id), "enrollmentsCount"), taken.to_string());
}

#[test]
fn what_was_refused_or_dropped_half_way_leaves_the_profile_free() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Verification);
    assert_eq!(acme.enrol(V2_0, Verification, &id, HEART.says("2_0")[..900].to_vec()).status, 400);
    assert_eq!(acme.enrol(V2_0, Verification, &id, HEART.free(&[0])).status, 201);

    // A caller that goes away while its recording is listened to.
    let engine = product.engine.clone();
    product.block_on(async {
        let tenant = engine.tenant_for_operator("acme").await.unwrap();
        let kind = timbre_domain::profile::ProfileKind::TextIndependentVerification;
        let demands = timbre_api::azure::Edition::demands_of_imports(kind);
        let work = engine.enrol_profile(
            &tenant,
            kind,
            id.parse().unwrap(),
            HEART.free(&[1]),
            demands,
            Default::default(),
        );
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), work).await.is_err());
        // What was claimed is given back beside what goes on; it takes one write.
        let tries = async {
            while engine
                .enrol_profile(
                    &tenant,
                    kind,
                    id.parse().unwrap(),
                    HEART.free(&[2]),
                    demands,
                    Default::default(),
                )
                .await
                .is_err()
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), tries).await.unwrap();
    });
    assert_eq!(field(&acme.show(V2_0, Verification, &id), "enrollmentsCount"), "2");
}
