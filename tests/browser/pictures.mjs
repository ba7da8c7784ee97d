// What the README shows: the overview, a dialogue, calibration, and somebody who was just verified at /try.
import { join } from 'node:path';

import { logIn, picture, run, window } from './browser.mjs';
import { converse, microphone } from './trying.mjs';

const SIZE = { width: 1280, height: 860 };

await run(async ({ given, browser, faults, found }) => {
  const { url, dialogue, pictures } = given;
  const context = await window(browser, { url, faults, viewport: SIZE });
  const page = await context.newPage();
  const taken = [];
  async function take(name) {
    await picture(page, join(pictures, `${name}.png`));
    taken.push(name);
  }

  await page.goto(`${url}/try`);
  await page.click('#try-start');
  const enrolled = await converse(page, 'a');
  await page.click('#try-verify');
  const verified = await converse(page, 'a');
  if (enrolled !== 'enrolled' || verified !== 'verified') throw new Error(`${enrolled}, ${verified}`);
  // What is in a picture stays there, also what was nobody's key for longer than a minute.
  await page.locator('#try-shell').evaluate((shell) => {
    shell.textContent = shell.textContent.replace(/^((?:KEY|SECRET|APIKEY)=).*$/gm, '$1…');
  });
  await page.evaluate(() => scrollTo(0, 0));
  await take('try-it');

  await logIn(page, given);
  await take('overview');
  await page.goto(url + dialogue);
  // Its end: the recording that decided, as it was heard, and its score on the threshold.
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await take('dialogue');
  await page.goto(`${url}/dashboard/calibration`);
  await take('calibration');
  Object.assign(found, { taken });
}, microphone);
