import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readImageHeader } from "../images/image-header.ts";
import { writePng } from "../images/write-png.ts";
import { toContentItems } from "./user-input.ts";

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "user-input-"));
});

afterEach(async () => {
  await rm(cwd, { recursive: true });
});

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));

/** Beginnings of images of 300 by 200 pixels, one of each kind of header. */
const IMAGES = {
  png: bytes([0x89], "PNG\r\n", [0x1a], "\n", [0, 0, 0, 13], "IHDR", [0, 0, 1, 44, 0, 0, 0, 200, 8, 6, 0, 0, 0]),
  jpeg: bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc0, 0, 11, 8, 0, 200, 1, 44, 1, 1, 0x11, 0]),
  progressiveJpeg: bytes([0xff, 0xd8, 0xff, 0xc4, 0, 2, 0xff, 0xc2, 0, 11, 8, 0, 200, 1, 44, 1]),
  gif: bytes("GIF89a", [44, 1, 200, 0, 0, 0, 0]),
  lossyWebp: bytes("RIFF", [30, 0, 0, 0], "WEBPVP8 ", [18, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 44, 1, 200, 0]),
  losslessWebp: bytes("RIFF", [30, 0, 0, 0], "WEBPVP8L", [18, 0, 0, 0, 0x2f, 0x2b, 0xc1, 0x31, 0, 0, 0, 0, 0, 0]),
  extendedWebp: bytes("RIFF", [30, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0, 0, 0, 0, 0, 43, 1, 0, 199, 0, 0]),
};

test.each(Object.entries(IMAGES))("the header of a %s tells format and size", (_name, image) => {
  expect(readImageHeader(image)).toMatchObject({ width: 300, height: 200 });
});

test.each(Object.entries(IMAGES))("a %s that is cut anywhere is read or refused, never a crash", (_name, image) => {
  for (let length = 0; length < image.length; length += 1) {
    expect([null, 300]).toContain(readImageHeader(image.subarray(0, length))?.width ?? null);
  }
});

test.each([
  ["no image", Buffer.from("hello, this is text and no image at all")],
  ["a PNG without extent", bytes([...IMAGES.png.subarray(0, 16)], [0, 0, 0, 0, 0, 0, 0, 1])],
  ["a JPEG whose pixels begin before its size", bytes([0xff, 0xd8, 0xff, 0xda, 0, 2, 0, 0])],
  ["a JPEG with a segment without end", bytes([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff])],
])("%s is refused", (_name, image) => {
  expect(readImageHeader(image)).toBeNull();
});

test("texts, images and local images become content in order; clients see images where files were", async () => {
  await writeFile(join(cwd, "shot.png"), IMAGES.png);
  expect(
    await toContentItems(
      [
        { type: "text", text: "look" },
        { type: "image", url: "https://example.com/a.png" },
        { type: "localImage", path: "shot.png" },
      ],
      { cwd },
    ),
  ).toEqual({
    content: [
      { type: "input_text", text: "look" },
      { type: "input_image", image_url: "https://example.com/a.png" },
      { type: "input_image", image_url: `data:image/png;base64,${IMAGES.png.toString("base64")}` },
    ],
    wireInput: [
      { type: "text", text: "look" },
      { type: "image", url: "https://example.com/a.png" },
      { type: "image", url: `data:image/png;base64,${IMAGES.png.toString("base64")}` },
    ],
  });
});

test("the type of an image is what it holds, not what it is called", async () => {
  await writeFile(join(cwd, "photo.png"), IMAGES.jpeg);
  const { content } = await toContentItems([{ type: "localImage", path: "photo.png" }], { cwd });
  expect(content).toEqual([
    { type: "input_image", image_url: `data:image/jpeg;base64,${IMAGES.jpeg.toString("base64")}` },
  ]);
});

test("a local image that cannot be used becomes a text that names it and the reason", async () => {
  await writeFile(join(cwd, "fake.png"), "text");
  execFileSync("mkfifo", [join(cwd, "pipe.png")]);
  const paths = ["missing.png", ".", "fake.png", "pipe.png"];
  const { content } = await toContentItems(
    paths.map((path) => ({ type: "localImage" as const, path })),
    { cwd },
  );
  const reasons = [
    `ENOENT: no such file or directory, stat '${join(cwd, "missing.png")}'`,
    "it is not a file",
    "it is not a valid PNG, JPEG, GIF or WebP image",
    "it is not a file",
  ];
  expect(content).toEqual(
    paths.map((path, at) => ({
      type: "input_text",
      text: `Heddle could not read the local image at \`${join(cwd, path)}\`: ${reasons[at]}`,
    })),
  );
});

test("a PNG that is larger than models look at is sent smaller; other kinds, and what cannot be read, as they are", async () => {
  const large = { width: 2_100, height: 40, channels: 3 as const, bytes: new Uint8Array(2_100 * 40 * 3) };
  const wide = Buffer.from(IMAGES.jpeg);
  wide.writeUInt16BE(4_000, wide.length - 6);
  const cut = Buffer.from(IMAGES.png);
  cut.writeUInt32BE(4_000, 16);
  await writeFile(join(cwd, "large.png"), await writePng(large));
  await writeFile(join(cwd, "wide.jpg"), wide);
  await writeFile(join(cwd, "cut.png"), cut);
  const { content } = await toContentItems(
    ["large.png", "wide.jpg", "cut.png"].map((path) => ({ type: "localImage" as const, path })),
    { cwd },
  );
  const files = content.map((part) => (part.type === "input_image" ? (part.image_url.split(",")[1] ?? "") : ""));
  const [scaled, ...asTheyWere] = files.map((base64) => Buffer.from(base64, "base64"));
  expect(readImageHeader(scaled ?? Buffer.alloc(0))).toEqual({ mimeType: "image/png", width: 2_048, height: 39 });
  expect(asTheyWere).toEqual([wide, cut]);
  expect(readImageHeader(wide)?.width).toBe(4_000);
});
