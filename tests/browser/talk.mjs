// What a script and the test that started it say to each other: lines of JSON, the first of which is what the script is given.
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** The next line that the test says. */
export async function told() {
  const { value, done } = await lines.next();
  if (done) throw new Error('the test says nothing more');
  return JSON.parse(value);
}

/** A line for the test. */
export function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** A line for the test, and what it says to that. */
export async function ask(what) {
  say(what);
  return told();
}
