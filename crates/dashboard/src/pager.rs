//! Where a long list goes on: `{% include "pager.html" %}` below the list, in a template whose struct has a field `pager`.

use serde::Serialize;

use crate::forms::with_query;

/// Entries of a page of a list.
pub(crate) const ENTRIES: u32 = 50;

/// The way through a list, whose pages only lead on: to what is older, and back to the newest.
pub(crate) struct Pager {
    /// The first page; none where this is it.
    pub(crate) newest: Option<String>,
    /// The next page, if there is one.
    pub(crate) older: Option<String>,
}

#[derive(Serialize)]
struct After<'a> {
    after: &'a str,
}

impl Pager {
    /// `filter` is what the list was asked for, without its place; `after` is the place that was asked for, `next` where the page ended.
    pub(crate) fn new(path: &str, filter: &impl Serialize, after: Option<&str>, next: Option<&str>) -> Self {
        let first = with_query(path, filter);
        let older = next.map(|after| {
            let place = with_query("", &After { after });
            let place = if first.contains('?') { place.replacen('?', "&", 1) } else { place };
            format!("{first}{place}")
        });
        Self { newest: after.is_some().then_some(first), older }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Filter {
        name: Option<&'static str>,
    }

    #[test]
    fn a_list_leads_on_with_its_filter() {
        let pager = Pager::new("/dashboard/tenants", &Filter { name: Some("a&b") }, None, Some("0f"));
        assert_eq!(pager.older.as_deref(), Some("/dashboard/tenants?name=a%26b&after=0f"));
        assert_eq!(pager.newest, None);
        let pager = Pager::new("/dashboard/tenants", &Filter { name: None }, Some("0f"), Some("10"));
        assert_eq!(pager.older.as_deref(), Some("/dashboard/tenants?after=10"));
        assert_eq!(pager.newest.as_deref(), Some("/dashboard/tenants"));
    }
}
