//! Users: `POST /users`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use timbre_engine::{Engine, NewUser, SubjectCreated};

use super::{
    Caller, Fault,
    envelope::{Envelope, outcome},
    form::Form,
};

/// Most characters of a reference, an address or a token.
const MAX_NAME: usize = 255;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/users").post(create).default_service(web::to(only_documented_methods)));
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
    let form = Form::read(&request, body, 0).await?;
    let field = |name| match form.text(name) {
        Some(value) if value.chars().count() > MAX_NAME => Err(Fault::InvalidParameters),
        value => Ok(value.map(str::to_owned)),
    };
    let user = NewUser {
        reference_id: field("reference_id")?,
        mac_address: field("mac_address")?.map(|address| address.to_ascii_lowercase()),
        app_token: field("app_token")?,
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

/// A method that the contract does not have here.
pub(super) async fn only_documented_methods() -> Result<HttpResponse, Fault> {
    Err(Fault::MethodNotAllowed)
}
