"""A tenant's application, written against the published samples of DeepAffects: enrol, list, identify at once and with a webhook,
ask after a job, diarize, delete; nothing changed but the base URL.

    python deepaffects.py BASE_URL API_KEY WEBHOOK_SECRET RECORDINGS

RECORDINGS has a folder for each of two people, with free_{0..3}.wav of some 12 seconds. The server must be allowed to reach 127.0.0.1,
where this program receives its webhooks. Prints each exchange and ends with status 0 when all went as documented.
"""

import base64
import hashlib
import hmac
import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

PATIENCE_SECONDS = 240


class Developer:
    def __init__(self, base_url, apikey):
        self.base_url, self.apikey = base_url, apikey
        self.http = requests.Session()
        self.http.trust_env = False

    def call(self, method, path, status, query=None, body=None):
        query = {"apikey": self.apikey, **(query or {})}
        reply = self.http.request(method, self.base_url + path, params=query, json=body)
        print(method, path, reply.status_code, reply.text[:200])
        if reply.status_code != status:
            sys.exit(f"{method} {path}: status {reply.status_code}, not {status}: {reply.text}")
        return reply.json()


class Webhooks:
    """Receives webhooks, and takes only those that are signed."""

    def __init__(self, secret):
        self.key = base64.b64decode(secret.removeprefix("whsec_"))
        self.taken = queue.Queue()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                signed = outer.is_signed(self.headers, body)
                # Anything but 200 would have it sent again.
                self.send_response(200 if signed else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()
                outer.taken.put((signed, json.loads(body)))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def is_signed(self, headers, body):
        """Standard Webhooks: HMAC-SHA-256 of id, timestamp and body; one of several signatures may be ours."""
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.new(self.key, signed, hashlib.sha256).digest()).decode()
        given = (one.removeprefix("v1,") for one in headers["webhook-signature"].split())
        return any(hmac.compare_digest(wanted, one) for one in given)

    def next(self):
        signed, body = self.taken.get(timeout=PATIENCE_SECONDS)
        print("webhook", json.dumps(body)[:200])
        expect("the signature", signed, True)
        return body


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what} is {found!r}, not {wanted!r}")


def audio(recording, **more):
    content = base64.b64encode(recording.read_bytes()).decode()
    return {"content": content, "sampleRate": 16000, "encoding": "Wave", "languageCode": "en-US", **more}


def enroll(app, speaker, person):
    path = "/audio/generic/api/v2/sync/diarization/enroll"
    for take in range(2):
        enrolled = app.call("POST", path, 200, body=audio(person / f"free_{take}.wav", speakerId=speaker))
        expect("the message", enrolled["message"], "Success")
        expect("the speaker", enrolled["speaker_id"], speaker)
    expect("whether it is complete", enrolled["enrollment_complete"], True)
    expect("the quality", enrolled["enroll_quality"] in ("average", "good", "high"), True)
    status = app.call("GET", path, 200, query={"speakerId": speaker})
    expect("the status", status, {key: value for key, value in enrolled.items() if key != "message"})


def names(segments):
    return {segment["speaker_id"] for segment in segments}


def main(base_url, apikey, secret, recordings):
    people = dict(zip(("speaker1", "speaker2"), sorted(path for path in Path(recordings).iterdir() if path.is_dir())))
    app, webhooks = Developer(base_url, apikey), Webhooks(secret)
    for speaker, person in people.items():
        enroll(app, speaker, person)
    listed = app.call("GET", "/audio/generic/api/v1/sync/diarization/get_enrolled_speakers", 200)
    expect("the list", [one["speaker_id"] for one in listed["enrolled_speaker_ids"]], list(people))

    for speaker, person in people.items():
        asked = audio(person / "free_3.wav", speakerIds=list(people))
        found = app.call("POST", "/audio/generic/api/v2/sync/diarization/identify", 200, body=asked)
        expect("who speaks", names(found["segments"]), {speaker})

        query = {"webhook": webhooks.url, "request_id": f"request of {speaker}"}
        path = "/audio/generic/api/v2/async/diarization/identify"
        accepted = app.call("POST", path, 202, query=query, body=asked)
        expect("the acknowledgement", accepted, {"request_id": query["request_id"], "api": path})
        told = webhooks.next()
        expect("the request", told["request_id"], query["request_id"])
        expect("who speaks", names(told["response"]["segments"]), {speaker})
        status = app.call(
            "GET", "/transaction/generic/api/v1/async/status", 200, query={"request_id": query["request_id"]}
        )
        expect("the status", status, {"status": "Completed", "response": told})

    diarize = "/audio/generic/api/v2/async/diarize"
    asked = audio(people["speaker1"] / "free_2.wav", speakerCount=-1, audioType="callcenter")
    accepted = app.call("POST", diarize, 202, query={"webhook": webhooks.url}, body=asked)
    told = webhooks.next()
    expect("the request", told["request_id"], accepted["request_id"])
    expect("how many speak", told["response"]["num_speakers"], 1)

    delete = "/audio/generic/api/v1/sync/diarization/delete"
    for speaker in people:
        expect("the message", app.call("POST", delete, 200, body={"speakerId": speaker}), {"message": "Success"})
        expect("the message", app.call("POST", delete, 200, body={"speakerId": speaker}), {"message": "Failure"})
    print("everything went through")


if __name__ == "__main__":
    main(*sys.argv[1:])
