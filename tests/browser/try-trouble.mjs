// [try-it] /try where something is in the way: no microphone, no recording, no server, no user any more, a lock. Each time the page says in
// a sentence what it is, and leads on.
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run, window } from './browser.mjs';
import { structure } from './reading.mjs';
import { seen } from './seeing.mjs';
import { ask } from './talk.mjs';

const CALLS = '#try-exchanges';
const HEARINGS = '#try-speakers-exchanges';
/** Calls that the page makes: of users, of one, of a dialogue. */
const USERS = '**/api/1.0/users';
const USER = '**/api/1.0/users/*';
const DIALOGUE = '**/api/1.0/users/*/dialogue/*/voice';
const DIARIZE = /\/api\/v1\/sync\/diarize/;
/** Where a tab remembers its user. */
const REMEMBERED = 'timbre-try-user';
/** What a value reads like that was not there. */
const NO_WORDS = /undefined|null|NaN|\[object|Infinity/;

/** There is a microphone, and nobody allows it. */
const flags = () => ['--use-fake-device-for-media-stream'];

await run(async ({ given, browser, faults, found }) => {
  const { url, silence, folder, pictures } = given;
  /** What the next call is answered: 0 is nothing. */
  let awaited = 200;
  const expected = (request, status) => !request.isNavigationRequest() && status === awaited;
  const context = await window(browser, { url, faults, expected, permissions: [] });
  const states = [];
  const at = (where, what) => faults.push(`/try, ${where}: ${what}`);
  const require = (holds, where, otherwise) => holds || at(where, otherwise);
  const stands = (page) => page.getAttribute('#try', 'data-state');

  /** Looks at the page as it stands, which says what is the matter there. */
  async function look(page, where, { says = '#try-decision', state } = {}) {
    const words = (await page.innerText(says)).trim();
    const sentence = /^\p{Lu}.* .*[.!?]$/su.test(words) && !NO_WORDS.test(words);
    require(sentence, where, `that is no sentence: ${JSON.stringify(words)}`);
    if (state !== undefined) require((await stands(page)) === state, where, `the page is ${await stands(page)}, not ${state}`);
    (await structure(page, { loggedIn: false })).forEach((what) => at(where, what));
    (await seen(page, join(pictures, 'try-trouble', where))).forEach((what) => at(where, what));
    states.push(where);
    return words;
  }

  /** Does what makes a call, and waits until that is over; it must be answered so. */
  async function calls(page, where, status, does, { list = CALLS, part = '#try' } = {}) {
    awaited = status;
    const over = page.locator(`${list} > li:not([data-status=""])`);
    const before = await over.count();
    await does();
    await over.nth(before).waitFor({ state: 'attached', timeout: 60_000 });
    await page.waitForSelector(`${part}:not([data-state=sending])`, { state: 'attached', timeout: 60_000 });
    const came = await page.getAttribute(`${list} > li:first-child`, 'data-status');
    require(came === String(status), where, `the call is answered ${came}, not ${status}`);
  }

  /** A server that is gone, for calls to these addresses: the network says so, and nothing else. */
  const gone = (page, where) => page.route(where, (route) => route.abort('connectionrefused'));
  const there = (page, where) => page.unroute(where);
  const press = (page, name) => page.click(`#try-${name}`);
  const sends = (page, file) => page.setInputFiles('#try-file', file);

  /** A tab that asks for a first code. */
  async function begun(prepared = async () => {}) {
    const page = await context.newPage();
    await prepared(page);
    await page.goto(`${url}/try`);
    await calls(page, 'begin', 200, () => press(page, 'start'));
    return page;
  }

  // No server, from the start.
  const page = await context.newPage();
  await page.goto(`${url}/try`);
  await gone(page, USERS);
  await calls(page, 'no-server', 0, () => press(page, 'start'));
  await look(page, 'no-server', { state: 'failed' });
  await there(page, USERS);
  await calls(page, 'server-again', 200, () => press(page, 'again'));
  require((await stands(page)) === 'asking', 'server-again', 'no code is asked for');

  // A microphone that is refused, one that is not there, and a browser that has none to give.
  const recorded = async (tab) => {
    await press(tab, 'record');
    // Without a microphone there is a way on.
    await tab.locator('#try-decision', { hasText: /WAV/ }).waitFor();
  };
  await recorded(page);
  const refused = await look(page, 'microphone-refused', { state: 'asking' });
  const deaf = await begun((tab) =>
    tab.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = async () => Promise.reject(new DOMException('there is none', 'NotFoundError'));
    }),
  );
  await recorded(deaf);
  const missing = await look(deaf, 'microphone-missing', { state: 'asking' });
  require(missing !== refused, 'microphone-missing', `it is told as one that is refused: ${missing}`);
  await deaf.close();
  const old = await begun((tab) => tab.addInitScript(() => delete globalThis.AudioWorkletNode));
  await look(old, 'microphone-unknown', { says: '#try-no-microphone', state: 'asking' });
  require(!(await old.isVisible('#try-record')), 'microphone-unknown', 'a button offers to record');
  require(await old.isVisible('#try-file'), 'microphone-unknown', 'no file can be sent in its place');
  await old.close();

  // What is no recording: the code stands.
  const code = await page.textContent('#try-code');
  const text = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('This is no recording.') };
  const empty = { name: 'empty.wav', mimeType: 'audio/wav', buffer: Buffer.alloc(0) };
  for (const [where, file] of [['no-recording', text], ['empty-file', empty]]) {
    await calls(page, where, 400, () => sends(page, file));
    await look(page, where, { state: 'asking' });
    require((await page.textContent('#try-code')) === code, where, 'another code is asked for');
  }

  // The server goes in the middle, and the recording is sent again.
  await gone(page, DIALOGUE);
  await calls(page, 'server-gone', 0, () => sends(page, silence));
  await look(page, 'server-gone', { state: 'failed' });
  require((await page.locator('#try-turns > li').count()) === 0, 'server-gone', 'something came of a recording that never came');
  await there(page, DIALOGUE);
  await calls(page, 'sent-again', 200, () => press(page, 'again'));
  await look(page, 'sent-again', { state: 'asking' });
  const turns = await page.locator('#try-turns > li').evaluateAll((items) => items.map((item) => item.dataset.decision));
  require(turns.length === 1 && turns[0] !== 'OK', 'sent-again', `of one recording of silence came ${JSON.stringify(turns)}`);

  // A reload forgets nobody, nor the code that is asked for.
  const standing = await page.textContent('#try-code');
  await page.reload();
  require(!(await page.isVisible('#try-start')), 'reloaded', 'another user is offered');
  await look(page, 'reloaded', { state: 'idle' });
  // Where the user stands is answered; the dialogue, which is under way, wants its recording.
  awaited = 400;
  await press(page, 'go-on');
  await page.waitForSelector('#try[data-state=asking]');
  await look(page, 'gone-on', { state: 'asking' });
  require((await page.textContent('#try-code')) === standing, 'gone-on', 'another code is asked for');

  // Somebody else deletes the user.
  const { key, secret } = await page.locator('#try').evaluate((e) => ({ ...e.dataset }));
  const user = await page.textContent('#try-user');
  const headers = { 'x-biometrid-key': key, 'x-biometrid-secret': secret };
  const deleted = await context.request.delete(`${url}/api/1.0/users/${user}`, { headers });
  if (deleted.status() !== 200) throw new Error(`the user is not deleted: ${deleted.status()}`);
  await calls(page, 'user-gone', 404, () => sends(page, silence));
  await look(page, 'user-gone', { state: 'failed' });
  await calls(page, 'new-user', 200, () => press(page, 'again'));
  require((await page.textContent('#try-user')) !== user, 'new-user', 'it is the same one');

  // Deleting, first without a server; then nothing is remembered, and somebody new begins.
  await gone(page, USER);
  await press(page, 'delete');
  await calls(page, 'not-deleted', 0, () => press(page, 'destroy'));
  await look(page, 'not-deleted', { state: 'failed' });
  require(await page.isVisible('#try-made'), 'not-deleted', 'the user is forgotten');
  await there(page, USER);
  await calls(page, 'deleted', 200, () => press(page, 'again'));
  await look(page, 'deleted', { state: 'idle' });
  require(!(await page.isVisible('#try-made')), 'deleted', 'the user is still shown');
  await page.reload();
  require(await page.isVisible('#try-start'), 'deleted', 'after a reload nobody new can begin');
  await calls(page, 'begun-anew', 200, () => press(page, 'start'));
  require((await stands(page)) === 'asking', 'begun-anew', 'no code is asked for');

  // A user who is locked: what must wait cannot be pressed, and the application may lift it.
  const { user: locked } = await ask({ key, secret });
  const remembered = [REMEMBERED, JSON.stringify({ user: locked, language: await page.inputValue('#try-language') })];
  await page.evaluate(([name, value]) => sessionStorage.setItem(name, value), remembered);
  await page.reload();
  await calls(page, 'enrolled-before', 200, () => press(page, 'go-on'));
  require((await stands(page)) === 'enrolled', 'enrolled-before', `the page is ${await stands(page)}`);
  await calls(page, 'locked', 403, () => press(page, 'verify'));
  const made = await page.locator(`${CALLS} > li`).count();
  // It is said to be disabled, and can be pressed all the same: that must do nothing.
  await page.click('#try-again', { force: true });
  require((await stands(page)) === 'failed', 'locked', 'what must wait does not');
  require((await page.locator(`${CALLS} > li`).count()) === made, 'locked', 'what must wait makes a call');
  await look(page, 'locked', { state: 'failed' });
  await calls(page, 'unlocked', 200, () => press(page, 'unlock'));
  await look(page, 'unlocked', { state: 'enrolled' });

  // The second tab: more than is heard while somebody waits, what is no recording, no server.
  await page.click('#try-tab-speakers');
  const [part, hears] = ['#try-panel-speakers', (file) => page.setInputFiles('#try-recording', file)];
  const failed = async (where) => {
    await look(page, where, { says: '#try-found' });
    require((await page.getAttribute(part, 'data-state')) === 'failed', where, 'it is not told as a failure');
  };
  const large = join(folder, 'Large.wav');
  writeFileSync(large, '');
  truncateSync(large, Number(await page.getAttribute('#try', 'data-most-bytes')) + 1);
  await hears(large);
  await page.waitForSelector(`${part}[data-state=failed]`, { timeout: 60_000 });
  await failed('too-large');
  require((await page.locator(`${HEARINGS} > li`).count()) === 0, 'too-large', 'it is sent all the same');
  await calls(page, 'nothing-to-hear', 400, () => hears(text), { list: HEARINGS, part });
  await failed('nothing-to-hear');
  await gone(page, DIARIZE);
  await calls(page, 'nobody-hears', 0, () => hears(silence), { list: HEARINGS, part });
  await failed('nobody-hears');
  Object.assign(found, { states });
}, flags);
