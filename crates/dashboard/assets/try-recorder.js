// What a microphone hears, as a WAV file: 16-bit PCM, mono.
//
// Promises that the microphone is let go of when a recording stops, however it stops: the next one asks for it again. Nothing is sent from here.

/** A code is said in four seconds; whoever forgets to stop is stopped. */
export const LONGEST_SECONDS = 15;

/** What the server makes of any rate. */
const RATE = 16_000;

/** The highest rate that the server reads. */
const HIGHEST_RATE = 48_000;

export class Recording {
  /**
   * Asks for the microphone and begins. `heard(level, seconds)` is called for each block, with the level in dB of full scale; `ended()` once, when
   * the recording is long enough or the microphone goes away: somebody must stop it then.
   */
  static async begin(capture, heard, ended) {
    // What a browser does to a voice so that people understand it better takes away what tells voices apart.
    const plain = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: plain });
    const recording = new Recording(stream, heard, ended);
    try {
      await recording.#listen(capture);
    } catch (error) {
      recording.cancel();
      throw error;
    }
    return recording;
  }

  #stream;
  #heard;
  #ended;
  #context = null;
  #node = null;
  #blocks = [];
  #length = 0;
  #over = null;

  constructor(stream, heard, ended) {
    this.#stream = stream;
    this.#heard = heard;
    this.#ended = ended;
  }

  async #listen(capture) {
    const source = this.#source();
    await this.#context.audioWorklet.addModule(capture);
    const mono = { channelCount: 1, channelCountMode: "explicit", outputChannelCount: [1] };
    this.#node = new AudioWorkletNode(this.#context, "capture", mono);
    this.#node.port.onmessage = ({ data }) => this.#take(data);
    // Connected to what is heard, or it would not run; it gives silence.
    source.connect(this.#node).connect(this.#context.destination);
    for (const track of this.#stream.getTracks()) track.addEventListener("ended", () => this.#end());
    await this.#context.resume();
  }

  /** The microphone at the server's rate, or at its own where the browser does not convert it. */
  #source() {
    this.#context = new AudioContext({ sampleRate: RATE });
    try {
      return this.#context.createMediaStreamSource(this.#stream);
    } catch (error) {
      if (error.name !== "NotSupportedError") throw error;
      this.#context.close();
      this.#context = new AudioContext();
      return this.#context.createMediaStreamSource(this.#stream);
    }
  }

  #take(data) {
    if (data === "over") {
      this.#over?.();
      return;
    }
    if (this.#length >= LONGEST_SECONDS * this.#context.sampleRate) return;
    this.#blocks.push(data);
    this.#length += data.length;
    const seconds = this.#length / this.#context.sampleRate;
    if (this.#over === null) this.#heard(decibels(data), seconds);
    if (seconds >= LONGEST_SECONDS) this.#end();
  }

  #end() {
    const ended = this.#ended;
    this.#ended = () => {};
    ended();
  }

  /** Lets go of the microphone, and gives what it heard. */
  async stop() {
    const rate = this.#context.sampleRate;
    const over = new Promise((resolve) => {
      this.#over = resolve;
    });
    this.#node.port.postMessage("over");
    // A node that sound no longer comes to may not answer.
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    this.cancel();
    return wav(this.#blocks, this.#length, rate);
  }

  /** Lets go of the microphone. */
  cancel() {
    this.#ended = () => {};
    for (const track of this.#stream.getTracks()) track.stop();
    if (this.#context !== null && this.#context.state !== "closed") this.#context.close();
  }
}

/** The level of some samples, in dB of full scale. */
export function decibels(samples) {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return 10 * Math.log10(Math.max(energy / Math.max(samples.length, 1), 1e-12));
}

function wav(blocks, length, rate) {
  let samples = new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  for (; rate > HIGHEST_RATE; rate /= 2) samples = halved(samples);
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, letters) => [...letters].forEach((letter, index) => bytes.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true); // PCM
  bytes.setUint16(22, 1, true); // mono
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, 2 * rate, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => {
    bytes.setInt16(44 + 2 * index, Math.round(Math.min(Math.max(sample, -1), 1) * 32_767), true);
  });
  return new Blob([bytes], { type: "audio/wav" });
}

/** Half as many samples a second: what lies near the new limit is above all speech. */
function halved(samples) {
  return Float32Array.from({ length: samples.length >> 1 }, (_, index) => (samples[2 * index] + samples[2 * index + 1]) / 2);
}
