//! The recording as it is sent: media types, containers, sizes, broken bodies.

use std::fs;

use reqwest::blocking::multipart::{Form, Part};
use timbre_tests::{
    Person, Product, Purpose::Enrol, Setup, WAV_TYPES, send, sound, submitted, voice_path, voices, wav_part,
};
use timbre_voices::wav;

const REFUSED: &str = "NO_FILE_OR_INVALID_FORMAT";
const MAX_BYTES: usize = 1_200_000;

fn labelled(media_type: &str, bytes: Vec<u8>) -> Form {
    Form::new().part("audio", Part::bytes(bytes).file_name("code.wav").mime_str(media_type).unwrap())
}

fn audio(bytes: Vec<u8>) -> Form {
    Form::new().part("audio", wav_part(bytes))
}

#[test]
fn what_is_no_wav_file_is_refused_and_the_prompt_still_serves() {
    let mut setup = Setup::default();
    setup.audio.max_bytes = MAX_BYTES;
    let product = Product::with(setup);
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let code = acme.start(Enrol, &user).code();
    let spoken = heart.says(&code);
    let flac = fs::read(voices().join("en/af_heart/7_0.flac")).unwrap();
    let too_long = wav(&sound::silence(31.0));
    assert!(too_long.len() < MAX_BYTES, "it is refused for its seconds, not for its bytes");
    let mut many_channels = spoken.clone();
    many_channels[22] = 9;

    let forms = [
        ("a label of something else", labelled("audio/mpeg", spoken.clone())),
        ("a label of text", labelled("text/plain", spoken.clone())),
        ("a label of anything", labelled("application/octet-stream", spoken.clone())),
        ("another container", audio(flac)),
        ("a text", audio(b"zero six five three".to_vec())),
        ("nothing", audio(Vec::new())),
        ("half a header", audio(spoken[..20].to_vec())),
        ("half a recording", audio(spoken[..spoken.len() / 2].to_vec())),
        ("no sound", audio(wav(&[]))),
        ("too many bytes", audio(vec![b'R'; MAX_BYTES + 1])),
        ("too many seconds", audio(too_long)),
        ("too many channels", audio(many_channels)),
        ("no file", Form::new().text("language", "en")),
        ("a text in the file's place", Form::new().text("audio", "0653")),
        ("a file in another part", Form::new().part("sound", Part::bytes(b"x".to_vec()))),
        ("no parts", Form::new()),
    ];
    for (what, form) in forms {
        let reply = acme.submit(Enrol, &user, form);
        assert_eq!((what, reply.status, reply.message().as_str()), (what, 400, REFUSED));
    }
    let path = voice_path(Enrol, &user);
    let multipart = |kind: &str, body: &[u8]| {
        send(acme.post(&path).header("content-type", kind.to_owned()).body(body.to_vec()))
    };
    multipart("multipart/form-data", b"--x\r\n").is_fault(400, REFUSED);
    multipart("multipart/form-data; boundary=x", b"no boundary").is_fault(400, REFUSED);
    let cut = [b"--x\r\nContent-Disposition: form-data; name=\"audio\"\r\n\r\n", spoken.as_slice()].concat();
    multipart("multipart/form-data; boundary=x", &cut).is_fault(400, REFUSED);
    multipart("application/json", br#"{"audio":"UklGRg=="}"#).is_fault(400, REFUSED);
    multipart("audio/wav", &spoken).is_fault(400, REFUSED);
    acme.start(Enrol, &user).is_fault(400, REFUSED);

    let reply = acme.submit(Enrol, &user, audio(spoken));
    reply.is_outcome(&submitted(&reply.code(), "OK"));
}

#[test]
fn a_part_may_call_itself_wav_in_any_way_or_nothing() {
    let mut setup = Setup::default();
    setup.policy.dialogue.max_sqm_failures = 20;
    let product = Product::with(setup);
    let acme = product.application("acme");
    let user = acme.user("7");
    acme.start(Enrol, &user);
    let silence = wav(&sound::silence(1.0));
    let unlabelled = Form::new().part("audio", Part::bytes(silence.clone()));
    let labels = WAV_TYPES.iter().map(|label| label.to_ascii_uppercase());
    let forms = WAV_TYPES.iter().map(|label| (*label).to_owned()).chain(labels);
    let forms = forms.map(|label| labelled(&label, silence.clone())).chain([unlabelled]);
    for form in forms {
        assert_eq!(acme.submit(Enrol, &user, form).decision(), "NoSpeech");
    }
}
