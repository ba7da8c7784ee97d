// What the server's constants mean to whoever speaks. A recording that does not serve is never called another voice.

/** Decisions on one recording. */
const OF_A_RECORDING = {
  OK: "Taken.",
  NoSpeech: "No speech was heard. Press record first, then speak.",
  TooShort: "Too little speech was heard. Say every digit, and stop after the last.",
  TooQuiet: "Too quiet. Come nearer to the microphone, or raise its level.",
  Clipped: "Overdriven: the sound ran into its limit. Go further from the microphone, or lower its level.",
  TooNoisy: "Too noisy: the speech does not stand out of the noise. Find a quieter place.",
  WrongCode: "Another code was heard than the one that was shown. Say the digits one by one.",
  SeveralVoices: "More than one person was heard. Only one may speak.",
  SameRecording: "This very recording was sent before. Each code must be spoken anew.",
  CodeExpired: "The code's time was over, and that is not held against you. Here is a new one.",
  OtherVoice: "This is not the voice that spoke the earlier codes of this enrolment.",
};

/** Those that say something of the voice; all others say nothing of it. */
const JUDGED = new Set(["OK", "OtherVoice"]);

export function ofRecording(decision) {
  const says = OF_A_RECORDING[decision] ?? `The recording does not serve: ${decision}.`;
  return JUDGED.has(decision) ? says : `${says} Nothing was decided about the voice.`;
}

/**
 * What came of one recording, in a word. One that does not serve is not taken, for its sound, its code, or because somebody else spoke the
 * enrolment's earlier ones; a voice is refused only where the dialogue ends with it.
 */
export function outcome(decision) {
  if (decision === "OK") return "taken";
  return decision.startsWith("Voice") ? "refused" : "not taken";
}

/** Why a dialogue ended without success. */
const OF_A_DIALOGUE = {
  VoiceMismatch: "Refused: this is another voice than the one that is enrolled.",
  VoiceInconclusive: "Refused: after as many codes as the policy allows, it stays doubtful whether this is the voice that is enrolled.",
  MaxTotalSqmFailuresExceeded:
    "Ended: too many recordings did not serve, for their sound or their code. Nothing was decided about the voice.",
};

export function ofDialogue(reason) {
  return OF_A_DIALOGUE[reason] ?? `Ended: ${reason}.`;
}

const REVOKED = "The demo tenant's credentials are no longer good: they were revoked, or the tenant is suspended.";

/** Calls that were turned down, by the constant. */
const OF_A_CALL = {
  NO_FILE_OR_INVALID_FORMAT: "The server does not take this: it must be a WAV file, and of one code, not larger. The code still stands.",
  ENROLL_USER_VOICE_FIRST: "This user is not enrolled in this language, or not any more.",
  USERID_NOT_EXISTS: "This user is no longer there: somebody deleted it.",
  USER_VOICE_LOCKED: "Too many verifications of this user failed in a row, so the next must wait. The application may lift that.",
  USER_VOICE_DISABLED: "So many verifications of this user failed in a row that no more are taken until the application lifts that.",
  USER_CONSENT_MISSING: "The demo tenant's policy asks for a person's consent, and this page records none.",
  USER_OPTED_OUT: "This person opted out, and is not enrolled.",
  REQUEST_TIMEOUT: "The recording did not come in time.",
  "CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS": REVOKED,
  NO_VOICE_ENGINE_CONFIGURATION_AVAILABLE: "The demo tenant's voice engine is switched off. An operator can switch it on.",
};

/** What a call that was not done is told as. */
export function ofCall({ status, message, retryAfter }) {
  const later = retryAfter > 0 ? ` It may be tried again in ${retryAfter} s.` : "";
  return `${OF_A_CALL[message] ?? ofStatus(status, message)}${later}`;
}

function ofStatus(status, message) {
  if (status === 0) return "The server did not answer: it is not running, or cannot be reached from here.";
  if (status === 401) return REVOKED;
  if (status === 402) return "The demo tenant's quota of this month is used up. An operator can raise it in the policy.";
  if (status === 429) return "Too many calls: the demo tenant's rate is reached.";
  if (status === 503) return "The server has no place for another recording just now, or a part of it is away.";
  if (status >= 500) return "Something failed in the server; its log says what.";
  return `The server turned this down: ${message || `status ${status}`}.`;
}

/** Why there is no microphone; null where nothing is known to be in its way. */
export function noMicrophoneHere() {
  if (!window.isSecureContext) {
    return "Browsers give pages a microphone only over HTTPS or from this very machine: open this page by the name localhost, or put TLS in front of Timbre. WAV files serve all the same.";
  }
  if (navigator.mediaDevices?.getUserMedia === undefined || window.AudioWorkletNode === undefined) {
    return "This browser gives pages no microphone. WAV files serve all the same.";
  }
  return null;
}

/** Why the microphone could not be had. */
export function ofMicrophone(error) {
  const says = {
    NotAllowedError: "The microphone was refused. Allow it for this page in the browser's settings and press again",
    NotFoundError: "There is no microphone. Plug one in and press again",
    NotReadableError: "The microphone is there and gives nothing: another program may be using it. Press again when it is free",
  };
  return `${says[error.name] ?? `The microphone could not be used (${error.name}). Press again`}, or use a WAV file instead.`;
}

/** What was measured of a recording. */
export function ofQuality(quality) {
  if (quality === null) return "This browser cannot measure it.";
  const whole = (value) => String(Math.round(value)).replace("-", "−");
  const clipped = quality.clipped > 0 ? `${(100 * quality.clipped).toFixed(1)} % overdriven` : "nothing overdriven";
  return `${quality.seconds.toFixed(1)} s, speech at ${whole(quality.level)} dBFS, ${whole(quality.above)} dB above the noise, ${clipped}`;
}
