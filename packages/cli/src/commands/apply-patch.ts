import { commitPatch, parsePatch, PatchError, planPatch } from "@heddle/apply-patch";
import { createNodeFilePort } from "@heddle/core";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { PatchArguments } from "../patch-program.ts";

/** What the command uses of its process. */
export interface PatchProcess {
  readonly cwd: string;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const USAGE = `Usage: apply_patch 'PATCH'
       echo 'PATCH' | apply_patch
`;

/**
 * Applies one patch to the files below the working folder, whole or not at all. Nobody is asked: whoever runs it could
 * write these files anyway. Source: apply_patch spec, sections 1 and 4.
 * @returns the exit code: 0 applied, 1 failed, 2 wrong usage.
 */
export async function runApplyPatch(given: PatchArguments, process: PatchProcess): Promise<number> {
  const { cwd, stdout, stderr } = process;
  const input = await readPatch(given, process);
  if (input.type === "refused") {
    stderr.write(input.message);
    return input.exitCode;
  }
  const files = createNodeFilePort();
  try {
    const plan = await planPatch(parsePatch(input.text), { cwd, files });
    await commitPatch(plan, files);
    stdout.write(plan.summary);
    return 0;
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

type PatchInput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "refused"; readonly message: string; readonly exitCode: 1 | 2 };

async function readPatch({ values, stdinAllowed }: PatchArguments, { stdin }: PatchProcess): Promise<PatchInput> {
  const [patch, ...more] = values;
  if (more.length > 0) return refused("Error: apply_patch accepts exactly one argument.\n", 2);
  if (patch === undefined) {
    if (!stdinAllowed) return refused("Error: --codex-run-as-apply-patch requires a UTF-8 PATCH argument.\n", 1);
    return readStandardInput(stdin);
  }
  if (isDamaged(patch)) return refused("Error: apply_patch requires a UTF-8 PATCH argument.\n", 1);
  return { type: "text", text: patch };
}

async function readStandardInput(stdin: Readable): Promise<PatchInput> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  try {
    // A byte order mark is text like any other here, as in an argument.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    return text === "" ? refused(USAGE, 2) : { type: "text", text };
  } catch {
    return refused("Error: the patch on standard input is not UTF-8 text.\n", 1);
  }
}

function refused(message: string, exitCode: 1 | 2): PatchInput {
  return { type: "refused", message, exitCode };
}

/** Whether Node has put replacement characters into an argument whose bytes were no UTF-8. */
function isDamaged(argument: string): boolean {
  if (!argument.includes("\uFFFD")) return false;
  try {
    return !readFileSync("/proc/self/cmdline").includes(Buffer.from(argument));
  } catch {
    return false; // no such file on this system: the replacement characters may well be the caller's own
  }
}
