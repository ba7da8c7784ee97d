// The second tab: a recording of several people, and who of them speaks when. The server does not keep it.

import { call, element, quoted } from "./try-calls.js";
import { draw, seconds, speakers } from "./try-lanes.js";
import { ofCall } from "./try-words.js";

const PATH = "/audio/generic/api/v1/sync/diarize";

export class Speakers {
  #panel;
  #exchanges;
  #apikey;
  #mostBytes;
  #parts;

  constructor(panel, exchanges, { apikey, mostBytes }) {
    this.#panel = panel;
    this.#exchanges = exchanges;
    this.#apikey = apikey;
    this.#mostBytes = Number(mostBytes);
    const names = ["recording", "drop", "found", "hearing", "result", "play", "lanes", "segments"];
    this.#parts = Object.fromEntries(names.map((name) => [name, document.getElementById(`try-${name}`)]));
    const { recording, drop, play } = this.#parts;
    recording.addEventListener("change", async () => {
      await this.#take(recording.files);
      // The same file may be chosen again.
      recording.value = "";
    });
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.#take(event.dataTransfer.files);
    });
    // What this browser cannot play the server heard all the same.
    play.addEventListener("error", () => {
      play.hidden = true;
    });
  }

  #become(state, words) {
    const { found, hearing, result } = this.#parts;
    this.#panel.dataset.state = state;
    found.textContent = words;
    hearing.hidden = state !== "sending";
    result.hidden = state !== "found";
  }

  async #take([file]) {
    if (file === undefined) return;
    if (this.#panel.dataset.state === "sending") {
      this.#parts.found.textContent = "A recording is being heard. Wait for it, and choose again.";
      return;
    }
    if (file.size > this.#mostBytes) {
      const [has, most] = [file.size, this.#mostBytes].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`);
      this.#become("failed", `${file.name} has ${has}; at most ${most} are heard while somebody waits. Longer recordings are for the asynchronous calls.`);
      return;
    }
    this.#become("sending", `Hearing ${file.name} …`);
    const told = await this.#ask(file);
    if (told.status === 200) this.#show(file, told.body.segments);
    else this.#become("failed", told.words);
  }

  /** Calls as the documents say; what is not done is told in words. */
  async #ask(file) {
    let content;
    try {
      content = await base64(file);
    } catch {
      return { status: 0, words: `${file.name} cannot be read.` };
    }
    const fields = { encoding: file.name.split(".").at(-1).toLowerCase(), sampleRate: 16_000, speakers: -1 };
    const others = JSON.stringify(fields).slice(1);
    const curl = `curl "$URL${PATH}?apikey=$APIKEY" \\
  -H 'content-type: application/json' -d @- <<END
{"content":"$(base64 < ${quoted(file.name)} | tr -d '\\n')",${others}
END`;
    const shown = this.#exchanges.begin({ step: "diarize", title: `Who speaks when in ${file.name}?`, curl });
    const options = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ content, ...fields }) };
    const told = await call(`${PATH}?apikey=${encodeURIComponent(this.#apikey)}`, options, shown);
    const fault = told.body?.fault ?? {};
    return { ...told, words: ofCall({ ...told, message: fault.fault_string ?? fault.faultstring ?? "" }) };
  }

  #show(file, segments) {
    const { play, lanes } = this.#parts;
    const people = speakers(segments).length;
    const says = people === 0 ? "Nobody speaks in it." : people === 1 ? "One person speaks in it." : `${people} people speak in it.`;
    this.#become("found", `${file.name}: ${says}`);
    this.#list(segments);
    const last = segments.reduce((latest, { end }) => Math.max(latest, end), 1);
    let move = draw(lanes, segments, last);
    URL.revokeObjectURL(play.src);
    play.hidden = false;
    play.src = URL.createObjectURL(file);
    play.onloadedmetadata = () => {
      if (Number.isFinite(play.duration)) move = draw(lanes, segments, Math.max(last, play.duration));
    };
    play.ontimeupdate = () => move(play.currentTime);
  }

  #list(segments) {
    const row = ({ speaker_id: who, start, end }) => {
      const times = [start, end, end - start].map((each) => element("td", { class: "num" }, seconds(each)));
      return element("tr", {}, element("th", { scope: "row" }, `Speaker ${who}`), ...times);
    };
    this.#parts.segments.tBodies[0].replaceChildren(...segments.map(row));
  }
}

async function base64(file) {
  const read = new FileReader();
  const done = new Promise((resolve, reject) => {
    read.onload = () => resolve(read.result);
    read.onerror = () => reject(read.error);
  });
  read.readAsDataURL(file);
  // An empty file is "data:" alone.
  return (await done).split(",")[1] ?? "";
}
