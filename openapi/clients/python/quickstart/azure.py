"""Enrols a voice and verifies another recording: python azure.py URL SUBSCRIPTION_KEY RECORDING.wav ... CLAIM.wav"""

import sys
from pathlib import Path

from timbre_client import azure_client, done
from timbre_client.azure.api.profiles import create_profile_text_independent_verification_2_0 as create
from timbre_client.azure.api.profiles import enroll_profile_text_independent_verification_2_0 as enroll
from timbre_client.azure.api.recognition import verify_profile_text_independent_verification_2_0 as verify
from timbre_client.azure.models import NewProfile
from timbre_client.azure.types import File

if len(sys.argv) < 4:
    sys.exit("azure.py URL SUBSCRIPTION_KEY RECORDING.wav ... CLAIM.wav")
url, key, *recordings, claim = sys.argv[1:]
azure = azure_client(url, key)

profile = done(create.sync(client=azure, body=NewProfile(locale="en-us"))).profile_id
for recording in recordings:
    taken = done(enroll.sync(profile, client=azure, body=File(Path(recording).open("rb"))))
    print(taken.enrollment_status)
verified = done(verify.sync(profile, client=azure, body=File(Path(claim).open("rb"))))
print(f"{verified.recognition_result}, score {verified.score}")
print("verified" if verified.recognition_result == "Accept" else "not verified")
