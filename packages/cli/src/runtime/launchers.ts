import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { chmod, mkdir, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LINUX_SANDBOX_FLAG, LINUX_SANDBOX_PROGRAM } from "../linux-sandbox-program.ts";
import { PATCH_FLAG, PATCH_PROGRAMS } from "../patch-program.ts";

declare const __HEDDLE_VERSION__: string | undefined;

/** The file that runs the command, seen from the bundle or from this source file. */
function commandFile(): string {
  const path = typeof __HEDDLE_VERSION__ === "string" ? "../bin/heddle.cjs" : "../../bin/heddle.cjs";
  return join(import.meta.dirname, path);
}

/**
 * Makes `apply_patch` and `applypatch` in `<home>/bin`, so that scripts of commands can call them. Those that are there
 * and right are left alone.
 * @returns the folder; null when it could not be made, which costs these programs and nothing else.
 */
export async function ensureLaunchers({
  home,
  warn,
}: {
  readonly home: string;
  readonly warn: (message: string) => void;
}): Promise<string | null> {
  if (process.platform === "win32") return null; // commands have no sandbox there and the tool is offered anyway
  const folder = join(home, "bin");
  const text = launcherText({ node: process.execPath, command: commandFile() });
  try {
    await Promise.all(PATCH_PROGRAMS.map((name) => ensureProgram(join(folder, name), { folder, text })));
    return folder;
  } catch (error) {
    // The home itself is no folder: starting a thread fails and says so.
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return null;
    const reason = error instanceof Error ? error.message : String(error);
    warn(`commands do not find apply_patch: its launcher could not be written: ${reason}`);
    return null;
  }
}

/**
 * Makes `codex-linux-sandbox` in `<home>/bin`, by which MCP servers confine what they run.
 * @returns its path; null where there is no such sandbox, or it could not be made.
 */
export async function ensureSandboxLauncher({
  home,
  warn,
}: {
  readonly home: string;
  readonly warn: (message: string) => void;
}): Promise<string | null> {
  if (process.platform !== "linux") return null;
  const folder = join(home, "bin");
  const path = join(folder, LINUX_SANDBOX_PROGRAM);
  const program = `${quote(process.execPath)} ${quote(commandFile())}`;
  const text = `#!/bin/sh
# Written by Heddle: runs a command in a sandbox, for MCP servers.
exec ${program} ${LINUX_SANDBOX_FLAG} "$@"
`;
  try {
    await ensureProgram(path, { folder, text });
    return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`MCP servers are told of no sandbox program: its launcher could not be written: ${reason}`);
    return null;
  }
}

async function ensureProgram(path: string, { folder, text }: { readonly folder: string; readonly text: string }) {
  if (isProgram(path, text)) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // In one step, for another process may run the one that is there.
  const staged = join(folder, `.${randomUUID()}.new`);
  try {
    await writeFile(staged, text, { flag: "wx" });
    await chmod(staged, 0o755);
    await rename(staged, path);
  } catch (error) {
    await unlink(staged).catch(() => undefined);
    throw error;
  }
}

function isProgram(path: string, text: string): boolean {
  try {
    return readFileSync(path, "utf8") === text && (statSync(path).mode & 0o777) === 0o755;
  } catch {
    return false; // missing or unreadable: made anew
  }
}

/** Without arguments the patch comes from standard input; the flag takes everything else as it is, options too. */
function launcherText({ node, command }: { readonly node: string; readonly command: string }): string {
  const program = `${quote(node)} ${quote(command)}`;
  return `#!/bin/sh
# Written by Heddle: applies a patch to the files in the working folder.
[ $# -gt 0 ] || exec ${program} apply-patch
exec ${program} ${PATCH_FLAG} "$@"
`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
