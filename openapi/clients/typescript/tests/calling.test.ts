import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createAdminClient, createAzureClient, createBiometridClient, createDeepaffectsClient, orThrow, recording, Refused, wav } from "timbre-client";
import { patiently, type World } from "../src/calling.js";
import { NotAnswered, TimedOut } from "../src/errors.js";

type Handler = (request: IncomingMessage, body: string, answer: ServerResponse) => void;

/** A server of this test's own, and what it was sent. */
async function serving(handler: Handler, does: (baseUrl: string, seen: string[]) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const server = createServer((request, answer) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString("latin1");
      seen.push(`${request.method} ${request.url}`);
      handler(request, body, answer);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await does(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function json(answer: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  answer.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Answers with these, one after the other, without waiting. */
function world(outcomes: (Response | Error)[]): World & { waits: number[]; bodies: string[] } {
  const waits: number[] = [];
  const bodies: string[] = [];
  return {
    waits,
    bodies,
    random: () => 1,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    send: async (request) => {
      bodies.push(await request.text());
      const outcome = outcomes.shift();
      if (outcome instanceof Response) return outcome;
      throw outcome ?? new Error("sent once too often");
    },
  };
}

const refusedWith = (status: number, headers: Record<string, string> = {}) => new Response("{}", { status, headers });
const lost = () => new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
const nobody = () => new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
const call = (method: string, headers: Record<string, string> = {}) =>
  new Request("http://timbre.example/", method === "GET" ? { method } : { method, headers, body: "said" });

test("what was turned down before anything was done is sent again, with its body, when the server says", async () => {
  const here = world([refusedWith(429, { "retry-after": "2" }), refusedWith(429, { "retry-after": "3" }), refusedWith(200)]);
  const response = await patiently({}, here)(call("POST"));
  assert.equal(response.status, 200);
  assert.deepEqual(here.bodies, ["said", "said", "said"]);
  assert.deepEqual(here.waits, [2_500, 4_000]);
});

test("a call that may have been done is not sent again, also where the server says when to come back", async () => {
  for (const method of ["POST", "PATCH"]) {
    for (const outcome of [lost(), ...[502, 503, 504].flatMap((status) => [refusedWith(status), refusedWith(status, { "retry-after": "1" })])]) {
      const here = world([outcome, refusedWith(200)]);
      const sent = patiently({}, here)(call(method));
      if (outcome instanceof Response) assert.equal((await sent).status, outcome.status);
      else await assert.rejects(sent, (error) => error instanceof NotAnswered && error.wasSent);
      assert.deepEqual([here.bodies.length, here.waits], [1, []]);
    }
  }
});

test("a call that may be repeated is sent again when its answer was lost, and when the server says", async () => {
  for (const request of [call("GET"), call("DELETE"), call("POST", { "idempotency-key": "one" })]) {
    const here = world([lost(), refusedWith(502), refusedWith(503, { "retry-after": "3" }), refusedWith(200)]);
    assert.equal((await patiently({}, here)(request)).status, 200);
    assert.deepEqual(here.waits, [500, 1_000, 5_000]);
  }
});

test("a call that found nobody there is sent again whatever it is, and no oftener than it may be", async () => {
  const here = world([nobody(), nobody(), nobody()]);
  const sent = patiently({ retries: 2 }, here)(call("POST"));
  await assert.rejects(sent, (error) => error instanceof NotAnswered && !error.wasSent);
  assert.deepEqual(here.waits, [500, 1_000]);
});

test("what the contract turns down is told, and a server that asks for too long a wait is not waited for", async () => {
  for (const outcome of [refusedWith(400), refusedWith(500), refusedWith(403, { "retry-after": "5" }), refusedWith(429, { "retry-after": "61" })]) {
    const here = world([outcome]);
    assert.equal((await patiently({}, here)(call("GET"))).status, outcome.status);
    assert.deepEqual(here.waits, []);
  }
});

test("an answer that does not come in time is no answer", async () => {
  await serving(
    () => {},
    async (baseUrl) => {
      const azure = createAzureClient({ baseUrl, subscriptionKey: "key", timeoutMs: 50, retries: 0 });
      const sent = azure.GET("/speaker/verification/v2.0/text-independent/profiles");
      await assert.rejects(sent, TimedOut);
    },
  );
});

test("a dialogue's cookie is kept, and its recording goes as a form", async () => {
  let cookie: string | undefined;
  let form = "";
  await serving(
    (request, body, answer) => {
      cookie = request.headers.cookie;
      form = `${request.headers["content-type"]}\n${body}`;
      const data = { message: "DIALOGUE_STARTED_WITH_SUCCESS", dialogueId: "1", promptCode: "0653", promptCodeText: "zero" };
      json(answer, 200, { status: true, data }, { "set-cookie": "biometrid.sid=abc; HttpOnly; Path=/" });
    },
    async (baseUrl) => {
      const biometrid = createBiometridClient({ baseUrl, key: "key", secret: "secret" });
      const path = "/api/1.0/users/{user}/dialogue/verify/voice";
      const params = { path: { user: "0123456789abcdef01234567" } };
      await orThrow(biometrid.POST(path, { params }));
      assert.equal(cookie, undefined);
      await orThrow(biometrid.POST(path, { params, body: { audio: recording(Buffer.from("RIFF")), language: "en" } }));
      assert.equal(cookie, "biometrid.sid=abc");
      assert.match(form, /^multipart\/form-data; boundary=/);
      assert.match(form, /name="audio"; filename="audio.wav"\r\nContent-Type: audio\/wav\r\n\r\nRIFF/);
      assert.match(form, /name="language"\r\n\r\nen/);
    },
  );
});

test("who gives up while a call waits to be sent again is told at once", async () => {
  await serving(
    (_, __, answer) => json(answer, 429, {}, { "retry-after": "50" }),
    async (baseUrl, seen) => {
      const azure = createAzureClient({ baseUrl, subscriptionKey: "key" });
      const caller = new AbortController();
      const began = Date.now();
      const sent = azure.GET("/speaker/verification/v2.0/text-independent/profiles", { signal: caller.signal });
      setTimeout(() => caller.abort(), 300);
      await assert.rejects(sent, { name: "AbortError" });
      assert.ok(Date.now() - began < 20_000);
      assert.equal(seen.length, 1);
    },
  );
});

test("a dialogue's cookie that was taken back is sent no more", async () => {
  const cookies: (string | undefined)[] = [];
  const set = ["biometrid.sid=abc; Path=/", "biometrid.sid=; Max-Age=0; Path=/", ""];
  await serving(
    (request, _, answer) => {
      cookies.push(request.headers.cookie);
      const cookie = set.shift();
      json(answer, 200, { status: true, data: [] }, cookie ? { "set-cookie": cookie } : {});
    },
    async (baseUrl) => {
      const biometrid = createBiometridClient({ baseUrl, key: "key", secret: "secret" });
      for (let call = 0; call < 3; call++) await orThrow(biometrid.GET("/api/1.0/languages"));
      assert.deepEqual(cookies, [undefined, "biometrid.sid=abc", undefined]);
    },
  );
});

test("a recording that is a body goes as it is, with the tenant's key", async () => {
  await serving(
    (request, body, answer) => {
      assert.equal(request.headers["ocp-apim-subscription-key"], "key");
      assert.equal(request.headers["content-type"], "audio/wav; codecs=audio/pcm");
      json(answer, 200, { recognitionResult: body === "RIFF" ? "Accept" : "Reject", score: 0.9 });
    },
    async (baseUrl) => {
      const azure = createAzureClient({ baseUrl, subscriptionKey: "key" });
      const params = { path: { profile: "00000000-0000-0000-0000-000000000000" } };
      const path = "/speaker/verification/v2.0/text-independent/profiles/{profile}/verify";
      const verified = await orThrow(azure.POST(path, { params, ...wav(Buffer.from("RIFF")) }));
      assert.equal(verified.recognitionResult, "Accept");
    },
  );
});

test("what is turned down is thrown with its status, its code, its body and when to come back", async () => {
  const fault = { error: { code: "RateLimit", message: "Rate limit is exceeded." } };
  await serving(
    (_, __, answer) => json(answer, 429, fault, { "retry-after": "90" }),
    async (baseUrl) => {
      const azure = createAzureClient({ baseUrl, subscriptionKey: "key" });
      const sent = orThrow(azure.GET("/speaker/verification/v2.0/text-independent/profiles"));
      await assert.rejects(sent, (error) => {
        assert.ok(error instanceof Refused);
        assert.deepEqual([error.status, error.code, error.retryAfter], [429, "RateLimit", 90]);
        assert.deepEqual(error.body, fault);
        return true;
      });
    },
  );
});

test("each contract's credentials stand where it wants them", async () => {
  await serving(
    (request, _, answer) => json(answer, 200, { authorization: request.headers.authorization }),
    async (baseUrl, seen) => {
      await orThrow(createDeepaffectsClient({ baseUrl, apikey: "a key" }).GET("/audio/generic/api/v1/sync/diarization/get_enrolled_speakers"));
      assert.deepEqual(seen, ["GET /audio/generic/api/v1/sync/diarization/get_enrolled_speakers?apikey=a+key"]);
      const me: unknown = await orThrow(createAdminClient({ baseUrl, token: "token" }).GET("/admin/v1/me"));
      assert.deepEqual(me, { authorization: "Bearer token" });
    },
  );
});
