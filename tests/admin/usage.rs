//! `/tenants/{tenant}/usage`.

use serde_json::json;
use timbre_tests::{Administrator, Product};

#[test]
fn what_was_used_is_told_by_day_as_json_and_as_csv() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    app.user("one");
    app.user("two");
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let path = format!("/tenants/{id}/usage");
    let said = owner.get(&path);
    let day = product.engine.now().date_naive().to_string();
    assert_eq!(
        (&said.body["days"][0]["day"], &said.body["total"]["requests"]),
        (&json!(day), &json!(2)),
        "{}",
        said.text
    );
    let table = owner.get(&format!("{path}?format=csv&from={day}&to={day}"));
    assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
    let expected = format!("day,requests,audio_seconds,enrolments,identifications\r\n{day},2,0.000,0,0\r\n");
    assert_eq!(table.text, expected);
    for bad in
        ["from=2026-13-01", "from=2026-01-02&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "format=xml"]
    {
        owner.get(&format!("{path}?{bad}")).is_problem(400, "invalid-parameter");
    }
}
