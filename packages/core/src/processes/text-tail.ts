/** How much is kept. Source: engine spec, section 9. */
const MAX_BYTES = 1024 * 1024;

/** The newest text of a stream, in UTF-8 bytes; what is older is dropped. */
export class TextTail {
  readonly #maxBytes: number;
  #pieces: string[] = [];
  /** Those before have been dropped; they are thrown away together, now and then. */
  #first = 0;
  #bytes = 0;

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  append(text: string): void {
    this.#pieces.push(text);
    this.#bytes += Buffer.byteLength(text);
    while (this.#bytes > this.#maxBytes) this.#shorten();
  }

  text(): string {
    return this.#pieces.slice(this.#first).join("");
  }

  /** The text, which is gone then. */
  take(): string {
    const text = this.text();
    this.#pieces = [];
    this.#first = 0;
    this.#bytes = 0;
    return text;
  }

  #shorten(): void {
    const oldest = this.#pieces[this.#first] ?? "";
    const size = Buffer.byteLength(oldest);
    const excess = this.#bytes - this.#maxBytes;
    if (size > excess) {
      const rest = withoutFirstBytes(oldest, excess);
      this.#pieces[this.#first] = rest;
      this.#bytes -= size - Buffer.byteLength(rest);
      return;
    }
    this.#bytes -= size;
    this.#first += 1;
    if (this.#first * 2 < this.#pieces.length) return;
    this.#pieces = this.#pieces.slice(this.#first);
    this.#first = 0;
  }
}

/** At least so many bytes shorter, from a character on. */
function withoutFirstBytes(text: string, count: number): string {
  const bytes = Buffer.from(text);
  let start = count;
  while (start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString("utf8", start);
}
