//! Looking at every kind of page a hundred times, one after the other and then several at once, and how long the first byte took.

use std::time::Duration;

use super::kinds::{Kind, Way, Who};
use super::visitor::{Page, Request, Visitor};
use crate::failure::{Failure, say};
use crate::prove::tenancy::at_once;
use crate::prove::times::Times;

/// How often each kind is looked at, the first time included.
const TIMES: usize = 100;
/// How often each kind is looked at, and by how many at once.
const TIMES_AT_ONCE: usize = 25;
const AT_ONCE: usize = 8;

/// Those who look.
#[derive(Clone)]
pub(super) struct Visitors {
    pub(super) nobody: Visitor,
    pub(super) owner: Visitor,
    pub(super) auditor: Visitor,
    /// Of the tenant whose pages are looked at, where there is one to look as.
    pub(super) admin: Option<Visitor>,
}

/// A kind of page, and how looking at it went.
pub(super) struct Looked {
    pub(super) of: &'static str,
    pub(super) name: &'static str,
    /// What was asked for, and who asked.
    pub(super) asked: Vec<(Visitor, Request)>,
    pub(super) times: Times,
}

impl Visitors {
    fn who_may(&self, who: Who) -> Vec<&Visitor> {
        let (reads, of_tenant) = match who {
            Who::Readers => (true, true),
            Who::Managers => (false, true),
            Who::Installation => (true, false),
            Who::Owner => (false, false),
        };
        let auditor = Some(&self.auditor).filter(|_| reads);
        let admin = self.admin.as_ref().filter(|_| of_tenant);
        [Some(&self.owner), auditor, admin].into_iter().flatten().collect()
    }

    /// Looks at each of these kinds, one page at a time.
    pub(super) fn look(&self, of: &'static str, kinds: &[Kind]) -> Result<Vec<Looked>, Failure> {
        let look = |kind: &Kind| {
            let may = self.who_may(kind.who);
            let (mut asked, mut times, mut next) = (Vec::new(), Vec::new(), None);
            for n in 0..TIMES {
                let visitor = may[n % may.len()];
                let request = match &kind.way {
                    Way::Each(addresses) => Request::Page(addresses[n % addresses.len()].clone()),
                    Way::Parts(addresses) => Request::Part(addresses[n % addresses.len()].clone()),
                    Way::On(first) => Request::Page(next.take().unwrap_or_else(|| first.clone())),
                    Way::Sent(address, typed) => visitor.form(address, typed)?,
                };
                let page = visitor.ask(&request)?;
                next = page.older();
                times.push(page.first_byte);
                asked.push((visitor.clone(), request));
            }
            Ok(Looked { of, name: kind.name, asked, times: Times::of(times)? })
        };
        kinds.iter().map(look).collect()
    }

    /// How long a page takes that asks the database for nothing.
    pub(super) fn without_query(&self) -> Result<Times, Failure> {
        let times = (0..TIMES).map(|_| Ok(self.nobody.get("/dashboard/login")?.first_byte));
        Times::of(times.collect::<Result<_, Failure>>()?)
    }
}

/// Looks at all that was looked at before, several at once: all that took part, and of the kind that took longest.
pub(super) fn look_at_once(looked: &[Looked]) -> Result<(Times, (&'static str, Times)), Failure> {
    // A few of each kind after those of the others, so that at any time different kinds are looked at.
    let each = |n: usize| &looked[n % looked.len()];
    let found = at_once(looked.len() * TIMES_AT_ONCE, AT_ONCE, |n| -> Result<(usize, Duration), Failure> {
        let kind = each(n);
        let (visitor, request) = &kind.asked[(n / looked.len()) * (TIMES / TIMES_AT_ONCE) % kind.asked.len()];
        let Page { first_byte, .. } = visitor.ask(request)?;
        Ok((n % looked.len(), first_byte))
    });
    let found: Vec<(usize, Duration)> = found.into_iter().collect::<Result<_, _>>()?;
    let of = |which: usize| found.iter().filter(move |(kind, _)| *kind == which).map(|(_, time)| *time);
    let mut slowest: Option<(&'static str, Times)> = None;
    for (which, kind) in looked.iter().enumerate() {
        let times = Times::of(of(which).collect())?;
        if slowest.as_ref().is_none_or(|(_, most)| times.ms(95) > most.ms(95)) {
            slowest = Some((kind.name, times));
        }
    }
    let all = Times::of(found.into_iter().map(|(_, time)| time).collect())?;
    Ok((all, slowest.ok_or_else(|| Failure::new("nothing was looked at"))?))
}

/// A line for each kind.
pub(super) fn table(looked: &[Looked]) -> Result<(), Failure> {
    say(format_args!(
        "  {:<48} {:<13} {:>7} {:>7} {:>7}  ms to the first byte",
        "page", "of", "p50", "p95", "worst"
    ))?;
    for Looked { of, name, times, .. } in looked {
        let [p50, p95, worst] = [50, 95, 100].map(|percent| times.ms(percent));
        say(format_args!("  {name:<48} {of:<13} {p50:>7.1} {p95:>7.1} {worst:>7.1}"))?;
    }
    Ok(())
}
