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
    session = set?.split(";")[0] ?? session;
    return response;
  };
}
