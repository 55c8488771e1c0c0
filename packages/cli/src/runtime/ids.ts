import { randomFillSync, randomUUID } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** A new UUIDv4, lower case. */
export const newRandomId = (): string => randomUUID();

/** Of the 74 random bits of a UUIDv7, 32 count on within a millisecond; the first of them begins as 0, for room. */
const COUNTER_LIMIT = 2 ** 32;
const COUNTER_START = 2 ** 31;

/**
 * Makes UUIDv7s, lower case: sorted by the time of their making, and those of one millisecond by their order. Our own,
 * because what is published asks for Node's Web Crypto, which takes three milliseconds of every start to load.
 * Source: RFC 9562, sections 5.7 and 6.2, method 1.
 */
export function createTimeOrderedIds(now: () => number): () => string {
  const bytes = Buffer.alloc(16);
  let lastMs = 0;
  let counter = COUNTER_LIMIT;
  return () => {
    fillRandomly(bytes);
    const ms = now();
    counter += 1;
    if (ms > lastMs || counter >= COUNTER_LIMIT) {
      // Time that stands still or goes back is counted on from where it was.
      lastMs = Math.max(ms, lastMs + (ms > lastMs ? 0 : 1));
      counter = bytes.readUInt32BE(6) % COUNTER_START;
    }
    bytes.writeUIntBE(lastMs, 0, 6);
    // Twelve bits behind the version, twenty behind the variant, then 42 random ones.
    bytes.writeUInt16BE(0x7000 | (counter >>> 20), 6);
    bytes.writeUInt16BE(0x8000 | ((counter >>> 6) & 0x3fff), 8);
    bytes[10] = ((counter & 0x3f) << 2) | ((bytes[10] ?? 0) & 0x03);
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
}

/** The system's own source, as a file where it has one: `node:crypto` takes 1.6 ms to load and is seldom needed else. */
function fillRandomly(bytes: Buffer): void {
  let fd = null;
  try {
    fd = openSync("/dev/urandom", "r");
    if (readSync(fd, bytes) === bytes.length) return;
  } catch {
    // no such file here
  } finally {
    if (fd !== null) closeSync(fd);
  }
  randomFillSync(bytes);
}
