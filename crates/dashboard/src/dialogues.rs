//! A tenant's dialogues: what was begun, for whom, and how it ended.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::NaiveDate;
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
    forms::read_query,
    frame::{Frame, Section, render},
    pager::{ENTRIES, Pager},
    routes::Pages,
    search::{Choice, choices, day_in_form, period},
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/dialogues", list);
}

fn states() -> impl Iterator<Item = &'static str> {
    DialogueState::ALL.iter().map(|state| state.name())
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    person: Option<String>,
    state: Option<String>,
    purpose: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    after: Option<String>,
}

impl Asked {
    fn filter(&self) -> Result<DialogueFilter, Fault> {
        let subject = self.person.as_deref().map(|person| {
            let wrong = |_| Fault::Query("a person's id has 24 hexadecimal digits".to_owned());
            person.trim().parse::<SubjectId>().map_err(wrong)
        });
        let purpose = self.purpose.as_deref().map(|purpose| {
            let wrong = |_| Fault::Query("a dialogue is to enrol, to verify or to adapt".to_owned());
            purpose.parse::<Purpose>().map_err(wrong)
        });
        let state = self.state.as_deref().map(|state| {
            let wrong =
                |_| Fault::Query(format!("a dialogue is one of {}", states().collect::<Vec<_>>().join(", ")));
            state.parse::<DialogueState>().map_err(wrong)
        });
        let period = period(self.from, self.to);
        Ok(DialogueFilter {
            subject: subject.transpose()?,
            state: state.transpose()?,
            purpose: purpose.transpose()?,
            period,
        })
    }
}

#[derive(Template)]
#[template(path = "dialogues.html")]
struct List {
    frame: Frame,
    path: String,
    people: String,
    asked: AskedInForm,
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
    let found = engine.dialogues(&caller.tenant, &asked.filter()?, &page).await?;
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
        states: choices(states(), asked.state.as_deref()),
        purposes: choices(Purpose::ALL.iter().map(|purpose| purpose.name()), asked.purpose.as_deref()),
        from: day_in_form(asked.from),
        to: day_in_form(asked.to),
    };
    render(&List {
        frame: caller.frame(Section::Dialogues),
        pager: Pager::new(&path, &without_place, asked.after.as_deref(), found.next.as_deref()),
        filtered: without_place != Asked::default(),
        path,
        people,
        asked: asked_in_form,
        rows,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_rather_than_passed_over() {
        let some = |text: &str| Some(text.to_owned());
        for wrong in [
            Asked { person: some("ann"), ..Asked::default() },
            Asked { state: some("open"), ..Asked::default() },
            Asked { purpose: some("Enroll"), ..Asked::default() },
        ] {
            assert!(matches!(wrong.filter(), Err(Fault::Query(_))));
        }
        let asked = Asked {
            person: some(" 59147e5afdda9b0ac0f5e31f "),
            state: some("Open"),
            purpose: some("Adapt"),
            ..Asked::default()
        };
        let filter = asked.filter().unwrap();
        assert_eq!(filter.subject.unwrap().to_string(), "59147e5afdda9b0ac0f5e31f");
        assert_eq!((filter.state, filter.purpose), (Some(DialogueState::Open), Some(Purpose::Adapt)));
    }
}
