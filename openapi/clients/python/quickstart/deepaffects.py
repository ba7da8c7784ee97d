"""Enrols a speaker and says whether a recording is theirs: python deepaffects.py URL APIKEY SPEAKER RECORDING.wav ... CLAIM.wav"""

import base64
import sys
from pathlib import Path

from timbre_client import deepaffects_client, done
from timbre_client.deepaffects.api.conversations import identify_v2
from timbre_client.deepaffects.api.speakers import enroll_v2
from timbre_client.deepaffects.models import Conversation, SpeakerRecording

if len(sys.argv) < 5:
    sys.exit("deepaffects.py URL APIKEY SPEAKER RECORDING.wav ... CLAIM.wav")
url, apikey, speaker, *recordings, claim = sys.argv[1:]
deepaffects = deepaffects_client(url, apikey)


def content(path: str) -> str:
    return base64.b64encode(Path(path).read_bytes()).decode()

for recording in recordings:
    body = SpeakerRecording(speaker_id=speaker, content=content(recording), encoding="Wave")
    taken = done(enroll_v2.sync(client=deepaffects, body=body))
    print(f"{taken.message}, complete: {taken.enrollment_complete}")
asked = Conversation(content=content(claim), encoding="Wave", speaker_ids=[speaker])
segments = done(identify_v2.sync(client=deepaffects, body=asked)).segments
speakers = sorted({str(segment.speaker_id) for segment in segments})
print(f"heard {', '.join(speakers)}")
print("verified" if speakers == [speaker] else "not verified")
