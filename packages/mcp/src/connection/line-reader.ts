const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. */
export interface LineReader {
  /** Takes a chunk and gives the lines that it completes, without their ends. @throws RangeError when one is too long. */
  push(chunk: Uint8Array): readonly string[];
}

/** @param maxBytes the longest line that is taken; each byte is copied once, however a line is split. */
export function createLineReader({ maxBytes }: { readonly maxBytes: number }): LineReader {
  let open: Uint8Array[] = [];
  let openBytes = 0;

  const keep = (part: Uint8Array): void => {
    openBytes += part.length;
    if (openBytes > maxBytes) throw new RangeError(`a line is longer than ${maxBytes} bytes`);
    open.push(part);
  };
  return {
    push(chunk) {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        keep(chunk.subarray(start, end));
        lines.push(Buffer.concat(open).toString("utf8").replace(/\r$/, ""));
        open = [];
        openBytes = 0;
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      return lines;
    },
  };
}
