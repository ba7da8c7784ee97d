// Enrols a voice and verifies one: node biometrid.js URL KEY SECRET ENROLLER VERIFIER
// The last two record somebody: each is a program that is run with a code and writes a WAV file of that code spoken to its output.

import { execFileSync } from "node:child_process";
import { createBiometridClient, orThrow, recording } from "timbre-client";

const [baseUrl = "", key = "", secret = "", enroller = "", verifier = ""] = process.argv.slice(2);
if (!verifier) throw new Error("biometrid.js URL KEY SECRET ENROLLER VERIFIER");
const biometrid = createBiometridClient({ baseUrl, key, secret });
type Dialogue = `/api/1.0/users/{user}/dialogue/${"enroll" | "verify"}/voice`;

async function converse(dialogue: Dialogue, recorder: string) {
  const params = { path: { user } };
  let { data } = await orThrow(biometrid.POST(dialogue, { params }));
  while ("promptCode" in data) {
    const audio = recording(execFileSync(recorder, [data.promptCode]));
    ({ data } = await orThrow(biometrid.POST(dialogue, { params, body: { audio } })));
  }
  console.log(data.message);
  return data;
}

const user = (await orThrow(biometrid.POST("/api/1.0/users"))).data.id;
await converse("/api/1.0/users/{user}/dialogue/enroll/voice", enroller);
const end = await converse("/api/1.0/users/{user}/dialogue/verify/voice", verifier);
console.log("verified" in end && end.verified ? "verified" : "not verified");
