import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import { paeth } from "./png-rows.ts";

/** An image in memory: rows of `width * channels` bytes. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly bytes: Uint8Array;
}

/** The file of an image. Source: PNG specification, third edition. */
export async function writePng({ width, height, channels, bytes }: Pixels): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 3 ? 2 : 6], 8);
  const data = await promisify(deflate)(await filterRows({ width, height, channels, bytes }));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

type Filter = (value: number, left: number, up: number, corner: number) => number;

/** By number: what a filter leaves of a byte. That of averages is left out: it is hardly ever the best. */
const FILTERS: readonly (readonly [number: number, filter: Filter])[] = [
  [1, (value, left) => value - left],
  [2, (value, _left, up) => value - up],
  [4, (value, left, up, corner) => value - paeth(left, up, corner)],
];

/** So many rows take a few milliseconds; other work comes in between. */
const ROWS_AT_ONCE = 64;

/** Each row by the filter that leaves the least of it: that packs best. */
async function filterRows({ width, height, channels, bytes }: Pixels): Promise<Uint8Array> {
  const length = width * channels;
  const filtered = new Uint8Array((length + 1) * height);
  const trial = new Uint8Array(length);
  for (let y = 0; y < height; y += 1) {
    if (y % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await setImmediate();
    const row = bytes.subarray(y * length, (y + 1) * length);
    const above = y === 0 ? new Uint8Array(length) : bytes.subarray((y - 1) * length, y * length);
    const into = filtered.subarray(y * (length + 1), (y + 1) * (length + 1));
    let least = Infinity;
    for (const [number, filter] of FILTERS) {
      let sum = 0;
      for (let at = 0; at < length; at += 1) {
        const left = at < channels ? 0 : (row[at - channels] ?? 0);
        const corner = at < channels ? 0 : (above[at - channels] ?? 0);
        const value = filter(row[at] ?? 0, left, above[at] ?? 0, corner) & 0xff;
        trial[at] = value;
        sum += value < 128 ? value : 256 - value;
      }
      if (sum >= least) continue;
      least = sum;
      into[0] = number;
      into.set(trial, 1);
    }
  }
  return filtered;
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(content.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
