//! `deploy/` is what it says: settings that there are, files that are there, a chart that renders. And `docs/operations.md` knows
//! every alert.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// All files below a folder of the repository, links included.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|entry| match entry.file_type().unwrap().is_dir() {
            true => files(&entry.path()),
            false => vec![entry.path()],
        })
        .collect();
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Those files of deploy/ that a person wrote, less what `secrets.sh` makes.
fn deploy() -> Vec<PathBuf> {
    let made = ["deploy/compose/secrets/", "deploy/compose/objects/", "deploy/compose/.env"];
    let mut all = files(&root().join("deploy"));
    all.retain(|path| !made.iter().any(|made| path.starts_with(root().join(made))));
    assert!(all.len() > 20, "{all:?}");
    all
}

/// Whether config/default.toml has the setting of this dotted name. What a tenant's policy may lack has no default there.
fn is_a_setting(name: &str) -> bool {
    let defaults: toml::Value = toml::from_str(&read(&root().join("config/default.toml"))).unwrap();
    name.split('.').try_fold(&defaults, |table, key| table.get(key)).is_some()
}

#[test]
fn every_setting_that_is_named_there_exists() {
    let mut named = 0;
    for path in deploy().into_iter().chain([root().join("docs/operations.md")]) {
        let whole = read(&path);
        for (at, found) in whole.match_indices("TIMBRE__") {
            let text = &whole[at + found.len()..];
            let end = text.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(text.len());
            // The pattern itself, as in the chart's schema.
            if text[end..].starts_with('[') || text[..end].is_empty() {
                continue;
            }
            let setting = text[..end].replace("__", ".").to_lowercase();
            assert!(
                is_a_setting(&setting) || text[..end].starts_with("SECTION__"),
                "{}: {setting}",
                path.display()
            );
            named += 1;
        }
    }
    assert!(named > 30, "{named}");
}

#[test]
fn every_secret_that_the_script_writes_is_a_setting() {
    let script = read(&root().join("deploy/compose/secrets.sh"));
    let begin = script.find("/timbre.toml\" << END\n").unwrap();
    let text = &script[script[begin..].find('\n').unwrap() + begin..];
    let written: toml::Table = toml::from_str(&text[..text.find("\nEND\n").unwrap()]).unwrap();
    let names: Vec<String> = written
        .iter()
        .flat_map(|(section, table)| {
            table.as_table().unwrap().keys().map(move |key| format!("{section}.{key}"))
        })
        .collect();
    assert!(names.contains(&"database.keyring_url".to_owned()), "{names:?}");
    for name in names {
        assert!(is_a_setting(&name), "{name}");
    }
}

#[test]
fn every_file_that_is_named_there_is_there() {
    let at = |path: &str| root().join(path);
    for line in read(&at("deploy/container/Containerfile")).lines() {
        let Some(words) = line.strip_prefix("COPY ").filter(|words| !words.contains("--from")) else {
            continue;
        };
        let words: Vec<_> = words.split_whitespace().collect();
        for source in &words[..words.len() - 1] {
            assert!(at(source).exists(), "{line}");
        }
    }
    for left_out in read(&at(".dockerignore")).lines().filter(|line| !line.starts_with(['#', '*'])) {
        assert!(!["Cargo.toml", "Cargo.lock", "crates", "config", "models", "xtask"].contains(&left_out));
    }
    let compose = at("deploy/compose");
    let document = &yaml(&[compose.join("compose.yaml")])[0];
    let mut mounted = 0;
    for (name, service) in document["services"].as_object().unwrap() {
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let source = volume.as_str().unwrap().split(':').next().unwrap();
            // What the S3 server keeps is made by secrets.sh.
            if source.starts_with('.') && source != "./objects" {
                assert!(compose.join(source).exists(), "{name}: {source}");
                mounted += 1;
            }
        }
        let build = &service["build"];
        if let (Some(context), Some(file)) = (build["context"].as_str(), build["dockerfile"].as_str()) {
            assert!(compose.join(context).join(file).is_file(), "{name}: {file}");
        }
        for secret in service["secrets"].as_array().into_iter().flatten() {
            assert!(document["secrets"][secret.as_str().unwrap()].is_object(), "{name}: {secret}");
        }
    }
    assert!(mounted >= 3, "{mounted}");
    let script = read(&compose.join("secrets.sh"));
    for (name, secret) in document["secrets"].as_object().unwrap() {
        let file = secret["file"].as_str().unwrap().strip_prefix("./secrets/").unwrap();
        assert!(script.contains(&format!("\"$draft/{file}\"")), "secrets.sh does not make {name}");
    }
    // A link that leads nowhere, or to something else than the rules, would leave a chart without alerts.
    let (rules, linked) = (at("deploy/prometheus/rules.yml"), at("deploy/helm/timbre/files/rules.yml"));
    assert_eq!(std::fs::canonicalize(linked).unwrap(), rules);
    let units = ["timbre.service", "timbre-worker.service"].map(|unit| at("deploy/systemd").join(unit));
    for unit in units {
        for line in read(&unit).lines().filter(|line| line.starts_with("#   install")) {
            let sources = line.split_whitespace().filter(|word| word.starts_with("deploy/"));
            for source in sources.map(|source| source.replace("timbre*", "timbre")) {
                assert!(at(&source).exists(), "{line}");
            }
        }
    }
    let operations = read(&at("docs/operations.md"));
    for (start, _) in operations.match_indices("](") {
        let link = operations[start + 2..].split([')', '#']).next().unwrap();
        if !link.is_empty() && !link.starts_with("http") {
            assert!(at("docs").join(link).exists(), "docs/operations.md: {link}");
        }
    }
}

#[test]
fn every_alert_leads_to_a_section_for_whoever_is_woken_by_it() {
    let rules = &yaml(&[root().join("deploy/prometheus/rules.yml")])[0];
    let groups = rules["groups"].as_array().unwrap();
    let all = groups.iter().flat_map(|group| group["rules"].as_array().unwrap());
    let alerts: Vec<_> = all.filter(|rule| rule["alert"].is_string()).collect();
    assert!(!alerts.is_empty());
    for alert in alerts {
        let runbook = alert["annotations"]["runbook"].as_str().unwrap_or_else(|| panic!("{alert}"));
        let (page, section) = runbook.split_once('#').unwrap();
        let text = read(&root().join(page));
        let mut headings = text.lines().filter_map(|line| line.strip_prefix('#'));
        let found = headings.any(|heading| anchor(heading.trim_start_matches('#')) == section);
        assert!(found, "{}: there is no section for {runbook}", alert["alert"]);
    }
}

/// What a heading is linked to by.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_yaml_and_json_file_there_can_be_read() {
    let templates = root().join("deploy/helm/timbre/templates");
    let ends = |path: &Path, endings: &[&str]| {
        path.extension().is_some_and(|end| endings.contains(&end.to_string_lossy().as_ref()))
    };
    let all = deploy();
    let (yamls, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|path| ends(path, &["yaml", "yml"]));
    let plain: Vec<_> = yamls.into_iter().filter(|path| !path.starts_with(&templates)).collect();
    assert!(yaml(&plain).len() >= 4);
    for path in others.iter().filter(|path| ends(path, &["json"])) {
        assert!(serde_json::from_str::<Value>(&read(path)).is_ok(), "{}", path.display());
    }
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn the_chart_is_linted_and_renders_and_refuses_what_would_lose_data() {
    let bucket = ["--set", "secret.name=timbre-secrets", "--set", "settings.TIMBRE__OBJECTS__BUCKET=timbre"];
    let good = helm(&["lint", "--strict"], &bucket);
    assert!(good.status.success(), "{good:?}");
    let everything = [
        "--set",
        "ingress.enabled=true,ingress.host=voice.example.org,ingress.tlsSecret=tls,serve.autoscaling.enabled=true",
        "--set",
        "monitoring.serviceMonitor.enabled=true,monitoring.prometheusRule.enabled=true,models.existingClaim=models",
    ];
    let rendered = helm(&["template", "timbre"], &[&bucket[..], &everything[..]].concat());
    assert!(rendered.status.success(), "{rendered:?}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rendered.yaml");
    std::fs::write(&file, &rendered.stdout).unwrap();
    let documents = yaml(&[file]);
    for kind in [
        "Deployment",
        "Job",
        "PodDisruptionBudget",
        "HorizontalPodAutoscaler",
        "NetworkPolicy",
        "PrometheusRule",
    ] {
        assert!(documents.iter().any(|document| document["kind"] == kind), "{kind}");
    }
    for pod in documents.iter().filter(|document| document["spec"]["template"].is_object()) {
        let spec = &pod["spec"]["template"]["spec"];
        assert_eq!(spec["securityContext"]["runAsNonRoot"], true, "{pod}");
        for container in spec["containers"].as_array().unwrap() {
            assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true, "{pod}");
            assert_eq!(container["securityContext"]["capabilities"]["drop"][0], "ALL", "{pod}");
        }
    }
    // Without a Secret; with recordings in a folder that goes with its pod; with a password among what is not secret.
    let wrong: [&[&str]; 3] = [
        &bucket[2..],
        &[&bucket[..], &["--set", "settings.TIMBRE__OBJECTS__STORE=folder"]].concat(),
        &[&bucket[..], &["--set", "settings.TIMBRE__DATABASE__URL=postgres://a:b@c/d"]].concat(),
    ];
    for values in wrong {
        assert!(!helm(&["template", "timbre"], values).status.success(), "{values:?}");
    }
}

/// Runs Helm on the chart, with a home of its own and nothing of a cluster.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn helm(words: &[&str], values: &[&str]) -> Output {
    let program = root().join("target/helm/helm");
    assert!(program.is_file(), "Helm is not installed: run `cargo xtask test`");
    let home = tempfile::tempdir().unwrap();
    let mut helm = Command::new(program);
    helm.args(words).arg(root().join("deploy/helm/timbre")).args(values);
    helm.env("HOME", home.path()).env("KUBECONFIG", "/dev/null").output().unwrap()
}

/// The documents of these YAML files, one file after the other.
fn yaml(paths: &[PathBuf]) -> Vec<Value> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = root().join("target/python");
    assert!(packages.is_dir(), "PyYAML is not installed: run `cargo xtask test`");
    let ran = Command::new("python3")
        .arg(tests.join("deploy/as_json.py"))
        .args(paths)
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut read: Value = serde_json::from_slice(&ran.stdout).unwrap();
    paths
        .iter()
        .flat_map(|path| match read[path.to_string_lossy().as_ref()].take() {
            Value::Array(documents) => documents,
            _ => Vec::new(),
        })
        .collect()
}
