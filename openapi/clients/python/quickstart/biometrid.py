"""Enrols a voice and verifies one: python biometrid.py URL KEY SECRET ENROLLER VERIFIER

The last two record somebody: each is a program that is run with a code and writes a WAV file of that code spoken to its output."""

import sys
from io import BytesIO
from subprocess import check_output

from timbre_client import biometrid_client, done
from timbre_client.biometrid.api.users import create_user_1_0
from timbre_client.biometrid.api.voice import enroll_voice_1_0, verify_voice_1_0
from timbre_client.biometrid.models import DoneDialogueReply, EndedDialogueReply, SpokenRecording
from timbre_client.biometrid.types import File

if len(sys.argv) != 6:
    sys.exit("biometrid.py URL KEY SECRET ENROLLER VERIFIER")
url, key, secret, enroller, verifier = sys.argv[1:]
biometrid = biometrid_client(url, key, secret)
user = done(create_user_1_0.sync(client=biometrid)).data.id

for dialogue, recorder in (enroll_voice_1_0, enroller), (verify_voice_1_0, verifier):
    reply = done(dialogue.sync(user, client=biometrid))
    while not isinstance(reply, DoneDialogueReply | EndedDialogueReply):
        audio = File(BytesIO(check_output([recorder, reply.data.prompt_code])), "code.wav", "audio/wav")
        reply = done(dialogue.sync(user, client=biometrid, body=SpokenRecording(audio=audio)))
    print(reply.data.message)
print("verified" if isinstance(reply, DoneDialogueReply) and reply.data.verified else "not verified")
