/** How much of a line or a name models get, in bytes. */
const MAX_BYTES = 500;

/** The beginning of a line, at most 500 bytes of it, whole characters only. */
export function cutLine(line: string): string {
  // No character takes more than three bytes per unit: most lines need not be counted.
  if (line.length * 3 <= MAX_BYTES) return line;
  const bytes = Buffer.from(line);
  if (bytes.length <= MAX_BYTES) return line;
  let end = MAX_BYTES;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
