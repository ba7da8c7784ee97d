"""How calls are sent, sent again, and told apart when they fail."""

import asyncio
import unittest
from collections.abc import Callable
from io import BytesIO
from itertools import product

import httpx

from timbre_client import (
    NotAnswered,
    Refused,
    TimedOut,
    azure_client,
    biometrid_client,
    deepaffects_client,
)
from timbre_client.azure.api.profiles import list_profiles_text_independent_verification_2_0 as list_profiles
from timbre_client.biometrid.api.users import create_user_1_0, delete_user_1_0
from timbre_client.biometrid.api.voice import verify_voice_1_0
from timbre_client.biometrid.models import SpokenRecording
from timbre_client.biometrid.types import File
from timbre_client.calling import Patient
from timbre_client.deepaffects.api.speakers import list_speakers_v_1

Outcome = httpx.Response | type[httpx.TransportError]
USER = "0123456789abcdef01234567"


class World:
    """Answers with these, one after the other; no time passes."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes, self.waits, self.seen = list(outcomes), list[float](), list[httpx.Request]()

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, httpx.Response):
            return outcome
        raise outcome("", request=request)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def patient(self, retries: int = 3) -> Patient:
        transport = httpx.MockTransport(self.answer)
        return Patient(retries, transport, transport, self.waits.append, self.sleep, lambda: 1.0)

    def send(self, method: str, key: str | None = None, retries: int = 3) -> httpx.Response:
        with httpx.Client(transport=self.patient(retries)) as client:
            content = None if method == "GET" else b"said"
            headers = {} if key is None else {"Idempotency-Key": key}
            return client.request(method, "http://timbre.example/", content=content, headers=headers)


def answered(status: int, retry_after: str | None = None) -> httpx.Response:
    return httpx.Response(status, json={}, headers={} if retry_after is None else {"Retry-After": retry_after})


class Calling(unittest.TestCase):
    def test_what_was_turned_down_before_anything_was_done_is_sent_again_with_its_body_when_the_server_says(self) -> None:
        world = World(answered(429, retry_after="2"), answered(429, retry_after="3"), answered(200))
        self.assertEqual(world.send("POST").status_code, 200)
        self.assertEqual([request.content for request in world.seen], [b"said"] * 3)
        self.assertEqual(world.waits, [2.5, 4.0])

    def test_a_call_that_may_have_been_done_is_not_sent_again_also_where_the_server_says_when_to_come_back(self) -> None:
        for method, status, said in product(("POST", "PATCH"), (502, 503, 504), (None, "1")):
            world = World(answered(status, said), answered(200))
            with self.assertRaises(Refused) as raised:
                world.send(method)
            self.assertEqual(raised.exception.status, status)
            self.assertEqual((len(world.seen), world.waits), (1, []))
        for error in (httpx.ReadError, httpx.ReadTimeout):
            world = World(error, answered(200))
            with self.assertRaises(NotAnswered) as lost:
                world.send("POST")
            self.assertTrue(lost.exception.was_sent)
            self.assertEqual(isinstance(lost.exception, TimedOut), error is httpx.ReadTimeout)
            self.assertEqual(len(world.seen), 1)

    def test_a_call_that_may_be_repeated_is_sent_again_when_its_answer_was_lost_and_when_the_server_says(self) -> None:
        for method, key in ("GET", None), ("DELETE", None), ("POST", "one"):
            world = World(httpx.ReadError, answered(502), answered(503, retry_after="3"), answered(200))
            self.assertEqual(world.send(method, key).status_code, 200)
            self.assertEqual(world.waits, [0.5, 1.0, 5.0])

    def test_a_call_that_found_nobody_there_is_sent_again_whatever_it_is_and_no_oftener_than_it_may_be(self) -> None:
        world = World(httpx.ConnectError, httpx.ConnectError, httpx.ConnectError)
        with self.assertRaises(NotAnswered) as raised:
            world.send("POST", retries=2)
        self.assertFalse(raised.exception.was_sent)
        self.assertEqual(world.waits, [0.5, 1.0])

    def test_what_the_contract_turns_down_is_told_and_nobody_waits_too_long(self) -> None:
        for response in (answered(400), answered(500), answered(403, retry_after="5"), answered(429, retry_after="61")):
            world = World(response)
            with self.assertRaises(Refused):
                world.send("GET")
            self.assertEqual(world.waits, [])

    def test_asynchronous_calls_are_sent_again_too(self) -> None:
        world = World(httpx.ReadError, answered(503, retry_after="1"), answered(200))

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=world.patient()) as client:
                return await client.get("http://timbre.example/")

        self.assertEqual(asyncio.run(send()).status_code, 200)
        self.assertEqual(world.waits, [0.5, 2.0])

    def test_an_asynchronous_call_that_may_have_been_done_is_not_sent_again_either(self) -> None:
        world = World(answered(503, retry_after="1"), answered(200))

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=world.patient()) as client:
                return await client.post("http://timbre.example/")

        with self.assertRaises(Refused):
            asyncio.run(send())
        self.assertEqual((len(world.seen), world.waits), (1, []))


class Contracts(unittest.TestCase):
    """Each contract's client, with a world in place of a server."""

    def world(self, answer: Callable[[httpx.Request], httpx.Response]) -> Patient:
        return Patient(0, httpx.MockTransport(answer))

    def test_a_dialogues_cookie_is_kept_and_its_recording_goes_as_a_form(self) -> None:
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            data = {"message": "DIALOGUE_STARTED_WITH_SUCCESS", "dialogueId": "1", "promptCode": "1", "promptCodeText": ""}
            cookie = {"set-cookie": "biometrid.sid=abc; HttpOnly; Path=/"}
            return httpx.Response(200, json={"status": True, "data": data}, headers=cookie)

        biometrid = biometrid_client("http://timbre.example", "key", "secret")
        biometrid._httpx_args["transport"] = self.world(answer)
        verify_voice_1_0.sync(USER, client=biometrid)
        audio = File(BytesIO(b"RIFF"), "code.wav", "audio/wav")
        verify_voice_1_0.sync(USER, client=biometrid, body=SpokenRecording(audio=audio, language="en"))
        first, second = seen
        self.assertEqual((first.headers["x-biometrid-key"], first.headers["x-biometrid-secret"]), ("key", "secret"))
        self.assertNotIn("content-type", first.headers)
        self.assertNotIn("cookie", first.headers)
        self.assertEqual(second.headers["cookie"], "biometrid.sid=abc")
        self.assertIn(b'name="audio"; filename="code.wav"\r\nContent-Type: audio/wav\r\n\r\nRIFF', second.content)
        self.assertIn(b'name="language"', second.content)

    def test_what_is_turned_down_is_raised_with_its_status_its_code_its_body_and_when_to_come_back(self) -> None:
        fault = {"status": False, "data": {"message": "USERID_NOT_EXISTS"}}
        biometrid = biometrid_client("http://timbre.example", "key", "secret")
        biometrid._httpx_args["transport"] = self.world(
            lambda _: httpx.Response(404, json=fault, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})
        )
        with self.assertRaises(Refused) as raised:
            delete_user_1_0.sync(USER, client=biometrid)
        refused = raised.exception
        self.assertEqual((refused.status, refused.code, refused.body), (404, "USERID_NOT_EXISTS", fault))
        self.assertEqual(refused.retry_after, 0.0)

    def test_what_is_no_contracts_answer_is_told_as_it_came(self) -> None:
        biometrid = biometrid_client("http://timbre.example", "key", "secret")
        biometrid._httpx_args["transport"] = self.world(lambda _: httpx.Response(502, text="<html>"))
        with self.assertRaises(Refused) as raised:
            create_user_1_0.sync(client=biometrid)
        self.assertEqual((raised.exception.code, raised.exception.body), ("", "<html>"))

    def test_each_contracts_credentials_stand_where_it_wants_them(self) -> None:
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return httpx.Response(200, json={"profiles": [], "developer_id": "acme", "enrolled_speaker_ids": []})

        azure = azure_client("http://timbre.example", "key")
        azure._httpx_args["transport"] = self.world(answer)
        list_profiles.sync(client=azure)
        self.assertEqual(seen[0].headers["ocp-apim-subscription-key"], "key")
        deepaffects = deepaffects_client("http://timbre.example", "a key")
        deepaffects._httpx_args["transport"]._inner = httpx.MockTransport(answer)
        with self.assertLogs("httpx", "INFO") as logged:
            list_speakers_v_1.sync(client=deepaffects)
        self.assertEqual(dict(seen[1].url.params), {"apikey": "a key"})
        self.assertNotIn("key", "".join(logged.output))


if __name__ == "__main__":
    unittest.main()
