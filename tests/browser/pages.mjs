// Every page that somebody of one role can reach, found by following links from the overview: looked at on a desk's screen and a
// telephone's, light and dark, used by keyboard, and opened once more without scripts.
import { join } from 'node:path';

import { logIn, picture, run, window } from './browser.mjs';
import { skips, stops } from './keyboard.mjs';
import { barriers, outline, overflow, structure } from './reading.mjs';

const WIDTHS = [1440, 360];
const SCHEMES = ['light', 'dark'];
/** Of pages that differ by what they ask for alone, so many are opened. */
const OF_A_QUERY = 2;
/** Of pages that differ by an id alone, so many are looked at on every screen and in every scheme; the rest once each. */
const CLOSELY = 3;
/** How long a page that shows what happens may take to ask again. */
const LIVE = 20_000;
/** How long such a page may take to put in what came. */
const SETTLES = 500;

/** What a page is one of: its address without ids and values. */
function kind(address) {
  const path = address.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24,}/g, '_');
  return [path, ...new Set(address.searchParams.keys())].join(' ').trim();
}

await run(async ({ given, browser, faults, found }) => {
  const { url, role, must, pictures } = given;
  const at = (path, what) => faults.push(`${role} ${path}: ${what}`);
  const desk = await window(browser, { url, faults });
  const page = await desk.newPage();
  await logIn(page, given);
  const plain = await window(browser, { url, faults, javaScriptEnabled: false, storageState: await desk.storageState() });
  const unscripted = await plain.newPage();

  const [known, kinds] = [new Set(), new Map()];
  const waiting = [];
  const find = (href, from) => {
    const address = new URL(href, new URL(from, url));
    const path = address.pathname + address.search;
    const ours = address.origin === url && /^\/dashboard(\/|$)/.test(address.pathname);
    if (!ours || known.has(path)) return;
    known.add(path);
    const like = kind(address);
    const before = kinds.get(like) ?? 0;
    kinds.set(like, before + 1);
    if (!address.search || before < OF_A_QUERY) waiting.push({ path, like, before });
  };
  find('/dashboard', '/dashboard');
  const [opened, files] = [[], []];
  let live = false;
  while (waiting.length > 0) {
    const { path, like, before } = waiting.shift();
    const reply = await desk.request.get(url + path, { maxRetries: 3 });
    if (reply.status() !== 200) {
      at(path, `is answered ${reply.status()}`);
      continue;
    }
    // A part of a page leads to the page.
    if (reply.url() !== url + path) {
      find(reply.url(), path);
      continue;
    }
    // A file to keep.
    if (!/^<!doctype html/i.test(await reply.text())) {
      files.push(path);
      continue;
    }
    opened.push(path);
    await look({ path, like, first: before === 0, closely: before < CLOSELY });
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href));
    links.forEach((href) => find(href, path));
    const fragments = await page.evaluate(() => [...document.querySelectorAll('[hx-get]')].map((e) => e.getAttribute('hx-get')));
    fragments.forEach((href) => find(href, path));
  }

  async function look({ path, like, first, closely }) {
    for (const width of closely ? WIDTHS : WIDTHS.slice(-1)) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(url + path);
      if (first) {
        (await skips(page)).forEach((wrong) => at(path, `${width} px: ${wrong}`));
        await page.goto(url + path);
        (await stops(page)).forEach((wrong) => at(path, `${width} px: ${wrong}`));
      }
      if (width === WIDTHS.at(-1)) (await structure(page)).forEach((what) => at(path, what));
      for (const colorScheme of closely ? SCHEMES : SCHEMES.slice(0, 1)) {
        await page.emulateMedia({ colorScheme });
        const there = `${width} px, ${colorScheme}`;
        const wrong = await barriers(page, { coloursOnly: colorScheme === 'dark' });
        wrong.push(...(await overflow(page)));
        wrong.forEach((what) => at(path, `${there}: ${what}`));
        if (!first) continue;
        const name = `${like.replace(/^\/dashboard\/?/, '').replace(/[/ ]+/g, '-') || 'overview'}-${opened.length}`;
        await picture(page, join(pictures, role, `${name}-${width}-${colorScheme}.png`), { fullPage: true });
      }
    }
    await unscripted.goto(url + path);
    const [with_, without] = [await outline(page), await outline(unscripted)];
    if (with_.join('\n') !== without.join('\n')) {
      at(path, `without scripts it is another page: ${JSON.stringify(without)}, with them ${JSON.stringify(with_)}`);
    }
    const part = page.locator('[hx-trigger^=every]');
    if (!live && (await part.count()) > 0) {
      live = true;
      const asked = new URL(await part.first().getAttribute('hx-get'), url).pathname;
      await page.waitForResponse((reply) => new URL(reply.url()).pathname === asked, { timeout: LIVE });
      await page.waitForTimeout(SETTLES);
      (await overflow(page)).forEach((what) => at(path, `brought up to date: ${what}`));
      (await barriers(page)).forEach((what) => at(path, `brought up to date: ${what}`));
    }
  }

  must.filter((path) => !opened.includes(path) && !files.includes(path)).forEach((path) => at(path, 'no link leads there'));
  if (!live) at('/dashboard', 'nothing is live');
  const seen = new Set([...opened, ...files].map((path) => kind(new URL(path, url))));
  Object.assign(found, { role, pages: opened.length, kinds: [...seen].sort(), files: files.length });
});
