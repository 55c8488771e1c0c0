import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file of the sample repository; paths are relative to its root. */
interface SampleFile {
  readonly path: string;
  readonly text: string;
}

/** A Node project without dependencies. One of its tests fails: amounts below ten cents lose their zero. */
const SAMPLE_FILES: readonly SampleFile[] = [
  {
    path: "README.md",
    text: `# till

Prices for a small shop, kept in cents. \`npm test\` runs the tests.
`,
  },
  {
    path: "package.json",
    text: `{
  "name": "till",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  },
  {
    path: "src/price.js",
    text: `/** An amount in cents as people write it: 1995 is "19.95". */
export function formatPrice(cents) {
  const units = Math.trunc(cents / 100);
  const rest = cents % 100;
  return \`\${units}.\${rest}\`;
}

/** The sum of a receipt, in cents. */
export function total(lines) {
  return lines.reduce((sum, line) => sum + line.cents * line.count, 0);
}
`,
  },
  {
    path: "test/price.test.js",
    text: `import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPrice, total } from "../src/price.js";

test("formats whole and broken amounts", () => {
  assert.equal(formatPrice(1995), "19.95");
});

test("keeps the zero of amounts below ten cents", () => {
  assert.equal(formatPrice(1905), "19.05");
});

test("adds up a receipt", () => {
  assert.equal(total([{ cents: 250, count: 2 }, { cents: 5, count: 1 }]), 505);
});
`,
  },
];

/** What a person would ask for. */
export const SAMPLE_TASK = "One of the tests fails. Find out why, fix the code and show that all tests pass.";

/** The patch that makes the failing test pass. */
export const SAMPLE_PATCH = `*** Begin Patch
*** Update File: src/price.js
@@ export function formatPrice(cents) {
   const units = Math.trunc(cents / 100);
-  const rest = cents % 100;
+  const rest = String(cents % 100).padStart(2, "0");
   return \`\${units}.\${rest}\`;
 }
*** End Patch
`;

/** Writes the repository into `dir`, which exists. */
export async function writeSample(dir: string): Promise<void> {
  for (const { path, text } of SAMPLE_FILES) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** The files whose text is no longer the one that was written; `now` is empty for a file that is gone. */
export async function changedFiles(dir: string): Promise<readonly { path: string; before: string; now: string }[]> {
  const files = await Promise.all(
    SAMPLE_FILES.map(async ({ path, text }) => ({
      path,
      before: text,
      now: await readFile(join(dir, path), "utf8").catch(() => ""),
    })),
  );
  return files.filter(({ before, now }) => before !== now);
}
