"""A tenant's application, written against the published samples of Azure Speaker Recognition: the same calls in
the same order, in v2.0 and in 2021-09-05, with nothing changed but the endpoint.

    python azure.py ENDPOINT SUBSCRIPTION_KEY RECORDINGS

RECORDINGS has a folder for each of two people, with passport_{0..3}.wav ("my voice is my passport verify me"),
free_{0..3}.wav and activation.wav. Prints each exchange and ends with status 0 when all went as documented.
"""

import sys
from pathlib import Path

import requests

PHRASE = "my voice is my passport verify me"
NOBODY = "00000000-0000-0000-0000-000000000000"


class Version2_0:
    name = "v2.0"
    verification = "/speaker/verification/v2.0"
    identification = "/speaker/identification/v2.0"
    query = {}
    verify, identify = "/verify", "/identifySingleSpeaker"

    @staticmethod
    def phrases(body):
        return body


class Version2021:
    name = "2021-09-05"
    verification = "/speaker-recognition/verification"
    identification = "/speaker-recognition/identification"
    query = {"api-version": "2021-09-05"}
    verify, identify = ":verify", ":identifySingleSpeaker"

    @staticmethod
    def phrases(body):
        return [phrase["passPhrase"] for phrase in body["value"]]


class Application:
    def __init__(self, endpoint, key, version):
        self.endpoint, self.version = endpoint, version
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Ocp-Apim-Subscription-Key"] = key

    def call(self, method, path, status, **arguments):
        query = {**self.version.query, **arguments.pop("query", {})}
        reply = self.http.request(method, self.endpoint + path, params=query, **arguments)
        print(method, path, reply.status_code, reply.text[:160])
        if reply.status_code != status:
            sys.exit(f"{method} {path}: status {reply.status_code}, not {status}: {reply.text}")
        return reply.json() if reply.text else None

    def audio(self, path, recording, status, **query):
        headers = {"Content-Type": "audio/wav; codecs=audio/pcm"}
        return self.call("POST", path, status, query=query, headers=headers, data=recording.read_bytes())

    def profile(self, base):
        return self.call("POST", f"{base}/profiles", 201, json={"locale": "en-us"})["profileId"]


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what} is {found!r}, not {wanted!r}")


def text_dependent(app, owner, other):
    base = app.version.verification + "/text-dependent"
    phrases = app.version.phrases(app.call("GET", f"{base}/phrases/en-us", 200))
    expect("the phrase", PHRASE in phrases, True)
    profile = app.profile(base)
    for take, status in enumerate(["Enrolling", "Enrolling", "Enrolled"]):
        enrolled = app.audio(f"{base}/profiles/{profile}/enrollments", owner / f"passport_{take}.wav", 201)
        expect("the status", enrolled["enrollmentStatus"], status)
        expect("the phrase", enrolled["passPhrase"], PHRASE)
        expect("what remains", enrolled["remainingEnrollmentsCount"], 2 - take)
    verify = f"{base}/profiles/{profile}{app.version.verify}"
    expect("the owner", app.audio(verify, owner / "passport_3.wav", 200)["recognitionResult"], "Accept")
    expect("another", app.audio(verify, other / "passport_3.wav", 200)["recognitionResult"], "Reject")
    app.call("DELETE", f"{base}/profiles/{profile}", 204)


def free_speech(app, base, person):
    profile = app.profile(base)
    enrol = f"{base}/profiles/{profile}/enrollments"
    if app.version is Version2021:
        app.audio(enrol, person / "activation.wav", 201)
    for take in range(3):
        enrolled = app.audio(enrol, person / f"free_{take}.wav", 201)
    expect("the status", enrolled["enrollmentStatus"], "Enrolled")
    return profile


def text_independent(app, owner, other):
    base = app.version.verification + "/text-independent"
    profile = free_speech(app, base, owner)
    verify = f"{base}/profiles/{profile}{app.version.verify}"
    expect("the owner", app.audio(verify, owner / "free_3.wav", 200)["recognitionResult"], "Accept")
    expect("another", app.audio(verify, other / "free_3.wav", 200)["recognitionResult"], "Reject")
    app.call("DELETE", f"{base}/profiles/{profile}", 204)


def identification(app, people):
    base = app.version.identification + "/text-independent"
    profiles = [free_speech(app, base, person) for person in people]
    identify = f"{base}/profiles{app.version.identify}"
    for person, profile in zip(people, profiles):
        found = app.audio(identify, person / "free_3.wav", 200, profileIds=",".join(profiles))
        expect("who it is", found["identifiedProfile"]["profileId"], profile)
        expect("the first of the ranking", found["profilesRanking"][0], found["identifiedProfile"])
    found = app.audio(identify, people[0] / "free_3.wav", 200, profileIds=profiles[1])
    expect("who it is", found["identifiedProfile"]["profileId"], NOBODY)
    for profile in profiles:
        app.call("DELETE", f"{base}/profiles/{profile}", 204)


def main(endpoint, key, recordings):
    owner, other = sorted(path for path in Path(recordings).iterdir() if path.is_dir())
    for version in (Version2_0, Version2021):
        print(f"--- {version.name}")
        app = Application(endpoint, key, version)
        text_dependent(app, owner, other)
        text_independent(app, owner, other)
        identification(app, [owner, other])
    print("both versions went through")


if __name__ == "__main__":
    main(*sys.argv[1:])
