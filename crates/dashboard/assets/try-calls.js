// Calls to this server, each shown beside the page with the curl that does the same and with what came back.

/** The list of calls; the latest comes first. */
export class Exchanges {
  #list;

  constructor(list) {
    this.#list = list;
  }

  /** Shows a call that is about to be made; what is returned shows its reply. */
  begin({ step, title, curl, recording }) {
    const item = element("li", { "data-step": step, "data-status": "" });
    const head = element("h3", {}, title);
    const status = element("span", { class: "status" }, "…");
    const reply = element("pre", { class: "json", tabindex: "0", role: "group", "aria-label": `What came back: ${title}` }, "…");
    item.append(head, element("pre", { class: "curl", tabindex: "0", role: "group", "aria-label": `As curl: ${title}` }, curl));
    if (recording !== undefined) item.append(kept(recording));
    item.append(element("p", { class: "came" }, "Reply: ", status), reply);
    this.#list.prepend(item);
    return {
      done({ status: code, text, retryAfter }) {
        item.dataset.status = code;
        status.textContent = code === 0 ? "none" : retryAfter > 0 ? `${code}, Retry-After: ${retryAfter}` : code;
        reply.textContent = text;
      },
    };
  }
}

/** A recording to be heard again, and to be saved for the curl. */
function kept({ blob, name }) {
  const url = URL.createObjectURL(blob);
  const saved = element("a", { href: url, download: name }, `Save ${name}`);
  // A file that is no recording is shown by its name alone.
  if (blob.size === 0) return element("div", { class: "kept" }, saved);
  const heard = element("audio", { controls: "", preload: "metadata", src: url, "aria-label": name });
  heard.addEventListener("error", () => heard.remove());
  return element("div", { class: "kept" }, heard, saved);
}

/** Makes a call: status 0 where nothing answered. The reply's JSON is in `body`, where it has one. */
export async function call(path, options, shown) {
  const told = { status: 0, text: "", body: null, retryAfter: 0 };
  try {
    const response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
    told.text = await response.text();
    told.status = response.status;
    told.retryAfter = Number(response.headers.get("retry-after") ?? 0) || 0;
    told.body = JSON.parse(told.text);
    told.text = JSON.stringify(told.body, null, 2);
  } catch (error) {
    if (told.status === 0) told.text = String(error);
  }
  shown.done(told);
  return told;
}

/** BiometrID as the demo tenant. */
export class Biometrid {
  #exchanges;
  #headers;

  constructor(exchanges, key, secret) {
    this.#exchanges = exchanges;
    this.#headers = { "x-biometrid-key": key, "x-biometrid-secret": secret };
  }

  /** Calls below `/api/1.0`, with fields or with a recording. */
  async call({ step, title, method = "POST", path, fields = {}, recording }) {
    const curl = [
      `curl -X ${method} "$URL/api/1.0${path}"`,
      '-H "x-biometrid-key: $KEY" -H "x-biometrid-secret: $SECRET"',
      "-b jar -c jar",
      ...Object.entries(fields).map(([name, value]) => `-d ${quoted(`${name}=${value}`)}`),
    ];
    const options = { method, headers: this.#headers };
    if (Object.keys(fields).length > 0) options.body = new URLSearchParams(fields);
    if (recording !== undefined) {
      curl.push(`-F ${quoted(`audio=@${recording.name};type=audio/wav`)}`);
      options.body = new FormData();
      options.body.append("audio", recording.blob, recording.name);
    }
    const shown = this.#exchanges.begin({ step, title, curl: curl.join(" \\\n  "), recording });
    const told = await call(`/api/1.0${path}`, options, shown);
    const data = told.body?.data ?? {};
    return { status: told.status, retryAfter: told.retryAfter, data, message: data.message ?? "" };
  }
}

/** A word as a shell takes it. */
export function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** An element with attributes and what is in it; texts stay texts. */
export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...inside.map((each) => (each instanceof Node ? each : String(each))));
  return made;
}
