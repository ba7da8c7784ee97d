//! [isolation] Every operation of every document, called by everybody who must not: strangers, and another tenant with this one's ids.
//!
//! What is served is in the documents (crates/api/tests/openapi.rs), and what is in the documents has a row here: a route that somebody
//! adds and forgets to think about fails this test.

pub mod admin;
mod calls;
mod credentials;
pub mod documents;
mod ids;
mod rows;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use timbre_tests::{found, send};

use admin::Office;
use documents::{Operation, operations};
use ids::{Ids, told};
use rows::{About, ROWS, Row};
use world::World;

/// The row of an operation.
pub fn row(operation: &Operation) -> Option<&'static Row> {
    ROWS.iter().find(|row| (row.contract, row.name) == (operation.contract, operation.name()))
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let operations = operations();
    let has_a_row = |operation: &&Operation| match operation.contract {
        "admin" => admin::of(operation).is_some(),
        _ => row(operation).is_some(),
    };
    let forgotten: Vec<_> = operations.iter().filter(|operation| !has_a_row(operation)).collect();
    assert!(forgotten.is_empty(), "add a row to tests/isolation for each of these: {forgotten:#?}");
    let served: BTreeSet<_> =
        operations.iter().map(|operation| (operation.contract, operation.name())).collect();
    let mut rows = BTreeSet::new();
    let managing = admin::ROWS.iter().map(|row| ("admin", row.name));
    for (contract, name) in ROWS.iter().map(|row| (row.contract, row.name)).chain(managing) {
        assert!(served.contains(&(contract, name)), "no operation is called {contract} {name}");
        assert!(rows.insert((contract, name)), "{contract} {name} has two rows");
    }
}

#[test]
fn every_operation_turns_strangers_down_and_takes_another_tenants_ids_for_ids_of_nobody() {
    let world = World::begin();
    let office = Office::open(&world);
    let all = operations();
    let managing = admin::operations(&all);
    let mut operations: Vec<_> =
        all.iter().filter_map(|operation| Some((operation, row(operation)?))).collect();
    assert_eq!(managing.len() + operations.len(), all.len(), "each has its row");
    // What makes or ends something comes after what only asks.
    operations.sort_by_key(|(_, row)| row.turn);
    let mut count = Count::default();
    let mut wrong = Vec::new();

    let before = (world.shown_to_the_owner(), world.counted_for_the_owner());
    for &(operation, row) in &operations {
        strangers(&world, operation, row, &mut count, &mut wrong);
    }
    for &(operation, row) in &operations {
        neighbour(&world, operation, row, &mut count, &mut wrong);
    }
    for &(operation, row) in &managing {
        office.refused(&world, operation, row, &mut count, &mut wrong);
        office.neighbour(&world, operation, row, &mut count, &mut wrong);
    }
    // What the owner is shown may count: so it is counted before it is shown again.
    let counted = world.counted_for_the_owner();
    assert_eq!((world.shown_to_the_owner(), counted), before, "the owner's data is as it was");
    // Last, because it changes what there is: the rows are real, and so are the documents.
    for &(operation, row) in &operations {
        owner(&world, operation, row, &mut count, &mut wrong);
    }
    for &(operation, row) in &managing {
        office.allowed(operation, row, &mut count, &mut wrong);
    }
    found(&json!({
        "operations": all.len(),
        "callers": count.kinds(),
        "fewest": count.fewest(&all),
        "calls": count.calls,
        "wrong": wrong.len(),
    }));
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[derive(Default)]
pub struct Count {
    /// Who called what.
    callers: BTreeMap<(&'static str, String), BTreeSet<&'static str>>,
    calls: usize,
}

impl Count {
    fn call(&mut self, operation: &Operation, caller: &'static str) {
        self.callers.entry(named(operation)).or_default().insert(caller);
        self.calls += 1;
    }

    fn kinds(&self) -> usize {
        self.callers.values().flatten().collect::<BTreeSet<_>>().len()
    }

    /// Of all operations for which credentials are asked, the kinds of callers of the one that the fewest called.
    fn fewest(&self, operations: &[Operation]) -> usize {
        let closed = operations.iter().filter(|operation| !operation.open);
        closed
            .map(|operation| self.callers.get(&named(operation)).map_or(0, BTreeSet::len))
            .min()
            .unwrap_or(0)
    }
}

fn named(operation: &Operation) -> (&'static str, String) {
    (operation.contract, operation.id.clone())
}

/// Without credentials, with such as never were, with another contract's, with revoked ones.
fn strangers(world: &World, operation: &Operation, row: &Row, count: &mut Count, wrong: &mut Vec<String>) {
    for stranger in world.strangers(operation.contract) {
        count.call(operation, stranger.caller);
        let ids = &world.owners[0];
        let reply = send(world.request(operation, row, ids, &stranger.credential));
        let expected = match operation.open {
            true => (row.status[0], row.open_body.unwrap_or_default().to_owned()),
            false => (stranger.status, stranger.body),
        };
        if row.open_body.is_some() != operation.open {
            wrong.push(format!(
                "{}: whether nobody is asked who they are is not as its row says",
                operation.id
            ));
        }
        if (reply.status, reply.body.clone()) != expected {
            wrong.push(format!("{}, {}: {} {}", operation.id, stranger.caller, reply.status, reply.body));
        }
    }
}

/// Another tenant, with the owner's ids and with nobody's: not to be told apart.
fn neighbour(world: &World, operation: &Operation, row: &Row, count: &mut Count, wrong: &mut Vec<String>) {
    let credential = world.neighbour(operation.contract);
    let mut ask = |ids: &Ids, wrong: &mut Vec<String>| {
        count.call(operation, "another tenant");
        let told = told(&send(world.request(operation, row, ids, &credential)), ids);
        if let Some(seen) = world.seen_of_the_owner(&told) {
            wrong.push(format!("{}, another tenant: is told {seen}: {told:?}", operation.id));
        }
        told
    };
    if row.about == About::Nobody {
        ask(&world.owners[0], wrong);
        return;
    }
    let mut pairs: Vec<_> = world.pairs().collect();
    if row.lists_others() {
        // One foreign id among one's own.
        pairs.extend(
            world.pairs().map(|(owners, nobodys)| (world.listed_with(&owners), world.listed_with(&nobodys))),
        );
    }
    for (owners, nobodys) in pairs {
        let (theirs, none) = (ask(&owners, wrong), ask(&nobodys, wrong));
        if theirs != none {
            wrong.push(format!("{}, another tenant: {theirs:?}, of nobody {none:?}", operation.id));
        }
    }
}

/// Whose it is.
fn owner(world: &World, operation: &Operation, row: &Row, count: &mut Count, wrong: &mut Vec<String>) {
    count.call(operation, "the owner");
    let ids = world.own(operation, row);
    let reply = send(world.request(operation, row, &ids, &world.owner(operation.contract)));
    if !row.status.contains(&reply.status) || reply.status != operation.status {
        wrong.push(format!("{}, the owner: {} {}", operation.id, reply.status, reply.body));
    }
}
