/** Splits a stream into lines, whatever its chunks are. */
export interface LineDecoder {
  push(chunk: Uint8Array | string): void;
  /** The stream has ended: hands out a last line that has no line feed. */
  end(): void;
}

/**
 * Calls `onLine` for each line, without its `\n` or `\r\n`; blank lines are left out. Bytes are UTF-8; a character may
 * be split between chunks. Each character is looked at once, however long the line and small the chunks.
 */
export function createLineDecoder(onLine: (line: string) => void): LineDecoder {
  const utf8 = new TextDecoder();
  /** What came of the unfinished line. */
  let pieces: string[] = [];

  function finish(last: string): void {
    const text = pieces.length === 0 ? last : pieces.join("") + last;
    pieces = [];
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (/\S/.test(line)) onLine(line);
  }

  function split(text: string): void {
    let from = 0;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
      finish(text.slice(from, at));
      from = at + 1;
    }
    if (from < text.length) pieces.push(from === 0 ? text : text.slice(from));
  }

  return {
    push: (chunk) => split(typeof chunk === "string" ? chunk : utf8.decode(chunk, { stream: true })),
    end: () => {
      split(utf8.decode());
      finish("");
    },
  };
}
