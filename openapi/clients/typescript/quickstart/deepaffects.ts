// Enrols a speaker and says whether a recording is theirs: node deepaffects.js URL APIKEY SPEAKER RECORDING.wav … CLAIM.wav

import { readFileSync } from "node:fs";
import { createDeepaffectsClient, orThrow } from "timbre-client";

const [baseUrl = "", apikey = "", speakerId = "", ...recordings] = process.argv.slice(2);
const claim = recordings.pop() ?? "";
if (!claim) throw new Error("deepaffects.js URL APIKEY SPEAKER RECORDING.wav … CLAIM.wav");
const deepaffects = createDeepaffectsClient({ baseUrl, apikey });
const content = (path: string) => ({ content: readFileSync(path).toString("base64"), encoding: "Wave", languageCode: "en-US" });

for (const recording of recordings) {
  const body = { ...content(recording), speakerId };
  const taken = await orThrow(deepaffects.POST("/audio/generic/api/v2/sync/diarization/enroll", { body }));
  console.log(`${taken.message}, complete: ${taken.enrollment_complete}`);
}
const body = { ...content(claim), speakerIds: [speakerId] };
const { segments } = await orThrow(deepaffects.POST("/audio/generic/api/v2/sync/diarization/identify", { body }));
const speakers = [...new Set(segments.map((segment) => segment.speaker_id))];
console.log(`heard ${speakers.join(", ")}`);
console.log(speakers.join() === speakerId ? "verified" : "not verified");
