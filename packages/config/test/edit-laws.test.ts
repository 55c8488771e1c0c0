import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "smol-toml";
import { editConfig, type ConfigEdit } from "../src/edit/edit-config.ts";

// A document of random layout, in which every comment is unique and belongs to a table or a key; then random edits.
// The model that the result is held against is plain JSON.

type Json = string | number | boolean | Json[] | { [key: string]: Json };
type Tree = { [key: string]: Json };

interface Owned {
  readonly comment: string;
  readonly path: readonly string[];
}

const KEYS = ["a", "b", "c-c", "d d", "é"];

test("any sequence of edits gives the expected data and loses no comment of what stays", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const pick = (max: number): number => g(fc.nat, { max });
      const { text, tree, comments } = writeDocument(pick);
      const edits = Array.from({ length: 1 + pick(4) }, () => randomEdit(pick));

      const edited = await editConfig(text, edits);

      const states = [tree];
      for (const edit of edits) states.push(applyToModel(structuredClone(states.at(-1) ?? {}), edit));
      expect(dropEmpty(JSON.parse(JSON.stringify(parse(edited))))).toEqual(dropEmpty(states.at(-1) ?? {}));
      const staying = comments.filter(({ path }) => new Set(states.map((state) => kindAt(state, path))).size === 1);
      const lost = staying.filter(({ comment }) => !edited.includes(`${comment}\n`));
      expect({ lost, text, edited }).toEqual({ lost: [], text, edited });
    }),
    { numRuns: 400 },
  );
});

test("edits made one by one and all at once give the same file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const pick = (max: number): number => g(fc.nat, { max });
      const { text } = writeDocument(pick);
      const edits = Array.from({ length: 1 + pick(3) }, () => randomEdit(pick));

      let step = text;
      for (const edit of edits) step = await editConfig(step, [edit]);

      // Empty tables that lost their last key are data in one case and gone in the other: the text may differ by those.
      const together = await editConfig(text, edits);
      expect(dropEmpty(JSON.parse(JSON.stringify(parse(step))))).toEqual(
        dropEmpty(JSON.parse(JSON.stringify(parse(together)))),
      );
    }),
    { numRuns: 100 },
  );
});

type Pick = (max: number) => number;

function writeDocument(pick: Pick): { text: string; tree: Tree; comments: Owned[] } {
  const lines: string[] = [];
  const comments: Owned[] = [];
  const newComment = (path: readonly string[]): string => {
    const comment = `# note ${comments.length}.`;
    comments.push({ comment, path });
    return comment;
  };
  const behind = (path: readonly string[]): string => (pick(2) === 0 ? `  ${newComment(path)}` : "");

  const writeTable = (path: readonly string[], depth: number): Tree => {
    const tree: Tree = {};
    const sections: (() => void)[] = [];
    for (const key of KEYS.slice(0, pick(KEYS.length))) {
      const at = [...path, key];
      if (pick(3) === 0) lines.push(newComment(path));
      if (pick(5) === 0) lines.push("");
      const kind = depth < 3 ? pick(6) : pick(2);
      if (kind <= 2) {
        tree[key] = randomValue(pick, 1);
        lines.push(`${quote(key, pick)} = ${inline(tree[key], pick)}${behind(at)}`);
      } else if (kind === 3) {
        tree[key] = randomTable(pick, 2);
        lines.push(`${quote(key, pick)} = ${inline(tree[key], pick)}${behind(at)}`);
      } else if (kind === 4) {
        const inner: Tree = {};
        for (const name of KEYS.slice(0, 1 + pick(2))) {
          inner[name] = randomValue(pick, 1);
          lines.push(`${quote(key, pick)}.${quote(name, pick)} = ${inline(inner[name], pick)}${behind([...at, name])}`);
        }
        tree[key] = inner;
      } else {
        sections.push(() => {
          lines.push("", `[${at.map((name) => quote(name, pick)).join(".")}]${behind(at)}`);
          tree[key] = writeTable(at, depth + 1);
        });
      }
    }
    for (const section of sections) section();
    return tree;
  };
  const tree = writeTable([], 1);
  return { text: lines.map((line) => `${line}\n`).join(""), tree, comments };
}

function randomValue(pick: Pick, depth: number): Json {
  const kind = pick(depth < 3 ? 5 : 3);
  if (kind === 0) return pick(1000) - 500;
  if (kind === 1) return pick(1) === 0;
  if (kind === 2) return pick(100) + 0.5;
  if (kind === 3)
    return ["", "x", "it's", 'say "x"', "C:\\dir", "two\nlines", "# none", "tab\t", "\u0001"][pick(8)] ?? "";
  return Array.from({ length: pick(3) }, () => randomValue(pick, depth + 1));
}

function randomTable(pick: Pick, depth: number): Tree {
  const tree: Tree = {};
  for (const key of KEYS.slice(0, pick(2))) {
    tree[key] = depth < 3 && pick(4) === 0 ? randomTable(pick, depth + 1) : randomValue(pick, depth);
  }
  return tree;
}

function randomEdit(pick: Pick): ConfigEdit {
  const path = Array.from({ length: 1 + pick(2) }, () => KEYS[pick(2)] ?? "a");
  const kind = pick(4);
  if (kind === 0) return { type: "remove", path };
  const value = pick(2) === 0 ? randomTable(pick, 1) : randomValue(pick, 1);
  return { type: kind === 1 ? "merge" : "set", path, value };
}

function quote(key: string, pick: Pick): string {
  const bare = /^[A-Za-z0-9_-]+$/.test(key);
  return [bare ? key : `"${key}"`, `"${key}"`, `'${key}'`][pick(8)] ?? (bare ? key : `"${key}"`);
}

function inline(value: Json | undefined, pick: Pick): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) {
    const elements = value.map((element) => inline(element, pick));
    return pick(1) === 0 || elements.length === 0 ? `[${elements.join(", ")}]` : `[\n  ${elements.join(",\n  ")},\n]`;
  }
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${quote(key, pick)} = ${inline(inner, pick)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function applyToModel(tree: Tree, { type, path, ...edit }: ConfigEdit): Tree {
  const last = path.at(-1) ?? "";
  let table = tree;
  for (const key of path.slice(0, -1)) {
    const inner = table[key];
    if (isTree(inner)) table = inner;
    else if (type === "remove") return tree;
    else {
      const made: Tree = {};
      table[key] = made;
      table = made;
    }
  }
  if (type === "remove") delete table[last];
  else if ("value" in edit) {
    const value = edit.value as Json;
    const old = table[last];
    table[last] = type === "merge" && isTree(old) && isTree(value) ? merged(old, value) : value;
  }
  return tree;
}

function merged(old: Tree, value: Tree): Tree {
  const result = { ...old };
  for (const [key, inner] of Object.entries(value)) {
    const below = result[key];
    result[key] = isTree(below) && isTree(inner) ? merged(below, inner) : inner;
  }
  return result;
}

function kindAt(tree: Tree, path: readonly string[]): "table" | "value" | "nothing" {
  let value: Json | undefined = tree;
  for (const key of path) value = isTree(value) ? value[key] : undefined;
  return value === undefined ? "nothing" : isTree(value) ? "table" : "value";
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function dropEmpty(tree: Tree): Tree {
  const entries = Object.entries(tree)
    .map(([key, value]): [string, Json] => [key, isTree(value) ? dropEmpty(value) : value])
    .filter(([, value]) => !isTree(value) || Object.keys(value).length > 0);
  return Object.fromEntries(entries);
}
