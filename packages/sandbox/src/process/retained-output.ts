/** How much is kept of each end of an output. */
const RETAINED_END_BYTES = 1024 * 1024;

const FIRST_ALLOCATION_BYTES = 4096;

/** What is left of an output: all of it in `head` while `omittedBytes` is 0 and `tail` is empty. */
export interface Retained {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** What lay between the two. */
  readonly omittedBytes: number;
}

/**
 * Keeps the first and the last bytes of a stream of any length: memory is bounded by twice the size of an end, and small
 * outputs take little. Each byte is copied once, plus what doubling the first buffer costs.
 */
export class RetainedOutput {
  readonly #endBytes: number;
  #head: Buffer = Buffer.alloc(0);
  #headUsed = 0;
  /** A ring, made when the head is full. */
  #ring: Buffer | null = null;
  /** Bytes that went to the ring since the start; the next one goes to this position, modulo its size. */
  #ringTotal = 0;

  constructor(endBytes: number = RETAINED_END_BYTES) {
    this.#endBytes = endBytes;
  }

  get totalBytes(): number {
    return this.#headUsed + this.#ringTotal;
  }

  append(chunk: Uint8Array): void {
    const toHead = Math.min(chunk.length, this.#endBytes - this.#headUsed);
    if (toHead > 0) this.#appendToHead(toHead === chunk.length ? chunk : chunk.subarray(0, toHead));
    if (toHead < chunk.length) this.#appendToRing(chunk.subarray(toHead));
  }

  /** What has been kept so far; the buffers may be reused by later appends. */
  retained(): Retained {
    const head = this.#head.subarray(0, this.#headUsed);
    if (this.#ring === null) return { head, tail: Buffer.alloc(0), omittedBytes: 0 };
    const size = this.#endBytes;
    if (this.#ringTotal <= size) {
      return {
        head: Buffer.concat([head, this.#ring.subarray(0, this.#ringTotal)]),
        tail: Buffer.alloc(0),
        omittedBytes: 0,
      };
    }
    const next = this.#ringTotal % size;
    const tail = Buffer.concat([this.#ring.subarray(next), this.#ring.subarray(0, next)]);
    return { head, tail, omittedBytes: this.#ringTotal - size };
  }

  #appendToHead(chunk: Uint8Array): void {
    const needed = this.#headUsed + chunk.length;
    if (needed > this.#head.length) {
      const size = Math.min(this.#endBytes, Math.max(FIRST_ALLOCATION_BYTES, needed, this.#head.length * 2));
      const larger = Buffer.allocUnsafeSlow(size);
      larger.set(this.#head.subarray(0, this.#headUsed));
      this.#head = larger;
    }
    this.#head.set(chunk, this.#headUsed);
    this.#headUsed = needed;
  }

  #appendToRing(chunk: Uint8Array): void {
    const size = this.#endBytes;
    this.#ring ??= Buffer.allocUnsafeSlow(size);
    // Of a chunk larger than the ring only its end can stay.
    const kept = chunk.length <= size ? chunk : chunk.subarray(chunk.length - size);
    const start = (this.#ringTotal + chunk.length - kept.length) % size;
    const first = Math.min(kept.length, size - start);
    this.#ring.set(kept.subarray(0, first), start);
    if (first < kept.length) this.#ring.set(kept.subarray(first), 0);
    this.#ringTotal += chunk.length;
  }
}
