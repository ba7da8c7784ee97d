// Enrols a voice and verifies another recording: node azure.js URL SUBSCRIPTION_KEY RECORDING.wav … CLAIM.wav

import { readFileSync } from "node:fs";
import { createAzureClient, orThrow, wav } from "timbre-client";

const [baseUrl = "", subscriptionKey = "", ...recordings] = process.argv.slice(2);
const claim = recordings.pop() ?? "";
if (!claim) throw new Error("azure.js URL SUBSCRIPTION_KEY RECORDING.wav … CLAIM.wav");
const azure = createAzureClient({ baseUrl, subscriptionKey });
const PROFILES = "/speaker/verification/v2.0/text-independent/profiles";

const { profileId: profile } = await orThrow(azure.POST(PROFILES, { body: { locale: "en-us" } }));
const params = { path: { profile } };
for (const recording of recordings) {
  const taken = await orThrow(azure.POST(`${PROFILES}/{profile}/enrollments`, { params, ...wav(readFileSync(recording)) }));
  console.log(taken.enrollmentStatus);
}
const verified = await orThrow(azure.POST(`${PROFILES}/{profile}/verify`, { params, ...wav(readFileSync(claim)) }));
console.log(`${verified.recognitionResult}, score ${verified.score}`);
console.log(verified.recognitionResult === "Accept" ? "verified" : "not verified");
