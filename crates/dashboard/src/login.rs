//! Logging in and out, and one's own account.
//!
//! Promises that a login leads to a page of ours and nowhere else, that how often passwords are tried is limited by the engine as for the admin
//! API, and that the cookie is for these pages, out of reach of scripts, and sent from our own pages only.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    web::{Data, Payload},
};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::{
    Http,
    shared::{address as address_of, count_stranger},
};
use timbre_domain::operator::PASSWORD_CHARACTERS;
use timbre_engine::{Engine, EngineError};
use zeroize::Zeroizing;

use crate::{
    caller::{COOKIE, SignedIn, caller},
    fault::Fault,
    forms::{
        Nothing, Notice, Posted, as_fields, done, from_our_pages, no_query, read_form, read_query, see,
        with_query,
    },
    frame::{Frame, Section, render},
    routes::Pages,
};

const LOGIN: &str = "/dashboard/login";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/login", show).post("/login", log_in).post("/logout", log_out);
    pages.get("/account", account).post("/account/password", change_password);
}

/// Where the login leads on to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    to: Option<String>,
}

/// The address of the login that leads on to a page, where there is one to lead on to.
pub(crate) fn address(to: Option<&str>) -> String {
    let to = to.filter(|to| *to != crate::BASE && ours(to));
    with_query(LOGIN, &Asked { to: to.map(str::to_owned) })
}

/// Whether an address is one of our pages, so that a login can lead there: nothing that a browser could read as another host, and nothing that
/// takes a form only, plays a recording, or is a file or a part of a page.
pub(crate) fn ours(to: &str) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    plain && !to.contains("//") && !to.contains("..") && !to.starts_with(LOGIN) && crate::SHOWN.is_match(path)
}

#[derive(Template)]
#[template(path = "login.html")]
struct Page<'a> {
    frame: Frame,
    email: &'a str,
    to: &'a str,
    wrong: Option<String>,
}

async fn show(request: HttpRequest) -> Result<HttpResponse, Fault> {
    let Asked { to } = read_query(&request)?;
    let to = to.as_deref().filter(|to| ours(to)).unwrap_or(crate::BASE);
    match request.cookie(COOKIE) {
        None => count_stranger(&request).await?,
        // Whoever was not known was counted.
        Some(_) => match caller(&request).await {
            Ok(_) => return Ok(see(to)),
            Err(Fault::NotLoggedIn) => {}
            Err(fault) => return Err(fault),
        },
    }
    render(&Page { frame: Frame::outside(Notice::of(&request)), email: "", to, wrong: None })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    email: String,
    password: Zeroizing<String>,
    to: Option<String>,
}

/// Open to everybody. There is no session whose token the form could have: where it comes from is what the browser says.
async fn log_in(
    request: HttpRequest,
    engine: Data<Engine>,
    http: Data<Http>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let read = async {
        from_our_pages(&request)?;
        let (_, fields) = read_form(&request, payload).await?;
        as_fields::<Login>(&fields, Fault::Form)
    };
    let Login { email, password, to } = counted(&request, read.await).await?;
    let to = to.as_deref().filter(|to| ours(to)).unwrap_or(crate::BASE);
    let begun = engine.log_in(&email, password, address_of(&request)).await.map_err(Fault::from);
    match counted(&request, begun).await {
        Ok(begun) => {
            end_replaced(&request, &engine).await?;
            let mut response = see(to);
            let cookie = cookie(COOKIE, &begun.cookie, http.cookie_secure);
            response.add_cookie(&cookie).map_err(|_| Fault::Internal)?;
            Ok(response)
        }
        Err(fault @ (Fault::WrongLogin | Fault::LoginThrottled(_))) => {
            let page =
                Page { frame: Frame::outside(None), email: &email, to, wrong: Some(fault.to_string()) };
            fault.said_by(&page)
        }
        Err(fault) => Err(fault),
    }
}

/// Ends the session that the browser had until now: with its cookie replaced, nobody could log out of it.
async fn end_replaced(request: &HttpRequest, engine: &Engine) -> Result<(), Fault> {
    let Some(replaced) = request.cookie(COOKIE) else { return Ok(()) };
    match engine.administrator_of_cookie(replaced.value(), address_of(request)).await {
        Ok(replaced) => Ok(engine.log_out(&replaced.by).await?),
        Err(EngineError::NotLoggedIn) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whoever was not let in is a stranger, and is counted as one. Who is let in does not wait for what others did at the address; how often
/// passwords are tried is the engine's to limit.
async fn counted<T>(request: &HttpRequest, tried: Result<T, Fault>) -> Result<T, Fault> {
    if !matches!(tried, Ok(_) | Err(Fault::Busy(_) | Fault::Internal)) {
        count_stranger(request).await?;
    }
    tried
}

/// A cookie for these pages, or what takes it away: without a time of its own, so that a browser that is closed forgets it.
pub(crate) fn cookie<'a>(name: &'static str, value: &'a str, secure: bool) -> Cookie<'a> {
    Cookie::build(name, value)
        .path(crate::BASE)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .finish()
}

async fn log_out(
    caller: SignedIn,
    form: Posted<Nothing>,
    engine: Data<Engine>,
    http: Data<Http>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    engine.log_out(&caller.by).await?;
    let mut response = done(LOGIN, Notice::LoggedOut);
    response.add_removal_cookie(&cookie(COOKIE, "", http.cookie_secure)).map_err(|_| Fault::Internal)?;
    Ok(response)
}

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    wrong: Option<String>,
}

impl Account {
    fn new(caller: &SignedIn, wrong: Option<String>) -> Self {
        Self { frame: caller.frame(Section::None), wrong }
    }

    fn least(&self) -> usize {
        *PASSWORD_CHARACTERS.start()
    }

    fn most(&self) -> usize {
        *PASSWORD_CHARACTERS.end()
    }
}

async fn account(caller: SignedIn, request: HttpRequest) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&Account::new(&caller, None))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    current: Zeroizing<String>,
    new: Zeroizing<String>,
    again: Zeroizing<String>,
}

/// All other sessions of the account end.
async fn change_password(
    caller: SignedIn,
    form: Posted<NewPassword>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let NewPassword { current, new, again } = form.read()?;
    let changed = match new == again {
        true => engine.change_own_password(&caller.by, current, new).await.map_err(Fault::from),
        false => Err(Fault::Form("the new password is not the same twice".to_owned())),
    };
    match changed {
        Ok(()) => Ok(done("/dashboard/account", Notice::PasswordChanged)),
        Err(fault @ (Fault::Form(_) | Fault::LoginThrottled(_))) => {
            fault.said_by(&Account::new(&caller, Some(fault.to_string())))
        }
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_a_page_of_ours_and_nowhere_else() {
        for to in [
            "/dashboard",
            "/dashboard/tenants",
            "/dashboard?live=off",
            "/dashboard/tenants/1/recordings/2#turns",
            "/dashboard/tenants?name=a%2Fb&after=0f",
        ] {
            assert!(ours(to), "{to}");
        }
        for to in [
            "",
            "/",
            "//evil.example",
            "https://evil.example",
            "/dashboards",
            "/dashboard.evil.example",
            "/dashboard//evil.example",
            "/dashboard/../admin",
            "/dashboard/\\evil.example",
            "/dashboard/\n",
            "/dashboard/ä",
            "/dashboard/a b",
            "/dashboard@evil.example",
            "dashboard",
            "/dashboard/login",
            "/dashboard/login?to=/dashboard/login",
            "/dashboard/logout",
            "/dashboard/nowhere",
            "/dashboard/tenants/1/jobs/2/recording",
            "/dashboard/tenants/1/people/2/recordings/3",
            "/dashboard/tenants/1/people/2/unlock",
            "/dashboard/tenants/1/jobs/2/progress",
            "/dashboard/tenants/1/usage.csv",
            "/dashboard/assets/timbre.css",
            "/admin/v1/me",
            "javascript:alert(1)",
        ] {
            assert!(!ours(to), "{to}");
        }
    }

    #[test]
    fn the_address_of_the_login_says_where_it_leads_on_to_if_it_may() {
        assert_eq!(address(None), "/dashboard/login");
        assert_eq!(address(Some("/dashboard")), "/dashboard/login");
        assert_eq!(address(Some("//evil.example")), "/dashboard/login");
        assert_eq!(address(Some("/dashboard/audit")), "/dashboard/login?to=%2Fdashboard%2Faudit");
    }

    #[test]
    fn the_cookie_is_for_these_pages_and_out_of_reach_of_scripts() {
        let set = cookie(COOKIE, "x", true).to_string();
        assert_eq!(set, "timbre.operator=x; HttpOnly; SameSite=Strict; Secure; Path=/dashboard");
        assert!(!cookie(COOKIE, "x", false).to_string().contains("Secure"));
    }
}
