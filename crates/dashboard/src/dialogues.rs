//! A tenant's dialogues: what was begun, for whom, and how it ended.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ReadDialogues;
use timbre_domain::{
    dialogue::{DialogueState, Purpose},
    ids::SubjectId,
};
use timbre_engine::{DialogueDetails, DialogueFilter, Engine, PageAsked};

use crate::{
    caller::OnTenant,
    decisions,
    fault::Fault,
    filters::Wrong,
    forms::read_query,
    frame::{Frame, Section, render_as},
    pager::{ENTRIES, Pager},
    routes::Pages,
    search::{Choice, choices},
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/dialogues", list);
}

fn states() -> impl Iterator<Item = (&'static str, &'static str)> {
    DialogueState::ALL.iter().map(|state| (state.name(), state.name()))
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    person: Option<String>,
    state: Option<String>,
    purpose: Option<String>,
    from: Option<String>,
    to: Option<String>,
    after: Option<String>,
}

impl Asked {
    /// What is looked for, and what cannot be.
    fn filter(&self) -> (DialogueFilter, Wrong) {
        let mut wrong = Wrong::default();
        let all = states().map(|(state, _)| state).collect::<Vec<_>>().join(", ");
        let filter = DialogueFilter {
            subject: wrong.read::<SubjectId>(
                "person",
                &self.person,
                "A person's id has 24 hexadecimal digits.",
            ),
            state: wrong.read("state", &self.state, &format!("A dialogue is one of {all}.")),
            purpose: wrong.read(
                "purpose",
                &self.purpose,
                "A dialogue is to enrol, to verify or to adapt: Enrol, Verify, Adapt.",
            ),
            period: wrong.period(&self.from, &self.to),
        };
        (filter, wrong)
    }
}

#[derive(Template)]
#[template(path = "dialogues.html")]
struct List {
    frame: Frame,
    path: String,
    people: String,
    asked: AskedInForm,
    wrong: Wrong,
    /// Whether anything was filtered by: an empty list is another thing then.
    filtered: bool,
    rows: Vec<Row>,
    pager: Pager,
}

/// The filter as the form shows it again.
struct AskedInForm {
    person: String,
    states: Vec<Choice>,
    purposes: Vec<Choice>,
    from: String,
    to: String,
}

struct Row {
    href: String,
    person_href: String,
    look: &'static str,
    why: &'static str,
    of: DialogueDetails,
}

async fn list(
    caller: OnTenant<ReadDialogues>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(&request)?;
    let page = PageAsked { limit: ENTRIES, after: asked.after.clone() };
    let (filter, wrong) = asked.filter();
    let found = wrong.or(engine.dialogues(&caller.tenant, &filter, &page)).await?;
    let (path, people) = (caller.path("/dialogues"), caller.path("/people"));
    let row = |of: DialogueDetails| Row {
        href: format!("{path}/{}", of.id),
        person_href: format!("{people}/{}", of.subject),
        look: decisions::look(of.state.name()),
        why: of.failure.map_or("", decisions::failed),
        of,
    };
    let rows = found.items.into_iter().map(row).collect();
    let without_place = Asked { after: None, ..asked.clone() };
    let asked_in_form = AskedInForm {
        person: asked.person.clone().unwrap_or_default(),
        states: choices(states(), &asked.state),
        purposes: choices(
            Purpose::ALL.iter().map(|purpose| (purpose.name(), purpose.name())),
            &asked.purpose,
        ),
        from: asked.from.clone().unwrap_or_default(),
        to: asked.to.clone().unwrap_or_default(),
    };
    let page = List {
        frame: caller.frame(Section::Dialogues),
        pager: Pager::new(&path, &without_place, asked.after.as_deref(), found.next.as_deref()),
        filtered: without_place != Asked::default(),
        path,
        people,
        asked: asked_in_form,
        rows,
        wrong,
    };
    render_as(page.wrong.status(), &page)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_rather_than_passed_over() {
        let some = |text: &str| Some(text.to_owned());
        for (field, asked) in [
            ("person", Asked { person: some("ann"), ..Asked::default() }),
            ("state", Asked { state: some("open"), ..Asked::default() }),
            ("purpose", Asked { purpose: some("Enroll"), ..Asked::default() }),
            ("to", Asked { to: some("today"), ..Asked::default() }),
        ] {
            assert!(asked.filter().1.of(field).is_some(), "{field}");
        }
        let asked = Asked {
            person: some(" 59147e5afdda9b0ac0f5e31f "),
            state: some("Open"),
            purpose: some("Adapt"),
            ..Asked::default()
        };
        let (filter, wrong) = asked.filter();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(filter.subject.unwrap().to_string(), "59147e5afdda9b0ac0f5e31f");
        assert_eq!((filter.state, filter.purpose), (Some(DialogueState::Open), Some(Purpose::Adapt)));
    }
}
