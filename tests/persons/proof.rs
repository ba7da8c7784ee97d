//! [erasure] Nothing of an erased person is found in database, keyring and object folder; the receipt verifies; a restored backup's copy stays
//! unreadable. With what shows that the search would find it, and that nobody else lost anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use timbre_domain::{
    dialogue::Purpose::Verify,
    ids::{DialogueId, EnrolmentId, SubjectId},
};
use timbre_engine::Tenant;
use timbre_tests::{
    Person, Product, Setup, VERIFIED,
    developer::{IDENTIFY, content, with},
    found,
    subscriber::{Identification, V2_0, json as read},
};
use timbre_vault::{MasterKey, Purpose, SealContext, TenantKey};
use uuid::Uuid;

use super::{Applications, HEART, MICHAEL, issued, person, tenant};

/// What is looked for, by what it is.
type Needles = BTreeMap<&'static str, Vec<Vec<u8>>>;

#[test]
fn nothing_of_an_erased_person_is_found_and_a_restored_backup_stays_unreadable() {
    let product = Product::start();
    let keys = issued(&product, "acme");
    let (apps, acme) = (Applications::of(&product, &keys), tenant(&product, "acme"));
    let (heart, michael) = (Person::english("af_heart"), Person::english("am_michael"));
    let users = [
        apps.biometrid.enrolled("reference of who goes", &heart),
        apps.biometrid.enrolled("reference of who stays", &michael),
    ];
    let profiles = [HEART, MICHAEL].map(|who| {
        let id = apps.azure.profile(V2_0, Identification);
        assert_eq!(apps.azure.enrol(V2_0, Identification, &id, who.free(&[0, 1])).status, 201);
        id
    });
    apps.deepaffects.enrolled("speaker_who_goes", &HEART.free(&[0, 1]));
    apps.deepaffects.enrolled("speaker_who_stays", &MICHAEL.free(&[0, 1]));
    let people = |place: usize| -> [SubjectId; 3] {
        let speaker = ["speaker_who_goes", "speaker_who_stays"][place];
        [("person", users[place].as_str()), ("profile", &profiles[place]), ("speaker", speaker)]
            .map(|(kind, name)| person(&product, &acme, kind, name))
    };
    let (going, staying) = (people(0), people(1));
    let gone: Vec<Needles> = going.iter().map(|subject| needles(&product, &acme, *subject)).collect();
    let kept: Vec<Needles> = staying.iter().map(|subject| needles(&product, &acme, *subject)).collect();

    // The controls: what is there is found, and voices are nowhere in the clear.
    let before = files(product.folder());
    for needles in gone.iter().chain(&kept) {
        for what in ["sealed", "objects", "person", "keys"] {
            assert!(!needles[what].is_empty() && all_found(&before, &needles[what]), "{what} are found");
        }
        assert!(needles["ids"].len() > 3 && any_found(&before, &needles["ids"]), "ids are found");
        assert!(!needles["vectors"].is_empty() && !any_found(&before, &needles["vectors"]));
    }
    let backup = copied(product.folder(), |name| !name.starts_with("keyring.db"));

    // Each contract erases in its own words.
    apps.biometrid.delete(&format!("/api/1.0/users/{}", users[0]));
    assert_eq!(apps.azure.delete(&profile(&profiles[0])).status, 204);
    assert_eq!(apps.deepaffects.delete("speaker_who_goes").status, 200);

    let after = files(product.folder());
    let (mut searched, mut found_again) = (0, 0);
    for needles in &gone {
        for (what, needles) in needles {
            searched += needles.len();
            let left: Vec<_> =
                needles.iter().filter(|needle| any_found(&after, &[needle.to_vec()])).collect();
            found_again += left.len();
            assert!(
                left.is_empty(),
                "{what} are left: {:?}",
                left.iter().map(|n| shown(n)).collect::<Vec<_>>()
            );
        }
    }
    for needles in &kept {
        assert!(["sealed", "objects", "person", "keys"].iter().all(|what| all_found(&after, &needles[what])));
    }
    let mut receipts = 0;
    for subject in going {
        let texts = product.block_on(product.engine.receipts_of(&acme, &acme.pseudonym(subject))).unwrap();
        let receipt = product.engine.verify_receipt(&texts[0]).unwrap();
        assert!(receipt.key_destroyed && receipt.left.is_nothing() && receipt.erased.objects > 0);
        let altered = texts[0].replacen('.', ".e", 1);
        assert!(product.engine.verify_receipt(&altered).is_err(), "an altered receipt does not verify");
        receipts += 1;
    }

    // The backup comes back beside the keyring as it is now.
    for (path, bytes) in
        walked(product.folder()).into_iter().filter(|(name, _)| name.starts_with("keyring.db"))
    {
        fs::write(backup.path().join(path), bytes).unwrap();
    }
    timbre_backends::add_keyring(product.folder(), backup.path());
    drop(product);
    let restored = files(backup.path());
    assert!(gone.iter().all(|needles| all_found(&restored, &needles["sealed"])), "the backup holds it");
    assert!(!gone.iter().any(|needles| any_found(&restored, &needles["keys"])));
    let product = Product::on(backup, Setup::default());
    let (apps, acme) = (Applications::of(&product, &keys), tenant(&product, "acme"));
    let store = product.store();
    let keys_of = |subject| product.block_on(store.person_keys(acme.id, &[subject])).unwrap().len();
    let readable: usize = going.into_iter().map(keys_of).sum();
    assert_eq!(readable, 0, "no key came back");
    apps.biometrid.start(Verify, &users[0]).is_fault(404, "USERID_NOT_EXISTS");
    apps.biometrid.converse(Verify, &users[1], &michael).is_outcome(VERIFIED);
    assert_eq!(apps.azure.identify(V2_0, &profiles[0], HEART.free(&[3])).status, 404);
    let named = read(&apps.azure.identify(V2_0, &profiles[1], MICHAEL.free(&[3])));
    assert_eq!(named["identifiedProfile"]["profileId"], profiles[1].as_str());
    let ask = |speaker: &str, who: timbre_tests::Speaker| {
        let speech = with(content(&who.free(&[3])), "speakerIds", json!([speaker]));
        apps.deepaffects.ask(IDENTIFY, &speech)
    };
    assert_eq!(ask("speaker_who_goes", HEART).status, 400);
    assert_eq!(ask("speaker_who_stays", MICHAEL).json()["segments"][0]["speaker_id"], "speaker_who_stays");
    found(&json!({
        "people": 3, "searched": searched, "left": found_again, "receipts": receipts, "files": after.len(),
        "bytes": after.iter().map(|(_, bytes)| bytes.len()).sum::<usize>(), "restored_readable": readable,
    }));
}

fn profile(id: &str) -> String {
    timbre_tests::subscriber::profile_path(V2_0, Identification, id, "")
}

/// Everything by which a person could be found: ids as text and as bytes, names, sealed blobs, and the vectors in them.
fn needles(product: &Product, tenant: &Tenant, subject: SubjectId) -> Needles {
    let store = product.store();
    let held = product.block_on(product.engine.export_person(tenant, subject)).unwrap();
    let held = serde_json::to_value(&held).unwrap();
    let mut ids = BTreeSet::new();
    uuids(&held, &mut ids);
    let mut found = Needles::from([("person", vec![subject.to_string().into_bytes()])]);
    let add = |found: &mut Needles, what, needle| found.entry(what).or_default().push(needle);
    for id in &ids {
        add(&mut found, "ids", id.to_string().into_bytes());
        add(&mut found, "ids", id.simple().to_string().into_bytes());
        add(&mut found, "ids", id.as_bytes().to_vec());
    }
    for name in [held["reference_id"].as_str(), held["enrolments"][0]["profile"]["name"].as_str()] {
        found.entry("ids").or_default().extend(name.map(|name| name.as_bytes().to_vec()));
    }
    let key = person_key(product, tenant, subject);
    for enrolment in held["enrolments"].as_array().unwrap() {
        let id: EnrolmentId = enrolment["id"].as_str().unwrap().parse().unwrap();
        for voiceprint in product.block_on(store.voiceprints(tenant.id, id)).unwrap() {
            let context = [id.as_bytes().as_slice(), voiceprint.model.as_bytes()].concat();
            let opened =
                key.open(&SealContext::new(Purpose::Voiceprint, &context), &voiceprint.sealed).unwrap();
            // After the header: numbers of four bytes each.
            for four in opened[8..].chunks_exact(16) {
                add(&mut found, "vectors", four.to_vec());
            }
            add(&mut found, "sealed", voiceprint.sealed);
        }
        for sample in product.block_on(store.profile_samples(tenant.id, id)).unwrap() {
            found.entry("sealed").or_default().extend(sample.sealed_embeddings);
            let sealed = product.block_on(product.objects().get(tenant.id, sample.object)).unwrap();
            add(&mut found, "objects", sealed[..256].to_vec());
            add(&mut found, "objects", sample.object.to_string().into_bytes());
        }
    }
    for dialogue in held["dialogues"].as_array().unwrap() {
        let id: DialogueId = dialogue["id"].as_str().unwrap().parse().unwrap();
        for turn in product.block_on(store.turns(tenant.id, id)).unwrap() {
            found.entry("sealed").or_default().extend(turn.sealed_embeddings);
            found.entry("sealed").or_default().extend(turn.sealed_fingerprint);
        }
        let (_, turns) = product.block_on(store.dialogue_with_turns(tenant.id, id)).unwrap().unwrap();
        for turn in turns {
            found.entry("sealed").or_default().extend(turn.sealed_sketch);
        }
    }
    // What does not fit on a page of the database is found by its beginning.
    for sealed in found.entry("sealed").or_default() {
        sealed.truncate(64);
    }
    let wrapped = product.block_on(store.person_keys(tenant.id, &[subject])).unwrap();
    add(&mut found, "keys", wrapped[&subject].clone());
    found
}

fn person_key(product: &Product, tenant: &Tenant, subject: SubjectId) -> timbre_vault::PersonKey {
    let (store, master) = (product.store(), MasterKey::load(&product.folder().join("master.key")).unwrap());
    let wrapped = product.block_on(store.tenant(tenant.id)).unwrap().unwrap().wrapped_key;
    let tenant_key: TenantKey = master.unwrap(tenant.id, &wrapped).unwrap();
    let keys = product.block_on(store.person_keys(tenant.id, &[subject])).unwrap();
    tenant_key.unwrap(subject, &keys[&subject]).unwrap()
}

fn uuids(value: &Value, into: &mut BTreeSet<Uuid>) {
    match value {
        Value::String(text) => into.extend(Uuid::parse_str(text).ok().filter(|_| text.len() == 36)),
        Value::Array(values) => values.iter().for_each(|value| uuids(value, into)),
        Value::Object(fields) => fields.values().for_each(|value| uuids(value, into)),
        _ => {}
    }
}

/// Every file below a folder, by its path there, and its databases on a server. A path is searched like what is in the file.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
    let databases = timbre_backends::contents(folder).into_iter();
    databases.map(|(path, bytes)| (name(&path), bytes)).chain(walked(folder)).collect()
}

fn walked(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                    found.push((name, fs::read(&path).unwrap()));
                }
            }
        }
    }
    found
}

fn copied(folder: &Path, wanted: impl Fn(&str) -> bool) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (name, bytes) in walked(folder).into_iter().filter(|(name, _)| wanted(name)) {
        let path = copy.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::metadata(folder.join(&name)).unwrap().permissions()).unwrap();
    }
    timbre_backends::back_up(folder, copy.path());
    copy
}

fn any_found(files: &[(String, Vec<u8>)], needles: &[Vec<u8>]) -> bool {
    needles.iter().any(|needle| is_found(files, needle))
}

fn all_found(files: &[(String, Vec<u8>)], needles: &[Vec<u8>]) -> bool {
    needles.iter().all(|needle| is_found(files, needle))
}

fn is_found(files: &[(String, Vec<u8>)], needle: &[u8]) -> bool {
    files.iter().any(|(name, bytes)| holds(name.as_bytes(), needle) || holds(bytes, needle))
}

/// By the first byte, then the rest: there is much to search.
fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    let (first, mut rest) = (needle[0], bytes);
    while let Some(at) = rest.iter().position(|byte| *byte == first) {
        if rest[at..].starts_with(needle) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn shown(needle: &[u8]) -> String {
    String::from_utf8(needle.to_vec()).unwrap_or_else(|_| format!("{} bytes", needle.len()))
}
