//! Each contract's client, at a server of the test's own that answers what it is told to.
#![allow(clippy::unwrap_used)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use timbre_client::{
    Error, Patience,
    biometrid::{DeleteUser10ApiError, MultipartFile, SpokenRecording},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const USER: &str = "0123456789abcdef01234567";
const HASTE: Patience = Patience { timeout: Duration::from_secs(10), retries: 2 };

/// What a server was sent: heads and bodies as they came.
type Seen = Arc<Mutex<Vec<String>>>;

/// Answers with these, one connection each; nothing at all for an empty one.
async fn serving(answers: Vec<String>) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, seen) = (format!("http://{}", listener.local_addr().unwrap()), Seen::default());
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        for answer in answers {
            let (mut connection, _) = listener.accept().await.unwrap();
            let said = request(&mut connection).await;
            kept.lock().unwrap().push(said);
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, seen)
}

async fn request(connection: &mut TcpStream) -> String {
    let mut said = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&said).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        let mut part = [0; 4096];
        let read = connection.read(&mut part).await.unwrap();
        assert!(read > 0, "the request ended early: {text}");
        said.extend_from_slice(&part[..read]);
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

fn started() -> String {
    let body = r#"{"status":true,"data":{"message":"DIALOGUE_STARTED_WITH_SUCCESS","dialogueId":"1","promptCode":"0653","promptCodeText":"zero"}}"#;
    answer("200 OK", "set-cookie: biometrid.sid=abc; HttpOnly; Path=/\r\n", body)
}

#[tokio::test]
async fn a_dialogues_cookie_is_kept_and_its_recording_goes_as_a_form() {
    let (url, seen) = serving(vec![started(), started()]).await;
    let biometrid = timbre_client::biometrid(&url, "a-key", "a-secret", HASTE).unwrap();
    biometrid.verify_voice_1_0(USER, None).await.unwrap();
    let audio = MultipartFile::new(b"RIFF".to_vec()).with_file_name("code.wav").with_content_type("audio/wav");
    let recording = SpokenRecording { audio: Some(audio), language: None };
    biometrid.verify_voice_1_0(USER, Some(recording)).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(
        seen[0].contains("x-biometrid-key: a-key\r\n") && seen[0].contains("x-biometrid-secret: a-secret\r\n"),
        "{}",
        seen[0]
    );
    assert!(!seen[0].contains("cookie:"), "{}", seen[0]);
    assert!(seen[1].contains("cookie: biometrid.sid=abc\r\n"), "{}", seen[1]);
    assert!(
        seen[1].contains("name=\"audio\"; filename=\"code.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF"),
        "{}",
        seen[1]
    );
}

#[tokio::test]
async fn a_form_that_was_turned_down_before_anything_was_done_is_sent_again_as_it_was() {
    let busy = answer("429 Too Many Requests", "retry-after: 0\r\n", "{}");
    let (url, seen) = serving(vec![busy, started()]).await;
    let biometrid = timbre_client::biometrid(&url, "a-key", "a-secret", HASTE).unwrap();
    let recording = SpokenRecording { audio: Some(b"RIFF".to_vec().into()), language: None };
    biometrid.verify_voice_1_0(USER, Some(recording)).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].contains("RIFF"));
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_sent_again_only_where_it_may_be_repeated() {
    let done = answer("200 OK", "", r#"{"status":true,"data":{"message":"USER_REMOVED_WITH_SUCCESS"}}"#);
    let (url, seen) = serving(vec![String::new(), done]).await;
    let biometrid = timbre_client::biometrid(&url, "a-key", "a-secret", HASTE).unwrap();
    biometrid.delete_user_1_0(USER).await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 2);

    let (url, seen) = serving(vec![String::new(), started()]).await;
    let biometrid = timbre_client::biometrid(&url, "a-key", "a-secret", HASTE).unwrap();
    let lost = Error::from(biometrid.verify_voice_1_0(USER, None).await.unwrap_err());
    assert!(matches!(lost, Error::NotAnswered { was_sent: true, .. }), "{lost}");
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_that_may_have_been_done_is_not_sent_again_though_the_server_says_when_to_come_back() {
    let away = answer("503 Service Unavailable", "retry-after: 0\r\n", "{}");
    let (url, seen) = serving(vec![away.clone(), started()]).await;
    let biometrid = timbre_client::biometrid(&url, "a-key", "a-secret", HASTE).unwrap();
    let refused = Error::from(biometrid.verify_voice_1_0(USER, None).await.unwrap_err());
    assert!(matches!(refused, Error::Refused { status: 503, .. }), "{refused}");
    assert_eq!(seen.lock().unwrap().len(), 1);

    let listed = answer("200 OK", "", r#"{"profiles":[]}"#);
    let (url, seen) = serving(vec![away, listed]).await;
    let azure = timbre_client::azure(&url, "key", HASTE).unwrap();
    azure.list_profiles_text_independent_verification_2_0(None::<&str>, None::<&str>).await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_turned_down_is_typed_by_its_operation_and_is_an_error_of_the_crate() {
    let fault = r#"{"status":false,"data":{"message":"USERID_NOT_EXISTS","id":null}}"#;
    let (url, _) = serving(vec![answer("404 Not Found", "retry-after: 7\r\n", fault); 2]).await;
    let biometrid = timbre_client::biometrid(&url, "a-key", "a-secret", HASTE).unwrap();
    let refused = biometrid.delete_user_1_0(USER).await.unwrap_err();
    let typed = &refused.api().unwrap().typed;
    assert!(matches!(typed, Some(DeleteUser10ApiError::Status404(fault)) if fault.data.message == "USERID_NOT_EXISTS"));
    match Error::from(biometrid.delete_user_1_0(USER).await.unwrap_err()) {
        Error::Refused { status: 404, code, retry_after, .. } => {
            assert_eq!((code.as_str(), retry_after), ("USERID_NOT_EXISTS", Some(Duration::from_secs(7))));
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_told_as_that() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let patience = Patience { timeout: Duration::from_millis(50), retries: 0 };
    let azure = timbre_client::azure(&url, "key", patience).unwrap();
    let late = azure.list_profiles_text_independent_verification_2_0(None::<&str>, None::<&str>).await.unwrap_err();
    assert!(matches!(Error::from(late), Error::TimedOut));
}

#[tokio::test]
async fn who_finds_nobody_there_is_told_so_without_the_key_that_stands_in_the_query() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let deepaffects = timbre_client::deepaffects(&url, "s3cret", Patience { retries: 0, ..HASTE }).unwrap();
    let generated = deepaffects.list_speakers_v1(None).await.unwrap_err();
    assert!(!generated.to_string().contains("s3cret") && !format!("{generated:?}").contains("s3cret"), "{generated:?}");
    let nobody = Error::from(generated);
    assert!(matches!(&nobody, Error::NotAnswered { was_sent: false, .. }), "{nobody}");
    assert!(!nobody.to_string().contains("s3cret") && !format!("{nobody:?}").contains("s3cret"), "{nobody:?}");
}

#[tokio::test]
async fn an_answer_that_ends_early_is_lost_and_told_without_the_key_that_stands_in_the_query() {
    let half = answer("200 OK", "", r#"{"developer_id":"acme"}"#).replace("acme\"}", "");
    let (url, seen) = serving(vec![half; 3]).await;
    let deepaffects = timbre_client::deepaffects(&url, "s3cret", Patience { retries: 1, ..HASTE }).unwrap();
    let lost = deepaffects.list_speakers_v1(None).await.unwrap_err();
    assert!(!lost.to_string().contains("s3cret") && !format!("{lost:?}").contains("s3cret"), "{lost:?}");
    let lost = Error::from(lost);
    assert!(matches!(lost, Error::NotAnswered { was_sent: true, .. }), "{lost}");
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn each_contracts_credentials_stand_where_it_wants_them() {
    let (url, seen) = serving(vec![answer("401 Unauthorized", "", "{}"); 3]).await;
    let _ = timbre_client::deepaffects(&url, "a key", HASTE).unwrap().list_speakers_v1(None).await;
    let azure = timbre_client::azure(&url, "key", HASTE).unwrap();
    let _ = azure.list_profiles_text_independent_verification_2_0(None::<&str>, None::<&str>).await;
    let _ = timbre_client::admin(&url, "token", HASTE).unwrap().show_me().await;
    let seen = seen.lock().unwrap();
    assert!(seen[0].contains("get_enrolled_speakers?apikey=a+key "), "{}", seen[0]);
    assert!(seen[1].contains("ocp-apim-subscription-key: key\r\n"), "{}", seen[1]);
    assert!(seen[2].contains("authorization: Bearer token\r\n"), "{}", seen[2]);
}
