// Runs beside the page, where sound comes in: hands over what is heard, in blocks, and says when the last has gone.

const BLOCK = 2048;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(BLOCK);
    this.filled = 0;
    this.over = false;
    this.port.onmessage = () => {
      this.over = true;
      this.hand();
      this.port.postMessage("over");
    };
  }

  process([[heard]]) {
    if (this.over) return false;
    // Nothing is connected yet, or not any more.
    if (heard === undefined) return true;
    for (const sample of heard) {
      this.block[this.filled++] = sample;
      if (this.filled === BLOCK) this.hand();
    }
    return true;
  }

  hand() {
    this.port.postMessage(this.block.slice(0, this.filled));
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);
