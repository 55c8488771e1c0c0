import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
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
