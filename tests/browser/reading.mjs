// What is asked of a page that is open: how it is built, how it lies on the screen, whether everybody can read and use it.
import { readFileSync } from 'node:fs';

import { packages } from './browser.mjs';

const AXE = readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8');
/** The success criteria of WCAG 2.2, levels A and AA, as axe-core names them. */
const CRITERIA = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** Of these, the rules that a page in other colours could fail. */
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
/** Most pixels that a row of a table may be high: half of what a telephone shows. */
const TALLEST = 400;

/** What axe-core finds that keeps people out: rule, how bad, where. */
export async function barriers(page, { coloursOnly = false } = {}) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(async (runOnly) => {
    const { violations } = await globalThis.axe.run(document, { runOnly, preload: false, resultTypes: ['violations'] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.failureSummary.replace(/\s+/g, ' ')})`),
      more: Math.max(nodes.length - 3, 0),
    }));
  }, coloursOnly ? COLOURS : CRITERIA);
  const grave = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, impact, where, more }) => `axe: ${id} (${impact}) at ${where.join('; ')}${more ? ` and ${more} more` : ''}`);
}

/** What makes the page wider than the screen; and in tables ids that are broken into lines, and rows that are as high as a page, if there are any. */
export async function overflow(page) {
  return page.evaluate((tallest) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const broken = [...document.querySelectorAll('.wide :is(td:not(.long), th) code')].filter((e) => e.getClientRects().length > 1);
    const wrong = broken.slice(0, 1).map((e) => `${broken.length} ids are broken into lines, as ${e.textContent.slice(0, 80)}`);
    const rows = [...document.querySelectorAll('.wide tbody tr')].filter((e) => e.querySelector('pre, details, .long') === null);
    const height = (e) => Math.round(e.getBoundingClientRect().height);
    const tall = rows.filter((e) => height(e) > tallest);
    const text = (e) => e.textContent.trim().replace(/\s+/g, ' ').slice(0, 80);
    wrong.push(...tall.slice(0, 1).map((e) => `${tall.length} rows are over ${tallest} px high, as one of ${height(e)}: ${text(e)}`));
    if (scrollWidth <= clientWidth) return wrong;
    const scrolls = (e) => e !== document.body && ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX);
    const inside = (e) => e !== null && e !== document.documentElement && (scrolls(e) || inside(e.parentElement));
    const beyond = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
    // What is placed apart from the flow is not held by a box that scrolls, unless that is its place.
    const sticks = beyond.filter((e) => getComputedStyle(e).position === 'absolute' || !inside(e.parentElement));
    const names = sticks.slice(0, 4).map((e) => e.outerHTML.slice(0, 80).replace(/\s+/g, ' '));
    return [...wrong, `the page is ${scrollWidth} px wide on ${clientWidth}: ${names.join(' · ')}`];
  }, TALLEST);
}

/** What a page must have, and what a strict policy for content leaves no place for. */
export async function structure(page, { loggedIn = true } = {}) {
  return page.evaluate((loggedIn) => {
    const count = (what) => document.querySelectorAll(what).length;
    const each = (what, test) => [...document.querySelectorAll(what)].filter(test).map((e) => e.outerHTML.slice(0, 80));
    const wrong = [];
    const require = (holds, otherwise) => holds || wrong.push(otherwise);
    require(document.documentElement.lang === 'en', 'the page does not say its language');
    require(document.title.trim().length > 3, 'the page has no title');
    for (const [what, wanted] of [['h1', 1], ['main', 1], ['body > header', 1]]) {
      require(count(what) === wanted, `${count(what)} ${what}, not ${wanted}`);
    }
    require(!loggedIn || count('nav') >= 1, 'there is no nav');
    for (const [what, found] of [
      ['a style of its own', each('[style]', () => true)],
      ['a script in the page', each('script:not([src])', () => true)],
      ['a handler in an attribute', each('*', (e) => [...e.attributes].some(({ name }) => name.startsWith('on')))],
      ['a table without a caption', each('table', (e) => !e.caption?.textContent.trim())],
      ['a heading of a table without scope', each('th', (e) => !e.hasAttribute('scope'))],
      ['a drawing that is not told', each('svg:not(svg svg)', (e) => !e.matches('[aria-hidden=true], [role=img]'))],
      ['a tabindex above 0', each('[tabindex]', (e) => e.tabIndex > 0)],
      ['a form that posts without a token', each('form[method=post]', (e) => loggedIn && !e.elements.csrf?.value)],
    ]) {
      require(found.length === 0, `${what}: ${found.slice(0, 3).join(' · ')}`);
    }
    return wrong;
  }, loggedIn);
}

/** The headings, forms, tables and buttons of the page: what there must be without scripts as well. */
export async function outline(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('main :is(h1, h2, h3, form, caption, summary, button)')].map((e) =>
      e.matches('form') ? `form ${e.getAttribute('action') ?? ''}` : `${e.localName} ${e.textContent.trim().replace(/\s+/g, ' ')}`,
    ),
  );
}
