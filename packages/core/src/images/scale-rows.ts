import type { PngRows } from "./png-rows.ts";

/** How an output sample is made of input samples: those from `start` on, by these weights, which add up to 1. */
interface Tap {
  readonly start: number;
  readonly weights: Float32Array;
}

/**
 * Scales an image down with a triangle filter, whose width is that of two output pixels. Input rows are added to the few
 * output rows that they reach, so that nothing has to be kept. @returns the pixels, row after row.
 * Source: engine spec, section 3.6.
 */
export async function scaleRows(
  { width, height, channels, rows }: PngRows,
  to: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  const across = tapsOf(width, to.width);
  const down = tapsOf(height, to.height);
  const length = to.width * channels;
  const scaled = new Uint8Array(length * to.height);
  const sums = new Map<number, Float32Array>();
  const narrow = new Float32Array(length);
  let first = 0; // the uppermost output row that is not complete
  let y = 0;
  for await (const row of rows) {
    narrowRow(row, { channels, taps: across, into: narrow });
    for (let target = first; target < to.height; target += 1) {
      const tap = down[target];
      if (tap === undefined || tap.start > y) break;
      const weight = tap.weights[y - tap.start] ?? 0;
      const sum = sums.get(target) ?? new Float32Array(length);
      sums.set(target, sum);
      for (let at = 0; at < length; at += 1) sum[at] = (sum[at] ?? 0) + weight * (narrow[at] ?? 0);
      if (y < tap.start + tap.weights.length - 1) continue;
      finishRow(sum, channels, scaled.subarray(target * length, (target + 1) * length));
      sums.delete(target);
      first = target + 1;
    }
    y += 1;
  }
  return scaled;
}

function tapsOf(from: number, to: number): Tap[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, at) => {
    const center = (at + 0.5) * ratio;
    const start = Math.max(0, Math.floor(center - ratio));
    const end = Math.min(from, Math.ceil(center + ratio));
    const weights = new Float32Array(end - start);
    let sum = 0;
    for (let n = 0; n < weights.length; n += 1) {
      const weight = Math.max(0, 1 - Math.abs((start + n + 0.5 - center) / ratio));
      weights[n] = weight;
      sum += weight;
    }
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}

/** Colours are weighted by their alpha: what nobody sees must not shine through. */
function narrowRow(
  row: Uint8Array,
  { channels, taps, into }: { readonly channels: 3 | 4; readonly taps: readonly Tap[]; readonly into: Float32Array },
): void {
  let out = 0;
  for (const { start, weights } of taps) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let opacity = 0;
    let at = start * channels;
    for (const weight of weights) {
      const share = channels === 3 ? weight : (weight * (row[at + 3] ?? 0)) / 255;
      red += share * (row[at] ?? 0);
      green += share * (row[at + 1] ?? 0);
      blue += share * (row[at + 2] ?? 0);
      opacity += share;
      at += channels;
    }
    into[out] = red;
    into[out + 1] = green;
    into[out + 2] = blue;
    if (channels === 4) into[out + 3] = opacity;
    out += channels;
  }
}

function finishRow(sum: Float32Array, channels: 3 | 4, into: Uint8Array): void {
  for (let at = 0; at < sum.length; at += channels) {
    const opacity = channels === 3 ? 1 : (sum[at + 3] ?? 0);
    const share = opacity > 0 ? 1 / opacity : 0;
    for (let sample = 0; sample < 3; sample += 1) into[at + sample] = Math.round((sum[at + sample] ?? 0) * share);
    if (channels === 4) into[at + 3] = Math.round(opacity * 255);
  }
}
