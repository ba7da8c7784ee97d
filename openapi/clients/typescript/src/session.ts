/**
 * BiometrID's session: the cookie that leads from one call of a dialogue to the next.
 *
 * A browser keeps it by itself; Node keeps none, so the client does. One client is one session, as a browser is.
 */

import type { Send } from "./calling.js";

const NAME = "biometrid.sid";

/** Keeps the session's cookie between calls. */
export function inOneSession(send: Send): Send {
  let session: string | undefined;
  return async (request) => {
    if (session !== undefined) request.headers.set("cookie", session);
    const response = await send(request);
    const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith(`${NAME}=`));
    if (set !== undefined) session = isTakenBack(set) ? undefined : set.split(";")[0];
    return response;
  };
}

/** Whether this is how a server says that a cookie is no more. */
function isTakenBack(set: string): boolean {
  return set.startsWith(`${NAME}=;`) || /;\s*max-age=(0|-\d+)\s*(;|$)/i.test(set);
}
