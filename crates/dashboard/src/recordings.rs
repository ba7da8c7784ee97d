//! Recordings of conversations that were heard to the end: who speaks when.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ReadJobs;
use timbre_domain::{
    ids::JobId,
    inquiry::{Findings, Outcome, Segment, Who},
    job::{Job, JobState},
    operator::Permission,
};
use timbre_engine::{Engine, JobDetails, JobFilter, Names, PageAsked};

use crate::{
    caller::{OnTenant, named},
    decisions,
    drawing::{Lane, Lanes, clock},
    fault::Fault,
    forms::{read_query, see, with_query},
    frame::{Frame, Section, render},
    pager::{ENTRIES, Pager},
    routes::Pages,
    words,
};

/// Turns that one page has.
const TURNS: usize = 500;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/recordings", list).get("/tenants/{tenant}/recordings/{job}", show);
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "recordings.html")]
struct List {
    frame: Frame,
    jobs: String,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    kind: &'static str,
    of: Job,
}

async fn list(
    caller: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Asked { after } = read_query(&request)?;
    let page = PageAsked { limit: ENTRIES, after: after.clone() };
    let filter = JobFilter { state: Some(JobState::Completed), ..JobFilter::default() };
    let found = engine.jobs(&caller.tenant, &filter, &page).await?;
    let path = caller.path("/recordings");
    let row =
        |of: Job| Row { href: format!("{path}/{}", of.id), kind: decisions::kind_in_words(of.kind), of };
    render(&List {
        frame: caller.frame(Section::Recordings),
        jobs: caller.path("/jobs"),
        rows: found.items.into_iter().map(row).collect(),
        pager: Pager::new(&path, &Asked::default(), after.as_deref(), found.next.as_deref()),
    })
}

/// Which of the turns are listed: the first part is 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    part: Option<usize>,
}

#[derive(Template)]
#[template(path = "recording.html")]
struct Page {
    frame: Frame,
    list: String,
    job_href: String,
    kind: &'static str,
    of: Job,
    people: Option<usize>,
    lanes: Lanes,
    voices: Vec<Voice>,
    turns: Vec<Turn>,
    /// How many turns there are, and which of them are listed.
    all: usize,
    first: usize,
    last: usize,
    earlier: Option<String>,
    later: Option<String>,
}

/// One who speaks.
struct Voice {
    name: String,
    seconds: f64,
    share: f64,
    turns: usize,
}

struct Turn {
    from: String,
    to: String,
    seconds: f64,
    who: String,
}

async fn show(
    caller: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id: JobId = named(&request, "job", "recording")?;
    let Part { part } = read_query(&request)?;
    let frame = caller.frame(Section::Recordings);
    let JobDetails { job, outcome, .. } = engine.job_details(&caller.tenant, id, names_for(&frame)).await?;
    let job_href = caller.path(&format!("/jobs/{id}"));
    // What did not end well is told of on the job's own page.
    let Some(Outcome::Found(Findings { people, segments })) = outcome else { return Ok(see(&job_href)) };
    let path = caller.path(&format!("/recordings/{id}"));
    let seconds = segments.iter().map(|segment| segment.end).fold(job.total_seconds.unwrap_or(0.0), f64::max);
    let lanes = lanes_of(&segments);
    let all = segments.len();
    let parts = all.div_ceil(TURNS).max(1);
    let part = part.unwrap_or(1).clamp(1, parts);
    let (first, last) = ((part - 1) * TURNS, (part * TURNS).min(all));
    let to_part = |part: usize| with_query(&path, &Part { part: Some(part) });
    render(&Page {
        frame,
        list: caller.path("/recordings"),
        job_href,
        kind: decisions::kind_in_words(job.kind),
        people,
        voices: lanes.iter().map(|lane| voice(lane, seconds)).collect(),
        lanes: Lanes { title: "Who speaks when".to_owned(), seconds, lanes },
        turns: segments[first..last].iter().map(turn).collect(),
        all,
        first: if all == 0 { 0 } else { first + 1 },
        last,
        earlier: (part > 1).then(|| to_part(part - 1)),
        later: (part < parts).then(|| to_part(part + 1)),
        of: job,
    })
}

/// Whether whoever looks is told the tenant's names for speakers.
pub(crate) fn names_for(frame: &Frame) -> Names {
    if frame.may(Permission::ReadPeople) { Names::Told } else { Names::Withheld }
}

/// A lane for each voice, in the order in which they first speak.
fn lanes_of(segments: &[Segment]) -> Vec<Lane> {
    let mut voices: Vec<(&Who, Lane)> = Vec::new();
    for segment in segments {
        let turn = (segment.start, segment.end);
        match voices.iter_mut().find(|(who, _)| **who == segment.who) {
            Some((_, lane)) => lane.turns.push(turn),
            None => voices.push((&segment.who, Lane { name: name(&segment.who), turns: vec![turn] })),
        }
    }
    voices.into_iter().map(|(_, lane)| lane).collect()
}

/// What pages call who speaks, in drawings and beside them.
fn name(who: &Who) -> String {
    match who {
        Who::Known(name) => words::name(name),
        Who::Stranger(number) => format!("Unknown voice {}", number + 1),
        Who::Anybody => "Somebody".to_owned(),
    }
}

fn voice(lane: &Lane, of: f64) -> Voice {
    let seconds = lane.seconds();
    let share = if of > 0.0 { seconds / of } else { 0.0 };
    Voice { name: lane.name.clone(), seconds, share, turns: lane.turns.len() }
}

fn turn(segment: &Segment) -> Turn {
    let Segment { who, start, end } = segment;
    Turn { from: clock(*start), to: clock(*end), seconds: end - start, who: name(who) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(who: Who, start: f64, end: f64) -> Segment {
        Segment { who, start, end }
    }

    #[test]
    fn voices_are_lanes_in_the_order_in_which_they_first_speak() {
        let ann = || Who::Known("ann".to_owned());
        let segments = [
            segment(Who::Stranger(0), 0.0, 2.0),
            segment(ann(), 1.0, 4.0),
            segment(Who::Stranger(0), 5.0, 5.5),
            segment(Who::Stranger(1), 6.0, 7.0),
        ];
        let lanes = lanes_of(&segments);
        let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
        assert_eq!(names, ["Unknown voice 1", "ann", "Unknown voice 2"]);
        assert_eq!(lanes[0].turns, [(0.0, 2.0), (5.0, 5.5)]);
        let Voice { seconds, share, turns, .. } = voice(&lanes[0], 10.0);
        assert_eq!((seconds, share, turns), (2.5, 0.25, 2));
        assert!(lanes_of(&[]).is_empty());
    }

    #[test]
    fn a_turn_is_told_in_minutes_and_seconds() {
        let Turn { from, to, seconds, who } = turn(&segment(Who::Anybody, 61.0, 63.0));
        assert_eq!((from.as_str(), to.as_str(), seconds, who.as_str()), ("1:01", "1:03", 2.0, "Somebody"));
    }
}
