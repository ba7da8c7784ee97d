// Somebody whose browser runs no scripts does what operators do: logs in, searches, filters, changes a policy, lets somebody in again,
// ends a job, has a message sent once more, makes a tenant, erases a person, and logs out.
import { run, window } from './browser.mjs';

await run(async ({ given, browser, faults, found }) => {
  const { url, email, password, tenant, locked, person, running, told } = given;
  // What is typed wrongly is answered so.
  const expected = (request, status) => request.isNavigationRequest() && [401, 404, 422].includes(status);
  const context = await window(browser, { url, faults, expected, javaScriptEnabled: false });
  const page = await context.newPage();
  const done = [];
  const text = (selector) => page.locator(selector).first().innerText();
  const path = () => new URL(page.url()).pathname;
  function require(holds, what) {
    if (!holds) throw new Error(`${what}: ${page.url()}`);
  }
  /** Clicks on what leads to another page, and waits for that. */
  async function leads(locator) {
    await Promise.all([page.waitForEvent('load'), locator.first().click()]);
  }
  const press = (name) => leads(page.getByRole('button', { name }));
  const follow = (name) => leads(page.getByRole('link', { name }));
  async function notice(words, what) {
    require(words.test(await text('main .notice')), what);
    done.push(what);
  }

  // The login leads back to where somebody wanted to be.
  await page.goto(`${url}${tenant}/people`);
  require(path() === '/dashboard/login', 'a page is shown to nobody');
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', 'not the password');
  await press('Log in');
  require(/wrong/.test(await text('[role=alert]')), 'a wrong password is not told');
  require((await page.inputValue('input[name=email]')) === email, 'the address is not kept');
  await page.fill('input[name=password]', password);
  await press('Log in');
  require(path() === `${tenant}/people`, 'the login does not lead back');
  done.push('logged in');

  // Somebody who was locked out is found by their reference.
  await page.fill('input[name=search]', 'client 8');
  await press('Search');
  require((await page.locator('main tbody tr').count()) === 1, 'the search does not find one');
  await leads(page.locator('main tbody a'));
  require(path() === `${tenant}/people/${locked}`, 'the search finds somebody else');
  require((await text('main')).includes('locked'), 'the lock is not shown');
  await press('Forget the failed verifications');
  await notice(/lock is reset/, 'unlocked');
  require(!(await text('main')).includes('locked until'), 'they are still locked');

  await page.goto(`${url}${tenant}/dialogues`);
  await page.selectOption('select[name=purpose]', 'Verify');
  await page.selectOption('select[name=state]', 'Failed');
  await press('Filter');
  const states = await page.locator('main tbody tr').allInnerTexts();
  require(states.length > 0 && states.every((row) => row.includes('Failed')), 'the filter lets others pass');
  done.push('filtered');

  // A setting that cannot be is refused by its name, with what was typed; one that can is in force.
  await page.goto(`${url}${tenant}/policy`);
  const setting = page.locator('[name="lockout.delay_after"]');
  await setting.fill('many');
  await press('Save the policy');
  require(/Nothing is saved/.test(await text('[role=alert]')), 'a setting that cannot be is taken');
  require((await setting.inputValue()) === 'many', 'what was typed is lost');
  require((await setting.getAttribute('aria-invalid')) === 'true', 'what is wrong is not marked');
  await setting.fill('7');
  await press('Save the policy');
  await notice(/policy is saved/, 'policy changed');
  require((await setting.inputValue()) === '7', 'the setting is not in force');
  await follow(/^version/);
  require((await text('main tbody')).includes('lockout.delay_after'), 'the change is not among the versions');

  await page.goto(`${url}${tenant}/jobs/${running}`);
  await follow(/^Cancel the job/);
  require((await text('main')).includes('cannot be taken back'), 'it is not asked');
  await press('Cancel the job');
  await notice(/job is cancelled/, 'job cancelled');
  await page.goto(`${url}${tenant}/jobs/${told}`);
  require((await page.locator('main section tbody tr').count()) >= 2, 'not every try of the message is shown');
  await press('Send it again');
  await notice(/sent again/, 'message replayed');

  // A new tenant's credentials are shown once.
  await page.goto(`${url}/dashboard/tenants`);
  await page.fill('main input[name=name][maxlength]', 'umbrella');
  await press('Make it');
  const shown = (await page.locator('.secret dd').allInnerTexts()).map((secret) => secret.trim());
  require(shown.length >= 5, 'the credentials are not shown');
  await page.goto(`${url}/dashboard/tenants`);
  await follow('umbrella');
  await follow('Credentials');
  const later = await page.content();
  // BiometrID's key, by which its secret is found, is none.
  require(shown.filter((secret) => later.includes(secret)).length === 1, 'a secret is shown again');
  done.push('tenant made');

  // Erasing says what it destroys, and asks whose it is.
  await page.goto(`${url}${tenant}/people/${person}`);
  await follow(/^Erase this person/);
  const counts = await page.locator('main tbody td').allInnerTexts();
  require(counts.some((count) => Number(count) > 0), 'it is not said what is destroyed');
  await page.fill('main input[name=id]', locked);
  await press('Erase for good');
  require(/not the person's id/.test(await text('[role=alert]')), 'somebody else\'s id is taken');
  await page.fill('main input[name=id]', person);
  await press('Erase for good');
  require(path() === `${tenant}/receipts`, 'it does not lead to the receipt');
  await notice(/erased|destroyed/i, 'erased');
  const gone = await page.goto(`${url}${tenant}/people/${person}`);
  require(gone.status() === 404, 'the person is still known');

  await press('Log out');
  await notice(/logged out/, 'logged out');
  await page.goto(`${url}${tenant}/people`);
  require(path() === '/dashboard/login', 'the session is not over');
  Object.assign(found, { done });
});
