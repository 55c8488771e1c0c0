import { readSync } from "node:fs";
import { getSystemErrorName } from "node:util";

const MAX_BYTES = 4096;

/** What was written to the status file of a command. */
export function readStatus(descriptor: number): string {
  const buffer = Buffer.alloc(MAX_BYTES);
  return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, MAX_BYTES, 0));
}

/** What the helper exits with when it fails; a command may do so, too, and then the helper has said nothing. */
const HELPER_FAILED_EXIT_CODE = 70;

/** Why the helper could not start the command; null when it did. `status` is what it has said. */
export function helperFailure(exitCode: number, status: string): string | null {
  if (exitCode !== HELPER_FAILED_EXIT_CODE) return null;
  // Bubblewrap may have written there, too, in JSON.
  const lines = status.split("\n");
  const line = lines.find((line) => line !== "" && !line.startsWith("{"));
  return line?.replace(/error (\d+)$/, (_, code: string) => getSystemErrorName(-Number(code))) ?? null;
}
