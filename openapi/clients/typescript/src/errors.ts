/**
 * Why a call did not bring what was asked for.
 *
 * Each is a `TimbreError`, and none has a credential or a recording in its text.
 */

/** Whatever goes wrong with a call. */
export class TimbreError extends Error {
  override name = "TimbreError";
}

/** The server turned the call down; with 500 or more it may have done what was asked all the same. `Fault` is the shape of its contract's errors. */
export class Refused<Fault = unknown> extends TimbreError {
  override name = "Refused";

  constructor(
    /** The reply's status. */
    readonly status: number,
    /** What the contract calls it: `USERID_NOT_EXISTS`, say. Empty where the reply is not the contract's, but a gateway's. */
    readonly code: string,
    /** The reply as it came. */
    readonly body: Fault,
    /** Seconds that the reply asks to be waited for, where it names them. */
    readonly retryAfter: number | undefined,
  ) {
    super(`the call was turned down: ${status} ${code}`.trimEnd());
  }
}

/** No answer came: the server may have done what was asked, or not, unless `wasSent` is false. */
export class NotAnswered extends TimbreError {
  override name = "NotAnswered";

  constructor(
    message: string,
    /** False where there was nobody to send it to. */
    readonly wasSent: boolean,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** No answer came in time. */
export class TimedOut extends NotAnswered {
  override name = "TimedOut";
}

/** What a contract calls an error: each has a place of its own for it. */
export function codeOf(body: unknown): string {
  const places = [
    ["data", "message"],
    ["error", "code"],
    ["fault", "detail", "errorcode"],
    ["fault", "detail", "error_code"],
    ["type"],
  ];
  for (const place of places) {
    const found = place.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined | null)?.[name], body);
    if (typeof found === "string") return found;
  }
  return "";
}

/** Seconds that a reply asks to be waited for. */
export function retryAfter(response: Response): number | undefined {
  const said = response.headers.get("retry-after")?.trim();
  if (!said) return undefined;
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

type Done<Data> = { data: Data; error?: never; response: Response };
type NotDone<Fault> = { data?: never; error: Fault; response: Response };

/** What a call brought; where it was turned down, throws {@link Refused}. */
export async function orThrow<Data, Fault>(call: Promise<Done<Data> | NotDone<Fault>>): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  throw new Refused(response.status, codeOf(error), error, retryAfter(response));
}
