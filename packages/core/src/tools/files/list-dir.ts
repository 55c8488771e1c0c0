import * as Type from "@sinclair/typebox";
import type { Static } from "@sinclair/typebox";
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { describeListDir, describeParameter } from "../../context/instructions/tool-descriptions.ts";
import { textOutput } from "../output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool } from "../tool.ts";
import { cutLine } from "./cut-line.ts";

const Input = Type.Object(
  {
    depth: Type.Optional(Type.Number({ description: describeParameter.listDepth })),
    dir_path: Type.String({ description: describeParameter.listPath }),
    limit: Type.Optional(Type.Number({ description: describeParameter.listLimit })),
    offset: Type.Optional(Type.Number({ description: describeParameter.listOffset })),
  },
  { additionalProperties: false },
);

/** `list_dir`: a folder with its subfolders. Source: engine spec, sections 6.2 and 8.3. */
export const listDirTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "list_dir",
    admission: "parallel",
    input: Input,
    handle: async (input, _call, { files, signal }) => {
      const wrong = whyInvalid(input);
      if (wrong !== null) return textOutput(wrong);
      const { dir_path: path, offset = 1, limit = 25, depth = 2 } = input;
      const entries: string[] = [];
      try {
        const isReadable = (folder: string): Promise<boolean> => files.isReadable(folder);
        if (!(await isReadable(path))) return textOutput(`failed to read directory: ${path}: permission denied`);
        // One more than is shown tells whether there are more.
        await collect(path, 0, { entries, enough: offset + limit, depth, isReadable, signal });
      } catch (error) {
        signal.throwIfAborted();
        return textOutput(`failed to read directory: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (entries.length > 0 && offset > entries.length) return textOutput("offset exceeds directory entry count");
      const shown = entries.slice(offset - 1, offset - 1 + limit);
      const more = entries.length > offset - 1 + limit ? [`More than ${shown.length} entries found`] : [];
      return textOutput([`Absolute path: ${path}`, ...shown, ...more].join("\n"));
    },
  }),
  spec: functionSpec("list_dir", describeListDir, Input),
};

function whyInvalid({ dir_path: path, offset = 1, limit = 25, depth = 2 }: Static<typeof Input>): string | null {
  if (!isCount(offset)) return "offset must be a 1-indexed entry number";
  if (!isCount(limit)) return "limit must be greater than zero";
  if (!isCount(depth)) return "depth must be greater than zero";
  return isAbsolute(path) ? null : "dir_path must be an absolute path";
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

interface Walk {
  readonly entries: string[];
  /** So many are collected at most. */
  readonly enough: number;
  readonly depth: number;
  readonly isReadable: (folder: string) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** Adds what is in a folder, each subfolder followed by what is in it. A subfolder that cannot be read is only named. */
async function collect(folder: string, level: number, walk: Walk): Promise<void> {
  const { entries, enough, depth, isReadable, signal } = walk;
  const found = await readdir(folder, { withFileTypes: true });
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of found) {
    signal.throwIfAborted();
    if (entries.length >= enough) return;
    entries.push(`${"  ".repeat(level)}${cutLine(entry.name)}${markOf(entry)}`);
    const path = join(folder, entry.name);
    if (!entry.isDirectory() || level + 1 >= depth || !(await isReadable(path))) continue;
    await collect(path, level + 1, walk).catch(() => signal.throwIfAborted());
  }
}

function markOf(entry: Dirent): string {
  if (entry.isDirectory()) return "/";
  if (entry.isSymbolicLink()) return "@";
  return entry.isFile() ? "" : "?";
}
