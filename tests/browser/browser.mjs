// Chromium, led by playwright-core: what it may reach is the server of the test, and whatever it complains of is a fault.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import { say, told } from './talk.mjs';

// `cargo xtask test` puts them there, as package-lock.json has them.
export const packages = createRequire(new URL('../../target/browser/', import.meta.url));

const { chromium } = packages('playwright-core');

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  // What is asked of any other host is not even looked up.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/**
 * Does a script's work with what the test gives it, and tells the test what is wrong and what was found.
 * `work` is handed what was given, the browser, a list for faults and an object for figures.
 */
export async function run(work, flags = () => []) {
  const [faults, found] = [[], {}];
  let browser;
  try {
    const given = await told();
    browser = await chromium.launch({
      executablePath: given.chromium,
      // Chromium's own sandbox wants somebody who is not root.
      chromiumSandbox: process.getuid() !== 0,
      args: [...FLAGS, ...flags(given)],
    });
    await work({ given, browser, faults, found });
  } catch (error) {
    faults.push(error.stack);
  }
  await browser?.close();
  say({ faults, found });
  process.exit(faults.length === 0 ? 0 : 1);
}

/**
 * A browser's window without history. Faults are: a complaint on its console (what the policy for content refuses is one), a script
 * that fails, a request to another host, and one that is not answered, or answered with an error: unless `expected` says that this request
 * is to have this status, or none, which is 0.
 */
export async function window(browser, { url, faults, expected = () => false, ...options }) {
  // Colours that fade in would be measured half way.
  const usual = { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' };
  const context = await browser.newContext({ ...usual, ...options });
  const ours = new URL(url).origin;
  const fault = (page, what) => faults.push(`${page ? page.url().replace(ours, '') : 'a window'}: ${what}`);
  context.on('console', (message) => {
    // That a reply is an error, or does not come, is told below, with what it is.
    const reply = /^Failed to load resource: (the server responded|net::)/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !reply) {
      fault(message.page(), `the console says: ${message.text()}`);
    }
  });
  context.on('weberror', (error) => fault(error.page(), `a script fails: ${error.error()}`));
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== ours && protocol !== 'blob:') fault(pageOf(request), `asks ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const { errorText } = request.failure() ?? {};
    // What a page had asked for when it was left.
    if (errorText !== 'net::ERR_ABORTED' && !expected(request, 0)) fault(pageOf(request), `${request.url()}: ${errorText}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400 && !expected(response.request(), response.status())) {
      fault(pageOf(response.request()), `${response.url().replace(ours, '')} is answered ${response.status()}`);
    }
  });
  return context;
}

/** The page that asked, if it has one already: the first request of a window has not. */
function pageOf(request) {
  try {
    return request.frame().page();
  } catch {
    return undefined;
  }
}

/** Logs in by the form, as a person does. */
export async function logIn(page, { url, email, password }) {
  await page.goto(`${url}/dashboard/login`);
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', password);
  await page.click('main form button');
  await page.waitForURL((address) => address.pathname !== '/dashboard/login');
}

/** Keeps a picture of the page. */
export async function picture(page, file, options = {}) {
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file, caret: 'initial', ...options });
}
