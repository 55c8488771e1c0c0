import { open, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { foldersAbove } from "../git/git-info.ts";

/** Names of an instruction file in the order in which they are looked for; the first makes the second void. */
const NAMES = ["AGENTS.override.md", "AGENTS.md"];
/** Between the user's own instructions and those of the project. Exact: models know it. */
const PROJECT_SEPARATOR = "\n\n--- project-doc ---\n\n";

/** Where instructions are looked for. */
export interface InstructionSources {
  /** The home folder, absolute. */
  readonly home: string;
  /** The folder that the thread works in, absolute. */
  readonly cwd: string;
  /** What all project documents may add up to, in bytes; 0: none are read. */
  readonly maxBytes: number;
  /** Further names that count as an instruction file of a project. */
  readonly fallbackNames: readonly string[];
  /** What the instructions say about skills, behind the project's documents; null for nothing. */
  readonly skills?: string | null;
  /** Told about documents that were cut or could not be read. */
  readonly warn?: (message: string) => void;
}

/**
 * What a user and a project tell every thread: the home's document, then those from the root of the repository down to
 * `cwd`, then the skills. Null when there are none. Never rejects: what cannot be read is left out. Source: engine spec, section 3.3.
 */
export async function loadUserInstructions(sources: InstructionSources): Promise<string | null> {
  const [home, documents] = await Promise.all([readHomeDocument(sources.home), readProjectDocuments(sources)]);
  const parts = [documents, sources.skills ?? null].filter((part) => part !== null);
  const project = parts.length === 0 ? null : parts.join("\n\n");
  if (home === null || project === null) return home ?? project;
  return `${home}${PROJECT_SEPARATOR}${project}`;
}

/** The message that carries the instructions. Its frame is exact: models and `isContextMessage` know it. */
export function userInstructionsMessage(cwd: string, text: string): string {
  return `# AGENTS.md instructions for ${cwd}\n\n<INSTRUCTIONS>\n${text}\n</INSTRUCTIONS>`;
}

async function readHomeDocument(home: string): Promise<string | null> {
  for (const name of NAMES) {
    const text = await readFile(join(home, name), "utf8").catch(() => "");
    if (text.trim() !== "") return text.trim();
  }
  return null;
}

async function readProjectDocuments(sources: InstructionSources): Promise<string | null> {
  const { cwd, maxBytes, fallbackNames, warn = () => {} } = sources;
  if (maxBytes <= 0) return null;
  const names = [...new Set([...NAMES, ...fallbackNames])].filter((name) => name !== "");
  try {
    const texts: string[] = [];
    let budget = maxBytes;
    for (const folder of await documentFolders(cwd)) {
      const path = await firstDocument(folder, names);
      if (path === null) continue;
      if (budget === 0) {
        warn(`${path} is left out: project documents are limited to ${maxBytes} bytes (project_doc_max_bytes)`);
        continue;
      }
      const { text, usedBytes, isCut } = await readUpTo(path, budget);
      if (text.trim() === "") continue;
      if (isCut) warn(`${path} is cut: project documents are limited to ${maxBytes} bytes (project_doc_max_bytes)`);
      texts.push(text);
      budget -= usedBytes;
    }
    return texts.length === 0 ? null : texts.join("\n\n");
  } catch (error) {
    warn(`project documents are left out: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** From the root of the repository down to `cwd`; `cwd` alone outside of a repository. */
async function documentFolders(cwd: string): Promise<string[]> {
  const start = await realpath(cwd);
  const folders = [...foldersAbove(start)];
  const markers = await Promise.allSettled(folders.map((folder) => statOrNull(join(folder, ".git"))));
  const root = markers.findIndex((marker) => marker.status === "rejected" || marker.value !== null);
  const marker = markers[root];
  if (marker?.status === "rejected") throw marker.reason; // what is above the root is nobody's concern
  return marker === undefined ? [start] : folders.slice(0, root + 1).toReversed();
}

async function firstDocument(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    if ((await statOrNull(path))?.isFile() === true) return path;
  }
  return null;
}

async function readUpTo(path: string, maxBytes: number): Promise<{ text: string; usedBytes: number; isCut: boolean }> {
  await using file = await openForReading(path);
  const { size } = await file.handle.stat();
  const buffer = Buffer.alloc(Math.min(size, maxBytes));
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const isCut = size > maxBytes;
  const bytes = buffer.subarray(0, isCut ? characterBoundary(buffer, length) : length);
  return { text: bytes.toString("utf8"), usedBytes: length, isCut };
}

async function openForReading(path: string) {
  const handle = await open(path, "r");
  return { handle, [Symbol.asyncDispose]: () => handle.close() };
}

/** The end of the last whole UTF-8 character within the first `length` bytes. */
function characterBoundary(bytes: Buffer, length: number): number {
  let start = length - 1;
  while (start >= 0 && start > length - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const lead = bytes[start] ?? 0;
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + needed > length ? Math.max(start, 0) : length;
}

/** Null when it is not there. @throws any other error of the file system. */
async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}
