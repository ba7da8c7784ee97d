"""What is told: nothing secret where clients, calls and replies are printed, and in docstrings what is so."""

import pickle
import re
import ssl
import unittest
from http import HTTPStatus
from pathlib import Path
from unittest.mock import patch

import timbre_client
from timbre_client import admin_client, azure_client, biometrid_client, deepaffects_client
from timbre_client.admin import models as admin
from timbre_client.azure.types import Response
from timbre_client.deepaffects.models import SpeakerRecording

SECRET = "s3cret"


class Telling(unittest.TestCase):
    def assert_hidden(self, told: object) -> None:
        for text in (repr(told), str(told)):
            self.assertNotIn(SECRET, text)

    def test_no_client_shows_a_credential_before_or_after_it_calls(self) -> None:
        for client in (
            admin_client("http://timbre.example", SECRET),
            azure_client("http://timbre.example", SECRET),
            biometrid_client("http://timbre.example", SECRET, SECRET).with_cookies({"biometrid.sid": SECRET}),
            deepaffects_client("http://timbre.example", SECRET),
        ):
            self.assert_hidden(client)
            # From here on its token is among its headers.
            client.get_httpx_client()
            self.assert_hidden(client)

    def test_neither_what_is_sent_nor_what_came_shows_a_credential_or_a_recording(self) -> None:
        pair = admin.KeyAndSecret(key="key", secret=SECRET)
        for told in (
            pair,
            admin.ApiKeys(apikeys=[SECRET]),
            admin.SubscriptionKeys(subscription_keys=[SECRET]),
            admin.WebhookSecrets(secrets=[SECRET]),
            admin.Login(email="ada@example.org", password=SECRET),
            admin.NewPassword(current=SECRET, new=SECRET),
            admin.MadePassword(password=SECRET),
            admin.Refresh(refresh_token=SECRET),
            SpeakerRecording(content=SECRET, speaker_id="ada"),
            Response(HTTPStatus.OK, SECRET.encode(), {"set-cookie": f"biometrid.sid={SECRET}"}, pair),
        ):
            self.assert_hidden(told)
            self.assertIn(type(told).__name__, repr(told))

    def test_an_error_comes_whole_out_of_another_process(self) -> None:
        for error in (
            timbre_client.Refused(429, "RateLimit", {"error": {}}, 3.0),
            timbre_client.NotAnswered("no answer: ConnectError", False),
            timbre_client.TimedOut("no answer: ReadTimeout", True),
        ):
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(again), str(again), vars(again)), (type(error), str(error), vars(error)))

    def test_whom_a_client_trusts_is_handed_on_to_what_it_sends_by(self) -> None:
        for make in (admin_client, azure_client, deepaffects_client):
            with patch("httpx.create_ssl_context", return_value=ssl.create_default_context()) as made:
                make("https://timbre.example", SECRET, verify_ssl=False)
            made.assert_called_once_with(False)

    def test_every_error_that_a_docstring_names_is_one_that_is_raised(self) -> None:
        generated = [path for path in Path(timbre_client.__file__).parent.rglob("*.py") if "api" in path.parts]
        functions = 0
        for path in generated:
            text = path.read_text()
            functions += text.count("    Raises:\n")
            self.assertIsNone(re.search(r"httpx\.\w+: ", text), path)
            for name in set(re.findall(r"timbre_client\.(\w+)", text)):
                self.assertTrue(issubclass(getattr(timbre_client, name), timbre_client.TimbreError), name)
        self.assertGreater(functions, 100)


if __name__ == "__main__":
    unittest.main()
