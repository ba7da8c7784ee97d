"""What schemathesis cannot know of recordings, of which ids there are, and of how BiometrID turns strangers down."""

import json
import math
import os
import random
import struct
from collections import Counter

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi import checks

PCM = "audio/wav; codecs=audio/pcm"


def wav(seconds, seed):
    """A hum that is no speech, in the one format that every contract takes."""
    noise = random.Random(seed)
    frames = int(seconds * 16_000)
    hum = (0.2 * math.sin(2 * math.pi * 150 * n / 16_000) + noise.uniform(-0.02, 0.02) for n in range(frames))
    samples = b"".join(struct.pack("<h", int(32_767 * value)) for value in hum)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16, b"data", len(samples))
    return head + samples


HUMS = [wav(seconds, seed) for seed, seconds in enumerate([0.2, 1.5, 3.0])]
recordings = strategies.one_of(strategies.sampled_from(HUMS), strategies.binary(max_size=2_000))

for media_type in ["audio/wav", PCM]:
    schemathesis.openapi.media_type(media_type, recordings)


@schemathesis.serializer(PCM, "audio/wav")
def as_it_is(ctx, value):
    if isinstance(value, bytes):
        return value
    return value.encode(errors="replace") if isinstance(value, str) else str(value).encode()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """The example of a recording is a word that stands for one, which is no recording to send: those are made above."""
    operations = (operation for path in raw_schema["paths"].values() for operation in path.values())
    bodies = (operation.get("requestBody", {}) for operation in operations if isinstance(operation, dict))
    for body in bodies:
        for media_type in ["audio/wav", PCM]:
            body.get("content", {}).get(media_type, {}).pop("example", None)


KNOWN = json.loads(os.environ["TIMBRE_KNOWN"])
# Operations after which what they were about is there no more. It is another thing than all other calls are about.
ENDS = ("deleteUser", "deleteProfile", "disableOperator", "erasePerson", "revokeCredential")
# How many of them were given away, by what they are: each is given in its turn, so that no call finds them all gone.
GIVEN = Counter()


@schemathesis.hook
def map_case(context, case):
    """Puts ids of things that there are where an id fits its schema: one that is made up names nothing. Links and ids that are to be wrong
    stay as they are."""
    if case.meta is None or case.meta.phase.name == TestPhase.STATEFUL:
        return case
    id = case.operation.definition.raw.get("operationId", "")
    ends = id.startswith(ENDS)
    known = KNOWN["spare" if ends else "kept"]
    for location, values in [(ParameterLocation.PATH, case.path_parameters), (ParameterLocation.QUERY, case.query)]:
        if case.meta.is_negative_at(location):
            continue
        for name in values:
            ids = known.get("profile" if name == "profileIds" else name, [])
            if isinstance(ids, dict):
                ids = next((all for part, all in ids.items() if all_in(part, case.operation.path)), [])
            # A job's name must be new, but where it is asked for.
            if ids and (name != "request_id" or id == "jobStatus"):
                values[name] = ids[(GIVEN[name] if ends else sum(str(values[name]).encode())) % len(ids)]
                GIVEN[name] += ends
    return case


@schemathesis.hook
def before_add_examples(context, examples):
    """The documents' examples name things of another server."""
    for case in examples:
        map_case(context, case)


def all_in(words, path):
    return all(word in path for word in words.split())


if os.environ.get("TIMBRE_DOCUMENT") == "admin":
    SERVER = requests.Session()
    # The server is on this machine: no proxy of the environment is asked.
    SERVER.trust_env = False
    SERVER.headers["Authorization"] = "Bearer " + os.environ["TIMBRE_TOKEN"]

    @schemathesis.hook
    def before_call(context, case, kwargs):
        """Replaces the policy that there is by now: for a tag that is made up a call is turned down before its body is looked at."""
        places = [ParameterLocation.PATH, ParameterLocation.HEADER]
        id = case.operation.definition.raw.get("operationId")
        if id == "replacePolicy" and case.meta is not None and not any(map(case.meta.is_negative_at, places)):
            policy = SERVER.get(case.operation.base_url + case.formatted_path, timeout=60)
            case.headers["If-Match"] = policy.headers.get("ETag", case.headers["If-Match"])


if os.environ.get("TIMBRE_DOCUMENT") == "biometrid":
    GONE = set()

    @schemathesis.hook
    def after_call(context, case, response):
        """Remembers which users were deleted."""
        if case.method == "DELETE" and case.path.endswith("/users/{user}") and response.status_code == 200:
            GONE.add(case.path_parameters["user"])

    @schemathesis.hook
    def filter_failure(context, failure, case, response):
        """A user of one version is the same in the other, where schemathesis does not see that the user was deleted."""
        return not (isinstance(failure, checks.EnsureResourceAvailability) and case.path_parameters.get("user") in GONE)

    # The public pages fix 400 for headers that are missing and 404 for a key that nobody has. Whether a call without credentials is let in is
    # still looked at.
    checks.AUTH_REJECTION_STATUSES = checks.AUTH_REJECTION_STATUSES | {400, 404}
