// The overview while it is brought up to date: whoever reads it by keyboard stays where they are, what they opened stays open, only what
// differs is written, and "Pause" stops it. And it and a job's page while the server is gone: they say so, look like it, and come back.
import { logIn, run, window } from './browser.mjs';
import { barriers } from './reading.mjs';
import { ask } from './talk.mjs';

const DETAILS = '#live .columns section:first-child details';
const LINK = '#live th a[href]';
const FIGURE = '#live .card .figure';
const PART = '[hx-trigger^=every]';
/** What htmx tells the console where the server is gone. */
const GONE = /Status Error Code 503|htmx:(afterRequest|sendError)/;

/** Keeps what is there and where the keyboard is, and from now on whatever is written. */
async function keep(page) {
  await page.evaluate(() => {
    const live = document.querySelector('#live');
    const written = [];
    globalThis.kept?.observer.disconnect();
    const observer = new MutationObserver((records) => written.push(...records));
    observer.observe(live, { subtree: true, childList: true, attributeOldValue: true, characterDataOldValue: true });
    globalThis.kept = {
      observer,
      written,
      there: [...live.querySelectorAll('h2, details, summary, a[href], .figure, [aria-live]')],
      opened: [...live.querySelectorAll('details[open]')],
      focused: document.activeElement,
      told: live.querySelector('[aria-live]').textContent,
    };
  });
}

/** What is not as it was kept, but for news. */
async function disturbed(page) {
  return page.evaluate(() => {
    const { written, there, opened, focused, told } = globalThis.kept;
    const name = (e) => e.outerHTML.slice(0, 80).replace(/\s+/g, ' ');
    const wrong = [];
    const others = there.filter((e) => !e.isConnected);
    if (others.length > 0) wrong.push(`${others.length} of ${there.length} elements are others now, as ${name(others[0])}`);
    const closed = opened.filter((e) => !e.isConnected || !e.open);
    if (closed.length > 0) wrong.push(`${closed.length} of ${opened.length} that were opened are closed`);
    const now = document.activeElement;
    if (now !== focused) wrong.push(`the keyboard was on ${name(focused)}, and is on ${name(now)}`);
    // A live region is read out whenever it is written.
    const region = document.querySelector('#live [aria-live]');
    if (region.textContent === told && written.some(({ target }) => region.contains(target))) {
      wrong.push(`what is read out is written again, and says what it said: ${told}`);
    }
    const same = written.filter(({ type, target, attributeName, oldValue }) => {
      if (type === 'characterData') return target.data === oldValue;
      // htmx marks the part itself while it asks for it.
      return type === 'attributes' && target.id !== 'live' && target.getAttribute(attributeName) === oldValue;
    });
    if (same.length > 0) wrong.push(`${same.length} of ${written.length} changes change nothing`);
    return wrong;
  });
}

/** Has what keeps a page up to date fail, in two ways, and work again; says what is wrong with how the page shows it. */
async function left(page, address) {
  await page.goto(address);
  const [wrong, part, place] = [[], page.locator(PART), page.locator('#behind')];
  const asked = new URL(await part.getAttribute('hx-get'), address).pathname;
  const patience = { timeout: 20_000 };
  const look = () => part.locator('.chip').first().evaluate((e) => {
    const { backgroundColor, borderTopStyle } = getComputedStyle(e);
    return `${backgroundColor} ${borderTopStyle}`;
  });
  const said = await place.textContent();
  if (said !== '') wrong.push(`before anything fails it says: ${said}`);
  const fine = await look();
  for (const [fails, why] of [
    [(route) => route.fulfill({ status: 503 }), 'the server answered 503'],
    [(route) => route.abort(), 'the server does not answer'],
  ]) {
    await page.route(({ pathname }) => pathname === asked, fails);
    await place.getByText(why).waitFor(patience);
    const told = await place.textContent();
    if (!/^Not brought up to date since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: /.test(told)) wrong.push(`it says: ${told}`);
    if ((await look()) === fine) wrong.push(`${why}, and the state looks as it did: ${fine}`);
    await page.unrouteAll();
  }
  wrong.push(...(await barriers(page)));
  await place.locator('p').waitFor({ ...patience, state: 'detached' });
  if ((await look()) !== fine) wrong.push(`the server is back, and the state looks as ${await look()}, not as ${fine}`);
  return wrong;
}

await run(async ({ given, browser, faults, found }) => {
  const { url, job } = given;
  const page = await (await window(browser, { url, faults })).newPage();
  const at = (when, what) => faults.push(`/dashboard, ${when}: ${what}`);
  const figure = () => page.locator(FIGURE).first().textContent();
  let callers = 0;

  /** Has somebody call, which is counted. */
  async function calls() {
    callers += 1;
    await ask({ calls: `caller ${callers}` });
  }

  /** Has somebody call, and waits until the page has been brought up to date with it. */
  async function news(patience) {
    const before = await figure();
    await calls();
    const latest = Date.now() + patience;
    while ((await figure()) === before) {
      if (Date.now() > latest) throw new Error(`after ${patience} ms there are still ${before} requests`);
      await page.waitForTimeout(100);
    }
  }

  await logIn(page, given);
  await page.goto(`${url}/dashboard`);
  const [, seconds] = (await page.getAttribute('#live', 'hx-trigger')).match(/^every (\d+)s$/);
  const interval = 1_000 * seconds;

  // In what was opened by keyboard, then at a link.
  await page.focus(`${DETAILS} > summary`);
  await page.keyboard.press('Enter');
  if ((await page.locator(`${DETAILS}[open]`).count()) !== 1) throw new Error('the table of a chart does not open');
  for (const [when, place] of [['at what was opened', `${DETAILS} > summary`], ['at a link', LINK]]) {
    await page.focus(place);
    await keep(page);
    await news(2 * interval);
    (await disturbed(page)).forEach((what) => at(when, what));
  }

  await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: 'Pause' }).click()]);
  const asked = [];
  // The page's own picture may come late.
  page.on('request', (request) => request.url().includes('/assets/') || asked.push(request.url()));
  const before = await figure();
  await calls();
  await page.waitForTimeout(1.2 * interval);
  if (asked.length > 0) at('paused', `${asked.length} times it asks, as for ${asked[0]}`);
  if ((await figure()) !== before) at('paused', 'the figures change');

  const complaints = [];
  const storageState = await page.context().storageState();
  const alone = await window(browser, { url, faults: complaints, expected: (_, status) => [0, 503].includes(status), storageState });
  await Promise.all([url + '/dashboard', url + job].map(async (address) => {
    const wrong = await left(await alone.newPage(), address);
    wrong.forEach((what) => faults.push(`${address.slice(url.length)}, the server gone: ${what}`));
  }));
  faults.push(...complaints.filter((what) => !GONE.test(what)));
  Object.assign(found, { interval, callers });
});
