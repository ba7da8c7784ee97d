// A page as it stands, on a telephone's screen and a desk's, dark and light: for what cannot be opened again by its address.
import { picture } from './browser.mjs';
import { afresh, skips, stops } from './keyboard.mjs';
import { barriers, overflow } from './reading.mjs';

/** What is wrong with the page on each screen and in each scheme, and by `keyboard` if that is asked for. Keeps a picture of each. */
export async function seen(page, file, { keyboard = false } = {}) {
  const found = [];
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    if (keyboard) {
      for (const walks of [skips, stops]) {
        await afresh(page);
        found.push(...(await walks(page)).map((wrong) => `${width} px: ${wrong}`));
      }
      await afresh(page);
    }
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      const wrong = [...(await barriers(page, { coloursOnly: colorScheme === 'dark' })), ...(await overflow(page))];
      found.push(...wrong.map((what) => `${width} px, ${colorScheme}: ${what}`));
      await picture(page, `${file}-${width}-${colorScheme}.png`, { fullPage: true });
    }
  }
  return found;
}
