//! What narrows beside types, values and bounds; and what cannot be read.

use super::*;

#[test]
fn what_is_rarely_said_breaks_an_application_as_well() {
    let sent = "createUser › body › application/json";
    let reply = "createUser › 201";
    let name = |more: Value| {
        let mut schema = json!({"type": "string", "maxLength": 64});
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let limit = |more: Value| {
        let mut parameter = document()["paths"]["/users"]["post"]["parameters"][0].clone();
        parameter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        parameter
    };
    let undecided = "whether that keeps the promise cannot be decided";
    for (place, value, breaks) in [
        (
            format!("{SENT}/properties/name"),
            name(json!({"uniqueItems": true})),
            format!("{sent} › name: the same thing twice in it is newly refused"),
        ),
        (format!("{SENT}/minProperties"), json!(2), format!("{sent}: its minProperties is 2")),
        (
            format!("{SENT}/properties/name"),
            name(json!({"multipleOf": 2})),
            format!("{sent} › name: its multipleOf was none, and is 2: {undecided}"),
        ),
        (
            format!("{SENT}/properties/name"),
            name(json!({"not": {"const": "a"}})),
            format!("{sent} › name: its not was none, and is {{\"const\":\"a\"}}: {undecided}"),
        ),
        (
            "/servers/0/url".to_owned(),
            json!("https://timbre.example"),
            "the document: the server ../ is gone".to_owned(),
        ),
        (
            format!("{OPERATION}/servers"),
            json!([{"url": "/other"}]),
            "createUser: it has servers of its own".to_owned(),
        ),
        (
            format!("{OPERATION}/responses/201/headers/Location/schema/type"),
            json!("integer"),
            format!("{reply} › header Location: its type was {{\"string\"}}, and is {{\"integer\"}}"),
        ),
        (
            format!("{OPERATION}/parameters/0"),
            limit(json!({"style": "pipeDelimited"})),
            "createUser › parameter limit: its style was \"form\", and is \"pipeDelimited\"".to_owned(),
        ),
        (
            format!("{OPERATION}/parameters/0"),
            limit(json!({"explode": false})),
            "createUser › parameter limit: its explode was true, and is false".to_owned(),
        ),
    ] {
        let found = changed(&place, value);
        assert!(found.contains(&breaks), "{place}: {found:?}, not {breaks}");
    }
    // As it is where nothing is said.
    let place = format!("{OPERATION}/parameters/0");
    assert_eq!(changed(&place, limit(json!({"style": "form", "explode": true}))), Vec::<String>::new());
}

#[test]
fn whoever_says_nothing_gets_what_they_got() {
    let place = format!("{SENT}/properties/name/default");
    let promised = with(&place, json!("ada"));
    let found = compare(&promised, &with(&place, json!("bob")));
    assert_eq!(
        found,
        ["createUser › body › application/json › name: its default was \"ada\", and is \"bob\""]
    );
    assert_eq!(compare(&promised, &document()).len(), 1);
    assert_eq!(compare(&document(), &promised), Vec::<String>::new());
}
