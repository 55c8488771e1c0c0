import { isAbsolute } from "node:path";
import type { ExecRequest } from "./escalation.ts";
import type { Frame } from "./frames.ts";

/** Beyond those that a wrapper passes, and below the helper's own; see `helper/escalate.h`. */
const MAX_TARGET = 63;

/** Reads `EscalateRequest`; null for anything else. Source: MCP spec, section D. */
export function readExecRequest({ text, exact }: Frame): ExecRequest | null {
  const value = parse(text);
  if (!isRecord(value)) return null;
  const { file, argv, workdir, env } = value;
  if (!isText(file) || file === "" || !isText(workdir) || !isAbsolute(workdir)) return null;
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every(isText)) return null;
  if (!isRecord(env)) return null;
  const variables: Record<string, string> = {};
  for (const [name, variable] of Object.entries(env)) {
    if (!isText(name) || !isText(variable) || name.includes("=")) return null;
    variables[name] = variable;
  }
  return { file, argv, workdir, env: variables, exact };
}

/** Reads `SuperExecMessage`: a number for each descriptor that came, each once. Null for anything else. */
export function readTargets({ text }: Frame, descriptors: number): readonly number[] | null {
  const value = parse(text);
  const fds: unknown = isRecord(value) ? value["fds"] : null;
  if (!Array.isArray(fds) || !fds.every(isTarget)) return null;
  return fds.length === descriptors && new Set(fds).size === fds.length ? fds : null;
}

function isTarget(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_TARGET;
}

/** A text that a system call takes whole. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
