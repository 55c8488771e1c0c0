/** How much of a tool output a model gets. Tokens are counted as 4 bytes each (engine spec, section 8.4). */
export interface TruncationPolicy {
  readonly unit: "bytes" | "tokens";
  readonly limit: number;
}

const BYTES_PER_TOKEN = 4;

/** The number of bytes that a policy lets through. */
function byteBudget({ unit, limit }: TruncationPolicy): number {
  return unit === "tokens" ? limit * BYTES_PER_TOKEN : limit;
}

/** A text that fits, or its head and tail around a marker that says how much is missing. */
export interface Truncated {
  readonly text: string;
  readonly cut: boolean;
}

/**
 * Keeps the first and the last half of the budget, moved inward to character boundaries, around
 * `…N tokens truncated…` or `…N chars truncated…`. A text within the budget is returned as it is.
 * Source: engine spec, section 8.4.
 */
export function truncate(text: string, policy: TruncationPolicy): Truncated {
  const budget = byteBudget(policy);
  // A UTF-16 unit is at most three UTF-8 bytes, so short texts need no count.
  if (text.length * 3 <= budget) return { text, cut: false };
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= budget) return { text, cut: false };
  const headEnd = boundaryAtOrBefore(bytes, Math.floor(budget / 2));
  const tailStart = boundaryAtOrAfter(bytes, bytes.length - (budget - Math.floor(budget / 2)));
  const head = bytes.toString("utf8", 0, headEnd);
  const tail = bytes.toString("utf8", tailStart);
  const marker =
    policy.unit === "tokens"
      ? `…${Math.ceil((bytes.length - budget) / BYTES_PER_TOKEN)} tokens truncated…`
      : `…${[...bytes.toString("utf8", headEnd, tailStart)].length} chars truncated…`;
  return { text: head + marker + tail, cut: true };
}

/** The policy under which outputs enter the history: a fifth more, so that a cut output is not cut again. */
export function recordingPolicy({ unit, limit }: TruncationPolicy): TruncationPolicy {
  return { unit, limit: Math.ceil(limit * 1.2) };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function boundaryAtOrBefore(bytes: Buffer, index: number): number {
  let at = index;
  while (at > 0 && isContinuation(bytes[at])) at -= 1;
  return at;
}

function boundaryAtOrAfter(bytes: Buffer, index: number): number {
  let at = index;
  while (at < bytes.length && isContinuation(bytes[at])) at += 1;
  return at;
}
