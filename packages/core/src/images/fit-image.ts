import { MAX_HEIGHT, MAX_WIDTH } from "./image-size.ts";
import { openPng } from "./png-rows.ts";
import { scaleRows } from "./scale-rows.ts";
import { writePng } from "./write-png.ts";

/** Some seconds of work, and more than any screen has. */
const MAX_PIXELS = 64 * 1024 * 1024;

/**
 * A PNG scaled down until it fits, in its proportions, in slices of some milliseconds: libraries take a quarter of a second
 * for a screen in one piece, and all its pixels in memory (docs/decisions/0043). Null where it cannot be: another format,
 * a rare kind of PNG, a huge one, or a broken one, of which the endpoint may make more.
 */
export async function fitPng(file: Uint8Array): Promise<Buffer | null> {
  const png = openPng(file);
  if (png === null || png.width * png.height > MAX_PIXELS) return null;
  const ratio = Math.min(MAX_WIDTH / png.width, MAX_HEIGHT / png.height);
  const width = Math.max(1, Math.round(png.width * ratio));
  const height = Math.max(1, Math.round(png.height * ratio));
  try {
    const bytes = await scaleRows(png, { width, height });
    return await writePng({ width, height, channels: png.channels, bytes });
  } catch {
    return null;
  }
}
