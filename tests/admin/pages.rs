//! Long lists, a page at a time.

use serde_json::Value;
use timbre_tests::{Administrator, Product};

#[test]
fn pages_hold_everything_once_although_more_comes_meanwhile() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    // Some at the same instant: the id decides then.
    let mut made = Vec::new();
    for number in 0..7 {
        made.push(owner.tenant(&format!("tenant {number}")).to_string());
        if number % 3 == 0 {
            product.clock.pass(1);
        }
    }
    let (mut seen, mut path) = (Vec::new(), "/tenants?limit=2".to_owned());
    loop {
        let page = owner.get(&path);
        assert!(page.items("id").len() <= 2);
        seen.extend(page.items("id").into_iter().map(|id| id.as_str().unwrap().to_owned()));
        // Each page is followed by more that is made; none of it moves what is still to come.
        product.clock.pass(1);
        owner.tenant(&format!("later {}", seen.len()));
        match page.body["next"].as_str() {
            Some(next) => path = format!("/tenants?limit=2&after={next}"),
            None => break,
        }
    }
    let mut sorted = seen.clone();
    sorted.sort();
    made.sort();
    assert_eq!(sorted, made, "each once, and nothing that came later");
}

#[test]
fn a_place_in_one_list_is_none_in_another_and_cannot_be_made_up() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (one, other) = (owner.tenant("one"), owner.tenant("other"));
    for number in 0..2 {
        for tenant in ["one", "other"] {
            let reference = format!("{tenant} {number}");
            product.block_on(async {
                let tenant = product.engine.tenant_for_operator(tenant).await.unwrap();
                let user = timbre_engine::NewUser { reference_id: Some(reference), ..Default::default() };
                product.engine.create_subject(&tenant, user).await.unwrap();
            });
        }
    }
    let next = owner.get(&format!("/tenants/{one}/people?limit=1")).text_of("next");
    assert_eq!(owner.get(&format!("/tenants/{one}/people?limit=1&after={next}")).items("id").len(), 1);
    let mut altered = next.clone();
    let last = if altered.ends_with('0') { '1' } else { '0' };
    altered.replace_range(altered.len() - 1.., &last.to_string());
    for path in [
        format!("/tenants/{other}/people?after={next}"),
        format!("/tenants?after={next}"),
        format!("/tenants/{one}/people?after={altered}"),
        format!("/tenants/{one}/people?after=x"),
        format!("/tenants/{one}/people?limit=0"),
        format!("/tenants/{one}/people?limit=201"),
        format!("/tenants/{one}/people?limit=-1"),
        format!("/tenants/{one}/people?colour=red"),
        format!("/tenants/{one}/dialogues?from=yesterday"),
        format!("/tenants/{one}/dialogues?state=open"),
        format!("/tenants/{one}/jobs?state=x"),
        format!("/tenants/{one}/people?contract=x"),
    ] {
        owner.get(&path).is_problem(400, "invalid-parameter");
    }
    assert_eq!(owner.get("/tenants?suspended=true").items("id"), Vec::<Value>::new());
}

#[test]
fn credentials_come_in_pages_that_hold_each_once() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let path = format!("/tenants/{}/credentials", owner.tenant("acme"));
    let all = owner.get(&path).items("id");
    assert_eq!(all.len(), 5);
    let (mut seen, mut next) = (Vec::new(), format!("{path}?limit=2"));
    loop {
        let page = owner.get(&next);
        seen.extend(page.items("id"));
        match page.body["next"].as_str() {
            Some(after) => next = format!("{path}?limit=2&after={after}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
}
