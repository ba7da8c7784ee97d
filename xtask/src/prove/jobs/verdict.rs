//! What became of the jobs: as the status route tells it, as the webhooks told it, as the operator sees it, and as the disk has it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::elsewhere::{Elsewhere, Told};
use super::http;
use super::ledger::{Ledger, Row};
use super::order::Order;
use super::pair::Pair;
use super::{JOBS, accepted};
use crate::failure::Failure;
use crate::prove::Finding;
use crate::prove::aftermath::{self, Disk};

/// Tries after which a message is given up.
const MOST_TRIES: usize = 5;

/// Of so many jobs one is shown to the operator.
const SHOWN_OF: usize = 5;

pub(super) struct Verdict {
    /// Of each job, by its number: what is wrong with it.
    wrong: BTreeMap<usize, Vec<String>>,
    /// What is wrong with the whole.
    whole: Vec<String>,
    control: Value,
    pub(super) told: usize,
    pub(super) repeats: usize,
    /// How many jobs took how many tries.
    pub(super) tries: Value,
}

impl Verdict {
    /// Looks at everything, once it is over.
    pub(super) fn of(
        orders: &[Order],
        pair: &Pair,
        elsewhere: &Elsewhere,
        apikey: &str,
        data: &Path,
    ) -> Result<Self, Failure> {
        let mut wrong = BTreeMap::new();
        let ledger = Ledger::read(data)?;
        for order in orders {
            let answer = http::ask(&pair.address()?, &order.status(apikey))?;
            let status = accepted(&answer, 200)?;
            // Each look of an operator's loads the models first.
            let shown: Option<Value> = match order.number % SHOWN_OF {
                0 => {
                    Some(serde_json::from_str(&pair.timbre(&["job", "show", "demo", &order.request_id])?)?)
                }
                _ => None,
            };
            let undisturbed = match order.request_now(apikey) {
                Some(request) => Some(accepted(&http::ask(&pair.address()?, &request)?, 200)?),
                None => None,
            };
            let found = judged(
                order,
                &status,
                undisturbed.as_ref(),
                ledger.jobs.get(&order.request_id),
                shown.as_ref(),
                &elsewhere.told(),
            );
            wrong.insert(order.number, found);
        }
        let control = orders.last().map(|order| order.request_id.as_str()).unwrap_or_default();
        let control = serde_json::from_str(&pair.timbre(&["job", "show", "demo", control])?)?;
        let ids: BTreeSet<String> = elsewhere.told().iter().map(|told| told.id.clone()).collect();
        let mut tries: BTreeMap<String, u64> = BTreeMap::new();
        for job in ledger.jobs.values() {
            *tries.entry(job.tries.to_string()).or_default() += 1;
        }
        let told = elsewhere.told().len();
        let repeats = told - ids.len();
        let mut whole = Vec::new();
        let mut require = |holds: bool, otherwise: String| {
            if !holds {
                whole.push(otherwise);
            }
        };
        require(ledger.rows == [JOBS + 1; 2], format!("{:?} jobs and messages are kept", ledger.rows));
        require(ids.len() == JOBS + 1, format!("the webhooks had {} ids", ids.len()));
        require(
            ledger.objects == 0,
            format!("{} recordings of jobs are kept after their end", ledger.objects),
        );
        let listed = pair.timbre(&["job", "list", "demo"])?;
        require(
            listed.lines().count() == JOBS + 1
                && listed.lines().all(|line| {
                    serde_json::from_str(line).is_ok_and(|job: Value| job["state"] == "Completed")
                }),
            "`timbre job list` shows otherwise".to_owned(),
        );
        // What a kill leaves between vault and database is younger than housekeeping looks at.
        aftermath::age(data)?;
        let disk = Disk::settled(data)?;
        require(
            disk.stray == 0 && disk.missing == 0,
            format!("{} files are stray and {} missing", disk.stray, disk.missing),
        );
        Ok(Self { wrong, whole, control, told, repeats, tries: json!(tries) })
    }

    /// Notes what falls short; and that what is judged of the job whose receiver takes nothing does.
    pub(super) fn require(&self, jobs: &[Order], control: &Order, finding: &mut Finding) {
        for order in jobs {
            for wrong in &self.wrong[&order.number] {
                finding.require(false, format!("{}: {wrong}", order.request_id));
            }
        }
        for wrong in &self.whole {
            finding.require(false, wrong.as_str());
        }
        finding.require(self.repeats > 0, "no webhook was repeated: nobody was killed between two tries");
        let found: Vec<&str> = self.wrong[&control.number].iter().map(String::as_str).collect();
        finding.require(
            found == [NEVER_TAKEN, NOT_DELIVERED],
            format!("what the receiver did not take was judged so: {found:?}"),
        );
        let message = &self.control["messages"][0];
        let tries = message["tries"].as_array().map_or(0, Vec::len);
        finding.require(
            message["state"] == "Dropped" && tries == MOST_TRIES,
            format!("what the receiver did not take is {} after {tries} tries", message["state"]),
        );
    }
}

const NEVER_TAKEN: &str = "its webhook was never taken";
const NOT_DELIVERED: &str = "its message is not delivered";

/// What is wrong with one job.
fn judged(
    order: &Order,
    status: &Value,
    undisturbed: Option<&Value>,
    row: Option<&Row>,
    shown: Option<&Value>,
    told: &[Told],
) -> Vec<String> {
    let of_this = || told.iter().filter(|told| told.request_id == order.request_id);
    let response = &status["response"];
    let ids: BTreeSet<&str> = of_this().map(|told| told.id.as_str()).collect();
    let mut wrong = Vec::new();
    let mut require = |holds: bool, otherwise: &str| {
        if !holds {
            wrong.push(otherwise.to_owned());
        }
    };
    require(status["status"] == "Completed", &format!("its status is {}", status["status"]));
    require(order.is_answered_by(&response["response"]), &format!("nothing was found: {response}"));
    if let Some(undisturbed) = undisturbed {
        require(&response["response"] == undisturbed, "it was found otherwise than at once and undisturbed");
    }
    require(of_this().any(|told| told.taken), NEVER_TAKEN);
    require(of_this().all(|told| told.body == *response), "a webhook and the status route differ");
    require(of_this().all(|told| told.signed), "a webhook is not signed");
    require(ids.len() == 1, &format!("its webhooks have {} ids", ids.len()));
    require(
        told.iter().all(|told| told.request_id == order.request_id || !ids.contains(told.id.as_str())),
        "its webhook's id is another's as well",
    );
    let states: Vec<&str> =
        row.iter().flat_map(|row| &row.messages).map(|(state, _)| state.as_str()).collect();
    require(states.len() == 1, &format!("it has {} messages", states.len()));
    require(states == ["Delivered"], NOT_DELIVERED);
    if let Some(shown) = shown {
        let messages = shown["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let same = |message: &Value| {
            message["webhook_id"].as_str().is_some_and(|id| ids.contains(id))
                && message["state"].as_str().is_some_and(|state| states == [state])
        };
        require(
            shown["state"] == "Completed" && messages.len() == 1 && messages.iter().all(same),
            "`timbre job show` shows otherwise",
        );
    }
    wrong
}
