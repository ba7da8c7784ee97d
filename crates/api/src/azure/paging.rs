//! Lists in pages.

use actix_web::HttpRequest;
use timbre_engine::ProfilePage;

use super::{
    Call, Edition, Fault,
    edition::API_VERSION,
    shapes::{NewPage, OldPage, ShownPage, ShownProfile},
};

/// What is asked for of a list.
pub(super) struct Page {
    pub(super) size: usize,
    pub(super) from: Option<String>,
}

const DEFAULT_SIZE: usize = 100;
const LARGEST: usize = 500;

/// Parameters that other lists have and these do not.
const UNSUPPORTED: [&str; 4] = ["$filter", "$skip", "$orderBy", "$delta"];

impl Edition {
    pub(super) fn size_parameter(self) -> &'static str {
        if self == Self::V2_0 { "$top" } else { "maxpagesize" }
    }

    pub(super) fn token_parameter(self) -> &'static str {
        if self == Self::V2_0 { "$continuationToken" } else { "continuationToken" }
    }
}

impl Page {
    pub(super) fn of(call: &Call) -> Result<Self, Fault> {
        if let Some(name) = UNSUPPORTED.into_iter().find(|name| call.parameters.get(name).is_some()) {
            return Err(Fault::UnsupportedParameter(name));
        }
        let name = call.edition.size_parameter();
        let size = match call.parameters.get(name).map(str::parse) {
            None => DEFAULT_SIZE,
            Some(Ok(size)) if (1..=LARGEST).contains(&size) => size,
            Some(_) => return Err(Fault::InvalidPageSize(name)),
        };
        let from = call.parameters.get(call.edition.token_parameter()).map(str::to_owned);
        Ok(Self { size, from })
    }

    /// The list as it is shown.
    pub(super) fn shown(&self, request: &HttpRequest, edition: Edition, page: &ProfilePage) -> ShownPage {
        let next_link = page.next.as_ref().map(|token| self.next_link(request, edition, token));
        let (mut profiles, mut value) = (Vec::new(), Vec::new());
        for profile in &page.profiles {
            match ShownProfile::of(edition, profile) {
                ShownProfile::Old(profile) => profiles.push(profile),
                ShownProfile::New(profile) => value.push(profile),
            }
        }
        match edition {
            Edition::V2_0 => ShownPage::Old(OldPage { profiles, next_link }),
            Edition::V2021_09_05 => ShownPage::New(NewPage { value, next_link }),
        }
    }

    fn next_link(&self, request: &HttpRequest, edition: Edition, token: &str) -> String {
        let (here, size) = (here(request), self.size);
        match edition {
            Edition::V2_0 => format!("{here}?$top={size}&$continuationToken={token}"),
            Edition::V2021_09_05 => {
                format!("{here}?api-version={API_VERSION}&maxpagesize={size}&continuationToken={token}")
            }
        }
    }
}

/// The address that was called, without its query, as the caller sees it.
pub(super) fn here(request: &HttpRequest) -> String {
    let connection = request.connection_info();
    format!("{}://{}{}", connection.scheme(), connection.host(), request.path())
}
