import type { Readable } from "node:stream";

/** Everything up to the end of input; bytes that are no UTF-8 are replaced. */
export async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
