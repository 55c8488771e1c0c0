import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DOCUMENTS = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
/** A path from the root or from the packages; the README of a package names the files of that package too. */
const FROM_ROOT = /^(?:packages|scripts|[\w-]+\/(?:src|test))\//;
const FROM_PACKAGE = /^(?:src|test|bin|helper)\//;

test.each(DOCUMENTS)("the files and links that %s names exist", async (document) => {
  const text = await readFile(join(ROOT, document), "utf8");
  const files = [...text.matchAll(/`((?:[\w@.-]+\/)+[\w.-]+\.(?:ts|mjs|cjs|sh|c))`/g)].map(([, path = ""]) => path);
  const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, path = ""]) => join(dirname(document), path));
  const exists = (path: string): boolean => {
    const bases = FROM_ROOT.test(path) ? [".", "packages"] : [dirname(document)];
    return bases.some((base) => existsSync(join(ROOT, base, path)));
  };
  const isNamed = (path: string): boolean =>
    FROM_ROOT.test(path) || (document.startsWith("packages/") && FROM_PACKAGE.test(path));
  expect(files.filter((path) => isNamed(path) && !exists(path))).toEqual([]);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

/** What a document links to beside itself, without the links that leave its folder. */
async function linkedBeside(document: string): Promise<string[]> {
  const text = await readFile(join(ROOT, document), "utf8");
  return [...text.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name = ""]) => name).toSorted();
}

test("the first page for users leads to all others", async () => {
  const pages = (await readdir(join(ROOT, "docs"))).filter((name) => name.endsWith(".md"));
  const linked = await linkedBeside("docs/getting-started.md");
  expect([...new Set(linked)]).toEqual(pages.filter((name) => name !== "getting-started.md").toSorted());
});

test("the list of decisions has every one by its number and title, in order", async () => {
  const files = (await readdir(join(ROOT, "docs", "decisions"))).filter((name) => /^\d/.test(name)).toSorted();
  const entries = files.map(async (name) => {
    const [title = ""] = (await readFile(join(ROOT, "docs", "decisions", name), "utf8")).split("\n");
    expect(title).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
    return `- [${title.slice(2)}](${name})`;
  });
  const list = await readFile(join(ROOT, "docs", "decisions", "README.md"), "utf8");
  expect(list.match(/^- .*$/gm)).toEqual(await Promise.all(entries));
  expect(new Set(files.map((name) => name.slice(0, 4))).size).toBe(files.length);
});
