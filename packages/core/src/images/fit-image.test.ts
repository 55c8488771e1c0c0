import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fitPng } from "./fit-image.ts";
import { readImageHeader } from "./image-header.ts";
import { openPng } from "./png-rows.ts";
import { writePng } from "./write-png.ts";

function chunk(type: string, content: Uint8Array | readonly number[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), Buffer.from(content)]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length - 4, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

interface Made {
  readonly size: readonly [width: number, height: number];
  readonly bitDepth: number;
  readonly colorType: number;
  /** With the number of its filter in front of each row. */
  readonly data: readonly number[];
  readonly extra?: readonly Buffer[];
  readonly interlaced?: boolean;
}

/** A file as another program could have written it. */
function png({ size: [width, height], bitDepth, colorType, data, extra = [], interlaced = false }: Made): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colorType, 0, 0, interlaced ? 1 : 0], 8);
  const packed = deflateSync(Buffer.from(data));
  const middle = packed.length >> 1;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("tEXt", Buffer.from("a comment")),
    ...extra,
    chunk("IDAT", packed.subarray(0, middle)),
    chunk("IDAT", packed.subarray(middle)),
    chunk("IEND", []),
  ]);
}

async function rowsOf(file: Uint8Array): Promise<number[][] | null> {
  const opened = openPng(file);
  if (opened === null) return null;
  const rows: number[][] = [];
  for await (const row of opened.rows) rows.push([...row]);
  return rows;
}

const PALETTE = chunk("PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]);

test.each<[string, Made, number[][]]>([
  ["grey", { size: [2, 1], bitDepth: 8, colorType: 0, data: [0, 7, 9] }, [[7, 7, 7, 9, 9, 9]]],
  [
    "grey of one bit",
    { size: [3, 1], bitDepth: 1, colorType: 0, data: [0, 0b10100000] },
    [[255, 255, 255, 0, 0, 0, 255, 255, 255]],
  ],
  ["grey of four bits", { size: [2, 1], bitDepth: 4, colorType: 0, data: [0, 0x1f] }, [[17, 17, 17, 255, 255, 255]]],
  ["grey with alpha", { size: [1, 1], bitDepth: 8, colorType: 4, data: [0, 7, 128] }, [[7, 7, 7, 128]]],
  ["16 bits", { size: [1, 1], bitDepth: 16, colorType: 2, data: [0, 1, 99, 2, 99, 3, 99] }, [[1, 2, 3]]],
  [
    "16 bits with alpha",
    { size: [1, 1], bitDepth: 16, colorType: 6, data: [0, 1, 9, 2, 9, 3, 9, 4, 9] },
    [[1, 2, 3, 4]],
  ],
  [
    "a palette",
    { size: [2, 1], bitDepth: 8, colorType: 3, data: [0, 2, 0], extra: [PALETTE] },
    [[70, 80, 90, 10, 20, 30]],
  ],
  [
    "a palette of two bits",
    { size: [3, 1], bitDepth: 2, colorType: 3, data: [0, 0b00011000], extra: [PALETTE] },
    [[10, 20, 30, 40, 50, 60, 70, 80, 90]],
  ],
  [
    "a palette with transparency",
    { size: [2, 1], bitDepth: 8, colorType: 3, data: [0, 0, 1], extra: [PALETTE, chunk("tRNS", [5])] },
    [[10, 20, 30, 5, 40, 50, 60, 255]],
  ],
  [
    "every filter",
    {
      size: [2, 5],
      bitDepth: 8,
      colorType: 2,
      data: [0, 1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 4, 1, 1, 1, 1, 1, 1],
    },
    [
      [1, 2, 3, 4, 5, 6],
      [1, 1, 1, 2, 2, 2],
      [2, 2, 2, 3, 3, 3],
      [2, 2, 2, 3, 3, 3],
      [3, 3, 3, 4, 4, 4],
    ],
  ],
])("%s is read", async (_what, made, rows) => {
  expect(await rowsOf(png(made))).toEqual(rows);
});

test("what is written is read as it was", async () => {
  const pixels = fc
    .record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      channels: fc.constantFrom(3 as const, 4 as const),
    })
    .chain(({ width, height, channels }) => {
      const length = width * height * channels;
      return fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        channels: fc.constant(channels),
        bytes: fc.uint8Array({ minLength: length, maxLength: length }),
      });
    });
  await fc.assert(
    fc.asyncProperty(pixels, async (image) => {
      const file = await writePng(image);
      expect(readImageHeader(file)).toEqual({ mimeType: "image/png", width: image.width, height: image.height });
      expect((await rowsOf(file))?.flat()).toEqual([...image.bytes]);
    }),
    { numRuns: 50 },
  );
});

/** An image of one size whose pixels are told by their place. */
function painted(
  width: number,
  height: number,
  channels: 3 | 4,
  pixel: (x: number, y: number) => readonly number[],
): Promise<Buffer> {
  const bytes = Buffer.from(
    Array.from({ length: width * height }, (_, at) => pixel(at % width, Math.floor(at / width))).flat(),
  );
  return writePng({ width, height, channels, bytes });
}

test.each([
  [4_096, 100, 2_048, 50],
  [300, 1_536, 150, 768],
  [1, 3_000, 1, 768],
  [9_000, 2, 2_048, 1],
])("%i by %i pixels become %i by %i", async (width, height, newWidth, newHeight) => {
  const file = await fitPng(await painted(width, height, 3, () => [12, 34, 56]));
  expect(file === null ? null : readImageHeader(file)).toMatchObject({ width: newWidth, height: newHeight });
  const colours = new Set(
    (await rowsOf(file ?? Buffer.alloc(0)))?.flatMap((row) => row.map((value, at) => `${at % 3}:${value}`)),
  );
  expect([...colours].toSorted()).toEqual(["0:12", "1:34", "2:56"]);
});

test("halves blend where they meet and are themselves elsewhere", async () => {
  const file = await fitPng(await painted(4_096, 4, 3, (x) => (x < 2_048 ? [0, 0, 0] : [200, 200, 200])));
  const [row = []] = (await rowsOf(file ?? Buffer.alloc(0))) ?? [];
  const greys = row.filter((_, at) => at % 3 === 0);
  expect([greys[0], greys[1_022], greys[1_025], greys[2_047]]).toEqual([0, 0, 200, 200]);
  expect(greys[1_023]).toBeGreaterThan(0);
  expect(greys[1_024]).toBeLessThan(200);
});

test("what is transparent does not shine through", async () => {
  const file = await fitPng(await painted(4_096, 2, 4, (x) => (x % 2 === 0 ? [255, 0, 0, 0] : [0, 0, 255, 255])));
  const [row = []] = (await rowsOf(file ?? Buffer.alloc(0))) ?? [];
  expect(row.slice(400, 404)).toEqual([0, 0, 255, 128]);
});

test("what cannot be scaled is left as it is", async () => {
  const grey: Made = { size: [2, 2], bitDepth: 8, colorType: 0, data: [0, 1, 2, 0, 3, 4] };
  const cases: [string, Uint8Array][] = [
    ["text", Buffer.from("no image")],
    ["interlaced", png({ ...grey, interlaced: true })],
    ["one transparent colour", png({ ...grey, extra: [chunk("tRNS", [0, 1])] })],
    ["a depth that does not exist", png({ ...grey, bitDepth: 3 })],
    ["a filter that does not exist", png({ ...grey, data: [9, 1, 2, 0, 3, 4] })],
    ["rows that are missing", png({ ...grey, data: [0, 1, 2] })],
    ["an index without a palette", png({ ...grey, colorType: 3 })],
    ["a huge one", png({ ...grey, size: [100_000, 100_000] })],
    ["broken data", Buffer.concat([png(grey).subarray(0, 70), Buffer.alloc(40)])],
  ];
  for (const [what, file] of cases) expect([what, await fitPng(file)]).toEqual([what, null]);
});
