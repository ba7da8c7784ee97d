"""Has schemathesis read the contracts' documents and call a running server by them: every check, every phase.

    python3 conformance.py URL DEMO_JSON REPORTS EXAMPLES SEED [DOCUMENT ...]

DEMO_JSON holds the credentials, as `timbre serve --demo` writes it; EXAMPLES is how many are drawn for each operation beside those that cover
its parameters one by one. Prints a line of JSON for each document, and fails where a check does, or where an operation turned everything down: for its ids alone, in the management for whatever
(`unmet`). PYTHONPATH holds the packages of requirements.txt. What is told to schemathesis beside the documents, and why, stands in
schemathesis.toml.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
# The management comes last: it may end what the others stand on.
DOCUMENTS = ["azure", "biometrid", "deepaffects", "admin"]
# What no run has: a message that was sent, a job that failed, a voice that was enrolled, more than one token to spare, an operator's session to call
# by; and what is there for nobody: faces, documents, liveness, and phrases of profiles that need none.
NEVER_MET = (
    "/messages/{message}/replay",
    "/jobs/{job}/retry",
    "GET /audio/generic/api/v2/sync/diarization/enroll",
    "/tokens/{token}",
    *("POST /admin/v1/logout", "POST /admin/v1/me/password", "PUT /admin/v1/me"),
    "/text-independent/phrases/{locale}",
    *("/face", "/face/delete", "/find-by-face", "/find-face-properties"),
    *("/document/selfie-compare", "/document/selfie-compare-base64", "/document/validate", "/document/validate-base64"),
    *("/liveness", "/liveness/validate"),
)
# Things of each kind that calls may be about, and as many that calls may take away.
EACH = 3


def call(url, method, path, body=None, headers=None):
    headers = dict(headers or {})
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(url + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=60) as reply:
            text = reply.read()
            return json.loads(text) if text else None, reply.headers
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{method} {path.split('?')[0]}: {refused.code} {refused.read().decode(errors='replace')}") from None
    except OSError as lost:
        raise SystemExit(f"{method} {path.split('?')[0]}: no answer: {lost}") from None


def credentials(url, demo):
    """What calls are made with, and things of the demo tenant's that they may be about."""
    name = f"conformance-{time.time_ns()}"
    login, _ = call(url, "POST", "/admin/v1/login", demo["operator"])
    owner = {"Authorization": "Bearer " + login["access_token"]}
    # A program's token is good for as long as this runs, and has no session that a call could end.
    token, _ = call(url, "POST", "/admin/v1/tokens", {"name": name, "role": "owner"}, owner)
    spare, _ = call(url, "POST", "/admin/v1/tokens", {"name": name + "-spare", "role": "auditor"}, owner)
    biometrid = {"x-biometrid-key": demo["biometrid"]["key"], "x-biometrid-secret": demo["biometrid"]["secret"]}
    user, _ = call(url, "POST", "/api/1.0/users", {"reference_id": name}, biometrid)
    user = user["data"]["id"]
    _, headers = call(url, "POST", f"/api/1.0/users/{user}/dialogue/enroll/voice", None, biometrid)
    return {
        "TIMBRE_KEY": demo["biometrid"]["key"],
        "TIMBRE_SECRET": demo["biometrid"]["secret"],
        "TIMBRE_COOKIE": headers["Set-Cookie"].split(";")[0],
        "TIMBRE_SUBSCRIPTION_KEY": demo["azure"]["subscription_key"],
        "TIMBRE_APIKEY": demo["deepaffects"]["apikey"],
        "TIMBRE_TOKEN": token["token"],
        "TIMBRE_SPARE": spare["id"],
        "TIMBRE_KNOWN": json.dumps(things(url, demo, owner, user)),
    }


def things(url, demo, owner, talking):
    """Ids that calls may be about, by the parameter; hooks.py hands them out. What is managed is of a tenant of its own, because it may be
    suspended, and may lose its keys."""

    def made(method, path, body, headers, field):
        return [call(url, method, path, body(n), headers)[0][field] for n in range(EACH)]

    key = f"{time.time_ns()}"
    tenant, _ = call(url, "POST", "/admin/v1/tenants", {"name": "managed-" + key, "language": "en"}, owner)
    path, keys = f"/admin/v1/tenants/{tenant['id']}", tenant["credentials"]
    biometrid = {"x-biometrid-key": keys["biometrid"]["key"], "x-biometrid-secret": keys["biometrid"]["secret"]}
    people = {
        kind: made("POST", "/api/1.0/users", lambda n: {"reference_id": f"{kind}-{n}"}, biometrid, "data")
        for kind in ["kept", "spare"]
    }
    people = {kind: [one["id"] for one in all] for kind, all in people.items()}
    call(url, "POST", f"/api/1.0/users/{people['kept'][0]}/dialogue/enroll/voice", None, biometrid)
    dialogues, _ = call(url, "GET", path + "/dialogues", None, owner)
    vad = f"/audio/generic/api/v1/async/vad?apikey={keys['deepaffects']['apikeys'][0]}&webhook=http://receiver.invalid/"
    sound = {"content": base64.b64encode(b"no speech").decode(), "encoding": "Wave", "sampleRate": 16000, "languageCode": "en-US"}
    for n in range(EACH):
        call(url, "POST", f"{vad}&request_id={n}", sound)
    vad = vad.replace(keys["deepaffects"]["apikeys"][0], demo["deepaffects"]["apikey"])
    call(url, "POST", f"{vad}&request_id={key}", sound)
    jobs, _ = call(url, "GET", path + "/jobs", None, owner)
    credentials, _ = call(url, "GET", path + "/credentials", None, owner)
    operators = {
        kind: made(
            "POST",
            "/admin/v1/operators",
            lambda n: {"email": f"{kind}-{n}-{key}@example.org", "name": kind, "role": "auditor"},
            owner,
            "id",
        )
        for kind in ["kept", "spare"]
    }
    demo_keys = {"x-biometrid-key": demo["biometrid"]["key"], "x-biometrid-secret": demo["biometrid"]["secret"]}
    # Of each version its own: those that were deleted by one are not there for the other.
    users = {
        version: made("POST", f"/api/{version}/users", lambda n: {"reference_id": f"spare-{version}-{n}-{key}"}, demo_keys, "data")
        for version in ["1.0", "1.1"]
    }
    azure = {"Ocp-Apim-Subscription-Key": demo["azure"]["subscription_key"]}
    profiles = {
        f"{kind} {part}": made(
            "POST", f"/speaker/{part}/v2.0/{kind}/profiles", lambda n: {"locale": "en-us"}, azure, "profileId"
        )
        for kind, part in [
            ("text-dependent", "verification"),
            ("text-independent", "verification"),
            ("text-independent", "identification"),
        ]
    }
    return {
        "kept": {
            "tenant": [tenant["id"]],
            "person": people["kept"],
            "operator": operators["kept"],
            "dialogue": [one["id"] for one in dialogues["items"]],
            "job": [one["id"] for one in jobs["items"]],
            "user": [talking],
            "request_id": [key],
            "locale": ["en-US", "en-us"],
            "profile": {part: all[:-1] for part, all in profiles.items()},
        },
        "spare": {
            "tenant": [tenant["id"]],
            "person": people["spare"],
            "operator": operators["spare"],
            "credential": [one["id"] for one in credentials["items"]],
            "user": {version: [one["id"] for one in all] for version, all in users.items()},
            "profile": {part: all[-1:] for part, all in profiles.items()},
        },
    }


def run(document, url, known, reports, examples, seed):
    report = reports / f"{document}.json"
    report.unlink(missing_ok=True)
    said = reports / f"{document}.txt"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [str(HERE.parent.parent / "openapi" / f"{document}.json"), "--url", url]
    command += ["--max-examples", examples]
    # How fast cases are drawn is the machine's affair.
    command += ["--suppress-health-check", "too_slow"]
    command += ["--continue-on-failure", "--seed", seed, "--report-json-path", str(report), "--no-color"]
    with said.open("w") as to:
        variables = os.environ | known | {"TIMBRE_DOCUMENT": document, "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py")}
        ended = subprocess.run(command, env=variables, stdout=to, stderr=subprocess.STDOUT, cwd=reports)
    try:
        found = json.loads(report.read_text())
    except (OSError, ValueError) as why:
        # It writes it at its end: it did not come so far.
        print(said.read_text(), file=sys.stderr)
        raise SystemExit(f"{document}: schemathesis ended with {ended.returncode}, and left no report: {why}") from None
    # What was turned down for its ids alone, whatever was sent: nothing behind the ids was tested.
    unmet = set(found["warnings"]["missing_test_data"])
    if document == "admin":
        # No recording is in these calls, nothing that cannot be made up: each is done once at least.
        unmet |= {one for one, phases in found["valid_rates"].items() if not any(rate["accepted"] for rate in phases.values())}
    unmet = sorted(one for one in unmet if not one.endswith(NEVER_MET))
    good = ended.returncode == 0 and found["exit_code"] == 0 and found["complete"] and not unmet
    if not good:
        print(said.read_text(), file=sys.stderr)
    line = {
        "document": document,
        "ok": good,
        "seed": found["seed"],
        "cases": found["test_cases"]["generated"],
        "operations": found["operations"]["tested"],
        "of": found["operations"]["total"],
        "failures": [f"{one['title']} ({one['count']})" for one in found["failures"]],
        "unmet": unmet,
        "errors": [f"{one['title']} ({one['count']})" for one in found["errors"]],
        "seconds": round(found["running_time"]),
    }
    print(json.dumps(line), flush=True)
    return good


def main():
    url, demo, reports, examples, seed, *documents = sys.argv[1:]
    reports = pathlib.Path(reports).resolve()
    known = credentials(url, json.loads(pathlib.Path(demo).read_text()))
    good = [run(document, url, known, reports, examples, seed) for document in documents or DOCUMENTS]
    # Had a call taken these away, all that came behind it would have been turned down, and tested nothing.
    call(url, "GET", "/admin/v1/me", None, {"Authorization": "Bearer " + known["TIMBRE_TOKEN"]})
    raise SystemExit(0 if all(good) else 1)


main()
