//! Users: `POST /users`, `DELETE /users/:userId`, `GET /users/find-by-address`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use timbre_domain::device;
use timbre_engine::{Engine, NewUser, SubjectCreated};

use super::{
    Caller, Fault, OfUser,
    envelope::{Envelope, Message, outcome},
    form::{Form, PARAMETERS},
};
use crate::{consent, routes::Routes};

/// Most characters of a reference, an address or a token.
const MAX_NAME: usize = 255;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("users");
    routes
        .post("/users", create, "createUser", "Makes a user, or names the one that the device is bound to.")
        .takes(PARAMETERS);
    routes
        .get(
            "/users/find-by-address",
            find_by_address,
            "findUserByAddress",
            "Finds the user that a device is bound to.",
        )
        .needs("mac_address");
    // Last, so that its id does not swallow the names above.
    routes.delete(
        "/users/{user}",
        delete,
        "deleteUser",
        "Erases a user: enrolments, recordings, dialogues, device.",
    );
}

#[derive(Serialize)]
struct User {
    message: &'static str,
    id: String,
}

/// Makes a user. A device that is bound already answers with the user it is bound to.
async fn create(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let form = Form::read(&caller, &request, body, 0).await?;
    let user = NewUser {
        reference_id: name(&form, "reference_id")?,
        mac_address: name(&form, "mac_address")?.map(|text| device::address(&text)),
        app_token: name(&form, "app_token")?,
        consent: consent::told(&request).map_err(|_| Fault::InvalidParameters)?,
    };
    Ok(match engine.create_subject(&caller, user).await? {
        SubjectCreated::New(id) => outcome(true, User { message: "NEW_USER_CREATED", id: id.to_string() }),
        SubjectCreated::DeviceTaken(id) => {
            outcome(true, User { message: "USER_ALREADY_ASSOCIATED_WITH_DEVICE", id: id.to_string() })
        }
        // The public pages call the reference unique and name no error: this constant is ours.
        SubjectCreated::ReferenceTaken(id) => HttpResponse::BadRequest().json(Envelope {
            status: false,
            data: User { message: "USER_ALREADY_EXISTS", id: id.to_string() },
        }),
    })
}

/// Erases a user: enrolments, recordings, dialogues, device.
async fn delete(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    engine.erase_subject(&of.caller, &of.user).await?;
    Ok(outcome(true, Message { message: "USER_REMOVED_WITH_SUCCESS" }))
}

/// Finds the user that a device is bound to. The public pages send a body with this GET; the query serves
/// clients that cannot.
async fn find_by_address(
    caller: Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let form = Form::read(&caller, &request, body, 0).await?;
    let device =
        name(&form, "mac_address")?.map(|text| device::address(&text)).ok_or(Fault::InvalidParameters)?;
    Ok(match engine.subject_of_device(&caller, &device).await? {
        Some(id) => {
            outcome(true, User { message: "USER_ALREADY_REGISTERED_ON_THIS_DEVICE", id: id.to_string() })
        }
        None => outcome(true, Message { message: "DEVICE_NOT_ASSOCIATED_TO_USER" }),
    })
}

fn name(form: &Form, parameter: &str) -> Result<Option<String>, Fault> {
    match form.text(parameter) {
        Some(value) if value.chars().count() > MAX_NAME => Err(Fault::InvalidParameters),
        value => Ok(value.map(str::to_owned)),
    }
}
