import type { LiveProcess } from "../processes/live-process.ts";
import { truncate } from "../history/truncate.ts";
import { countLines } from "./output.ts";
import { tamperingNote, withNote } from "./tampering.ts";
import type { ToolContext } from "./tool.ts";

// Source of the numbers and of the form: engine spec, sections 6.2 and 9.
export const DEFAULT_OUTPUT_TOKENS = 10_000;
const MIN_YIELD_MS = 250;
const MAX_YIELD_MS = 30_000;
const BYTES_PER_TOKEN = 4;

/** How long a call waits for output, in milliseconds. */
export function clampYield(ms: number): number {
  return Math.min(Math.max(ms, MIN_YIELD_MS), MAX_YIELD_MS);
}

/** What was read from a process by one call. */
export interface Reading {
  readonly text: string;
  /** When the call began to run or to type, on the clock of `performance.now`. */
  readonly startedAt: number;
  readonly outputTokens: number;
}

/** What the model is told of a process: whether it runs, and what it has printed since it was last asked. */
export function formatProcess(process: LiveProcess, reading: Reading, { random, signal }: ToolContext): string {
  const { end, hasTerminal } = process;
  const seconds = ((performance.now() - reading.startedAt) / 1000).toFixed(4);
  const output = end === null ? reading.text : withNote(reading.text, tamperingNote(end.outcome));
  const { text, cut } = truncate(output, { unit: "tokens", limit: Math.max(0, Math.floor(reading.outputTokens)) });
  return [
    `Chunk ID: ${chunkId(random)}`,
    `Wall time: ${seconds} seconds`,
    end === null ? `Process running with session ID ${process.id}` : `Process exited with code ${end.outcome.exitCode}`,
    ...(signal.aborted ? ["aborted by user"] : []),
    ...(hasTerminal ? [] : ["No terminal is attached: pipes stand in for it, and control characters have no effect."]),
    `Original token count: ${Math.ceil(Buffer.byteLength(output) / BYTES_PER_TOKEN)}`,
    "Output:",
    cut ? `Total output lines: ${countLines(output)}\n\n${text}` : text,
  ].join("\n");
}

/** Six hexadecimal digits, to tell outputs apart. */
function chunkId(random: () => number): string {
  return Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, "0");
}
