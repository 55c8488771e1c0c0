import { addAbortSignal, type Readable } from "node:stream";

/**
 * Everything up to the end of input; bytes that are no UTF-8 are replaced.
 * @throws AbortError when the signal fires; the input is then closed.
 */
export async function readAll(input: Readable, { signal }: { readonly signal: AbortSignal }): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of addAbortSignal(signal, input)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
