/**
 * How a call is sent: how long it may take, and when it is sent again.
 *
 * Promises that nothing is done twice. Sent again is what was turned down before anything was done (429), what found nobody there, and what
 * may be repeated: GET, PUT, DELETE, and any call with an `Idempotency-Key`. For these a lost answer and 502, 503 and 504 are reasons too.
 * For others they are none, whatever `Retry-After` says: the call may have been done all the same.
 */

import { NotAnswered, retryAfter, TimedOut } from "./errors.js";

/** How long a caller waits. */
export interface Patience {
  /** Milliseconds that one try may take; 60,000 where it is absent. */
  timeoutMs?: number;
  /** How often a call may be sent again; 3 where it is absent. */
  retries?: number;
}

export type Send = (request: Request) => Promise<Response>;

/** What a test sets in place of time and chance. */
export interface World {
  send: Send;
  /** Until this time is over, or whoever calls has given up. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** A server that asks for more than this is not waited for: the caller is told. */
const LONGEST_RETRY_AFTER_S = 60;
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
/** What Node says when nobody was there: nothing was sent. */
const NOBODY_THERE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

const REAL: World = {
  send: (request) => fetch(request),
  sleep: (milliseconds, signal) =>
    new Promise((awake) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        awake();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener("abort", wake);
    }),
  random: Math.random,
};

/** Sends calls within this patience. */
export function patiently({ timeoutMs = 60_000, retries = 3 }: Patience, world: World = REAL): Send {
  return async (request) => {
    // A body is a stream, which is read once: it is kept to be sent again.
    const body = request.body ? await request.arrayBuffer() : null;
    const repeatable = REPEATABLE.has(request.method) || request.headers.has("idempotency-key");
    for (let tries = 0; ; tries++) {
      const outcome = await once(request, body, timeoutMs, world.send);
      const asked = tries < retries ? waitAsked(outcome, repeatable) : undefined;
      if (asked === undefined || request.signal.aborted) {
        if (outcome instanceof Response) return outcome;
        throw outcome;
      }
      const jitter = world.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
      await world.sleep(asked * 1000 + jitter, request.signal);
    }
  };
}

/** One try: the whole answer, or why there is none. */
async function once(request: Request, body: ArrayBuffer | null, timeoutMs: number, send: Send): Promise<Response | NotAnswered> {
  request.signal.throwIfAborted();
  const late = new AbortController();
  const giveUp = () => late.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  request.signal.addEventListener("abort", giveUp);
  const { url, method, headers, redirect, credentials } = request;
  try {
    const response = await send(new Request(url, { method, headers, body, signal: late.signal, redirect, credentials }));
    // Read here, so that the time for it counts.
    const content = await response.arrayBuffer();
    return new Response(content.byteLength > 0 ? content : null, response);
  } catch (error) {
    // Whoever called has given up.
    if (request.signal.aborted) throw error;
    if (late.signal.aborted) return new TimedOut(`no answer within ${timeoutMs} ms`, true, error);
    const why = (error as { cause?: { code?: string } }).cause?.code;
    return new NotAnswered(`no answer${why ? `: ${why}` : ""}`, !NOBODY_THERE.has(why ?? ""), error);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", giveUp);
  }
}

/** Seconds to wait before the call is sent again; undefined where it must not be. */
function waitAsked(outcome: Response | NotAnswered, repeatable: boolean): number | undefined {
  if (!(outcome instanceof Response)) return repeatable || !outcome.wasSent ? 0 : undefined;
  const seconds = retryAfter(outcome);
  if (seconds !== undefined && seconds > LONGEST_RETRY_AFTER_S) return undefined;
  switch (outcome.status) {
    case 429:
      return seconds ?? 0;
    case 502:
    case 503:
    case 504:
      return repeatable ? (seconds ?? 0) : undefined;
    default:
      return undefined;
  }
}
