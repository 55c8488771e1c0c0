import { readdir, readFile, stat } from "node:fs/promises";
import { join, parse } from "node:path";

/** A prompt that the user has written down under a name. */
export interface CustomPrompt {
  /** The file's name without `.md`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** With its placeholders, without its header. */
  readonly content: string;
  readonly description: string | null;
  /** What people are shown as its arguments. */
  readonly argumentHint: string | null;
}

const FOLDER = "prompts";

/**
 * The files `*.md` in `<home>/prompts`, links to files among them, by name. Whatever cannot be read is left out: a
 * prompt is never worth an error. Source: engine spec, section 3.5.
 */
export async function listCustomPrompts(home: string): Promise<readonly CustomPrompt[]> {
  const folder = join(home, FOLDER);
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => readPrompt(join(folder, name))));
  return found.filter((prompt) => prompt !== null).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function readPrompt(path: string): Promise<CustomPrompt | null> {
  const { name, ext } = parse(path);
  if (ext.toLowerCase() !== ".md") return null;
  try {
    if (!(await stat(path)).isFile()) return null; // a pipe would keep us waiting
    return { name, path, ...readHeader(await readFile(path, "utf8")) };
  } catch {
    return null;
  }
}

type Header = Pick<CustomPrompt, "content" | "description" | "argumentHint">;

/** Takes the header off: `key: value` lines between two `---` lines. Without the second one the whole text is content. */
export function readHeader(text: string): Header {
  const matched = /^---[ \t]*\r?\n([^]*?)^---[ \t]*(?:\r?\n|$)/m.exec(text);
  if (matched === null || matched.index !== 0) return { content: text, description: null, argumentHint: null };
  const fields = new Map<string, string>();
  for (const line of (matched[1] ?? "").split(/\r?\n/)) {
    const field = /^\s*([^#:\s][^:]*?)\s*:\s*(.*?)\s*$/.exec(line);
    if (field !== null) fields.set((field[1] ?? "").toLowerCase(), withoutQuotes(field[2] ?? ""));
  }
  return {
    content: text.slice(matched[0].length),
    description: fields.get("description") ?? null,
    argumentHint: fields.get("argument-hint") ?? fields.get("argument_hint") ?? null,
  };
}

function withoutQuotes(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted === null ? value : (quoted[2] ?? "");
}
