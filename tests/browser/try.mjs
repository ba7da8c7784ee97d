// [try-it] Somebody is enrolled and verified through the page, with a microphone; another voice is refused, and there the page says so too.
// Then a recording of two people, in the second tab; and at last the user is deleted.
import { join } from 'node:path';

import { run, window } from './browser.mjs';
import { skips, stops } from './keyboard.mjs';
import { structure } from './reading.mjs';
import { seen } from './seeing.mjs';
import { converse, microphone, said } from './trying.mjs';

const PATIENCE = 60_000;

await run(async ({ given, browser, faults, found }) => {
  const { url, conversation, pictures } = given;
  const page = await (await window(browser, { url, faults })).newPage();
  const at = (where, what) => faults.push(`/try, ${where}: ${what}`);
  const require = (holds, where, otherwise) => holds || at(where, otherwise);

  const look = async (where) => (await seen(page, join(pictures, 'try', where))).forEach((what) => at(where, what));

  await page.goto(`${url}/try`);
  (await structure(page, { loggedIn: false })).forEach((what) => at('idle', what));
  (await skips(page)).forEach((what) => at('idle', what));
  await page.goto(`${url}/try`);
  (await stops(page)).forEach((what) => at('idle', what));
  await look('idle');

  // The first code: on the screen, in words, with the call that asked for it.
  await page.click('#try-start');
  await page.waitForSelector('#try[data-state=asking]', { timeout: PATIENCE });
  require(/^\d{4}$/.test(await page.textContent('#try-code')), 'asking', 'there are no four digits to say');
  await look('asking');
  const enrolled = await converse(page, 'a');
  require(enrolled === 'enrolled', 'enrolment', `it ends ${enrolled}: ${JSON.stringify(await said(page))}`);
  require((await said(page)).message === 'AUDIO_ENROLLED_WITH_SUCCESS', 'enrolment', 'the server did not say so');
  const recordings = await page.locator('#try-turns > li').count();
  require(recordings >= 3, 'enrolment', `${recordings} recordings are listed`);
  await look('enrolled');

  await page.click('#try-verify');
  const verified = await converse(page, 'a');
  require(verified === 'verified', 'verification', `it ends ${verified}: ${JSON.stringify(await said(page))}`);
  require((await said(page)).message === 'AUDIO_VERIFIED_WITH_SUCCESS', 'verification', 'the server did not say so');
  await look('verified');

  await page.click('#try-other');
  const refused = await converse(page, 'b');
  const why = await said(page);
  require(refused === 'refused', 'another voice', `it ends ${refused}: ${JSON.stringify(why)}`);
  require(why.decision.startsWith('Voice'), 'another voice', `it is refused for ${why.decision}`);
  await look('refused');

  // Every step has its call and its reply beside it.
  const steps = await page.locator('#try-exchanges > li').evaluateAll((items) =>
    items.map((item) => ({
      step: item.dataset.step,
      status: item.dataset.status,
      curl: item.querySelector('.curl')?.textContent ?? '',
      json: item.querySelector('.json')?.textContent ?? '',
    })),
  );
  for (const { step, status, curl, json } of steps) {
    const complete = status === '200' && curl.includes('curl') && curl.includes('/api/1.0/users') && json.includes('"status"');
    require(complete, `the call of ${step}`, `${status} ${curl} ${json}`);
  }
  for (const step of ['create', 'enroll', 'enroll-voice', 'verify', 'verify-voice']) {
    require(steps.some((known) => known.step === step), 'the calls', `${step} is not among them`);
  }

  // Somebody who hears the page: the tab by keyboard, a recording, who speaks when.
  await page.focus('#try-tab-dialogue');
  await page.keyboard.press('ArrowRight');
  require(await page.isVisible('#try-panel-speakers'), 'tabs', 'the arrow does not lead to the second');
  require(!(await page.isVisible('#try-panel-dialogue')), 'tabs', 'the first is still seen');
  await page.setInputFiles('#try-recording', conversation);
  await page.waitForSelector('#try-panel-speakers:is([data-state=found], [data-state=failed])', { timeout: PATIENCE });
  const lanes = await page.locator('#try-lanes rect[data-speaker]').evaluateAll((turns) => turns.map((turn) => ({ ...turn.dataset })));
  const speakers = new Set(lanes.map(({ speaker }) => speaker)).size;
  require(speakers === 2, 'who speaks when', `${speakers} speakers: ${await page.textContent('#try-found')}`);
  const rows = await page.locator('#try-segments tbody tr').count();
  require(rows === lanes.length, 'who speaks when', `${rows} turns are told and ${lanes.length} drawn`);
  await look('speakers');

  await page.click('#try-tab-dialogue');
  await page.click('#try-delete');
  require(/recording/.test(await page.innerText('#try-sure')), 'the end', 'it is not said what is deleted');
  await look('asked');
  await page.click('#try-keep');
  require(!(await page.isVisible('#try-sure')), 'the end', 'it is asked still');
  require((await page.locator('#try-exchanges > li[data-step=delete]').count()) === 0, 'the end', 'the user is deleted without asking');
  await page.click('#try-delete');
  await page.click('#try-destroy');
  await page.waitForSelector('#try[data-state=idle]', { timeout: PATIENCE });
  require((await said(page)).message === 'USER_REMOVED_WITH_SUCCESS', 'the end', 'the user is not deleted');
  Object.assign(found, { enrolled, verified, refused, why: why.decision, recordings, calls: steps.length, speakers });
}, microphone);
