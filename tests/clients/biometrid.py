"""A tenant's application, written against BiometrID's public pages: it uses nothing that is not documented there.

    python biometrid.py URL KEY SECRET VOICES

A person of the folder VOICES is enrolled, verified, adapted, verified again and deleted; another one is not
verified. Prints each exchange and ends with status 0 when all went as documented.
"""

import io
import random
import sys
import wave
from pathlib import Path

import miniaudio
import requests

RATE = 16_000


class Person:
    """Somebody who says digits: single recordings of them, joined."""

    def __init__(self, folder):
        self.folder, self.dice = Path(folder), random.Random(str(folder))

    def says(self, code):
        samples = b"\x00\x00" * (RATE // 5)
        for digit in code:
            take = self.dice.choice(sorted(self.folder.glob(f"{digit}_*.flac")))
            decoded = miniaudio.decode_file(str(take), miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE)
            pause = b"\x00\x00" * self.dice.randrange(RATE // 20, RATE // 8)
            samples += decoded.samples.tobytes() + pause
        with io.BytesIO() as file:
            with wave.open(file, "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE)
                out.writeframes(samples)
            return file.getvalue()


class Application:
    def __init__(self, url, key, secret):
        self.url, self.session = url, requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"x-biometrid-key": key, "x-biometrid-secret": secret})

    def call(self, method, path, **arguments):
        reply = self.session.request(method, f"{self.url}/api/1.0{path}", timeout=60, **arguments)
        print(method, path, "->", reply.status_code, reply.text)
        assert reply.status_code == 200, reply.status_code
        return reply.json()

    def converse(self, path, person):
        """Speaks whatever code is asked for until the dialogue is over."""
        reply = self.call("POST", path)
        assert reply["data"]["message"] == "DIALOGUE_STARTED_WITH_SUCCESS"
        for _ in range(7):
            wav = ("code.wav", person.says(reply["data"]["promptCode"]), "audio/wav")
            reply = self.call("POST", path, files={"audio": wav}, data={"language": "en"})
            if reply["data"]["message"] != "AUDIO_SUBMITTED_WITH_SUCCESS":
                return reply
        raise AssertionError("the dialogue does not end")


def main(url, key, secret, voices):
    application, heart, fenrir = Application(url, key, secret), Person(f"{voices}/af_heart"), Person(f"{voices}/am_fenrir")
    user = application.call("POST", "/users", json={"reference_id": f"client-{random.random()}"})["data"]["id"]
    enroll, verify = f"/users/{user}/dialogue/enroll/voice", f"/users/{user}/dialogue/verify/voice"

    def succeeds(path, message, what):
        reply = application.converse(path, heart)
        assert reply["status"] is True and reply["data"]["dialogueStatus"] == "Suceeded"
        assert reply["data"]["message"] == message and reply["data"].get(what) is True

    succeeds(enroll, "AUDIO_ENROLLED_WITH_SUCCESS", "enrolled")
    succeeds(verify, "AUDIO_VERIFIED_WITH_SUCCESS", "verified")
    succeeds(f"/users/{user}/adapt/voice", "AUDIO_ADAPTED_WITH_SUCCESS", "adapted")
    succeeds(verify, "AUDIO_VERIFIED_WITH_SUCCESS", "verified")
    other = application.converse(verify, fenrir)
    assert other["status"] is False and other["data"]["dialogueStatus"] == "Failed"

    deleted = application.call("DELETE", f"/users/{user}/voice/delete")
    assert deleted == {"status": True, "data": {"message": "USER_VOICE_CREDENTIALS_DELETED"}}
    removed = application.call("DELETE", f"/users/{user}")
    assert removed == {"status": True, "data": {"message": "USER_REMOVED_WITH_SUCCESS"}}
    print("enrolled, verified, adapted, verified, another voice refused, deleted")


if __name__ == "__main__":
    main(*sys.argv[1:])
