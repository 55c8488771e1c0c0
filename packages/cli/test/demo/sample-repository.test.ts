import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePatch, planPatch, type ReadPort } from "@heddle/apply-patch";
import { expect, test } from "vitest";
import { changedFiles, SAMPLE_PATCH, writeSample } from "../../src/demo/sample-repository.ts";

/** Runs the tests of the sample; gives the verdicts that they print. */
function runTests(cwd: string): Promise<{ passed: boolean; verdicts: string[] }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--test", "--test-reporter=tap"], { cwd }, (error, stdout) => {
      resolve({
        passed: error === null,
        verdicts: stdout.match(/^\s*(?:not )?ok \d+ - \w.*\w$/gm)?.map((line) => line.trim()) ?? [],
      });
    });
  });
}

const files: ReadPort = {
  stat: async (path) => {
    const found = await stat(path);
    const { mode, nlink: links, uid, gid } = found;
    return { type: found.isDirectory() ? "directory" : "file", mode, links, owner: { uid, gid } };
  },
  read: (path) => readFile(path),
  readLink: () => Promise.reject(new Error("the sample has no links")),
  realDirectory: (path) => Promise.resolve(path),
};

test("one test of the sample fails, and passes once the script's patch is applied", async () => {
  const dir = await mkdtemp(join(tmpdir(), "heddle-sample-"));
  try {
    await writeSample(dir);
    expect(await changedFiles(dir)).toEqual([]);
    expect(await runTests(dir)).toMatchObject({
      passed: false,
      verdicts: expect.arrayContaining([expect.stringMatching(/^not ok 2 - keeps the zero/)]),
    });

    const plan = await planPatch(parsePatch(SAMPLE_PATCH), { cwd: dir, files });
    for (const { path, content } of plan.writes) await writeFile(path, content);

    expect((await runTests(dir)).passed).toBe(true);
    expect((await changedFiles(dir)).map(({ path }) => path)).toEqual(["src/price.js"]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
