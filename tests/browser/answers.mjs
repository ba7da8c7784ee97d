// What the pages answer where no link leads: to forms that are refused, that ask, that show something once, and to addresses that are wrong.
// Each is reached as people reach it, by filling in the form there is; a second tab is somebody who was faster.
import { join } from 'node:path';

import { logIn, run, window } from './browser.mjs';
import { structure } from './reading.mjs';
import { seen } from './seeing.mjs';
import { ask } from './talk.mjs';

const ALERT = '[role=alert]';
const MARKED = '[aria-invalid=true]';
const TO_LOG_IN = 'main input[type=password]';
const SHOWN_ONCE = '.secret dd code';

await run(async ({ given, browser, faults, found }) => {
  const { url, email, password, auditor, tenant, person, locked, running, pictures } = given;
  let awaited = 0;
  const expected = (request, status) => request.isNavigationRequest() && status === awaited;
  const answers = [];

  /** Does what is answered with a page, which must have this status and show this, and looks at it. */
  async function answered(page, name, [status, shows], does, { loggedIn = true } = {}) {
    awaited = status;
    const last = (reply) => reply.request().isNavigationRequest() && !(reply.status() >= 300 && reply.status() < 400);
    const [reply] = await Promise.all([page.waitForResponse(last), page.waitForEvent('load'), does()]);
    const at = (what) => faults.push(`${name}: ${what}`);
    if (reply.status() !== status) at(`is answered ${reply.status()}, not ${status}`);
    if (!(await page.locator(shows).first().isVisible())) at(`${shows} is not seen`);
    (await structure(page, { loggedIn })).forEach(at);
    (await seen(page, join(pictures, 'answers', name), { keyboard: true })).forEach(at);
    answers.push(name);
  }
  const press = (page, name) => page.getByRole('button', { name }).click();
  /** Presses what leads on to a page that is looked at elsewhere. */
  const leads = (page, name) => Promise.all([page.waitForEvent('load'), press(page, name)]);
  const setting = (page, name, text) => page.fill(`main [name="${name}"]`, text);

  const page = await (await window(browser, { url, faults, expected })).newPage();
  const open = (path) => page.goto(url + path);
  const beside = async (path) => {
    const tab = await page.context().newPage();
    await tab.goto(url + path);
    return tab;
  };

  // Nobody yet.
  const outside = { loggedIn: false };
  await answered(page, 'login', [200, TO_LOG_IN], () => open('/dashboard/login'), outside);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await answered(page, 'login-wrong', [401, ALERT], () => press(page, 'Log in'), outside);
  await answered(page, 'nowhere-to-nobody', [404, 'main h1'], () => open('/dashboard/nowhere'), outside);

  // Addresses that are wrong, and one that is not this role's.
  await logIn(page, given);
  // What no page stands for does not ask who is there.
  await answered(page, 'nowhere', [404, 'main h1'], () => open('/dashboard/nowhere'), outside);
  await answered(page, 'nobody', [404, 'main h1'], () => open(`${tenant}/people/00000000-0000-4000-8000-000000000000`));
  await answered(page, 'misread', [400, 'main h1'], () => open('/dashboard/tenants?nonsense=1'));
  await answered(page, 'wrong-method', [405, 'main h1'], () => open(`${tenant}/audit/verify`), outside);
  const reader = await (await window(browser, { url, faults, expected })).newPage();
  await logIn(reader, { url, email: auditor, password });
  await answered(reader, 'not-allowed', [403, 'main h1'], () => reader.goto(`${url}${tenant}/webhook-secrets`));
  await reader.context().close();

  // A form of a login that is over, while another holds.
  await open(`${tenant}/policy`);
  const again = await beside('/dashboard');
  await leads(again, 'Log out');
  await logIn(again, given);
  await again.close();
  await answered(page, 'stale', [403, 'main h1'], () => press(page, 'Save the policy'));

  // Forms that are refused, as they come back.
  await open('/dashboard/account');
  await setting(page, 'current', password);
  await setting(page, 'new', 'a password that is new');
  await setting(page, 'again', 'another one that is new');
  await answered(page, 'password-refused', [422, ALERT], () => press(page, 'Change it'));
  await open('/dashboard/tenants');
  await page.getByLabel('Name', { exact: true }).fill('acme');
  await answered(page, 'tenant-name-taken', [409, MARKED], () => press(page, 'Make it'));
  await open(`${tenant}/people/${person}`);
  await setting(page, 'text_sha256', 'ab'.repeat(32));
  await setting(page, 'given_at', '2999-01-01T00:00');
  await setting(page, 'signer', 'form 8');
  await answered(page, 'consent-refused', [422, MARKED], () => press(page, 'Record it'));
  await open(`${tenant}/people/${person}/erase`);
  await setting(page, 'id', locked);
  await answered(page, 'erase-refused', [422, MARKED], () => press(page, 'Erase for good'));
  await open(`${tenant}/policy`);
  await setting(page, 'lockout.delay_after', 'many');
  await answered(page, 'policy-refused', [422, MARKED], () => press(page, 'Save the policy'));

  // Somebody was faster.
  await open(`${tenant}/policy`);
  const faster = await beside(`${tenant}/policy`);
  await setting(faster, 'lockout.delay_after', '7');
  await leads(faster, 'Save the policy');
  await setting(page, 'lockout.delay_after', '8');
  await answered(page, 'policy-conflict', [409, ALERT], () => press(page, 'Save the policy'));
  await open(`${tenant}/jobs/${running}/cancel`);
  await faster.goto(`${url}${tenant}/jobs/${running}/cancel`);
  await leads(faster, 'Cancel the job');
  await faster.close();
  await answered(page, 'job-over', [200, 'main > .notice'], () => press(page, 'Cancel the job'));

  // What is shown once.
  await open('/dashboard/tenants');
  await page.getByLabel('Name', { exact: true }).fill('umbrella');
  await answered(page, 'tenant-made', [201, SHOWN_ONCE], () => press(page, 'Make it'));
  await open(`${tenant}/credentials`);
  await answered(page, 'credential-issued', [201, SHOWN_ONCE], () => press(page, 'Issue it'));
  await open(`${tenant}/credentials`);
  await answered(page, 'credential-third', [409, ALERT], () => press(page, 'Issue it'));
  await open(`${tenant}/webhook-secrets`);
  await answered(page, 'webhook-secrets', [200, SHOWN_ONCE], () => press(page, 'Show the secrets'));
  await open(`${tenant}/webhook-secrets/change`);
  await answered(page, 'webhook-secret-new', [201, SHOWN_ONCE], () => press(page, 'Go on to a new one'));

  for (const [name, path] of [['audit-whole', '/dashboard/audit'], ['audit-whole-of-tenant', `${tenant}/audit`]]) {
    await open(path);
    await answered(page, name, [200, 'main [role=status]'], () => press(page, 'Check it now'));
  }

  // Days go by: the login is over, and who was not heard since would go by a stricter retention.
  await open(`${tenant}/policy`);
  await ask({ days: 3 });
  await answered(page, 'session-over', [200, TO_LOG_IN], () => press(page, 'Save the policy'), outside);
  await logIn(page, given);
  await open(`${tenant}/policy`);
  await setting(page, 'retention.unused_person_days', '1');
  await answered(page, 'retention-asked', [200, 'main form button.danger'], () => press(page, 'Save the policy'));
  Object.assign(found, { answers });
});
