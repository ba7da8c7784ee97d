// The first tab: somebody is enrolled by the codes they speak, and verified; and somebody else is not.
//
// Promises that what is shown is what the server said: the state follows from its replies, and nothing about a voice is decided here.

import { Biometrid, element } from "./try-calls.js";
import { measured } from "./try-quality.js";
import { LONGEST_SECONDS, Recording } from "./try-recorder.js";
import { noMicrophoneHere, ofCall, ofDialogue, ofMicrophone, ofQuality, ofRecording, outcome } from "./try-words.js";

/** Where the user that was made, and the code that is asked for, are remembered for as long as the tab is open. */
const REMEMBERED = "timbre-try-user";

/** What is asked for, in the path, in the name of a step, and for people. `other` is a verification of which a refusal is expected. */
const PURPOSES = {
  enrol: { path: "enroll", heading: "Enrolment", begins: "Say the code, digit by digit." },
  verify: { path: "verify", heading: "Verification", begins: "Say this new code, in the same voice." },
  other: { path: "verify", heading: "Another voice", begins: "Now let somebody else say this code." },
};

/** A level as people say it. */
const LEVELS = [
  [-50, "very quiet"],
  [-38, "quiet"],
  [-6, "well heard"],
  [Infinity, "too loud"],
];

/** Below this, in dB of full scale, the meter stands at nothing. */
const METER_FLOOR = 60;

const QUIET = -Infinity;

export class Dialogue {
  #page;
  #calls;
  #parts;
  #user = null;
  #language = "";
  #purpose = "enrol";
  /** What was asked for last. */
  #prompt = null;
  #recording = null;
  #opening = false;
  #recordings = 0;
  #again = async () => {};
  #waiting = null;
  #loudest = QUIET;

  constructor(page, exchanges) {
    this.#page = page;
    this.#calls = new Biometrid(exchanges, page.dataset.key, page.dataset.secret);
    const names = ["start", "go-on", "language", "heading", "code", "code-words", "record", "file", "meter", "level", "clock"];
    names.push("decision", "turns", "verify", "other", "again", "unlock", "delete", "sure", "destroy", "keep", "user", "made");
    names.push("no-microphone");
    this.#parts = Object.fromEntries(names.map((name) => [name, document.getElementById(`try-${name}`)]));
    this.#press("start", () => this.#start());
    this.#press("go-on", () => this.#goOn());
    this.#press("record", () => (this.#recording === null ? this.#record() : this.#finish()));
    this.#press("verify", () => this.#ask("verify"));
    this.#press("other", () => this.#ask("other"));
    this.#press("again", () => this.#again());
    this.#press("unlock", () => this.#unlock());
    this.#press("delete", () => this.#askToDelete());
    this.#press("destroy", () => this.#delete());
    this.#press("keep", () => this.#keep());
    this.#parts.file.addEventListener("change", () => this.#chosen());
    window.addEventListener("pagehide", () => this.leave());
    const missing = noMicrophoneHere();
    if (missing !== null) {
      this.#parts["no-microphone"].textContent = missing;
      this.#parts["no-microphone"].hidden = false;
      this.#parts.record.hidden = true;
    }
    this.#recall();
    this.#become("idle");
  }

  /** The tab is left: what is being recorded is dropped, and the code stands. */
  leave() {
    if (this.#recording === null) return;
    this.#recording.cancel();
    this.#recording = null;
    this.#say("The recording was dropped. The code still stands.");
    this.#become("asking");
  }

  /** Buttons that wait keep the focus: they are said to be disabled, and do nothing. */
  #press(name, does) {
    const button = this.#parts[name];
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") does();
    });
  }

  #become(state) {
    this.#page.dataset.state = state;
    this.#page.dataset.purpose = this.#user === null ? "" : this.#purpose;
    const had = document.activeElement;
    for (const part of this.#page.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
    const { start, "go-on": goOn, delete: remove, made, record, file, user } = this.#parts;
    start.hidden = this.#user !== null;
    goOn.hidden = this.#user === null;
    made.hidden = this.#user === null;
    this.#unfold(false);
    remove.setAttribute("aria-disabled", state === "recording" || state === "sending");
    record.setAttribute("aria-disabled", state === "sending");
    file.setAttribute("aria-disabled", state !== "asking");
    record.textContent = state === "recording" ? "Stop and send" : state === "sending" ? "The server listens …" : "Record";
    user.textContent = this.#user ?? "";
    if (state !== "failed") {
      clearInterval(this.#waiting);
      this.#parts.unlock.hidden = true;
    }
    if (had !== null && had.closest("[hidden]") !== null) this.#focusNext();
  }

  /** Whoever goes by keyboard is led to what comes next. */
  #focusNext() {
    const { record, file, verify, again, start, "go-on": goOn } = this.#parts;
    [record, file, verify, again, start, goOn].find((part) => part.closest("[hidden]") === null)?.focus();
  }

  #say(words, decision = "", message = "") {
    const { decision: part } = this.#parts;
    part.textContent = words;
    part.dataset.decision = decision;
    part.dataset.message = message;
  }

  /** Nothing goes on before it is tried again, which may have to wait. */
  #fail(words, reply, label, again) {
    const { again: button, unlock } = this.#parts;
    this.#again = again;
    this.#say(words, reply.data?.reason ?? reply.message, reply.message);
    this.#become("failed");
    unlock.hidden = !reply.message.startsWith("USER_VOICE_LOCKED") && reply.message !== "USER_VOICE_DISABLED";
    const until = Date.now() + 1_000 * reply.retryAfter;
    const show = () => {
      const left = Math.ceil((until - Date.now()) / 1_000);
      button.textContent = left > 0 ? `${label} (in ${left} s)` : label;
      button.setAttribute("aria-disabled", left > 0);
      if (left <= 0) clearInterval(this.#waiting);
    };
    clearInterval(this.#waiting);
    this.#waiting = setInterval(show, 500);
    show();
  }

  async #start() {
    this.#language = this.#parts.language.value;
    this.#become("sending");
    const reference = [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const fields = { reference_id: `try-${reference}` };
    const reply = await this.#calls.call({ step: "create", title: "Make a user", path: "/users", fields });
    if (reply.message !== "NEW_USER_CREATED") {
      return this.#fail(ofCall(reply), reply, "Try again", () => this.#start());
    }
    this.#user = reply.data.id;
    this.#remember();
    return this.#ask("enrol");
  }

  /** Begins a dialogue: the server asks for a code. */
  async #ask(purpose) {
    this.#purpose = purpose;
    const { path, heading } = PURPOSES[purpose];
    this.#parts.turns.replaceChildren();
    this.#parts.heading.textContent = heading;
    this.#become("sending");
    const title = purpose === "enrol" ? "Begin the enrolment" : "Begin a verification";
    const fields = { language: this.#language };
    const reply = await this.#calls.call({ step: path, title, path: this.#dialogue(), fields });
    this.#told(reply, null, () => this.#ask(purpose));
  }

  #dialogue() {
    return `/users/${this.#user}/dialogue/${PURPOSES[this.#purpose].path}/voice`;
  }

  /** Asks for the microphone, and records. */
  async #record() {
    if (this.#opening || this.#page.dataset.state !== "asking") return;
    this.#opening = true;
    this.#say("Allow the microphone, if the browser asks.");
    try {
      const heard = (level, seconds) => this.#heard(level, seconds);
      const recording = await Recording.begin(this.#page.dataset.capture, heard, () => this.#finish());
      // Meanwhile a file may have been sent, the user deleted, the tab left.
      if (this.#page.dataset.state !== "asking" || this.#parts.record.closest("[hidden]") !== null) return recording.cancel();
      this.#recording = recording;
      this.#loudest = QUIET;
      // Short: what a screen reader says aloud is recorded, too.
      this.#say("Recording.");
      this.#become("recording");
    } catch (error) {
      if (this.#page.dataset.state === "asking") this.#say(ofMicrophone(error));
    } finally {
      this.#opening = false;
    }
  }

  /** Shows how loud it is: as a bar, and in words once a second. */
  #heard(level, seconds) {
    const { meter, level: words, clock } = this.#parts;
    meter.value = Math.max(0, 1 + level / METER_FLOOR);
    this.#loudest = Math.max(this.#loudest, level);
    const told = `${Math.floor(seconds)} s of ${LONGEST_SECONDS} s at most`;
    if (clock.textContent === told) return;
    clock.textContent = told;
    words.textContent = LEVELS.find(([below]) => this.#loudest < below)?.[1] ?? "";
    this.#loudest = QUIET;
  }

  /** Lets go of the microphone, and sends what it heard. */
  async #finish() {
    const recording = this.#recording;
    if (recording === null) return;
    this.#recording = null;
    this.#say("The server listens …");
    this.#become("sending");
    await this.#send(await recording.stop());
  }

  /** Sends a file that somebody chose in place of a recording. */
  async #chosen() {
    const [file] = this.#parts.file.files;
    if (file === undefined || this.#page.dataset.state !== "asking") return;
    // Whatever the system calls it: what it is the server finds out.
    const blob = new Blob([await file.arrayBuffer()], { type: "audio/wav" });
    // The same file may be chosen again.
    this.#parts.file.value = "";
    this.#say("The server listens …");
    this.#become("sending");
    await this.#send(blob);
  }

  async #send(blob) {
    this.#recordings += 1;
    const recording = { blob, name: `code-${this.#recordings}.wav` };
    const code = this.#parts.code.textContent;
    const quality = await measured(blob);
    const step = `${PURPOSES[this.#purpose].path}-voice`;
    const send = async () => {
      this.#become("sending");
      const reply = await this.#calls.call({ step, title: `Bring ${code}, spoken`, path: this.#dialogue(), recording });
      this.#told(reply, { code, quality }, send);
    };
    await send();
  }

  /** What a reply makes of the page. `spoken` is what was sent with the call, if anything was; `again` makes the call once more. */
  #told(reply, spoken, again) {
    const { message, data } = reply;
    const anew = (label) => [reply, label, () => this.#ask(this.#purpose)];
    switch (message) {
      case "DIALOGUE_STARTED_WITH_SUCCESS": {
        const over = "The dialogue's time was over, so the server began another, and that recording was not used.";
        return this.#asked(data, `${spoken === null ? "" : `${over} `}${PURPOSES[this.#purpose].begins}`, "", message);
      }
      case "AUDIO_SUBMITTED_WITH_SUCCESS": {
        this.#turn(spoken, data.decision);
        const more = this.#purpose === "enrol" || data.decision !== "OK" ? "Now say the next code." : "One code was not enough to be sure: say one more.";
        return this.#asked(data, `${ofRecording(data.decision)} ${more}`, data.decision, message);
      }
      case "AUDIO_ENROLLED_WITH_SUCCESS":
        this.#turn(spoken, "OK");
        this.#say("Enrolled. The voice is known now, and can be verified.", "OK", message);
        return this.#become("enrolled");
      case "AUDIO_VERIFIED_WITH_SUCCESS": {
        this.#turn(spoken, "OK");
        const other = " If that was another person, it is a false match: how often those may happen is the policy's false-match rate.";
        this.#say(`Verified: this is the voice that is enrolled.${this.#purpose === "other" ? other : ""}`, "OK", message);
        return this.#become("verified");
      }
      case "AUDIO_ENROLLMENT_FAILED":
      case "AUDIO_VERIFICATION_FAILED":
        this.#turn(spoken, data.reason);
        if (data.decision === "NotApplicable") return this.#fail(ofDialogue(data.reason), ...anew("Begin again"));
        this.#say(ofDialogue(data.reason), data.reason, message);
        return this.#become("refused");
      case "NO_FILE_OR_INVALID_FORMAT":
        // A dialogue is under way, as after a reload: the server tells its code once, and waits for it spoken.
        if (spoken === null && this.#prompt?.path === PURPOSES[this.#purpose].path) {
          return this.#asked(this.#prompt, "The code that was asked for still stands.", "", message);
        }
        if (spoken === null) return this.#fail(ofCall(reply), reply, "Try again", again);
        this.#say(ofCall(reply), message, message);
        return this.#become("asking");
      case "USER_VOICE_ALREADY_ENROLLED":
        this.#say("This voice is enrolled already.", message, message);
        return this.#become("enrolled");
      case "ENROLL_USER_VOICE_FIRST":
        this.#purpose = "enrol";
        return this.#fail(ofCall(reply), ...anew("Enrol the voice"));
      case "USERID_NOT_EXISTS":
        this.#forget();
        return this.#fail(ofCall(reply), reply, "Begin with a new user", () => this.#start());
      default:
        return this.#fail(ofCall(reply), reply, spoken === null ? "Try again" : "Send it again", again);
    }
  }

  #asked({ promptCode, promptCodeText }, words, decision, message) {
    this.#prompt = { path: PURPOSES[this.#purpose].path, promptCode, promptCodeText };
    this.#remember();
    const { code, "code-words": spelt } = this.#parts;
    code.textContent = promptCode;
    spelt.textContent = promptCodeText;
    spelt.lang = this.#language;
    this.#say(words, decision, message);
    this.#become("asking");
  }

  /** Adds what came of a recording to the list of them. */
  #turn({ code, quality }, decision) {
    const what = element("strong", {}, `${code}: ${outcome(decision)} (${decision})`);
    const item = element("li", { "data-decision": decision }, what, " ", element("span", {}, ofQuality(quality)));
    this.#parts.turns.append(item);
  }

  async #unlock() {
    this.#become("sending");
    const path = `/users/${this.#user}/voice/unlock`;
    const reply = await this.#calls.call({ step: "unlock", title: "Let the user try again", path });
    if (reply.message !== "USER_VOICE_UNLOCKED") return this.#fail(ofCall(reply), reply, "Try again", () => this.#unlock());
    this.#say("The count of failures begins anew.", "", reply.message);
    return this.#become("enrolled");
  }

  /** After a reload: where does the user stand? */
  async #goOn() {
    this.#become("sending");
    const path = `/users/${this.#user}/enroll/status`;
    const reply = await this.#calls.call({ step: "status", title: "Where does the user stand?", method: "GET", path });
    if (reply.status !== 200) return this.#told(reply, null, () => this.#goOn());
    if (!reply.data.some?.((engine) => engine.type === "voice" && engine.enrolled)) return this.#ask("enrol");
    this.#say("This user's voice is enrolled, and can be verified.");
    return this.#become("enrolled");
  }

  /** Says what goes, before anything does. */
  #askToDelete() {
    this.#unfold(true);
    this.#parts.keep.focus();
  }

  #keep() {
    this.#unfold(false);
    this.#parts.delete.focus();
  }

  #unfold(open) {
    const { sure, delete: remove } = this.#parts;
    sure.hidden = !open;
    remove.setAttribute("aria-expanded", open);
  }

  async #delete() {
    this.#become("sending");
    const path = `/users/${this.#user}`;
    const reply = await this.#calls.call({ step: "delete", title: "Delete the user", method: "DELETE", path });
    if (reply.message !== "USER_REMOVED_WITH_SUCCESS" && reply.message !== "USERID_NOT_EXISTS") {
      return this.#fail(ofCall(reply), reply, "Try to delete again", () => this.#delete());
    }
    this.#forget();
    this.#parts.turns.replaceChildren();
    this.#say("Deleted: the user, the recordings and the voiceprint.", "", reply.message);
    return this.#become("idle");
  }

  #remember() {
    sessionStorage.setItem(REMEMBERED, JSON.stringify({ user: this.#user, language: this.#language, prompt: this.#prompt }));
  }

  #forget() {
    this.#user = null;
    this.#prompt = null;
    sessionStorage.removeItem(REMEMBERED);
  }

  #recall() {
    const kept = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "null");
    if (kept === null) return;
    this.#user = kept.user;
    this.#language = kept.language;
    this.#prompt = kept.prompt;
    this.#say("The user that was made here before is still on the server.");
  }
}
