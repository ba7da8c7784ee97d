// What a recording is like, measured in the browser: for whoever wonders why it was refused. The server measures by itself, and better.

import { decibels } from "./try-recorder.js";

const RATE = 16_000;

/** 20 ms. */
const FRAME = 320;

/** Quieter frames than the loudest by more than this are no speech. */
const SPEECH_DB = 25;

/** Above this, noise matters to nobody. */
const CLEAN_DB = 50;

/** A flat top of three samples is a limit that the sound ran into. */
const CLIPPED_RUN = 3;
const CLIPPING_PEAK = 0.98;

/** Length, level of the speech, what it has above the noise, and the share that is overdriven; null where the browser cannot read it. */
export async function measured(blob) {
  let samples;
  try {
    const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await blob.arrayBuffer());
    samples = decoded.getChannelData(0);
  } catch {
    return null;
  }
  const frames = [];
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) frames.push(decibels(samples.subarray(at, at + FRAME)));
  if (frames.length === 0) return null;
  frames.sort((a, b) => a - b);
  const loudest = frames.at(-1);
  const speech = frames.filter((level) => level > loudest - SPEECH_DB);
  const energy = speech.reduce((sum, level) => sum + 10 ** (level / 10), 0) / speech.length;
  const level = 10 * Math.log10(energy);
  const noise = frames[Math.floor(frames.length / 20)];
  return { seconds: samples.length / RATE, level, above: Math.min(level - noise, CLEAN_DB), clipped: clipped(samples) };
}

function clipped(samples) {
  let [count, run, side] = [0, 0, 0];
  for (const sample of samples) {
    const here = Math.abs(sample) >= CLIPPING_PEAK ? Math.sign(sample) : 0;
    run = here !== 0 && here === side ? run + 1 : Math.abs(here);
    side = here;
    if (run === CLIPPED_RUN) count += CLIPPED_RUN;
    if (run > CLIPPED_RUN) count += 1;
  }
  return count / samples.length;
}
