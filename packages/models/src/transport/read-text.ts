import type { ReplyBody } from "./reply-body.ts";

/** Errors and lists are smaller. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The text of a reply that is no stream, as far as it comes: one that breaks off, goes on for ever or falls silent is
 * cut. The status is known, and more of use than what is missing.
 */
export async function readText(body: ReplyBody, limitMs: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const timer = setTimeout(() => body.fail(new Error("the reply did not end")), limitMs);
  try {
    while (size < MAX_BYTES) {
      const chunk = await body.read();
      if (chunk === null) break;
      chunks.push(chunk);
      size += chunk.length;
    }
  } catch {
    // What came is what there is.
  } finally {
    clearTimeout(timer);
    body.release();
  }
  return Buffer.concat(chunks).toString("utf8");
}
