// Whether somebody with a keyboard alone gets everywhere. The page must be fresh: nothing on it has been touched, or it was made `afresh`.

/** Has the keyboard begin at the top again, where a page cannot be opened anew. */
export async function afresh(page) {
  await page.evaluate(() => {
    // The keyboard goes on from where what it was on has been taken away.
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
  });
}

/** Does the skip link come first, can it be seen, and does it lead into the page's own part? */
export async function skips(page) {
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => {
    const link = document.activeElement;
    const { top, left, width, height } = link.getBoundingClientRect();
    return { to: link.getAttribute('href'), seen: top >= 0 && left >= 0 && width >= 24 && height >= 24, is: link.outerHTML.slice(0, 80) };
  });
  if (!first.to?.startsWith('#')) return [`the first stop of the keyboard is no skip link: ${first.is}`];
  const wrong = first.seen ? [] : ['the skip link is not seen when the keyboard is on it'];
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const inside = await page.evaluate(() => {
    const main = document.querySelector('main');
    const stops = main.querySelector('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
    return stops === null || main.contains(document.activeElement);
  });
  return inside ? wrong : [...wrong, 'the skip link does not lead into main'];
}

/** Does Tab stop at whatever can be used, and does each stop show that it is one? */
export async function stops(page) {
  const wanted = await page.evaluate(() => {
    const usable = 'a[href], button, input, select, textarea, summary, audio[controls], [tabindex]';
    const unchosen = (e) => e.type === 'radio' && !e.checked && document.querySelector(`input[name="${e.name}"]:checked`) !== null;
    const shown = { visibilityProperty: true, contentVisibilityAuto: true };
    globalThis.wanted = [...document.querySelectorAll(usable)].filter(
      (e) => !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0 && !unchosen(e) && e.checkVisibility(shown),
    );
    globalThis.unseen = new Set(globalThis.wanted);
    globalThis.dull = new Set();
    return globalThis.wanted.length;
  });
  // The parts of a player are stops of their own, and so are boxes that scroll.
  for (let presses = 0; presses < 5 * wanted + 30; presses += 1) {
    await page.keyboard.press('Tab');
    const left = await page.evaluate(() => {
      const e = document.activeElement;
      globalThis.unseen.delete(e);
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(e);
      const marked = (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
      if (globalThis.wanted.includes(e) && !marked && e.localName !== 'audio') globalThis.dull.add(e);
      return globalThis.unseen.size;
    });
    if (left === 0) break;
  }
  return page.evaluate(() => {
    const names = (set) => [...set].slice(0, 4).map((e) => e.outerHTML.slice(0, 80).replace(/\s+/g, ' '));
    const wrong = [];
    if (globalThis.unseen.size) wrong.push(`Tab does not reach ${globalThis.unseen.size}: ${names(globalThis.unseen).join(' · ')}`);
    if (globalThis.dull.size) wrong.push(`it is not seen where the keyboard is: ${names(globalThis.dull).join(' · ')}`);
    return wrong;
  });
}
