import { createInflate } from "node:zlib";

/** The pixels of a PNG, row by row from the top. */
export interface PngRows {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel: 3 for red, green and blue, 4 with alpha. */
  readonly channels: 3 | 4;
  /** One buffer, overwritten by each row. @throws Error where the file is cut or broken. */
  readonly rows: AsyncIterable<Uint8Array>;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly palette: Uint8Array;
  readonly transparency: Uint8Array;
}

/** Samples of a pixel, by colour type. */
const SAMPLES = new Map([
  [0, 1], // grey
  [2, 3], // red, green, blue
  [3, 1], // index into the palette
  [4, 2], // grey and alpha
  [6, 4],
]);

/**
 * Opens a PNG for reading. Null for what is no PNG, and for the rare kinds that are not read here: interlaced ones, and
 * those that name one colour as transparent. Rows come as they are inflated, which another thread does: no row but the
 * present one is kept. Source: PNG specification, third edition.
 */
export function openPng(file: Uint8Array): PngRows | null {
  const parts = readChunks(file);
  const header = parts?.header;
  if (parts === null || header === undefined || header.length < 13) return null;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const { palette, transparency } = parts;
  const layout: Layout = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitDepth: view.getUint8(8),
    colorType: view.getUint8(9),
    palette,
    transparency,
  };
  const isInterlaced = view.getUint8(12) !== 0;
  if (isInterlaced || !isReadable(layout)) return null;
  const channels = layout.colorType >= 4 || transparency.length > 0 ? 4 : 3;
  return { width: layout.width, height: layout.height, channels, rows: readRows(parts.data, layout, channels) };
}

function isReadable({ width, height, bitDepth, colorType, palette, transparency }: Layout): boolean {
  if (width === 0 || height === 0 || !SAMPLES.has(colorType)) return false;
  if (![1, 2, 4, 8, 16].includes(bitDepth)) return false;
  if (colorType === 3) return bitDepth <= 8 && palette.length >= 3;
  return transparency.length === 0 && (bitDepth >= 8 || colorType === 0);
}

interface Chunks {
  header: Uint8Array | undefined;
  palette: Uint8Array;
  transparency: Uint8Array;
  readonly data: Uint8Array[];
}

function readChunks(file: Uint8Array): Chunks | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 8 || view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return null;
  const found: Chunks = { header: undefined, palette: new Uint8Array(), transparency: new Uint8Array(), data: [] };
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const content = file.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") found.header = content;
    else if (type === "PLTE") found.palette = content;
    else if (type === "tRNS") found.transparency = content;
    else if (type === "IDAT") found.data.push(content);
    else if (type === "IEND") break;
    at += 12 + length;
  }
  return found;
}

/** What is inflated at once: some rows, which take a millisecond. Other work comes in between. */
const SLICE_BYTES = 128 * 1024;

async function* readRows(data: readonly Uint8Array[], layout: Layout, channels: 3 | 4): AsyncGenerator<Uint8Array> {
  const { width, height, bitDepth, colorType } = layout;
  const bits = (SAMPLES.get(colorType) ?? 1) * bitDepth;
  const stride = Math.max(1, bits >> 3);
  const rowBytes = Math.ceil((width * bits) / 8);
  const toPixels = pixelReader(layout, channels);
  const pixels = new Uint8Array(width * channels);
  let line = new Uint8Array(rowBytes + 1); // a filter's number, and what it made of the row
  let above = new Uint8Array(rowBytes + 1);
  let filled = 0;
  let count = 0;
  const inflate = createInflate({ chunkSize: SLICE_BYTES });
  for (const part of data) inflate.write(part);
  inflate.end();
  try {
    for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length && count < height;) {
        const taken = Math.min(line.length - filled, chunk.length - at);
        line.set(chunk.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled < line.length) break;
        unfilter(line, above, stride);
        toPixels(line, pixels);
        yield pixels;
        [line, above] = [above, line];
        filled = 0;
        count += 1;
      }
      if (count === height) return;
    }
  } finally {
    inflate.destroy();
  }
  throw new Error("the image is cut off");
}

/** Undoes what a filter did to a row; byte 0 names it. `above` is the row before, undone. */
function unfilter(line: Uint8Array, above: Uint8Array, stride: number): void {
  const [filter = 0] = line;
  for (let at = 1; at < line.length; at += 1) {
    const left = at > stride ? (line[at - stride] ?? 0) : 0;
    const up = above[at] ?? 0;
    const value = line[at] ?? 0;
    switch (filter) {
      case 0:
        return;
      case 1:
        line[at] = value + left;
        break;
      case 2:
        line[at] = value + up;
        break;
      case 3:
        line[at] = value + ((left + up) >> 1);
        break;
      case 4:
        line[at] = value + paeth(left, up, at > stride ? (above[at - stride] ?? 0) : 0);
        break;
      default:
        throw new Error(`the image has an unknown filter: ${filter}`);
    }
  }
}

/** The neighbour that is nearest to left + up - corner. */
export function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Makes pixels of an undone row, which begins at byte 1. Of 16 bits the upper 8 are taken. */
function pixelReader(layout: Layout, channels: 3 | 4): (line: Uint8Array, pixels: Uint8Array) => void {
  const { width, bitDepth, colorType, palette, transparency } = layout;
  const samples = SAMPLES.get(colorType) ?? 1;
  const bytes = bitDepth === 16 ? 2 : 1;
  if (bitDepth >= 8 && colorType !== 3) {
    const isGrey = samples < 3;
    return (line, pixels) => {
      for (let x = 0; x < width; x += 1) {
        const from = 1 + x * samples * bytes;
        const to = x * channels;
        pixels[to] = line[from] ?? 0;
        pixels[to + 1] = line[isGrey ? from : from + bytes] ?? 0;
        pixels[to + 2] = line[isGrey ? from : from + 2 * bytes] ?? 0;
        if (channels === 4) pixels[to + 3] = line[from + (samples - 1) * bytes] ?? 255;
      }
    };
  }
  const perByte = 8 / bitDepth;
  const most = 2 ** bitDepth - 1;
  return (line, pixels) => {
    for (let x = 0; x < width; x += 1) {
      const byte = line[1 + Math.floor(x / perByte)] ?? 0;
      const value = (byte >> ((perByte - 1 - (x % perByte)) * bitDepth)) & most;
      const to = x * channels;
      for (let sample = 0; sample < 3; sample += 1) {
        pixels[to + sample] = colorType === 3 ? (palette[value * 3 + sample] ?? 0) : Math.round((value * 255) / most);
      }
      if (channels === 4) pixels[to + 3] = transparency[value] ?? 255;
    }
  };
}
