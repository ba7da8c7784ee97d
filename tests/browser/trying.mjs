// Somebody at /try: presses what there is to press, and speaks whatever code is shown. Who speaks is the test: it puts the recording where
// Chromium's microphone finds it.
import { ask } from './talk.mjs';

/** How long the server may listen to a recording. */
const PATIENCE = 60_000;
/** More recordings than any dialogue takes. */
const MOST_CODES = 8;

/** What of Chromium makes a microphone of a file, which is read anew whenever somebody asks for the microphone. */
export const microphone = ({ microphone }) => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-audio-capture=${microphone}%noloop`,
];

const state = (page) => page.getAttribute('#try', 'data-state');

/** Waits until the first tab stands so, or so. */
async function becomes(page, ...states) {
  const wanted = states.map((name) => `#try[data-state=${name}]`).join(', ');
  await page.waitForSelector(wanted, { state: 'attached', timeout: PATIENCE });
  return state(page);
}

/** Says the codes that are shown, in this voice, until the dialogue is over; gives how it ended. */
export async function converse(page, voice) {
  for (let spoken = 0; spoken < MOST_CODES; spoken += 1) {
    await becomes(page, 'asking');
    const { seconds } = await ask({ say: await page.textContent('#try-code'), voice });
    await page.click('#try-record');
    await becomes(page, 'recording');
    await page.waitForTimeout(1_000 * seconds);
    await page.click('#try-record');
    const now = await becomes(page, 'asking', 'enrolled', 'verified', 'refused', 'failed');
    if (now !== 'asking') return now;
  }
  throw new Error(`${MOST_CODES} codes were spoken, and the dialogue is not over`);
}

/** What the page says of the last reply. */
export async function said(page) {
  const { decision, message } = await page.locator('#try-decision').evaluate((e) => ({ ...e.dataset }));
  return { decision, message, words: (await page.textContent('#try-decision')).trim() };
}
