//! Users: `POST /users`, `DELETE /users/:userId`, `GET /users/find-by-address`.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::device;
use timbre_engine::{Engine, NewUser, SubjectCreated};

use super::{
    Caller, Fault, OfUser,
    envelope::{Envelope, Message, Word, outcome},
    fault::Refused,
    form::Form,
};
use crate::{
    consent,
    documented::{Body, Parameter, Refusal, shape},
    routes::Routes,
};

/// Most characters of a reference, an address or a token.
const MAX_NAME: usize = 255;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("users");
    routes
        .post("/users", create, "createUser", "Makes a user, or names the one that the device is bound to.")
        .explained(
            "A `reference_id` is one user's; asked for again it answers 400 with the id of the user that has it. A `mac_address` that is bound \
             already answers with its user. Without either, the user is known by the id alone, and every call makes another.",
        )
        .takes(&[consent::PARAMETER])
        .reads(NAMES)
        .answers::<Envelope<User>>(200, "The user: new, or the one that the device is bound to.")
        .refuses([Fault::InvalidParameters, Fault::RequestLimitReached, Fault::OptedOut, Fault::RequestTimeout])
        .refuses_as(reference_taken());
    routes
        .get(
            "/users/find-by-address",
            find_by_address,
            "findUserByAddress",
            "Finds the user that a device is bound to.",
        )
        .explained("The address may be written with colons, dashes or nothing between its digits. That there is nobody is a 200 as well.")
        .takes(&[Parameter::needed::<Address>("mac_address", "The device's address.")])
        .answers::<Found>(200, "The user, or that there is none.")
        .refuses([Fault::InvalidParameters, Fault::RequestTimeout]);
    // Last, so that its id does not swallow the names above.
    routes
        .delete(
            "/users/{user}",
            delete,
            "deleteUser",
            "Erases a user: enrolments, recordings, dialogues, device.",
        )
        .explained(
            "Under every language, for good. The key of what was kept is destroyed with it, so what a backup has cannot be read any more \
             (docs/persons.md). The id is nobody's from then on: 404.",
        )
        .answers::<Envelope<Message>>(200, "The user is erased.")
        .refuses([Fault::UserNotExists]);
}

/// What a user may be known by.
const NAMES: Body = Body::of(&[
    ("application/json", shape::<Names>()),
    ("application/x-www-form-urlencoded", shape::<Names>()),
    ("multipart/form-data", shape::<Names>()),
])
.or_none();

/// What a user may be known by; none of it is needed.
#[derive(JsonSchema)]
#[schemars(rename = "NewUser")]
#[expect(dead_code, reason = "it stands for its shape")]
struct Names {
    /// What the application calls the user; of one user only.
    reference_id: Option<Name>,
    /// The address of the user's device.
    mac_address: Option<Name>,
    /// What the application's push service knows the device by. It is kept and not used.
    app_token: Option<Name>,
}

/// A reference, an address or a token.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct Name(#[schemars(length(max = MAX_NAME))] String);

/// The address of a device that is looked for.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct Address(#[schemars(length(min = 1, max = MAX_NAME))] String);

/// Whoever a device is bound to, or that there is nobody.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "FoundUserReply")]
#[expect(dead_code, reason = "it stands for its shape")]
enum Found {
    User(Envelope<User>),
    Nobody(Envelope<Message>),
}

/// A user.
#[derive(Serialize, JsonSchema)]
struct User {
    /// Whether they are new, or whom the device is bound to.
    message: Whose,
    /// 24 hexadecimal digits.
    id: String,
}

/// Whose id it is.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(inline)]
enum Whose {
    NewUserCreated,
    UserAlreadyAssociatedWithDevice,
    UserAlreadyRegisteredOnThisDevice,
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
        SubjectCreated::New(id) => outcome(true, User { message: Whose::NewUserCreated, id: id.to_string() }),
        SubjectCreated::DeviceTaken(id) => {
            outcome(true, User { message: Whose::UserAlreadyAssociatedWithDevice, id: id.to_string() })
        }
        SubjectCreated::ReferenceTaken(id) => HttpResponse::BadRequest().json(taken(id.to_string())),
    })
}

/// The public pages call the reference unique and name no error: this constant is ours. No [`Fault`], for it names the user.
fn taken(id: String) -> Refused {
    Refused::naming("USER_ALREADY_EXISTS", id)
}

fn reference_taken() -> Refusal {
    let body = serde_json::to_value(taken("59147e5afdda9b0ac0f5e31f".to_owned())).unwrap_or_default();
    let (name, says) = ("ReferenceTaken".to_owned(), "USER_ALREADY_EXISTS".to_owned());
    Refusal { name, says, status: 400, body, headers: Vec::new() }
}

/// Erases a user: enrolments, recordings, dialogues, device.
async fn delete(of: OfUser, engine: web::Data<Engine>) -> Result<HttpResponse, Fault> {
    engine.erase_subject(&of.caller, &of.user).await?;
    Ok(Word::UserRemovedWithSuccess.outcome(true))
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
            outcome(true, User { message: Whose::UserAlreadyRegisteredOnThisDevice, id: id.to_string() })
        }
        None => Word::DeviceNotAssociatedToUser.outcome(true),
    })
}

fn name(form: &Form, parameter: &str) -> Result<Option<String>, Fault> {
    match form.text(parameter) {
        Some(value) if value.chars().count() > MAX_NAME => Err(Fault::InvalidParameters),
        value => Ok(value.map(str::to_owned)),
    }
}
